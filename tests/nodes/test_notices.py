"""Mail to the approver and to the customer: what it says, and that each is sent once."""

import pytest

from nodes.notices import ToCustomer, notify_approver, send_confirmation, who_waits
from nodes.ports.approvals import Approval
from nodes.ports.errors import MailUnavailable
from tests.fakes import House
from tests.nodes.conftest import THREAD

APPROVAL: Approval = {
    "approval_id": "r-1",
    "thread_id": "thread-1",
    "action": "process_refund",
    "args": {"order_id": "12345", "amount_cents": 14_900, "currency": "USD", "reason": ""},
    "args_digest": "d",
    "requested_at": "2026-11-23T12:00:00.000000Z",
    "expires_at": "2026-11-23T12:05:00.000000Z",
    "status": "pending",
    "approved_cents": None,
    "decision_id": None,
    "decided_by": None,
    "decided_at": None,
    "reason": None,
}
TOLD: ToCustomer = {"refund_id": "r-1", "order_id": "12345", "email": "ada@example.com", "say": "It is done."}


async def test_the_approver_reads_what_waits_until_when_and_how_to_decide(house: House) -> None:
    assert await notify_approver({"approval": APPROVAL, "request": "Refund $149.00?"}, THREAD) == {}
    (mail,) = house.mail.to("approver@shop.example")
    assert mail["subject"] == "Approval needed: $149.00 for order 12345"
    facts = [
        "Refund $149.00?",
        "2026-11-23 12:05:00 UTC",
        "switchboard approve thread-1 --by",
        "switchboard approve thread-1 --amount",
        "switchboard reject thread-1 --reason",
    ]
    assert [fact for fact in facts if fact not in mail["text"]] == []


async def test_the_approver_is_mailed_once_per_approval(house: House) -> None:
    for approval_id in ("r-1", "r-1", "r-2"):
        await notify_approver({"approval": {**APPROVAL, "approval_id": approval_id}, "request": "?"}, THREAD)
    assert len(house.mail.to("approver@shop.example")) == 2


@pytest.mark.parametrize("outcome", ["refunded", "rejected", "expired", "escalated"])
async def test_the_customer_reads_how_it_ended(house: House, outcome: str) -> None:
    assert await send_confirmation({**TOLD, "outcome": outcome}) == {}
    (mail,) = house.mail.to("ada@example.com")
    assert mail["text"] == "It is done.\n"
    assert "order 12345" in mail["subject"]


async def test_the_customer_is_mailed_once_per_refund_and_outcome(house: House) -> None:
    for refund_id, outcome in [("r-1", "refunded"), ("r-1", "refunded"), ("r-1", "escalated"), ("r-2", "refunded")]:
        await send_confirmation({**TOLD, "refund_id": refund_id, "outcome": outcome})
    assert len(house.mail.to("ada@example.com")) == 3


async def test_a_mail_that_cannot_be_sent_is_not_swallowed(house: House) -> None:
    house.mail.fail["send"] = [MailUnavailable("down")] * 2
    with pytest.raises(MailUnavailable):
        await notify_approver({"approval": APPROVAL, "request": "?"}, THREAD)
    with pytest.raises(MailUnavailable):
        await send_confirmation({**TOLD, "outcome": "refunded"})


@pytest.mark.parametrize(("approval", "who"), [(APPROVAL, "waited"), (None, "present")])
async def test_who_waits_is_who_was_told_to_wait(approval: Approval | None, who: str) -> None:
    assert await who_waits({"approval": approval}) == who


async def test_without_any_approval_the_customer_is_present() -> None:
    assert await who_waits({}) == "present"
