"""Values of other people's orders, read into ours: amounts, times, words. What cannot be read is said, never guessed."""

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from zoneinfo import ZoneInfo

from app.clients.mail.addresses import is_address
from nodes.money import LARGEST, decimals
from nodes.ports.clock import iso

SHOWN = 60  # characters of a value in a message
NOISE = Decimal("0.000001")  # what a binary float adds to a decimal amount
YES, NO = {"true", "yes", "y", "t", "1"}, {"false", "no", "n", "f", "0", ""}

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def text(value: Any) -> str:
    """A number or a word as text, without line breaks around it; "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"{_shown(value)} is not a text")
    if isinstance(value, float | Decimal) and value == int(value):
        value = int(value)
    return str(value).strip()


def address(value: Any) -> str:
    if not is_address(written := text(value)):
        raise ValueError(f"{_shown(value)} is not one plain e-mail address" if written else "it is empty")
    return written


def minor_units(value: Any, unit: Literal["minor", "decimal"], currency: str) -> int:
    """An amount in the currency's minor units. Raises ValueError unless it is exact."""
    amount = _decimal(value)
    places = decimals(currency)
    scaled = amount if unit == "minor" else amount.scaleb(places)
    whole = scaled.to_integral_value()
    if abs(scaled - whole) > (NOISE if isinstance(value, float) else 0):
        kind = "a whole number of minor units" if unit == "minor" else f"an amount with {places} decimals ({currency})"
        raise ValueError(f"{_shown(value)} is not {kind}")
    if not 0 <= whole < LARGEST:
        raise ValueError(f"{_shown(value)} is {'below zero' if whole < 0 else 'too large'}")
    return int(whole)


def moment(value: Any, timezone: str | None) -> str | None:
    """A time as ISO-8601 UTC; None for nothing. One without an offset is in `timezone`, and refused when there is none."""
    if value is None or value == "":
        return None
    found = _datetime(value)
    if found.tzinfo is None:
        if timezone is None:
            raise ValueError(f"{_shown(value)} has no offset, and [orders] names no timezone")
        found = found.replace(tzinfo=ZoneInfo(timezone))
    try:
        return iso(found)
    except OverflowError as error:
        raise ValueError(f"{_shown(value)} is not a time that can be used") from error


def our_word(value: Any, ours: dict[Any, list[str]]) -> str:
    """Which of our words stands for theirs."""
    theirs = text(value).casefold()
    for word, meant in ours.items():
        if theirs in {one.strip().casefold() for one in meant}:
            return str(word)
    raise ValueError(f"{_shown(value)} stands under none of {', '.join(ours)}")


def truth(value: Any, words: dict[Any, list[str]]) -> bool:
    """A yes or no: by the words of the file, else true and false, yes and no, 1 and 0; nothing is no."""
    if words:
        return our_word(value, words) == "yes"
    if isinstance(value, bool):
        return value
    said = text(value).casefold()
    if said in YES | NO:
        return said in YES
    raise ValueError(f"{_shown(value)} is neither yes nor no; say in [orders.final_sale] what it means")


def count(value: Any) -> int:
    number = _decimal(value)
    if number != number.to_integral_value() or not 0 <= number < LARGEST:
        raise ValueError(f"{_shown(value)} is not a whole number")
    return int(number)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"{_shown(value)} is not a number" if value is not None else "it is empty")
    if isinstance(value, str) and not _PLAIN.fullmatch(value.strip()):
        raise ValueError(f"{_shown(value)} is not a number like 149.00" if value.strip() else "it is empty")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError(f"{_shown(value)} is not a number") from error
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(f"{_shown(value)} is too large")
    return number


def _datetime(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    try:
        return datetime.fromisoformat(value.strip())
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{_shown(value)} is not a time like 2026-11-23T12:00:00+01:00") from error


def _shown(value: Any) -> str:
    return repr(value if isinstance(value, str) else str(value))[:SHOWN]
