"""Commands about threads: threads, show, trace, history, fork, resume, delete, prune."""

import getpass
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.cli.invoke import AsJson, EngineOption, Strict, ThreadArgument, call, call_runner, run
from app.cli.output import failing_plainly, on_one_line, print_error, print_json, print_list, print_result, say
from app.cli.parameters import age
from app.cli.save_option import OutOption, check, save

if TYPE_CHECKING:
    from app.engines.contract import Engine, RunResult
    from app.engines.langgraph.runner import Runner
    from app.records.journal import Entry

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

StatusOption = Annotated[
    Literal["completed", "waiting", "failed", "running"] | None, typer.Option(help="Only threads with this status.")
]


def threads(
    status: StatusOption = None,
    graph: Annotated[str | None, typer.Option(help="Only threads of this workflow.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, most recently active first.")] = 20,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """List threads, most recently active first."""
    found = call(lambda runner: runner.recent(status=status, graph=graph, limit=limit), engine=engine)
    columns = ("thread_id", "name", "graph", "status", "outcome", "updated_at")
    print_list(found, columns, as_json=as_json, empty="There are no such threads yet.")


def show(thread: ThreadArgument, out: OutOption = None, engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Show where a thread stands. With --json: status, outcome, reply, approval and the whole state."""
    result = call(lambda runner: runner.show(thread), engine=engine)
    if out:
        with failing_plainly():
            check(out, result["graph"])
            save(out, result)
    if as_json:
        print_json(result)
        return
    print_list([dict(result)], ("thread_id", "name", "graph", "status", "outcome"), as_json=False, empty="")
    say()
    with suppress(typer.Exit):  # showing a thread that waits or failed is no failure
        print_result(result, as_json=False, engine=engine)


def trace(thread: ThreadArgument, engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Show every step a thread took. When, how long, which attempt, and what failed."""
    entries = call(lambda runner: runner.trace(thread), engine=engine)
    if as_json:
        print_json(entries)
        return
    for entry in entries:
        if entry["event"] not in ("start", "retry"):  # the line of a step's end says how often it was tried
            say(_timeline(entry))


def tickets(
    thread: Annotated[str | None, typer.Option("--thread", help="Only tickets of this thread.")] = None,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """List what was handed to people. Newest first."""
    found = call(lambda runner: runner.tickets(thread), engine=engine)
    columns = ("ticket_id", "opened_at", "reason", "summary", "thread_id")
    print_list(found, columns, as_json=as_json, empty="No tickets.")


def history(thread: ThreadArgument, as_json: AsJson = False) -> None:
    """List a thread's checkpoints. Newest first; `fork --at` takes one of them."""
    checkpoints = call_runner(lambda runner: runner.archive.history(thread))
    print_list(
        checkpoints, ("checkpoint_id", "step", "source", "next", "created_at"), as_json=as_json, empty="No checkpoints."
    )


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

    async def resumed(at_work: "Engine") -> "RunResult":
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
        print_error(f"Deleted thread {deleted}.")


def prune(
    older_than: Annotated[timedelta, typer.Option(parser=age, metavar="AGE", help="Like 30d, 12h or 45m.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget threads that are long over. Last active longer ago than AGE; those that wait for a human stay."""
    from nodes.ports.clock import iso

    before = iso(datetime.now(UTC) - older_than)
    old = call_runner(lambda runner: runner.archive.prune(before=before, dry_run=dry_run))
    ids = [thread["thread_id"] for thread in old]
    if as_json:
        print_json({"deleted": [] if dry_run else ids, "would_delete": ids if dry_run else []})
    else:
        print_error(f"{'Would delete' if dry_run else 'Deleted'} {len(ids)} thread{'s' * (len(ids) != 1)}.")


def _timeline(entry: "Entry") -> str:
    """A run's beginning and end with the date, its steps between them, indented."""
    took = "" if entry["duration_ms"] is None else f"{entry['duration_ms']} ms"
    again = f"attempt {entry['attempt']}" if (entry["attempt"] or 1) > 1 else ""
    happened = ", ".join(part for part in (HAPPENED[entry["event"]], again, entry["error"]) if part)
    day, time = entry["at"][:10], entry["at"][11:23]
    if entry["node"] is None:
        return f"{day} {time}  {entry['graph']} {happened}{took and f' after {took}'}"
    what = "  ".join(filter(None, [on_one_line(entry["label"]), happened]))
    return f"{'':>10} {time}    {entry['node']:<18} {took:>9}  {what}".rstrip()
