"""Cases handed to people, kept in the business database."""

from typing import Any

from sqlalchemy import Integer, Select, cast, func, insert, select, update
from typing_extensions import Unpack

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import tickets
from app.clients.database.text_cipher import TextCipher
from app.clients.tickets.ticket_list import listed, opened
from app.clients.webhooks.webhook_events import ticket_event
from nodes.ports.clock import Clock, iso
from nodes.ports.tickets import Ticket, TicketRequest, TicketStatus

FIRST_NUMBER = 1001
NUMBER = cast(func.substr(tickets.c.ticket_id, 3), Integer)
"""The 1001 of T-1001: tickets are counted, so that a person can say one on the phone."""


class DatabaseTickets:
    def __init__(self, database: Database, clock: Clock, cipher: TextCipher | None = None) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher or TextCipher()

    async def open(self, **case: Unpack[TicketRequest]) -> Ticket:
        """Hand a case to people; the same key opens one ticket, and the first call's text stands."""

        async def written(connection: AsyncConnection) -> Ticket:
            by_key = select(tickets).where(tickets.c.key.in_([case["key"], case.get("known_as")]))
            if known := (await connection.execute(by_key)).mappings().first():
                return opened(known, self._cipher)
            if case.get("joins") and (
                found := (await connection.execute(_open_case(case["thread_id"]))).mappings().first()
            ):
                before = opened(found, self._cipher)
                reasons = dict.fromkeys((*before["reason"].split("\n"), case["reason"]))
                joined: Ticket = {
                    **before,
                    "reason": "\n".join(reasons),
                    "summary": case["summary"],
                    "transcript": list(case["transcript"]),
                    "facts": {**before["facts"], **case["facts"]},
                }
                this = tickets.c.ticket_id == before["ticket_id"]
                await connection.execute(update(tickets).where(this).values(**sealed(joined, self._cipher)))
                return joined
            last = await connection.scalar(select(func.max(NUMBER)))
            ticket: Ticket = {
                "ticket_id": f"T-{FIRST_NUMBER if last is None else last + 1}",
                "thread_id": case["thread_id"],
                "reason": case["reason"],
                "summary": case["summary"],
                "transcript": list(case["transcript"]),
                "facts": dict(case["facts"]),
                "status": "open",
                "opened_at": iso(self._clock.now()),
                "assigned_to": None,
            }
            await connection.execute(insert(tickets).values(key=case["key"], **sealed(ticket, self._cipher)))
            await ticket_event(connection, ticket, ticket["opened_at"])
            return ticket

        return await self._database.write(written)

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        return await listed(self._database, self._cipher, thread_id)

    async def change(
        self, ticket_id: str, *, status: TicketStatus | None = None, assigned_to: str | None = None
    ) -> Ticket | None:
        """Changes the values that are given. None: the ticket does not exist."""
        this, given = tickets.c.ticket_id == ticket_id, {"status": status, "assigned_to": assigned_to}

        async def written(connection: AsyncConnection) -> Ticket | None:
            if changed := {name: value for name, value in given.items() if value is not None}:
                await connection.execute(update(tickets).where(this).values(changed))
            row = (await connection.execute(select(tickets).where(this))).mappings().first()
            return opened(row, self._cipher) if row else None

        return await self._database.write(written)


def _open_case(thread_id: str) -> Select[Any]:
    is_open = (tickets.c.thread_id == thread_id) & (tickets.c.status == "open")
    return select(tickets).where(is_open).order_by(NUMBER.desc()).limit(1)


def sealed(ticket: Ticket, cipher: TextCipher) -> dict[str, Any]:
    """The ticket's row: what was said in it is encrypted, if there is a key."""
    words = {"reason": cipher.seal(ticket["reason"]), "summary": cipher.seal(ticket["summary"])}
    lists = {name: cipher.seal_json(ticket[name]) for name in ("transcript", "facts")}
    return {**ticket, **words, **lists}
