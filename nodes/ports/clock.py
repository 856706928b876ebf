"""Time: aware UTC in memory, ISO-8601 text of one fixed width when it is stored."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""


def iso(moment: datetime) -> str:
    """Sortable text: 2026-11-23T19:34:35.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> datetime:
    return datetime.fromisoformat(text)


def to_the_second(text: str) -> str:
    """A stored time for people: 2026-11-23 19:34:35 UTC."""
    return f"{text[:10]} {text[11:19]} UTC"
