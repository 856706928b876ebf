"""Refunds that have failed after the customer was told they are paid: the case is opened again, and the customer told."""

from contextlib import suppress

from app.engines.contract import Engine, RunResult
from app.records.threads import Thread
from nodes.money import shown
from nodes.ports.errors import Retryable, SwitchboardError, UnknownThread
from nodes.ports.payments import FailedRefund, FollowsRefunds, Receipt
from nodes.refund.refund_sentences import FAILED_LATER, SUBJECTS
from nodes.wording import letter, worded


async def reopen_failed(engine: Engine) -> list[RunResult]:
    """A ticket, a mail and a corrected outcome for each, and where its thread stands now. Repeatable."""
    payments = engine.services.payments
    if not isinstance(payments, FollowsRefunds):
        return []
    try:
        failed = await payments.failed_refunds()
    except Retryable:
        return []  # the next sweep asks again
    reopened = [await _reopen(one, engine) for one in failed]
    return [result for result in reopened if result]


async def _reopen(failed: FailedRefund, engine: Engine) -> RunResult | None:
    receipt, thread = failed["receipt"], await _thread_of(failed["receipt"], engine)
    amount = shown(receipt["amount_cents"], receipt["currency"])
    ticket = await engine.services.tickets.open(
        key=f"{receipt['key']}/failed",
        thread_id=thread["thread_id"] if thread else "",
        reason=f"A refund has failed after it was confirmed: {failed['failure']}.",
        summary=f"{amount} for order {receipt['order_id']} did not reach the customer (receipt {receipt['receipt_id']}). "
        "Please pay it another way.",
        transcript=[],
        facts={**receipt, "failure": failed["failure"]},
    )
    await _tell_customer(receipt, amount, ticket["ticket_id"], engine)
    if thread and (thread["status"], thread["outcome"]) == ("completed", "refunded"):
        await engine.threads.correct(thread, status="completed", outcome="escalated")
    payments = engine.services.payments
    assert isinstance(payments, FollowsRefunds)
    await payments.reported(receipt["key"])
    return await engine.show(thread["thread_id"]) if thread else None


async def _tell_customer(receipt: Receipt, amount: str, ticket_id: str, engine: Engine) -> None:
    with suppress(SwitchboardError):  # what could not be sent is in the outbox, and the ticket is open
        order = await engine.services.orders.find(receipt["order_id"])
        if order:
            await engine.services.mail.send(
                key=f"{receipt['key']}:customer:failed",
                to=order["email"],
                subject=worded(SUBJECTS["failed"], order_id=receipt["order_id"]),
                text=letter(worded(FAILED_LATER, amount=amount, order_id=receipt["order_id"], ticket_id=ticket_id)),
            )


async def _thread_of(receipt: Receipt, engine: Engine) -> Thread | None:
    """The thread that paid this refund: the one that asked for its approval, or one about the order that has its id."""
    if record := await engine.services.approvals.get(receipt["key"]):
        with suppress(UnknownThread):
            return await engine.threads.get(record["thread_id"])
    for thread in await engine.threads.recent(order_id=receipt["order_id"], outcome="refunded"):
        with suppress(SwitchboardError):
            if (await engine.show(thread["thread_id"]))["values"].get("refund_id") == receipt["key"]:
                return thread
    return None
