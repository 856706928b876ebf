"""Clauses that change nothing about a request: greetings, thanks, names, labels of a form, and what is not wanted instead."""

import re
from functools import cache

from app.clients.language.demand import ORDER
from app.clients.language.requests.complaints import has_vocabulary
from app.clients.language.word_lists import grammar
from app.clients.language.word_lists import words as listed

_ASKS_BY_LABEL = frozenset({"request", "action", "wish", "what i want"})
_LETTER = r"[^\W\d_]"
_NAME = re.compile(rf"{_LETTER}{{1,20}}(?: {_LETTER}\.?| {_LETTER}{{2,20}}){{0,2}}")
_SIGNATURE = re.compile(
    rf"(?P<title>mr|mrs|ms|mme|mlle|dr|prof|herr|frau|sir)\.? (?P<named>{_LETTER}{{2,20}}(?: {_LETTER}{{2,20}})?)"
    rf"|[b-hjlmo-tvwxz]\.? (?P<surname>{_LETTER}{{3,20}})"
)
"""A name that cannot be a sentence: behind a title, or behind an initial that is no word."""
_FIRM = re.compile(
    rf"(?P<named>{_LETTER}{{3,20}}(?: {_LETTER}{{3,20}})?)(?: (?:primary|secondary|high|junior|middle|grammar|nursery|community))?"
    r" (?:school|academy|college|church|library|clinic|hotel|bakery|cafe|ltd|limited|llc|inc|gmbh|kg|ag|ab|plc|bv|sarl|& sons)"
    r"(?: (?:office|reception|team|purchasing|accounts|administration))?"
)
_INTRODUCES = re.compile(
    r"(?:hi|hello|hey|good morning|good evening)(?: (?:there|again|all|team))? it is"
    r" (?P<calling>[a-z]{2,16}(?<!al)(?<!ic)(?<!ous)(?<!ive)(?<!ed)(?<!ing)(?<!ble)(?<!ful)(?<!ess)(?: again)?)|"
    r"(?:this is|my name is|i am(?! \w+(?:ed|ing|ous|ful|ive)$)) (?P<name>[a-z]{2,20}(?: [a-z]{2,20})?)|(?P<here>[a-z]{2,20}) here"
)


def is_yes(words: str) -> bool:
    return _is("yes", words)


def is_courtesy(words: str) -> bool:
    return _is("courtesy", words) or is_closing(words) or is_small_talk(words)


def is_small_talk(words: str) -> bool:
    """What is harmless beside a request, and no part of a yes."""
    return _is("small talk", words)


def is_closing(words: str) -> bool:
    return _is("closing", words)


def is_label(words: str) -> bool:
    return _is("label", words)


def is_asking_label(words: str) -> bool:
    return words in _ASKS_BY_LABEL


def is_aside(words: str) -> bool:
    """ "How long does it take?" """
    return _is("aside", words)


def refuses_else(words: str) -> bool:
    """ "I don't want a voucher": what could be done instead is refused."""
    return _is("refuses", words)


def keeps_order(words: str) -> bool:
    """ "I am keeping 12345": an order that is left out."""
    return _is("keeps", words)


def means_order(words: str) -> bool:
    """ "Sorry, I mean 12346"."""
    return _is("means", words)


def is_slip(words: str) -> bool:
    return _is("slip", words)


def is_name(text: str) -> bool:
    """One to three words that are none the rules know."""
    known = (listed("words", section) for section in ("not names", "vocabulary", "real words", "pleasantries"))
    words = frozenset(text.split())
    return (
        bool(_NAME.fullmatch(text))
        and all(words.isdisjoint(section) for section in known)
        and not has_vocabulary(words)
    )


def is_signature(text: str) -> bool:
    """ "R. Osei", "Mrs Crossley": a name without a closing before it."""
    found = _SIGNATURE.fullmatch(text)
    return found is not None and is_name(found["named"] or found["surname"])


def is_firm(text: str) -> bool:
    """ "Greenfield Primary School office": behind a closing."""
    found = _FIRM.fullmatch(text)
    return found is not None and is_name(found["named"])


def introduced(words: str) -> str:
    """The name that the writer gives: "this is Ada", "Ada here"; "" in any other clause."""
    found = _INTRODUCES.fullmatch(words)
    name = (found["calling"] or found["name"] or found["here"]).removesuffix(" again") if found else ""
    return name if name and is_name(name) else ""


def _is(kind: str, words: str) -> bool:
    return _form(kind).fullmatch(words) is not None


@cache
def _form(kind: str) -> re.Pattern[str]:
    return re.compile(grammar("courtesies", f"<{kind.upper()}>", {"ORDER": ORDER}))
