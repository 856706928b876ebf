"""Fit the words that take back a request which waits, and write app/clients/language/data/second_thoughts_weights.txt.

    python -m tests.second_thoughts_weights

Fitted are the messages of tests/data/second_thoughts.jsonl, which were written while a refund waited for its approval. A message
takes back as much as the sentence of it that does so the most: which one that is, is found in rounds. What is printed is judged by
weights that were fitted without the messages beside it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from app.clients.language.quoting import own_words
from app.clients.language.second_thoughts import sentences, signs
from tests.word_weights import Example, fitted, rows, score, write

PARTS = 5
BESIDE = 20
"""So many messages that were written one after another are in the same part: they are alike."""
ROUNDS = 4
THINGS = {
    "grinder",
    "kettle",
    "lamp",
    "carafe",
    "filters",
    "mug",
    "mugs",
    "beans",
    "coffee",
    "machine",
    "scale",
    "apron",
    "dress",
}
"""What the messages are about tells nothing of those about other things."""
HEADING = """# How much a word, two beside each other, and the form of a sentence tell that it takes back a request which waits.
# Made by `python -m tests.second_thoughts_weights`: do not edit.
"""


class Told(NamedTuple):
    part: int
    sentences: list[Example]
    takes_back: bool


def main() -> None:
    messages = [_read(at, row["text"], takes_back=row["takes_back"]) for at, row in enumerate(rows("second_thoughts"))]
    judged: list[tuple[bool, float]] = []
    for part in range(PARTS):
        weights = _in_rounds([one for one in messages if one.part != part])
        judged += [(one.takes_back, _most(one, weights)) for one in messages if one.part == part]
    taken, others = [told for holds, told in judged if holds], [told for holds, told in judged if not holds]
    for bar in (-1.0, -0.5, 0.0, 0.5, 1.0):
        found, wrongly = sum(told > bar for told in taken), sum(told > bar for told in others)
        print(f"above {bar}: {found} of {len(taken)} are found, {wrongly} others of {len(others)} besides")
    write("second_thoughts_weights", HEADING, _in_rounds(messages))


def _read(at: int, text: str, *, takes_back: bool) -> Told:
    part = at // BESIDE % PARTS
    said = sentences(own_words(text)[0]) or [text]
    return Told(part, [Example(str(part), _told(one), takes_back) for one in said], takes_back)


def _told(sentence: str) -> frozenset[str]:
    return frozenset(group for group in signs(sentence) if THINGS.isdisjoint(group.split()))


def _in_rounds(messages: Sequence[Told]) -> dict[str, float]:
    """Of a message that takes back, only the sentence that does so the most by the weights of the round before."""
    weights = fitted([one for message in messages for one in message.sentences])
    for _ in range(ROUNDS):
        weights = fitted([one for message in messages for one in _telling(message, weights)])
    return weights


def _telling(message: Told, weights: dict[str, float]) -> list[Example]:
    return [max(message.sentences, key=lambda one: score(one, weights))] if message.takes_back else message.sentences


def _most(message: Told, weights: dict[str, float]) -> float:
    return max(score(one, weights) for one in message.sentences)


if __name__ == "__main__":
    main()
