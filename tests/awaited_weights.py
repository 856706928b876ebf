"""Fit the words that tell a message about money that is missed, and write app/clients/language/data/awaited_weights.txt.

    python -m tests.awaited_weights

Fitted are the messages of tests/data: those of all authors (messages.jsonl), and the tables of refunds that are awaited, of
other intents and of requests. What is printed of an author is judged by weights that were fitted without that author.
"""

import json
from collections import Counter
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from app.clients.language.awaited import word_groups
from app.clients.language.plain_spelling import plain
from app.clients.language.quoting import own_words
from tests.answer_weights import Vector, least

DATA = Path(__file__).parent / "data"
TARGET = Path(__file__).parents[1] / "app" / "clients" / "language" / "data" / "awaited_weights.txt"
CONSTANT = "constant of all"
LEAST_OFTEN = 3  # messages
SHRINK = 3.0
LEAST_WEIGHT = 0.05


class Message(NamedTuple):
    author: str
    groups: frozenset[str]
    awaits: bool


def main() -> None:
    messages = _messages()
    for author in sorted({one.author for one in messages if one.author}):
        weights = _fit([one for one in messages if one.author != author])
        _print(author, [one for one in messages if one.author == author], weights)
    weights = {group: weight for group, weight in _fit(messages).items() if abs(weight) >= LEAST_WEIGHT}
    lines = "".join(f"{group} = {weight:.2f}\n" for group, weight in sorted(weights.items()))
    TARGET.write_text(
        "# How much a word, or two beside each other, tell that a message asks after money that was promised.\n"
        f"# Made by `python -m tests.awaited_weights`: do not edit.\n\n[words]\n{lines}"
    )


def _print(author: str, messages: Sequence[Message], weights: dict[str, float]) -> None:
    judged = [(one.awaits, _score(one, weights) > 0) for one in messages]
    awaited = [told for awaits, told in judged if awaits]
    wrongly = sum(told and not awaits for awaits, told in judged)
    print(
        f"{author}: {sum(awaited)} of {len(awaited)} that await money are found, {wrongly} others of {len(judged)} besides"
    )


def _messages() -> list[Message]:
    rows = [(row["author"], row["text"], row["where_is_my_refund"]) for row in _rows("messages")]
    rows += [("", row["text"], row["awaits"]) for row in _rows("refunds_awaited")]
    rows += [("", row["text"], False) for row in _rows("intents") if row["intent"] != "refund"]
    rows += [("", row["text"], False) for row in _rows("acts") if row.get("request")]
    return [Message(author, frozenset(word_groups(plain(own_words(text)[0]))), awaits) for author, text, awaits in rows]


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def _fit(messages: Sequence[Message]) -> dict[str, float]:
    """The weights under which the messages are the likeliest to be what they are; both kinds count the same."""
    often = Counter(group for one in messages for group in one.groups)
    names = [CONSTANT, *sorted(group for group, times in often.items() if times >= LEAST_OFTEN)]
    places = {group: at for at, group in enumerate(names)}
    rows = [[0, *(places[group] for group in one.groups if group in places)] for one in messages]
    share = sum(one.awaits for one in messages) / len(messages)

    def slope(weights: Vector) -> Vector:
        total = [0.0, *(SHRINK * weight for weight in weights[1:])]
        for row, one in zip(rows, messages, strict=True):
            likely = 1 / (1 + exp(-sum(weights[at] for at in row)))
            pull = (likely - one.awaits) / (2 * (share if one.awaits else 1 - share))
            for at in row:
                total[at] += pull
        return total

    return dict(zip(names, least(slope, len(names)), strict=True))


def _score(message: Message, weights: dict[str, float]) -> float:
    return weights[CONSTANT] + sum(weights.get(group, 0.0) for group in message.groups)


if __name__ == "__main__":
    main()
