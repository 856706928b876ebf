"""Support triage: one turn of a conversation per run.

look_for_approval -> (one waits: answer_while_waiting -> await_approval; messages are open: take_message, one by one)
classify -> order_status: authenticate -> lookup_order -> respond
         -> refund: the refund section of graphs.refund
         -> general_question: the answer section of graphs.answer
         -> anything else, and a customer who asks for a human: escalate
"""

from collections.abc import Hashable
from typing import Annotated

from langgraph.graph import END, StateGraph
from pydantic import Field
from typing_extensions import TypedDict

from graphs.answer import add_answer_section
from graphs.failure_paths import FailureHandler
from graphs.policies import PolicyFor, local
from graphs.refund import EMAIL, RefundState, add_refund_section
from graphs.sections import Conversation
from nodes.answer.answer_steps import Citation
from nodes.approvals.while_waiting import open_messages, take_message, what_comes_first
from nodes.context import Context
from nodes.conversation.identity import identity, verify_identity
from nodes.conversation.intake import classify, classify_by_rules, request
from nodes.conversation.missing_details import ask_for_details
from nodes.conversation.offers import (
    choose_order,
    is_chosen,
    is_settled,
    leave_it,
    offer_refund,
    settle_refund,
)
from nodes.conversation.open_question import Offer
from nodes.conversation.open_request import Paused
from nodes.conversation.order_status import lookup_order
from nodes.conversation.small_talk import greet
from nodes.failure import take_failure_path
from nodes.ports.knowledge import Found, LeftOut
from nodes.ports.language import Act, Demand, Intent, Sentence


class SupportInput(TypedDict, total=False):
    messages: Conversation
    email: Annotated[
        str | None, Field(title="E-mail", description="The customer's address, if it is known.", pattern=EMAIL)
    ]


class SupportState(RefundState, total=False):
    messages: Conversation
    turn: int
    intent: Intent
    wants_human: bool
    asks_progress: bool
    small_talk: bool
    act: Act
    offer: Offer | None
    confirmed: bool
    refunds_seen: int | None
    spoken_by: str | None
    settled: bool
    stated_email: str | None
    names_other_person: bool
    question: str
    other_orders: list[str]
    candidates: list[str]
    named_orders: list[str]
    demand: Demand | None
    language: str
    asked_for: str
    times_asked: int
    asked_words: str
    asked_offer: Offer | None
    was_asked: bool
    excluded: list[str]
    limited_orders: list[str]
    names_order: bool
    offers_person: bool
    paused: Paused | None
    earlier_words: list[str]
    sought: str
    left_out: LeftOut
    passages: list[Found]
    sentences: list[Sentence]
    tries: int
    citations: list[Citation]


on_failure: FailureHandler = take_failure_path


def build(policy: PolicyFor = local) -> StateGraph[SupportState, Context, SupportInput, SupportState]:
    g = StateGraph(SupportState, context_schema=Context, input_schema=SupportInput)
    handover = {"prepare_handover": "failed"}
    g.add_node("take_message", take_message, **policy("code"))
    g.add_node("classify", classify, **policy("model"), destinations={"classify_by_rules": "failed"})
    g.add_node("classify_by_rules", classify_by_rules, **policy("code"))
    g.add_node("ask_for_details", ask_for_details, **policy("code"))
    g.add_node("greet", greet, **policy("code"))
    g.add_node("settle_refund", settle_refund, **policy("lookup"), destinations=handover)
    g.add_node("choose_order", choose_order, **policy("lookup"), destinations=handover)
    g.add_node("offer_refund", offer_refund, **policy("lookup"), destinations=handover)
    g.add_node("leave_it", leave_it, **policy("code"))
    g.add_node("authenticate", verify_identity, **policy("lookup"), destinations=handover)
    g.add_node("lookup_order", lookup_order, **policy("lookup"), destinations=handover)
    add_refund_section(g, policy)
    add_answer_section(g, policy)

    g.add_conditional_edges(
        "look_for_approval",
        what_comes_first,
        {"approval": "answer_while_waiting", "messages": "take_message", "nothing": "classify"},
    )
    g.add_edge("take_message", "classify")
    ways: dict[Hashable, str] = {
        "missing": "ask_for_details",
        "order_status": "authenticate",
        "refund": "settle_refund",
        "refund_progress": "authenticate",
        "which_order": "choose_order",
        "unsure_refund": "offer_refund",
        "no_refund": "leave_it",
        "general_question": "retrieve",
        "other": "prepare_handover",
        "small_talk": "greet",
    }
    for reader in ("classify", "classify_by_rules"):
        g.add_conditional_edges(reader, request, ways)
    g.add_conditional_edges("authenticate", identity, {"verified": "lookup_order", "unknown": "ask_for_details"})
    g.add_conditional_edges("settle_refund", is_settled, {"settled": "verify_identity", "unsettled": "offer_refund"})
    g.add_conditional_edges("choose_order", is_chosen, {"chosen": "offer_refund", "open": "respond"})
    for told in ("lookup_order", "ask_for_details", "greet", "offer_refund", "leave_it"):
        g.add_edge(told, "respond")
    g.add_conditional_edges("respond", open_messages, {"more": "take_message", "done": END})
    return g
