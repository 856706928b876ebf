"""A page of the web as text.

Fetching is guarded (guard.py), polite (lanes.py, robots.py) and limited (limits.py); nothing is tried twice here.
One reader serves any number of event loops; processes each have their own, with limits of their own.
"""

import asyncio
import ssl
from functools import cached_property
from importlib.util import find_spec

import httpx

from app.clients.web.allowed_machines import Guard, Resolve, resolved
from app.clients.web.limits import Budget, WebLimits
from app.clients.web.locations import parsed
from app.clients.web.media import ACCEPT, may_hold_text
from app.clients.web.page_request import Fetcher, Reply, Wanted, anything, checked, media_type
from app.clients.web.page_text import Readable, readable
from app.clients.web.robots import Robots
from app.extras import missing_extra
from app.shown_addresses import shown
from nodes.ports.errors import SourceUnavailable
from nodes.ports.sources import Page


class WebReader:
    def __init__(
        self,
        limits: WebLimits | None = None,
        *,
        resolve: Resolve = resolved,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`resolve`: looks host names up. `tls`: certificates to trust instead of the well-known ones.

        Costs nothing and cannot fail: what the limits allow is looked at when the first page is read.
        """
        self._limits = limits or WebLimits()
        self._resolve = resolve
        self._tls = tls
        self._page = Wanted(accept=ACCEPT, most=self._limits.max_bytes, takes=may_hold_text)

    async def read(self, url: str) -> Page:
        """Raises SourceUnavailable (worth another try), SourceUnreadable (final), NotConfigured."""
        need_web_extra()
        start, budget = parsed(url), Budget(self._limits.timeout_s)
        try:
            reply = checked(await self._fetched(start, budget))
        except TimeoutError as error:
            raise SourceUnavailable(
                f"{shown(start)} could not be read within {self._limits.timeout_s:g} seconds; try again later."
            ) from error
        found = await self._understood(reply, budget)
        return Page(address=str(reply.url), title=found.title, text=found.text)

    async def _fetched(self, url: httpx.URL, budget: Budget) -> Reply:
        async def permitted(hop: httpx.URL) -> None:
            async with budget.spend():
                await self._guard.addresses(hop)  # first: a refusal is to speak of the page, not of its robots.txt
                await self._robots.check(hop)

        check = permitted if self._limits.robots else anything
        return await self._fetcher.fetch(url, self._page, budget, permitted=check)

    async def _understood(self, reply: Reply, budget: Budget) -> Readable:
        """In a thread: a long page must not hold up the others. Another try would take as long: SourceUnreadable."""
        media, declared = media_type(reply.headers), reply.headers.get("content-type", "")
        return await asyncio.to_thread(readable, reply.url, media, declared, reply.content, self._limits, budget.left)

    @cached_property
    def _guard(self) -> Guard:
        return Guard(self._limits.allowed, self._resolve)

    @cached_property
    def _fetcher(self) -> Fetcher:
        return Fetcher(self._limits, self._guard, self._tls)

    @cached_property
    def _robots(self) -> Robots:
        return Robots(self._limits, self._fetcher.fetch)


def need_web_extra() -> None:
    """Raises NotConfigured without the packages that read web pages."""
    if find_spec("trafilatura") is None or find_spec("protego") is None:
        raise missing_extra("Reading web pages", "web")
