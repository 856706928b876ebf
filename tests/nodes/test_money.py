"""Money as people write it: what is read as which amount, and what is not guessed at."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.money import decimal_text, parse, shown

AMOUNTS = [
    # (what is written, cents, why)
    ("80", 8000, "whole units"),
    ("80.5", 8050, "one decimal"),
    ("80.50", 8050, "two decimals"),
    ("80.", 8000, "a point and nothing behind it"),
    (".50", 50, "nothing before the point"),
    ("0.01", 1, "the smallest amount"),
    ("$80", 8000, "with a sign"),
    (" $ 80.50 ", 8050, "with blanks around and behind the sign"),
    ("$1,234.50", 123_450, "thousands"),
    ("1,234,567", 123_456_700, "thousands of thousands"),
    ("007", 700, "leading zeros"),
    ("999999999.99", 99_999_999_999, "the largest amount"),
]

NO_AMOUNTS = [
    # (what is written, why it is not guessed at)
    ("", "nothing"),
    ("   ", "blanks"),
    ("$", "a sign alone"),
    (".", "a point alone"),
    ("eighty", "a word"),
    ("0", "zero"),
    ("0.00", "zero, written out"),
    ("-80", "a refund of less than nothing"),
    ("$-80", "the same behind a sign"),
    ("80.001", "a fraction of a cent"),
    ("80.505", "three decimals"),
    ("1.500", "one and a half, or fifteen hundred?"),
    ("80,50", "a decimal comma: not 8050.00"),
    ("1,5", "a decimal comma: not 15.00"),
    ("1,23", "a comma that separates no thousands"),
    ("12,34,567", "thousands grouped another way"),
    ("1_000", "digits as a programmer groups them"),
    ("1e3", "an exponent"),
    ("9e999999", "an exponent beyond any number"),
    ("NaN", "not a number"),
    ("sNaN", "not a number, and loud about it"),
    ("Infinity", "more than there is"),
    ("1000000000.00", "one cent more than the largest amount"),
    ("８０", "digits that are not 0 to 9"),
    ("80 or 90", "two amounts"),
    ("$$80", "two signs"),
    ("$€80", "two currencies"),
    ("80\x00", "a control character"),
]


@pytest.mark.parametrize(("text", "cents", "why"), AMOUNTS)
def test_what_people_write(text: str, cents: int, why: str) -> None:
    assert parse(text) == cents, why


@pytest.mark.parametrize(("text", "why"), NO_AMOUNTS)
def test_what_is_not_an_amount(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"is not an amount.*write it like 49\.90"):
        pytest.fail(f"{why}: read as {parse(text)}")


OF_CURRENCIES = [
    ("9900", "JPY", 9900),
    ("99.99", "KWD", 99_990),
    ("25.000", "KWD", 25_000),
    ("€20", "EUR", 2000),
    ("99.99", "JPY", None),
    ("20.505", "EUR", None),
    ("€20", "USD", None),
    ("$20", "JPY", None),
]


@pytest.mark.parametrize(("text", "currency", "cents"), OF_CURRENCIES)
def test_an_amount_is_of_its_currency(text: str, currency: str, cents: int | None) -> None:
    if cents is None:
        with pytest.raises(ValueError, match="not an amount"):
            parse(text, currency)
    else:
        assert parse(text, currency) == cents


@given(st.text() | st.from_regex(r"[$€£]?[0-9.,eE_+-]{1,12}", fullmatch=True))
def test_any_text_is_an_amount_above_zero_or_none_at_all(text: str) -> None:
    with suppress(ValueError):
        assert 0 < parse(text) < 10**11


def test_what_is_said_about_a_long_text_is_short() -> None:
    with pytest.raises(ValueError, match=r"^.{60,140}$"):
        parse("9" * 100_000)


@given(st.integers(1, 10**11 - 1))
def test_what_is_shown_can_be_typed(cents: int) -> None:
    assert parse(decimal_text(cents, "USD")) == parse(shown(cents, "USD")) == cents


SHOWN = [
    # (cents, currency, how it is shown)
    (14_900, "USD", "$149.00"),
    (5, "USD", "$0.05"),
    (123_456_789, "EUR", "€1,234,567.89"),
    (8050, "GBP", "£80.50"),
    (14_900, "CHF", "CHF 149.00"),
    (9900, "JPY", "JPY 9,900"),
    (25_000, "KWD", "KWD 25.000"),
    (-150, "USD", "-$1.50"),
]


@pytest.mark.parametrize(("cents", "currency", "text"), SHOWN)
def test_amounts_are_shown_with_their_currency(cents: int, currency: str, text: str) -> None:
    assert shown(cents, currency) == text
