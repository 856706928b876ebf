"""What reading the web may cost, and the time that one page may take."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class WebLimits:
    """`allowed` lets non-public places in: "wiki.corp", "wiki.corp:8080", "10.1.2.3", "10.0.0.0/8"."""

    timeout_s: float = 20.0  # of one page, its redirects and its parsing included, waiting for a turn excluded
    max_bytes: int = 10_000_000  # of one page, after decompression
    max_characters: int = 400_000  # of the text that is kept; the rest is left out
    max_pdf_pages: int = 200  # that are read; the rest is left out
    max_redirects: int = 5
    per_host: int = 2  # requests to one host at once
    per_host_delay_s: float = 0.25  # between the starts of two requests to one host
    patience_s: float = 5.0  # how long a request waits for a host that has asked for a pause
    robots: bool = True
    robots_lifetime_s: float = 3600.0
    allowed: tuple[str, ...] = ()
    user_agent: str = "Switchboard"


class Budget:
    """Seconds to spend in several parts. A part that overspends ends with TimeoutError."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @property
    def left(self) -> float:
        return max(self._left, 0.0)

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        start = time.monotonic()
        try:
            async with asyncio.timeout(self._left):
                yield
        finally:
            self._left -= time.monotonic() - start
