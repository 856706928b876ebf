"""Amounts of money in a message, as integer cents, in the many ways people write them.

A number is money when a currency stands beside it, when it is written with cents ("49.90"), or when the words around
it say that it was paid. Percentages, quantities, dates and times are not.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from app.clients.language.word_lists import pairs

_DIGITS = (
    r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?"  # 1,234.50
    r"|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?"  # 1.234,50
    r"|\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{2})?"  # 1 234,50
    r"|\d{1,9}[.,]\d{1,2}|\d{1,9}"
)
_SIGNS = "[€£¥₹₩₺₽]"
_OTHER_CODES = "SEK|NOK|DKK|PLN|CZK|HUF|RUB|BRL|MXN|SGD|HKD|NZD|ZAR|AED|SAR|BHD|OMR|KRW|CNY|zł|kr"
_BEFORE = (
    rf"(?:(?<![a-z])[a-z]{{0,3}}\$|{_SIGNS}|(?<![a-z])(?:USD|EUR|GBP|CAD|AUD|CHF|INR|JPY|KWD|KD|Rs\.?|{_OTHER_CODES}))"
)
_AFTER = (
    r"(?:(?:(?:us|american|canadian|australian|kuwaiti)\s)?"
    rf"(?:dollars?|dollers?|dolars?|bucks?|euros?|pounds?|quid|rupees|yen|dinars?|usd|eur|gbp|cad|aud|chf|inr|jpy|kwd|kd|{_OTHER_CODES})\b"
    rf"|[$円元원]|{_SIGNS})"
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
        (r"¥|円|yen\b|jpy\b", "JPY"),
        (r"dinar|kwd\b|\bkd\b", "KWD"),
        (r"chf\b", "CHF"),
        (r"₹|rs\b|inr\b|rupees", "INR"),
        (rf"(?<![a-z])(?:{_OTHER_CODES})(?![a-z])|[元원₩₺₽]", OTHER),
    )
)
_IN_THOUSANDTHS = re.compile(r"\d{1,3}\.\d{3}")
_NOTES = {"fiver": "5", "tenner": "10"}
_THREE_DECIMALS = re.compile(r"dinar|\b(?:kwd|kd|bhd|omr)\b", re.I)
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
_PAID_NUMBER = r"(?P<number>\d{1,4}(?:[.,]\d{1,2})?)(?!\d|[.,]\d)"
_PAID_END = (
    r"(?=\s*(?:[.!?;)]|,(?!\d)|$)|\s(?:for|back|but|and|on|to|from|instead|please|only|plus|so|with|when|by|in|because"
    r"|yesterday|today|last|already|extra|too|not)\b)"
)


@cache
def _in_words() -> str:
    """A number in words: "one hundred and twenty-five"."""
    word = "|".join(sorted((*_numbers(), *_scales()), key=len, reverse=True))
    return rf"\b(?:{word})(?:[\s-](?:and\s)?(?:{word})){{0,7}}"


@cache
def _numbers() -> dict[str, int]:
    return {word: int(value) for word, value in pairs("spellings", "numbers").items()}


@cache
def _scales() -> dict[str, int]:
    return {word: int(value) for word, value in pairs("spellings", "scales").items()}


@cache
def _spellings() -> tuple[re.Pattern[str], ...]:
    """How an amount is written that is certainly one."""
    words = _in_words()
    return tuple(
        re.compile(spelling, re.I)
        for spelling in (
            rf"{_BEFORE}\s?(?P<number>{_DIGITS}|\.\d{{2}})(?:(?P<thousands>\s?k\b)|(?P<millions>m\b))?(?!\d|[.,]\d|\s?%)(?:\s?{_AFTER})?"
            rf"(?:\s(?:and\s)?(?P<cents>\d{{1,2}})\s{_CENTS})?",
            rf"{_ALONE}(?P<number>{_DIGITS})(?P<thousands>\s?k|\s(?:grand|thousand))?(?:\s|-)?{_AFTER}"
            rf"(?:,?\s(?:and\s)?(?P<cents>\d{{1,2}})\s?{_CENTS})?",
            rf"{_ALONE}(?P<number>\d{{1,3}}(?:\.\d)?)\s?(?P<thousands>grand)\b",
            rf"(?P<words>{words})[\s-]{_AFTER}"
            rf"(?:\s(?:and\s)?(?P<cents_in_words>{words}|\d{{1,2}})\s{_CENTS}\b|\s(?P<quarters>fifty|(?:twenty|seventy)[\s-]five)\b"
            r"|\sand\sa\s(?P<half>half)\b)?",
            rf"{_ALONE}(?P<cents>\d{{1,4}})\s?{_CENTS}(?!\w)",
            rf"(?P<cents_in_words>{words})\s{_CENTS}\b",
            rf"{_PAID_WORDS}{_PAID_NUMBER}(?:(?P<thousands>k\b)|{_PAID_END})",
            rf"{_ALONE}(?P<number>\d{{1,3}}(?:,\d{{3}})+\.\d{{2}}|\d{{1,3}}(?:\.\d{{3}})+,\d{{2}}|\d{{1,7}}[.,]\d{{2}})"
            rf"(?![\d:/-]|[.,]\d|{_MEASURE})",
        )
    )


_MONEY_END = (
    r"(?![.,]\d)(?=\s*(?:[.!?;),]|$)|\s(?:for|back|but|and|on|of|to|from|instead|please|now|here|by|was|is|are|more)\b)"
)
_N = r"(?P<number>\d{1,3})(?![.,]\d)"
_BANK = r"(?=[^.!?]{0,30}\b(?:card|account|bank|statement)\b)"


@cache
def _bare() -> tuple[re.Pattern[str], ...]:
    """Numbers that are money only by what stands around them: stated, but never enough to pay by."""
    return tuple(
        re.compile(spelling, re.I)
        for spelling in (
            rf"\b(?:another|an extra|an additional|the other)\s{_N}{_MONEY_END}",
            rf"{_ALONE}{_N}\s(?:each\b|apiece\b|a piece\b|per (?:piece|item)\b)",
            rf"\d\s(?:minus|less|plus|is)\s{_N}{_MONEY_END}",
            rf"{_ALONE}{_N}\s(?:minus|less|plus)\s\d",
            rf"{_ALONE}{_N}\sof\s(?:the|my)\s[$€£]?\d{{1,4}}[.,]\d\d",
            rf"{_ALONE}{_N}\s(?:would be|will be|is|was|would)\s(?:enough|fair|fine|do|too (?:much|little))\b",
            rf"\bthe\s{_N}\sback\b",
            rf"\bwhere(?:'s| is)\s(?:my|the)\s{_N}{_MONEY_END}",
            rf"\b(?:take|settle (?:at|for|with)|happy with|keep|knock off|let's say)\s{_N}{_MONEY_END}",
            rf"\b(?:refund(?:ed)?|give|gave|send|sent|have|get|got|want|pay|leaves)(?:\s(?:me|us|only|just))*\s{_N}"
            r"\s(?:back|more|of (?=#?\d{4}|it\b|(?:my |the |this )?order\b)|to pay)",
            r"\b(?:refunded|expected|credited|quoted|paid|offered|used to be|(?:site|page|price|tag) says|charged)\s"
            rf"(?P<number>\d{{1,3}}(?:\.\d)?)(?:(?P<thousands>k\b)|{_MONEY_END})",
            rf"\b(?:it|that|this|price|one)\s(?:was|is|were)\s{_N}(?=,? but\b|,? now \d)",
            rf"\b(?:was|were)\s{_N}(?=\s(?:and|but)\s(?:is|now)\b)",
            rf"\b(?:is|are)\s{_N}(?=\snow\b)",
            rf"\b(?:give|gave|get|got|take|want)(?:\s(?:me|us))?\s{_N}(?=\soff\b)",
            rf",\snow {_N}(?=\s*[.!?]|\s*$)",
            rf"\b(?:bought|ordered|got|sold|purchased|sale)(?:\s[\w#]+){{0,4}}?\sfor\s{_N}(?=\s*(?:[.!?;),]|$))",
            rf"\bmake\s(?:it|that)\s{_N}{_MONEY_END}",
            rf"{_ALONE}{_N}\s(?:or|to|and|-)\s\d{{1,3}}\s?{_AFTER}",
            rf"[$€£]\d{{1,3}}(?:\.\d\d)?\s(?:or|to|and)\s{_N}{_MONEY_END}",
            rf"\b{_N}\sof\sthe\s\d{{1,3}}{_BANK}",
            rf"\bof\sthe\s{_N}{_BANK}",
            r"\b(?:a|one)\s(?P<note>fiver|tenner)\b",
        )
    )


@cache
def _corrected() -> re.Pattern[str]:
    """The same, beside another amount."""
    return re.compile(
        rf"\b(?:instead\sof|not|sent|gave|got|received)\s(?:{_N}|(?P<words>{_in_words()}))(?=\s*(?:[.!?;),]|$))", re.I
    )


class Amount(NamedTuple):
    cents: int  # hundredths
    currency: str  # ISO 4217; "" when none stands beside it
    start: int
    end: int


def amounts(text: str) -> tuple[list[int], str]:
    """The amounts in cents, in order of appearance, and the text with gaps where their figures were."""
    found, rest = stated(text)
    for spelling in (*_bare(), _corrected()):
        if found or spelling is not _corrected():
            bare = filter(None, map(_amount, spelling.finditer(text)))
            found += [amount for amount in bare if rest[amount.start].isalnum()]
    return list(dict.fromkeys(amount.cents for amount in sorted(found, key=lambda one: one.start))), rest


def stated(text: str) -> tuple[list[Amount], str]:
    """The same, each with its currency and its place: the figures, and what stands beside them."""
    found: list[Amount] = []
    for spelling in _spellings():
        found += filter(None, map(_amount, spelling.finditer(text)))
        text = spelling.sub(_gap, text)
    return sorted(found, key=lambda amount: amount.start), text


def _amount(match: re.Match[str]) -> Amount | None:
    """None for thousandths of a dinar, which have no cents."""
    spelt = match.group()
    currency = next((code for names, code in _CURRENCIES if names.search(spelt)), "")
    if currency and (beside := _BESIDE.match(match.string, match.end())) and _named(beside["name"]) != currency:
        currency = OTHER
    start, end = match.span()
    if not currency and match.groupdict().get("number"):
        start, end = match.span("number")  # without the words that say that it was paid
    cents = _cents(match)
    return None if cents is None else Amount(cents, currency, start, end)


def _named(spelt: str) -> str:
    own = {"american": "USD", "us": "USD", "sterling": "GBP", "ca": "CAD", "$ca": "CAD", "$cad": "CAD"}
    found = next((code for names, code in _CURRENCIES if names.search(spelt)), OTHER)
    return own.get(spelt.lower(), found)


def _gap(match: re.Match[str]) -> str:
    """Only the figures go when there are any: the words around them may still name an order."""
    spelt = match.group()
    return re.sub(r"[\d$€£]", " ", spelt) if re.search(r"\d", spelt) else " " * len(spelt)


def _cents(match: re.Match[str]) -> int | None:
    parts = match.groupdict()
    number = parts.get("number") or _NOTES.get(parts.get("note") or "", "0")
    if _IN_THOUSANDTHS.fullmatch(number) and _THREE_DECIMALS.search(match.group()):
        if not number.endswith("0"):
            return None
        number = number[:-1]
    whole = _number(number) + 100 * _value(parts.get("words") or "")
    whole += 50 if parts.get("half") else 0
    whole *= 1000 if parts.get("thousands") else 1_000_000 if parts.get("millions") else 1
    return whole + _value(parts.get("cents") or parts.get("cents_in_words") or parts.get("quarters") or "")


def _number(digits: str) -> int:
    """Cents of a number whose last separator is a decimal one when one or two digits follow it."""
    digits = re.sub(r"[ ']", "", digits)
    decimal = re.fullmatch(r"(.*)[.,](\d{1,2})", digits)
    whole, fraction = decimal.groups() if decimal else (digits, "")
    return int(re.sub(r"[.,]", "", whole) or 0) * 100 + int(fraction.ljust(2, "0"))


def _value(words: str) -> int:
    """The number that words, or a few digits, spell."""
    if words.isdigit():
        return int(words)
    total = part = 0
    for word in _spelt(words):
        if word == "hundred":
            part = (part or 1) * 100
        elif word in _scales():
            total, part = total + (part or 1) * _scales()[word], 0
        else:
            part += _numbers()[word]
    return total + part


def _spelt(words: str) -> Iterator[str]:
    return (word for word in re.split(r"[\s-]+", words.lower()) if word and word != "and")
