"""Commands about threads: threads, show, trace, history, fork, resume, delete, prune."""

import getpass
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.cli import completion
from app.cli.invoke import AsJson, EngineOption, Strict, ThreadArgument, call, call_runner, look, run
from app.cli.live import Watch, refuse_json, watched
from app.cli.live import follow as follow_changes
from app.cli.output import failing_plainly, how_it_stands, on_one_line, print_error, print_json, print_result, say
from app.cli.parameters import WHEN, age, since, until, words
from app.cli.save_option import OutOption, check, save
from app.cli.tables import print_csv, print_list
from app.cli.times import local, relative

if TYPE_CHECKING:
    from app.engines.contract import Engine, Records, RunResult
    from app.engines.langgraph.runner import Runner
    from app.records.journal import Entry
    from app.records.threads import Status, Thread, Wanted
    from app.runtime import Switchboard
    from nodes.ports.approvals import Approval

    Listed = tuple[list[Thread], dict[str, str], bool]
    """Threads, their short ids, and whether there are more."""

HAPPENED = {
    "run_start": "started",
    "run_resume": "resumed",
    "run_end": "ended",
    "run_stop": "stopped",
    "run_error": "failed",
    "end": "",
    "failure": "failed",
    "interrupt": "waits for a human",
}

LONGEST_NAME = 20
"""Of a thread, in a table; one with a longer name is listed by the beginning of its id."""

SHOWN = ("thread", "workflow", "status", "order", "customer", "active")
FIELDS = {
    "thread": "thread_id",
    "name": "name",
    "workflow": "graph",
    "status": "status",
    "outcome": "outcome",
    "order": "order_id",
    "customer": "email",
    "engine": "engine",
    "started": "created_at",
    "active": "updated_at",
}
"""The columns of `threads`, and what they are called in JSON."""


def column(text: str) -> str:
    """A column's name."""
    name = text.strip().lower().removeprefix("-")
    if name not in FIELDS:
        raise typer.BadParameter(f"{text!r} is not a column; there are {', '.join(FIELDS)}.")
    return name


def field(text: str) -> str:
    """What a column is called in the register; "-" before it turns the order round."""
    return "-" * text.strip().startswith("-") + FIELDS[column(text)]


def columns(text: str) -> str:
    return ",".join(column(name) for name in text.split(","))


def threads(
    status: Annotated[
        Literal["completed", "waiting", "failed", "running", "needs_attention", "escalated"] | None,
        typer.Option(help="Only threads with this status; the last two are outcomes that somebody has to look at."),
    ] = None,
    outcome: Annotated[str | None, typer.Option(help="Only threads with this outcome, like refunded.")] = None,
    graph: Annotated[
        str | None, typer.Option(autocompletion=completion.workflows, help="Only threads of this workflow.")
    ] = None,
    order: Annotated[
        str | None, typer.Option(parser=words, metavar="ID", help="Only threads about this order.")
    ] = None,
    email: Annotated[
        str | None, typer.Option(parser=words, metavar="EMAIL", help="Only threads of this customer.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(parser=since, metavar="WHEN", help=f"Only threads active since then: {WHEN}.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(parser=until, metavar="WHEN", help="Only threads last active before the end of then.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, most recently active first.")] = 20,
    every: Annotated[bool, typer.Option("--all", help="All of them, not the latest 20.")] = False,
    sort: Annotated[
        str | None,
        typer.Option(parser=field, metavar="COLUMN", help="By this column; -COLUMN: the other way round."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(parser=columns, metavar="A,B,...", help=f"Which columns: {', '.join(FIELDS)}.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, with whole ids and ISO times.")] = False,
    watch: Watch = False,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """List threads, most recently active first.

    Example: switchboard threads --email grace@example.com --since today
    """
    wanted: Wanted = {
        "graph": graph,
        "order_id": order and order.lstrip("#"),
        "email": email,
        "since": since,
        "until": until,
        "sort": sort,
        "limit": None if every else limit + 1,
    }
    match status:
        case "needs_attention" | "escalated":
            wanted["outcome"] = status
        case _:
            wanted |= {"status": status, "outcome": outcome}

    async def found(at_work: "Records") -> "Listed":
        from graphs import BUILT_IN, workflow

        if graph and graph not in BUILT_IN:
            workflow(graph)
        listed = await at_work.recent(**wanted)
        shown = listed if every else listed[:limit]
        short = await at_work.threads.short_ids([one["thread_id"] for one in shown])
        return shown, short, len(listed) > len(shown)

    def show(seen: "Listed") -> None:
        listed, short, more = seen
        chosen = columns.split(",") if columns else list(FIELDS if as_csv else SHOWN)
        if as_csv:
            print_csv([{name: one.get(FIELDS[name]) for name in chosen} for one in listed], chosen)
        else:
            rows = [_row(one, short) for one in listed]
            print_list(rows, chosen, as_json=False, empty="There are no such threads yet.", long=("customer", "name"))
        if more:
            print_error(f"There are more than {limit}: --all lists them, --since and --order choose.")

    if watch:
        refuse_json(as_json)
        watched(found, show, engine=engine)
    elif as_json:
        print_json(look(found, engine=engine)[0])
    else:
        show(look(found, engine=engine))


def _decided(approval: "Approval") -> str:
    """Who decided, when and why; and under whose login, or for whom, where that is another name."""
    who, at = on_one_line(approval["decided_by"] or "nobody"), approval["decided_at"] or ""
    said = f": {on_one_line(approval['reason'])}" if approval["reason"] else "."
    login, said_by = approval.get("decided_as"), approval.get("said_by")
    behind = f"\nLogin: {on_one_line(login)}" if login and login != approval["decided_by"] else ""
    named = f"\nFor: {on_one_line(said_by)}" if said_by else ""
    return f"{approval['status'].capitalize()} by {who}, {local(at)} ({relative(at)}){said}{behind}{named}\n"


def named(thread: "Thread", short: dict[str, str]) -> str:
    """Its name, when that is short, or the beginning of its id."""
    name = thread["name"] or ""
    return name if 0 < len(name) <= LONGEST_NAME else short.get(thread["thread_id"], thread["thread_id"])


def _row(thread: "Thread", short: dict[str, str]) -> dict[str, Any]:
    """What a person can type again, in 80 columns. The outcome of what is over says more than its status."""
    return {
        **{name: thread.get(field) for name, field in FIELDS.items()},
        "thread": named(thread, short),
        "status": thread["outcome"] if thread["status"] == "completed" and thread["outcome"] else thread["status"],
        "started": relative(thread["created_at"]),
        "active": relative(thread["updated_at"]),
    }


def show(thread: ThreadArgument, out: OutOption = None, engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Show where a thread stands. With --json: status, outcome, reply, approval and the whole state."""

    async def found(at_work: "Engine") -> "tuple[RunResult, str]":
        from nodes.approvals.so_far import description

        result = await at_work.show(thread)
        waiting = result["approval"] if result["status"] == "waiting" else None
        return result, await description(waiting) if waiting else ""

    result, asked = call(found, engine=engine)
    if out:
        with failing_plainly():
            check(out, result["graph"])
            save(out, result)
    if as_json:
        print_json(result)
        return
    called = f" ({on_one_line(result['name'])})" if result["name"] else ""
    say(f"{result['thread_id']}{called}: {result['graph']}, {how_it_stands(result)}\n")
    if (approval := result["approval"]) and approval["decided_at"]:
        say(_decided(approval))
    with suppress(typer.Exit):  # showing a thread that waits or failed is no failure
        print_result(result, as_json=False, engine=engine, asked=asked)


def trace(
    thread: ThreadArgument,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what comes, until the thread is over. Ctrl-C ends it too.")
    ] = False,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """Show every step a thread took. When, how long, which attempt, and what failed."""
    told = _Told(words=not as_json)
    if follow:
        follow_changes(lambda at_work: _seen(at_work, thread), told.show, engine=engine, is_over=told.is_over)
    else:
        told.show(look(lambda at_work: _seen(at_work, thread), engine=engine))
    if as_json:
        print_json(told.entries)


async def _seen(at_work: "Records", thread: str) -> "tuple[list[Entry], Status]":
    known = await at_work.threads.get(await at_work.threads.find(thread))
    return await at_work.trace(thread), known["status"]


class _Told:
    """What was shown of a thread so far."""

    def __init__(self, *, words: bool) -> None:
        self._words = words
        self._failed = False
        self.entries: list[Entry] = []

    def show(self, seen: "tuple[list[Entry], Status]") -> None:
        """The entries that are new."""
        before, self.entries = len(self.entries), seen[0]
        for entry in self.entries[before:] if self._words else ():
            if entry["event"] not in ("start", "retry"):  # the line of a step's end says how often it was tried
                say(_timeline(entry))

    def is_over(self, seen: "tuple[list[Entry], Status]") -> bool:
        """A run that begins looks failed for a moment, because it has no lease yet: failed twice is failed."""
        failed_before, self._failed = self._failed, seen[1] == "failed"
        return seen[1] == "completed" or (self._failed and failed_before)


def history(thread: ThreadArgument, as_json: AsJson = False) -> None:
    """List a thread's checkpoints. Newest first; `fork --at` takes one of them."""
    checkpoints = call_runner(lambda runner: runner.archive.history(thread))
    rows: list[Any] = [one if as_json else {**one, "made": relative(one["created_at"])} for one in checkpoints]
    columns = ("checkpoint_id", "step", "source", "next", "made")
    print_list(rows, columns, as_json=as_json, empty="No checkpoints.", long=("next",))


def fork(
    thread: ThreadArgument,
    at: Annotated[str, typer.Option("--at", metavar="CHECKPOINT", help="A checkpoint id from `switchboard history`.")],
    as_json: AsJson = False,
) -> None:
    """Begin a new thread at an old checkpoint. `switchboard resume` runs it. Nothing is paid twice."""

    async def forked(runner: "Runner") -> "tuple[RunResult, str | None]":
        paid = await runner.archive.paid_since(thread, at)
        return await runner.show(await runner.archive.fork(thread, at)), paid

    result, paid = call_runner(forked)
    if paid:
        print_error(paid)
    if as_json:
        print_json(result)
    else:
        say(result["thread_id"])
        print_error(f"A new thread. Run it with: switchboard resume {result['thread_id']}")


def resume(
    thread: ThreadArgument,
    out: OutOption = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Go on with a thread after a crash, a stop or a failure. What was done is not done again."""

    async def resumed(at_work: "Switchboard") -> "RunResult":
        if out:
            check(out, (await at_work.show(thread))["graph"])
        result = await at_work.resume(thread)
        if out:
            save(out, result)
        return result

    run(resumed, as_json=as_json, strict=strict, engine=engine)


def delete(
    thread: ThreadArgument,
    force: Annotated[
        bool, typer.Option("--force", help="Also when an approval is pending: it is withdrawn, and people are told.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Forget a thread: its checkpoints and its journal. Ledger, approvals and tickets stay."""
    deleted = call_runner(lambda runner: runner.delete(thread, force=force, by=getpass.getuser()))
    if as_json:
        print_json({"deleted": [deleted]})
    else:
        print_error(f"Deleted thread {thread}.")


def prune(
    older_than: Annotated[timedelta, typer.Option(parser=age, metavar="AGE", help="Like 30d, 12h or 45m.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget threads that are long over. Last active longer ago than AGE; those that wait for a human stay."""
    from nodes.ports.clock import iso

    before = iso(datetime.now(UTC) - older_than)

    async def pruned(runner: "Runner") -> list[str]:
        return [one["thread_id"] async for one in runner.archive.prune(before=before, dry_run=dry_run)]

    ids = call_runner(pruned)
    if as_json:
        print_json({"deleted": [] if dry_run else ids, "would_delete": ids if dry_run else []})
    else:
        print_error(f"{'Would delete' if dry_run else 'Deleted'} {len(ids)} thread{'s' * (len(ids) != 1)}.")


def _timeline(entry: "Entry") -> str:
    """A run's beginning and end with the date, its steps between them, indented."""
    took = "" if entry["duration_ms"] is None else f"{entry['duration_ms']} ms"
    again = f"attempt {entry['attempt']}" if (entry["attempt"] or 1) > 1 else ""
    happened = ", ".join(part for part in (HAPPENED[entry["event"]], again, entry["error"]) if part)
    at = datetime.fromisoformat(entry["at"]).astimezone()
    day, time = at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S.%f")[:12]
    if entry["node"] is None:
        return f"{day} {time}  {entry['graph']} {happened}{took and f' after {took}'}"
    what = "  ".join(filter(None, [on_one_line(entry["label"]), happened]))
    return f"{'':>10} {time}    {entry['node']:<18} {took:>9}  {what}".rstrip()
