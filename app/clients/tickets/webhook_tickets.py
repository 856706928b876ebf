"""Tickets that a webhook is told of, signed as standardwebhooks.com describes: at least once, under one `webhook-id`."""

import json

import httpx
from standardwebhooks.webhooks import Webhook
from typing_extensions import Unpack

from app.clients.database.database import Database
from app.clients.tickets.deliveries import Deliveries
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import DependencyDown, NotConfigured
from nodes.ports.tickets import Ticket, TicketRequest, Tickets, TicketStatus, closed_there, deliver_due

TIMEOUT_S = 15


class Hook:
    """The receiver. Raises NotConfigured for a secret that cannot be used."""

    def __init__(self, url: str, secret: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """`transport`: for tests."""
        self._url = url
        self._transport = transport
        try:
            self._signing = Webhook(secret)
        except Exception as error:
            raise NotConfigured(
                "SWITCHBOARD_TICKETS_WEBHOOK_SECRET is not a secret like whsec_... (base64). Correct it."
            ) from error

    async def tell(self, delivery_id: str, body: str, clock: Clock) -> None:
        """Raises DependencyDown unless the receiver takes it."""
        now = clock.now()
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signing.sign(delivery_id, now, body),
        }
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client:
                answer = await client.post(self._url, content=body.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise DependencyDown(f"The tickets' webhook does not answer ({type(error).__name__}).") from error
        if not answer.is_success:
            raise DependencyDown(f"The tickets' webhook answers {answer.status_code}.")


class WebhookTickets:
    """Implements Tickets, DeliversLater and FollowsTickets, the last two for the tickets below it too."""

    def __init__(self, tickets: Tickets, hook: Hook, database: Database, clock: Clock) -> None:
        self._tickets = tickets
        self._clock = clock
        self._deliveries = Deliveries(database, clock, lambda known_as, body: hook.tell(known_as, body, clock))

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
