"""What a topic asks: its words with what each tells, and the kind of answer that it expects."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal, get_args

from app.clients.language.question_topic import stem
from app.clients.language.question_topic import words as words_of
from app.clients.language.word_lists import pattern, sections
from app.clients.language.word_lists import words as listed

FILE = "topic"
"""Of the words."""

Kind = Literal["time", "number", "person", "place"]
KINDS: tuple[Kind, ...] = get_args(Kind)

NAME, WORD, VAGUE = 1.8, 1.0, 0.35
"""What a name or figure, an ordinary word and a generic word tell."""
OTHER_NAME, AKIN = 0.85, 0.6
"""What another word of the same meaning, and a word of the same family, count."""
FAMILY = 5  # letters that words of a family begin with

CONNECTING = frozenset(["of", "the", "and", "de", "del", "for", "in", "a", "an", "on", "to", "von", "van", "la", "le"])
"""Words inside a name."""

_TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_PIECE = re.compile(rf"{_TOKEN.pattern}|[,;:?!()\"\u201c\u201d]")
_PARTS = re.compile(r"(?<=\?)\s+|;\s+|\n+")


@dataclass(frozen=True)
class Term:
    """A word of a topic. `names`: stems that mean the same, itself included."""

    word: str
    stem: str
    names: frozenset[str]
    weight: float
    is_name: bool

    def match(self, other: str) -> float:
        """How much another stem stands for this one, 0..1."""
        if other == self.stem:
            return 1.0
        if self.is_name:
            return OTHER_NAME if other in self.names else 0.0
        if other in self.names:
            return OTHER_NAME
        return AKIN if _akin(self.stem, other) else 0.0


@dataclass(frozen=True)
class Topic:
    text: str
    terms: tuple[Term, ...]
    expects: Kind | None
    is_question: bool
    phrases: tuple[tuple[int, ...], ...] = ()  # the places of terms that are one name of several words

    @property
    def weight(self) -> float:
        return sum(term.weight for term in self.terms) or 1.0

    def asks(self, head: str) -> bool:
        """Whether the head of a table asks for what the topic asks for: "Who approves"."""
        return self.expects is not None and bool(pattern(FILE, f"asks {self.expects}").search(head.lower()))

    def shows(self, text: str) -> bool:
        """Whether a text has what could be the answer: a time, a number, a name that the topic does not have."""
        if self.expects is None:
            return True
        if self.expects in ("person", "place"):
            return self._names_somebody(text)
        said = {term.word for term in self.terms}
        return any(found[0].lower() not in said for found in pattern(FILE, f"shows {self.expects}").finditer(text))

    def _names_somebody(self, text: str) -> bool:
        stems = {term.stem for term in self.terms}
        found = [token for token in _TOKEN.findall(text) if token[0].isupper() and not tells_nothing(token.lower())]
        return any(stem(word) not in stems for token in found for word in words_of(token))


class Counts(dict[str, tuple[tuple[int, float], ...]]):
    """For a word of a text: the numbers of the topic's terms that it stands for, and how much it counts for each."""

    def __init__(self, topic: Topic) -> None:
        super().__init__()
        self._terms = topic.terms

    def __missing__(self, word: str) -> tuple[tuple[int, float], ...]:
        stems = {stem(one) for one in words_of(word)}
        credits = [(at, max(map(term.match, stems), default=0.0)) for at, term in enumerate(self._terms)]
        found = self[word] = tuple(pair for pair in credits if pair[1])
        return found


@lru_cache(maxsize=32)
def counts_of(topic: Topic) -> Counts:
    return Counts(topic)


@lru_cache(maxsize=256)
def read_topic(text: str) -> Topic:
    text = " ".join(text.split())
    tokens = _TOKEN.findall(text)
    named = _names(tokens)
    terms: dict[str, Term] = {}
    for token in tokens:
        for word in words_of(token):
            if not tells_nothing(word) and (len(word) > 1 or word.isdigit()):
                terms.setdefault(stem(word), _term(word, is_name=token in named))
    found = tuple(terms.values())
    return Topic(
        text, found, _expected(text.lower()), bool(pattern(FILE, "question").search(text)), _phrases(text, found)
    )


def tells_nothing(word: str) -> bool:
    """Whether it is never part of what a topic is about."""
    return word in listed(FILE, "function")


def parts(text: str) -> list[str]:
    """The questions of a text that asks several; else the text itself."""
    found = [part.strip() for part in _PARTS.split(text.strip()) if len(read_topic(part).terms) > 1]
    asking = [part for part in found if read_topic(part).is_question]
    return asking if len(asking) > 1 else [" ".join(text.split())]


def _names(tokens: list[str]) -> frozenset[str]:
    """Tokens that are names or figures. Where everything is in capitals, capitals tell nothing."""
    figures = {token for token in tokens if any(char.isdigit() for char in token)}
    capital = [token for token in tokens if token[0].isupper()]
    lower = [token for token in tokens if token[0].islower() and not tells_nothing(token)]
    if not lower and len(capital) > 3:
        return frozenset(figures)
    if len(tokens) > 1 and not tokens[1][0].isupper():  # a capital that every sentence begins with
        capital = [token for token in capital if token != tokens[0] or token in tokens[1:]]
    return frozenset(figures | {token for token in capital if not tells_nothing(token.lower())})


def _phrases(text: str, terms: Sequence[Term]) -> tuple[tuple[int, ...], ...]:
    """Names of several words, as "House of Orange"; a comma or a genitive ends one."""
    places = {term.stem: at for at, term in enumerate(terms) if term.is_name}
    phrases: list[dict[int, None]] = [{}]
    for found in _PIECE.finditer(text):
        token = found[0]
        named = [places.get(stem(word), -1) for word in words_of(token)]
        if named and min(named) >= 0 and (token[0].isupper() or phrases[-1]):
            phrases[-1].update(dict.fromkeys(named))
        elif token not in CONNECTING:
            phrases.append({})
        if token.endswith("s") and token[-2:-1] in "'\u2019":
            phrases.append({})
    return tuple(tuple(each) for each in phrases if len(each) > 1)


def _expected(lower: str) -> Kind | None:
    return next((kind for kind in KINDS if pattern(FILE, f"asks {kind}").search(lower)), None)


def _term(word: str, *, is_name: bool) -> Term:
    own = stem(word)
    names = frozenset({own}).union(*(group for group in _groups() if own in group))
    vague = word in listed(FILE, "generic") and not is_name
    return Term(word, own, names, NAME if is_name else VAGUE if vague else WORD, is_name)


def _akin(one: str, other: str) -> bool:
    """Of one family, as "origin" and "originate"."""
    shortest = min(len(one), len(other))
    return shortest >= FAMILY and one[:FAMILY] == other[:FAMILY] and one[: shortest - 1] == other[: shortest - 1]


@cache
def _groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(stem, line.split())) for line in sections(FILE)["alike"])
