"""Every mail, from the moment that a step wants it sent: pending, sent, or failed.

    pending   not sent yet; tried again when `next_try_at` has come
    sent      accepted by the server, or written to the folder; never sent again
    failed    refused for good, or tried as often as worth it: a person has to look at it

One process at a time delivers a mail: it claims it first.
"""

from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, RowMapping, and_, insert, or_, select, update
from typing_extensions import TypedDict

from app.clients.database.claims import UNCLAIMED, Waits, claimed, is_claimed, next_try
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import outbox
from app.clients.mail.mail_list import MailList
from nodes.digests import digest
from nodes.ports.clock import Clock, iso

State = Literal["pending", "sent", "failed"]

CLAIM_S = 120
"""Longer than a delivery may take."""

WAITS = Waits(first_s=2, longest_s=4 * 3600, most_tries=16)  # about half a day


class QueuedMail(TypedDict):
    """A mail as it stands in the outbox."""

    key: str
    message_id: str
    recipient: str
    subject: str
    text: str | None
    state: State
    tries: int
    next_try_at: str | None
    sent_at: str | None
    error: str | None
    ticket_id: str | None


class Claim(TypedDict):
    """`free`: this process may deliver the mail now. `sent`: it was sent before."""

    message_id: str
    sent: bool
    free: bool


class Outbox(MailList):
    """The table of mails."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database)
        self._database = database
        self._clock = clock

    async def claim(self, *, key: str, message_id: str, to: str, subject: str, text: str) -> Claim:
        """Write the mail down, in its newest words, and claim its delivery. What was sent stays as it is."""
        now = self._clock.now()
        ours = claimed(now, CLAIM_S)
        words = {"recipient": to, "subject": subject, "text": text, "digest": digest([to, subject, text])}
        mine = outbox.c.key == key

        async def claim(connection: AsyncConnection) -> Claim:
            known = (await connection.execute(select(outbox).where(mine).with_for_update())).mappings().first()
            if known is None:
                row = {"key": key, "message_id": message_id, "state": "pending", "tries": 0, **words, **ours}
                await connection.execute(insert(outbox).values(row))
                return {"message_id": message_id, "sent": False, "free": True}
            if known["sent_at"] is not None:
                return {"message_id": known["message_id"], "sent": True, "free": False}
            if is_claimed(known, now):
                return {"message_id": known["message_id"], "sent": False, "free": False}
            await connection.execute(update(outbox).where(mine).values(state="pending", **words, **ours))
            return {"message_id": known["message_id"], "sent": False, "free": True}

        return await self._database.write(claim)

    async def delivered(self, key: str) -> None:
        unsent = and_(outbox.c.key == key, outbox.c.sent_at.is_(None))
        sent_at = iso(self._clock.now())
        await self._set(unsent, state="sent", sent_at=sent_at, next_try_at=None, error=None, **UNCLAIMED)

    async def given_back(self, key: str) -> None:
        """The delivery was interrupted, and it is unknown whether it was sent: it is due at once."""
        await self._set(and_(outbox.c.key == key, outbox.c.sent_at.is_(None)), **UNCLAIMED)

    async def tried(self, key: str, error: str, *, final: bool) -> None:
        """A try that failed. `final`: another one would fail too."""

        async def noted(connection: AsyncConnection) -> None:
            before = await connection.scalar(select(outbox.c.tries).where(outbox.c.key == key)) or 0
            later = None if final else next_try(self._clock.now(), before, WAITS)
            values = {
                "state": "pending" if later else "failed",
                "tries": before + 1,
                "error": error,
                "next_try_at": later,
            }
            unsent = update(outbox).where(outbox.c.key == key, outbox.c.sent_at.is_(None))
            await connection.execute(unsent.values(**values, **UNCLAIMED))

        await self._database.write(noted)

    async def due(self, *, now_at_all: bool = False) -> list[QueuedMail]:
        """Mails to be tried again, oldest due first. `now_at_all`: those too whose next try is later."""
        condition = and_(outbox.c.state == "pending", outbox.c.text.is_not(None))
        if not now_at_all:
            now = iso(self._clock.now())
            condition = and_(condition, or_(outbox.c.next_try_at.is_(None), outbox.c.next_try_at <= now))
        return await self._list(condition)

    async def unsent(self, state: State | None = None) -> list[QueuedMail]:
        """Pending and failed mails, or those of one state."""
        return await self._list(outbox.c.state == state if state else outbox.c.state.in_(["pending", "failed"]))

    async def without_ticket(self) -> list[QueuedMail]:
        """Mails that failed for good, and for which no ticket is open yet."""
        return await self._list(and_(outbox.c.state == "failed", outbox.c.ticket_id.is_(None)))

    async def has_ticket(self, key: str, ticket_id: str) -> None:
        await self._set(outbox.c.key == key, ticket_id=ticket_id)

    async def counts(self) -> dict[State, int]:
        rows = await self._database.rows("SELECT state, count(*) AS number FROM outbox GROUP BY state", {})
        found = {row["state"]: row["number"] for row in rows}
        return {"pending": found.get("pending", 0), "sent": found.get("sent", 0), "failed": found.get("failed", 0)}

    async def _set(self, condition: ColumnElement[bool], **values: Any) -> None:
        await self._database.execute(update(outbox).where(condition).values(**values))

    async def _list(self, condition: ColumnElement[bool]) -> list[QueuedMail]:
        query = select(outbox).where(condition).order_by(outbox.c.next_try_at, outbox.c.key)

        return [_mail(row) for row in await self._database.fetch(query)]


def _mail(row: RowMapping) -> QueuedMail:
    return cast("QueuedMail", {name: row[name] for name in QueuedMail.__annotations__})
