"""How well a language finds order numbers, e-mail addresses and amounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from app.evaluation.labelled_rows import AT_ONCE, Agreement, Given, Miss, Progress, Report, checked, each, score
from app.evaluation.labelled_rows import read as read_rows
from nodes.ports.errors import MalformedAnswer
from nodes.ports.language import Details, Language


class ExtractionRow(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    text: str
    order_ids: list[str]
    emails: list[str]
    amounts: list[Decimal]


class ExtractionScores(TypedDict):
    n: int
    order_ids: Agreement
    emails: Agreement
    amounts: Agreement


def read(file: Path) -> list[ExtractionRow]:
    """Raises InvalidInput, naming the line that is wrong."""
    return read_rows(file, ExtractionRow)


async def evaluate(
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

    asked = checked(rows, ExtractionRow)
    found = [_found(details) for details in await each(asked, find, progress, at_once)]
    expected = [_expected(row) for row in asked]
    misses = [
        Miss(text=row.text, expected=wanted.as_json(), got=got.as_json())
        for row, wanted, got in zip(asked, expected, found, strict=True)
        if wanted != got
    ]
    scores = ExtractionScores(
        n=len(asked),
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


def _set_score(expected: Sequence[frozenset[Given]], found: Sequence[frozenset[Given]]) -> Agreement:
    hits = sum(len(wanted & got) for wanted, got in zip(expected, found, strict=True))
    return score(hits, sum(map(len, found)), sum(map(len, expected)), nothing=1.0)
