"""What tells that words of a passage answer a question, each sign as a number. How much each counts is in
`data/answer_weights.txt`, which `python -m tests.answer_weights` makes (docs/quality.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from app.clients.language.answer_kinds import HALF, Kind, kind_of
from app.clients.language.question_topic import Reading, Term, stem, stems, topics, words
from app.clients.language.quotable import Quotable
from nodes.ports.knowledge import Found

SOFT = 0.6
"""What a word counts that only helps to find a passage."""
USUAL_WEIGHT = 5.0
COMMON = 2.0
"""A name with less weight stands on most pages: the name of the product. It need not be said again."""
NEAR = 4  # words
LONGEST_LIST = 600  # characters, where no steps are asked for
MUCH, MANY_READ = 15.0, 14
FAR = 100  # characters

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
_LITERAL = re.compile(r"\d+(?:[.,]\d+)*|[~\w]*[./_]\w[\w./_-]*")
_TOKEN = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Signs:
    """Shares are of the question's words, by what they tell in the folder."""

    own: float  # the share that the words themselves have
    heading: float  # the share that only the heading has
    title: float  # that only the title and the headings above have
    elsewhere: float  # that only the rest of the passage has
    to_the_point: float  # how much of the heading the question names
    together: float  # the share of neighbours in the question that are neighbours here
    dense: float  # the share of its own words that the question has
    rank: float  # of its passage
    listed: float  # steps are asked for, and it is a list or a command
    row: float
    item: float
    code: float  # it is code, and none is asked for
    strength: float  # the weight of what is held
    literal: float  # figures and names like "a.b" of the question that are not here
    shows: float  # it has what is asked for
    near: float  # how near that stands to words of the question
    defines: float


@dataclass(frozen=True)
class Asked:
    """A question, and what each of its words tells."""

    question: str
    reading: Reading
    weights: dict[str, float]

    @cached_property
    def kind(self) -> Kind:
        return kind_of(self.question)

    @cached_property
    def terms(self) -> Sequence[Term]:
        """Without the words that only say what kind of answer is asked for."""
        found = [one for one in self.reading.terms if one.word not in self.kind.form]
        return found if any(one.hard for one in found) else self.reading.terms

    @cached_property
    def told(self) -> Sequence[float]:
        return [self.weights.get(one.word, USUAL_WEIGHT) * (1.0 if one.hard else SOFT) for one in self.terms]

    @cached_property
    def total(self) -> float:
        return sum(self.told) or 1.0

    @cached_property
    def pairs(self) -> Sequence[tuple[int, int]]:
        """The places of terms that are neighbours in the question."""
        at = {one.stem: place for place, one in enumerate(self.terms)}
        order = [at.get(stem(word), -1) for word in words(self.question)]
        return [(one, other) for one, other in pairwise(order) if min(one, other) >= 0 and one != other]

    @cached_property
    def names(self) -> Sequence[int]:
        """The places of figures, and of words with a capital inside the question that are not on most pages."""
        tokens = list(enumerate(_TOKEN.findall(self.question)))
        named = {word.lower() for place, word in tokens if any(map(str.isdigit, word)) or (place and word[0].isupper())}
        return [at for at, one in enumerate(self.terms) if one.word in named and self.told[at] > COMMON]

    @cached_property
    def about(self) -> frozenset[str]:
        return frozenset[str]().union(*(one.names | one.kin for one in self.reading.terms))


def signs(asked: Asked, passage: Found, rank: int, unit: Quotable) -> Signs | None:
    """None for what cannot be the answer: it is of another kind, or a name of the question is nowhere in its passage."""
    topic, said = topics(passage["heading"]), topics(unit.text)
    to_the_point = len(topic & asked.about) / len(topic) if topic else 0.0
    defines = _defines(asked, unit.text)
    shows = _shows(asked, unit, defined=defines or (to_the_point == 1 and unit.place == 0))
    credits = [[one.likeness(there) for there in _places(passage, unit)] for one in asked.terms]
    if any(not any(credits[at]) for at in asked.names) or not _can_be(asked, unit, shows):
        return None
    own, heading, title, elsewhere = _shares(asked, credits)
    around = f"{unit.text} {unit.names} {passage['heading']} {unit.around}"
    return Signs(
        own=own,
        heading=heading,
        title=title,
        elsewhere=elsewhere,
        to_the_point=to_the_point,
        together=_together(asked, f"{unit.text} {unit.names}"),
        dense=len(said & asked.about) / (len(said) or 1),
        rank=rank / MANY_READ,
        listed=float(asked.kind.name == "steps" and unit.kind in ("list", "code")),
        row=float(unit.kind == "row"),
        item=float(unit.kind == "item"),
        code=float(unit.kind == "code" and asked.kind.name not in CODED),
        strength=min(1.0, (own + heading + title + elsewhere) * asked.total / MUCH),
        literal=float(sum(one not in around for one in _LITERAL.findall(asked.question))),
        shows=shows,
        near=_near(asked, unit),
        defines=float(asked.kind.name == "definition" and defines),
    )


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


def _can_be(asked: Asked, unit: Quotable, shows: float) -> bool:
    kind = asked.kind
    if unit.kind == "list" and kind.name != "steps" and (kind.shows or len(unit.text) > LONGEST_LIST):
        return False
    return shows > 0


def _shows(asked: Asked, unit: Quotable, *, defined: bool) -> float:
    """Whether it has what is asked for: a time, a number, a name that the question does not have, a yes or no. Half for
    what only may be that."""
    kind = asked.kind
    if kind.shows:
        return kind.told(unit.text)
    if kind.name == "definition":
        return float(defined)
    if kind.name in NAMED:
        return max((_named(asked, one) for one in _ENTITY.finditer(unit.text)), default=0.0)
    return float(kind.name != "yes-no" or bool(_POLAR.search(unit.text)))


def _named(asked: Asked, found: re.Match[str]) -> float:
    """Whether it is a name, and none of the question's."""
    if found[0].lower() in asked.question.lower():
        return 0.0
    said = found[0].replace("-", "")
    if asked.kind.name == "person":
        is_name = "@" in said or (said.isalpha() and said[0].isupper())
    else:
        is_name = not (said[0].isdigit() or (said.isalpha() and said.islower()))
    return 1.0 if is_name else HALF


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


def _together(asked: Asked, text: str) -> float:
    if not asked.pairs:
        return 0.5
    said = _stem_list(text)
    spots = [[place for place, word in enumerate(said) if word in one.names | one.kin] for one in asked.terms]
    return sum(_are_near(spots[one], spots[other]) for one, other in asked.pairs) / len(asked.pairs)


def _are_near(one: Sequence[int], other: Sequence[int]) -> bool:
    return any(abs(first - second) <= NEAR for first in one for second in other)


@lru_cache(maxsize=4096)
def _stem_list(text: str) -> tuple[str, ...]:
    return tuple(map(stem, words(text)))
