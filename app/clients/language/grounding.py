"""Checks by code on what a model says: a detail stands in the message, a reworded reply holds the same facts."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

EMAIL = re.compile(r"[\w.+-]+@\w[\w-]*(?:\.[\w-]+)+")
LINK = re.compile(r"https?://[^\s<>()]+[^\s<>().,;:!?]")
NUMBER = re.compile(r"(?<![\w.,'#-])\d+(?:[.,']\d+)*(?!\w)")
FIGURE = re.compile(r"[A-Za-z]*\d[A-Za-z0-9]*(?:[.,']\d+)*")  # a number, or a code with a digit in it
ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
SIGN, CODE, AMOUNT = "[$€£]", "(?:USD|EUR|GBP|dollars?|euros?|pounds?)", r"\d+(?:[.,']\d+)*"
MONEY = re.compile(rf"(?:{SIGN}|\b{CODE})\s?({AMOUNT})|({AMOUNT})\s?(?:{SIGN}|{CODE}\b)", re.IGNORECASE)
MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t(?:ember)?|ober|ember)?\b"
DAY_WORD = re.compile(
    rf"\b(?:\d{{1,2}}\s+(?:of\s+)?{MONTH}|{MONTH}\.?\s+\d|(mon|tues|wednes|thurs|fri|satur|sun)day|(today|tomorrow|yesterday)\b)",
    re.IGNORECASE,
)
NEGATION = re.compile(
    r"\b(?:not?|never|cannot|unable|without|declined?|refused?|outside|unfortunately)\b|n['\u2019]t\b"
    r"|\b(?:nicht|kein\w*|leider|pas|aucun\w*|non|senza|sin|niet|geen|não|sem)\b",  # where the reply is in another language
    re.IGNORECASE,
)
PROMISE = re.compile(
    r"\b(refund|compensat|discount|voucher|coupon|credit|free of charge|guarantee|replace)", re.IGNORECASE
)


def number(digits: str) -> Decimal:
    """The value of "1,234.56", "1.234,56" or "49,9": one or two digits after the last separator are decimals."""
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d{1,2}))?", digits).groups()  # type: ignore[union-attr]  # always matches
    return Decimal(re.sub(r"\D", "", whole) + "." + (cents or "0"))


def order_ids(claimed: Iterable[str], message: str) -> list[str]:
    """The claimed ids that the message states, upper case, without "#"."""
    without_addresses = EMAIL.sub(" ", message)
    ids = (claim.strip().lstrip("#").strip().upper() for claim in claimed)
    return _once(each for each in ids if re.search(r"\d", each) and _order_id(each).search(without_addresses))


def emails(claimed: Iterable[str], message: str) -> list[str]:
    """The claimed addresses that the message states, lower case."""
    stated = {address.lower().rstrip(".") for address in EMAIL.findall(message)}
    return _once(claim for claim in (each.strip().lower() for each in claimed) if claim in stated)


def amounts_cents(claimed: Iterable[str], message: str, ids: Iterable[str]) -> list[int]:
    """The claimed amounts whose value stands in the message, other than as one of the order ids."""
    rest = EMAIL.sub(" ", message)
    for each in ids:
        rest = _order_id(each).sub(" ", rest)
    stated = {number(digits) for digits in NUMBER.findall(_without_currency(rest))}
    values = (number(match[0]) for claim in claimed if (match := NUMBER.search(_without_currency(claim))))
    return _once(int(value * 100) for value in values if value in stated)


def reason(claimed: str, message: str) -> str:
    """The claimed reason, when most of its words are the message's own; otherwise ""."""
    words, own = _words(claimed), set(_words(message))
    return " ".join(claimed.split()) if words and sum(word in own for word in words) * 2 > len(words) else ""


def faithful(say: str, answer: str) -> bool:
    """Whether the answer holds every fact of `say` and none of its own.

    Compared are figures, order ids, addresses, links, days, and amounts of money in their order. A refusal must still
    read as one, and no refund, discount or the like may be promised that `say` does not mention.
    """
    return (
        bool(answer.strip())
        and _facts(answer) == _facts(say)
        and _money(answer) == _money(say)
        and _promises(answer) <= _promises(say)
        and (not NEGATION.search(say) or bool(NEGATION.search(answer)))
    )


def _order_id(order_id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$€£-])(?<!\d[.,])#?{re.escape(order_id)}(?!\w|-\w|[.,]\d)", re.IGNORECASE)


def _without_currency(text: str) -> str:
    """Currency signs and codes become spaces, so that "USD49.90" and "49,90€" hold a number."""
    return re.sub(rf"{SIGN}|{CODE}", " ", text, flags=re.IGNORECASE)


def _facts(text: str) -> set[str]:
    addresses = {each.lower().rstrip(".") for each in EMAIL.findall(text)} | set(LINK.findall(text))
    rest = ORDINAL.sub("", LINK.sub(" ", EMAIL.sub(" ", text)))
    days = {next(filter(None, found)).lower() for found in DAY_WORD.findall(rest)}
    return addresses | days | {_figure(each) for each in FIGURE.findall(rest)}


def _figure(text: str) -> str:
    return text.upper() if re.search(r"[A-Za-z]", text) else f"{number(text).normalize():f}"


def _money(text: str) -> list[Decimal]:
    return _once(number(before or after) for before, after in MONEY.findall(text))


def _promises(text: str) -> set[str]:
    return {each.lower() for each in PROMISE.findall(text)}


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _once(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))
