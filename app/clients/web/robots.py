"""robots.txt, by RFC 9309: asked once per site and a while, by as many reads as there are.

A site without one (4xx) permits everything; a site whose robots.txt cannot be had now permits nothing for now.
"""

import asyncio
import time
from asyncio import AbstractEventLoop, Task
from collections.abc import Awaitable, Callable
from functools import cache
from weakref import WeakKeyDictionary

import httpx

from app.clients.untrusted.confined import Confined, Unreadable
from app.clients.web.limits import Budget, WebLimits
from app.clients.web.page_request import Reply, TooManyRedirects, Wanted
from app.shown_addresses import shown
from nodes.ports.errors import SourceUnavailable, SourceUnreadable

MOST = 500 * 1024  # bytes that RFC 9309 asks a program to read
ROBOTS = Wanted(accept="text/plain,*/*;q=0.5", most=MOST + 1, cut=True)
MANY_SITES = 1000
READING_S = 5.0

Fetch = Callable[[httpx.URL, Wanted, Budget], Awaitable[Reply]]
Outcome = bytes | SourceUnavailable | SourceUnreadable
"""The rules of a site, or why they cannot be had."""


class Robots:
    def __init__(self, limits: WebLimits, fetch: Fetch) -> None:
        self._limits = limits
        self._fetch = fetch
        self._agent = limits.user_agent.partition("/")[0].strip()
        self._known: dict[str, tuple[float, bytes]] = {}
        self._asking: WeakKeyDictionary[AbstractEventLoop, dict[str, Task[Outcome]]] = WeakKeyDictionary()

    async def check(self, url: httpx.URL) -> None:
        """Raises SourceUnreadable when the site does not want this URL to be read, SourceUnavailable."""
        match await self._rules(f"{url.scheme}://{url.netloc.decode('ascii')}/robots.txt"):
            case SourceUnavailable() | SourceUnreadable() as problem:
                raise type(problem)(f"{shown(url)} is not read: {problem}")
            case bytes() as rules if _goes_on(rules):
                raise SourceUnreadable(
                    f"{shown(url)} is not read: its site's robots.txt is larger than {MOST // 1024} KiB, "
                    "and what comes after that may ask programs not to."
                )
            case bytes() as rules if rules and not await asyncio.to_thread(self._permits, rules, url):
                raise SourceUnreadable(f"{shown(url)} is not read: its site's robots.txt asks programs not to.")

    async def _rules(self, address: str) -> Outcome:
        until, rules = self._known.get(address, (0.0, None))
        if rules is not None and time.monotonic() < until:
            return rules
        asking = self._asking.setdefault(asyncio.get_running_loop(), {})
        if address not in asking:
            asking[address] = asyncio.create_task(self._ask(address))
            asking[address].add_done_callback(lambda _: asking.pop(address))
        return await asyncio.shield(asking[address])  # a read that is given up leaves the others their answer

    async def _ask(self, address: str) -> Outcome:
        try:
            reply = await self._fetch(httpx.URL(address), ROBOTS, Budget(self._limits.timeout_s))
        except TooManyRedirects:
            return self._remembered(address, b"")
        except TimeoutError:
            return SourceUnavailable(f"{shown(address)} did not answer in time; try again later.")
        except (SourceUnavailable, SourceUnreadable) as problem:
            return problem
        if reply.is_passing or reply.status >= 500:
            return SourceUnavailable(f"{shown(address)} answered {reply.status}; try again later.")
        return self._remembered(address, reply.content)

    def _permits(self, rules: bytes, url: httpx.URL) -> bool:
        """Rules that cannot be read in time permit nothing."""
        try:
            return bool(_confined()(rules, self._agent, [str(url)], seconds=READING_S)[0])
        except Unreadable:
            return False

    def _remembered(self, address: str, rules: bytes) -> bytes:
        if len(self._known) >= MANY_SITES:
            del self._known[next(iter(self._known))]
        self._known[address] = (time.monotonic() + self._limits.robots_lifetime_s, rules)
        return rules


def _goes_on(rules: bytes) -> bool:
    """Whether there may be rules that were not asked for. A page that a site shows instead of an error has none."""
    return len(rules) > MOST and not rules.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


@cache
def _confined() -> Confined:
    return Confined("app.clients.web.robots_rules:may_read")
