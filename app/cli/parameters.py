"""What people type, turned into values; a value that cannot be used is a usage error (exit code 2)."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

import typer


def amount(text: str) -> str:
    """ "80", "80.00", "$80", as it was typed: how many decimals it may have depends on the currency of the order."""
    from nodes.money import parse

    currency = {"€": "EUR", "£": "GBP"}.get(text.strip()[:1], "USD")
    try:
        parse(text, currency)
    except ValueError as error:
        try:
            parse(text, "KWD")  # three decimals are right in some currencies
        except ValueError:
            raise typer.BadParameter(f"{error}.") from error
    return text.strip()


def documents(help: str, *flags: str) -> Any:
    """An option that names a folder of documents."""
    return typer.Option(*flags, exists=True, file_okay=False, resolve_path=True, metavar="DIR", help=help)


def words(text: str) -> str:
    """Something to read, without space around it."""
    if not text.strip():
        raise typer.BadParameter("It is empty: write at least a word.")
    return text.strip()


def age(text: str) -> timedelta:
    """ "30d", "12h", "45m" -> how long ago."""
    found = re.fullmatch(r"(\d{1,6})\s*([dhm])", text.strip())
    if not found:
        raise typer.BadParameter(f"{text!r} is not an age; write it like 30d, 12h or 45m.")
    number, unit = int(found[1]), {"d": "days", "h": "hours", "m": "minutes"}[found[2]]
    return timedelta(**{unit: number})


WHEN = "2h, 3d, today, 2026-11-26, or 2026-11-26T14:30"


def since(text: str) -> str:
    """A moment as an ISO time in UTC: an age, or a day or time on this machine's clock; of a day, its beginning."""
    return _moment(text, time.min)


def until(text: str) -> str:
    """As `since`, but of a day its end."""
    return _moment(text, time.max)


def _moment(text: str, of_a_day: time) -> str:
    from nodes.ports.clock import iso

    typed, today = text.strip().lower(), datetime.now().astimezone().date()
    if re.fullmatch(r"\d{1,6}\s*[dhm]", typed):
        return iso(datetime.now(UTC) - age(typed))
    days = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        day = days.get(typed) or datetime.strptime(typed, "%Y-%m-%d").date()
        return iso(datetime.combine(day, of_a_day).astimezone())
    except ValueError:
        pass
    try:
        return iso(datetime.fromisoformat(text.strip()).astimezone())
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is not a time; write it like {WHEN}.") from error
