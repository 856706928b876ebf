"""Messages on their way to webhooks and notices: kept until the receiver has taken them, and tried later and later.

One process at a time delivers a message: it claims it first. A receiver gets each message at least once, always under the
same id.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, and_, delete, func, select, tuple_, update
from typing_extensions import TypedDict

from app.clients.database.claims import UNCLAIMED, Waits, claimed, is_claimed, next_try
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import outgoing
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import SwitchboardError

CLAIM_S = 60
"""Longer than a try may take."""
AT_ONCE = 20
"""Messages to one receiver."""
WAITS = Waits(first_s=5, longest_s=12 * 3600, most_tries=18)  # more than three days


class Message(TypedDict):
    event_id: str
    target: str
    kind: str
    body: str
    at: str
    tries: int
    next_try_at: str | None
    sent_at: str | None
    error: str | None


Send = Callable[[Message], Awaitable[None]]
"""Raises SwitchboardError unless the receiver takes the message."""


class Outgoing:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def waiting_targets(self) -> list[str]:
        """Receivers for whom something is due."""
        query = select(outgoing.c.target).where(outgoing.c.next_try_at <= iso(self._clock.now())).distinct()
        return [row["target"] for row in await self._database.fetch(query)]

    async def claim(self, target: str) -> list[Message]:
        """What is due for this receiver, oldest first; nobody else delivers it meanwhile."""
        now = self._clock.now()
        due = and_(outgoing.c.target == target, outgoing.c.next_try_at <= iso(now))
        query = select(outgoing).where(due).order_by(outgoing.c.next_try_at, outgoing.c.at).limit(AT_ONCE)

        async def written(connection: AsyncConnection) -> list[Message]:
            rows = (await connection.execute(query)).mappings().all()
            free = [_message(row) for row in rows if not is_claimed(row, now)]
            await connection.execute(update(outgoing).where(_these(free)).values(claimed(now, CLAIM_S)))
            return free

        return await self._database.write(written)

    async def deliver(self, target: str, send: Send) -> int:
        """Send what is due for this receiver, side by side. Returns how many it has taken."""
        return sum(await asyncio.gather(*(self._try(one, send) for one in await self.claim(target))))

    async def _try(self, message: Message, send: Send) -> bool:
        try:
            await send(message)
        except SwitchboardError as error:
            await self.failed(message, str(error))
            return False
        await self.taken(message)
        return True

    async def taken(self, message: Message) -> None:
        await self._set(message, sent_at=iso(self._clock.now()), next_try_at=None, error=None)

    async def failed(self, message: Message, error: str) -> None:
        """A try that failed: later again, or, after the last one, not any more."""
        await self._set(message, next_try_at=next_try(self._clock.now(), message["tries"], WAITS), error=error)

    async def unsent(self) -> list[Message]:
        """What no receiver has taken yet, oldest first."""
        return await self._list(outgoing.c.sent_at.is_(None))

    async def again(self, event_id: str | None) -> list[Message]:
        """Send this event again to every receiver, also to those that have taken it; None: all that are not tried any more."""
        given_up = and_(outgoing.c.sent_at.is_(None), outgoing.c.next_try_at.is_(None))
        chosen = given_up if event_id is None else outgoing.c.event_id == event_id
        found = await self._list(chosen)
        fresh = {"tries": 0, "next_try_at": iso(self._clock.now()), "sent_at": None, "error": None}

        async def written(connection: AsyncConnection) -> list[Message]:
            await connection.execute(update(outgoing).where(chosen).values(**fresh, **UNCLAIMED))
            return found

        return await self._database.write(written)

    async def counts(self) -> dict[str, tuple[int, int]]:
        """Of each receiver how many messages wait, and how many are not tried any more."""
        waits, given_up = func.count(outgoing.c.next_try_at), func.count()
        query = select(outgoing.c.target, waits, given_up).where(outgoing.c.sent_at.is_(None))

        async def asked(connection: AsyncConnection) -> dict[str, tuple[int, int]]:
            rows = (await connection.execute(query.group_by(outgoing.c.target))).all()
            return {target: (waiting, total - waiting) for target, waiting, total in rows}

        return await self._database.ask(asked)

    async def forget(self, *, before: str) -> None:
        """What was taken, or given up, before this ISO time."""
        over = and_(outgoing.c.next_try_at.is_(None), outgoing.c.at < before)
        await self._database.execute(delete(outgoing).where(over))

    async def _set(self, message: Message, **values: Any) -> None:
        tries = message["tries"] + 1

        async def written(connection: AsyncConnection) -> None:
            changed = update(outgoing).where(_these([message]))
            await connection.execute(changed.values(tries=tries, **UNCLAIMED, **values))

        await self._database.write(written)

    async def _list(self, condition: ColumnElement[bool]) -> list[Message]:
        async def asked(connection: AsyncConnection) -> list[Message]:
            rows = await connection.execute(select(outgoing).where(condition).order_by(outgoing.c.at))
            return [_message(row) for row in rows.mappings()]

        return await self._database.ask(asked)


def _these(messages: Collection[Message]) -> ColumnElement[bool]:
    keys = [(one["event_id"], one["target"]) for one in messages]
    return tuple_(outgoing.c.event_id, outgoing.c.target).in_(keys)


def _message(row: RowMapping) -> Message:
    return cast("Message", {name: row[name] for name in Message.__annotations__})
