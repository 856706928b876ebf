"""A message in plain words: one spelling, one case, no shorthand, a full stop between sentences.

Everything that looks for meaning reads this form; everything that quotes the customer reads the original.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain

from app.clients.language.word_lists import pairs, words

LONGEST_READ = 4000  # characters; of a longer message the beginning and the end are read
KEPT = 64
"""How many texts are remembered: each rule asks for the same message anew."""
SHORTEST_CORRECTED = 4  # letters; shorter words have too many neighbours

_TOKEN = re.compile(
    r"\$\$+|£££|w/|lost/stolen|[$€£]?\d[\d.,]*\d[$€£]?|\d[$€£]|[#$€£]?[^\W_](?:[^\W_]|['\-])*|[.!?;\n]+|[$€£]"
)
_NOT_WORDS = re.compile(r"https?://\S{1,500}|(?<![\w.])@\w{1,40}|&(?:amp|gt|lt);")
_ASKED_BACKWARDS = re.compile(
    r"\b(have|has|did|do|does|is|are|was|can|could|will|would|should) not (i|we|you|it|they)\b"
)
_OTHER_SCRIPT = r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_BESIDE_OTHER_SCRIPT = re.compile(rf"(?<={_OTHER_SCRIPT})(?=[A-Za-z0-9#])|(?<=[A-Za-z0-9])(?={_OTHER_SCRIPT})")
"""Where a number or a Latin word touches a script that is written without spaces."""
_STRETCHED = re.compile(r"([a-z])\1{2,}")


@lru_cache(KEPT)
def clean(message: str) -> str:
    """The message with full-width forms, exotic digits, typographic quotes and control characters made ordinary."""
    text = unicodedata.normalize("NFKC", message.replace("№", " # ").replace("´", "'"))
    text = _BESIDE_OTHER_SCRIPT.sub(" ", text)
    text = text.translate(
        {
            0x60: "'",
            0x2BC: "'",
            0x2018: "'",
            0x2019: "'",
            0x201C: '"',
            0x201D: '"',
            0x2013: "-",
            0x2014: " - ",
            0x2212: "-",
        }
    )
    return "".join(_ordinary(char) for char in text)


def shortened(message: str) -> str:
    if len(message) <= LONGEST_READ:
        return message
    half = LONGEST_READ // 2
    return f"{message[:half]}\n{message[-half:]}"


@lru_cache(KEPT)
def plain(message: str) -> str:
    """The words alone, in lower case, corrected; sentences end in " . " or " ? "."""
    text = _NOT_WORDS.sub(" ", clean(shortened(message)).lower())
    tokens = _TOKEN.findall(_STRETCHED.sub(r"\1\1", text))
    words = " ".join(chain.from_iterable(_words(token) for token in tokens))
    return _ASKED_BACKWARDS.sub(r"\2 \1 not", words)


def _ordinary(char: str) -> str:
    if char.isascii():
        return char if char >= " " or char in "\n\t" else " "
    if char.isdigit():
        return str(unicodedata.digit(char))
    return " " if unicodedata.category(char) in {"Cc", "Cf", "Co", "Cn", "Cs"} else char


def _words(token: str) -> list[str]:
    if token[0] in ".!?;\n":
        return ["?" if "?" in token else "."]
    shorthand = pairs("spellings", "shorthand")
    expanded = shorthand.get(token) or shorthand.get(token.strip("'-"))
    if expanded:
        return expanded.split()
    parts = token.replace("'s", "").replace("'", "").split("-")
    return [corrected(part) for part in parts if part]


@lru_cache(maxsize=8192)
def corrected(word: str) -> str:
    """The domain word that this is a misspelling of, or the word itself.

    Two spellings are one word when they are equal after each loses at most one letter: that covers a letter too
    many, too few, wrong, or swapped with its neighbour.
    """
    if len(word) < SHORTEST_CORRECTED or not word.isalpha():
        return word
    if word in words("words", "vocabulary") or word in words("words", "real words"):
        return word
    near = set().union(*(_shadows().get(shadow, frozenset()) for shadow in _less_one_letter(word)))
    near = {known for known in near if known[0] == word[0] or (len(known) > 5 and known[1:3] == word[1:3])}
    return min(near, key=lambda known: (abs(len(known) - len(word)), known[-1] != word[-1], known)) if near else word


def is_misspelt(word: str, meant: str) -> bool:
    """Whether an unknown word is one letter away from the one that is meant."""
    if word == meant or abs(len(word) - len(meant)) > 1 or word in words("words", "vocabulary"):
        return False
    return word not in words("words", "real words") and not _less_one_letter(word).isdisjoint(_less_one_letter(meant))


@cache
def _shadows() -> dict[str, frozenset[str]]:
    shadows: dict[str, set[str]] = {}
    for known in words("words", "vocabulary"):
        if len(known) > SHORTEST_CORRECTED:
            for shadow in _less_one_letter(known):
                shadows.setdefault(shadow, set()).add(known)
    return {shadow: frozenset(known) for shadow, known in shadows.items()}


def _less_one_letter(word: str) -> set[str]:
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
