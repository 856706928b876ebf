"""Documents in the order in which a query wants them read.

A document is judged as a whole and by its best passage, by BM25 both times; one whose title the query names comes
first, and of two that are as good the one that has what the others chosen so far have not.
"""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from math import log

from app.clients.knowledge import index
from app.clients.knowledge.index import Hit
from app.clients.language.question_topic import stem, stems
from app.clients.language.question_topic import words as words_of
from nodes.texts import STOP_WORDS

CANDIDATES = 40  # documents
PASSAGES = 80
SHORTLIST = 20
TITLED = 1.0
"""For a document whose title stands in the query, by the weight of the title's words."""
NEW = 0.5
"""For what a document has of the query and no better one has, by its weight."""
NEAR = 4.0
"""For how near in meaning its nearest passage is: 1 is the query itself."""
NOWHERE: Mapping[str, float] = {}
_PARENTHESIS = re.compile(r"\s*\(.*")


@dataclass(frozen=True)
class Ranked:
    """A document and its best passages."""

    hit: Hit
    score: float
    texts: tuple[str, ...]

    def stems(self) -> frozenset[str]:
        return stems(self.hit.title).union(*map(stems, self.texts))


def documents(
    connection: sqlite3.Connection, folder: int, query: str, limit: int, near: Mapping[str, float] = NOWHERE
) -> list[Hit]:
    """The documents most about the query, best first, each with the text of its best passage.

    `near`: how near in meaning passages are, by their ids, where that is known.
    """
    words = terms(query)
    if not words:
        return []
    total = index.passage_count(connection, folder)
    counts = {word: index.occurrences(connection, folder, [word]) for word in words}
    searched = [*index.telling(counts, total), *(word for word, count in counts.items() if not count)]
    weights = _weights(counts, total)
    nearest = nlargest(max(PASSAGES, limit), near, key=near.__getitem__)
    found = _fused(
        index.documents(connection, folder, searched, max(CANDIDATES, limit)),
        index.passages_of_documents(connection, folder, searched, max(PASSAGES, limit)),
        index.of_passages(connection, folder, {one: near[one] for one in nearest}),
    )
    scored = [replace(one, score=one.score + TITLED * _titled(one.hit.title, weights)) for one in found]
    scored.sort(key=lambda one: -one.score)
    return [one.hit for one in _in_turn(scored, weights, limit)]


def terms(query: str) -> list[str]:
    """The words that a query is about; all of them when it has nothing but small words."""
    found = list(dict.fromkeys(words_of(query)))
    return [word for word in found if word not in STOP_WORDS] or found


def _weights(counts: Mapping[str, int], total: int) -> dict[str, float]:
    """What each word tells, by its stem: the rarer in this folder, the more. They add up to 1."""
    told = {stem(word): log(1 + total / (0.5 + count)) for word, count in counts.items()}
    whole = sum(told.values()) or 1.0
    return {word: weight / whole for word, weight in told.items()}


def _fused(whole: Sequence[Hit], passages: Sequence[Hit], near: Sequence[Hit]) -> list[Ranked]:
    """Each document once; as a whole and by its best passage it counts the same. What is near in meaning is added."""
    best, nearest = _firsts(passages), _firsts(near)
    hits = {hit.document_id: hit for hit in whole} | nearest | best
    by_whole, by_passage = _shares(whole), _shares(list(best.values()))
    texts: dict[int, tuple[str, ...]] = {}
    for hit in [*passages, *near]:
        texts[hit.document_id] = (*texts.get(hit.document_id, ()), hit.text)
    return [
        Ranked(
            hit,
            (by_whole.get(key, 0.0) + by_passage.get(key, 0.0)) / 2
            + NEAR * (nearest[key].score if key in nearest else 0.0),
            texts.get(key, ()),
        )
        for key, hit in hits.items()
    ]


def _firsts(hits: Sequence[Hit]) -> dict[int, Hit]:
    """The best of each document."""
    return {hit.document_id: hit for hit in reversed(hits)}


def _shares(hits: Sequence[Hit]) -> dict[int, float]:
    """Each document's score as a share of the best one's."""
    most = max((hit.score for hit in hits), default=0.0)
    return {hit.document_id: hit.score / most for hit in hits} if most > 0 else {}


def _titled(title: str, weights: Mapping[str, float]) -> float:
    """How much of the title the query names, and how much of the query that is."""
    named = frozenset(stem(word) for word in words_of(_PARENTHESIS.sub("", title)) if word not in STOP_WORDS)
    shared = named & weights.keys()
    return len(shared) / len(named) * sum(weights[word] for word in shared) if named else 0.0


def _in_turn(scored: Sequence[Ranked], weights: Mapping[str, float], limit: int) -> list[Ranked]:
    """The best document first, then those that add what the ones before do not say."""
    waiting = [(one, weights.keys() & one.stems()) for one in scored[: max(SHORTLIST, 2 * limit)]]
    chosen, unsaid = list[Ranked](), dict(weights)
    while waiting and len(chosen) < limit:
        best = max(waiting, key=lambda pair: pair[0].score + NEW * sum(unsaid.get(word, 0.0) for word in pair[1]))
        waiting.remove(best)
        chosen.append(best[0])
        unsaid = {word: weight for word, weight in unsaid.items() if word not in best[1]}
    return chosen
