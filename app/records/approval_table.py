"""The record of every approval: asked, decided, by whom, expired. The one gate that every surface passes."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, cast

from sqlalchemy import RowMapping, Select, insert, select, update

from app.approvals.approval_rules import DEFAULT, ApprovalRules, Terms, able, escalates_at, refusal, terms_of
from app.clients.database.audit_chain import chain
from app.clients.database.database import ConnectionStatements, Database
from app.clients.database.schema import approval_questions, approval_remarks, approval_voices, approvals, threads
from app.clients.database.sqlite_connection import AsyncConnection
from app.clients.webhooks.webhook_events import Kind, approval_event
from app.records.people import anybody, person_named
from nodes.approvals.quorum import decided
from nodes.digests import digest
from nodes.ports.approvals import Approval, Decider, Question, Remark, Voice
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import AlreadyDecided, GateRefused, MayNotDecide, NotConfigured

OPTIONAL = ("rule", "decided_as", "said_by")
"""Keys of a record that are left out when there is nothing to say."""

EVENTS: dict[str, Kind] = {
    "pending": "approval.requested",
    "approved": "approval.decided",
    "rejected": "approval.decided",
    "expired": "approval.expired",
    "withdrawn": "approval.withdrawn",
}


class DatabaseApprovals:
    """Approvals in the business database; every change is one compare-and-set transaction."""

    def __init__(self, database: Database, clock: Clock, rules: ApprovalRules | None = None) -> None:
        self._database = database
        self._clock = clock
        self._rules = rules or ApprovalRules()

    async def ask(
        self, *, approval_id: str, thread_id: str, action: str, args: Mapping[str, Any], expires_at: str
    ) -> Approval:
        async with self._database.begin() as connection:
            if known := await self._row(connection, approval_id):
                return known
            terms, now = await self._terms(connection, thread_id, action, args), self._clock.now()
            if terms and terms["deadline_s"]:
                expires_at = iso(now + timedelta(seconds=terms["deadline_s"]))
            await connection.execute(
                insert(approvals).values(
                    approval_id=approval_id,
                    thread_id=thread_id,
                    action=action,
                    args=dict(args),
                    args_digest=digest(args),
                    requested_at=iso(now),
                    expires_at=expires_at,
                    status="pending",
                    rule=terms,
                )
            )
            return await self._written(connection, approval_id)

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
        async with self._database.begin() as connection:
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
                    return await _with_details(connection, record)
                voice, who = together, _in_the_names_of(together, who)
            return await self._set(
                connection,
                approval_id,
                status=verdict,
                granted=voice["granted"],
                decision_id=decision_id,
                decided_at=now,
                reason=voice["reason"],
                **who,
            )

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

    async def get(self, approval_id: str) -> Approval | None:
        async def found(connection: AsyncConnection) -> Approval | None:
            record = await self._row(connection, approval_id, lock=False)
            return await _with_details(connection, record) if record else None

        return await self._database.ask(found)

    async def latest(self, thread_id: str) -> Approval | None:
        newest = approvals.c.requested_at.desc()
        return await self._first(select(approvals).where(approvals.c.thread_id == thread_id).order_by(newest))

    async def waiting(self, thread_id: str) -> Approval | None:
        mine = select(approvals).where(approvals.c.thread_id == thread_id, approvals.c.status == "pending")
        return await self._first(mine.order_by(approvals.c.requested_at.desc()))

    async def pending(self) -> list[Approval]:
        query = select(approvals).where(approvals.c.status == "pending").order_by(approvals.c.expires_at)

        async def found(connection: AsyncConnection) -> list[Approval]:
            found = [self._approval(row) for row in (await connection.execute(query)).mappings()]
            return [await _with_details(connection, record) for record in found]

        return await self._database.ask(found)

    async def put_question(
        self, approval_id: str, *, question_id: str, text: str, by: str, put_to: str, ticket_id: str | None = None
    ) -> Question:
        async with self._database.begin() as connection:
            record = await self._known(connection, approval_id)
            if record["status"] != "pending":
                raise GateRefused(f"The approval {approval_id} is {record['status']}; nothing can be asked any more.")
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
            if not await _question(connection, question_id):
                await connection.execute(insert(approval_questions).values(row))
            return cast("Question", await _question(connection, question_id))

    async def answer_question(self, question_id: str, *, answer: str, by: str) -> Question | None:
        this = (approval_questions.c.question_id == question_id) & approval_questions.c.answer.is_(None)
        told = {"answer": answer, "answered_by": by, "answered_at": iso(self._clock.now())}
        async with self._database.begin() as connection:
            await connection.execute(update(approval_questions).where(this).values(told))
            return await _question(connection, question_id)

    async def note_remark(self, approval_id: str, *, remark_id: str, text: str) -> None:
        async with self._database.begin() as connection:
            record = await self._known(connection, approval_id)
            mine = (approval_remarks.c.approval_id == approval_id) & (approval_remarks.c.remark_id == remark_id)
            if await connection.scalar(select(approval_remarks.c.remark_id).where(mine)) is None:
                row = {"approval_id": approval_id, "remark_id": remark_id, "thread_id": record["thread_id"]}
                said = {**row, "text": text, "said_at": iso(self._clock.now())}
                await connection.execute(insert(approval_remarks).values(said))

    async def _terms(
        self, connection: AsyncConnection, thread_id: str, action: str, args: Mapping[str, Any]
    ) -> Terms | None:
        """What the table asks for, and who has started the thread. None: the default, of somebody who is not known."""
        requester = await connection.scalar(select(threads.c.started_by).where(threads.c.thread_id == thread_id))
        terms = self._rules.terms(action, args)
        return {**(terms or DEFAULT), "requester": requester} if terms or requester else None

    async def _first(self, query: Select[Any]) -> Approval | None:
        async def found(connection: AsyncConnection) -> Approval | None:
            row = (await connection.execute(query.limit(1))).mappings().first()
            return self._approval(row) if row else None

        return await self._database.ask(found)

    async def _set(self, connection: AsyncConnection, approval_id: str, **values: Any) -> Approval:
        pending = update(approvals).where(approvals.c.approval_id == approval_id, approvals.c.status == "pending")
        await connection.execute(pending.values(**values))
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

    async def _row(self, connection: AsyncConnection, approval_id: str, *, lock: bool = True) -> Approval | None:
        query = select(approvals).where(approvals.c.approval_id == approval_id)
        row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
        return self._approval(row) if row else None

    async def _known(self, connection: AsyncConnection, approval_id: str) -> Approval:
        record = await self._row(connection, approval_id)
        if record is None:
            raise GateRefused(f"There is no record of the approval {approval_id}; nothing was paid.")
        return record

    def _approval(self, row: RowMapping) -> Approval:
        """The row as it stands now, or stood when it was settled."""
        record = {name: row[name] for name in Approval.__annotations__ if name in Approval.__required_keys__}
        record |= {name: row[name] for name in OPTIONAL if row[name] is not None}
        if record["status"] == "approved" and record["granted"] is None:  # decided by version 0.1.0
            record["granted"] = {**record["args"], "amount_cents": row["approved_cents"]}
        at = escalates_at(row["rule"] or DEFAULT, row["requested_at"], row["expires_at"])
        if at and at <= (row["decided_at"] or iso(self._clock.now())):
            record["escalated_at"] = at
        return cast("Approval", record)


async def _who(
    connection: AsyncConnection, record: Approval, decider: Decider | None, by: str
) -> dict[str, str | None]:
    """The columns that say who decides. Raises MayNotDecide when people were added, and it is none who may."""
    if not await anybody(ConnectionStatements(connection)):
        named = by or (decider.name if decider else "unknown")
        return {"decided_by": named, "decided_as": decider.name if decider else None, "said_by": None}
    known = (
        await person_named(ConnectionStatements(connection), decider.name) if decider and decider.signed_in else None
    )
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
    query = select(approval_voices).where(approval_voices.c.approval_id == approval_id)
    before = (await connection.execute(query.order_by(approval_voices.c.at))).mappings().all()
    mine = next((row for row in before if row["person"].casefold() == voice["person"].casefold()), None)
    if mine is None:
        row = {**voice, "approval_id": approval_id, "decision_id": decision_id, "said_by": said_by}
        await connection.execute(insert(approval_voices).values(row))
        await chain(connection, "voice", [f"{approval_id}/{voice['person']}"], voice["at"])
    elif mine["decision_id"] != decision_id:
        raise AlreadyDecided(f"{voice['person']} has {mine['verdict']} this already; now somebody else has to.")
    return [*map(_voice, before), *([] if mine else [voice])]


async def _counts(connection: AsyncConnection, earlier: Voice, latest: Voice, record: Approval) -> bool:
    """Whether an earlier voice is of somebody who may still decide. Without people every voice is."""
    if earlier is latest or not await anybody(ConnectionStatements(connection)):
        return True
    person = await person_named(ConnectionStatements(connection), earlier["person"])
    return person is not None and refusal(person, terms_of(record)) is None


def _in_the_names_of(voice: Voice, last: dict[str, str | None]) -> dict[str, str | None]:
    """The columns that say who has decided, when it was several."""
    return {**last, "decided_by": voice["person"], "decided_as": voice["person"] if last["decided_as"] else None}


async def _with_details(connection: AsyncConnection, record: Approval) -> Approval:
    """The record with its voices, questions and remarks, if there are any."""
    of_this = approval_questions.c.approval_id == record["approval_id"]
    asked = (
        await connection.execute(select(approval_questions).where(of_this).order_by(approval_questions.c.asked_at))
    ).mappings()
    if questions := list(map(_asked, asked)):
        record["questions"] = questions
    said = select(approval_remarks).where(approval_remarks.c.approval_id == record["approval_id"])
    rows = (await connection.execute(said.order_by(approval_remarks.c.said_at))).mappings()
    if remarks := [Remark(text=row["text"], said_at=row["said_at"]) for row in rows]:
        record["remarks"] = remarks
    if terms_of(record)["quorum"] > 1:
        query = select(approval_voices).where(approval_voices.c.approval_id == record["approval_id"])
        heard = (await connection.execute(query.order_by(approval_voices.c.at))).mappings()
        record["voices"] = list(map(_voice, heard))
    return record


async def _question(connection: AsyncConnection, question_id: str) -> Question | None:
    query = select(approval_questions).where(approval_questions.c.question_id == question_id)
    row = (await connection.execute(query)).mappings().first()
    return _asked(row) if row else None


def _asked(row: RowMapping) -> Question:
    return cast("Question", {name: row[name] for name in Question.__annotations__})


def _voice(row: RowMapping) -> Voice:
    return cast("Voice", {name: row[name] for name in Voice.__annotations__})
