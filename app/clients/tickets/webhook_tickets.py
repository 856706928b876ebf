"""Tickets that a webhook is told of, signed as standardwebhooks.com describes.

The business database keeps the tickets, and what is to be told until the receiver has taken it. The receiver gets each
message at least once, under one `webhook-id`.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from app.clients.database.database import Database
from app.clients.database.schema import deliveries
from app.clients.webhooks.hook import Hook
from nodes.digests import digest
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import DependencyDown
from nodes.ports.tickets import Ticket, Tickets, TicketStatus

MOST_TRIES = 15
LONGEST_PAUSE = timedelta(hours=12)
AT_ONCE = 20


class WebhookTickets:
    """Implements Tickets and DeliversLater."""

    def __init__(self, tickets: Tickets, hook: Hook, database: Database, clock: Clock) -> None:
        self._tickets = tickets
        self._hook = hook
        self._database = database
        self._clock = clock

    async def open(
        self,
        *,
        key: str,
        known_as: str | None = None,
        thread_id: str,
        reason: str,
        summary: str,
        transcript: Sequence[str],
        facts: Mapping[str, Any],
        joins: bool = False,
    ) -> Ticket:
        ticket = await self._tickets.open(
            key=key,
            known_as=known_as,
            thread_id=thread_id,
            reason=reason,
            summary=summary,
            transcript=transcript,
            facts=facts,
            joins=joins,
        )
        await self._tell("ticket.opened", ticket, once="")
        return ticket

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        return await self._tickets.list(thread_id=thread_id)

    async def change(
        self, ticket_id: str, *, status: TicketStatus | None = None, assigned_to: str | None = None
    ) -> Ticket | None:
        ticket = await self._tickets.change(ticket_id, status=status, assigned_to=assigned_to)
        if ticket:
            await self._tell("ticket.changed", ticket, once=iso(self._clock.now()))
        return ticket

    async def deliver_due(self) -> int:
        query = select(deliveries.c.delivery_id, deliveries.c.body, deliveries.c.tries).where(
            deliveries.c.next_try_at <= iso(self._clock.now())
        )
        async with self._database.read() as connection:
            due = (await connection.execute(query.order_by(deliveries.c.next_try_at).limit(AT_ONCE))).all()
        told = [await self._try(row.delivery_id, row.body, row.tries) for row in due]
        return sum(told)

    async def _tell(self, kind: str, ticket: Ticket, *, once: str) -> None:
        """Write it down first. What a repeated step tells again has the same `once`, and is written down."""
        body = json.dumps({"type": kind, "timestamp": iso(self._clock.now()), "data": ticket}, ensure_ascii=False)
        delivery_id = f"{ticket['ticket_id']}.{digest([kind, ticket, once])[:24]}"
        async with self._database.begin() as connection:
            this = deliveries.c.delivery_id == delivery_id
            if await connection.scalar(select(deliveries.c.delivery_id).where(this)):
                return
            row = {"delivery_id": delivery_id, "body": body, "tries": 0, "next_try_at": iso(self._clock.now())}
            await connection.execute(deliveries.insert().values(**row))
        with suppress(DependencyDown):
            await self._try(delivery_id, body, 0)

    async def _try(self, delivery_id: str, body: str, tries: int) -> bool:
        now, changed = self._clock.now(), dict[str, Any]()
        try:
            await self._hook.tell(delivery_id, body, self._clock)
            changed = {"sent_at": iso(now), "next_try_at": None, "error": None}
        except DependencyDown as error:
            pause = min(timedelta(minutes=2**tries), LONGEST_PAUSE)
            next_try_at = iso(now + pause) if tries + 1 < MOST_TRIES else None
            changed = {"next_try_at": next_try_at, "error": str(error)}
        async with self._database.begin() as connection:
            this = update(deliveries).where(deliveries.c.delivery_id == delivery_id)
            await connection.execute(this.values(tries=tries + 1, **changed))
        return "sent_at" in changed
