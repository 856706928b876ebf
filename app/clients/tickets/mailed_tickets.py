"""Tickets that a helpdesk gets by e-mail. The business database keeps them; the e-mail is sent once for each thing to tell."""

from contextlib import suppress

from typing_extensions import Unpack

from app.clients.tickets.ticket_text import as_text
from nodes.digests import digest
from nodes.ports.errors import SwitchboardError
from nodes.ports.mail import Mail
from nodes.ports.tickets import Ticket, TicketRequest, Tickets, TicketStatus

LONGEST_SUBJECT = 120


class MailedTickets:
    """Implements Tickets."""

    def __init__(self, tickets: Tickets, mail: Mail, address: str) -> None:
        self._tickets = tickets
        self._mail = mail
        self._address = address

    async def open(self, **case: Unpack[TicketRequest]) -> Ticket:
        ticket = await self._tickets.open(**case)
        if ticket["facts"].get("recipient") != self._address:  # an e-mail that cannot be sent is not told by e-mail
            await self._tell(ticket)
        return ticket

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        return await self._tickets.list(thread_id=thread_id)

    async def change(
        self, ticket_id: str, *, status: TicketStatus | None = None, assigned_to: str | None = None
    ) -> Ticket | None:
        return await self._tickets.change(ticket_id, status=status, assigned_to=assigned_to)

    async def _tell(self, ticket: Ticket) -> None:
        told = digest([ticket["reason"], ticket["summary"]])[:16]
        headline = " ".join(ticket["reason"].split("\n")[-1].split()).replace("=?", "= ?")
        with suppress(SwitchboardError):  # it stays in the outbox, and the ticket is there all the same
            await self._mail.send(
                key=f"{ticket['ticket_id']}:helpdesk:{told}",
                to=self._address,
                subject=_printable(f"[{ticket['ticket_id']}] {headline}"[:LONGEST_SUBJECT]),
                text=as_text(ticket),
            )


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
