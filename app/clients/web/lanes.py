"""Politeness: how many requests one host gets at once, how fast they follow, and the pauses that it asks for."""

import asyncio
import time
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from weakref import WeakKeyDictionary

from app.clients.web.limits import WebLimits
from nodes.ports.errors import SourceUnavailable

LONGEST_PAUSE_S = 3600.0
MANY_HOSTS = 1000


class Lane:
    """One host's, within one event loop."""

    def __init__(self, host: str, limits: WebLimits) -> None:
        self._host = host
        self._limits = limits
        self._places = asyncio.Semaphore(limits.per_host)
        self._next = 0.0
        self._quiet_until = 0.0
        self._users = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Waits for a turn. Raises SourceUnavailable when the host asks for a longer pause than we wait."""
        self._users += 1
        try:
            async with self._places:
                await self._wait()
                yield
        finally:
            self._users -= 1

    def pause(self, seconds: float) -> None:
        self._quiet_until = time.monotonic() + min(seconds, LONGEST_PAUSE_S)

    @property
    def idle(self) -> bool:
        return not self._users and time.monotonic() > max(self._next, self._quiet_until)

    async def _wait(self) -> None:
        now = time.monotonic()
        if (quiet_s := self._quiet_until - now) > self._limits.patience_s:
            raise SourceUnavailable(f"{self._host} has asked for a pause of another {quiet_s:.0f} seconds.")
        start = max(now, self._next, self._quiet_until)
        self._next = start + self._limits.per_host_delay_s
        if start > now:
            await asyncio.sleep(start - now)


class Lanes:
    def __init__(self, limits: WebLimits) -> None:
        self._limits = limits
        self._of_loop: WeakKeyDictionary[AbstractEventLoop, dict[str, Lane]] = WeakKeyDictionary()

    def of(self, host: str) -> Lane:
        lanes = self._of_loop.setdefault(asyncio.get_running_loop(), {})
        if len(lanes) >= MANY_HOSTS and host not in lanes:
            for name in [name for name, lane in lanes.items() if lane.idle]:
                del lanes[name]
        if host not in lanes:
            lanes[host] = Lane(host, self._limits)
        return lanes[host]


def pause_s(retry_after: str) -> float | None:
    """The seconds of a Retry-After header; None when it says nothing usable."""
    if retry_after.strip().isdecimal():
        return min(float(retry_after.strip()[:10]), LONGEST_PAUSE_S)
    try:
        then = parsedate_to_datetime(retry_after)
        then = then if then.tzinfo else then.replace(tzinfo=UTC)
        seconds = (then - datetime.now(UTC)).total_seconds()
    except (ValueError, OverflowError, TypeError):
        return None
    return min(max(0.0, seconds), LONGEST_PAUSE_S)
