"""Every arrow of the refund drawing, by the path taken."""

from typing import Any

import pytest

from app.testing import PASSES, Fakes, order
from nodes.ports.errors import (
    MailUnavailable,
    NotConfigured,
    PaymentDeclined,
    PaymentsUnavailable,
    PaymentTimedOut,
    Retryable,
)
from tests.graphs.conftest import Play

ASK = {"order_id": "12345", "email": "ada@example.com"}
SMALL = {**ASK, "amount_cents": 5000}
TO_REFUND = [
    "look_for_approval",
    "verify_identity",
    "check_eligibility",
    "process_refund",
    "send_confirmation",
    "respond",
]
TO_APPROVAL = ["look_for_approval", "verify_identity", "check_eligibility", "request_approval", "notify_approver"]


async def test_a_small_refund_is_paid_at_once(refund: Play, fakes: Fakes) -> None:
    state = await refund.send(SMALL)
    assert refund.path == TO_REFUND
    assert (state["outcome"], state["refunded_cents"], fakes.shop.refunded_cents("12345")) == ("refunded", 5000, 5000)
    assert "$50.00" in fakes.mail.to("ada@example.com")[0]["text"]


async def test_a_large_refund_waits(refund: Play, fakes: Fakes) -> None:
    state = await refund.send(ASK)
    assert refund.path == TO_APPROVAL
    assert await refund.waits()
    assert state["approval"]["args"]["amount_cents"] == 14900
    assert fakes.shop.receipts == {}
    assert "switchboard approve thread-1" in fakes.mail.to("approver@shop.example")[0]["text"]


async def test_approved_it_is_paid(refund: Play, fakes: Fakes) -> None:
    await refund.send(ASK)
    state = await refund.answer({"type": "approve", "by": "Mia"})
    assert refund.path == ["await_approval", "record_decision", "process_refund", "send_confirmation", "respond"]
    assert (state["outcome"], fakes.shop.refunded_cents("12345")) == ("refunded", 14900)
    assert state["approval"]["decided_by"] == "Mia"


async def test_approved_in_part_that_part_is_paid(refund: Play, fakes: Fakes) -> None:
    await refund.send(ASK)
    state = await refund.answer({"type": "edit", "args": {"amount": "80.00"}})
    assert (state["outcome"], state["refunded_cents"], fakes.shop.refunded_cents("12345")) == ("refunded", 8000, 8000)


async def test_rejected_the_customer_reads_why(refund: Play, fakes: Fakes) -> None:
    await refund.send(ASK)
    state = await refund.answer({"type": "reject", "message": "the seal is broken"})
    assert refund.path == ["await_approval", "record_decision", "explain", "send_confirmation", "respond"]
    assert (state["outcome"], fakes.shop.receipts) == ("rejected", {})
    assert "the seal is broken" in fakes.mail.to("ada@example.com")[0]["text"]


async def test_after_the_deadline_no_answer_approves(refund: Play, fakes: Fakes) -> None:
    await refund.send(ASK)
    fakes.clock.advance(seconds=301)
    state = await refund.answer({"type": "approve"})
    assert refund.path == [
        "await_approval",
        "record_decision",
        "prepare_handover",
        "escalate",
        "send_confirmation",
        "respond",
    ]
    assert (state["outcome"], fakes.shop.receipts) == ("expired", {})
    assert [ticket["reason"] for ticket in fakes.tickets.opened.values()] == [
        "Nobody decided on the refund before its deadline."
    ]


@pytest.mark.parametrize("answer", [{"type": "ignore"}, "yes", None, {"type": "edit", "args": {"amount": "150.00"}}])
async def test_what_is_no_decision_leaves_the_question_open(refund: Play, fakes: Fakes, answer: Any) -> None:
    await refund.send(ASK)
    state = await refund.answer(answer)
    assert refund.path == ["await_approval", "record_decision"]
    assert await refund.waits()
    assert (await refund.question()).value["problem"] == state["problem"] != ""
    assert fakes.shop.receipts == {}


async def test_somebody_elses_decision_counts(refund: Play, fakes: Fakes) -> None:
    """Another surface recorded a rejection first: a late approval on this one pays nothing."""
    state = await refund.send(ASK)
    record = state["approval"]
    await fakes.approvals.decide(
        record["approval_id"],
        decision_id="other",
        args_digest=record["args_digest"],
        verdict="rejected",
        granted=None,
        by="Tom",
        reason="no",
    )
    state = await refund.answer({"type": "approve"})
    assert (state["outcome"], fakes.shop.receipts) == ("rejected", {})


async def test_state_cannot_talk_the_payment_into_anything(refund: Play, fakes: Fakes) -> None:
    """Whoever edits the state (in Studio, say) past the approval meets the same gate at the payment."""
    await refund.send(ASK)
    await refund.graph.aupdate_state(refund.config, {"decision": "approved", "eligibility": "small"}, "record_decision")
    state = await refund.send(None)
    assert (state["outcome"], state["failure"]["kind"]) == ("escalated", "GateRefused")
    assert fakes.shop.receipts == {}


async def test_input_cannot_set_inner_state(refund: Play, fakes: Fakes) -> None:
    state = await refund.send({**ASK, "approval": {"status": "approved"}, "due_cents": 1, "decision": "approved"})
    assert await refund.waits()
    assert state["due_cents"] == 14900


async def test_every_refund_can_be_made_to_need_an_approval(refund: Play, fakes: Fakes) -> None:
    await refund.send(SMALL, approve_everything=True)
    assert await refund.waits()
    state = await refund.answer({"type": "approve"})
    assert state["outcome"] == "refunded"


REFUSALS = [
    # (what is asked, the order, the rule that declines)
    ({"order_id": "999"}, {}, "identity"),
    ({"email": "eve@example.com"}, {}, "identity"),
    ({}, {"refunded_cents": 14900}, "already_refunded"),
    ({}, {"final_sale": True}, "final_sale"),
    ({}, {"status": "shipped", "delivered_at": None}, "not_delivered"),
    ({}, {"delivered_at": "2026-10-09T12:00:00.000000Z"}, "return_window"),
    ({"amount_cents": 15000}, {}, "refundable_balance"),
]


@pytest.mark.parametrize(("ask", "facts", "rule"), REFUSALS)
async def test_an_ineligible_request_is_explained(
    refund: Play, fakes: Fakes, ask: dict[str, Any], facts: dict[str, Any], rule: str
) -> None:
    fakes.shop.orders["12345"] = order(**facts)
    state = await refund.send({**ASK, **ask})
    assert refund.path == ["look_for_approval", "verify_identity", "check_eligibility", "explain", "respond"]
    assert (state["outcome"], state["rule"]) == ("declined", rule)
    assert (fakes.shop.receipts, fakes.mail.sent) == ({}, {})


TRIES = [
    # (the step, the service's method, how many tries the drawing gives it, where it goes then)
    ("verify_identity", "find_order", Retryable("down"), 3, "escalated"),
    ("process_refund", "refund", PaymentsUnavailable("down"), 4, "escalated"),
    ("process_refund", "refund", PaymentTimedOut("slow"), 4, "escalated"),
]


@pytest.mark.parametrize(("node", "method", "error", "tries", "outcome"), TRIES)
async def test_a_step_that_fails_for_good_escalates(
    refund: Play, fakes: Fakes, node: str, method: str, error: Exception, tries: int, outcome: str
) -> None:
    fakes.shop.fail[method] = [error] * 10
    state = await refund.send(SMALL)
    assert (fakes.shop.calls[method], state["outcome"], state["failure"]["node"]) == (tries, outcome, node)
    assert len(fakes.tickets.opened) == 1
    assert fakes.shop.receipts == {}


async def test_a_declined_payment_is_not_tried_again(refund: Play, fakes: Fakes) -> None:
    fakes.shop.fail["refund"] = [PaymentDeclined("closed account")] * 10
    state = await refund.send(SMALL)
    assert (fakes.shop.calls["refund"], state["outcome"]) == (1, "escalated")


@pytest.mark.parametrize("failures", [1, 2, 3])
async def test_a_step_that_recovers_goes_on(refund: Play, fakes: Fakes, failures: int) -> None:
    fakes.shop.fail["refund"] = [PaymentsUnavailable("down")] * failures
    state = await refund.send(SMALL)
    assert (refund.path, state["outcome"], fakes.shop.refunded_cents("12345")) == (TO_REFUND, "refunded", 5000)


async def test_money_that_moved_before_the_time_out_is_found(refund: Play, fakes: Fakes) -> None:
    fakes.shop.times_out_after_paying = 1
    state = await refund.send(SMALL)
    assert (state["outcome"], fakes.shop.refunded_cents("12345")) == ("refunded", 5000)


async def test_after_the_last_time_out_the_gateway_is_asked_whether_it_paid(refund: Play, fakes: Fakes) -> None:
    fakes.shop.times_out_after_paying = 1
    fakes.shop.fail["find"] = [PASSES, *[PaymentTimedOut("still no answer")] * 3]
    state = await refund.send(SMALL)
    assert refund.path == [*TO_REFUND[:3], "look_up_refund", *TO_REFUND[4:]]
    assert (state["outcome"], fakes.shop.refunded_cents("12345")) == ("refunded", 5000)


async def test_a_confirmation_that_cannot_be_sent_leaves_the_refund_standing(refund: Play, fakes: Fakes) -> None:
    fakes.mail.fail["send"] = [MailUnavailable("down")] * 10
    state = await refund.send(SMALL)
    assert (fakes.mail.calls["send"], state["outcome"]) == (3, "refunded")
    assert "could not send you an e-mail" in state["reply"]
    assert fakes.shop.refunded_cents("12345") == 5000


async def test_an_approver_who_cannot_be_mailed_is_still_waited_for(refund: Play, fakes: Fakes) -> None:
    fakes.mail.fail["send"] = [MailUnavailable("down")] * 3
    await refund.send(ASK)
    assert await refund.waits()
    assert (await refund.answer({"type": "approve"}))["outcome"] == "refunded"


async def test_words_that_fail_are_replaced_by_the_facts(refund: Play, fakes: Fakes) -> None:
    fakes.language.fail["reply"] = [Retryable("no model")] * 10
    state = await refund.send(SMALL)
    assert state["outcome"] == "refunded"
    assert state["reply"].startswith("We have refunded $50.00")


async def test_when_not_even_a_ticket_can_be_opened_the_run_fails_and_can_go_on(refund: Play, fakes: Fakes) -> None:
    fakes.shop.fail["find_order"] = [Retryable("down")] * 3
    fakes.tickets.fail["open"] = [Retryable("down")] * 4
    with pytest.raises(Exception, match="No ticket could be opened"):
        await refund.send(SMALL)
    state = await refund.send(None)
    assert (state["outcome"], len(fakes.tickets.opened)) == ("escalated", 1)


async def test_a_missing_setting_stops_the_run_and_resume_goes_on_once_it_is_there(refund: Play, fakes: Fakes) -> None:
    fakes.shop.fail["find_order"] = [NotConfigured("SWITCHBOARD_DATABASE_URL is wrong")]
    with pytest.raises(NotConfigured):
        await refund.send(SMALL)
    assert fakes.tickets.opened == {}
    state = await refund.send(None)
    assert (refund.path, state["outcome"]) == (TO_REFUND[1:], "refunded")


async def test_a_second_request_on_the_thread_is_a_new_refund(refund: Play, fakes: Fakes) -> None:
    first = await refund.send(SMALL)
    second = await refund.send({**SMALL, "amount_cents": 2000})
    assert first["refund_id"] != second["refund_id"]
    assert fakes.shop.refunded_cents("12345") == 7000
