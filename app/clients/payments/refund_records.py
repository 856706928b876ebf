"""Refunds at a payment provider, as they are written down here: before they are asked for, and until they are settled.

A record is the memory that a provider's idempotency keys lack, and a turn: while one refund of an order is asked for, no
other one is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import RowMapping, delete, func, insert, select, update

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import provider_refunds as refunds
from nodes.money import shown
from nodes.ports.clock import Clock, iso, parse
from nodes.ports.errors import IdempotencyConflict, PaymentsUnavailable
from nodes.ports.payments import FailedRefund, Receipt

CLAIM = timedelta(seconds=120)
"""How long a refund whose answer is missing keeps others of its order waiting: longer than a call can take."""

FOLLOWED = timedelta(days=45)
"""For so long a bank may send the money of a refund back."""

FIRST_LOOK = {"succeeded": timedelta(days=1)}
LOOKS = timedelta(hours=1)
AT_ONCE = 50  # refunds that one sweep looks at

FAILED = ("failed", "canceled")
"""Where a refund stays for good."""


@dataclass(frozen=True)
class Call:
    """A refund that is asked for."""

    key: str
    order_id: str
    payment: str
    amount_cents: int
    currency: str
    reason: str
    approval_id: str | None


@dataclass(frozen=True)
class Made:
    """A refund as the provider has it."""

    refund_id: str
    status: str
    amount_cents: int
    failure: str = ""


class RefundRecords:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def get(self, key: str) -> RowMapping | None:
        async def asked(connection: AsyncConnection) -> RowMapping | None:
            query = select(refunds).where(refunds.c.key == key)
            return cast("RowMapping | None", (await connection.execute(query)).mappings().first())

        return await self._database.ask(asked)

    async def made(self, refund_id: str) -> RowMapping | None:
        """The record of what the provider calls so."""

        async def asked(connection: AsyncConnection) -> RowMapping | None:
            query = select(refunds).where(refunds.c.refund_id == refund_id)
            return cast("RowMapping | None", (await connection.execute(query)).mappings().first())

        return await self._database.ask(asked)

    async def claim(self, call: Call) -> bool:
        """Write the refund down, and take the order's turn; whether it is new.

        Raises IdempotencyConflict for a key that stands for another refund, PaymentsUnavailable while it is another one's turn.
        """
        now = self._clock.now()

        async def written(connection: AsyncConnection) -> bool:
            known = (await connection.execute(select(refunds).where(refunds.c.key == call.key))).mappings().first()
            if known:
                refuse_other(call, known)
            rivals = select(refunds.c.key).where(
                refunds.c.order_id == call.order_id,
                refunds.c.key != call.key,
                refunds.c.refund_id.is_(None),
                refunds.c.claimed_until > iso(now),
            )
            if await connection.scalar(rivals):
                raise PaymentsUnavailable(
                    f"Another refund of order {call.order_id} is under way, and nothing was paid. Try again in a moment."
                )
            until = iso(now + CLAIM)
            if known:
                await connection.execute(update(refunds).where(refunds.c.key == call.key).values(claimed_until=until))
            else:
                await connection.execute(insert(refunds).values(**vars(call), at=iso(now), claimed_until=until))
            return known is None

        return await self._database.write(written)

    async def drop(self, key: str) -> None:
        """Nothing was moved under this key, for sure."""
        await self._database.write(
            lambda connection: connection.execute(
                delete(refunds).where(refunds.c.key == key, refunds.c.refund_id.is_(None))
            )
        )

    async def settle(self, key: str, made: Made) -> RowMapping:
        """What the provider has said of it. Returns the record.

        Answers may come out of order: one that is older than what is known changes nothing. The caller that gets the first receipt
        of a refund is told that it has failed.
        """

        async def written(connection: AsyncConnection) -> RowMapping:
            this = select(refunds).where(refunds.c.key == key).with_for_update()
            row: RowMapping = (await connection.execute(this)).mappings().one()
            if _step(made.status) < _step(row["status"]):
                return row
            changed = {
                "refund_id": made.refund_id,
                "status": made.status,
                "failure": made.failure,
                "look_at": self._next_look(row, made.status),
            }
            if made.status in FAILED and row["status"] is None:
                changed["reported_at"] = iso(self._clock.now())
            await connection.execute(update(refunds).where(refunds.c.key == key).values(**changed))
            return {**row, **changed}  # type: ignore[return-value]

        return await self._database.write(written)

    async def due(self) -> list[RowMapping]:
        """Those that the provider is asked about now, the longest overdue first."""
        query = select(refunds).where(refunds.c.refund_id.is_not(None), refunds.c.look_at <= iso(self._clock.now()))
        return await self._database.fetch(query.order_by(refunds.c.look_at).limit(AT_ONCE))

    async def of_order(self, order_id: str) -> list[RowMapping]:
        """Oldest first."""
        return await self._database.fetch(select(refunds).where(refunds.c.order_id == order_id).order_by(refunds.c.at))

    async def unreported(self) -> list[RowMapping]:
        query = select(refunds).where(refunds.c.status.in_(FAILED), refunds.c.ticket_id.is_(None))
        return await self._database.fetch(query.order_by(refunds.c.at))

    async def reported(self, key: str, *, ticket_id: str, thread_id: str) -> None:
        now = iso(self._clock.now())
        done = {
            "reported_at": func.coalesce(refunds.c.reported_at, now),
            "ticket_id": ticket_id,
            "thread_id": thread_id,
        }

        async def written(connection: AsyncConnection) -> None:
            this = update(refunds).where(refunds.c.key == key, refunds.c.ticket_id.is_(None))
            await connection.execute(this.values(done))

        await self._database.write(written)

    def _next_look(self, row: RowMapping, status: str) -> str | None:
        """Soon at first, then later and later; never again once it has failed, or is too old to."""
        if status in FAILED:
            return None
        now, began = self._clock.now(), parse(row["at"])
        if now - began > FOLLOWED:
            return None
        return iso(now + max(FIRST_LOOK.get(status, LOOKS), _age(now, began) / 4))


def _step(status: str | None) -> int:
    """How far a refund is: it never goes back. One that has succeeded may fail; a failure is the end."""
    return 0 if status is None else 3 if status in FAILED else 2 if status == "succeeded" else 1


def _age(now: datetime, began: datetime) -> timedelta:
    return max(now - began, timedelta())


def refuse_other(call: Call, known: Any) -> None:
    """Raises IdempotencyConflict when the key stands for a refund of another sum, order or currency."""
    if (call.order_id, call.amount_cents, call.currency) != (
        known["order_id"],
        known["amount_cents"],
        known["currency"],
    ):
        raise IdempotencyConflict(
            f"The key {call.key!r} was used for a refund of {shown(known['amount_cents'], known['currency'])} on order "
            f"{known['order_id']}, and cannot be used for something else. Start a new request."
        )


def receipt_of(row: RowMapping) -> Receipt:
    """The receipt of a record whose refund is known to be made."""
    receipt: Receipt = {
        "receipt_id": row["refund_id"],
        "key": row["key"],
        "kind": "refund",
        "order_id": row["order_id"],
        "amount_cents": row["amount_cents"],
        "currency": row["currency"],
        "at": row["at"],
        "status": row["status"],
    }
    return {**receipt, "failure": row["failure"] or "no reason is given"} if row["status"] in FAILED else receipt


def failed_refund(row: RowMapping) -> FailedRefund:
    return {
        "receipt": receipt_of(row),
        "failed_at_once": row["reported_at"] is not None and row["ticket_id"] is None,
        "ticket_id": row["ticket_id"],
        "thread_id": row["thread_id"],
    }
