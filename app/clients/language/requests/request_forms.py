"""Clauses that ask for money back, now and for the speaker, from the first word to the last.

Each form is closed: a wish of the first person, an imperative, or a polite question, then what is asked for, then the order,
the amount, the way and the politeness around it. A word that is none of these makes it no request. The forms are data.
"""

import re
from functools import cache

from app.clients.language.demand import MAIL, ORDER, SHARE, SUM
from app.clients.language.word_lists import alternatives, grammar, sections

_SAYS_SO = re.compile(r"\b(?:please|pls|plz|now|asap|immediately|kindly)\b| (?:thanks|thank you|thx|ty|cheers)$")
_HEADING = re.compile(r"refund (?:for|of|on|re|regarding|concerning)\b(?!.* (?:requested|needed|wanted|required)$)")
"""Rather the noun than the verb: "Refund for order 12346"."""
_WHICH = re.compile(rf"\b(?:first|second|third|last|latter|former|other(?! {SUM})|both|them) ")
_AT_A_PRICE = re.compile(rf"\b(?:on|by|in) {SUM}")


def asks(words: str) -> bool:
    """Whether a clause, not a question, asks for the money of one order."""
    if not _is_about_one(words):
        return False
    if _HEADING.match(words) and not _SAYS_SO.search(words):
        return False
    is_bare = _SAYS_SO.search(words) and _form("bare").fullmatch(words)
    return bool(is_bare or _form("plain").fullmatch(words))


def asks_politely(words: str) -> bool:
    """Whether a clause asks for it in the form of a question."""
    is_whole = words.count(ORDER) <= 1 and not words.endswith(f"{SHARE} of")
    return is_whole and _form("questions").fullmatch(words) is not None


@cache
def _topic() -> re.Pattern[str]:
    return re.compile(_rule("<TOPIC>"))


def is_topic(words: str) -> bool:
    """A heading: "Refund for order 12346". Alone it asks for nothing."""
    return _topic().fullmatch(words) is not None


def _is_about_one(words: str) -> bool:
    if words.endswith(f"{SHARE} of"):  # "refund 12346, half of the filters are torn"
        return False
    names_two = ORDER in words and _WHICH.search(f"{words} ")
    return words.count(ORDER) <= 1 and not (names_two or _AT_A_PRICE.search(words))


@cache
def _form(kind: str) -> re.Pattern[str]:
    """Any of the forms, with what may stand before and behind it. Possessive: nothing is tried twice, so that it is linear."""
    forms = "|".join(_rule(form) for form in sections("requests")[kind])
    return re.compile(f"{_rule('(?:<OPENING> )*+')}(?:{forms}){_rule('(?: (?><TAIL>))*+')}")


def _rule(rule: str) -> str:
    adverbs = f"(?:(?:{alternatives('requests', 'adverbs')}) )*+"
    return grammar("requests", rule, {"ORDER": ORDER, "MAIL": MAIL, "SHARE": SHARE, "SUM": SUM, "ADVERBS": adverbs})
