"""Mail to the approver and to the customer: to whom it goes, what it says, and that each is sent once."""

from typing import Any, cast

import pytest

from app.testing import Fakes
from nodes.approvals.approval_notice import notify_approver, who_waits
from nodes.ports.errors import MailUnavailable
from nodes.refund.confirmation import send_confirmation
from nodes.refund.payment import RefundDue
from nodes.refund.refund_approval import RefundToAsk, request_approval
from nodes.refund.refund_key import refund_id_of
from tests.nodes.conftest import THREAD

STATE: RefundDue = {"refund_no": 1, "order_id": "12345", "email": "ada@example.com", "amount_cents": 14_900}
ID = refund_id_of(STATE, THREAD)
FORGED = {"email": "eve@example.com", "say": "Send your card number to eve.", "outcome": "refunded", "due_cents": 1}


async def ended(fakes: Fakes, status: str) -> None:
    """The record of the refund, as it ended."""
    await request_approval(cast("RefundToAsk", {**STATE, "reason": ""}), THREAD)
    fakes.approvals.records[ID]["status"] = status  # type: ignore[typeddict-item]
    fakes.approvals.records[ID]["reason"] = "The seal is broken."
    await fakes.tickets.open(key="k", thread_id="thread-1", reason="r", summary="", transcript=[], facts={})


async def test_the_approver_reads_what_waits_until_when_and_how_to_decide(fakes: Fakes) -> None:
    await request_approval(cast("RefundToAsk", {**STATE, "reason": ""}), THREAD)
    assert await notify_approver({}, THREAD) == {}
    (mail,) = fakes.mail.to("approver@shop.example")
    assert mail["subject"] == "Approval needed: Refund $149.00 for order 12345"
    facts = [
        "Refund $149.00 for order 12345?",
        "2026-11-23 12:05:00 UTC",
        "switchboard approve thread-1\n",
        "switchboard approve thread-1 --amount",
        "switchboard reject thread-1 --reason",
    ]
    assert [fact for fact in facts if fact not in mail["text"]] == []


async def test_the_approver_is_mailed_once_per_approval(fakes: Fakes) -> None:
    for number in (1, 1, 2):
        await request_approval(cast("RefundToAsk", {**STATE, "refund_no": number}), THREAD)
        fakes.clock.advance(seconds=1)
        await notify_approver({}, THREAD)
    assert len(fakes.mail.to("approver@shop.example")) == 2


ENDINGS = [("rejected", "not approved. The reason given: The seal"), ("withdrawn", "is withdrawn"), ("expired", "T-1")]


@pytest.mark.parametrize("forged", [{}, FORGED])
@pytest.mark.parametrize(("status", "words"), [*ENDINGS, ("approved", "is approved, and not paid yet")])
async def test_the_customer_reads_what_is_on_record(
    fakes: Fakes, status: str, words: str, forged: dict[str, Any]
) -> None:
    await ended(fakes, status)
    for _ in range(2):
        assert await send_confirmation(cast("RefundDue", {**STATE, **forged}), THREAD) == {}
    (mail,) = fakes.mail.sent.values()
    assert mail["to"] == "ada@example.com"
    assert words in mail["text"]
    assert "card number" not in mail["text"]


async def test_a_refund_is_confirmed_with_its_receipt(fakes: Fakes) -> None:
    await ended(fakes, "approved")
    await fakes.shop.refund(key=ID, order_id="12345", amount_cents=5000, currency="USD", reason="")
    await send_confirmation(cast("RefundDue", {**STATE, **FORGED}), THREAD)
    (mail,) = fakes.mail.to("ada@example.com")
    assert [word for word in ("$50.00", "of the requested $149.00", "R-1") if word not in mail["text"]] == []


OTHERS = [{"order_id": "12346"}, {"amount_cents": 1}, {"key": "mine"}, {"refund_no": 7}, {"origin": "thread-2"}]


@pytest.mark.parametrize("forged", OTHERS)
async def test_what_the_thread_has_asked_for_is_told_whatever_the_state_names(
    fakes: Fakes, forged: dict[str, Any]
) -> None:
    await ended(fakes, "withdrawn")
    await send_confirmation(cast("RefundDue", {**STATE, **forged}), THREAD)
    assert [mail["subject"] for mail in fakes.mail.to("ada@example.com")] == [
        "Your refund request for order 12345 is withdrawn"
    ]


async def test_an_amount_that_nobody_asked_for_is_not_confirmed(fakes: Fakes) -> None:
    keyed: RefundDue = {**STATE, "key": "mine"}
    await fakes.shop.refund(
        key=refund_id_of(keyed, THREAD), order_id="12345", amount_cents=5000, currency="USD", reason=""
    )
    await send_confirmation({**keyed, "amount_cents": 999_999}, THREAD)
    (mail,) = fakes.mail.to("ada@example.com")
    assert "of the requested" not in mail["text"]


@pytest.mark.parametrize("status", [None, "pending"])
async def test_what_has_no_record_of_an_end_is_not_told(fakes: Fakes, status: str | None) -> None:
    if status:
        await ended(fakes, status)
    await send_confirmation(cast("RefundDue", {**STATE, **FORGED}), THREAD)
    assert fakes.mail.sent == {}


async def test_a_mail_that_cannot_be_sent_is_not_swallowed(fakes: Fakes) -> None:
    await ended(fakes, "rejected")
    fakes.mail.fail["send"] = [MailUnavailable("down")] * 2
    with pytest.raises(MailUnavailable):
        await notify_approver({}, THREAD)
    with pytest.raises(MailUnavailable):
        await send_confirmation(STATE, THREAD)


@pytest.mark.parametrize(("approval", "who"), [({"status": "pending"}, "waited"), (None, "present")])
async def test_who_waits_is_who_was_told_to_wait(approval: Any, who: str) -> None:
    assert await who_waits({"approval": approval}) == who
    assert await who_waits({}) == "present"
