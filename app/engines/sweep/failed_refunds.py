"""Refunds that the payment provider could not carry out: people get a ticket, the customer a mail, and the case is open again."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from app.engines.contract import Engine, RunResult
from app.records.threads import Thread
from nodes.money import shown
from nodes.ports.clock import parse
from nodes.ports.errors import Retryable, SwitchboardError, UnknownThread
from nodes.ports.orders import Order
from nodes.ports.payments import FailedRefund, FollowsRefunds, Receipt
from nodes.refund.failed_payouts import FACT, reason, ticket_key
from nodes.refund.refund_key import RefundNamed, refund_id_of
from nodes.refund.refund_sentences import FAILED_LATER, SUBJECTS
from nodes.shop_words import letter, worded

AT_WORK = timedelta(minutes=15)
"""Longer than a run takes."""

MOST_THREADS = 100
"""Of one customer, that are looked through for the one which paid a refund."""


async def reopen_failed(engine: Engine) -> list[RunResult]:
    """A ticket, a mail and a corrected outcome for each, and where its thread stands now. Repeatable.

    What cannot be told now, also because its thread is at work, is left for the next time.
    """
    payments = engine.services.payments
    if not isinstance(payments, FollowsRefunds):
        return []
    try:
        failed = await payments.failed_refunds()
    except Retryable:
        return []
    reopened = []
    for one in failed:
        with suppress(SwitchboardError):
            reopened.append(await _reopen(one, payments, engine))
    return [result for result in reopened if result]


async def _reopen(failed: FailedRefund, payments: FollowsRefunds, engine: Engine) -> RunResult | None:
    receipt, order, unread = failed["receipt"], None, None
    try:
        order = await engine.services.orders.find(receipt["order_id"])
    except SwitchboardError as error:
        unread = error
    thread = await _thread_of(receipt, order, engine)
    if (thread["status"] == "running") if thread else _is_new(receipt, engine):
        return None
    ticket = await engine.services.tickets.open(
        key=ticket_key(receipt),
        thread_id=thread["thread_id"] if thread else "",
        reason=reason(receipt),
        summary=f"About order {receipt['order_id']}" + (f", customer {order['email']}." if order else "."),
        transcript=[],
        facts={**receipt, FACT: receipt["receipt_id"]},
    )
    if thread and thread["status"] == "completed" and ticket["status"] == "open":
        await engine.threads.correct(thread, status="completed", outcome="escalated")
    if unread:
        raise unread  # the customer is told as soon as it is known who that is
    if order and not failed["failed_at_once"]:
        await _tell_customer(receipt, order, ticket["ticket_id"], engine)
    await payments.reported(receipt["key"], ticket_id=ticket["ticket_id"], thread_id=ticket["thread_id"])
    return await engine.show(thread["thread_id"]) if thread else None


def _is_new(receipt: Receipt, engine: Engine) -> bool:
    """Its run may not have written down yet which order it is about."""
    return engine.services.clock.now() - parse(receipt["at"]) < AT_WORK


async def _tell_customer(receipt: Receipt, order: Order, ticket_id: str, engine: Engine) -> None:
    amount = shown(receipt["amount_cents"], receipt["currency"])
    with suppress(SwitchboardError):  # what could not be sent is in the outbox, and the ticket is open
        await engine.services.mail.send(
            key=f"{receipt['key']}:customer:failed",
            to=order["email"],
            subject=worded(SUBJECTS["failed"], order_id=receipt["order_id"]),
            text=letter(worded(FAILED_LATER, amount=amount, order_id=receipt["order_id"], ticket_id=ticket_id)),
        )


async def _thread_of(receipt: Receipt, order: Order | None, engine: Engine) -> Thread | None:
    """The thread that paid this refund: the one that asked for its approval, or the one whose request has its id."""
    if record := await engine.services.approvals.get(receipt["key"]):
        with suppress(UnknownThread):
            return await engine.threads.get(record["thread_id"])
    listed = await engine.threads.recent(order_id=receipt["order_id"], limit=MOST_THREADS)
    if order:  # a conversation may be about another order by now
        listed += await engine.threads.recent(email=order["email"], limit=MOST_THREADS)
    for thread in {one["thread_id"]: one for one in listed}.values():
        with suppress(SwitchboardError):
            if _has_paid((await engine.show(thread["thread_id"]))["values"], thread, receipt):
                return thread
    return None


def _has_paid(values: Mapping[str, Any], thread: Thread, receipt: Receipt) -> bool:
    """Whether one of the thread's requests, the last or an earlier one, has the refund's id."""
    if values.get("refund_id") == receipt["key"]:
        return True
    origin = values.get("origin") or thread["thread_id"]
    requests: list[RefundNamed] = [
        {"origin": origin, "order_id": receipt["order_id"], "refund_no": number, "amount_cents": amount}
        for number in range(1, values.get("refund_no", 0) + 1)
        for amount in (None, receipt["amount_cents"])
    ]
    return receipt["key"] in [refund_id_of(one, {}) for one in requests]
