"""Commands about one thread, or old ones: show, history, fork, resume, delete, prune."""

import getpass
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.invoke import AsJson, EngineOption, Strict, ThreadArgument, call, call_runner, glance, run
from app.cli.output import failing_plainly, how_it_stands, on_one_line, print_error, print_json, print_result, say
from app.cli.parameters import age
from app.cli.save_option import OutOption, check, save, saved
from app.cli.tables import print_list
from app.cli.thread_list_command import print_threads
from app.cli.times import local, relative

if TYPE_CHECKING:
    from app.cli.thread_list_command import Listed
    from app.engines.contract import Engine, RunResult
    from app.engines.langgraph.runner import Runner
    from app.records.home_requests import HomeRequests
    from app.runtime import Switchboard
    from nodes.ports.approvals import Approval


def _decided(approval: "Approval") -> str:
    """Who decided, when and why; and under whose login, or for whom, where that is another name."""
    who, at = on_one_line(approval["decided_by"] or "nobody"), approval["decided_at"] or ""
    said = f": {on_one_line(approval['reason'])}" if approval["reason"] else "."
    login, said_by = approval.get("decided_as"), approval.get("said_by")
    behind = f"\nLogin: {on_one_line(login)}" if login and login != approval["decided_by"] else ""
    named = f"\nFor: {on_one_line(said_by)}" if said_by else ""
    return f"{approval['status'].capitalize()} by {who}, {local(at)} ({relative(at)}){said}{behind}{named}\n"


def show(thread: ThreadArgument, out: OutOption = None, engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Show where a thread stands. With --json: status, outcome, reply, approval and the whole state."""

    async def found(at_work: "Engine | HomeRequests") -> "tuple[RunResult, str]":
        from nodes.approvals.so_far import description

        result = await at_work.show(thread)
        waiting = result["approval"] if result["status"] == "waiting" else None
        return result, await description(waiting) if waiting else ""

    seen = glance(found, with_messages=as_json, engine=engine)
    result, asked = call(found, engine=engine) if seen is None else seen
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
        return await saved(at_work.resume(thread), out)

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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be deleted.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget threads that are long over. Last active longer ago than AGE; those that wait for a human stay."""
    from nodes.ports.clock import iso

    before = iso(datetime.now(UTC) - older_than)

    async def pruned(runner: "Runner") -> "Listed":
        found = [one async for one in runner.archive.prune(before=before, dry_run=dry_run)]
        return found, await runner.threads.short_ids([one["thread_id"] for one in found]), False, {}

    found = call_runner(pruned)
    ids = [one["thread_id"] for one in found[0]]
    if as_json:
        print_json({"deleted": [] if dry_run else ids, "would_delete": ids if dry_run else []})
        return
    if dry_run and ids:
        print_threads(found)
    print_error(f"{'Would delete' if dry_run else 'Deleted'} {len(ids)} thread{'s' * (len(ids) != 1)}.")
