"""How well a language tells what customers want."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypedDict

from app.evaluation.labelled_rows import AT_ONCE, Agreement, Miss, Progress, Report, checked, each, score, share
from app.evaluation.labelled_rows import read as read_rows
from nodes.ports.errors import MalformedAnswer
from nodes.ports.language import Intent, Language

UNUSABLE = "unusable"
"""Stands for the prediction where the model's answer did not fit."""


class IntentRow(BaseModel):
    model_config = ConfigDict(strict=True)

    text: str
    accept: list[Intent] = Field(min_length=1)
    history: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _one_intent_is_a_list_of_one(cls, row: Any) -> Any:
        if not isinstance(row, Mapping) or "accept" in row:
            return row
        if "intent" not in row:
            raise ValueError('the key "intent" (or "accept") is missing')
        return {**row, "accept": [row["intent"]]}


class ClassScore(Agreement):
    n: int


class IntentScores(TypedDict):
    n: int
    accuracy: float
    per_class: dict[str, ClassScore]
    confusion: dict[str, dict[str, int]]  # gold -> predicted -> rows


def read(file: Path) -> list[IntentRow]:
    """Raises InvalidInput, naming the line that is wrong."""
    return read_rows(file, IntentRow)


async def evaluate(
    language: Language,
    rows: Iterable[IntentRow | Mapping[str, Any]],
    *,
    progress: Progress | None = None,
    at_once: int = AT_ONCE,
) -> Report[IntentScores]:
    """Accuracy, scores per class and confusion.

    Where several intents are accepted, the predicted one counts as the right one, or else the first.
    """

    async def predict(row: IntentRow) -> str:
        try:
            said, _ = await language.understand(row.text, history=row.history)
            return said["intent"]
        except MalformedAnswer:
            return UNUSABLE

    asked = checked(rows, IntentRow)
    predicted = await each(asked, predict, progress, at_once)
    gold: list[str] = [
        guess if guess in row.accept else row.accept[0] for row, guess in zip(asked, predicted, strict=True)
    ]
    pairs = Counter(zip(gold, predicted, strict=True))
    misses = [
        Miss(text=row.text, expected=row.accept, got=guess)
        for row, guess in zip(asked, predicted, strict=True)
        if guess not in row.accept
    ]
    return Report(_intent_scores(pairs), misses)


def _intent_scores(pairs: Counter[tuple[str, str]]) -> IntentScores:
    n = pairs.total()
    gold, predicted, confusion = Counter[str](), Counter[str](), dict[str, dict[str, int]]()
    for (right, guess), count in pairs.items():
        gold[right] += count
        predicted[guess] += count
        confusion.setdefault(right, {})[guess] = count
    names = [name for name in get_args(Intent) if gold[name] or predicted[name]]
    return IntentScores(
        n=n,
        accuracy=share(sum(pairs[name, name] for name in names), n, 0.0),
        per_class={
            name: ClassScore(**score(pairs[name, name], predicted[name], gold[name], nothing=0.0), n=gold[name])
            for name in names
        },
        confusion={name: confusion[name] for name in names if name in confusion},
    )
