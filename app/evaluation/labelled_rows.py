"""Labelled rows: read from a file, checked, and asked about a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from pydantic import BaseModel, ValidationError
from typing_extensions import TypedDict

from app.plain_words import what_is_wrong
from nodes.ports.errors import InvalidInput

AT_ONCE = 8

Progress = Callable[[int, int], None]
"""Called with (rows done, rows in all)."""

Row = TypeVar("Row", bound=BaseModel)
Given = TypeVar("Given")
Scores = TypeVar("Scores")


class Miss(TypedDict):
    text: str
    expected: Any
    got: Any


class Agreement(TypedDict):
    """Of what was predicted with what is right; shares, 0..1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Report(Generic[Scores]):
    scores: Scores
    misses: list[Miss]

    def as_json(self, *, with_misses: bool) -> dict[str, Any]:
        return {**cast("Mapping[str, Any]", self.scores), **({"misses": self.misses} if with_misses else {})}


def score(hits: int, predicted: int, gold: int, *, nothing: float) -> Agreement:
    """`nothing`: the share when there are no rows: 1 for details that are not there, 0 for a class that never occurs."""
    precision, recall = share(hits, predicted, nothing), share(hits, gold, nothing)
    return Agreement(precision=precision, recall=recall, f1=share(2 * precision * recall, precision + recall, 0.0))


def share(part: float, whole: float, nothing: float) -> float:
    return part / whole if whole else nothing


async def each(
    rows: Sequence[Row],
    ask: Callable[[Row], Awaitable[Given]],
    progress: Progress | None = None,
    at_once: int = AT_ONCE,
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


def read(file: Path, kind: type[Row]) -> list[Row]:
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InvalidInput(f"{file} cannot be read: {why}. Give a text file with one JSON object a line.") from error
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


def checked(rows: Iterable[Row | Mapping[str, Any]], kind: type[Row]) -> list[Row]:
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(kind.model_validate(row))
        except ValidationError as error:
            raise InvalidInput(f"Row {number}: {_problem(error)}. Correct the row.") from error
    return found


def _problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    place, wrong = ".".join(map(str, first["loc"])), what_is_wrong(first)
    came = f", not {first['input']!r}" if place and isinstance(first["input"], str | int | float) else ""
    return f'"{place}": {wrong}{came}' if place else wrong
