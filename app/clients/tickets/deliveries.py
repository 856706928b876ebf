"""What a help desk elsewhere is told: written down first, and tried until it was taken. It may be told twice, under one id."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from app.clients.database.claims import Waits, next_try
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import deliveries
from app.clients.database.text_cipher import TextCipher
from nodes.digests import digest
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import DependencyDown
from nodes.ports.tickets import Ticket

WAITS = Waits(first_s=60, longest_s=12 * 3600, most_tries=15)
AT_ONCE = 20
INLINE_S = 10
"""So long a step waits for a help desk. What takes longer is tried later, by `sweep` or by a server."""
TRY_S = 30
CLAIM = timedelta(minutes=1)
"""Longer than a try. Nobody else tries meanwhile."""

ZENDESK = "zendesk."
"""How the id of a delivery to Zendesk begins; those of a webhook begin with the ticket's number."""

Tell = Callable[[str, str], Awaitable[None]]
"""Tells the body under the delivery's id. Raises DependencyDown unless it was taken."""


def of_ticket(ticket_id: str) -> ColumnElement[bool]:
    """What was told, or is to be told, about this ticket."""
    ids = deliveries.c.delivery_id
    return or_(*(ids.startswith(f"{prefix}{ticket_id}.", autoescape=True) for prefix in ("", ZENDESK)))


class Deliveries:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        tell: Tell,
        *,
        cipher: TextCipher | None = None,
        prefix: str = "",
        inline_s: float = INLINE_S,
    ) -> None:
        """`inline_s`: for tests."""
        self._database = database
        self._clock = clock
        self._tell = tell
        self._cipher = cipher or TextCipher()
        self._prefix = prefix
        self._inline_s = inline_s

    async def add(self, kind: str, ticket: Ticket, body: str, *, once: str) -> None:
        """Write it down and try. What a repeated step tells again has the same `once`, and is written down."""
        delivery_id = f"{self._prefix}{ticket['ticket_id']}.{digest([kind, ticket, once])[:24]}"

        async def is_new(connection: AsyncConnection) -> bool:
            this = deliveries.c.delivery_id == delivery_id
            if await connection.scalar(select(deliveries.c.delivery_id).where(this)):
                return False
            row = {"delivery_id": delivery_id, "body": self._cipher.seal(body), "tries": 0}
            await connection.execute(deliveries.insert().values(**row, next_try_at=iso(self._clock.now() + CLAIM)))
            return True

        if await self._database.write(is_new):
            await self._try(delivery_id, body, 0, self._inline_s)

    async def due(self) -> int:
        """Tell what could not be told before. Returns how much was told now."""
        query = select(deliveries).where(deliveries.c.next_try_at <= iso(self._clock.now()), self._mine())
        told = 0
        for row in await self._database.fetch(query.order_by(deliveries.c.next_try_at).limit(AT_ONCE)):
            if await self._claim(row["delivery_id"], row["next_try_at"]):
                told += await self._try(row["delivery_id"], self._cipher.open(row["body"]), row["tries"], TRY_S)
        return told

    async def untold(self) -> set[str]:
        """The numbers of tickets about which something is still to be told, or could not be told at all."""
        query = select(deliveries.c.delivery_id).where(deliveries.c.sent_at.is_(None), self._mine())
        ids = [row["delivery_id"] for row in await self._database.fetch(query)]
        return {one.removeprefix(self._prefix).rpartition(".")[0] for one in ids}

    def _mine(self) -> ColumnElement[bool]:
        return deliveries.c.delivery_id.startswith(ZENDESK) == bool(self._prefix)

    async def _claim(self, delivery_id: str, next_try_at: str) -> bool:
        this = (deliveries.c.delivery_id == delivery_id) & (deliveries.c.next_try_at == next_try_at)
        later = iso(self._clock.now() + CLAIM)
        return bool(await self._database.execute(update(deliveries).where(this).values(next_try_at=later)))

    async def _try(self, delivery_id: str, body: str, tries: int, limit_s: float) -> bool:
        now, changed = self._clock.now(), dict[str, Any]()
        try:
            async with asyncio.timeout(limit_s):
                await self._tell(delivery_id, body)
            changed = {"sent_at": iso(now), "next_try_at": None, "error": None}
        except (DependencyDown, TimeoutError) as error:
            told = str(error) or "The help desk did not answer in time."
            changed = {"next_try_at": next_try(now, tries, WAITS), "error": told}

        async def written(connection: AsyncConnection) -> bool:
            this = update(deliveries).where(deliveries.c.delivery_id == delivery_id)
            await connection.execute(this.values(tries=tries + 1, **changed))
            return "sent_at" in changed

        return await self._database.write(written)
