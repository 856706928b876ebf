"""Time as the whole house writes it: aware UTC in memory, ISO-8601 text of one fixed width when stored."""

from datetime import UTC, datetime


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Sortable text: 2026-11-23T19:34:35.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> datetime:
    return datetime.fromisoformat(text)


def to_the_second(text: str) -> str:
    """A stored time for people: 2026-11-23 19:34:35 UTC."""
    return f"{text[:10]} {text[11:19]} UTC"
