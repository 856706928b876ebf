"""Tickets that a webhook is told of, signed as standardwebhooks.com describes: at least once, under one `webhook-id`."""

import json

from typing_extensions import Unpack

from app.clients.database.database import Database
from app.clients.database.text_cipher import TextCipher
from app.clients.tickets.deliveries import Deliveries
from app.clients.webhooks.hook import Hook
from nodes.ports.clock import Clock, iso
from nodes.ports.tickets import Ticket, TicketRequest, Tickets, TicketStatus, closed_there, deliver_due


class WebhookTickets:
    """Implements Tickets, DeliversLater and FollowsTickets, the last two for the tickets below it too."""

    def __init__(
        self, tickets: Tickets, hook: Hook, database: Database, clock: Clock, cipher: TextCipher | None = None
    ) -> None:
        self._tickets = tickets
        self._clock = clock
        self._deliveries = Deliveries(
            database, clock, lambda known_as, body: hook.tell(known_as, body, clock), cipher=cipher
        )

    async def open(self, **case: Unpack[TicketRequest]) -> Ticket:
        ticket = await self._tickets.open(**case)
        await self._tell("ticket.opened", ticket, once="")
        return ticket

    async def closed_there(self) -> list[str]:
        return await closed_there(self._tickets)

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
        return await self._deliveries.due() + await deliver_due(self._tickets)

    async def _tell(self, kind: str, ticket: Ticket, *, once: str) -> None:
        body = json.dumps({"type": kind, "timestamp": iso(self._clock.now()), "data": ticket}, ensure_ascii=False)
        await self._deliveries.add(kind, ticket, body, once=once)
