"""Rows that one process at a time works on, like a mail that is due: it claims them first, and what fails is tried again.

The claim of a process that died does not count.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from app.clients.database.owners import died_here, owner
from nodes.ports.clock import iso

UNCLAIMED: dict[str, None] = {"claimed_by": None, "claimed_until": None}


class Waits(NamedTuple):
    """Between tries: each wait is twice as long as the one before."""

    first_s: float
    longest_s: float
    most_tries: int


def claimed(now: datetime, claim_s: float) -> dict[str, str]:
    """The columns of a row that this process works on from now."""
    return {"claimed_by": owner(), "claimed_until": iso(now + timedelta(seconds=claim_s))}


def is_claimed(row: Mapping[str, Any], now: datetime) -> bool:
    by, until = row["claimed_by"], row["claimed_until"]
    return bool(by) and until > iso(now) and not died_here(by)


def next_try(now: datetime, failed_before: int, waits: Waits) -> str | None:
    """When a row is due again after one more failure; None: it is given up."""
    if failed_before + 1 >= waits.most_tries:
        return None
    return iso(now + timedelta(seconds=min(waits.first_s * 2**failed_before, waits.longest_s)))
