"""Sentences to programs in wordings that no rule knows: by what they mean, and by their words.

Both are summed with weights (`data/instruction_weights.txt`) that `python -m tests.instruction_weights` fits to the vectors of one
embedding model: all-MiniLM-L6-v2 in 8 bits.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, pairwise
from operator import mul
from typing import NamedTuple, Protocol

from app.clients.language.research.sentence_places import blocks, spans
from app.clients.language.word_lists import pairs, sections

MOST_KEPT = 10_000
"""How many sentences are remembered: a shop's pages are quoted again and again."""
FILE, CONSTANT = "instruction_weights", "constant of all"
_WORD = re.compile(r"[a-z']+|\d|[:<>\[\]{}*]")


class Embeds(Protocol):
    def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]: ...


class InstructionProbe:
    def __init__(self, model: Embeds) -> None:
        self._model = model
        self._judged: dict[str, bool] = {}

    def finds(self, texts: Sequence[str]) -> list[bool]:
        """For each text whether a sentence of it is said to programs."""
        said = [sentences(text) for text in texts]
        if len(self._judged) > MOST_KEPT:
            self._judged = {}
        judged = self._judged  # this one, whatever another thread does meanwhile
        new = [one for one in dict.fromkeys(chain.from_iterable(said)) if one not in judged]
        for sentence, vector in zip(new, self._model.vectors(new) if new else (), strict=True):
            judged[sentence] = _score(sentence, vector) > 0
        return [any(judged[sentence] for sentence in each) for each in said]


def sentences(text: str) -> list[str]:
    places = (place for block in blocks(text) for place in spans(text, block))
    return [" ".join(text[start:end].split()) for start, end in places]


def word_groups(sentence: str) -> set[str]:
    """Its words, the pairs of words beside each other, and which word is the first; marks and digits are words."""
    words = _WORD.findall(sentence.lower())
    return {*words, *(f"{left} {right}" for left, right in pairwise(words)), *(f"^{word}" for word in words[:1])}


def _score(sentence: str, vector: Sequence[float]) -> float:
    weights = _weights()
    told = sum(weights.words.get(group, 0.0) for group in word_groups(sentence))
    return weights.words[CONSTANT] + told + sum(map(mul, weights.meaning, vector), 0.0)


class _Weights(NamedTuple):
    meaning: tuple[float, ...]
    words: dict[str, float]


@cache
def _weights() -> _Weights:
    return _Weights(
        tuple(_numbers(sections(FILE)["meaning"])),
        {group: float(weight) for group, weight in pairs(FILE, "words").items()},
    )


def _numbers(lines: Sequence[str]) -> Iterator[float]:
    return (float(number) for line in lines for number in line.split())
