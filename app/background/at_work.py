"""Work that goes on beside other work: each piece once at a time, and a few pieces at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from nodes.ports.errors import DependencyDown, Refused, SwitchboardError

_log = logging.getLogger("switchboard.background")


class AtWork:
    """The pieces at work, by name. Belongs to one event loop; `end` cancels what is left."""

    def __init__(self, at_once: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def begin(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Unless a piece of this name is at work."""
        if name not in self._tasks:
            self._tasks[name] = task = asyncio.create_task(self._do(name, work))
            task.add_done_callback(lambda _: self._tasks.pop(name, None))

    async def settled(self) -> None:
        """Everything that was begun is over."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def end(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _do(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        async with self._places:
            await logged(name, work)


async def logged(name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Do it; an error ends it, and nothing else."""
    try:
        await work()
    except Refused:
        pass  # another process was faster: it has the thread, or it has decided
    except (DependencyDown, SwitchboardError) as error:
        _log.warning("%s: %s", name, error)
    except Exception:
        _log.exception("%s failed", name)
