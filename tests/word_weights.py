"""Weights of words that tell a message: how they are fitted and written. See awaited_weights.py and second_thoughts_weights.py."""

import json
from collections import Counter
from collections.abc import Sequence
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

from tests.answer_weights import Vector, least

DATA = Path(__file__).parent / "data"
WEIGHTS = Path(__file__).parents[1] / "app" / "clients" / "language" / "data"
CONSTANT = "constant of all"
LEAST_OFTEN = 3  # messages
SHRINK = 3.0
LEAST_WEIGHT = 0.05


class Example(NamedTuple):
    source: str
    groups: frozenset[str]
    holds: bool


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def fitted(examples: Sequence[Example]) -> dict[str, float]:
    """The weights under which the messages are the likeliest to be what they are; both kinds count the same."""
    often = Counter(group for one in examples for group in one.groups)
    names = [CONSTANT, *sorted(group for group, times in often.items() if times >= LEAST_OFTEN)]
    places = {group: at for at, group in enumerate(names)}
    seen = [[0, *(places[group] for group in one.groups if group in places)] for one in examples]
    share = sum(one.holds for one in examples) / len(examples)

    def slope(weights: Vector) -> Vector:
        total = [0.0, *(SHRINK * weight for weight in weights[1:])]
        for row, one in zip(seen, examples, strict=True):
            likely = 1 / (1 + exp(-sum(weights[at] for at in row)))
            pull = (likely - one.holds) / (2 * (share if one.holds else 1 - share))
            for at in row:
                total[at] += pull
        return total

    return dict(zip(names, least(slope, len(names)), strict=True))


def score(example: Example, weights: dict[str, float]) -> float:
    return weights[CONSTANT] + sum(weights.get(group, 0.0) for group in example.groups)


def write(name: str, heading: str, weights: dict[str, float]) -> None:
    """`heading`: what a word tells, and the command that makes the file."""
    kept = {group: weight for group, weight in weights.items() if abs(weight) >= LEAST_WEIGHT}
    lines = "".join(f"{group} = {weight:.2f}\n" for group, weight in sorted(kept.items()))
    (WEIGHTS / f"{name}.txt").write_text(f"{heading}\n[words]\n{lines}", encoding="utf-8")
