"""The checks by code on what a model says, as tables."""

from decimal import Decimal

import pytest

from app.clients.language import grounding


@pytest.mark.parametrize(
    ("digits", "value"),
    [
        ("49", "49"),
        ("49.9", "49.9"),
        ("49,90", "49.90"),
        ("1,234", "1234"),  # three digits: a group, not a fraction
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1'234.50", "1234.50"),
    ],
)
def test_number(digits: str, value: str) -> None:
    assert grounding.number(digits) == Decimal(value)


@pytest.mark.parametrize(
    ("claimed", "message", "kept"),
    [
        ("12345", "refund order #12345 please", ["12345"]),
        ("#w2378156", "where is #W2378156?", ["W2378156"]),
        ("ORD-34407", "about ord-34407.", ["ORD-34407"]),
        ("34407", "about ORD-34407", []),  # half an id is another id
        ("1234", "order 12345", []),
        ("12345", "order 54321", []),
        ("149", "I paid $149", []),  # money
        ("149", "I paid 149.50", []),
        ("123", "write to ada@123.example", []),  # an address
        ("refund", "a refund", []),  # no digit
        ("", "order 12345", []),
    ],
)
def test_order_ids(claimed: str, message: str, kept: list[str]) -> None:
    assert grounding.order_ids([claimed, claimed], message) == kept


@pytest.mark.parametrize(
    ("claimed", "message", "kept"),
    [
        ("Ada@Example.com", "I am ada@example.com.", ["ada@example.com"]),
        ("ada@example.co", "I am ada@example.com", []),
        ("a@example.com", "I am ada@example.com", []),
        ("eve@example.com", "nothing", []),
    ],
)
def test_emails(claimed: str, message: str, kept: list[str]) -> None:
    assert grounding.emails([claimed], message) == kept


@pytest.mark.parametrize(
    ("claimed", "message", "cents"),
    [
        ("49.90", "I paid $49.9", [4990]),
        ("$49.90", "I paid 49,90€", [4990]),
        ("1234.5", "it cost USD1,234.50!", [123450]),
        ("49 dollars", "49 dollars, please", [4900]),
        ("50", "I paid 49.90", []),
        ("9.90", "I paid 49.90", []),
        ("12345", "refund order 12345", []),  # the order id, not money
        ("12345", "refund $12345 for order 12345", [1234500]),
        ("forty", "I paid forty", []),  # figures only
    ],
)
def test_amounts(claimed: str, message: str, cents: list[int]) -> None:
    ids = grounding.order_ids(["12345"], message)
    assert grounding.amounts_cents([claimed], message, ids) == cents


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("the mug  arrived broken", "the mug arrived broken"),
        ("item arrived broken", "item arrived broken"),  # most words are the customer's
        ("wrong size and colour", ""),
        ("", ""),
    ],
)
def test_reason(claimed: str, kept: str) -> None:
    assert grounding.reason(claimed, "The mug arrived broken, refund me") == kept


SAY = "Order 12347 was delivered 45 days ago on 20 November, so $89.00 cannot be refunded. See https://shop.example/returns."


@pytest.mark.parametrize(
    ("answer", "held"),
    [
        (SAY, True),
        (
            "Sorry: $89 for order #12347 can't be refunded; it came on November 20th, 45 days ago: https://shop.example/returns",
            True,
        ),
        (SAY.replace("12347", "12348"), False),  # another order
        (SAY.replace("$89.00", "$98.00"), False),  # another amount
        (SAY.replace("$89.00", "89.00"), False),  # no longer money
        (SAY.replace(" on 20 November", ""), False),  # a date is lost
        (SAY.replace("November", "October"), False),
        (SAY.replace("cannot", "can"), False),  # the opposite
        (SAY + " We add $10.00.", False),  # new money
        (SAY + " It takes 3 days.", False),  # a new figure
        (SAY + " Write to eve@example.com.", False),  # a new address
        (SAY + " Here is a voucher.", False),  # a new promise
        (SAY.replace("shop.example/returns", "evil.example/returns"), False),
        ("", False),
    ],
)
def test_faithful(answer: str, held: bool) -> None:
    assert grounding.faithful(SAY, answer) is held


def test_amounts_may_not_change_places() -> None:
    assert not grounding.faithful("$200.00 is refunded, $50.00 is left.", "$50.00 is refunded, $200.00 is left.")


def test_may_is_a_month_only_beside_a_number() -> None:
    assert grounding.faithful("It may come soon.", "Soon it comes.")
    assert not grounding.faithful("It comes on 3 May.", "It comes on the 3rd.")
