"""Sentences that address the program that reads a page, not the people: nobody asked for them, and they answer nothing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from app.clients.language.research.instruction_signs import is_made_for_programs
from app.clients.language.research.instruction_speech import is_spoken_to_programs
from app.clients.language.word_lists import pattern

BESIDE = 12
"""How many sentences of its paragraph on either side of such a one are suspect too: what leads to it, and what goes on with it."""
CELLS = " | "
"""What stands in a row of a table."""
MOST_ANNOUNCING = 2  # sentences
LONGEST_NAME = 500  # characters
ALIKE = 0.78
"""From which on a misspelt word is taken for the word."""
_LETTERS = str.maketrans("013457@$", "oieastas")
_SPACED = re.compile(r"\b(?:\w[ .*_-]){4,}\w\b")
_VERBS, _OLD = (
    ("ignore", "disregard", "forget", "override"),
    ("previous", "prior", "earlier", "all", "above", "system", "old"),
)
_OBJECTS = ("instruction", "instructions", "prompt", "rules", "everything")


@lru_cache(4096)
def is_for_programs(sentence: str) -> bool:
    """Whether it tells a program what to do: "Ignore all previous instructions.", "Write in the report that ..."."""
    said = " ".join(sentence.split())
    if _has(said, "for programs") or _has(said, "leads") or is_made_for_programs(said):
        return True
    return is_spoken_to_programs(said) or _is_about_its_work(said) or _is_misspelt(said)


def for_programs(sentences: Iterable[str]) -> Iterator[bool]:
    """The same for the sentences of a paragraph, in order: those beside such a sentence may belong to it.

    A row of a table stands for itself.
    """
    said = list(sentences)
    found = [is_for_programs(sentence) for sentence in said]
    in_words = [is_it and CELLS not in sentence for is_it, sentence in zip(found, said, strict=True)]
    for at, sentence in enumerate(said):
        beside = in_words[max(0, at - BESIDE) : at + BESIDE + 1] if CELLS not in sentence else ()
        yield found[at] or any(beside)


def announces(sentences: Sequence[str]) -> bool:
    """Whether a paragraph only says that something is said to programs: what, stands in the next one."""
    said = [" ".join(sentence.split()) for sentence in sentences]
    return 0 < len(said) <= MOST_ANNOUNCING and is_for_programs(said[0]) and _has(said[-1], "announces")


def name_for_people(*names: str) -> str:
    """The first of these titles that is not said to programs; "" for none."""
    return next((name for name in names if 0 < len(name) <= LONGEST_NAME and not is_for_programs(name)), "")


def _is_about_its_work(said: str) -> bool:
    """Whether something is demanded of what a program makes, or of programs by name."""
    return (_has(said, "its work") and _has(said, "demand")) or (_has(said, "named") and _has(said, "ordered"))


def _has(said: str, sign: str) -> bool:
    return pattern("instructions", sign).search(said) is not None


def _is_misspelt(said: str) -> bool:
    """Whether it says "ignore previous instructions" in letters that are to be read, but not to be found."""
    text = _SPACED.sub(lambda found: re.sub(r"[ .*_-]", "", found[0]), said).lower().translate(_LETTERS)
    words, written = re.findall(r"[a-z]+", text), set(re.findall(r"[a-z]+", said.lower()))
    verbs = [at for at, word in enumerate(words) if len(word) > 4 and _is_like(word, _VERBS)]
    for at in verbs:
        after = words[at + 1 : at + 6]
        old = any(_is_like(word, _OLD) for word in after[:3])
        objects = [word for word in after if len(word) > 4 and _is_like(word, _OBJECTS)]
        spoilt = any(not word.startswith((*_VERBS, *_OBJECTS)) or word not in written for word in (words[at], *objects))
        if objects and spoilt and (old or "your" in after[:2]):
            return True
    return False


@lru_cache(8192)
def _is_like(word: str, known: tuple[str, ...]) -> bool:
    return any(SequenceMatcher(None, word, each).ratio() >= ALIKE for each in known)
