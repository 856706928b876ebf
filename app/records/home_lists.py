"""The lists of a home that is in order: read without an engine, and without SQLAlchemy."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from typing_extensions import Unpack

from app.clients.database.plain_sql import PlainFile
from app.clients.database.text_cipher import TextCipher
from app.clients.mail.mail_list import MailList
from app.clients.tickets.ticket_list import listed
from app.records.approval_list import ApprovalList
from app.records.journal_entries import Entry, entries
from app.records.plain_home import plain_home
from app.records.register import Register, Thread, Wanted
from app.settings import Settings
from app.system_clock import SystemClock
from nodes.ports.approvals import Approval
from nodes.ports.tickets import Ticket


@dataclass(frozen=True)
class HomeLists:
    """The part of app.engines.contract.Records that asks no service."""

    threads: Register
    database: PlainFile
    cipher: TextCipher

    async def recent(self, **wanted: Unpack[Wanted]) -> list[Thread]:
        return await self.threads.recent(**wanted)

    async def trace(self, thread: str) -> list[Entry]:
        return [entry for _, entry in await entries(self.database, await self.threads.find(thread))]

    @property
    def outbox(self) -> MailList:
        return MailList(self.database)

    async def pending(self) -> list[Approval]:
        return await ApprovalList(self.database, SystemClock()).pending()

    async def tickets(self, thread: str | None = None) -> list[Ticket]:
        return await listed(self.database, self.cipher, await self.threads.find(thread) if thread else None)


@asynccontextmanager
async def open_lists(settings: Settings) -> AsyncIterator[HomeLists | None]:
    """None: the home is not in order, or a crash left something that only an engine can tell. Raises NotConfigured."""
    async with plain_home(settings) as database:
        if database is None:
            yield None
            return
        register = Register(database, SystemClock(), engine=settings.engine)
        if settings.engine == "langgraph" and await register.abandoned():
            yield None
            return
        yield HomeLists(register, database, TextCipher(settings.encryption_key))
