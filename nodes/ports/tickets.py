"""Cases handed to people."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Protocol, runtime_checkable

from typing_extensions import TypedDict, Unpack

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


class TicketRequest(TypedDict):
    """A case that is handed to people."""

    key: str  # the same key opens one ticket
    known_as: NotRequired[
        str | None
    ]  # another key that the case may have been opened under; nothing is opened under it
    thread_id: str
    reason: str
    summary: str
    transcript: Sequence[str]
    facts: Mapping[str, Any]
    joins: NotRequired[bool]  # while a ticket of this thread is open, the case is added to it


class Tickets(Protocol):
    async def open(self, **case: Unpack[TicketRequest]) -> Ticket:
        """Hand a case to people. A case that joins a ticket replaces its summary, transcript and facts, and adds its reason."""

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


@runtime_checkable
class FollowsTickets(Protocol):
    """A help desk elsewhere, where people close tickets."""

    async def closed_there(self) -> list[str]:
        """Numbers of tickets that are open here and closed there. Raises DependencyDown."""


async def deliver_due(tickets: Tickets) -> int:
    return await tickets.deliver_due() if isinstance(tickets, DeliversLater) else 0


async def closed_there(tickets: Tickets) -> list[str]:
    return await tickets.closed_there() if isinstance(tickets, FollowsTickets) else []
