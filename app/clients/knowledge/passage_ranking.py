"""Passages in the order in which they are likely to answer a question."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import nlargest
from math import log
from typing import cast

from app.clients.knowledge import index
from app.clients.language.question_topic import (
    NEGATION,
    SHOWS,
    Reading,
    Term,
    expected,
    stems,
    topics,
)
from nodes.ports.knowledge import Found, Passage

LEAST_COVERAGE, LEAST_OF_FAQ = 0.2, 0.4
"""Passages that cover less of a question are not about it. Documents say it in words of their own."""
CANDIDATES, CANDIDATES_OF_FAQ = 100, 40
SOFT = 0.6
"""What a word counts in documents that only helps to find a passage."""

NEAR = 6.0
"""What nearness in meaning counts beside the words: 1 for the whole question."""
NOWHERE: Mapping[str, float] = {}

Match = Callable[[Term, frozenset[str]], float]


@dataclass(frozen=True)
class _Weighed:
    """The topics of a question, each with how much it tells in this folder: the rarer, the more."""

    reading: Reading
    weights: dict[str, float]
    match: Match
    soft: float  # what a word counts that only helps to find a passage
    near: Mapping[str, float] = field(default_factory=dict)  # how near passages are in meaning, by their ids

    def coverage(self, passage: Passage) -> float:
        """The weight of the topics that the passage names, by any of their names."""
        there = stems(passage["title"]) | stems(passage["heading"]) | stems(passage["text"])
        return round(self._share(there, by_name=True), 3)

    def score(self, passage: Passage, place: int, rank: int) -> float:
        """How much of the question is covered, above all in the heading; a heading that is about nothing else; the
        expected kind of answer; what stands first in a document, and what the index puts first."""
        heading, title = stems(passage["heading"]), stems(passage["title"])
        there = heading | title | stems(passage["text"])
        shows = SHOWS[self.reading.expects].search(passage["text"]) if self.reading.expects else None
        return (
            self._share(there)
            + 0.4 * self._share(heading) * (0.5 + 0.5 * self._to_the_point(passage["heading"]))
            + 0.15 * self._share(title)
            + (0.2 if shows else 0.0)
            - (0.1 if bool(NEGATION.search(passage["heading"])) != self.reading.negated else 0.0)
            + (0.2 if self.reading.expects and expected(passage["heading"]) == self.reading.expects else 0.0)
            - 0.005 * min(place, 10)
            - 0.005 * min(rank, CANDIDATES)
            + NEAR * self.near.get(passage["id"], 0.0)
        )

    def _share(self, there: frozenset[str], *, by_name: bool = False) -> float:
        """`by_name`: any name of a topic counts in full."""
        covered = 0.0
        for term, weight in self._told.items():
            if fits := self.match(term, there):
                covered += weight * (1.0 if by_name else fits)
        return covered / self._total if self._total else 0.0

    def _to_the_point(self, heading: str) -> float:
        """How much of a heading the question names."""
        about = topics(heading)
        return len(about & self._named) / len(about) if about else 0.0

    @cached_property
    def _told(self) -> dict[Term, float]:
        counts = {term: 1.0 if term.hard else self.soft for term in self.reading.terms}
        return {term: self.weights[term.word] * count for term, count in counts.items() if count}

    @cached_property
    def _total(self) -> float:
        return sum(self._told.values())

    @cached_property
    def _named(self) -> frozenset[str]:
        return frozenset().union(*(term.names for term in self.reading.terms))


def about(
    connection: sqlite3.Connection, folder: int, reading: Reading, near: Mapping[str, float] = NOWHERE
) -> list[Found]:
    """Passages that cover enough of one question, best first. Where pages are no questions and answers, everyday words count
    too, and how near in meaning a passage is, where that is known."""
    is_faq = index.is_faq(connection, folder)
    found = _of_faq(connection, folder, reading) if is_faq else _of_documents(connection, folder, reading, near)
    passages = index.passage_count(connection, folder)
    for one in found:
        one["is_faq"], one["passages"] = is_faq, passages
    return found


def _of_faq(connection: sqlite3.Connection, folder: int, reading: Reading) -> list[Found]:
    spellings = {one.word: one.spellings for one in reading.terms}
    weights, candidates = _candidates(connection, folder, reading, spellings, CANDIDATES_OF_FAQ)
    return _best(_Weighed(reading, weights, Term.match, 0.0), candidates, LEAST_OF_FAQ)


def _of_documents(
    connection: sqlite3.Connection, folder: int, reading: Reading, near: Mapping[str, float]
) -> list[Found]:
    reading = replace(reading, terms=reading.terms + reading.context)
    spellings = {one.word: one.spellings | one.kin_spellings for one in reading.terms}
    weights, candidates = _candidates(connection, folder, reading, spellings, CANDIDATES)
    if not near:
        return _best(_Weighed(reading, weights, Term.akin, SOFT), candidates, LEAST_COVERAGE)
    found = {passage["id"] for passage, _ in candidates}
    nearest = [one for one in nlargest(CANDIDATES, near, key=near.__getitem__) if one not in found]
    candidates = [*candidates, *index.passages(connection, folder, nearest)]
    return _best(_Weighed(reading, weights, Term.akin, SOFT, near), candidates, 0.0)


def _candidates(
    connection: sqlite3.Connection, folder: int, reading: Reading, spellings: Mapping[str, frozenset[str]], limit: int
) -> tuple[dict[str, float], list[tuple[Passage, int]]]:
    """What each word tells in this folder, and the passages that have any that tell them apart."""
    total = index.passage_count(connection, folder)
    having = {word: index.occurrences(connection, folder, known) for word, known in spellings.items()}
    telling = set(index.telling({term.word: having[term.word] for term in reading.hard}, total))
    sought = {word for term in reading.terms if term.word in telling or not term.hard for word in spellings[term.word]}
    weights = {word: log(1 + total / (0.5 + count)) for word, count in having.items()}
    return weights, index.ranked(connection, folder, sought, limit) if sought else []


def _best(weighed: _Weighed, candidates: Sequence[tuple[Passage, int]], least: float) -> list[Found]:
    scored = [(weighed.score(one, place, rank), one) for rank, (one, place) in enumerate(candidates)]
    scored.sort(key=lambda pair: -pair[0])
    told = {word: round(weight, 2) for word, weight in weighed.weights.items()}
    found = [_found(one, weighed.coverage(one), told) for _, one in scored]
    return [one for one in found if one["coverage"] >= least]


def _found(passage: Passage, coverage: float, weights: dict[str, float]) -> Found:
    return cast("Found", {**passage, "coverage": coverage, "weights": weights, "is_faq": False})
