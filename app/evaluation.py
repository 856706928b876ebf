"""Scores of the configured Language on labelled messages, one JSON object a line.

    intents      {"text": "...", "intent": "refund"}   or   {"text": "...", "accept": ["refund", "other"]}
    extraction   {"text": "...", "order_ids": ["12345"], "emails": [], "amounts": [49.9]}

An intent row may also have "history", the earlier turns. Amounts are in the currency's unit. An answer that the model
could not give in a usable form is a miss, not the end of the run; a model that does not answer at all ends it.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from typing_extensions import TypedDict

from app.errors import InvalidInput, MalformedAnswer
from app.services import Details, Intent, Language

AT_ONCE = 8
UNUSABLE = "unusable"
"""Stands for the prediction where the model's answer did not fit."""

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""


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


class ExtractionRow(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    text: str
    order_ids: list[str]
    emails: list[str]
    amounts: list[Decimal]


class ClassScore(TypedDict):
    precision: float
    recall: float
    f1: float
    n: int


class IntentScores(TypedDict):
    n: int
    accuracy: float
    per_class: dict[str, ClassScore]
    confusion: dict[str, dict[str, int]]  # gold -> predicted -> rows


class SetScore(TypedDict):
    precision: float
    recall: float
    f1: float


class ExtractionScores(TypedDict):
    n: int
    order_ids: SetScore
    emails: SetScore
    amounts: SetScore


class Miss(TypedDict):
    text: str
    expected: Any
    got: Any


Row = TypeVar("Row", bound=BaseModel)
Given = TypeVar("Given")
Scores = TypeVar("Scores", IntentScores, ExtractionScores)


@dataclass(frozen=True)
class Report(Generic[Scores]):
    scores: Scores
    misses: list[Miss]

    def as_json(self, *, with_misses: bool) -> dict[str, Any]:
        return {**self.scores, **({"misses": self.misses} if with_misses else {})}


def read_intents(file: Path) -> list[IntentRow]:
    """Raises InvalidInput, naming the line that is wrong."""
    return _read(file, IntentRow)


def read_extraction(file: Path) -> list[ExtractionRow]:
    """Raises InvalidInput, naming the line that is wrong."""
    return _read(file, ExtractionRow)


async def intents(
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
            return (await language.classify(row.text, history=row.history))["intent"]
        except MalformedAnswer:
            return UNUSABLE

    checked = _checked(rows, IntentRow)
    predicted = await _each(checked, predict, progress, at_once)
    gold: list[str] = [
        guess if guess in row.accept else row.accept[0] for row, guess in zip(checked, predicted, strict=True)
    ]
    pairs = Counter(zip(gold, predicted, strict=True))
    misses = [
        Miss(text=row.text, expected=row.accept, got=guess)
        for row, guess in zip(checked, predicted, strict=True)
        if guess not in row.accept
    ]
    return Report(_intent_scores(pairs), misses)


async def extraction(
    language: Language,
    rows: Iterable[ExtractionRow | Mapping[str, Any]],
    *,
    progress: Progress | None = None,
    at_once: int = AT_ONCE,
) -> Report[ExtractionScores]:
    """Precision, recall and F1 for each kind of detail, micro-averaged over the rows' sets."""

    async def find(row: ExtractionRow) -> Details:
        try:
            return await language.extract(row.text)
        except MalformedAnswer:
            return Details(order_ids=[], emails=[], amounts_cents=[], reason="")

    checked = _checked(rows, ExtractionRow)
    found = [_found(details) for details in await _each(checked, find, progress, at_once)]
    expected = [_expected(row) for row in checked]
    misses = [
        Miss(text=row.text, expected=wanted.as_json(), got=got.as_json())
        for row, wanted, got in zip(checked, expected, found, strict=True)
        if wanted != got
    ]
    scores = ExtractionScores(
        n=len(checked),
        order_ids=_set_score([each.order_ids for each in expected], [each.order_ids for each in found]),
        emails=_set_score([each.emails for each in expected], [each.emails for each in found]),
        amounts=_set_score([each.amounts for each in expected], [each.amounts for each in found]),
    )
    return Report(scores, misses)


@dataclass(frozen=True)
class _Found:
    order_ids: frozenset[str]
    emails: frozenset[str]
    amounts: frozenset[Decimal]

    def as_json(self) -> dict[str, list[Any]]:
        return {
            "order_ids": sorted(self.order_ids),
            "emails": sorted(self.emails),
            "amounts": [float(amount) for amount in sorted(self.amounts)],
        }


def _found(details: Details) -> _Found:
    amounts = [Decimal(cents) / 100 for cents in details["amounts_cents"]]
    return _Found(_ids(details["order_ids"]), _addresses(details["emails"]), frozenset(amounts))


def _expected(row: ExtractionRow) -> _Found:
    return _Found(_ids(row.order_ids), _addresses(row.emails), frozenset(row.amounts))


def _ids(order_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(each.strip().lstrip("#").upper() for each in order_ids)


def _addresses(emails: Iterable[str]) -> frozenset[str]:
    return frozenset(each.strip().lower() for each in emails)


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
        accuracy=_share(sum(pairs[name, name] for name in names), n, 0.0),
        per_class={
            name: ClassScore(**_score(pairs[name, name], predicted[name], gold[name], nothing=0.0), n=gold[name])
            for name in names
        },
        confusion={name: confusion[name] for name in names if name in confusion},
    )


def _set_score(expected: Sequence[frozenset[Given]], found: Sequence[frozenset[Given]]) -> SetScore:
    hits = sum(len(wanted & got) for wanted, got in zip(expected, found, strict=True))
    return _score(hits, sum(map(len, found)), sum(map(len, expected)), nothing=1.0)


def _score(hits: int, predicted: int, gold: int, *, nothing: float) -> SetScore:
    """`nothing` is what a share of none is worth: perfect for details that are not there, 0 for a class never met."""
    precision, recall = _share(hits, predicted, nothing), _share(hits, gold, nothing)
    return SetScore(precision=precision, recall=recall, f1=_share(2 * precision * recall, precision + recall, 0.0))


def _share(part: float, whole: float, nothing: float) -> float:
    return part / whole if whole else nothing


async def _each(
    rows: Sequence[Row], ask: Callable[[Row], Awaitable[Given]], progress: Progress | None, at_once: int
) -> list[Given]:
    """The answers in the order of the rows, a few questions at a time. The first failure ends all of them."""
    gate, done = asyncio.Semaphore(at_once), 0

    async def one(row: Row) -> Given:
        nonlocal done
        async with gate:
            answer = await ask(row)
        done += 1
        if progress:
            progress(done, len(rows))
        return answer

    tasks = [asyncio.create_task(one(row)) for row in rows]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _read(file: Path, kind: type[Row]) -> list[Row]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read: {error}. Give a text file with one JSON object a line.") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rows.append(kind.model_validate_json(line))
            except ValidationError as error:
                raise InvalidInput(f"{file}, line {number}: {_problem(error)}. Correct the line.") from error
    if not rows:
        raise InvalidInput(f"{file} has no rows. Give a file with one JSON object a line.")
    return rows


def _checked(rows: Iterable[Row | Mapping[str, Any]], kind: type[Row]) -> list[Row]:
    checked = []
    for number, row in enumerate(rows, 1):
        try:
            checked.append(kind.model_validate(row))
        except ValidationError as error:
            raise InvalidInput(f"Row {number}: {_problem(error)}. Correct the row.") from error
    return checked


def _problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    came = f", not {first['input']!r}" if place and isinstance(first["input"], str | int | float) else ""
    return f'"{place}": {first["msg"]}{came}' if place else first["msg"].removeprefix("Value error, ")
