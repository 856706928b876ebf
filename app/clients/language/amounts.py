"""Amounts of money in a message, as integer cents, in the many ways people write them.

A number is money when a currency stands beside it, when it is written with cents ("49.90"), or when the words around
it say that it was paid. Percentages, quantities, dates and times are not.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from app.clients.language.lexicon import NUMBER_WORDS, SCALE_WORDS

_DIGITS = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?"  # 1,234.50
    r"|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?"  # 1.234,50
    r"|\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{2})?"  # 1 234,50
    r"|\d{1,9}[.,]\d{1,2}|\d{1,9}"
)
_BEFORE = r"(?:(?<![a-z])[a-z]{0,3}\$|[€£¥]|(?<![a-z])(?:USD|EUR|GBP|CAD|AUD|CHF|INR|JPY|KWD|Rs\.?))"
_AFTER = (
    r"(?:(?:(?:us|american|canadian|australian|kuwaiti)\s)?"
    r"(?:dollars?|dollers?|dolars?|bucks?|euros?|pounds?|quid|rupees|yen|dinars?|usd|eur|gbp|cad|aud|chf|inr|jpy|kwd)\b"
    r"|[$€£¥])"
)
OTHER = "XXX"  # ISO 4217 for a currency that is not told
_BESIDE = re.compile(
    r"\s?\(?(?:in )?(?P<name>canadian|australian|singapore|hong kong|taiwan|mexican|new zealand|american|us\b|euros?|pounds|sterling|yen"
    r"|dinars?|pesos|rupees|\$?(?:cad|ca|aud|au|nzd|sgd|hkd|mxn|usd|eur|gbp|jpy|kwd|chf|inr)\b)",
    re.I,
)
"""A currency behind the one that was read."""
_CURRENCIES = tuple(
    (re.compile(names, re.I), code)
    for names, code in (
        (r"CA?\$|cad\b|canadian", "CAD"),
        (r"AU?\$|aud\b|australian", "AUD"),
        (r"NZ\$", "NZD"),
        (r"(?<![a-z])(?:US)?\$|usd\b|dol|bucks?", "USD"),
        (r"[a-z]\$", OTHER),
        (r"€|eur", "EUR"),
        (r"£|gbp\b|pounds?|quid|pence", "GBP"),
        (r"¥|yen\b|jpy\b", "JPY"),
        (r"dinar|kwd\b", "KWD"),
        (r"chf\b", "CHF"),
        (r"rs\b|inr\b|rupees", "INR"),
    )
)
THREE_DECIMALS = "KWD"
_IN_THOUSANDTHS = re.compile(r"\d{1,3}\.\d{3}")
_CENTS = r"(?:cents?|pence|¢)"
_ALONE = r"(?<![\d.,/:#\w-])"
_MEASURE = (
    r"\s?(?:%|percent|per cent|kg|g\b|lbs?|oz|km|miles?|cm|mm|m\b|inch|in\b|\"|gb|mb|tb|ghz|stars?|hours?|hrs?|h\b"
    r"|am\b|pm\b|x\b|out of|version|litres?|liters?|l\b|ml)"
)
_PAID_WORDS = (
    r"\b(?:paid|pay|paying|charged?(?:\sme)?|costs?|costing|owes?\sme|worth|spent|amounts?(?:\sof|\sis|\swas|:)?"
    r"|total(?:s|ing|led)?(?:\sof|\sis|\swas|:)?|price(?:\sof|\sis|\swas|:)?|deducted|debited|billed(?:\sme)?|took"
    r"|refund(?:ed)?\s(?:me|of|amount))\s(?:(?:me|only|just|about|over|the|full|around|nearly)\s)?"
)
_PAID_END = (
    r"(?=\s*(?:[.!?;)]|,(?!\d)|$)|\s(?:for|back|but|and|on|to|from|instead|please|only|plus|so|with|when|by|in|because"
    r"|yesterday|today|last|already|extra|too)\b)"
)
_WORD = "|".join(sorted((*NUMBER_WORDS, *SCALE_WORDS), key=len, reverse=True))
_WORDS = rf"\b(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD})){{0,7}}"

_SPELLINGS = tuple(
    re.compile(spelling, re.I)
    for spelling in (
        rf"{_BEFORE}\s?(?P<number>{_DIGITS})(?P<thousands>\s?k\b)?(?!\d|[.,]\d|\s?%)(?:\s?{_AFTER})?"
        rf"(?:\s(?:and\s)?(?P<cents>\d{{1,2}})\s{_CENTS})?",
        rf"{_ALONE}(?P<number>{_DIGITS})(?P<thousands>\s?k|\s(?:grand|thousand))?(?:\s|-)?{_AFTER}"
        rf"(?:,?\s(?:and\s)?(?P<cents>\d{{1,2}})\s?{_CENTS})?",
        rf"{_ALONE}(?P<number>\d{{1,3}}(?:\.\d)?)\s?(?P<thousands>grand)\b",
        rf"(?P<words>{_WORDS})[\s-]{_AFTER}(?:\s(?:and\s)?(?P<cents_in_words>{_WORDS}|\d{{1,2}})\s{_CENTS}\b)?",
        rf"{_ALONE}(?P<cents>\d{{1,4}})\s?{_CENTS}(?!\w)",
        rf"(?P<cents_in_words>{_WORDS})\s{_CENTS}\b",
        rf"{_PAID_WORDS}(?P<number>\d{{1,4}})(?P<thousands>k\b)?{_PAID_END}",
        rf"{_ALONE}(?P<number>\d{{1,3}}(?:,\d{{3}})+\.\d{{2}}|\d{{1,3}}(?:\.\d{{3}})+,\d{{2}}|\d{{1,7}}[.,]\d{{2}})"
        rf"(?![\d:/-]|[.,]\d|{_MEASURE})",
    )
)


class Amount(NamedTuple):
    cents: int  # hundredths
    currency: str  # ISO 4217; "" when none stands beside it
    start: int
    end: int


def amounts(text: str) -> tuple[list[int], str]:
    """The amounts in cents, in order of appearance, and the text with gaps where their figures were."""
    found, rest = stated(text)
    return list(dict.fromkeys(amount.cents for amount in found)), rest


def stated(text: str) -> tuple[list[Amount], str]:
    """The same, each with its currency and its place: the figures, and what stands beside them."""
    found: list[Amount] = []
    for spelling in _SPELLINGS:
        found += [amount for match in spelling.finditer(text) if (amount := _amount(match)).cents]
        text = spelling.sub(_gap, text)
    return sorted(found, key=lambda amount: amount.start), text


def _amount(match: re.Match[str]) -> Amount:
    spelt = match.group()
    currency = next((code for names, code in _CURRENCIES if names.search(spelt)), "")
    if currency and (beside := _BESIDE.match(match.string, match.end())) and _named(beside["name"]) != currency:
        currency = OTHER
    after_paid_words = not currency and match.groupdict().get("number")
    start, end = match.span("number") if after_paid_words else match.span()
    return Amount(_cents(match, currency), currency, start, end)


def _named(spelt: str) -> str:
    own = {"american": "USD", "us": "USD", "sterling": "GBP", "ca": "CAD", "$ca": "CAD", "$cad": "CAD"}
    found = next((code for names, code in _CURRENCIES if names.search(spelt)), OTHER)
    return own.get(spelt.lower(), found)


def _gap(match: re.Match[str]) -> str:
    """Only the figures go when there are any: the words around them may still name an order."""
    spelt = match.group()
    return re.sub(r"[\d$€£]", " ", spelt) if re.search(r"\d", spelt) else " " * len(spelt)


def _cents(match: re.Match[str], currency: str) -> int:
    parts = match.groupdict()
    number = parts.get("number") or "0"
    if currency == THREE_DECIMALS and _IN_THOUSANDTHS.fullmatch(number):
        number = number[:-1] if number.endswith("0") else "0"  # thousandths of a dinar have no cents
    whole = _number(number) + 100 * _value(parts.get("words") or "")
    whole *= 1000 if parts.get("thousands") else 1
    return whole + _value(parts.get("cents") or parts.get("cents_in_words") or "")


def _number(digits: str) -> int:
    """Cents of a number whose last separator is a decimal one when one or two digits follow it."""
    digits = re.sub(r"[ ']", "", digits)
    decimal = re.fullmatch(r"(.*)[.,](\d{1,2})", digits)
    whole, fraction = decimal.groups() if decimal else (digits, "")
    return int(re.sub(r"[.,]", "", whole)) * 100 + int(fraction.ljust(2, "0"))


def _value(words: str) -> int:
    """The number that words, or a few digits, spell."""
    if words.isdigit():
        return int(words)
    total = part = 0
    for word in _spelt(words):
        if word == "hundred":
            part = (part or 1) * 100
        elif word in SCALE_WORDS:
            total, part = total + (part or 1) * SCALE_WORDS[word], 0
        else:
            part += NUMBER_WORDS[word]
    return total + part


def _spelt(words: str) -> Iterator[str]:
    return (word for word in re.split(r"[\s-]+", words.lower()) if word and word != "and")
