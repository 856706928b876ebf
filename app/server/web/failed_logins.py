"""Passwords cannot be guessed by trying: after some failures a name has to wait, for the address that tried it."""

from collections import OrderedDict
from datetime import datetime, timedelta

MOST_FAILURES = 5
PAUSE = timedelta(minutes=15)
MOST_KEPT = 10_000
"""Names and addresses; the oldest are forgotten first."""

Key = tuple[str, str]


class FailedLogins:
    """Of this process. A token signs in all the same."""

    def __init__(self) -> None:
        self._failures: OrderedDict[Key, list[datetime]] = OrderedDict()

    def must_wait(self, name: str, address: str, now: datetime) -> bool:
        return len(self._recent((name, address), now)) >= MOST_FAILURES

    def note(self, name: str, address: str, now: datetime) -> None:
        key = (name, address)
        self._failures[key] = [*self._recent(key, now), now]
        self._failures.move_to_end(key)
        while len(self._failures) > MOST_KEPT:
            self._failures.popitem(last=False)

    def forget(self, name: str, address: str) -> None:
        self._failures.pop((name, address), None)

    def _recent(self, key: Key, now: datetime) -> list[datetime]:
        return [at for at in self._failures.get(key, []) if now - at < PAUSE]
