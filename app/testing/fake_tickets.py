"""Tickets, in memory."""

from typing_extensions import Unpack

from app.testing.fake_clock import NOON
from app.testing.scripted_failures import Failing
from nodes.ports.clock import iso
from nodes.ports.tickets import Ticket, TicketRequest, TicketStatus


class FakeTickets(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.opened: dict[str, Ticket] = {}

    async def open(self, **case: Unpack[TicketRequest]) -> Ticket:
        self.called("open")
        key, known_as, thread_id = case["key"], case.get("known_as"), case["thread_id"]
        key = known_as if known_as in self.opened else key
        if case.get("joins") and key not in self.opened:
            for known in await self.list(thread_id=thread_id):
                known["summary"], known["transcript"] = case["summary"], list(case["transcript"])
                known["facts"] = {**known["facts"], **case["facts"]}
                return known
        ticket: Ticket = {
            "ticket_id": f"T-{len(self.opened) + 1}",
            "thread_id": thread_id,
            "reason": case["reason"],
            "summary": case["summary"],
            "transcript": list(case["transcript"]),
            "facts": dict(case["facts"]),
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
