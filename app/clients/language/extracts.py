"""An answer made of quotations: the sentences of the passages that are most about the question."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.clients.language.questions import SHOWS, Reading, asked, stems
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

_MARKER = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+")


class Extract(NamedTuple):
    score: float
    passage: Found
    text: str


def answer(question: str, passages: Sequence[Found]) -> list[Sentence]:
    """Quotations for each question in the text, said to be quotations; [] when no passage is about any of them."""
    chosen: dict[str, Found] = {}
    for reading in asked(question):
        for extract in _best(reading, passages):
            chosen.setdefault(extract.text, extract.passage)
    return [Sentence(text=_said(text, one), passage_id=one["id"], quote=text) for text, one in chosen.items()]


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
        yield Extract(0.5 + _share(reading, there) + adds + fits + headed * FIRST.get(at, 0.0), passage, text)


def _sentences(text: str) -> list[str]:
    """Of code only where there is nothing else; never what is said to programs."""
    pieces = FENCE.split(text)
    return _told(pieces[::2]) or _told(pieces[1::2])


def _told(pieces: Sequence[str]) -> list[str]:
    found = [each for piece in pieces for block in paragraphs(piece) for each in _spoken(block)]
    return [each for each in _with_openers(found) if 2 < len(each) <= LONGEST_QUOTE]


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


def _said(text: str, passage: Found) -> str:
    return f'Our page "{passage["title"]}" says: "{text}"'
