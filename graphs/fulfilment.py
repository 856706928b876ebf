"""Fulfilment as a saga: what was done is undone in reverse order when a later step fails for good.

open_attempt -> [above the limit: request_approval -> notify_approver -> await_approval -> record_decision]
             -> reserve_stock -> charge_card -> create_shipment -> confirm -> notify_customer -> respond
   on failure: close_attempt -> cancel_shipment -> refund_charge -> release_stock -> explain_undoing -> notify_customer
   when an undo fails: report_stuck -> respond
"""

from typing import Annotated, Required

from langgraph.graph import END, START, StateGraph
from pydantic import Field
from typing_extensions import TypedDict

from graphs.failure_paths import FailureHandler
from graphs.policies import PolicyFor, local
from graphs.sections import ApprovalState, HandoverState, add_approval_section
from nodes.approvals.approval_steps import Settled
from nodes.context import Context
from nodes.conversation.escalation import Failure
from nodes.conversation.reply import respond
from nodes.fulfilment.attempt import (
    Standing,
    Step,
    charge_card,
    confirm,
    create_shipment,
    open_attempt,
    reserve_stock,
    standing,
)
from nodes.fulfilment.compensation import undo_or_report
from nodes.fulfilment.letters import notify_customer
from nodes.fulfilment.ship_action import SHIP
from nodes.fulfilment.ship_approval import explain_refusal, request_approval
from nodes.fulfilment.undo import (
    cancel_shipment,
    close_attempt,
    explain_undoing,
    refund_charge,
    release_stock,
    report_stuck,
    what_to_undo,
)
from nodes.ports.stock import Reserved


class FulfilmentInput(TypedDict, total=False):
    order_id: Required[Annotated[str, Field(title="Order", description="Like 12351.", min_length=1, max_length=64)]]


class FulfilmentState(FulfilmentInput, ApprovalState, HandoverState, total=False):
    standing: Standing
    key: str
    email: str
    items: list[Reserved]
    total_cents: int
    currency: str
    done: list[Step]
    tracking: str
    cause: Failure | None
    doubtful: Step | None
    undone: list[str]


ACTIONS = (SHIP,)
"""What this workflow asks humans for."""

on_failure: FailureHandler = undo_or_report


def build(policy: PolicyFor = local) -> StateGraph[FulfilmentState, Context, FulfilmentInput, FulfilmentState]:
    g = StateGraph(FulfilmentState, context_schema=Context, input_schema=FulfilmentInput)
    undo, stuck = {"close_attempt": "failed"}, {"report_stuck": "failed"}
    g.add_node("open_attempt", open_attempt, **policy("lookup"), destinations=stuck)
    g.add_node("request_approval", request_approval, **policy("record"), destinations=stuck)
    decided: dict[Settled, str] = {
        "approved": "reserve_stock",
        "rejected": "explain_refusal",
        "withdrawn": "explain_refusal",
        "expired": "explain_refusal",
    }
    add_approval_section(g, policy, decided, failed="report_stuck")
    g.add_node("explain_refusal", explain_refusal, **policy("ticket"), destinations=stuck)
    g.add_node("reserve_stock", reserve_stock, **policy("record"), destinations=undo)
    g.add_node("charge_card", charge_card, **policy("payment"), destinations=undo)
    g.add_node("create_shipment", create_shipment, **policy("shipment"), destinations=undo)
    g.add_node("confirm", confirm, **policy("record"), destinations=undo)
    g.add_node("close_attempt", close_attempt, **policy("record"), destinations=stuck)
    g.add_node("cancel_shipment", cancel_shipment, **policy("shipment"), destinations=stuck)
    g.add_node("refund_charge", refund_charge, **policy("payment"), destinations=stuck)
    g.add_node("release_stock", release_stock, **policy("record"), destinations=stuck)
    g.add_node("explain_undoing", explain_undoing, **policy("code"), destinations=stuck)
    g.add_node("report_stuck", report_stuck, **policy("ticket"))
    g.add_node("notify_customer", notify_customer, **policy("mail"), destinations={"respond": "failed"})
    g.add_node("respond", respond, **policy("model"))

    g.add_edge(START, "open_attempt")
    g.add_conditional_edges(
        "open_attempt",
        standing,
        {
            "ready": "reserve_stock",
            "unapproved": "request_approval",
            "waits": "await_approval",
            "half_undone": "close_attempt",
            "fulfilled": "respond",
            "declined": "respond",
        },
    )
    g.add_edge("request_approval", "notify_approver")
    g.add_edge("explain_refusal", "respond")
    g.add_edge("reserve_stock", "charge_card")
    g.add_edge("charge_card", "create_shipment")
    g.add_edge("create_shipment", "confirm")
    g.add_edge("confirm", "notify_customer")
    g.add_conditional_edges(
        "close_attempt",
        what_to_undo,
        {
            "label": "cancel_shipment",
            "charge": "refund_charge",
            "stock": "release_stock",
            "nothing": "explain_undoing",
            "fulfilled": "notify_customer",
        },
    )
    g.add_edge("cancel_shipment", "refund_charge")
    g.add_edge("refund_charge", "release_stock")
    g.add_edge("release_stock", "explain_undoing")
    g.add_edge("explain_undoing", "notify_customer")
    g.add_edge("report_stuck", "respond")
    g.add_edge("notify_customer", "respond")
    g.add_edge("respond", END)
    return g
