"""The payment step, called directly: it trusts no state, pays what is covered, and pays it once."""

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from langchain_core.runnables import RunnableConfig

from app.testing import NOON, FakeOrders, Fakes, order
from nodes.ports import install
from nodes.ports.clock import iso
from nodes.ports.errors import GateRefused, PaymentDeclined, PaymentsUnavailable, PaymentTimedOut
from nodes.ports.orders import Order
from nodes.refund.payment import Paid, RefundDue, look_up_refund, money_moved, payment
from nodes.refund.payment import process_refund as step
from nodes.refund.refund_action import RefundArgs
from nodes.refund.refund_key import REFUNDS, RefundNamed, refund_id_of
from tests.nodes.conftest import THREAD, runtime

SMALL: RefundDue = {
    "refund_no": 1,
    "order_id": "12345",
    "email": "ada@example.com",
    "amount_cents": 5000,
    "reason": "broken",
}
LARGE: RefundDue = {**SMALL, "amount_cents": None}
OTHER_THREAD: RunnableConfig = {"configurable": {"thread_id": "thread-2"}}


async def process_refund(state: RefundDue, config: RunnableConfig = THREAD, **context: Any) -> Paid:
    return await step(state, config, runtime(**context))


async def approval(
    fakes: Fakes,
    verdict: str | None = "approved",
    *,
    of: RefundDue = LARGE,
    order_id: str = "12345",
    cents: int = 14_900,
    granted_cents: int | None = None,
    thread_id: str = "thread-1",
    action: str = "process_refund",
) -> str:
    """The record in the database, and its id; `verdict` None: it still waits."""
    approval_id = refund_id_of(of, THREAD)
    args: RefundArgs = {"order_id": order_id, "amount_cents": cents, "currency": "USD", "reason": "broken"}
    expires_at = iso(NOON + timedelta(seconds=300))
    record = await fakes.approvals.ask(
        approval_id=approval_id, thread_id=thread_id, action=action, args=args, expires_at=expires_at
    )
    if verdict == "expired":
        fakes.clock.advance(seconds=301)
        await fakes.approvals.expire(approval_id)
    elif verdict:
        await fakes.approvals.decide(
            approval_id,
            decision_id="d",
            args_digest=record["args_digest"],
            verdict=verdict,
            granted={**args, "amount_cents": cents if granted_cents is None else granted_cents},
            by="Mia",
            reason="",
        )
    return approval_id


async def test_a_small_refund_is_paid_and_told(fakes: Fakes) -> None:
    paid = await process_refund(SMALL)
    assert (paid["outcome"], paid["receipt_id"], paid["refunded_cents"]) == ("refunded", "R-1", 5000)
    assert [word for word in ("$50.00", "12345", "R-1") if word not in paid["say"]] == []
    assert "requested" not in paid["say"]


@pytest.mark.parametrize(("status", "asks"), [("pending", False), ("requires_action", True)])
async def test_what_the_bank_has_not_confirmed_is_not_told_as_paid(fakes: Fakes, status: Any, asks: bool) -> None:
    fakes.shop.status = status
    told = await process_refund(SMALL)
    assert (told["outcome"], told["refund_status"]) == ("refunded", status)
    assert ("We have refunded" in told["say"], "We have asked your bank" in told["say"]) == (False, True)
    assert ("may ask you for details" in told["say"]) == asks


@pytest.mark.parametrize("status", ["failed", "canceled"])
async def test_a_refund_that_fails_at_once_is_no_error_and_not_paid(fakes: Fakes, status: Any) -> None:
    fakes.shop.status = status
    for step_ in (process_refund, process_refund, look_up_refund):
        done: Any = await step_(SMALL, THREAD)
        assert (done["failure"]["kind"], done.get("receipt_id")) == ("PayoutFailed", None)
    assert await payment(done) == "unpaid"
    assert (fakes.shop.calls["refund"], fakes.shop.refunded_cents("12345")) == (1, 0)


async def test_an_approval_pays_nothing_while_people_are_to_pay_an_earlier_refund(fakes: Fakes) -> None:
    await process_refund(SMALL)
    later: RefundDue = {**LARGE, "refund_no": 2}
    await approval(fakes, of=later)
    fakes.shop.fail_payout(refund_id_of(SMALL, THREAD))
    with pytest.raises(GateRefused, match="An earlier refund of this order has failed"):
        await process_refund(later)
    ticket = await fakes.tickets.open(key="k", thread_id="t", reason="", summary="", transcript=[], facts={})
    await fakes.shop.reported(refund_id_of(SMALL, THREAD), ticket_id=ticket["ticket_id"], thread_id="t")
    with pytest.raises(GateRefused, match=ticket["ticket_id"]):
        await process_refund(later)
    await fakes.tickets.change(ticket["ticket_id"], status="closed")
    assert (await process_refund(later))["refunded_cents"] == 14_900


async def test_it_can_be_repeated_and_pays_once(fakes: Fakes) -> None:
    assert [await process_refund(SMALL) for _ in range(3)] == [await process_refund(SMALL)] * 3
    assert (fakes.shop.refunded_cents("12345"), fakes.shop.calls["refund"]) == (5000, 1)


async def test_the_gateway_is_asked_for_the_key_before_the_order_is_judged_again(fakes: Fakes) -> None:
    """After the payment all the money is back: judged again, the same request would be declined."""
    await approval(fakes)
    first = await process_refund(LARGE)
    assert await process_refund(LARGE) == first
    assert (fakes.shop.refunded_cents("12345"), fakes.shop.calls["refund"]) == (14_900, 1)


async def test_a_payment_that_timed_out_is_found_on_the_next_try(fakes: Fakes) -> None:
    fakes.shop.times_out_after_paying = 1
    with pytest.raises(PaymentTimedOut):
        await process_refund(SMALL)
    assert (await process_refund(SMALL))["refunded_cents"] == 5000
    assert (fakes.shop.refunded_cents("12345"), fakes.shop.calls["refund"]) == (5000, 1)


@pytest.mark.parametrize("error", [PaymentsUnavailable("down"), PaymentDeclined("closed account")])
async def test_what_the_gateway_says_is_not_swallowed(fakes: Fakes, error: Exception) -> None:
    fakes.shop.fail["refund"] = [error]
    with pytest.raises(type(error)):
        await process_refund(SMALL)
    assert fakes.shop.receipts == {}


@pytest.mark.parametrize("granted", [14_900, 8000, 1])
async def test_what_was_granted_is_paid(fakes: Fakes, granted: int) -> None:
    asked: RefundDue = {**LARGE, "amount_cents": 14_900}
    await approval(fakes, of=asked, granted_cents=granted)
    told = await process_refund(asked)
    assert (told["refunded_cents"], fakes.shop.refunded_cents("12345")) == (granted, granted)
    assert ("requested" in told["say"]) is (granted < 14_900)


async def test_the_ledger_names_the_approval_that_covers_the_payment(fakes: Fakes) -> None:
    await process_refund(SMALL)
    second: RefundDue = {**SMALL, "refund_no": 2}
    approval_id = await approval(fakes, of=second, cents=5000)
    await process_refund(second)
    assert fakes.shop.approval_ids == {refund_id_of(SMALL, THREAD): None, approval_id: approval_id}
    assert [past["approved"] for past in fakes.shop.orders["12345"]["refunds"]] == [False, True]


REFUSED: list[tuple[dict[str, Any], dict[str, Any] | None, str]] = [
    # (what the state claims, the record, why nothing is paid)
    ({"amount_cents": None}, {"verdict": None}, "the approval still waits"),
    ({"amount_cents": None}, {"verdict": "rejected"}, "it was rejected"),
    ({"amount_cents": None}, {"verdict": "expired"}, "nobody decided in time"),
    ({"amount_cents": None}, {"order_id": "777"}, "the approval is for another order"),
    ({"amount_cents": None}, {"thread_id": "thread-9"}, "the approval was asked for on another thread"),
    ({"amount_cents": None}, {"action": "ship"}, "the approval is for another action"),
    ({"amount_cents": None}, {"cents": 20_000}, "approved, and still more than was paid"),
    ({}, {"verdict": "rejected"}, "a small one that was rejected"),
    ({}, {"verdict": None}, "a small one that a human was asked about"),
    ({"email": "eve@example.com"}, None, "somebody else's order"),
    ({"email": None}, None, "nobody's order"),
    ({"order_id": "999"}, None, "the order is gone"),
]


@pytest.mark.parametrize(("claims", "record", "why"), REFUSED)
async def test_what_is_not_covered_is_refused(
    fakes: Fakes, claims: dict[str, Any], record: dict[str, Any] | None, why: str
) -> None:
    state = cast("RefundDue", {**SMALL, **claims})
    if record is not None:
        await approval(fakes, of=state, **record)
    with pytest.raises(GateRefused):
        await process_refund(state)
    assert (fakes.shop.receipts, fakes.shop.calls["refund"]) == ({}, 0), why


JUDGED: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    # (what the state claims, the run's knobs, where the run goes, why nothing is paid)
    ({"amount_cents": None}, {}, "large", "no approval was ever asked for"),
    ({"amount_cents": None, "eligibility": "small"}, {}, "large", "the state calls a large refund small"),
    ({"amount_cents": None, "approval": {"status": "approved"}}, {}, "large", "the state claims an approval"),
    ({}, {"approve_everything": True}, "large", "this run asks about every refund"),
    ({"amount_cents": 0}, {}, "ineligible", "nothing is due"),
    ({"amount_cents": -5000}, {}, "ineligible", "less than nothing is due"),
    ({"amount_cents": 14_901}, {}, "ineligible", "more than was paid"),
]


@pytest.mark.parametrize(("claims", "knobs", "way", "why"), JUDGED)
async def test_the_rules_judge_again(
    fakes: Fakes, claims: dict[str, Any], knobs: dict[str, Any], way: str, why: str
) -> None:
    told = await process_refund(cast("RefundDue", {**SMALL, **claims}), **knobs)
    assert await payment(told) == way
    assert (fakes.shop.receipts, fakes.shop.calls["refund"]) == ({}, 0), why


async def test_while_a_refund_of_the_order_waits_another_one_needs_a_human_too(fakes: Fakes) -> None:
    await approval(fakes, None)
    told = await process_refund(SMALL, OTHER_THREAD)
    assert (await payment(told), told["rule"]) == ("large", "approval_pending")
    assert fakes.shop.receipts == {}


async def test_a_request_that_0_1_0_has_begun_keeps_its_id() -> None:
    old = str(uuid.uuid5(REFUNDS, "thread-1/1/12345"))
    assert refund_id_of(cast("RefundNamed", {**SMALL, "refund_id": old}), THREAD) == old
    assert refund_id_of(cast("RefundNamed", {**SMALL, "refund_id": "r-1"}), THREAD) == refund_id_of(SMALL, THREAD)


async def test_a_fork_has_the_ids_of_its_origin() -> None:
    assert refund_id_of(cast("RefundNamed", {**SMALL, "origin": "thread-1"}), OTHER_THREAD) == refund_id_of(
        SMALL, THREAD
    )
    assert refund_id_of(SMALL, OTHER_THREAD) != refund_id_of(SMALL, THREAD)


async def test_a_key_is_one_refund_for_ever(fakes: Fakes) -> None:
    keyed: RefundDue = {**SMALL, "key": "invoice-7"}
    first = await process_refund(keyed)
    assert await process_refund({**keyed, "refund_no": 9}, OTHER_THREAD) == first
    assert fakes.shop.refunded_cents("12345") == 5000


CHANGED = [
    # (what became of the order between the decision and the payment, why nothing is paid)
    ({"status": "cancelled"}, "cancelled meanwhile"),
    ({"delivered_at": iso(NOON - timedelta(days=31))}, "the return window closed while the approver thought"),
    ({"refunded_cents": 14_900}, "refunded another way"),
]


@pytest.mark.parametrize(("facts", "why"), CHANGED)
async def test_the_order_is_judged_again_after_the_approval(fakes: Fakes, facts: dict[str, Any], why: str) -> None:
    await approval(fakes)
    fakes.shop.orders["12345"] = order(**facts)
    with pytest.raises(GateRefused):
        await process_refund(LARGE)
    assert fakes.shop.receipts == {}, why


async def test_the_second_part_of_a_split_refund_needs_an_approval(fakes: Fakes) -> None:
    await process_refund({**SMALL, "amount_cents": 9000})
    second: RefundDue = {**SMALL, "refund_no": 2, "amount_cents": 5900}
    assert await payment(await process_refund(second)) == "large"
    await approval(fakes, of=second, cents=5900)
    await process_refund(second)
    assert fakes.shop.refunded_cents("12345") == 14_900


async def test_two_parts_that_are_judged_at_the_same_moment_do_not_both_count_as_the_first(fakes: Fakes) -> None:
    """The other window pays between our look at the order and our payment; we are judged again, at once."""
    second: RefundDue = {**SMALL, "refund_no": 2, "amount_cents": 5900}

    class Between(FakeOrders):
        async def find(self, order_id: str) -> Order | None:
            seen = await super().find(order_id)
            with install(fakes.services):
                await process_refund({**SMALL, "amount_cents": 9000})
            return seen

    with install(replace(fakes.services, orders=Between(fakes.shop))):
        told = await process_refund(second)
    assert (await payment(told), told["rule"]) == ("large", "approval_limit")
    assert fakes.shop.refunded_cents("12345") == 9000


async def test_after_a_failed_payment_the_gateway_says_whether_it_paid(fakes: Fakes) -> None:
    unpaid = await look_up_refund(SMALL, THREAD)
    assert (unpaid, await money_moved(unpaid)) == ({"receipt_id": None}, "unpaid")
    done = await process_refund(SMALL)
    paid = await look_up_refund(SMALL, THREAD)
    assert (paid, await money_moved(paid)) == (done, "paid")
