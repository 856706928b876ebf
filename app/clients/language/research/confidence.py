"""How sure it is that quotations answer a topic.

Judged by what the quotations say, by what their sources have at all, and by what the sources are about: their titles.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from math import exp, log

from app.clients.language.question_topic import stem
from app.clients.language.question_topic import words as words_of
from app.clients.language.research.topic import OTHER_NAME, Topic, tells_nothing
from nodes.ports.language import Evidence

TITLE = 0.8
"""What a word of the topic counts that stands in the title alone."""
RAREST = 0.02
"""A word that no sentence has counts like one that one in fifty has, and a common one the less."""
MOST_MISSING = 2  # names
MANY, USUAL = 10, 0.5
"""The terms of a long question, and the length of a subject: what is no question is judged like one of usual length,
and the word that all its sources have tells as much as the others."""
NEIGHBOURS = 3  # words apart, at most

Credit = Mapping[int, float]
"""How much each of the topic's terms is said, by their places: 0..1."""

_BYNAME = re.compile(r"\s*[(\[].*|,.*")


@dataclass(frozen=True)
class Signs:
    """What tells whether evidence answers. A share is one of the topic's words, by what they tell."""

    relevance: float  # the best
    said: float  # the share in one quotation
    rare: float  # the same with its title, where a word tells the more the fewer sentences have it
    source: float  # the same in the whole of one source
    titled: float  # the share of the names that titles consist of; without names, of all words
    together: float  # the share of neighbouring words of a name that are neighbours in a quotation
    missing: float  # names that no source has
    length: float  # in terms: the more is asked, the more of it is said in other words
    entitled: float  # the share of sources that are called what they speak of: their titles would tell


WEIGHTS = Signs(1.50, 1.73, 1.90, 1.42, 3.00, 0.71, -0.41, 1.86, -0.80)
CONSTANT = -5.45
"""Found by logistic regression on questions over encyclopaedic and scientific texts, long and short, of which a half
cannot be answered: some ask about something else, some for what was taken out. The weight of `entitled` is set so
that texts with telling titles and texts without are judged equally severely."""


def confidence(topic: Topic, evidence: Sequence[Evidence]) -> float:
    """How sure it is that the evidence answers, 0..1."""
    if not evidence or not topic.terms:
        return 0.0
    values = zip(astuple(WEIGHTS), astuple(signs(topic, evidence)), strict=True)
    return 1 / (1 + exp(-CONSTANT - sum(weight * value for weight, value in values)))


def signs(topic: Topic, evidence: Sequence[Evidence]) -> Signs:
    """Of at least one piece of evidence, and a topic with at least one term."""
    sources = _sources(topic, evidence)
    rarity = _rarity(topic, sources) if topic.is_question else ()
    names = [at for at, term in enumerate(topic.terms) if term.is_name]
    anywhere = joined(one.has for one in sources)
    return Signs(
        relevance=max(one["relevance"] for one in evidence),
        said=max(share(topic, said) for one in sources for said in one.said),
        rare=max(share(topic, one.with_title(said), rarity) for one in sources for said in one.said),
        source=max(share(topic, one.with_title(one.has), rarity) for one in sources),
        titled=share(topic, joined(one.named for one in sources), among=names),
        together=_together(topic, sources) if topic.phrases else share(topic, anywhere, among=names),
        missing=min(MOST_MISSING, sum(not anywhere[at] for at in names)),
        length=min(1.0, len(topic.terms) / MANY) if topic.is_question else USUAL,
        entitled=sum(one.is_entitled for one in sources) / len(sources),
    )


def credit(topic: Topic, stems: Iterable[str]) -> dict[int, float]:
    """How much each of the topic's terms occurs among these words."""
    there = set(stems)
    return {at: max(map(term.match, there), default=0.0) for at, term in enumerate(topic.terms)}


def joined(credits: Iterable[Credit]) -> dict[int, float]:
    """What several texts say of each term."""
    best: dict[int, float] = {}
    for each in credits:
        for at, value in each.items():
            best[at] = max(value, best.get(at, 0.0))
    return best


def share(topic: Topic, said: Credit, rarity: Sequence[float] = (), *, among: Sequence[int] = ()) -> float:
    """How much of these terms is said, by what they tell; of all terms unless some are named."""
    weights = {at: topic.terms[at].weight * (rarity[at] if rarity else 1.0) for at in among or range(len(topic.terms))}
    return sum(said[at] * weight for at, weight in weights.items()) / (sum(weights.values()) or 1.0)


@dataclass(frozen=True)
class _Source:
    title: tuple[str, ...]  # stems
    quotes: tuple[tuple[str, ...], ...]  # stems
    said: tuple[Credit, ...]  # by the quotes
    titled: Credit
    parts: Credit  # the part of the sentences that have a term
    is_named: bool  # the topic has every word of the title

    @property
    def has(self) -> Credit:
        """The terms that occur in it at all."""
        return {at: max(float(part > 0), self.titled[at]) for at, part in self.parts.items()}

    @property
    def named(self) -> Credit:
        """The terms that its title is made of, if it is made of nothing else."""
        terms = {at: float(value >= OTHER_NAME) for at, value in self.titled.items()}
        return terms if self.is_named else dict.fromkeys(terms, 0.0)

    @property
    def is_entitled(self) -> bool:
        """What it says of the topic names what its title names."""
        return bool(self.title) and set(self.title).issubset(word for quote in self.quotes for word in quote)

    def with_title(self, said: Credit) -> Credit:
        return {at: max(value, TITLE * self.titled[at]) for at, value in said.items()}


def _sources(topic: Topic, evidence: Sequence[Evidence]) -> list[_Source]:
    found: dict[int, list[Evidence]] = {}
    for one in evidence:
        found.setdefault(one["source"], []).append(one)
    return [_source(topic, said) for said in found.values()]


def _source(topic: Topic, evidence: Sequence[Evidence]) -> _Source:
    quotes = tuple(_stems(one["quote"]) for one in evidence)
    said = tuple(credit(topic, quote) for quote in quotes)
    title = tuple(word for word in _stems(_BYNAME.sub("", evidence[0]["title"])) if not tells_nothing(word))
    told = evidence[0].get("mentions")
    return _Source(
        title=title,
        quotes=quotes,
        said=said,
        titled=credit(topic, title),
        parts=joined(said) if told is None else {at: told.get(term.word, 0.0) for at, term in enumerate(topic.terms)},
        is_named=all(any(term.match(word) >= OTHER_NAME for term in topic.terms) for word in title),
    )


def _stems(text: str) -> tuple[str, ...]:
    return tuple(map(stem, words_of(text)))


def _rarity(topic: Topic, sources: Sequence[_Source]) -> list[float]:
    """What each term tells among these sources."""
    parts = [sum(one.parts[at] for one in sources) / len(sources) for at in range(len(topic.terms))]
    return [log(1 + 1 / (RAREST + part)) for part in parts]


def _together(topic: Topic, sources: Sequence[_Source]) -> float:
    """How far the topic's names of several words are said as such, each where it is said best."""
    texts = [_places(topic, text) for one in sources for text in (one.title, *one.quotes)]
    return sum(max(_neighbours(phrase, text) for text in texts) for phrase in topic.phrases) / len(topic.phrases)


def _places(topic: Topic, stems: Sequence[str]) -> dict[int, list[int]]:
    """Where each term stands in a text."""
    known = {word: [at for at, term in enumerate(topic.terms) if term.match(word) >= OTHER_NAME] for word in set(stems)}
    found: dict[int, list[int]] = {}
    for place, word in enumerate(stems):
        for at in known[word]:
            found.setdefault(at, []).append(place)
    return found


def _neighbours(phrase: Sequence[int], places: Mapping[int, Sequence[int]]) -> float:
    pairs = [(places.get(one, ()), places.get(other, ())) for one, other in pairwise(phrase)]
    joined = sum(any(0 < last - first <= NEIGHBOURS for first in one for last in other) for one, other in pairs)
    return joined / len(pairs)
