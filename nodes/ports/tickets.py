"""Cases handed to people."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from typing_extensions import TypedDict


class Ticket(TypedDict):
    ticket_id: str
    thread_id: str
    reason: str
    summary: str
    transcript: list[str]
    facts: dict[str, Any]
    status: Literal["open", "closed"]
    opened_at: str


class Tickets(Protocol):
    async def open(
        self,
        *,
        key: str,
        thread_id: str,
        reason: str,
        summary: str,
        transcript: Sequence[str],
        facts: Mapping[str, Any],
        joins: bool = False,
    ) -> Ticket:
        """Hand a case to people; the same key opens one ticket.

        `joins`: while a ticket of this thread is open, the case is added to it: its summary, transcript and facts
        become these, and its reason gains this one.
        """

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        """Newest first."""
