"""Approvals as they are read, by lists, by steps and to decide. In plain SQL, without SQLAlchemy."""

from collections.abc import Sequence
from typing import Any, cast

from app.approvals.approval_rules import DEFAULT, escalates_at, terms_of
from app.clients.database.plain_sql import PlainDatabase, Row, Statements, one_of
from app.records.register import pages
from nodes.ports.approvals import Approval, Question, Remark, Voice
from nodes.ports.clock import Clock, iso

JSON = ("args", "granted", "rule")
OPTIONAL = ("rule", "decided_as", "said_by")
"""Keys of a record that are left out when there is nothing to say."""

BY_ID = "SELECT * FROM approvals WHERE approval_id = :approval_id"
LATEST = "SELECT * FROM approvals WHERE thread_id = :thread_id ORDER BY requested_at DESC LIMIT 1"
WAITING = """
SELECT * FROM approvals WHERE thread_id = :thread_id AND status = 'pending' ORDER BY requested_at DESC LIMIT 1
"""
PENDING = "SELECT * FROM approvals WHERE status = 'pending' ORDER BY expires_at"
VOICES = "SELECT * FROM approval_voices WHERE approval_id = :approval_id ORDER BY at"


class ApprovalList:
    """The part of nodes.ports.approvals.Approvals that changes nothing."""

    def __init__(self, database: PlainDatabase, clock: Clock) -> None:
        self._plain = database
        self._clock = clock

    async def get(self, approval_id: str) -> Approval | None:
        return next(iter(await self._listed(BY_ID, {"approval_id": approval_id})), None)

    async def latest(self, thread_id: str) -> Approval | None:
        return await self._first(LATEST, thread_id)

    async def waiting(self, thread_id: str) -> Approval | None:
        return await self._first(WAITING, thread_id)

    async def pending(self) -> list[Approval]:
        return await self._listed(PENDING, {})

    async def _first(self, query: str, thread_id: str) -> Approval | None:
        rows = await self._plain.rows(query, {"thread_id": thread_id}, json_in=JSON)
        return self._approval(rows[0]) if rows else None

    async def _listed(self, query: str, values: dict[str, Any]) -> list[Approval]:
        async def found(statements: Statements) -> list[Approval]:
            records = [self._approval(row) for row in await statements.rows(query, values, json_in=JSON)]
            await add_details(statements, records)
            return records

        return await self._plain.ask(found)

    def _approval(self, row: Row) -> Approval:
        """The row as it stands now, or stood when it was settled."""
        record = {name: row[name] for name in Approval.__annotations__ if name in Approval.__required_keys__}
        record |= {name: row[name] for name in OPTIONAL if row[name] is not None}
        if record["status"] == "approved" and record["granted"] is None:  # decided by version 0.1.0
            record["granted"] = {**record["args"], "amount_cents": row["approved_cents"]}
        at = escalates_at(row["rule"] or DEFAULT, row["requested_at"], row["expires_at"])
        if at and at <= (row["decided_at"] or iso(self._clock.now())):
            record["escalated_at"] = at
        return cast("Approval", record)


async def add_details(statements: Statements, records: Sequence[Approval]) -> None:
    """To each record its voices, questions and remarks, if there are any."""
    known = {record["approval_id"]: record for record in records}
    for page in pages(list(known)):
        these, values = one_of("approval_id", page)
        asked = f"SELECT * FROM approval_questions WHERE approval_id IN {these} ORDER BY asked_at"  # noqa: S608
        for row in await statements.rows(asked, values):
            known[row["approval_id"]].setdefault("questions", []).append(question_of(row))
        said = f"SELECT * FROM approval_remarks WHERE approval_id IN {these} ORDER BY said_at"  # noqa: S608
        for row in await statements.rows(said, values):
            remark = Remark(text=row["text"], said_at=row["said_at"])
            known[row["approval_id"]].setdefault("remarks", []).append(remark)
    for record in records:
        if terms_of(record)["quorum"] > 1:
            rows = await statements.rows(VOICES, {"approval_id": record["approval_id"]}, json_in=("granted",))
            record["voices"] = list(map(voice_of, rows))


def question_of(row: Row) -> Question:
    return cast("Question", {name: row[name] for name in Question.__annotations__})


def voice_of(row: Row) -> Voice:
    return cast("Voice", {name: row[name] for name in Voice.__annotations__})
