"""May this order be refunded, how much, and does a human have to agree?"""

import uuid
from typing import Literal

from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from nodes.context import Context, context_of
from nodes.ports import services
from nodes.refund.refund_rules import Assessment, Verdict, assess, unknown_order

REFUNDS = uuid.UUID("0a0f4c1e-54ab-5c0f-8a43-7d6b7c1c7e42")
"""Namespace of refund ids."""


class RefundRequested(TypedDict, total=False):
    order_id: str
    email: str
    amount_cents: int | None
    verified: bool
    refund_no: int


class Judged(TypedDict):
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
    problem: str
    outcome: None


async def check_eligibility(state: RefundRequested, config: RunnableConfig, runtime: Runtime[Context]) -> Judged:
    """Apply the refund rules, give the request the id under which it can be paid once, and clear what an earlier
    request of this thread left behind.

    The id comes from the thread, from how many refunds it has asked for, and from the order: trying again yields the
    same id, the next request another one, and so does another order on a new thread that has a deleted one's name.
    """
    number = state.get("refund_no", 0) + 1
    judged = await _assess(state)
    verdict = judged["verdict"]
    if verdict == "small" and context_of(runtime)["approve_everything"]:
        judged = {**judged, "rule": "approve_everything", "say": "This run asks for an approval of every refund."}
        verdict = "large"
    return {
        "refund_no": number,
        "refund_id": str(
            uuid.uuid5(REFUNDS, f"{config['configurable']['thread_id']}/{number}/{state.get('order_id')}")
        ),
        "eligibility": verdict,
        "rule": judged["rule"],
        "say": judged["say"],
        "due_cents": judged["due_cents"],
        "currency": judged["currency"],
        "approval": None,
        "decision": None,
        "failure": None,
        "receipt_id": None,
        "problem": "",
        "outcome": None,
    }


async def eligibility(state: Judged) -> Literal["ineligible", "small", "large"]:
    return state["eligibility"]


async def _assess(state: RefundRequested) -> Assessment:
    order_id = state.get("order_id") or ""
    order = await services().orders.find(order_id)
    if order is None or not state.get("verified"):
        return unknown_order(order_id, state.get("email") or "")
    return assess(order, state.get("amount_cents"), services().limits, services().clock.now())
