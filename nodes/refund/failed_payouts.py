"""Refunds that the payment provider could not carry out: while a ticket asks people to pay one another way, nothing else of
its order is paid here."""

from nodes.money import shown
from nodes.ports import services
from nodes.ports.errors import GateRefused
from nodes.ports.payments import FailedRefund, FollowsRefunds, Receipt
from nodes.ports.tickets import Ticket
from nodes.refund.refund_sentences import PAYOUT_FAILED
from nodes.shop_words import worded

FACT = "failed_refund"
"""The fact of a ticket that names the receipt which people are asked to pay another way."""

KIND = "PayoutFailed"
"""What a run's `failure` calls it."""


def ticket_key(receipt: Receipt) -> str:
    """One ticket for a refund that has failed, whoever finds out first."""
    return f"{receipt['key']}/failed"


def reason(receipt: Receipt) -> str:
    """What people read who are asked to pay it. It says everything: a ticket that others join keeps its reasons alone."""
    amount = shown(receipt["amount_cents"], receipt["currency"])
    why = receipt.get("failure") or "no reason is given"
    return (
        f"A refund has failed ({why}): {amount} for order {receipt['order_id']} did not reach the customer "
        f"(receipt {receipt['receipt_id']}). Please pay it another way, then close this ticket."
    )


def to_customer(receipt: Receipt, ticket_id: str | None, *, is_over: bool = False) -> str:
    amount = shown(receipt["amount_cents"], receipt["currency"])
    return worded(
        PAYOUT_FAILED, amount=amount, order_id=receipt["order_id"], ticket_id=ticket_id or "", is_over=is_over
    )


def asks_people(ticket: Ticket) -> bool:
    """Whether this open ticket asks people to pay a failed refund."""
    return ticket["status"] == "open" and FACT in ticket["facts"]


async def failed_payouts(order_id: str) -> tuple[list[FailedRefund], list[FailedRefund]]:
    """The order's refunds that have failed: those that people are to pay, also where they have no ticket yet; and the others,
    whose ticket is closed.

    To be asked after the order was read: what fails in between is found.
    """
    payments = services().payments
    if not isinstance(payments, FollowsRefunds):
        return [], []
    open_ones, closed = list[FailedRefund](), list[FailedRefund]()
    for failed in await payments.failed_of(order_id):
        (open_ones if await _waits_for_people(failed) else closed).append(failed)
    return open_ones, closed


async def _waits_for_people(failed: FailedRefund) -> bool:
    if failed["ticket_id"] is None:
        return True
    tickets = await services().tickets.list(thread_id=failed["thread_id"] or "")
    return any(one["ticket_id"] == failed["ticket_id"] and one["status"] == "open" for one in tickets)


async def refuse_while_failed(order_id: str) -> None:
    """Raises GateRefused while people are asked to pay a refund of this order another way."""
    if waiting := (await failed_payouts(order_id))[0]:
        raise GateRefused(f"An earlier refund of this order has failed. {_asks(waiting[0])}")


async def payout_lines(order_id: str) -> list[str]:
    """For an approver: what became of earlier refunds of this order."""
    waiting, over = await failed_payouts(order_id)
    return [
        *(f"An earlier refund of this order has failed: {_named(one)}. {_asks(one)}" for one in waiting),
        *(
            f"An earlier refund of this order has failed: {_named(one)}. Ticket {one['ticket_id']}, which asked people to pay "
            "it another way, is closed: it may be paid already."
            for one in over
        ),
    ]


def _named(failed: FailedRefund) -> str:
    receipt = failed["receipt"]
    amount = shown(receipt["amount_cents"], receipt["currency"])
    return f"{amount}, receipt {receipt['receipt_id']} ({receipt.get('failure') or 'no reason is given'})"


def _asks(failed: FailedRefund) -> str:
    ticket_id = failed["ticket_id"]
    if ticket_id is None:
        return "People are asked to pay it another way. Nothing else of this order is paid here before that is settled."
    return (
        f"Ticket {ticket_id} asks to pay it another way. Nothing else of this order is paid here before it is closed."
    )
