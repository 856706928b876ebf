"""A small notation for phrases, so that the tables of evidence read as people speak.

    where (is|are) ... PARCEL       alternatives, up to four words in between, a family of words by its name
    change ~ (order|address)        alternatives, up to twelve words in between
    ^ (how|what) ~ price            at the start of a sentence, a greeting or "please" aside
    (do|can) you (also)? ship       words that may be missing; "orders?" is "order" or "orders"

A phrase is looked for in the plain form of a message and never reaches across the end of a sentence.
"""

import re
from collections.abc import Mapping
from functools import cached_property

_OPENERS = "hi|hello|hey|yo|there|guys|morning|please|sorry|just|now|quick|question|and|but|so|also|or|ok|well|then"
_WORD = r"(?![.?] )[^ ]+"
_SPECIAL = {
    "...": rf"(?:{_WORD} ){{0,4}}",
    "~": rf"(?:{_WORD} ){{0,12}}",
    "^": rf"(?<=[.?<] )(?:(?:{_OPENERS}) ){{0,4}}",
}
_PIECE = re.compile(r"\.\.\.|\([^()]*\)\??|[^ ()]+")
_ALTERNATIVE = re.compile(r"((?:[^|()]|\((?:[^()]|\([^()]*\))*\))+)")
_BEGINNING = re.compile(r"[\w' -]*+")
_TELLING = 4
"""Letters from which on a beginning is rare enough."""


class Phrase:
    """A phrase to be looked for. Most texts lack a word of it: then its regular expression is not even made."""

    def __init__(self, phrase: str, families: Mapping[str, str]) -> None:
        self._pieces = [(piece, _words(piece, families)) for piece in _PIECE.findall(phrase)]

    def is_in(self, framed: str) -> bool:
        """`framed`: what `framed` makes of a plain text."""
        for word in self._needed:  # a loop is three times as fast as `any`, and this is asked 500 times for a message
            if word in framed:
                return self.pattern.search(framed) is not None
        return False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Every repetition in it is bounded."""
        return re.compile(r"(?<= )" + "".join(_spelling(piece, words) for piece, words in self._pieces))

    @cached_property
    def _needed(self) -> tuple[str, ...]:
        """How a word begins that no text with the phrase is without: of its rarest piece."""
        required = (words for piece, words in self._pieces if piece not in _SPECIAL and not piece.endswith(")?"))
        known = [beginnings for words in required if all(beginnings := _beginnings(words))]
        rarest = min(
            known, key=lambda beginnings: (-min(_TELLING, *map(len, beginnings)), len(beginnings)), default=[""]
        )
        return tuple(f" {beginning}" for beginning in rarest)


def framed(plain_text: str) -> str:
    """The text with marks at its ends, which phrases may ask for."""
    return f" < {plain_text} > "


def _words(piece: str, families: Mapping[str, str]) -> str:
    words = piece.removesuffix("?")[1:-1] if piece.startswith("(") else piece
    return re.sub(r"[A-Z]{2,}", lambda name: families[name[0]], words)


def _spelling(piece: str, words: str) -> str:
    return _SPECIAL.get(piece) or f"(?:(?:{words}) ){'?' if piece.endswith(')?') else ''}"


def _beginnings(words: str) -> list[str]:
    """The letters that each of the alternatives begins with; "" for one that begins with anything else."""
    return [_beginning(alternative) for alternative in _ALTERNATIVE.findall(words)]


def _beginning(alternative: str) -> str:
    letters = _BEGINNING.match(alternative)
    assert letters
    repeated = alternative[letters.end() :].startswith(("?", "*", "{"))
    return letters[0][:-1] if repeated else letters[0]
