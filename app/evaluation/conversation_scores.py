"""How conversations about refunds end: what was understood, what was answered, and what was paid."""

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from typing_extensions import TypedDict

from app.composition import open_runner
from app.evaluation.labelled_rows import Miss, Progress, Report
from app.evaluation.labelled_rows import read as read_rows
from app.settings import Settings
from nodes.money import decimals
from nodes.ports.language import Act

WAITING = "waiting"
"""Stands for the outcome of a turn that ended with a request for an approval."""

Outcome = Literal[
    "resolved",
    "needs_information",
    "refunded",
    "declined",
    "withdrawn",
    "escalated",
    "answered",
    "unanswered",
    "waiting",
]


class ExpectedTurn(BaseModel):
    """What is left out is not looked at. `amount`: what this turn pays back, in the order's currency; 0 when left out."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1)
    outcome: Outcome | None = None
    act: Act | None = None
    order: str | None = None
    amount: Decimal | None = Field(default=None, ge=0)


class ConversationRow(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str = "conversation"
    email: str | None = None
    turns: list[ExpectedTurn] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _turns_alone_are_a_row(cls, row: Any) -> Any:
        return {"turns": row} if isinstance(row, list) else row


class KindScore(TypedDict):
    conversations: int
    right: int  # every turn as expected


class ConversationScores(TypedDict):
    conversations: int
    turns: int
    right: float  # share of the conversations
    per_kind: dict[str, KindScore]
    unasked_payments: int  # turns that paid money although none, or less, was expected
    unasked_approvals: int  # turns that asked for an approval although none was expected


class Happened(TypedDict):
    outcome: str | None
    act: str | None
    order: str | None
    amount: Decimal  # of all orders, in whole units of their currencies
    approvals: int  # that the turn asked for
    reply: str


def read(file: Path) -> list[ConversationRow]:
    """Raises InvalidInput, naming the line that is wrong."""
    return read_rows(file, ConversationRow)


async def evaluate(
    settings: Settings, rows: Sequence[ConversationRow], *, progress: Progress | None = None
) -> Report[ConversationScores]:
    """Play every conversation on a demo shop of its own, in a temporary folder; nothing else is touched.

    The model, the limits and the knowledge folder are those of the settings.
    """
    misses: list[Miss] = []
    per_kind: dict[str, KindScore] = {}
    payments = approvals = 0
    with tempfile.TemporaryDirectory() as folder:
        new_home = _homes(settings, Path(folder))
        await _play(new_home(), ConversationRow(turns=[ExpectedTurn(text="hello")]))  # makes the shop that is copied
        for done, row in enumerate(rows, 1):
            happened = await _play(new_home(), row)
            wrong = [_miss(turn, got) for turn, got in zip(row.turns, happened, strict=True) if not _fits(turn, got)]
            score = per_kind.setdefault(row.kind, KindScore(conversations=0, right=0))
            score["conversations"] += 1
            score["right"] += not wrong
            misses += wrong
            for turn, got in zip(row.turns, happened, strict=True):
                payments += got["amount"] > _due(turn, got)
                approvals += got["approvals"] > (turn.outcome == WAITING)
            if progress:
                progress(done, len(rows))
    return Report(
        ConversationScores(
            conversations=len(rows),
            turns=sum(len(row.turns) for row in rows),
            right=sum(score["right"] for score in per_kind.values()) / (len(rows) or 1),
            per_kind=per_kind,
            unasked_payments=payments,
            unasked_approvals=approvals,
        ),
        misses,
    )


def _homes(settings: Settings, folder: Path) -> Callable[[], Settings]:
    """Settings with a home of their own each time: a copy of the first one, once that is there."""
    numbers = iter(range(10**9))

    def new_home() -> Settings:
        number = next(numbers)
        home = folder / str(number)
        if number > 0:
            shutil.copytree(folder / "0", home)
        if number > 1:
            shutil.rmtree(folder / str(number - 1))
        own = {"home": home, "database_url": None, "checkpoint_url": None, "smtp_url": None, "services": None}
        return settings.model_copy(update=own)

    return new_home


async def _play(settings: Settings, row: ConversationRow) -> list[Happened]:
    happened: list[Happened] = []
    async with open_runner(settings) as runner:
        before, asked_before = _paid(settings), _asked(settings)
        for turn in row.turns:
            result = await runner.say(turn.text, thread="conversation", email=row.email)
            paid, asked, values = _paid(settings), _asked(settings), result["values"]
            happened.append(
                Happened(
                    outcome=WAITING if result["status"] == WAITING else result["outcome"],
                    act=values.get("act"),
                    order=values.get("order_id"),
                    amount=paid - before,
                    approvals=asked - asked_before,
                    reply=result["reply"] or "",
                )
            )
            before, asked_before = paid, asked
    return happened


def _paid(settings: Settings) -> Decimal:
    """What the shop has paid back, as its ledger says."""
    with closing(sqlite3.connect(settings.home / "business.db")) as ledger:
        sums = ledger.execute("SELECT currency, sum(amount_cents) FROM refunds GROUP BY currency").fetchall()
    return sum((Decimal(cents).scaleb(-decimals(currency)) for currency, cents in sums), Decimal(0))


def _asked(settings: Settings) -> int:
    """How many approvals were ever asked for."""
    with closing(sqlite3.connect(settings.home / "business.db")) as records:
        return int(records.execute("SELECT count(*) FROM approvals").fetchone()[0])


def _fits(turn: ExpectedTurn, got: Happened) -> bool:
    is_asked_for = got["approvals"] <= (turn.outcome == WAITING)
    return is_asked_for and not _differences(turn, got) and got["amount"] == _due(turn, got)


def _due(turn: ExpectedTurn, got: Happened) -> Decimal:
    if turn.amount is None:
        return got["amount"] if turn.outcome == "refunded" else Decimal(0)
    return turn.amount


def _differences(turn: ExpectedTurn, got: Happened) -> dict[str, Any]:
    expected = {"outcome": turn.outcome, "act": turn.act, "order": turn.order}
    return {name: value for name, value in expected.items() if value is not None and got[name] != value}  # type: ignore[literal-required]


def _miss(turn: ExpectedTurn, got: Happened) -> Miss:
    return Miss(text=turn.text, expected=turn.model_dump(exclude_none=True, exclude={"text"}), got=dict(got))
