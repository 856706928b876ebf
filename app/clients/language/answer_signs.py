"""How well words of a passage answer a question.

The weights were found by logistic regression on the tuned half of the questions in tests/data/answers.jsonl (docs/quality.md).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from app.clients.language.answer_kinds import Kind, kind_of
from app.clients.language.questions import Reading, Term, stem, stems, topics, words
from app.clients.language.quotable import Quotable
from nodes.ports.knowledge import Found

SOFT = 0.3
"""What a word counts that only helps to find a passage."""
USUAL_WEIGHT = 5.0
HEADING, AROUND, TITLE, ELSEWHERE = 0.9, 0.7, 0.6, 0.25
"""What a word counts that stands in the heading, in the line before, in the title, anywhere else in the passage."""
NEAR = 4  # words
LONG = 200  # characters
LONGEST_LIST = 600  # characters, where no steps are asked for
MUCH, MANY_READ = 15.0, 8

NAMED = frozenset(["name", "person", "place", "command", "definition"])
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
    held: float  # with heading, title and neighbours
    heading: float
    to_the_point: float  # how much of the heading the question names
    together: float  # the share of neighbours in the question that are neighbours here
    length: float
    first: float  # it stands first below its heading
    rank: float  # of its passage
    listed: float  # steps are asked for, and it is a list or a command
    row: float
    strength: float  # the weight of what is held
    literal: float  # figures and names like "a.b" of the question that are not here
    weakest: float  # how much the word counts that is held least


WEIGHTS = Signs(1.9, 2.7, 0.65, 1.5, 0.65, -0.75, 0.9, -1.6, 1.7, -0.75, 1.2, -1.35, 1.0)


@dataclass(frozen=True)
class Asked:
    """A question, and what each of its words tells."""

    question: str
    reading: Reading
    weights: Mapping[str, float]

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
    def pairs(self) -> Sequence[tuple[int, int]]:
        """The places of terms that are neighbours in the question."""
        at = {one.stem: place for place, one in enumerate(self.terms)}
        order = [at.get(stem(word), -1) for word in words(self.question)]
        return [(one, other) for one, other in pairwise(order) if min(one, other) >= 0 and one != other]

    @cached_property
    def names(self) -> Sequence[int]:
        """The places of figures, and of words with a capital inside the question."""
        tokens = list(enumerate(_TOKEN.findall(self.question)))
        named = {word.lower() for place, word in tokens if any(map(str.isdigit, word)) or (place and word[0].isupper())}
        return [at for at, one in enumerate(self.terms) if one.word in named]

    @cached_property
    def about(self) -> frozenset[str]:
        return frozenset[str]().union(*(one.names | one.kin for one in self.reading.terms))


def signs(asked: Asked, passage: Found, rank: int, unit: Quotable) -> Signs | None:
    """None for what cannot be the answer: it is of another kind, or a name of the question is nowhere in its passage."""
    own, heading = stems(unit.text) | stems(unit.names), stems(passage["heading"])
    credits = _credits(asked, passage, unit)
    topic = topics(passage["heading"])
    to_the_point = len(topic & asked.about) / len(topic) if topic else 0.0
    is_first = unit.place == 0
    if any(not credits[at] for at in asked.names) or not _is_of_kind(
        asked, unit, defined=to_the_point == 1 and is_first
    ):
        return None
    total = sum(asked.told) or 1.0
    held = sum(weight * credit for weight, credit in zip(asked.told, credits, strict=True))
    around = f"{unit.text} {unit.names} {passage['heading']} {unit.around}"
    return Signs(
        own=_share(asked, own),
        held=held / total,
        heading=_share(asked, heading),
        to_the_point=to_the_point,
        together=_together(asked, f"{unit.text} {unit.names}"),
        length=min(3.0, len(unit.text) / LONG),
        first=float(is_first),
        rank=rank / MANY_READ,
        listed=float(asked.kind.name == "steps" and unit.kind in ("list", "code")),
        row=float(unit.kind == "row"),
        strength=min(1.0, held / MUCH),
        literal=float(sum(one not in around for one in _LITERAL.findall(asked.question))),
        weakest=min((credit for credit, one in zip(credits, asked.terms, strict=True) if one.hard), default=0.0),
    )


def worth(found: Signs) -> float:
    pairs: Iterator[tuple[float, float]] = zip(astuple(WEIGHTS), astuple(found), strict=True)
    return sum(weight * value for weight, value in pairs)


def _is_of_kind(asked: Asked, unit: Quotable, *, defined: bool) -> bool:
    """Whether it has what is asked for: a time, a number, a name that the question does not have, a yes or no."""
    kind = asked.kind
    if unit.kind == "list" and kind.name != "steps" and (kind.shows or len(unit.text) > LONGEST_LIST):
        return False
    if kind.shows:
        return bool(kind.shows.search(unit.text))
    if kind.name == "definition" and not (defined or _defines(asked, unit.text)):
        return False
    if kind.name in NAMED:
        return any(one.lower() not in asked.question.lower() for one in _ENTITY.findall(unit.text))
    return kind.name != "yes-no" or bool(_POLAR.search(unit.text))


def _defines(asked: Asked, text: str) -> bool:
    names = "|".join(re.escape(one.word) for one in asked.terms)
    is_said = rf"\W*(?:an?|the)?\s*(?:{names})\w*(?:\s\w+)?\s+(?:is|are|means?|refers?|stands?)\b"
    return bool(names) and bool(re.match(is_said, text, re.IGNORECASE))


def _credits(asked: Asked, passage: Found, unit: Quotable) -> list[float]:
    places = (
        (1.0, stems(unit.text) | stems(unit.names)),
        (HEADING, stems(passage["heading"])),
        (AROUND, stems(unit.around)),
        (TITLE, stems(passage["title"])),
        (ELSEWHERE, stems(passage["text"])),
    )
    return [max(credit * one.likeness(there) for credit, there in places) for one in asked.terms]


def _share(asked: Asked, there: frozenset[str]) -> float:
    held = sum(weight * one.likeness(there) for weight, one in zip(asked.told, asked.terms, strict=True))
    return held / (sum(asked.told) or 1.0)


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
