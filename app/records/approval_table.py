"""The record of every approval: asked, decided, by whom, expired. The one gate that every surface passes."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from app.approvals.approval_rules import DEFAULT, ApprovalRules, Terms, able, refusal, terms_of
from app.clients.database.audit_chain import chain
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.plain_sql import Statements
from app.clients.webhooks.webhook_events import Kind, approval_event
from app.records.approval_list import BY_ID, JSON, VOICES, ApprovalList, add_details, question_of, voice_of
from app.records.people import anybody, person_named
from nodes.approvals.quorum import decided
from nodes.digests import digest
from nodes.ports.approvals import Approval, Decider, Question, Voice
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import AlreadyDecided, GateRefused, MayNotDecide, NotConfigured

EVENTS: dict[str, Kind] = {
    "pending": "approval.requested",
    "approved": "approval.decided",
    "rejected": "approval.decided",
    "expired": "approval.expired",
    "withdrawn": "approval.withdrawn",
}


ASKED = """
INSERT INTO approvals
    (approval_id, thread_id, action, args, args_digest, requested_at, expires_at, status, rule)
VALUES (:approval_id, :thread_id, :action, :args, :args_digest, :requested_at, :expires_at, 'pending', :rule)
"""
PUT = """
INSERT INTO approval_questions (question_id, approval_id, thread_id, put_to, text, asked_by, asked_at, ticket_id)
VALUES (:question_id, :approval_id, :thread_id, :put_to, :text, :asked_by, :asked_at, :ticket_id)
"""
ANSWERED = """
UPDATE approval_questions SET answer = :answer, answered_by = :by, answered_at = :at
WHERE question_id = :question_id AND answer IS NULL
"""
REMARKED = """
INSERT INTO approval_remarks (approval_id, remark_id, thread_id, text, said_at)
VALUES (:approval_id, :remark_id, :thread_id, :text, :said_at)
ON CONFLICT DO NOTHING
"""
HEARD = """
INSERT INTO approval_voices (approval_id, person, verdict, granted, decision_id, said_by, reason, at)
VALUES (:approval_id, :person, :verdict, :granted, :decision_id, :said_by, :reason, :at)
"""


class DatabaseApprovals(ApprovalList):
    """Approvals in the business database; every change is one compare-and-set transaction, alone among all processes."""

    def __init__(self, database: Database, clock: Clock, rules: ApprovalRules | None = None) -> None:
        super().__init__(database, clock)
        self._database = database
        self._rules = rules or ApprovalRules()

    async def ask(
        self, *, approval_id: str, thread_id: str, action: str, args: Mapping[str, Any], expires_at: str
    ) -> Approval:
        async def asked(connection: AsyncConnection) -> Approval:
            if known := await self._row(connection, approval_id):
                return known
            terms, now = await self._terms(connection, thread_id, action, args), self._clock.now()
            late = terms["deadline_s"] if terms else None
            row = {
                "approval_id": approval_id,
                "thread_id": thread_id,
                "action": action,
                "args": json.dumps(dict(args)),
                "args_digest": digest(args),
                "requested_at": iso(now),
                "expires_at": iso(now + timedelta(seconds=late)) if late else expires_at,
                "rule": _json(terms),
            }
            await connection.change(ASKED, row)
            return await self._written(connection, approval_id)

        return await self._database.write(asked)

    async def decide(
        self,
        approval_id: str,
        *,
        decision_id: str,
        args_digest: str,
        verdict: Literal["approved", "rejected"],
        granted: Mapping[str, Any] | None,
        by: str,
        reason: str,
        decider: Decider | None = None,
    ) -> Approval:
        async def answered(connection: AsyncConnection) -> Approval:
            record = await self._known(connection, approval_id)
            if record["args_digest"] != args_digest:
                raise GateRefused(f"The approval {approval_id} was asked for something else; ask again.")
            if record["status"] != "pending":
                return record
            now = iso(self._clock.now())
            if record["expires_at"] <= now:
                return await self._set(connection, approval_id, status="expired", decided_at=now)
            self._refuse_without_rules()
            who = await _who(connection, record, decider, by)
            voice = Voice(
                person=who["decided_as"] or str(who["decided_by"]),
                verdict=verdict,
                granted=dict(granted) if granted and verdict == "approved" else None,
                reason=reason,
                at=now,
            )
            if (quorum := terms_of(record)["quorum"]) > 1:
                voices = await _heard(connection, approval_id, voice, decision_id, who["said_by"])
                together = decided(quorum, [one for one in voices if await _counts(connection, one, voice, record)])
                if together is None:
                    await add_details(connection, [record])
                    return record
                voice, who = together, _in_the_names_of(together, who)
            return await self._set(
                connection,
                approval_id,
                status=verdict,
                granted=_json(voice["granted"]),
                decision_id=decision_id,
                decided_at=now,
                reason=voice["reason"],
                **who,
            )

        return await self._database.write(answered)

    async def expire(self, approval_id: str) -> Approval:
        async def expired(connection: AsyncConnection) -> Approval:
            record = await self._known(connection, approval_id)
            now = iso(self._clock.now())
            if record["status"] == "pending" and record["expires_at"] <= now:
                return await self._set(connection, approval_id, status="expired", decided_at=now)
            return record

        return await self._database.write(expired)

    async def withdraw(self, approval_id: str, *, reason: str, by: str) -> Approval:
        async def withdrawn(connection: AsyncConnection) -> Approval:
            record = await self._known(connection, approval_id)
            if record["status"] != "pending":
                return record
            now = iso(self._clock.now())
            return await self._set(
                connection, approval_id, status="withdrawn", decided_by=by, decided_at=now, reason=reason
            )

        return await self._database.write(withdrawn)

    async def put_question(
        self, approval_id: str, *, question_id: str, text: str, by: str, put_to: str, ticket_id: str | None = None
    ) -> Question:
        async def put(connection: AsyncConnection) -> Question:
            record = await self._known(connection, approval_id)
            if record["status"] != "pending":
                raise GateRefused(f"The approval {approval_id} is {record['status']}; nothing can be asked any more.")
            if known := await _question(connection, question_id):
                return known
            row = {
                "question_id": question_id,
                "approval_id": approval_id,
                "thread_id": record["thread_id"],
                "put_to": put_to,
                "text": text,
                "asked_by": by,
                "asked_at": iso(self._clock.now()),
                "ticket_id": ticket_id,
            }
            await connection.change(PUT, row)
            return question_of({**row, "answer": None, "answered_by": None, "answered_at": None})

        return await self._database.write(put)

    async def answer_question(self, question_id: str, *, answer: str, by: str) -> Question | None:
        told = {"question_id": question_id, "answer": answer, "by": by, "at": iso(self._clock.now())}

        async def answered(statements: Statements) -> Question | None:
            await statements.change(ANSWERED, told)
            return await _question(statements, question_id)

        return await self._database.write(answered)

    async def note_remark(self, approval_id: str, *, remark_id: str, text: str) -> None:
        said = {"approval_id": approval_id, "remark_id": remark_id, "text": text, "said_at": iso(self._clock.now())}

        async def noted(statements: Statements) -> None:
            record = await self._known(statements, approval_id)
            await statements.change(REMARKED, {**said, "thread_id": record["thread_id"]})

        await self._database.write(noted)

    async def _terms(
        self, statements: Statements, thread_id: str, action: str, args: Mapping[str, Any]
    ) -> Terms | None:
        """What the table asks for, and who has started the thread. None: the default, of somebody who is not known."""
        started = "SELECT started_by FROM threads WHERE thread_id = :thread_id"
        requester = next((row["started_by"] for row in await statements.rows(started, {"thread_id": thread_id})), None)
        terms = self._rules.terms(action, args)
        return {**(terms or DEFAULT), "requester": requester} if terms or requester else None

    async def _set(self, connection: AsyncConnection, approval_id: str, **values: str | None) -> Approval:
        columns = ", ".join(f"{name} = :{name}" for name in values)  # our own names
        pending = f"UPDATE approvals SET {columns} WHERE approval_id = :this AND approvals.status = 'pending'"  # noqa: S608
        await connection.change(pending, {**values, "this": approval_id})
        return await self._written(connection, approval_id)

    async def _written(self, connection: AsyncConnection, approval_id: str) -> Approval:
        """The record as it stands now, with its link of the audit's chain and its event."""
        now = iso(self._clock.now())
        await chain(connection, "approval", [approval_id], now)
        record = await self._known(connection, approval_id)
        await approval_event(connection, EVENTS[record["status"]], record, now)
        return record

    def _refuse_without_rules(self) -> None:
        """The rules that count are in the record; but who has broken the table has not said yet what is to count."""
        try:
            self._rules.rules()
        except NotConfigured as error:
            raise MayNotDecide(f"Nothing was decided: {error}") from error

    async def _row(self, statements: Statements, approval_id: str) -> Approval | None:
        rows = await statements.rows(BY_ID, {"approval_id": approval_id}, json_in=JSON)
        return self._approval(rows[0]) if rows else None

    async def _known(self, statements: Statements, approval_id: str) -> Approval:
        record = await self._row(statements, approval_id)
        if record is None:
            raise GateRefused(f"There is no record of the approval {approval_id}; nothing was done.")
        return record


async def _who(statements: Statements, record: Approval, decider: Decider | None, by: str) -> dict[str, str | None]:
    """The columns that say who decides. Raises MayNotDecide when people were added, and it is none who may."""
    if not await anybody(statements):
        named = by or (decider.name if decider else "unknown")
        return {"decided_by": named, "decided_as": decider.name if decider else None, "said_by": None}
    known = await person_named(statements, decider.name) if decider and decider.signed_in else None
    person = able(known, terms_of(record))
    return {
        "decided_by": person.name,
        "decided_as": person.name,
        "said_by": by if by not in ("", person.name) else None,
    }


async def _heard(
    connection: AsyncConnection, approval_id: str, voice: Voice, decision_id: str, said_by: str | None
) -> list[Voice]:
    """Every voice, with this one, which is heard once. Raises AlreadyDecided: nobody has two."""
    before = await connection.rows(VOICES, {"approval_id": approval_id}, json_in=("granted",))
    mine = next((row for row in before if row["person"].casefold() == voice["person"].casefold()), None)
    if mine is None:
        row = {**voice, "approval_id": approval_id, "decision_id": decision_id, "said_by": said_by}
        await connection.change(HEARD, {**row, "granted": _json(voice["granted"])})
        await chain(connection, "voice", [f"{approval_id}/{voice['person']}"], voice["at"])
    elif mine["decision_id"] != decision_id:
        raise AlreadyDecided(f"{voice['person']} has {mine['verdict']} this already; now somebody else has to.")
    return [*map(voice_of, before), *([] if mine else [voice])]


async def _counts(statements: Statements, earlier: Voice, latest: Voice, record: Approval) -> bool:
    """Whether an earlier voice is of somebody who may still decide. Without people every voice is."""
    if earlier is latest or not await anybody(statements):
        return True
    person = await person_named(statements, earlier["person"])
    return person is not None and refusal(person, terms_of(record)) is None


def _in_the_names_of(voice: Voice, last: dict[str, str | None]) -> dict[str, str | None]:
    """The columns that say who has decided, when it was several."""
    return {**last, "decided_by": voice["person"], "decided_as": voice["person"] if last["decided_as"] else None}


async def _question(statements: Statements, question_id: str) -> Question | None:
    rows = await statements.rows("SELECT * FROM approval_questions WHERE question_id = :this", {"this": question_id})
    return question_of(rows[0]) if rows else None


def _json(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(value)
