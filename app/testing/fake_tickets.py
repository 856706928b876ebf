"""Tickets, in memory."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.testing.failing import Failing
from app.testing.fake_clock import NOON
from nodes.ports.clock import iso
from nodes.ports.tickets import Ticket, TicketStatus


class FakeTickets(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.opened: dict[str, Ticket] = {}

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
        self.called("open")
        key = known_as if known_as in self.opened else key
        if joins and key not in self.opened:
            for known in await self.list(thread_id=thread_id):
                known.update({"summary": summary, "transcript": list(transcript), "facts": {**known["facts"], **facts}})
                return known
        ticket: Ticket = {
            "ticket_id": f"T-{len(self.opened) + 1}",
            "thread_id": thread_id,
            "reason": reason,
            "summary": summary,
            "transcript": list(transcript),
            "facts": dict(facts),
            "status": "open",
            "opened_at": iso(NOON),
        }
        return self.opened.setdefault(key, ticket)

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        newest_first = reversed(self.opened.values())
        return [ticket for ticket in newest_first if thread_id in (None, ticket["thread_id"])]

    async def change(
        self, ticket_id: str, *, status: TicketStatus | None = None, assigned_to: str | None = None
    ) -> Ticket | None:
        for ticket in self.opened.values():
            if ticket["ticket_id"] == ticket_id:
                ticket["status"] = status or ticket["status"]
                ticket["assigned_to"] = assigned_to or ticket.get("assigned_to")
                return ticket
        return None
