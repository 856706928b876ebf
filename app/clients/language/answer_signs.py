"""What tells that words of a passage answer a question, each sign as a number. How much each counts is in
`data/answer_weights.txt` and, where nearness in meaning is known, `data/answer_weights_by_meaning.txt`, which
`python -m tests.answer_weights` makes (docs/quality.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log, sqrt

from app.clients.language.answer_kinds import Kind, kind_of
from app.clients.language.question_topic import Reading, Term, stem, stems, topics, words
from app.clients.language.quotable import Quotable
from nodes.ports.knowledge import Found

SOFT = 0.6
"""What a word counts that only helps to find a passage."""
USUAL_WEIGHT = 5.0
COMMON = 2.0
"""A name with less weight stands on most pages: the name of the product. It need not be said again."""
LONGEST_LIST = 600  # characters, where no steps are asked for
MANY_READ = 14
SMALL = 100
"""Passages of a folder. The more there are, the more are near a question by chance."""
FAR = 100  # characters
CLOSE = 4  # words

NAMED = frozenset(["name", "person", "place", "command", "definition"])
CODED = frozenset(["steps", "command", "flag", "variable"])
_ENTITY = re.compile(
    r"(?<=[a-z,:;] )[A-Z][\w.-]+|\b[A-Z][a-z]+[A-Z]\w*|\S+@\S+|--?[a-z][\w-]+|\b\w+[._/-]\w+\b|\b\d[\d.,-]*\b|\bv\d"
)
_POLAR = re.compile(
    r"\b(?:can|cannot|may|must|should|will|not|never|no|yes|only|always|unable|required|allowed|permitted|safe|supported|supports"
    r"|unsupported|without|possible|impossible|available|unavailable|automatically|exclusive|eligible|entitled|need|either|both"
    r"|optional)\b|n't\b",
    re.IGNORECASE,
)
_HISTORY = re.compile(r"(?<![a-z])(?:releases?|changes?|changelog|history|news|migrat\w+)(?![a-z])", re.IGNORECASE)
NUMBERED = re.compile(r"\b([A-Z][a-z]+) (\d+)(?![\d.]*\d)")
_SEVERAL_VERSIONS = re.compile(r"\b(?:which|what)(?: [\w.]+){0,2} versions\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Signs:
    """Shares are of the question's words, by what they tell in the folder."""

    own: float  # the share that the words themselves have
    heading: float  # the share that only the heading has
    elsewhere: float  # that only the rest of the passage has
    named: float  # the part of the question's topics that the words themselves name, each counted the same
    beside: float  # the part of the topics that stand beside each other in the question and in the words, too
    crisp: float  # how many that are for so few words
    long: float  # how many words
    to_the_point: float  # how much of the heading the question names
    rank: float  # of its passage
    fits: float  # it has a name where one is asked for, a yes or no where that is
    steps: float  # steps are asked for
    listed: float  # the same, and it is a list or a command
    row: float
    code: float  # it is code, and none is asked for
    history: float  # of a document that tells what has changed, and not what is
    near: float  # how near what is asked for stands to words of the question
    defines: float
    alike: float = 0.0  # how near in meaning it is to the question, where that is known
    around: float = 0.0  # how near its whole passage is, the more the fewer there are; 0 where the folder is not small


@dataclass(frozen=True)
class Asked:
    """A question, and what each of its words tells."""

    question: str
    reading: Reading
    weights: dict[str, float]
    passages: int = SMALL  # of the folder

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.question)

    @cached_property
    def terms(self) -> Sequence[Term]:
        """Without the words that only say what kind of answer is asked for."""
        found = [one for one in self.reading.terms if one.word not in self.kind.form]
        return [*(found if any(one.hard for one in found) else self.reading.terms), *self.reading.context]

    @cached_property
    def told(self) -> Sequence[float]:
        return [self.weights.get(one.word, USUAL_WEIGHT) * (1.0 if one.hard else SOFT) for one in self.terms]

    @cached_property
    def total(self) -> float:
        return sum(self.told) or 1.0

    @cached_property
    def topical(self) -> Sequence[int]:
        """The places of the terms that an answer has to be about."""
        return [at for at, one in enumerate(self.terms) if one.hard]

    @cached_property
    def called(self) -> Sequence[frozenset[str]]:
        """The stems of the words for each of them."""
        return [self.terms[at].names | self.terms[at].kin | {self.terms[at].stem} for at in self.topical]

    @cached_property
    def names(self) -> Sequence[int]:
        """The places of figures, and of words with a capital inside the question that are not on most pages."""
        tokens = list(enumerate(_TOKEN.findall(self.question)))
        named = {word.lower() for place, word in tokens if any(map(str.isdigit, word)) or (place and word[0].isupper())}
        told = [self.weights.get(one.word, USUAL_WEIGHT) for one in self.terms]
        return [at for at, one in enumerate(self.terms) if one.word in named and told[at] > self._common]

    def unnumbered(self, text: str) -> str:
        """Without the numbers of the question: "Tier 1" is no version."""
        for label in NUMBERED.finditer(self.question):
            text = text.replace(label[0], label[1])
        return text

    @property
    def _common(self) -> float:
        """What a word tells that is on a quarter of the pages of a small folder."""
        return COMMON if self.passages >= SMALL else log(1 + self.passages / (0.5 + self.passages / 4))

    @cached_property
    def about(self) -> frozenset[str]:
        return frozenset[str]().union(*(one.names | one.kin for one in self.reading.terms))


def signs(asked: Asked, passage: Found, rank: int, unit: Quotable, alike: float = 0.0) -> Signs | None:
    """None for what cannot be the answer: it is of another kind, or a name of the question is nowhere in its passage."""
    topic = topics(passage["heading"])
    to_the_point = len(topic & asked.about) / len(topic) if topic else 0.0
    defines = _defines(asked, unit.text)
    if not _can_be(asked, unit, defined=defines or (to_the_point == 1 and unit.place == 0)):
        return None
    credits = [[one.likeness(there) for there in _places(passage, unit)] for one in asked.terms]
    if any(not any(credits[at]) for at in asked.names):
        return None
    own, heading, _, elsewhere = _shares(asked, credits)
    said, length = [credit[0] for credit in credits], len(words(unit.text))
    return Signs(
        own=own,
        heading=heading,
        elsewhere=elsewhere,
        named=sum(said[at] > 0 for at in asked.topical) / (len(asked.topical) or 1),
        beside=_beside(asked, unit),
        crisp=sum(said) / sqrt(1 + length),
        long=log(1 + length),
        to_the_point=to_the_point,
        rank=rank / MANY_READ,
        fits=float(_fits(asked, unit)),
        steps=float(asked.kind.name == "steps"),
        listed=float(asked.kind.name == "steps" and unit.kind in ("list", "code")),
        row=float(unit.kind == "row"),
        code=float(unit.kind == "code" and asked.kind.name not in CODED),
        history=float(bool(_HISTORY.search(passage["source"]))),
        near=_near(asked, unit),
        defines=float(asked.kind.name == "definition" and defines),
        alike=alike,
        around=_fewness(passage.get("passages", SMALL)) * passage.get("near_whole", 0.0),
    )


def _fewness(passages: int) -> float:
    """1 for a folder of one passage, 0 for one that is not small."""
    return max(0.0, 1 - log(max(passages, 1)) / log(SMALL))


def _places(passage: Found, unit: Quotable) -> Sequence[frozenset[str]]:
    """The stems of the words themselves, and of what stands around them, the nearest first."""
    above = f"{passage['title']} {passage.get('above', '')}"
    around = stems(passage["text"]) | stems(unit.around)
    return stems(unit.text) | stems(unit.names), stems(passage["heading"]), stems(above), around


def _shares(asked: Asked, credits: Sequence[Sequence[float]]) -> list[float]:
    """The share of each place: every word counts where it fits best, and is nearest."""
    shares = [0.0] * 4
    for weight, credit in zip(asked.told, credits, strict=True):
        shares[credit.index(max(credit))] += weight * max(credit) / asked.total
    return shares


def _can_be(asked: Asked, unit: Quotable, *, defined: bool) -> bool:
    """Whether it has, or may have, what is asked for: a time, a number, a definition."""
    kind = asked.kind
    is_listed = kind.name == "steps" or not kind.shows or bool(_SEVERAL_VERSIONS.search(asked.question))
    if unit.kind == "list" and (not is_listed or (kind.name != "steps" and len(unit.text) > LONGEST_LIST)):
        return False
    if kind.shows:
        return kind.told(asked.unnumbered(unit.spoken))
    return kind.name != "definition" or defined


def _fits(asked: Asked, unit: Quotable) -> bool:
    """Whether it has a name that the question does not have, or a yes or no, where that is asked for."""
    if asked.kind.name in NAMED:
        return any(one[0].lower() not in asked.question.lower() for one in _ENTITY.finditer(unit.text))
    return asked.kind.name != "yes-no" or bool(_POLAR.search(unit.text))


def _beside(asked: Asked, unit: Quotable) -> float:
    said = [stem(word) for word in words(unit.text)]
    pairs = list(pairwise([at for at, word in enumerate(said) if word in called] for called in asked.called))
    close = sum(any(0 < abs(first - last) <= CLOSE for first in one for last in other) for one, other in pairs)
    return close / len(pairs) if pairs else 0.0


def _near(asked: Asked, unit: Quotable) -> float:
    """1 for what is asked for right beside words of the question, 0 for far away or no such thing."""
    shown = [(one.start(), one.end()) for one in asked.kind.shows.finditer(unit.text)] if asked.kind.shows else []
    told = [(one.start(), one.end()) for one in _TOKEN.finditer(unit.text) if stem(one[0].lower()) in asked.about]
    gaps = [max(0, first - other_end, other - last) for first, last in shown for other, other_end in told]
    return max(0.0, 1 - min(gaps, default=FAR) / FAR)


def _defines(asked: Asked, text: str) -> bool:
    names = "|".join(re.escape(one.word) for one in asked.terms)
    is_said = rf"\W*(?:an?|the)?\s*(?:{names})\w*(?:\s\w+)?\s+(?:is|are|means?|refers?|stands?)\b"
    return bool(names) and bool(re.match(is_said, text, re.IGNORECASE))
