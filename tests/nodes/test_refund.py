"""The payment step, called directly: it trusts no state, pays what is covered, and pays it once."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nodes.ports import install
from nodes.ports.approvals import RefundArgs
from nodes.ports.clock import iso
from nodes.ports.errors import GateRefused, PaymentDeclined, PaymentsUnavailable, PaymentTimedOut
from nodes.ports.orders import Order
from nodes.refund.payment import RefundDue, look_up_refund, money_moved, process_refund
from tests.fakes import NOON, FakeOrders, House, order

SMALL: RefundDue = {
    "refund_id": "r-1",
    "order_id": "12345",
    "email": "ada@example.com",
    "due_cents": 5000,
    "currency": "USD",
    "reason": "broken",
    "eligibility": "small",
}
LARGE: RefundDue = {**SMALL, "due_cents": 14_900, "eligibility": "large"}


async def approval(
    house: House,
    verdict: str | None = "approved",
    *,
    approval_id: str = "r-1",
    order_id: str = "12345",
    cents: int = 14_900,
    approved_cents: int | None = None,
) -> None:
    """The record in the database; `verdict` None: it still waits."""
    args: RefundArgs = {"order_id": order_id, "amount_cents": cents, "currency": "USD", "reason": "broken"}
    expires_at = iso(NOON + timedelta(seconds=300))
    record = await house.approvals.ask(
        approval_id=approval_id, thread_id="thread-1", action="process_refund", args=args, expires_at=expires_at
    )
    if verdict == "expired":
        house.clock.advance(seconds=301)
        await house.approvals.expire(approval_id)
    elif verdict:
        await house.approvals.decide(
            approval_id,
            decision_id="d",
            args_digest=record["args_digest"],
            verdict=verdict,
            amount_cents=cents if approved_cents is None else approved_cents,
            by="Mia",
            reason="",
        )


async def test_a_small_refund_is_paid_and_told(house: House) -> None:
    paid = await process_refund(SMALL)
    assert (paid["outcome"], paid["receipt_id"], paid["refunded_cents"]) == ("refunded", "R-1", 5000)
    assert [word for word in ("$50.00", "12345", "R-1") if word not in paid["say"]] == []
    assert "requested" not in paid["say"]


async def test_it_can_be_repeated_and_pays_once(house: House) -> None:
    assert [await process_refund(SMALL) for _ in range(3)] == [await process_refund(SMALL)] * 3
    assert (house.shop.refunded_cents("12345"), house.shop.calls["refund"]) == (5000, 1)


async def test_the_gateway_is_asked_for_the_key_before_the_order_is_judged_again(house: House) -> None:
    """After the payment all the money is back: judged again, the same request would be declined."""
    await approval(house)
    first = await process_refund(LARGE)
    assert await process_refund(LARGE) == first
    assert (house.shop.calls["find"], house.shop.calls["refund"], house.shop.calls["find_order"]) == (2, 1, 1)


async def test_a_payment_that_timed_out_is_found_on_the_next_try(house: House) -> None:
    house.shop.times_out_after_paying = 1
    with pytest.raises(PaymentTimedOut):
        await process_refund(SMALL)
    assert (await process_refund(SMALL))["refunded_cents"] == 5000
    assert (house.shop.refunded_cents("12345"), house.shop.calls["refund"]) == (5000, 1)


@pytest.mark.parametrize("error", [PaymentsUnavailable("down"), PaymentDeclined("closed account")])
async def test_what_the_gateway_says_is_not_swallowed(house: House, error: Exception) -> None:
    house.shop.fail["refund"] = [error]
    with pytest.raises(type(error)):
        await process_refund(SMALL)
    assert house.shop.receipts == {}


PAID = [
    # (cents due, cents approved, cents paid, why)
    (14_900, 14_900, 14_900, "all of it"),
    (14_900, 8000, 8000, "a part of it"),
    (14_900, 1, 1, "one cent of it"),
    (12_000, 14_900, 12_000, "an approval is an upper bound, not a price"),
]


@pytest.mark.parametrize(("due", "approved", "paid", "why"), PAID)
async def test_at_most_what_was_approved_is_paid(house: House, due: int, approved: int, paid: int, why: str) -> None:
    await approval(house, approved_cents=approved)
    told = await process_refund({**LARGE, "due_cents": due})
    assert (told["refunded_cents"], house.shop.refunded_cents("12345")) == (paid, paid), why
    assert ("requested" in told["say"]) is (paid < due)


async def test_the_ledger_names_the_approval_that_covers_the_payment(house: House) -> None:
    await process_refund(SMALL)
    await approval(house, approval_id="r-2", cents=5000)
    await process_refund({**SMALL, "refund_id": "r-2"})
    assert house.shop.approval_ids == {"r-1": None, "r-2": "r-2"}
    assert [past["approved"] for past in house.shop.orders["12345"]["refunds"]] == [False, True]


UNCOVERED: list[tuple[dict[str, Any], dict[str, Any] | None, str]] = [
    # (what the state claims, the record, why nothing is paid)
    ({"due_cents": 14_900, "eligibility": "large"}, None, "no approval was ever asked for"),
    ({"due_cents": 14_900, "eligibility": "large"}, {"verdict": None}, "the approval still waits"),
    ({"due_cents": 14_900, "eligibility": "large"}, {"verdict": "rejected"}, "it was rejected"),
    ({"due_cents": 14_900, "eligibility": "large"}, {"verdict": "expired"}, "nobody decided in time"),
    ({"due_cents": 14_900, "eligibility": "large"}, {"order_id": "777"}, "the approval is for another order"),
    ({"due_cents": 14_900, "eligibility": "large"}, {"approval_id": "r-0"}, "the approval is for another refund"),
    ({"due_cents": 14_900, "eligibility": "small"}, None, "the state calls a large refund small"),
    ({"due_cents": 5000, "eligibility": "large"}, None, "this run asks about every refund"),
    ({"due_cents": 5000, "eligibility": None}, None, "nobody has judged the request"),
    ({"due_cents": 5000}, {"verdict": "rejected"}, "rejected, and then called small"),
    ({"due_cents": 5000}, {"verdict": None}, "asked about, and then called small"),
    ({"due_cents": 5000}, {"verdict": "expired"}, "expired, and then called small"),
    ({"due_cents": 5000}, {"order_id": "777"}, "a small one, under another order's approval"),
    ({"due_cents": 0}, None, "nothing is due"),
    ({"due_cents": -5000}, None, "less than nothing is due"),
    ({"due_cents": 14_901, "eligibility": "large"}, {"cents": 20_000}, "approved, and still more than was paid"),
    ({"order_id": "999"}, None, "the order is gone"),
]


@pytest.mark.parametrize(("claims", "record", "why"), UNCOVERED)
async def test_what_is_not_covered_is_not_paid(
    house: House, claims: dict[str, Any], record: dict[str, Any] | None, why: str
) -> None:
    if record is not None:
        await approval(house, **record)
    with pytest.raises(GateRefused):
        await process_refund({**SMALL, **claims})  # type: ignore[typeddict-item]
    assert (house.shop.receipts, house.shop.calls["refund"]) == ({}, 0), why


CHANGED = [
    # (what became of the order between the decision and the payment, why nothing is paid)
    ({"status": "cancelled"}, "cancelled meanwhile"),
    ({"delivered_at": iso(NOON - timedelta(days=31))}, "the return window closed while the approver thought"),
    ({"refunded_cents": 14_900}, "refunded another way"),
]


@pytest.mark.parametrize(("facts", "why"), CHANGED)
async def test_the_order_is_judged_again_after_the_approval(house: House, facts: dict[str, Any], why: str) -> None:
    await approval(house)
    house.shop.orders["12345"] = order(**facts)
    with pytest.raises(GateRefused):
        await process_refund(LARGE)
    assert house.shop.receipts == {}, why


async def test_the_second_part_of_a_split_refund_needs_an_approval(house: House) -> None:
    await process_refund({**SMALL, "due_cents": 9000})
    second: RefundDue = {**SMALL, "refund_id": "r-2", "due_cents": 5900}
    with pytest.raises(GateRefused, match="need an approval"):
        await process_refund(second)
    await approval(house, approval_id="r-2", cents=5900)
    await process_refund(second)
    assert house.shop.refunded_cents("12345") == 14_900


async def test_two_parts_that_are_judged_at_the_same_moment_do_not_both_count_as_the_first(house: House) -> None:
    """The other window pays between our look at the order and our payment."""
    second: RefundDue = {**SMALL, "refund_id": "r-2", "due_cents": 5900}

    class Between(FakeOrders):
        async def find(self, order_id: str) -> Order | None:
            seen = await super().find(order_id)
            with install(house.services):
                await process_refund({**SMALL, "due_cents": 9000})
            return seen

    with install(replace(house.services, orders=Between(house.shop))), pytest.raises(PaymentsUnavailable):
        await process_refund(second)
    with pytest.raises(GateRefused, match="need an approval"):  # the next try judges anew
        await process_refund(second)
    assert house.shop.refunded_cents("12345") == 9000


async def test_after_a_failed_payment_the_gateway_says_whether_it_paid(house: House) -> None:
    unpaid = await look_up_refund(SMALL)
    assert (unpaid, await money_moved(unpaid)) == ({"receipt_id": None}, "unpaid")
    done = await process_refund(SMALL)
    paid = await look_up_refund(SMALL)
    assert (paid, await money_moved(paid)) == (done, "paid")
