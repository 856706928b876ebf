"""An answer made of quotations: the sentences of the passages that are most about the question."""

import re
from collections.abc import Iterator, Sequence
from math import exp
from typing import NamedTuple

from app.clients.language.answer_signs import MANY_READ, NAMED, Asked, Signs, signs, worth
from app.clients.language.questions import SHOWS, Reading, asked, stems
from app.clients.language.quotable import quotable
from app.clients.language.research.instructions import for_programs
from app.clients.language.research.sentences import FENCE
from nodes.ports.knowledge import Found
from nodes.ports.language import Sentence
from nodes.texts import paragraphs, sentences

ENOUGH = 0.5  # of what its topics weigh
MOST_TOPICS = 0.6
"""A passage that covers less of the question is not its answer: better no answer than a guess."""
NEARLY = 0.5
FIRST = {0: 0.8, 1: 0.4}
MOST_QUOTES = 2  # for one question
LONGEST_QUOTE = 400  # characters
MOST_OF_FAQ = 6  # passages
SURE = 0.77
"""How sure it has to be that words answer: better no answer than a wrong one."""
CLOSE, CLOSER, WIDEST, MOST_NEAR = 0.5, 0.7, 2.0, 4

_MARKER = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+")


class Extract(NamedTuple):
    score: float
    passage: Found
    text: str
    quote: str
    columns: str = ""
    place: int = 0
    signs: Signs | None = None


def answer(question: str, passages: Sequence[Found]) -> list[Sentence]:
    """Quotations for each question in the text, said to be quotations; [] when no passage is about any of them."""
    chosen: dict[str, Extract] = {}
    is_faq = any(one.get("is_faq") for one in passages)
    for reading in asked(question):
        found = _best(reading, passages[:MOST_OF_FAQ]) if is_faq else _likely(question, reading, passages)
        for extract in found:
            chosen.setdefault(extract.text, extract)
    return [Sentence(text=_said(one), passage_id=one.passage["id"], quote=one.quote) for one in chosen.values()]


def _likely(question: str, reading: Reading, passages: Sequence[Found]) -> list[Extract]:
    """The words of all passages that answer best, and others of the same passage that are nearly as good."""
    one = Asked(question, reading, passages[0].get("weights", {}) if passages else {})
    extracts = sorted(_weighed(one, passages[:MANY_READ]), key=lambda each: -each.score)
    if not extracts or _sure(one, extracts) < SURE:
        return []
    first, *others = extracts
    mates = [each for each in others if each.passage is first.passage and each.score >= first.score - CLOSE]
    return sorted([first, *mates[: MOST_QUOTES - 1]], key=lambda each: each.place)


def _weighed(asked: Asked, passages: Sequence[Found]) -> Iterator[Extract]:
    for rank, passage in enumerate(passages):
        for unit in quotable(passage["text"]):
            if not unit.text.endswith("?") and (found := signs(asked, passage, rank, unit)):
                yield Extract(worth(found), passage, unit.text, unit.quote, unit.names, unit.place, found)


def _sure(asked: Asked, extracts: Sequence[Extract]) -> float:
    """How sure it is that the first one answers, 0..1. The weights were found like those of `worth`."""
    best, others = extracts[0], [one for one in extracts if one.passage is not extracts[0].passage]
    gap = min(WIDEST, best.score - others[0].score) if others else WIDEST
    near = min(MOST_NEAR, len({one.passage["id"] for one in others if one.score >= best.score - CLOSER}))
    assert best.signs is not None
    value = -2.42 + 0.56 * best.signs.strength - 0.53 * best.signs.rank + 0.51 * best.score + 0.08 * gap - 0.29 * near
    kind = (
        0.42 if asked.kind.shows else -0.3 if asked.kind.name in NAMED else -0.24 if asked.kind.name == "yes-no" else 0
    )
    return 1 / (1 + exp(-value - kind))


def _best(reading: Reading, passages: Sequence[Found]) -> list[Extract]:
    """The best sentence of the first passage that answers, and one more of it that is nearly as good."""
    answering = (list(_scored(reading, one)) for one in passages if _answers(reading, one))
    extracts = next(filter(None, answering), [])
    best = max((each.score for each in extracts), default=0.0)
    good = sorted((each for each in extracts if each.score >= NEARLY * best), key=lambda each: -each.score)
    return [each for each in extracts if each in good[:MOST_QUOTES]]  # in the order of the document


def _answers(reading: Reading, passage: Found) -> bool:
    """Most of the topics are there, by weight and by number; and the price, when one is asked for."""
    told = " ".join(_sentences(passage["text"]))
    there = stems(passage["title"]) | stems(passage["heading"]) | stems(told)
    named = sum(term.match(there) > 0 for term in reading.hard)
    priced = reading.expects != "price" or SHOWS["price"].search(told)
    return passage["coverage"] >= ENOUGH and named >= MOST_TOPICS * len(reading.hard) and bool(priced)


def _scored(reading: Reading, passage: Found) -> Iterator[Extract]:
    """A sentence counts for what it says about the question; the first ones after a heading that asks it, anyway."""
    heading = stems(passage["heading"])
    headed = _share(reading, heading)
    for at, text in enumerate(_sentences(passage["text"])):
        fits = 0.6 if reading.expects and SHOWS[reading.expects].search(text) else 0.0
        there = stems(text)
        adds = 0.8 if any(term.match(there) and not term.match(heading) for term in reading.hard) else 0.0
        yield Extract(0.5 + _share(reading, there) + adds + fits + headed * FIRST.get(at, 0.0), passage, text, text)


def _sentences(text: str) -> list[str]:
    """Of code only where there is nothing else; never what is said to programs."""
    pieces = FENCE.split(text)
    return _told(pieces[::2]) or _told(pieces[1::2])


def _told(pieces: Sequence[str]) -> list[str]:
    found = [each for piece in pieces for block in paragraphs(piece) for each in _spoken(block)]
    return [each for each in _with_openers(found) if 2 < len(each) <= LONGEST_QUOTE and not each.endswith(":")]


def _spoken(paragraph: str) -> list[str]:
    """Its sentences, without what is said to programs."""
    found = [each for line in _unwrapped(paragraph).splitlines() for each in _of_line(line.strip())]
    return [each for each, demanding in zip(found, for_programs(found), strict=True) if not demanding]


def _of_line(line: str) -> list[str]:
    """The row of a table is one sentence."""
    if line.startswith("|"):
        return [line.strip("| \t")]
    return [_MARKER.sub("", each).strip() for each in sentences(line)]


def _unwrapped(text: str) -> str:
    """Lines joined that were broken within a sentence."""
    return re.sub(r"(?<=[\w,;)])\n(?=[a-z(])", " ", text)


def _with_openers(found: list[str]) -> Iterator[str]:
    """ "No." and "Yes." together with what they introduce."""
    held = ""
    for each in found:
        if len(each) <= 4:
            held = f"{held} {each}".strip()
            continue
        yield f"{held} {each}".strip()
        held = ""


def _share(reading: Reading, there: frozenset[str]) -> float:
    return sum(term.match(there) for term in reading.hard) / len(reading.hard)


def _said(one: Extract) -> str:
    columns = f" ({one.columns})" if one.columns else ""
    return f'Our page "{one.passage["title"]}" says: "{one.text}"{columns}'
