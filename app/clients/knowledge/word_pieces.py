"""Texts as the numbers of word pieces, as models like BERT want them: without capitals and accents."""

import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import chain, islice

BEGINS, ENDS, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
INSIDE = "##"
"""Before a piece that does not begin a word."""
LONGEST = 100  # characters of a word
IDEOGRAPHS = [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2CEAF), (0x2F800, 0x2FA1F)]


class WordPieces:
    def __init__(self, pieces: Sequence[str]) -> None:
        """`pieces`: all there are, each at the place that is its number."""
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._known: dict[str, Sequence[int]] = {}

    def numbers(self, text: str, most: int) -> list[int]:
        """At most so many; what is longer is cut off."""
        first, last = self._numbers[BEGINS], self._numbers[ENDS]
        return [first, *islice(chain.from_iterable(map(self._of_word, _words(text))), most - 2), last]

    def _of_word(self, word: str) -> Sequence[int]:
        if word not in self._known:
            self._known[word] = self._cut(word)
        return self._known[word]

    def _cut(self, word: str) -> Sequence[int]:
        """The longest piece that it begins with, the longest that the rest begins with, and so on."""
        found, at = list[int](), 0
        while at < len(word) <= LONGEST:
            fitting = (end for end in range(len(word), at, -1) if INSIDE * bool(at) + word[at:end] in self._numbers)
            end = next(fitting, None)
            if end is None:
                break
            found.append(self._numbers[INSIDE * bool(at) + word[at:end]])
            at = end
        return found if at == len(word) else [self._numbers[UNKNOWN]]


def _words(text: str) -> list[str]:
    return "".join(map(_apart, unicodedata.normalize("NFD", text.lower()))).split()


@cache
def _apart(character: str) -> str:
    """Marks and ideographs are words of their own; accents and what cannot be seen are nothing."""
    category, code = unicodedata.category(character), ord(character)
    if character.isspace():
        return " "
    if category == "Mn" or category.startswith("C") or code == 0xFFFD:
        return ""
    is_mark = category.startswith("P") or (code < 128 and not character.isalnum())
    return f" {character} " if is_mark or any(low <= code <= high for low, high in IDEOGRAPHS) else character
