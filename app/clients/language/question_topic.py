"""What a question is about: its topic words, with their other names, and the kind of answer that it expects."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Literal

import Stemmer  # type: ignore[import-not-found]  # a C library without types

from app.clients.language import everyday_words
from app.clients.language.plain_spelling import clean, corrected, shortened
from app.clients.language.word_lists import alternatives, pairs, sections
from app.clients.language.word_lists import words as listed

Expected = Literal["price", "time"]

SHOWS: dict[Expected, re.Pattern[str]] = {
    "price": re.compile(r"[$€£]\s?\d|\d\s?(?:USD|EUR|GBP|dollars?|euros?|%|percent)|\bfree\b|\bno (?:extra |fee|charge)", re.I),
    "time": re.compile(
        r"\b(?:\d+|one|two|three|four|five|six|seven|ten|twelve|fourteen|thirty|sixty)[\s-]+(?:\w+ ){0,2}?"
        r"(?:minute|hour|day|week|month|year)s?\b|\b\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m|p\.m)|\b\d{1,2}:\d\d\b|\b(?:19|20)\d\d\b"
        r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:never|immediately|at once|same day|anytime|any time)\b",
        re.I,
    ),
}  # fmt: skip

OTHER_NAME = 0.85
KIN = 0.75
MOST_CONTEXT = 8  # words before a question
NEGATION = re.compile(r"\b(?:not|no|cannot|can't|never|without)\b", re.IGNORECASE)

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ACCENT = re.compile(r"[\u0300-\u036f]")
_SENTENCE = re.compile(r"(?=[^\n]*[^.!?\n\s])(?:[^.!?\n]|\.(?=\w))+[?!.\n]*")
"""Version 3.5 is in one sentence."""


@dataclass(frozen=True)
class Term:
    """A word of the question and its other names, as stems. `hard`: an answer has to be about it."""

    word: str
    stem: str
    names: frozenset[str]  # stems
    spellings: frozenset[str]  # whole words, for an index with a stemmer of its own
    hard: bool
    kin: frozenset[str] = frozenset()  # stems of everyday words beside it
    kin_spellings: frozenset[str] = frozenset()

    def match(self, there: frozenset[str]) -> float:
        """1 for the word itself, a little less for another name of it, 0 when neither is there."""
        if self.stem in there:
            return 1.0
        return 0.0 if self.names.isdisjoint(there) else OTHER_NAME

    def likeness(self, there: frozenset[str]) -> float:
        """1 for the word itself, the same for every other name and every everyday word beside it."""
        if self.stem in there:
            return 1.0
        return 0.0 if self.names.isdisjoint(there) and self.kin.isdisjoint(there) else KIN

    def akin(self, there: frozenset[str]) -> float:
        """The same, where an everyday word beside it stands for it too."""
        return self.match(there) or (0.0 if self.kin.isdisjoint(there) else KIN)


@dataclass(frozen=True)
class Reading:
    terms: tuple[Term, ...]
    expects: Expected | None
    negated: bool
    context: tuple[Term, ...] = ()
    """What is said before the question: it helps to find a passage."""

    @cached_property
    def hard(self) -> tuple[Term, ...]:
        """What the answer has to be about."""
        return tuple(term for term in self.terms if term.hard)

    @property
    def has_topic(self) -> bool:
        """Figures alone are none."""
        return any(not term.word.isdigit() for term in self.terms)


def asked(text: str) -> list[Reading]:
    """One reading for each question in a text; without a question mark the text is read as one question."""
    said = _SENTENCE.findall(shortened(clean(text)))
    questions = [_read(each) for each in said if "?" in each]
    found = [each for each in questions if each.has_topic]
    if not found:
        return [each for each in [_read(text)] if each.has_topic]
    told = _read(" ".join(each for each in said if "?" not in each)).terms[:MOST_CONTEXT]
    return [replace(each, context=_beside(each, told)) for each in found] if told else found


def _beside(reading: Reading, told: Sequence[Term]) -> tuple[Term, ...]:
    known = {term.stem for term in reading.terms}
    return tuple(replace(term, hard=False) for term in told if term.stem not in known)


@lru_cache(maxsize=16384)
def stems(text: str) -> frozenset[str]:
    """The stems of a text's words."""
    return frozenset(map(stem, words(text)))


@lru_cache(maxsize=4096)
def expected(text: str) -> Expected | None:
    """The kind of answer that a question, or a heading that asks one, is after."""
    if re.search(alternatives("questions", "price"), text, re.IGNORECASE):
        return "price"
    return "time" if re.search(alternatives("questions", "time"), text, re.IGNORECASE) else None


@lru_cache(maxsize=4096)
def topics(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    idle = listed("questions", "stop") | listed("questions", "soft")
    return frozenset(stem(word) for word in words(text) if word not in idle)


def words(text: str) -> list[str]:
    """Words in lower case, without accents and possessives."""
    plain = text.lower() if text.isascii() else _unaccented(text.replace("\u2019", "'")).lower()
    return [word if "'" not in word else word.removesuffix("'s").split("'")[0] for word in _WORD.findall(plain)]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def _read(question: str) -> Reading:
    plain = _plain(question)
    phrased = _phrased(plain)
    expects = expected(phrased)
    form = listed("questions", "price words") if expects == "price" else frozenset()
    idle = listed("questions", "stop") | form
    found = [word for word in dict.fromkeys(phrased.split()) if word not in idle and len(word) > 1]
    hard = [word for word in found if word not in listed("questions", "soft") and not word.isdigit()]
    topical = hard or found
    return Reading(tuple(_term(word, hard=word in topical) for word in found), expects, bool(NEGATION.search(phrased)))


def _plain(question: str) -> str:
    """The question's words, shorthand written out."""
    tokens = _WORD.findall(_unaccented(clean(shortened(question)).lower()).replace("-", " "))
    shorthand = pairs("spellings", "shorthand")
    written = " ".join(shorthand.get(token, token) for token in tokens)
    return " ".join(each.removesuffix("'s").replace("'", " ") for each in written.split())


def _unaccented(text: str) -> str:
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text))


def _phrased(plain: str) -> str:
    for pattern, replacement in _phrases():
        plain = pattern.sub(replacement, plain)
    return plain


def _term(word: str, *, hard: bool) -> Term:
    own, names = stem(corrected(word)), _names(word)
    kin = frozenset().union(*(group for stems, group in _everyday() if own in stems))
    return Term(word, own, frozenset(map(stem, names)), names, hard, frozenset(map(stem, kin)), kin)


@cache
def _everyday() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    return tuple((frozenset(map(stem, group)), group) for group in everyday_words.GROUPS)


@lru_cache(maxsize=8192)
def _names(word: str) -> frozenset[str]:
    """The word, its spelling corrected, and what else it may be called."""
    known = {word, corrected(word)}
    stemmed = set(map(stem, known))
    for group, group_stems in _groups():
        if not stemmed.isdisjoint(group_stems):
            known |= group
    if word in listed("questions", "countries"):
        known |= {"country", "countries", "international", "abroad"}
    if not known.isdisjoint(listed("questions", "products")):
        known |= {"item", "items", "product", "products"}
    return frozenset(known)


@cache
def _groups() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    groups = [frozenset(line.split()) for line in sections("questions")["synonyms"]]
    return tuple((group, frozenset(map(stem, group))) for group in groups)


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = (line.partition(" => ") for line in sections("questions")["phrases"])
    return tuple((re.compile(pattern), replacement) for pattern, _, replacement in rows)
