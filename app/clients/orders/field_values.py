"""Values of other people's orders, read into ours: amounts, times, words. What cannot be read is said, never guessed."""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clients.mail.addresses import is_address
from nodes.money import LARGEST, decimals
from nodes.ports.clock import iso, to_the_second

SHOWN = 60  # characters of a value in a message
NOISE = 8  # units in the last place of a binary float: what a sum of amounts may be off
CLOCKS = timedelta(minutes=15)  # by which the clocks of two machines may differ
YES, NO = {"true", "yes", "y", "t", "1"}, {"false", "no", "n", "f", "0", ""}

_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def text(value: Any) -> str:
    """A number or a word as text, without blanks around it; "" for nothing. What is not a character becomes one that says so."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal | UUID):
        raise ValueError(f"{_shown(value)} is not a text")
    if isinstance(value, float | Decimal) and math.isfinite(value) and value == int(value):
        value = int(value)
    return str(value).encode(errors="replace").decode().replace("\0", "?").strip()


def address(value: Any) -> str:
    if not is_address(written := text(value)):
        raise ValueError(f"{_shown(value)} is not one plain e-mail address" if written else "it is empty")
    return written


def minor_units(value: Any, unit: Literal["minor", "decimal"], currency: str) -> int:
    """An amount in the currency's minor units. Raises ValueError unless it is exact, and can be read in one way only.

    "1.490" is 1490 to some people, so a text has no more decimals than the currency; "149.00" is not in minor units.
    """
    amount = _decimal(value)
    places = 0 if unit == "minor" else decimals(currency)
    scaled = amount.scaleb(places)
    whole = scaled.to_integral_value()
    is_written = isinstance(value, str) or (unit == "minor" and isinstance(value, Decimal))
    if abs(scaled - whole) > _noise(value, places) or (is_written and _decimals(amount) > places):
        kind = "a whole number of minor units" if unit == "minor" else f"an amount with {places} decimals ({currency})"
        raise ValueError(f"{_shown(value)} is not {kind}")
    if not 0 <= whole < LARGEST:
        raise ValueError(f"{_shown(value)} is {'below zero' if whole < 0 else 'too large'}")
    return int(whole)


def moment(value: Any, timezone: str | None, *, now: datetime | None = None) -> str | None:
    """A time as ISO-8601 UTC; None for nothing. One without an offset is in `timezone`, and refused when there is none.

    `now`: of what has happened; a later time is refused.
    """
    if value is None or value == "":
        return None
    found = _datetime(value)
    if found.tzinfo is None:
        if timezone is None:
            raise ValueError(f"{_shown(value)} has no offset, and [orders] names no timezone")
        found = found.replace(tzinfo=ZoneInfo(timezone))
    try:
        utc = iso(found)
    except OverflowError as error:
        raise ValueError(f"{_shown(value)} is not a time that can be used") from error
    if now and found > now + CLOCKS:
        raise ValueError(f"{_shown(value)} is in the future ({to_the_second(utc)}): is it wrong, or its time zone?")
    return utc


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


def _noise(value: Any, places: int) -> Decimal:
    return NOISE * Decimal(math.ulp(value)).scaleb(places) if isinstance(value, float) else Decimal(0)


def _decimals(amount: Decimal) -> int:
    return -int(amount.as_tuple().exponent)


def _decimal(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(f"{_shown(value)} is not a number" if value is not None else "it is empty")
    if isinstance(value, str) and not _PLAIN.fullmatch(value.strip()):
        raise ValueError(f"{_shown(value)} is not a number like 149.00" if value.strip() else "it is empty")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise ValueError(f"{_shown(value)} is not a number") from error
    if not number.is_finite():
        raise ValueError(f"{_shown(value)} is not a number")
    if abs(number) > LARGEST:
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
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return repr(value if isinstance(value, str) else str(value))[:SHOWN]
