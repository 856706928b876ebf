"""Sections that several workflows have in common: nodes, edges, and the state that they need."""

from collections.abc import Hashable, Mapping
from typing import Annotated, Any, Literal

from langchain_core.messages import AnyMessage
from langgraph.channels import DeltaChannel
from langgraph.graph import END, StateGraph, add_messages
from langgraph.graph.message import _messages_delta_reducer
from typing_extensions import TypedDict

from graphs.policies import PolicyFor
from nodes.approvals.approval_notice import notify_approver
from nodes.approvals.approval_steps import Settled, await_approval, decision, record_decision
from nodes.conversation.escalation import Failure, escalate, prepare_handover
from nodes.conversation.reply import respond
from nodes.ports.approvals import Approval

Conversation = Annotated[list[AnyMessage], DeltaChannel(_messages_delta_reducer, snapshot_frequency=50)]
"""Messages of a thread that may go on for hundreds of turns. A checkpoint stores the new ones; every 50th change, all."""


class ApprovalState(TypedDict, total=False):
    """What the approval section reads and writes."""

    origin: str | None
    approval: Approval | None
    approval_waits: bool
    answer: Any
    seal: str
    asked: int
    decision: Literal["approved", "rejected", "expired", "withdrawn", "undecided"] | None
    problem: str


class HandoverState(TypedDict, total=False):
    """What the hand-over section reads and writes, and the reply at the end of every run."""

    messages: Annotated[list[AnyMessage], add_messages]
    failure: Failure | None
    failures: int
    model_failed: bool
    summary: str
    ticket_id: str
    outcome: str | None
    say: str
    reply: str


def add_approval_section(
    g: StateGraph[Any, Any, Any, Any], policy: PolicyFor, then: Mapping[Settled, str], *, failed: str
) -> None:
    """The nodes and edges from `notify_approver` to the decision. The graph adds the step that asks, and its edge.

    `then`: where each decision leads. `failed`: where a decision leads that could not be recorded.
    """
    g.add_node("notify_approver", notify_approver, **policy("mail"), destinations={"await_approval": "failed"})
    g.add_node("await_approval", await_approval, **policy("human"))
    g.add_node("record_decision", record_decision, **policy("record"), destinations={failed: "failed"})

    g.add_edge("notify_approver", "await_approval")
    g.add_edge("await_approval", "record_decision")
    paths: dict[Hashable, str] = {settled: step for settled, step in then.items()}
    g.add_conditional_edges("record_decision", decision, {**paths, "undecided": "await_approval"})


def add_handover_section(g: StateGraph[Any, Any, Any, Any], policy: PolicyFor) -> None:
    """The nodes that hand a case to people, for `on_failure = take_failure_path`. The graph says what follows `escalate`."""
    g.add_node("prepare_handover", prepare_handover, **policy("model"), destinations={"escalate": "failed"})
    g.add_node("escalate", escalate, **policy("ticket"))

    g.add_edge("prepare_handover", "escalate")


def add_handover_ending(g: StateGraph[Any, Any, Any, Any], policy: PolicyFor) -> None:
    """The hand-over section, and the reply with which the graph ends."""
    add_handover_section(g, policy)
    g.add_node("respond", respond, **policy("model"))

    g.add_edge("escalate", "respond")
    g.add_edge("respond", END)
