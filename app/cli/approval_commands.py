"""Commands of those who decide: pending, approve, reject, sweep."""

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.invoke import AsJson, EngineOption, ThreadArgument, call, run
from app.cli.output import print_error, print_json, print_list
from app.cli.parameters import amount as parse_amount
from app.cli.parameters import words

if TYPE_CHECKING:
    from app.engines.contract import Engine
    from nodes.ports.approvals import Approval

By = Annotated[str | None, typer.Option(help="Who decides; your login name when left out.")]


def pending(engine: EngineOption = None, as_json: AsJson = False) -> None:
    """List the approvals that wait, oldest deadline first."""
    waiting = call(_pending, engine=engine)
    rows: list[Any] = [approval if as_json else _row(approval, name) for approval, name in waiting]
    columns = ("thread", "waits for", "deadline", "reason")
    print_list(rows, columns, as_json=as_json, empty="Nothing waits for an approval.")


def approve(
    thread: ThreadArgument,
    amount: Annotated[
        int | None, typer.Option(parser=parse_amount, metavar="AMOUNT", help="Approve less than was asked, like 80.00.")
    ] = None,
    by: By = None,
    note: Annotated[str, typer.Option(help="A note for the record.")] = "",
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """Approve what a thread waits for, and let it go on.

    Example: switchboard approve conv-123 --amount 80.00 --by Mia
    """
    answer: dict[str, Any] = {"type": "approve", "by": by or getpass.getuser(), "note": note}
    if amount is not None:
        answer.update(type="edit", args={"amount": f"{amount // 100}.{amount % 100:02d}"})
    run(lambda runner: runner.decide(thread, answer), as_json=as_json, engine=engine)


def reject(
    thread: ThreadArgument,
    reason: Annotated[str, typer.Option(parser=words, metavar="WHY", help="Why; the customer reads it.")],
    by: By = None,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """Reject what a thread waits for. The customer is told the reason.

    Example: switchboard reject conv-123 --reason "the item was used" --by Mia
    """
    answer = {"type": "reject", "message": reason, "by": by or getpass.getuser()}
    run(lambda runner: runner.decide(thread, answer), as_json=as_json, engine=engine)


def sweep(engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Let overdue approvals expire. Each gets a ticket, and its customer is told. Run it every minute or so."""
    swept = call(lambda runner: runner.sweep(), engine=engine)
    if as_json:
        print_json(swept)
        return
    for result in swept:
        typer.echo(f"{result['name'] or result['thread_id']}: {result['outcome'] or result['status']}")
    print_error(f"{len(swept)} approval{'s' * (len(swept) != 1)} expired.")


async def _pending(runner: "Engine") -> "list[tuple[Approval, str]]":
    """The approvals, each with what its thread is called."""
    from app.records.threads import called

    names = {thread["thread_id"]: called(thread) for thread in await runner.recent(status="waiting")}
    return [(one, names.get(one["thread_id"], one["thread_id"])) for one in await runner.pending()]


def _row(approval: "Approval", name: str) -> dict[str, str]:
    from graphs import actions

    return {
        "thread": name,
        "waits for": actions()[approval["action"]].headline(approval["args"]),
        "deadline": f"{approval['expires_at'][:19]}Z",
        "reason": approval["args"].get("reason", ""),
    }
