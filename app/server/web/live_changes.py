"""What changes while somebody looks at a page: told to every open page, also when another process has changed it.

One task looks at the database once a second, as long as a page is open.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Literal

from nodes.ports.errors import DependencyDown

Change = Literal["inbox", "approval", "viewers"]
LOOK_EVERY_S = 1.0


class LiveChanges:
    """`look`: what waits now, approval id by approval id, with what makes it different from a moment ago."""

    def __init__(self, look: Callable[[], Awaitable[Mapping[str, str]]]) -> None:
        self._look = look
        self._readers: dict[asyncio.Queue[Change], str | None] = {}
        self._viewers: dict[str, Counter[str]] = {}
        self._watch: asyncio.Task[None] | None = None

    async def follow(self, approval_id: str | None, person: str) -> AsyncGenerator[Change, None]:
        """Changes as they happen, of this approval or of the inbox; while it is read, the person has the page open."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._readers[queue] = approval_id
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._keep_looking())
        try:
            with self._viewing(approval_id, person):
                while True:
                    yield await queue.get()
        finally:
            del self._readers[queue]

    def viewers(self, approval_id: str, *, but: str = "") -> list[str]:
        """Who has the approval open on this server."""
        return sorted(name for name in self._viewers.get(approval_id, ()) if name != but)

    async def aclose(self) -> None:
        if self._watch:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch

    async def _keep_looking(self) -> None:
        before = await self._seen({})
        while self._readers:
            await asyncio.sleep(LOOK_EVERY_S)
            now = await self._seen(before)
            if now != before:
                self._tell("inbox", None)
            for approval_id in {one for one in (before.keys() | now.keys()) if before.get(one) != now.get(one)}:
                self._tell("approval", approval_id)
            before = now

    async def _seen(self, before: Mapping[str, str]) -> Mapping[str, str]:
        try:
            return await self._look()
        except DependencyDown:
            return before

    def _tell(self, change: Change, approval_id: str | None) -> None:
        for queue, followed in self._readers.items():
            if followed == approval_id:
                queue.put_nowait(change)

    @contextmanager
    def _viewing(self, approval_id: str | None, person: str) -> Iterator[None]:
        if approval_id is None:
            yield
            return
        self._count(approval_id, person, 1)
        try:
            yield
        finally:
            self._count(approval_id, person, -1)

    def _count(self, approval_id: str, person: str, by: int) -> None:
        counted = self._viewers.setdefault(approval_id, Counter())
        counted[person] += by
        if counted[person] <= 0:
            del counted[person]
        if not counted:
            del self._viewers[approval_id]
        self._tell("inbox", None)
        self._tell("viewers", approval_id)
