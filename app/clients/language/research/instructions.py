"""Sentences that address the program that reads a page, not the people: nobody asked for them, and they answer nothing."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from app.clients.language.research.instruction_signs import is_made_for_programs
from app.clients.language.research.instruction_speech import is_spoken_to_programs
from app.clients.language.word_lists import pattern

BEFORE, AFTER = 1, 2
"""How many sentences beside such a one are suspect too: what leads to it, and what goes on with it."""
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
    """The same for the sentences of a paragraph, in order: those beside such a sentence may belong to it."""
    found = [is_for_programs(sentence) for sentence in sentences]
    for at in range(len(found)):
        yield any(found[max(0, at - AFTER) : at + BEFORE + 1])


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
