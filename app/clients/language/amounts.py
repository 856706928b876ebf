"""Amounts of money in a message, as integer cents, in the many ways people write them.

A number is money when a currency stands beside it, when it is written with cents ("49.90"), or when the words around
it say that it was paid. Percentages, quantities, dates and times are not.
"""

import re
from collections.abc import Iterator

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?|\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{2})?|\d{1,9}[.,]\d{1,2}|\d{1,9}"
_BEFORE = r"(?:US|CA|AU|NZ|A|C)?\$|[€£]|(?<![a-z])(?:USD|EUR|GBP|CAD|AUD|CHF|INR|Rs\.?)"
_UNIT = (
    r"(?:(?:us|american|canadian|australian)\s)?(?:dollars?|dollers?|dolars?|bucks?|euros?|pounds?|quid|rupees|usd|eur|gbp|cad|aud|chf|inr)\b"
    r"|[$€£]"
)
_CENTS = r"(?:cents?|pence|¢)"
_NOT_INSIDE = r"(?<![\d.,/:#\w-])"

_WITH_SIGN = re.compile(rf"(?:{_BEFORE})\s?(?P<number>{_DIGITS})(?P<k>\s?k\b)?(?!\d|[.,]\d|\s?%)(?:\s?(?:{_UNIT}))?(?:\s(?:and\s)?(?P<cents>\d{{1,2}})\s{_CENTS})?", re.I)
_WITH_UNIT = re.compile(rf"{_NOT_INSIDE}(?P<number>{_DIGITS})(?P<k>\s?k|\s(?:grand|thousand))?(?:\s|-)?(?:{_UNIT})(?:,?\s(?:and\s)?(?P<cents>\d{{1,2}})\s?{_CENTS})?", re.I)
_GRAND = re.compile(rf"{_NOT_INSIDE}(?P<number>\d{{1,3}}(?:\.\d)?)\s?(?P<k>grand)\b", re.I)
_ONLY_CENTS = re.compile(rf"{_NOT_INSIDE}(?P<cents>\d{{1,4}})\s?{_CENTS}(?!\w)", re.I)
_MEASURE = r"\s?(?:%|percent|per cent|kg|g\b|lbs?|pounds|oz|km|miles?|cm|mm|m\b|inch|in\b|\"|gb|mb|tb|ghz|stars?|hours?|hrs?|h\b|am\b|pm\b|x\b|out of|version|litres?|liters?|l\b|ml)"
_BARE_DECIMAL = re.compile(rf"{_NOT_INSIDE}(?P<number>\d{{1,3}}(?:,\d{{3}})+\.\d{{2}}|\d{{1,3}}(?:\.\d{{3}})+,\d{{2}}|\d{{1,7}}[.,]\d{{2}})(?![\d:/-]|[.,]\d|{_MEASURE})", re.I)
_PAID = re.compile(
    r"\b(?:paid|pay|paying|charged?(?:\sme)?|cost|costs|costing|owes?\sme|worth|spent|amounts?(?:\sof|\sis|\swas|:)?|total(?:s|ing|led)?(?:\sof|\sis|\swas|:)?|"
    r"price(?:\sof|\sis|\swas|:)?|deducted|debited|billed(?:\sme)?|took|refund(?:ed)?\s(?:me|of|amount))\s(?:me\s|only\s|just\s|about\s|over\s|the\s|full\s|around\s|nearly\s)?"
    r"(?P<number>\d{1,5})(?P<k>k\b)?(?=\s*(?:[.!?;)]|,(?!\d)|$)|\s(?:for|back|but|and|on|to|from|instead|please|only|plus|so|with|when|by|in|because|yesterday|today|last|already|extra|too)\b)",
    re.I,
)  # fmt: skip

_ONES = {word: value for value, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)}  # fmt: skip
_TENS = {word: value for value, word in zip(range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split(), strict=True)}
_SMALL = {**_ONES, **_TENS, "fourty": 40, "a": 1, "an": 1}
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000}
_WORD = "|".join(sorted((*_SMALL, *_SCALES), key=len, reverse=True))
_WORDS = rf"\b(?:{_WORD})(?:[\s-](?:and\s)?(?:{_WORD})){{0,7}}"
_IN_WORDS = re.compile(rf"(?P<words>{_WORDS})[\s-](?:{_UNIT})(?:\s(?:and\s)?(?P<word_cents>{_WORDS}|\d{{1,2}})\s{_CENTS}\b)?", re.I)
_CENTS_IN_WORDS = re.compile(rf"(?P<word_cents>{_WORDS})\s{_CENTS}\b", re.I)

_SPELLINGS = (_WITH_SIGN, _WITH_UNIT, _GRAND, _IN_WORDS, _ONLY_CENTS, _CENTS_IN_WORDS, _PAID, _BARE_DECIMAL)


def amounts(text: str) -> tuple[list[int], str]:
    """The amounts in cents, in order of appearance, and the text with a gap where they were."""
    found: list[tuple[int, int]] = []
    for spelling in _SPELLINGS:
        for match in spelling.finditer(text):
            found.append((match.start(), _cents(match)))
        text = spelling.sub(lambda match: _without_figures(match.group()), text)
    return list(dict.fromkeys(cents for _, cents in sorted(found) if cents)), text


def _without_figures(spelt: str) -> str:
    return re.sub(r"[\d$€£]", " ", spelt) if re.search(r"\d", spelt) else " " * len(spelt)


def _cents(match: re.Match[str]) -> int:
    parts = match.groupdict()
    whole = _number(parts["number"]) if parts.get("number") else 0
    whole += 100 * _value(parts["words"]) if parts.get("words") else 0
    whole *= 1000 if parts.get("k") else 1
    return whole + int(parts.get("cents") or 0) + _value(parts.get("word_cents") or "")


def _number(digits: str) -> int:
    """Cents of a number whose last separator is a decimal one when one or two digits follow it."""
    digits = re.sub(r"[ ']", "", digits)
    decimal = re.fullmatch(r"(.*)[.,](\d{1,2})", digits)
    whole, fraction = decimal.groups() if decimal else (digits, "")
    return int(re.sub(r"[.,]", "", whole)) * 100 + int(fraction.ljust(2, "0") or 0)


def _value(words: str) -> int:
    """The number that words (or one or two digits) spell."""
    if words.isdigit():
        return int(words)
    total = part = 0
    for word in _spelt(words):
        if word == "hundred":
            part = (part or 1) * 100
        elif word in _SCALES:
            total, part = total + (part or 1) * _SCALES[word], 0
        else:
            part += _SMALL[word]
    return total + part


def _spelt(words: str) -> Iterator[str]:
    return (word for word in re.split(r"[\s-]+", words.lower()) if word and word != "and")
