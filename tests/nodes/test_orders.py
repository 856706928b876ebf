"""What is said about an order and its refunds: every fact, and nothing that is not known."""

from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig

from app.testing import Fakes, order
from nodes.conversation.order_status import Named, lookup_order, refunds_of, whereabouts
from nodes.ports.errors import Final
from nodes.ports.orders import PastRefund

CONFIG: RunnableConfig = {"configurable": {"thread_id": "thread-1"}}
PLACED: dict[str, Any] = {"shipped_at": None, "delivered_at": None, "carrier": None, "tracking_number": None}
EXPECTED = {"expected_at": "2026-11-25T12:00:00.000000Z", "delivered_at": None}

SAID: list[tuple[dict[str, Any], str]] = [
    # (facts of the order, what is said)
    ({}, "Order 12345 was delivered on 2026-11-18 with Parcel Post, tracking number PP-1."),
    ({"carrier": None, "tracking_number": None}, "Order 12345 was delivered on 2026-11-18."),
    (
        {"status": "shipped", **EXPECTED},
        "Order 12345 was shipped on 2026-11-15 with Parcel Post, tracking number PP-1. It is expected on 2026-11-25.",
    ),
    (
        {"status": "shipped", "delivered_at": None},
        "Order 12345 was shipped on 2026-11-15 with Parcel Post, tracking number PP-1.",
    ),
    ({"status": "placed", **PLACED}, "Order 12345 was placed on 2026-11-14 and has not been shipped yet."),
    ({"status": "cancelled", **PLACED}, "Order 12345 was cancelled."),
]


@pytest.mark.parametrize(("facts", "say"), SAID)
def test_where_an_order_is(facts: dict[str, Any], say: str) -> None:
    assert whereabouts(order(**facts)) == say


def refund(cents: int, day: str, receipt_id: str) -> PastRefund:
    return {
        "receipt_id": receipt_id,
        "amount_cents": cents,
        "currency": "USD",
        "reason": "secret to others",
        "at": f"{day}T12:00:00.000000Z",
        "approved": False,
    }


REFUNDS: list[tuple[list[PastRefund], list[str]]] = [
    # (the refunds, what is said)
    ([], ["no refund for order 12345 yet"]),
    ([refund(5000, "2026-11-20", "R-1")], ["$50.00 on 2026-11-20 (receipt R-1)"]),
    (
        [refund(5000, "2026-11-20", "R-1"), refund(950, "2026-11-21", "R-2")],
        ["$50.00 on 2026-11-20 (receipt R-1); $9.50 on 2026-11-21 (receipt R-2)"],
    ),
]


@pytest.mark.parametrize(("refunds", "words"), REFUNDS)
def test_what_was_refunded(refunds: list[PastRefund], words: list[str]) -> None:
    said = refunds_of(order(refunds=refunds))
    assert [word for word in words if word not in said] == []
    assert "secret" not in said


async def test_a_question_about_the_order_and_one_about_its_refund(fakes: Fakes) -> None:
    about_order = await lookup_order(
        {"order_id": "12345", "email": "ada@example.com", "intent": "order_status"}, CONFIG
    )
    about_refund = await lookup_order({"order_id": "12345", "email": "ada@example.com", "intent": "refund"}, CONFIG)
    assert (about_order["outcome"], about_refund["outcome"]) == ("resolved", "resolved")
    assert "was delivered" in about_order["say"]
    assert "no refund" in about_refund["say"]


async def test_whoever_asks_why_a_refund_was_refused_reads_the_rule(fakes: Fakes) -> None:
    fakes.shop.orders["12345"] = order("12345", final_sale=True)
    asked: Named = {"order_id": "12345", "email": "ada@example.com", "intent": "refund"}
    why = await lookup_order({**asked, "question": "why was my refund refused?"}, CONFIG)
    where = await lookup_order({**asked, "question": "where is my refund?"}, CONFIG)
    assert ("final sale" in why["say"], "final sale" in where["say"]) == (True, True)


async def test_an_order_that_vanished_after_it_was_verified(fakes: Fakes) -> None:
    with pytest.raises(Final, match="Order 999"):
        await lookup_order({"order_id": "999"}, CONFIG)
