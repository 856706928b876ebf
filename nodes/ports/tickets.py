"""Cases handed to people."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Protocol, runtime_checkable

from typing_extensions import TypedDict

TicketStatus = Literal["open", "closed"]


class Ticket(TypedDict):
    ticket_id: str
    thread_id: str
    reason: str
    summary: str
    transcript: list[str]
    facts: dict[str, Any]
    status: TicketStatus
    opened_at: str
    assigned_to: NotRequired[str | None]


class Tickets(Protocol):
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
        """Hand a case to people; the same key opens one ticket.

        `known_as`: another key that the case may have been opened under; nothing is opened under it.
        `joins`: while a ticket of this thread is open, the case is added to it: its summary, transcript and facts
        become these, and its reason gains this one.
        """

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        """Newest first."""

    async def change(
        self, ticket_id: str, *, status: TicketStatus | None = None, assigned_to: str | None = None
    ) -> Ticket | None:
        """Changes the values that are given. None: the ticket does not exist."""


@runtime_checkable
class DeliversLater(Protocol):
    """A help desk elsewhere that may not answer at once."""

    async def deliver_due(self) -> int:
        """Tell it what it could not be told before. Returns how much it was told now."""
