"""What the server's requests share while it runs."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, cast

from starlette.requests import HTTPConnection

from app.clients.database.database import Database
from app.engines.contract import Engine
from app.records.people import People
from app.records.repeated_requests import RepeatedRequests
from app.runtime import Switchboard
from app.server.web.failed_logins import FailedLogins
from app.server.web.live_changes import LiveChanges
from app.server.web.metrics import Metrics
from app.settings import Settings


@dataclass
class ServerState:
    settings: Settings
    switchboard: Switchboard
    database: Database
    people: People
    repeats: RepeatedRequests
    changes: LiveChanges
    metrics: Metrics
    local_token: str
    """Counts as long as nobody was added."""
    failed_logins: FailedLogins = field(default_factory=FailedLogins)
    _background: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def engine(self) -> Engine:
        return self.switchboard.engine

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the server by https."""
        return (self.settings.base_url or "").startswith("https://")

    def in_background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Goes on after the response; cut off when the server ends, and then `resume` goes on with it."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    @property
    def at_work(self) -> frozenset[asyncio.Task[Any]]:
        """Runs that nobody waits for."""
        return frozenset(self._background)

    async def end_background(self) -> None:
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)


def state_of(connection: HTTPConnection) -> ServerState:
    return cast("ServerState", connection.app.state.server)
