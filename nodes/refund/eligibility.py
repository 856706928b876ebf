"""May this order be refunded, how much, and does a human have to agree?"""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from nodes.context import Context, context_of
from nodes.ports import services
from nodes.ports.orders import Order
from nodes.ports.payments import Receipt, has_failed
from nodes.refund.failed_payouts import failed_payouts, to_customer
from nodes.refund.refund_action import REFUND
from nodes.refund.refund_key import RefundNamed, refund_id_of
from nodes.refund.refund_rules import Assessment, Verdict, assess, belongs_to, paid_a_moment_ago, unknown_order

PAYOUT_FAILED = "payout_failed"
"""The rule about an order of which a refund has failed."""


class RefundRequested(RefundNamed, total=False):
    email: str
    again: bool
    refunds_seen: int | None


class Judged(TypedDict):
    origin: str
    refund_no: int
    refund_id: str
    eligibility: Verdict
    rule: str | None
    say: str
    due_cents: int
    currency: str
    approval: None
    decision: None
    failure: None
    receipt_id: None
    refund_status: None
    problem: str
    outcome: None


async def check_eligibility(state: RefundRequested, config: RunnableConfig, runtime: Runtime[Context]) -> Judged:
    """Apply the refund rules, give the request the id under which it can be paid once, and clear what an earlier
    request of this thread left in the state."""
    named: RefundNamed = {
        "order_id": state.get("order_id") or "",
        "amount_cents": state.get("amount_cents"),
        "key": state.get("key"),
        "refund_no": state.get("refund_no", 0) + 1,
        "origin": state.get("origin") or str(config["configurable"]["thread_id"]),
    }
    refund_id = refund_id_of(named, config)
    is_repeated = bool(state.get("key")) or named["origin"] != str(config["configurable"]["thread_id"])
    judged = await _assess(
        state, refund_id, may_be_paid=is_repeated, asks_always=context_of(runtime)["approve_everything"]
    )
    return {
        "origin": named["origin"] or "",
        "refund_no": named["refund_no"],
        "refund_id": refund_id,
        "eligibility": judged["verdict"],
        "rule": judged["rule"],
        "say": judged["say"],
        "due_cents": judged["due_cents"],
        "currency": judged["currency"],
        "approval": None,
        "decision": None,
        "failure": None,
        "receipt_id": None,
        "refund_status": None,
        "problem": "",
        "outcome": None,
    }


async def eligibility(state: Judged) -> Literal["ineligible", "small", "large"]:
    return state["eligibility"]


async def judged_now(order: Order, amount_cents: int | None, refund_id: str, *, asks_always: bool) -> Assessment:
    """What the rules say about this refund at this moment. `asks_always`: a human is asked about small ones too.

    While people are asked to pay a refund of the order another way, nothing else of it is. Later a human knows what they did.
    """
    waiting_cents = await waiting_for(order["order_id"], besides=refund_id)
    judged = assess(order, amount_cents, services().limits, services().clock.now(), waiting_cents=waiting_cents)
    waiting, over = await failed_payouts(order["order_id"])
    if waiting:
        return _failed_before(judged, to_customer(waiting[0]["receipt"], waiting[0]["ticket_id"]))
    if judged["verdict"] == "small" and over:
        say = "An earlier refund of this order has failed, and people were asked to pay it another way."
        return {**judged, "verdict": "large", "rule": PAYOUT_FAILED, "say": say}
    if judged["verdict"] == "small" and asks_always:
        say = "This run asks for an approval of every refund."
        return {**judged, "verdict": "large", "rule": "approve_everything", "say": say}
    return judged


async def waiting_for(order_id: str, *, besides: str) -> int:
    """The sum of this order's other refunds that wait for an approval."""
    pending = await services().approvals.pending()
    return sum(
        int(record["args"]["amount_cents"])
        for record in pending
        if record["action"] == REFUND.name
        and record["approval_id"] != besides
        and record["args"]["order_id"] == order_id
    )


async def _assess(state: RefundRequested, refund_id: str, *, may_be_paid: bool, asks_always: bool) -> Assessment:
    order_id, email = state.get("order_id") or "", state.get("email") or ""
    order = await services().orders.find(order_id)
    if order is None or not belongs_to(order, email):
        return unknown_order(order_id, email)
    paid = await services().payments.find(refund_id) if may_be_paid else None
    is_ours = paid is not None and paid["order_id"] == order["order_id"]
    if paid and is_ours and not has_failed(paid):
        return _paid_already(paid)
    judged = await judged_now(order, state.get("amount_cents"), refund_id, asks_always=asks_always)
    if paid and is_ours and judged["verdict"] != "ineligible":
        return _failed_before(judged, to_customer(paid, None, is_over=True))  # its id is used up
    is_meant = state.get("again") or state.get("refunds_seen") == len(order["refunds"])
    if judged["verdict"] != "ineligible" and not is_meant:
        return paid_a_moment_ago(order, judged, services().clock.now()) or judged
    return judged


def _failed_before(judged: Assessment, say: str) -> Assessment:
    return {**judged, "verdict": "ineligible", "rule": PAYOUT_FAILED, "say": say}


def _paid_already(paid: Receipt) -> Assessment:
    """This very request was paid before (on a fork, or under the caller's key): the payment step finds its receipt."""
    return {
        "verdict": "small",
        "rule": None,
        "say": "",
        "due_cents": paid["amount_cents"],
        "currency": paid["currency"],
    }
