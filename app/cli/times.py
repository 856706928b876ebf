"""Times for people: how long ago, and on their own clock. JSON has ISO times in UTC."""

from datetime import UTC, datetime

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def relative(at: str | None, now: datetime | None = None) -> str:
    """ "2 h ago", "in 3 min", "now"; "" for no time."""
    if not at:
        return ""
    seconds = (datetime.fromisoformat(at) - (now or datetime.now(UTC))).total_seconds()
    size, unit = next((one for one in UNITS if abs(seconds) >= one[0]), (1, ""))
    if not unit:
        return "now"
    count = f"{int(abs(seconds) // size)} {unit}"
    return f"in {count}" if seconds > 0 else f"{count} ago"


def local(at: str) -> str:
    """On the clock of this machine: 2026-11-26 14:05."""
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")
