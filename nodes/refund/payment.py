"""The refund is paid once, and only if the rules or a recorded approval allow it.

Nothing but the request itself is taken from the state (order, address, amount): the id is made anew, the order and its
owner are read again, the rules judge again, and an approval counts only as its record stands.
"""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from nodes.context import Context, context_of
from nodes.conversation.escalation import Failure
from nodes.money import shown
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.errors import GateRefused, RefundedMeanwhile
from nodes.ports.orders import Order
from nodes.ports.payments import Receipt, RefundStatus, has_failed, is_under_way
from nodes.refund.eligibility import judged_now
from nodes.refund.failed_payouts import KIND, reason, refuse_while_failed
from nodes.refund.refund_action import REFUND
from nodes.refund.refund_key import RefundNamed, refund_on_record
from nodes.refund.refund_rules import Assessment, Verdict, assess, belongs_to
from nodes.refund.refund_sentences import PAID, UNDER_WAY
from nodes.shop_words import worded

RIVALS = 50
"""How many refunds of the same order may come first before this one is left to the next try."""


class RefundDue(RefundNamed, total=False):
    email: str
    reason: str
    say: str  # for the failure path, which sees what the failed step saw


class Paid(TypedDict, total=False):
    outcome: Literal["refunded"]
    refund_id: str
    receipt_id: str
    refund_status: RefundStatus
    refunded_cents: int
    failure: Failure  # the provider could not carry it out
    eligibility: Verdict  # when another refund came first: what the rules say now
    rule: str | None
    say: str
    due_cents: int


class LookedUp(TypedDict, total=False):
    receipt_id: str | None
    outcome: Literal["refunded"]
    refund_id: str
    refund_status: RefundStatus
    failure: Failure
    refunded_cents: int
    say: str


async def process_refund(state: RefundDue, config: RunnableConfig, runtime: Runtime[Context]) -> Paid:
    """Pay the money back, once.

    Repeatable: the gateway refuses a second refund with the same id. A refund that a human was asked about is never paid
    without their approval, however small it is. If another refund of the order came first, the rules are applied
    again, and nothing is paid if they decline now.
    Raises PaymentDeclined, RefundTooLarge, GateRefused (final), PaymentsUnavailable, PaymentTimedOut (worth another try).
    """
    refund_id = await refund_on_record(state, config)
    order = await _order(state)
    receipt = await services().payments.find(refund_id)
    if receipt is None:
        approval = await _approval(refund_id, order, state, config)
        if approval:
            receipt = await _pay_approved(refund_id, order, approval)
        else:
            return await _pay_by_the_rules(refund_id, state, asks_always=context_of(runtime)["approve_everything"])
    if receipt["order_id"] != order["order_id"]:
        raise GateRefused(f"The refund {refund_id} was paid for order {receipt['order_id']}.")
    return _ended(receipt, state)


async def payment(state: Paid) -> Literal["paid", "unpaid", "ineligible", "large"]:
    """How the payment ended."""
    if state.get("outcome") == "refunded":
        return "paid"
    if state.get("failure"):
        return "unpaid"
    return "large" if state.get("eligibility") == "large" else "ineligible"


async def look_up_refund(state: RefundDue, config: RunnableConfig) -> LookedUp:
    """After the payment step failed for good: did the money move?"""
    receipt, order = await services().payments.find(await refund_on_record(state, config)), await _order(state)
    if receipt is None or receipt["order_id"] != order["order_id"]:
        return {"receipt_id": None}
    if has_failed(receipt):
        return {"receipt_id": None, "failure": _failure(receipt)}
    done = refunded(receipt, asked_cents=state.get("amount_cents"))
    return {
        "receipt_id": done["receipt_id"],
        "outcome": done["outcome"],
        "refund_id": done["refund_id"],
        "refund_status": done["refund_status"],
        "refunded_cents": done["refunded_cents"],
        "say": done["say"],
    }


async def money_moved(state: LookedUp) -> Literal["paid", "unpaid"]:
    return "paid" if state.get("receipt_id") else "unpaid"


def refunded(receipt: Receipt, *, asked_cents: int | None) -> Paid:
    """What a receipt means for the run, and what the customer reads about it."""
    currency, less = receipt["currency"], asked_cents is not None and receipt["amount_cents"] < asked_cents
    return {
        "outcome": "refunded",
        "refund_id": receipt["key"],
        "receipt_id": receipt["receipt_id"],
        "refund_status": receipt.get("status", "succeeded"),
        "refunded_cents": receipt["amount_cents"],
        "say": worded(
            UNDER_WAY if is_under_way(receipt) else PAID,
            amount=shown(receipt["amount_cents"], currency),
            requested=shown(asked_cents, currency) if asked_cents and less else "",
            order_id=receipt["order_id"],
            receipt_id=receipt["receipt_id"],
            requires_action=receipt.get("status") == "requires_action",
        ),
    }


async def _order(state: RefundDue) -> Order:
    """The order, if it is the customer's. Raises GateRefused."""
    order = await services().orders.find(state.get("order_id") or "")
    if order is None:
        raise GateRefused(f"Order {state.get('order_id')} does not exist any more; nothing was paid.")
    if not belongs_to(order, state.get("email") or ""):
        raise GateRefused(f"Order {order['order_id']} was placed under another e-mail address; nothing was paid.")
    return order


async def _approval(refund_id: str, order: Order, state: RefundDue, config: RunnableConfig) -> Approval | None:
    """The approval of this refund; None when no human was asked. Raises GateRefused for any other record."""
    record = await services().approvals.get(refund_id)
    if record is None:
        return None
    if record["action"] != REFUND.name or record["args"]["order_id"] != order["order_id"]:
        raise GateRefused("The approval is for another order; nothing was paid.")
    if record["thread_id"] not in (str(config["configurable"]["thread_id"]), state.get("origin")):
        raise GateRefused("The approval was asked for on another thread; nothing was paid.")
    if record["status"] != "approved" or record["granted"] is None:
        raise GateRefused(f"The approval of this refund is {record['status']}, not approved; nothing was paid.")
    return record


async def _pay_approved(refund_id: str, order: Order, approval: Approval) -> Receipt:
    """Pay what was granted. Raises GateRefused when the rules decline it by now."""
    granted = approval["granted"]
    assert granted
    judged = assess(order, granted["amount_cents"], services().limits, services().clock.now())
    if judged["verdict"] == "ineligible":
        raise GateRefused(judged["say"])
    await refuse_while_failed(order["order_id"])
    return await services().payments.refund(
        key=refund_id,
        order_id=order["order_id"],
        amount_cents=granted["amount_cents"],
        currency=order["currency"],
        reason=granted["reason"],
        approval_id=approval["approval_id"],
    )


async def _pay_by_the_rules(refund_id: str, state: RefundDue, *, asks_always: bool) -> Paid:
    """Pay what the rules allow at the moment of the payment; what they do not allow goes back with their verdict."""
    for _ in range(RIVALS):
        order = await _order(state)
        judged = await judged_now(order, state.get("amount_cents"), refund_id, asks_always=asks_always)
        if judged["verdict"] != "small":
            return _not_paid(judged)
        try:
            receipt = await services().payments.refund(
                key=refund_id,
                order_id=order["order_id"],
                amount_cents=judged["due_cents"],
                currency=order["currency"],
                reason=state.get("reason") or "",
                refunded_before_cents=order["refunded_cents"],
            )
        except RefundedMeanwhile:
            continue
        return _ended(receipt, state)
    raise RefundedMeanwhile(f"Order {state.get('order_id')} has several refunds at the same time; nothing was paid.")


def _ended(receipt: Receipt, state: RefundDue) -> Paid:
    return (
        {"failure": _failure(receipt)}
        if has_failed(receipt)
        else refunded(receipt, asked_cents=state.get("amount_cents"))
    )


def _failure(receipt: Receipt) -> Failure:
    return {"node": "process_refund", "kind": KIND, "message": reason(receipt)}


def _not_paid(judged: Assessment) -> Paid:
    return {
        "eligibility": judged["verdict"],
        "rule": judged["rule"],
        "say": judged["say"],
        "due_cents": judged["due_cents"],
    }
