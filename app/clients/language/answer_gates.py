"""What words must have to answer, beside words of the question: the place it asks about, a number beside what is counted,
the price of the very thing."""

import re
from collections.abc import Sequence, Set
from itertools import takewhile

from app.clients.language.answer_kinds import NUMBERS, UNIT
from app.clients.language.answer_signs import NUMBERED, Asked
from app.clients.language.question_topic import Term, asked, stem, stems, topics, words
from app.clients.language.quotable import Quotable
from app.clients.language.word_lists import words as listed
from nodes.ports.knowledge import Found

NEAR = 4  # words between a number and what it counts
MOST_OF_A_VALUE = 6  # words of a form's field

_COUNTED = re.compile(
    r"\bhow many (?P<thing>(?:[\w'-]+ ){0,3}?[\w'-]+)(?=\s*(?:$|[?.,!])|\s+(?:is|are|was|were|do|does|did|can|could|may|might|must"
    r"|should|will|would|has|have|had|there|of|in|on|at|per|for|to|with|from|an?|the|each|every|i|you|we|it|they|works?"
    r"|lives?|comes?|uses?|belongs?)\b)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d[\d.,]*\d|[\w']+|[^\w\s-]")
_NUMBER = re.compile(rf"\d[\d.,]*|(?!half|twice){NUMBERS}|no", re.IGNORECASE)
_UNIT = re.compile(
    rf"{UNIT}|[%\u00b0$\u20ac\u00a3]|[kcm]?m|kg|euros?|dollars?|pounds?|cents?|pence|percent|degrees?|am|pm",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"is|are|was|were|be|has|have|to|up|at|most|least|limit|limited|maximum|max|minimum|total|exactly|only|about|[:=(]",
    re.IGNORECASE,
)
"""Between what is counted and its number: "the number of kilns is 4"."""
_ALONE = re.compile(r"[.!;)]|per|an?|each|every|in|at|on|if|when|for", re.IGNORECASE)
"""Behind a number that counts what was named before: "you get three a month"."""
_FIELD = re.compile(r"[\w /()'&-]{2,40}:[*_]*\s+(?P<value>.+)", re.DOTALL)
_DENIED = re.compile(r"\b(?:not|no|never|cannot|none|except|excluding|unavailable|outside)\b|n't\b", re.IGNORECASE)
_COSTS = re.compile(r"\b(?:costs?|is|are)\b(?=\W+(?:\w+\W+){0,2}?[$\u20ac\u00a3\d]|\W+free\b)", re.IGNORECASE)
_TO_A_PLACE = re.compile(r"\b(?:to|in|from|into|within) (?:the )?(?P<name>[A-Z][a-z]\w+(?: [A-Z][a-z]\w+)*)")


def can_answer(asked: Asked, passage: Found, unit: Quotable) -> bool:
    """Whether nothing that an answer needs is missing."""
    return (
        _is_of_the_place(asked, passage, unit)
        and _is_of_the_row(asked, passage, unit)
        and _is_of_the_number(asked, unit)
        and _says_more_than_a_field(asked, unit)
        and _counts_it(asked, passage, unit)
        and _is_its_price(asked, passage, unit)
        and _names_the_code(asked, passage, unit)
    )


def denies(asked: Asked, unit: Quotable) -> bool:
    """ "We do not ship to Norway" answers what it costs, and how long it takes."""
    said = stems(unit.text)
    places = [one for one in asked.reading.terms if one.word in listed("questions", "countries")]
    others = [one for one in asked.reading.terms if one not in places]
    is_named = bool(places) and all(_own_names(one) & said for one in places)
    return is_named and any(one.match(said) for one in others) and bool(_DENIED.search(unit.text))


def _is_of_the_place(asked: Asked, passage: Found, unit: Quotable) -> bool:
    """A country of the question is named by the words or above them, or they hold for all."""
    said = stems(f"{unit.text} {unit.names}")
    above = stems(f"{passage['heading']} {passage['title']} {passage.get('above', '')}")
    return all(_names_place(one, said | above, said) for one in asked.reading.terms if _is_place(asked, one))


def _is_place(asked: Asked, term: Term) -> bool:
    named = {word.lower() for one in _TO_A_PLACE.finditer(asked.question) for word in one["name"].split()}
    return term.word in listed("questions", "countries") or term.word in named


def _names_place(place: Term, there: Set[str], said: Set[str]) -> bool:
    if _own_names(place) & there or said & set(map(stem, listed("questions", "everywhere"))):
        return True
    return place.word in listed("questions", "countries of the union") and bool(
        there & set(map(stem, listed("questions", "union")))
    )


def _own_names(place: Term) -> Set[str]:
    """Without those of countries in general."""
    if place.word not in listed("questions", "countries"):
        return {place.stem} | place.names
    return {place.stem} | place.names - set(map(stem, ("country", "countries", "international", "abroad")))


def _is_of_the_row(asked: Asked, passage: Found, unit: Quotable) -> bool:
    """In a table the names and figures of the question stand in the row itself, or above the table."""
    if unit.kind != "row":
        return True
    there = stems(f"{unit.text} {unit.names} {passage['heading']} {passage['title']} {passage.get('above', '')}")
    return all(asked.terms[at].likeness(there) for at in asked.names) and all(
        has_figure(unit.text, one) for one in figures(asked.question)
    )


def _is_of_the_number(asked: Asked, unit: Quotable) -> bool:
    """What is said of Tier 2 alone does not tell which versions are Tier 1."""
    if asked.kind.name in ("yes-no", "choice"):
        return True
    for label, number in NUMBERED.findall(asked.question):
        said = set(re.findall(rf"\b{label}s? (\d+)(?![\d.]*\d)", unit.text, re.IGNORECASE))
        if said and number not in said:
            return False
    return True


def figures(question: str) -> list[str]:
    """Versions and the like, which words of their digits do not tell: "3.5"."""
    return re.findall(r"(?<![\w.])\d+(?:\.\d+)+", question)


def has_figure(text: str, figure: str) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(figure)}(?!\.?\d)", text) is not None


def _says_more_than_a_field(asked: Asked, unit: Quotable) -> bool:
    """A field of a form repeats the question: "Title: CEO"."""
    field = _FIELD.fullmatch(unit.text.strip())
    if field is None or len(field["value"].split()) > MOST_OF_A_VALUE:
        return True
    return bool(topics(field["value"]) - asked.about)


def _counts_it(asked: Asked, passage: Found, unit: Quotable) -> bool:
    """ "How many kilns are there?" is answered by a number of kilns."""
    counted = _COUNTED.search(asked.question)
    if asked.kind.name != "number" or counted is None:
        return True
    thing = _called(counted["thing"].split()[-1])
    if unit.kind == "row":
        return bool(stems(f"{unit.text} {unit.names}") & thing)
    said = _TOKEN.findall(unit.text)
    numbers = [at for at, word in enumerate(said) if _NUMBER.fullmatch(word)]
    is_above = bool(stems(f"{passage['heading']} {unit.around}") & thing)
    return any(_is_number_of(thing, said, at, is_above=is_above) for at in numbers)


def _called(thing: str) -> Set[str]:
    found = {stem(thing.lower())}
    for reading in asked(thing):
        found |= {name for term in reading.terms for name in term.names | term.kin}
    people = set(map(stem, listed("questions", "people")))
    return found | people if found & people else found


def _is_number_of(thing: Set[str], said: Sequence[str], at: int, *, is_above: bool) -> bool:
    before, after = said[max(at - 2 * NEAR, 0) : at], said[at + 1 : at + 2 + NEAR]
    words_after = list(takewhile(lambda word: word[0].isalnum(), after))
    if words_after and stem(words_after[0].lower()) in thing:
        return True
    if (after and _UNIT.fullmatch(after[0])) or (before and _UNIT.fullmatch(before[-1])):
        return False
    if any(stem(word.lower()) in thing for word in words_after):
        return True
    linked = list(takewhile(_LINK.fullmatch, reversed(before)))
    behind = before[: len(before) - len(linked)]
    if linked and behind and stem(behind[-1].lower()) in thing:
        return True
    return is_above and (not after or bool(_ALONE.fullmatch(after[0])))


def _names_the_code(asked: Asked, passage: Found, unit: Quotable) -> bool:
    if asked.kind.name != "code":
        return True
    there = stems(f"{unit.text} {unit.names} {unit.around} {passage['heading']} {passage['title']}")
    codes = [one for one in asked.reading.terms if one.stem in map(stem, listed("questions", "codes"))]
    return all(one.match(there) for one in codes)


def _is_its_price(asked: Asked, passage: Found, unit: Quotable) -> bool:
    """Where the page names the thing and the sentence does not, it says what the thing costs, and not another one: "it costs",
    not "towels cost"."""
    if asked.kind.name != "price" or unit.kind == "row":
        return True
    said, page = stems(unit.text), stems(f"{passage['title']} {passage['heading']} {passage['text']}")
    things = [asked.terms[at] for at in asked.topical]
    if any(one.likeness(said) for one in things) or not any(one.likeness(page) for one in things):
        return True
    costs = _COSTS.search(unit.text)
    subject = words(unit.text[: costs.start()]) if costs else []
    idle = frozenset[str]().union(*(listed("questions", one) for one in ("stop", "soft", "price words", "priced")))
    return all(word in idle or word.isdigit() for word in subject)
