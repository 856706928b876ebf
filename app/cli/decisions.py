"""Commands of those who decide: pending, approve, reject, sweep."""

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.output import print_error, print_json
from app.cli.parameters import amount as parse_amount
from app.cli.running import AsJson, ThreadArgument, call, run

if TYPE_CHECKING:
    from app.services import Approval

By = Annotated[str | None, typer.Option(help="Who decides; your login name when left out.")]


def pending(as_json: AsJson = False) -> None:
    """List the approvals that wait, oldest deadline first."""
    waiting = call(lambda runner: runner.pending())
    if as_json:
        print_json(waiting)
    elif not waiting:
        print_error("Nothing waits for an approval.")
    else:
        _print_pending(waiting)


def approve(
    thread: ThreadArgument,
    amount: Annotated[
        int | None, typer.Option(parser=parse_amount, metavar="AMOUNT", help="Approve less than was asked, like 80.00.")
    ] = None,
    by: By = None,
    note: Annotated[str, typer.Option(help="A note for the record.")] = "",
    as_json: AsJson = False,
) -> None:
    """Approve what a thread waits for, and let it go on.

    Example: switchboard approve conv-123 --amount 80.00 --by Mia
    """
    answer: dict[str, Any] = {"type": "approve", "by": by or getpass.getuser(), "note": note}
    if amount is not None:
        answer.update(type="edit", args={"amount": f"{amount // 100}.{amount % 100:02d}"})
    run(lambda runner: runner.decide(thread, answer), as_json=as_json)


def reject(
    thread: ThreadArgument,
    reason: Annotated[str, typer.Option(help="Why; the customer reads it.")],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Reject what a thread waits for. The customer is told the reason.

    Example: switchboard reject conv-123 --reason "the item was used" --by Mia
    """
    answer = {"type": "reject", "message": reason, "by": by or getpass.getuser()}
    run(lambda runner: runner.decide(thread, answer), as_json=as_json)


def sweep(as_json: AsJson = False) -> None:
    """Let overdue approvals expire. Each gets a ticket, and its customer is told. Run it every minute or so."""
    swept = call(lambda runner: runner.sweep())
    if as_json:
        print_json(swept)
        return
    for result in swept:
        typer.echo(f"{result['name'] or result['thread_id']}: {result['outcome'] or result['status']}")
    print_error(f"{len(swept)} approval{'s' * (len(swept) != 1)} expired.")


def _print_pending(waiting: "list[Approval]") -> None:
    from rich.console import Console
    from rich.table import Table

    from nodes.money import shown

    table = Table("thread", "amount", "order", "deadline", "reason", box=None, pad_edge=False)
    for approval in waiting:
        args = approval["args"]
        table.add_row(
            approval["thread_id"],
            shown(args["amount_cents"], args["currency"]),
            args["order_id"],
            f"{approval['expires_at'][:19]}Z",
            args["reason"],
        )
    Console().print(table)
