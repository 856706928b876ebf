"""What is drawn is what happens: every arrow of the design."""

from typing import Any, cast

import pytest
from langgraph.graph import END, START, StateGraph

from app.exports import drawing
from graphs import workflow

Arrow = tuple[str, str | None, str]

REFUND_SECTION: set[Arrow] = {
    (START, None, "look_for_approval"),
    ("answer_while_waiting", "waits", "await_approval"),
    ("answer_while_waiting", "withdrawn", "withdraw_request"),
    ("withdraw_request", None, "notify_withdrawal"),
    ("notify_withdrawal", None, "record_decision"),
    ("record_decision", "withdrawn", "explain"),
    ("answer_while_waiting", "failed", "await_approval"),
    ("withdraw_request", "failed", "await_approval"),
    ("notify_withdrawal", "failed", "record_decision"),
    ("verify_identity", None, "check_eligibility"),
    ("check_eligibility", "ineligible", "explain"),
    ("check_eligibility", "small", "process_refund"),
    ("check_eligibility", "large", "request_approval"),
    ("request_approval", None, "notify_approver"),
    ("notify_approver", None, "await_approval"),
    ("await_approval", None, "record_decision"),
    ("record_decision", "approved", "process_refund"),
    ("record_decision", "rejected", "explain"),
    ("record_decision", "expired", "prepare_handover"),
    ("record_decision", "undecided", "await_approval"),
    ("process_refund", "paid", "send_confirmation"),
    ("process_refund", "unpaid", "prepare_handover"),
    ("process_refund", "ineligible", "explain"),
    ("process_refund", "large", "request_approval"),
    ("look_up_refund", "paid", "send_confirmation"),
    ("look_up_refund", "unpaid", "prepare_handover"),
    ("explain", "waited", "send_confirmation"),
    ("explain", "present", "respond"),
    ("prepare_handover", None, "escalate"),
    ("escalate", "waited", "send_confirmation"),
    ("escalate", "present", "respond"),
    ("send_confirmation", None, "respond"),
    # after a failure
    ("verify_identity", "failed", "prepare_handover"),
    ("check_eligibility", "failed", "prepare_handover"),
    ("request_approval", "failed", "prepare_handover"),
    ("notify_approver", "failed", "await_approval"),
    ("record_decision", "failed", "prepare_handover"),
    ("process_refund", "failed", "look_up_refund"),
    ("look_up_refund", "failed", "prepare_handover"),
    ("explain", "failed", "prepare_handover"),
    ("prepare_handover", "failed", "escalate"),
    ("send_confirmation", "failed", "respond"),
}

SUPPORT: set[Arrow] = {
    *REFUND_SECTION,
    ("look_for_approval", "approval", "answer_while_waiting"),
    ("look_for_approval", "messages", "take_message"),
    ("look_for_approval", "nothing", "classify"),
    ("take_message", None, "classify"),
    ("respond", "more", "take_message"),
    ("respond", "done", END),
    ("classify", "missing", "ask_for_details"),
    ("classify", "order_status", "authenticate"),
    ("classify", "refund", "settle_refund"),
    ("classify", "unsure_refund", "offer_refund"),
    ("classify", "no_refund", "leave_it"),
    ("classify", "which_order", "choose_order"),
    ("choose_order", "chosen", "offer_refund"),
    ("choose_order", "open", "respond"),
    ("choose_order", "failed", "prepare_handover"),
    ("settle_refund", "failed", "prepare_handover"),
    ("offer_refund", "failed", "prepare_handover"),
    ("offer_refund", None, "respond"),
    ("settle_refund", "settled", "verify_identity"),
    ("settle_refund", "unsettled", "offer_refund"),
    ("classify", "refund_progress", "authenticate"),
    ("classify", "other", "prepare_handover"),
    ("classify", "small_talk", "greet"),
    ("authenticate", "verified", "lookup_order"),
    ("authenticate", "unknown", "ask_for_details"),
    ("lookup_order", None, "respond"),
    ("ask_for_details", None, "respond"),
    ("greet", None, "respond"),
    # after a failure
    ("classify", "failed", "classify_by_rules"),
    ("authenticate", "failed", "prepare_handover"),
    ("lookup_order", "failed", "prepare_handover"),
}

SUPPORT |= {
    ("classify_by_rules", answer, to) for step, answer, to in SUPPORT if step == "classify" and answer != "failed"
}

MONEY = {"refund", "support"}


def built(graph: str) -> StateGraph[Any, Any, Any, Any]:
    return cast("StateGraph[Any, Any, Any, Any]", workflow(graph).build())


def arrows(graph: str) -> set[Arrow]:
    return {(edge.source, edge.data, edge.target) for edge in drawing.declared(built(graph)).edges}  # type: ignore[misc]


def test_refund_is_drawn_as_designed() -> None:
    assert arrows("refund") == {
        *REFUND_SECTION,
        ("look_for_approval", "waits", "answer_while_waiting"),
        ("look_for_approval", "free", "verify_identity"),
        ("respond", None, END),
    }


def test_support_is_drawn_as_designed() -> None:
    """General questions have a section of their own, which its own tests draw."""
    drawn = arrows("support")
    assert drawn >= SUPPORT
    assert {target for source, answer, target in drawn if (source, answer) == ("classify", "general_question")}
    named = {source for source, *_ in SUPPORT}
    assert {arrow for arrow in drawn - SUPPORT if arrow[0] in named} <= {
        arrow for arrow in drawn if arrow[1] == "general_question"
    }


@pytest.mark.parametrize("graph", sorted(MONEY))
def test_every_step_can_be_reached_and_leads_to_the_end(graph: str) -> None:
    drawn, steps = arrows(graph), set(built(graph).nodes)
    assert closure({START}, {(source, target) for source, _, target in drawn}) >= {*steps, END}
    assert closure({END}, {(target, source) for source, _, target in drawn}) >= {*steps, START}


@pytest.mark.parametrize("graph", sorted(MONEY))
def test_money_is_paid_by_one_step_that_only_the_rules_and_the_gate_lead_to(graph: str) -> None:
    before = {(source, answer) for source, answer, target in arrows(graph) if target == "process_refund"}
    assert before == {("check_eligibility", "small"), ("record_decision", "approved")}


@pytest.mark.parametrize("graph", sorted(MONEY))
def test_every_picture_names_every_step(graph: str) -> None:
    picture = drawing.declared(built(graph))
    for draw in (drawing.text, drawing.mermaid, drawing.dot):
        assert [name for name in built(graph).nodes if name not in draw(picture)] == []


def closure(start: set[str], arrows: set[tuple[str, str]]) -> set[str]:
    """Every step that can be reached from these."""
    reached = set(start)
    while more := {target for source, target in arrows if source in reached} - reached:
        reached |= more
    return reached
