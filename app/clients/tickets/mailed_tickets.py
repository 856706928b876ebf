"""Tickets that a helpdesk gets by e-mail. The business database keeps them; the e-mail is sent once for each thing to tell."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from nodes.digests import digest
from nodes.ports.errors import SwitchboardError
from nodes.ports.mail import Mail
from nodes.ports.tickets import Ticket, Tickets, TicketStatus

LONGEST_SUBJECT = 120


class MailedTickets:
    """Implements Tickets."""

    def __init__(self, tickets: Tickets, mail: Mail, address: str) -> None:
        self._tickets = tickets
        self._mail = mail
        self._address = address

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
        ticket = await self._tickets.open(
            key=key,
            known_as=known_as,
            thread_id=thread_id,
            reason=reason,
            summary=summary,
            transcript=transcript,
            facts=facts,
            joins=joins,
        )
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
                text=_text(ticket).encode(errors="ignore").decode().replace("\0", ""),
            )


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())


def _text(ticket: Ticket) -> str:
    facts = [f"  {name}: {value}" for name, value in ticket["facts"].items() if value not in (None, "")]
    parts = [
        ticket["reason"],
        ticket["summary"],
        "\n".join(["Facts:", *facts]) if facts else "",
        "\n".join(["What was said:", *(f"  {line}" for line in ticket["transcript"])]) if ticket["transcript"] else "",
        f"Thread {ticket['thread_id']}: switchboard show {ticket['thread_id']}" if ticket["thread_id"] else "",
        f"When it is done: switchboard tickets close {ticket['ticket_id']}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
