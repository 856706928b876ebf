"""The money goes back, once: and only when the rules, or a recorded approval, allow it."""

from typing import Literal

from typing_extensions import TypedDict

from nodes.money import shown
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.errors import GateRefused
from nodes.ports.orders import Order
from nodes.ports.payments import Receipt
from nodes.refund.refund_rules import assess


class RefundDue(TypedDict, total=False):
    refund_id: str
    order_id: str
    email: str
    due_cents: int
    currency: str
    reason: str
    eligibility: Literal["small", "large", "ineligible"]


class Refunded(TypedDict):
    outcome: Literal["refunded"]
    receipt_id: str
    refunded_cents: int
    say: str


class LookedUp(TypedDict, total=False):
    receipt_id: str | None
    outcome: Literal["refunded"]
    refunded_cents: int
    say: str


async def process_refund(state: RefundDue) -> Refunded:
    """Pay the money back, once.

    Repeatable: the gateway refuses a second refund with the same refund_id. The state is not trusted here: the order is
    judged again, and a refund above the limit needs its approval in the database. A refund that a human was asked
    about is never paid without their yes, however small it is.
    Raises PaymentDeclined, RefundTooLarge, GateRefused (final), PaymentsUnavailable, PaymentTimedOut (worth another try).
    """
    receipt = await services().payments.find(state["refund_id"])
    if receipt is None:
        approval, order = await _approval(state), await _order(state)
        receipt = await services().payments.refund(
            key=state["refund_id"],
            order_id=state["order_id"],
            amount_cents=_allowed_cents(state, order, approval),
            currency=state["currency"],
            reason=state.get("reason") or "",
            approval_id=approval["approval_id"] if approval else None,
            refunded_before_cents=order["refunded_cents"],
        )
    if receipt["order_id"] != state["order_id"]:
        raise GateRefused(f"The refund {state['refund_id']} was paid for order {receipt['order_id']}.")
    return _refunded(receipt, asked_cents=state["due_cents"])


async def look_up_refund(state: RefundDue) -> LookedUp:
    """After the payment step failed for good: did the money move all the same?"""
    receipt = await services().payments.find(state["refund_id"])
    if receipt is None or receipt["order_id"] != state["order_id"]:
        return {"receipt_id": None}
    done = _refunded(receipt, asked_cents=state["due_cents"])
    return {
        "receipt_id": done["receipt_id"],
        "outcome": done["outcome"],
        "refunded_cents": done["refunded_cents"],
        "say": done["say"],
    }


async def money_moved(state: LookedUp) -> Literal["paid", "unpaid"]:
    return "paid" if state.get("receipt_id") else "unpaid"


async def _approval(state: RefundDue) -> Approval | None:
    """The approval of this refund; None when no human was asked. Raises GateRefused for any other record."""
    approval = await services().approvals.get(state["refund_id"])
    if approval is None:
        return None
    if approval["args"]["order_id"] != state["order_id"]:
        raise GateRefused("The approval is for another order; nothing was paid.")
    if approval["status"] != "approved":
        raise GateRefused(f"The approval of this refund is {approval['status']}, not approved; nothing was paid.")
    return approval


async def _order(state: RefundDue) -> Order:
    order = await services().orders.find(state["order_id"])
    if order is None:
        raise GateRefused(f"Order {state['order_id']} is gone; nothing was paid.")
    return order


def _allowed_cents(state: RefundDue, order: Order, approval: Approval | None) -> int:
    """What may be paid now. Raises GateRefused when the rules or the recorded approval do not cover it."""
    approved_cents = approval["approved_cents"] if approval else None
    cents = state["due_cents"] if approved_cents is None else min(approved_cents, state["due_cents"])
    judged = assess(order, cents, services().limits, services().clock.now())
    if judged["verdict"] == "ineligible":
        raise GateRefused(judged["say"])
    if approved_cents is None and (judged["verdict"] == "large" or state.get("eligibility") != "small"):
        raise GateRefused(
            f"{shown(cents, state['currency'])} need an approval, and none is recorded; nothing was paid."
        )
    return cents


def _refunded(receipt: Receipt, *, asked_cents: int) -> Refunded:
    paid = shown(receipt["amount_cents"], receipt["currency"])
    asked = shown(asked_cents, receipt["currency"])
    part = f" of the requested {asked}" if receipt["amount_cents"] < asked_cents else ""
    return {
        "outcome": "refunded",
        "receipt_id": receipt["receipt_id"],
        "refunded_cents": receipt["amount_cents"],
        "say": f"We have refunded {paid}{part} for order {receipt['order_id']} to the card it was paid with "
        f"(receipt {receipt['receipt_id']}). It can take a few days until your bank shows it.",
    }
