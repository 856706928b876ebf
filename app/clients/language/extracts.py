"""An answer made of quotations: the sentences of the passages that are most about the question."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from functools import cache
from itertools import repeat
from math import exp
from typing import NamedTuple

from app.clients.language.answer_gates import can_answer
from app.clients.language.answer_signs import MANY_READ, SMALL, Asked, Signs, signs
from app.clients.language.plain_answers import Told, certain, headed
from app.clients.language.question_topic import SHOWS, Reading, asked, stems
from app.clients.language.quotable import Kind, quotable
from app.clients.language.research.instructions import for_programs
from app.clients.language.research.sentence_places import FENCE
from app.clients.language.word_lists import pairs
from nodes.ports.knowledge import Found
from nodes.ports.language import Sentence
from nodes.texts import paragraphs, sentences

ENOUGH = 0.5  # of what its topics weigh
MOST_TOPICS = 0.6
"""A passage that covers less of the question is not its answer: better no answer than a guess."""
NEARLY = 0.5
FIRST = {0: 0.8, 1: 0.4}
MOST_QUOTES = 3  # for one question
LONGEST_QUOTE = 400  # characters
MOST_OF_FAQ, MOST_QUOTES_OF_FAQ = 6, 2  # passages, and quotes for one question
CLOSE = 2.5
"""Words whose score is at most so much less than the best are quoted too."""

WRAPPED = ("sentence", "item", "row")
"""Their lines end where the source's lines do."""

_WRAP = re.compile(r"\s*\n\s*")
_NEXT_ITEM = re.compile(r"\s*\n\s*(?:[ivx]{1,5}|[a-z]|\d{1,2})[.)]$")
_MARKER = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+")


class Extract(NamedTuple):
    score: float
    passage: Found
    text: str
    quote: str
    columns: str = ""
    signs: Signs | None = None
    kind: Kind = "sentence"


class Weights(NamedTuple):
    """Those of the signs of an answer, the score of "none of these", and how sure an answer has to be."""

    signs: tuple[float, ...]
    none: float
    sure: float


def answer(question: str, passages: Sequence[Found]) -> list[Sentence]:
    """Quotations for each question in the text, said to be quotations; [] when no passage is about any of them."""
    chosen: dict[str, Extract] = {}
    enough = _weights_for(passages).sure
    for extract, sure in likely(question, passages):
        if sure >= enough:
            chosen.setdefault(extract.text, extract)
    return list(_said(list(chosen.values())))


def likely(question: str, passages: Sequence[Found]) -> Iterator[tuple[Extract, float]]:
    """For each question in the text the words of all passages that answer best, and how sure it is that they do, 0..1."""
    is_faq = any(one.get("is_faq") for one in passages)
    for reading in asked(question):
        if is_faq:
            yield from ((one, 1.0) for one in _best(reading, passages[:MOST_OF_FAQ]))
            continue
        one = _asked(question, reading, passages)
        if plain := certain(one, passages):
            yield from ((_plain(each), 1.0) for each in plain)
            continue
        fitted = _weights_for(passages)
        extracts = ranked(one, passages, fitted.signs)
        sure = sureness(extracts, fitted.none)
        if sure < fitted.sure and (section := headed(one, passages)):
            yield from ((_plain(each), 1.0) for each in section)
            continue
        quoted = together(extracts)
        kept = _adding(one, quoted) if _is_of_few(passages) else quoted
        yield from ((each, sure) for each in [*kept, *_naming(one, kept)])


def _asked(question: str, reading: Reading, passages: Sequence[Found]) -> Asked:
    if not passages:
        return Asked(question, reading, {})
    return Asked(question, reading, passages[0].get("weights", {}), passages[0].get("passages", SMALL))


def _plain(told: Told) -> Extract:
    passage, unit = told
    return Extract(0.0, passage, unit.text, unit.quote, unit.names, kind=unit.kind)


def ranked(asked: Asked, passages: Sequence[Found], weights: Sequence[float]) -> list[Extract]:
    """What can be the answer, the likeliest first."""
    found = (
        Extract(_sum(weights, astuple(told)), passage, unit.text, unit.quote, unit.names, told, unit.kind)
        for rank, passage in enumerate(passages[:MANY_READ])
        for unit, alike in zip(quotable(passage["text"]), passage.get("near") or repeat(0.0), strict=False)
        if not unit.text.endswith("?")
        and can_answer(asked, passage, unit)
        and (told := signs(asked, passage, rank, unit, alike))
    )
    return sorted(found, key=lambda each: -each.score)


def together(extracts: Sequence[Extract]) -> list[Extract]:
    """The best one, and the next that are nearly as good and say something else."""
    found: list[Extract] = []
    for one in extracts:
        if len(found) == MOST_QUOTES or one.score < extracts[0].score - CLOSE:
            break
        if not any(one.text in each.text or each.text in one.text for each in found):
            found.append(one)
    return found


def _is_of_few(passages: Sequence[Found]) -> bool:
    return any(one.get("passages", SMALL) < SMALL for one in passages)


def _adding(asked: Asked, quoted: Sequence[Extract]) -> list[Extract]:
    """Without what says of the question only a part of what the best one says: where that has all of it and what is asked
    for, and among the rows of its table."""
    if not quoted or not (asked.kind.shows and asked.kind.shows.search(quoted[0].text)):
        return list(quoted)
    best, *others = quoted
    named = _named(asked, best)
    is_all = all(asked.terms[at].stem in named for at in asked.topical)
    return [best, *(one for one in others if not ((is_all or _is_beside(one, best)) and _named(asked, one) < named))]


def _naming(asked: Asked, quoted: Sequence[Extract]) -> list[Extract]:
    """What stands beside the best one and says a name of the question that nothing quoted does: "on Mondays it is closed"."""
    names = {asked.terms[at] for at in asked.names if asked.terms[at].word.isalpha()}
    for one in quoted:
        above = f"{one.passage['heading']} {one.passage['title']} {one.passage.get('above', '')}"
        there = stems(f"{one.text} {one.columns} {above}")
        names = {each for each in names if not each.likeness(there)}
    best = quoted[0] if names and quoted else None
    if best is None or best.kind != "sentence":
        return []
    units = quotable(best.passage["text"])
    at = next((place for place, unit in enumerate(units) if unit.text == best.text), None)
    beside = [] if at is None else [units[place] for place in (at - 1, at + 1) if 0 <= place < len(units)]
    found = [one for one in beside if one.kind == "sentence" and any(each.match(stems(one.text)) for each in names)]
    return [_plain((best.passage, one)) for one in found[:1] if not one.text.endswith("?")]


def _is_beside(one: Extract, other: Extract) -> bool:
    """Whether both are rows of one table."""
    return bool(one.columns) and (one.columns, one.passage["id"]) == (other.columns, other.passage["id"])


def _named(asked: Asked, extract: Extract) -> frozenset[str]:
    """The words of the question that it says, with the heads of its columns."""
    there = stems(f"{extract.text} {extract.columns}")
    return frozenset(one.stem for one in asked.terms if one.likeness(there))


def sureness(extracts: Sequence[Extract], none: float) -> float:
    """How likely it is, from 0 to 1, that what is quoted answers, and neither the rest nor none of them does.

    The same words elsewhere, and an item of a list that is quoted whole, say nothing else.
    """
    most = max(none, *(one.score for one in extracts)) if extracts else none
    everything = sum(exp(one.score - most) for one in extracts) + exp(none - most)
    quoted = together(extracts)
    said = (one for one in extracts if any(one.text in each.text for each in quoted))
    return sum(exp(one.score - most) for one in said) / everything


@cache
def weights(*, by_meaning: bool = False) -> Weights:
    file = "answer_weights_by_meaning" if by_meaning else "answer_weights"

    def values(section: str) -> tuple[float, ...]:
        return tuple(map(float, pairs(file, section).values()))

    return Weights(values("signs"), values("none")[0], values("sure")[0])


def _weights_for(passages: Sequence[Found]) -> Weights:
    return weights(by_meaning=any("near" in one for one in passages))


def _sum(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def _best(reading: Reading, passages: Sequence[Found]) -> list[Extract]:
    """The best sentence of the first passage that answers, and one more of it that is nearly as good."""
    answering = (list(_scored(reading, one)) for one in passages if _answers(reading, one))
    extracts = next(filter(None, answering), [])
    best = max((each.score for each in extracts), default=0.0)
    good = sorted((each for each in extracts if each.score >= NEARLY * best), key=lambda each: -each.score)
    return [each for each in extracts if each in good[:MOST_QUOTES_OF_FAQ]]  # in the order of the document


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


def _said(extracts: Sequence[Extract]) -> Iterator[Sentence]:
    """What is quoted, passage by passage, in the order of the passage; the page is named when another one begins."""
    passages = list(dict.fromkeys(one.passage["id"] for one in extracts))
    source = ""
    for one in sorted(extracts, key=lambda one: (passages.index(one.passage["id"]), _place(one))):
        columns = f" ({one.columns})" if one.columns else ""
        named = "" if one.passage["source"] == source else f'Our page "{one.passage["title"]}" says: '
        quote = _NEXT_ITEM.sub("", one.quote) if one.kind in WRAPPED else one.quote
        text = _WRAP.sub(" ", _NEXT_ITEM.sub("", one.text)) if one.kind in WRAPPED else one.text
        yield Sentence(text=f'{named}"{text}"{columns}', passage_id=one.passage["id"], quote=quote)
        source = one.passage["source"]


def _place(one: Extract) -> int:
    return one.passage["text"].find(one.quote.split(" ... ")[0])
