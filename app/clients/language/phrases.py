"""A small notation for phrases, so that the tables of evidence read as people speak.

    where (is|are) ... PARCEL       alternatives, up to four words in between, a family of words by its name
    change ~ (order|address)        alternatives, up to twelve words in between
    ^ (how|what) ~ price            at the start of a sentence, a greeting or "please" aside
    (do|can) you (also)? ship       words that may be missing; "orders?" is "order" or "orders"

A phrase is looked for in the plain form of a message and never reaches across the end of a sentence.
"""

import re
from collections.abc import Mapping

_OPENERS = "hi|hello|hey|yo|there|guys|morning|please|sorry|just|now|quick|question|and|but|so|also|or|ok|well|then"
_SPECIAL = {
    "...": r"(?:[^ .?]+ ){0,4}",
    "~": r"(?:[^ .?]+ ){0,12}",
    "^": rf"(?<=[.?<] )(?:(?:{_OPENERS}) ){{0,4}}",
}
_PIECE = re.compile(r"\.\.\.|\([^()]*\)\??|[^ ()]+")


def pattern(phrase: str, families: Mapping[str, str]) -> re.Pattern[str]:
    """The phrase as a regular expression for `found`; every repetition in it is bounded."""
    return re.compile(r"(?<= )" + "".join(_piece(piece, families) for piece in _PIECE.findall(phrase)))


def found(phrase: re.Pattern[str], plain_text: str) -> bool:
    return phrase.search(f" < {plain_text} > ") is not None


def _piece(piece: str, families: Mapping[str, str]) -> str:
    if piece in _SPECIAL:
        return _SPECIAL[piece]
    optional = piece.endswith(")?")
    words = piece.removesuffix("?")[1:-1] if piece.startswith("(") else piece
    words = re.sub(r"[A-Z]{2,}", lambda name: families[name[0]], words)
    return f"(?:(?:{words}) ){'?' if optional else ''}"
