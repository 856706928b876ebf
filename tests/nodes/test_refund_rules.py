"""Every refund rule at its boundary: what declines, what needs an approval, and what is said about it."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.testing import NOON, order
from nodes.ports import Limits
from nodes.ports.clock import iso
from nodes.ports.orders import PastRefund
from nodes.refund.refund_rules import assess, belongs_to, unknown_order

LIMITS = Limits(approval_limit_cents=10_000, approval_timeout_s=300, return_window_days=30, other_limits={"GBP": 9000})

ADA = order(email="ada@example.com")


def delivered(**ago: float) -> dict[str, Any]:
    return {"delivered_at": iso(NOON - timedelta(**ago))}


def paid(*refunds: PastRefund, captured_cents: int = 30_000) -> dict[str, Any]:
    """Facts of an order with these refunds."""
    refunded_cents = sum(one["amount_cents"] for one in refunds)
    return {"captured_cents": captured_cents, "refunded_cents": refunded_cents, "refunds": list(refunds)}


def refunded(amount_cents: int, *, approved: bool) -> PastRefund:
    return {
        "receipt_id": f"R-{amount_cents}",
        "amount_cents": amount_cents,
        "currency": "USD",
        "reason": "",
        "at": iso(NOON),
        "approved": approved,
    }


JUDGED = [
    # (facts of the order, cents asked for, verdict, rule, why)
    ({}, None, "large", "approval_limit", "nothing said: all 149.00 that can be refunded"),
    ({}, 10_000, "small", None, "exactly the limit"),
    ({}, 10_001, "large", "approval_limit", "one cent above the limit"),
    ({}, 1, "small", None, "the smallest refund there is"),
    ({}, 14_900, "large", "approval_limit", "exactly what was paid"),
    ({}, 14_901, "ineligible", "refundable_balance", "one cent more than was paid"),
    ({}, 0, "ineligible", "not_an_amount", "nothing is no refund"),
    ({}, -5000, "ineligible", "not_an_amount", "a refund never takes money"),
    ({"captured_cents": 0}, None, "ineligible", "nothing_paid", "the card was never charged"),
    ({"captured_cents": 0}, 100, "ineligible", "nothing_paid", "the card was never charged, whatever is asked"),
    ({"final_sale": True}, 100, "ineligible", "final_sale", "final sale, however small"),
    ({"status": "placed", "delivered_at": None}, 100, "ineligible", "not_delivered", "still in the warehouse"),
    ({"status": "shipped", "delivered_at": None}, 100, "ineligible", "not_delivered", "on the road"),
    ({"status": "cancelled"}, 100, "ineligible", "not_delivered", "cancelled, whatever the dates say"),
    ({"delivered_at": None}, 100, "ineligible", "not_delivered", "delivered, but nobody knows when"),
    (delivered(days=30), 100, "small", None, "the last moment of day 30"),
    (delivered(days=30, seconds=1), 100, "small", None, "day 31 has begun, 30 whole days have passed"),
    (delivered(days=30, hours=23, minutes=59, seconds=59), 100, "small", None, "one second before 31 whole days"),
    (delivered(days=31), 100, "ineligible", "return_window", "31 whole days"),
    (delivered(days=-1), 100, "small", None, "a delivery date that lies ahead is not too long ago"),
    (paid(refunded(30_000, approved=True)), None, "ineligible", "already_refunded", "nothing is left"),
    (paid(refunded(30_000, approved=True)), 1, "ineligible", "already_refunded", "not one cent is left"),
    (paid(refunded(29_000, approved=True)), 1000, "small", None, "exactly what is left"),
    (paid(refunded(29_000, approved=True)), 1001, "ineligible", "refundable_balance", "one cent more than is left"),
    (paid(refunded(29_000, approved=True)), None, "small", None, "nothing said: what is left"),
]


@pytest.mark.parametrize(("facts", "asked", "verdict", "rule", "why"), JUDGED)
def test_every_rule_at_its_boundary(
    facts: dict[str, Any], asked: int | None, verdict: str, rule: str | None, why: str
) -> None:
    judged = assess(order(**facts), asked, LIMITS, NOON)
    assert (judged["verdict"], judged["rule"]) == (verdict, rule), why


SPLIT = [
    # (earlier refunds, cents asked for, verdict, why)
    ([], 9000, "small", "the first 90.00"),
    ([refunded(9000, approved=False)], 5900, "large", "90.00 + 59.00: a refund of 149.00 in two parts"),
    ([refunded(9000, approved=False)], 1000, "small", "90.00 + 10.00: exactly the limit"),
    ([refunded(9000, approved=False)], 1001, "large", "90.00 + 10.01: one cent above"),
    ([refunded(5000, approved=False)] * 2, 1, "large", "50.00 + 50.00 + 0.01"),
    ([refunded(9000, approved=True)], 5900, "small", "a human agreed to the first: it does not count"),
    ([refunded(20_000, approved=True)], 5000, "small", "order 12348 of the demo shop"),
    ([refunded(9000, approved=True), refunded(5000, approved=False)], 5001, "large", "only the second counts"),
    ([refunded(9000, approved=True), refunded(5000, approved=False)], 5000, "small", "only the second counts"),
]


@pytest.mark.parametrize(("earlier", "asked", "verdict", "why"), SPLIT)
def test_refunds_without_an_approval_count_together(
    earlier: list[PastRefund], asked: int, verdict: str, why: str
) -> None:
    judged = assess(order(**paid(*earlier)), asked, LIMITS, NOON)
    assert judged["verdict"] == verdict, why
    assert judged["rule"] == ("approval_limit" if verdict == "large" else None)


@given(st.lists(st.integers(1, 12_000), max_size=8))
def test_no_way_to_split_a_refund_gets_around_the_limit(parts: list[int]) -> None:
    earlier: list[PastRefund] = []
    for part in parts:
        if assess(order(**paid(*earlier, captured_cents=100_000)), part, LIMITS, NOON)["verdict"] == "small":
            earlier.append(refunded(part, approved=False))
    assert sum(one["amount_cents"] for one in earlier) <= LIMITS.approval_limit_cents


FINAL = {"final_sale": True}
FIRST = [
    # (facts of the order, the rule that is named first)
    ({**paid(refunded(30_000, approved=True)), **FINAL, **delivered(days=99)}, "already_refunded"),
    ({**FINAL, "status": "shipped", **delivered(days=99)}, "final_sale"),
    ({"status": "shipped", **delivered(days=99)}, "not_delivered"),
    ({"captured_cents": 0, **delivered(days=99)}, "return_window"),
]


@pytest.mark.parametrize(("facts", "rule"), FIRST)
def test_of_several_rules_the_first_is_named(facts: dict[str, Any], rule: str) -> None:
    assert assess(order(**facts), 99_999, LIMITS, NOON)["rule"] == rule


SENTENCES = [
    # (facts of the order, cents asked for, what the sentence has to say)
    ({"final_sale": True}, 100, ["12345", "final sale"]),
    ({"status": "shipped", "delivered_at": None}, 100, ["12345", "shipped, not delivered"]),
    (delivered(days=45), 100, ["45 days ago", "30-day"]),
    ({"captured_cents": 0}, None, ["Nothing was charged", "12345"]),
    (paid(refunded(30_000, approved=True)), None, ["$300.00", "2026-11-23"]),
    (paid(refunded(20_000, approved=True), captured_cents=25_000), 5001, ["$50.00", "$250.00", "$200.00", "$50.01"]),
    ({}, 14_900, ["above $100.00"]),
    (paid(refunded(9000, approved=False)), 5900, ["$90.00", "$149.00", "$100.00"]),
    ({"currency": "GBP"}, 14_900, ["£90.00"]),
    ({"currency": "EUR"}, 100, ["EUR", "no limit is set"]),
]


@pytest.mark.parametrize(("facts", "asked", "words"), SENTENCES)
def test_the_sentence_names_the_facts(facts: dict[str, Any], asked: int | None, words: list[str]) -> None:
    say = assess(order(**facts), asked, LIMITS, NOON)["say"]
    assert [word for word in words if word not in say] == []


def test_the_amount_and_currency_come_from_the_order() -> None:
    judged = assess(order(captured_cents=3000, refunded_cents=1000, currency="GBP"), None, LIMITS, NOON)
    assert (judged["due_cents"], judged["currency"], judged["say"]) == (2000, "GBP", "")


@pytest.mark.parametrize(
    ("email", "belongs"),
    [
        ("ada@example.com", True),
        ("Ada@Example.COM", True),
        ("  ada@example.com\n", True),
        ("ada@example.co", False),
        ("grace@example.com", False),
        ("ada@example.com, eve@example.com", False),
        ("", False),
    ],
)
def test_whose_order_it_is(email: str, *, belongs: bool) -> None:
    assert belongs_to(ADA, email) is belongs
    assert belongs_to(order(email="ADA@example.com"), email) is belongs


def test_an_order_that_is_not_there_is_nobodys() -> None:
    assert belongs_to(None, "ada@example.com") is False


def test_somebody_elses_order_is_answered_like_no_order_at_all() -> None:
    refused = unknown_order("12345", "eve@example.com")
    assert (refused["verdict"], refused["rule"], refused["due_cents"]) == ("ineligible", "identity", 0)
    assert [word for word in ("12345", "eve@example.com") if word not in refused["say"]] == []
