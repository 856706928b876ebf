"""Refund with an approval interrupt.

look_for_approval -> (one waits already: answer_while_waiting -> await_approval)
verify_identity -> check_eligibility -> [request_approval -> notify_approver -> await_approval -> record_decision]
                -> process_refund -> send_confirmation -> respond
"""

from typing import Annotated, Any, Literal, Required

from langgraph.graph import END, START, StateGraph
from pydantic import Field
from typing_extensions import TypedDict

from graphs.failure_paths import FailureHandler
from graphs.policies import PolicyFor, local
from graphs.sections import ApprovalState, HandoverState, add_approval_section, add_handover_section
from nodes.approvals.approval_notice import notify_withdrawal, who_waits
from nodes.approvals.while_waiting import (
    OpenMessage,
    already_asked,
    answer_while_waiting,
    look_for_approval,
    withdraw_request,
    withdrawal,
)
from nodes.context import Context
from nodes.conversation.identity import verify_identity
from nodes.conversation.reply import respond
from nodes.failure import take_failure_path
from nodes.ports.payments import RefundStatus
from nodes.refund.confirmation import send_confirmation
from nodes.refund.eligibility import check_eligibility, eligibility
from nodes.refund.explanation import explain
from nodes.refund.payment import look_up_refund, money_moved, payment, process_refund
from nodes.refund.refund_action import REFUND
from nodes.refund.refund_approval import request_approval

EMAIL = r"^[^@\s]+@[^@\s]+$"
"""Shape of an e-mail address; whether it is the right one is for verify_identity to say."""


class RefundInput(TypedDict, total=False):
    order_id: Required[Annotated[str, Field(title="Order", description="Like 12345.", min_length=1, max_length=64)]]
    email: Required[
        Annotated[
            str,
            Field(title="E-mail", description="The address the order was placed under.", pattern=EMAIL),
        ]
    ]
    amount_cents: Annotated[
        int | None,
        Field(title="Amount in cents", description="Empty: all that can still be refunded.", default=None, gt=0),
    ]
    reason: Annotated[
        str, Field(title="Reason", description="Why, in the customer's words.", default="", max_length=2000)
    ]
    key: Annotated[
        str | None,
        Field(
            title="Key",
            description="Your own idempotency key: one key, one refund, for ever.",
            default=None,
            min_length=1,
            max_length=200,
        ),
    ]
    again: Annotated[
        bool,
        Field(title="Again", description="Pay an amount that was paid a moment ago once more.", default=False),
    ]


class RefundState(RefundInput, ApprovalState, HandoverState, total=False):
    verified: bool
    refund_no: int
    refund_id: str
    eligibility: Literal["ineligible", "small", "large"]
    rule: str | None
    due_cents: int
    currency: str
    was_declined: bool
    is_kept: bool
    is_other_customer: bool
    offers_person: bool
    withdraws: bool
    corrects: bool
    open_messages: list[OpenMessage]
    earlier_replies: list[str]
    receipt_id: str | None
    refund_status: RefundStatus | None
    refunded_cents: int


ACTIONS = (REFUND,)
"""What this workflow asks humans for."""

on_failure: FailureHandler = take_failure_path


def add_refund_section(g: StateGraph[Any, Any, Any, Any], policy: PolicyFor) -> None:
    """The nodes of a refund, and the edges from `verify_identity` to `respond`, for every graph that refunds.

    The graph says what follows `look_for_approval`, its first step, and what follows `respond`.
    """
    handover, waits = {"prepare_handover": "failed"}, {"await_approval": "failed"}
    g.add_node("look_for_approval", look_for_approval, **policy("lookup"))
    g.add_node("answer_while_waiting", answer_while_waiting, **policy("ticket"), destinations=waits)
    g.add_node("withdraw_request", withdraw_request, **policy("record"), destinations=waits)
    g.add_node("notify_withdrawal", notify_withdrawal, **policy("mail"), destinations={"record_decision": "failed"})
    g.add_node("verify_identity", verify_identity, **policy("lookup"), destinations=handover)
    g.add_node("check_eligibility", check_eligibility, **policy("lookup"), destinations=handover)
    g.add_node("request_approval", request_approval, **policy("record"), destinations=handover)
    add_approval_section(
        g,
        policy,
        {
            "approved": "process_refund",
            "rejected": "explain",
            "withdrawn": "explain",
            "expired": "prepare_handover",
        },
        failed="prepare_handover",
    )
    g.add_node("process_refund", process_refund, **policy("payment"), destinations={"look_up_refund": "failed"})
    g.add_node("look_up_refund", look_up_refund, **policy("lookup"), destinations=handover)
    g.add_node("explain", explain, **policy("lookup"), destinations=handover)
    add_handover_section(g, policy)
    g.add_node("send_confirmation", send_confirmation, **policy("mail"), destinations={"respond": "failed"})
    g.add_node("respond", respond, **policy("model"))

    g.add_edge(START, "look_for_approval")
    g.add_conditional_edges(
        "answer_while_waiting", withdrawal, {"waits": "await_approval", "withdrawn": "withdraw_request"}
    )
    g.add_edge("withdraw_request", "notify_withdrawal")
    g.add_edge("notify_withdrawal", "record_decision")
    g.add_edge("verify_identity", "check_eligibility")
    g.add_conditional_edges(
        "check_eligibility",
        eligibility,
        {"ineligible": "explain", "small": "process_refund", "large": "request_approval"},
    )
    g.add_edge("request_approval", "notify_approver")
    g.add_conditional_edges(
        "process_refund",
        payment,
        {
            "paid": "send_confirmation",
            "unpaid": "prepare_handover",
            "ineligible": "explain",
            "large": "request_approval",
        },
    )
    g.add_conditional_edges("look_up_refund", money_moved, {"paid": "send_confirmation", "unpaid": "prepare_handover"})
    for told in ("explain", "escalate"):
        g.add_conditional_edges(told, who_waits, {"waited": "send_confirmation", "present": "respond"})
    g.add_edge("send_confirmation", "respond")


def build(policy: PolicyFor = local) -> StateGraph[RefundState, Context, RefundInput, RefundState]:
    g = StateGraph(RefundState, context_schema=Context, input_schema=RefundInput)
    add_refund_section(g, policy)
    g.add_conditional_edges(
        "look_for_approval", already_asked, {"waits": "answer_while_waiting", "free": "verify_identity"}
    )
    g.add_edge("respond", END)
    return g
