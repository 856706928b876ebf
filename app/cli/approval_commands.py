"""Commands of those who decide: pending, approve, reject, ask, sweep."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from app.cli.invoke import (
    AsJson,
    EngineOption,
    Strict,
    ThreadArgument,
    ThreadArguments,
    call,
    decide_each,
    describe,
    look,
)
from app.cli.live import Watch, refuse_json, watched
from app.cli.output import indented, on_one_line, print_error, print_json, say
from app.cli.parameters import amount as parse_amount
from app.cli.parameters import words
from app.cli.tables import print_list
from app.cli.thread_list_command import named
from app.cli.times import relative

if TYPE_CHECKING:
    from app.clients.mail.outbox import QueuedMail
    from app.engines.contract import Engine, Lists, Records
    from nodes.ports.approvals import Approval

By = Annotated[
    str | None, typer.Option(help="A name for the record, beside your own: your login name, or who has signed in.")
]


def pending(
    short: Annotated[bool, typer.Option("--short", help="One line for each.")] = False,
    watch: Watch = False,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """List the approvals that wait, oldest deadline first, with all that is needed to decide."""
    if watch:
        refuse_json(as_json)
        watched(_pending, lambda waiting: _print_pending(waiting, short=short), engine=engine)
        return
    waiting = describe(_pending, engine=engine)
    if as_json:
        print_json([{**one.approval, "overdue": one.overdue, "approver_told": one.approver_told} for one in waiting])
    else:
        _print_pending(waiting, short=short)


def approve(
    threads: ThreadArguments,
    amount: Annotated[
        str | None, typer.Option(parser=parse_amount, metavar="AMOUNT", help="Approve less than was asked, like 80.00.")
    ] = None,
    by: By = None,
    note: Annotated[str, typer.Option(help="A note for the record.")] = "",
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Approve what a thread waits for, and let it go on. Several threads are decided one after the other.

    Example: switchboard approve conv-123 --amount 80.00 --by Mia
    """
    answer: dict[str, Any] = {"type": "approve", "note": note} | ({"by": by} if by else {})
    if amount is not None:
        answer.update(type="edit", args={"amount": amount})
    decide_each(threads, answer, as_json=as_json, strict=strict, engine=engine)


def reject(
    threads: ThreadArguments,
    reason: Annotated[str, typer.Option(parser=words, metavar="WHY", help="Why; the customer reads it.")],
    by: By = None,
    engine: EngineOption = None,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Reject what a thread waits for. The customer is told the reason. Several threads are decided one after the other.

    Example: switchboard reject conv-123 --reason "the item was used" --by Mia
    """
    answer = {"type": "reject", "message": reason} | ({"by": by} if by else {})
    decide_each(threads, answer, as_json=as_json, strict=strict, engine=engine)


def ask(
    thread: ThreadArgument,
    text: Annotated[str, typer.Argument(parser=words, metavar="QUESTION", help="What you want to know.")],
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """Ask the customer before you decide. The deadline stands. The answer is mailed to the approver, and shown by `show`.

    In a conversation the customer answers there. For other workflows a ticket is opened too, and `tickets answer` notes
    what the customer has said.

    Example: switchboard ask conv-123 "Can you send a photo of the seal?"
    """

    async def asked(at_work: "Engine") -> "Approval":
        from app.approvals.approval_questions import ask as put

        return await put(at_work, thread, text)

    approval = call(asked, engine=engine)
    if as_json:
        print_json(approval)
        return
    question = approval["questions"][-1]
    whom = "" if question["put_to"] == "ticket" else f"{question['put_to']} was asked. "
    ticket = (
        f"The answer goes into {question['ticket_id']}: `switchboard tickets answer`. " if question["ticket_id"] else ""
    )
    print_error(f"{whom}{ticket}The deadline stands: {relative(approval['expires_at'])}.")


def sweep(engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Let overdue approvals expire, and close those that cannot be decided any more. Each gets a ticket, its customer is
    told, and mails that could not be sent are tried again. Run it every minute or so."""
    swept = call(lambda runner: runner.sweep(), engine=engine)
    if as_json:
        print_json(swept)
        return
    for result in swept:
        say(f"{result['name'] or result['thread_id']}: {result['outcome'] or result['status']}")
    expired = sum(result["outcome"] == "expired" for result in swept)
    print_error(f"{expired} approval{'s' * (expired != 1)} expired.")
    if lost := sum(result["outcome"] == "escalated" and not result["values"] for result in swept):
        print_error(f"{lost} closed with a ticket, because the thread does not wait any more.")


def mails(
    failed: Annotated[bool, typer.Option("--failed", help="Only those that are not tried any more.")] = False,
    send: Annotated[bool, typer.Option("--send", help="Try the pending ones now.")] = False,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """List e-mails that could not be sent yet. `sweep` tries them again, later and later; after the last try there is a ticket."""

    async def listed(at_work: "Records") -> "list[QueuedMail]":
        from app.engines.sweep.mail_retries import send_due

        if send:
            await send_due(at_work.outbox, at_work.services, now_at_all=True)
        return await at_work.outbox.unsent("failed" if failed else None)

    columns = ("recipient", "subject", "state", "tries", "next_try_at", "ticket_id", "error")
    unsent = look(listed, engine=engine)
    rows: list[Any] = unsent if as_json else [{**one, "next_try_at": relative(one["next_try_at"])} for one in unsent]
    print_list(rows, columns, as_json=as_json, empty="Every e-mail was sent.", long=("recipient", "subject", "error"))


class Waiting(NamedTuple):
    """An approval that waits, what its thread is called, and what an approver should know."""

    approval: "Approval"
    name: str
    overdue: bool
    approver_told: bool
    description: str


def _print_pending(waiting: Sequence[Waiting], *, short: bool) -> None:
    if short or not waiting:
        columns = ("thread", "waits for", "asked", "deadline", "reason")
        rows = [_row(one) for one in waiting]
        print_list(rows, columns, as_json=False, empty="Nothing waits for an approval.", long=("waits for", "reason"))
    else:
        say("\n\n".join(_block(one) for one in waiting))
        print_error("\nTo decide: `switchboard approve THREAD`, or `switchboard reject THREAD --reason WHY`.")
    if any(one.overdue for one in waiting):
        say("The deadline of some has passed: `switchboard sweep` closes them.")
    if not all(one.approver_told for one in waiting):
        say("The approver of some has not been told yet: `switchboard mails`.")


async def _pending(runner: "Lists") -> list[Waiting]:
    from nodes.approvals.so_far import description
    from nodes.ports import services
    from nodes.ports.clock import iso

    found, now = await runner.pending(), iso(services().clock.now())
    short = await runner.threads.short_ids({one["thread_id"] for one in found})
    names = short | {one["thread_id"]: named(one, short) for one in await runner.threads.some(short)}
    untold = await runner.outbox.untold([f"{one['approval_id']}:approver" for one in found])
    return [
        Waiting(
            one,
            names.get(one["thread_id"], one["thread_id"]),
            one["expires_at"] <= now,
            f"{one['approval_id']}:approver" not in untold,
            await description(one),
        )
        for one in found
    ]


def _block(waiting: Waiting) -> str:
    """What the approver's mail says, under the name by which the thread is decided."""
    approval = waiting.approval
    headline = _headline(approval)
    asked, deadline = relative(approval["requested_at"]), relative(approval["expires_at"])
    rest = waiting.description.removeprefix(f"{headline}?").strip("\n")
    return (
        f"{on_one_line(waiting.name)}  {headline}\n{indented(f'Asked {asked}, deadline {deadline}')}\n{indented(rest)}"
    )


def _row(waiting: Waiting) -> dict[str, str]:
    approval = waiting.approval
    return {
        "thread": waiting.name,
        "waits for": _headline(approval),
        "asked": relative(approval["requested_at"]),
        "deadline": relative(approval["expires_at"]),
        "reason": approval["args"].get("reason", ""),
    }


def _headline(approval: "Approval") -> str:
    from graphs import actions

    return actions()[approval["action"]].headline(approval["args"])
