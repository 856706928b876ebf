"""An installation that is open, and what it knows of threads from the databases alone: the same on every engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import Unpack

from app.approvals.approval_rules import ApprovalRules
from app.approvals.sign_in import decider_at, refuse_decider
from app.clients.mail.outbox import Outbox
from app.engines.contract import Watcher
from app.records.journal import Entry, Journal
from app.records.people import People
from app.records.threads import Thread, Threads, Wanted
from app.settings import Settings
from nodes.approvals.deciders import signed
from nodes.approvals.decision_shapes import refuse_long
from nodes.ports import Services
from nodes.ports.approvals import Approval, Decider
from nodes.ports.tickets import Ticket


@dataclass(frozen=True, kw_only=True)
class ThreadRecords:
    """The part of app.engines.contract.Engine that runs nothing."""

    settings: Settings
    services: Services
    origins: Mapping[str, str]  # the provider of each service that is not the default
    threads: Threads
    journal: Journal
    outbox: Outbox
    people: People
    watcher: Watcher

    async def proven(self, answer: Mapping[str, Any], record: Approval, decider: Decider | None) -> dict[str, Any]:
        """The answer with its decider in it, who may decide. Raises MayNotDecide, AlreadyDecided, InvalidInput, NotConfigured."""
        for said in answer.values():
            refuse_long(said)
        ApprovalRules(self.settings.approvals_file).rules()
        who = decider or await decider_at(self.people, self.settings)
        await refuse_decider(self.people, record, who)
        return signed(answer, record, who, self.services)

    async def pending(self) -> list[Approval]:
        """Approvals that wait, oldest deadline first."""
        return await self.services.approvals.pending()

    async def recent(self, **wanted: Unpack[Wanted]) -> list[Thread]:
        """Threads, most recently active first."""
        return await self.threads.recent(**wanted)

    async def trace(self, thread: str) -> list[Entry]:
        """The thread's journal, oldest first. Raises UnknownThread."""
        return await self.journal.entries(await self.threads.find(thread))

    async def tickets(self, thread: str | None = None) -> list[Ticket]:
        """What was handed to people, newest first: of one thread, or all."""
        return await self.services.tickets.list(thread_id=await self.threads.find(thread) if thread else None)
