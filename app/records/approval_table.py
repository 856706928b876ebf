"""The record of every approval: asked, decided, by whom, expired. The one gate that every surface passes."""

from collections.abc import Mapping
from typing import Any, Literal, cast

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.clients.database.audit_chain import chain
from app.clients.database.database import Database
from app.clients.database.schema import approvals
from app.clients.webhooks.events import Kind, approval_event
from nodes.digests import digest
from nodes.ports.approvals import Approval
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import GateRefused

EVENTS: dict[str, Kind] = {
    "pending": "approval.requested",
    "approved": "approval.decided",
    "rejected": "approval.decided",
    "expired": "approval.expired",
    "withdrawn": "approval.withdrawn",
}


class DatabaseApprovals:
    """Approvals in the business database; every change is one compare-and-set transaction."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def ask(
        self, *, approval_id: str, thread_id: str, action: str, args: Mapping[str, Any], expires_at: str
    ) -> Approval:
        async with self._database.begin() as connection:
            if known := await _row(connection, approval_id):
                return known
            await connection.execute(
                insert(approvals).values(
                    approval_id=approval_id,
                    thread_id=thread_id,
                    action=action,
                    args=dict(args),
                    args_digest=digest(args),
                    requested_at=iso(self._clock.now()),
                    expires_at=expires_at,
                    status="pending",
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
    ) -> Approval:
        async with self._database.begin() as connection:
            record = await _known(connection, approval_id)
            if record["args_digest"] != args_digest:
                raise GateRefused(f"The approval {approval_id} was asked for something else; ask again.")
            if record["status"] != "pending":
                return record
            now = iso(self._clock.now())
            if record["expires_at"] <= now:
                return await self._set(connection, approval_id, status="expired", decided_at=now)
            return await self._set(
                connection,
                approval_id,
                status=verdict,
                granted=dict(granted) if granted and verdict == "approved" else None,
                decision_id=decision_id,
                decided_by=by,
                decided_at=now,
                reason=reason,
            )

    async def expire(self, approval_id: str) -> Approval:
        async with self._database.begin() as connection:
            record = await _known(connection, approval_id)
            now = iso(self._clock.now())
            if record["status"] == "pending" and record["expires_at"] <= now:
                return await self._set(connection, approval_id, status="expired", decided_at=now)
            return record

    async def withdraw(self, approval_id: str, *, reason: str, by: str) -> Approval:
        async with self._database.begin() as connection:
            record = await _known(connection, approval_id)
            if record["status"] != "pending":
                return record
            now = iso(self._clock.now())
            return await self._set(
                connection, approval_id, status="withdrawn", decided_by=by, decided_at=now, reason=reason
            )

    async def get(self, approval_id: str) -> Approval | None:
        async with self._database.read() as connection:
            return await _row(connection, approval_id, lock=False)

    async def latest(self, thread_id: str) -> Approval | None:
        newest = approvals.c.requested_at.desc()
        return await self._first(select(approvals).where(approvals.c.thread_id == thread_id).order_by(newest))

    async def waiting(self, thread_id: str) -> Approval | None:
        mine = select(approvals).where(approvals.c.thread_id == thread_id, approvals.c.status == "pending")
        return await self._first(mine.order_by(approvals.c.requested_at.desc()))

    async def pending(self) -> list[Approval]:
        query = select(approvals).where(approvals.c.status == "pending").order_by(approvals.c.expires_at)
        async with self._database.read() as connection:
            return [_approval(row) for row in (await connection.execute(query)).mappings()]

    async def _first(self, query: Select[Any]) -> Approval | None:
        async with self._database.read() as connection:
            row = (await connection.execute(query.limit(1))).mappings().first()
        return _approval(row) if row else None

    async def _set(self, connection: AsyncConnection, approval_id: str, **values: Any) -> Approval:
        pending = update(approvals).where(approvals.c.approval_id == approval_id, approvals.c.status == "pending")
        await connection.execute(pending.values(**values))
        return await self._written(connection, approval_id)

    async def _written(self, connection: AsyncConnection, approval_id: str) -> Approval:
        """The record as it stands now, with its link of the audit's chain and its event."""
        now = iso(self._clock.now())
        await chain(connection, "approval", [approval_id], now)
        record = await _known(connection, approval_id)
        await approval_event(connection, EVENTS[record["status"]], record, now)
        return record


async def _row(connection: AsyncConnection, approval_id: str, *, lock: bool = True) -> Approval | None:
    query = select(approvals).where(approvals.c.approval_id == approval_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    return _approval(row) if row else None


async def _known(connection: AsyncConnection, approval_id: str) -> Approval:
    record = await _row(connection, approval_id)
    if record is None:
        raise GateRefused(f"There is no record of the approval {approval_id}; nothing was paid.")
    return record


def _approval(row: RowMapping) -> Approval:
    record = {name: row[name] for name in Approval.__annotations__}
    if record["status"] == "approved" and record["granted"] is None:  # decided by version 0.1.0
        record["granted"] = {**record["args"], "amount_cents": row["approved_cents"]}
    return cast("Approval", record)
