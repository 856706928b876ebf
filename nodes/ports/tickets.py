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
    ) -> Ticket:
        """Hand a case to people; the same key opens one ticket."""

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        """Newest first."""
