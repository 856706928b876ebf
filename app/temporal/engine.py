"""The engine on Temporal, for whoever starts runs. Loads Temporal's library when it is opened, not before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.engine import Unwatched, Watcher
from app.errors import NotConfigured
from app.services import Clock
from app.settings import Settings

if TYPE_CHECKING:
    from app.temporal.client import TemporalEngine

PATIENCE_S = 30.0


@asynccontextmanager
async def open_engine(
    settings: Settings,
    *,
    watcher: Watcher | None = None,
    clock: Clock | None = None,
    patience_s: float = PATIENCE_S,
) -> AsyncIterator["TemporalEngine"]:
    """Connected, and the house's database open, until the block ends. Raises NotConfigured, DependencyDown.

    `patience_s`: how long a worker may take to notice that there is work, and a server to come back.
    """
    try:
        from app.composition import open_house
        from app.temporal.calls import Calls
        from app.temporal.client import TemporalEngine
        from app.temporal.connection import connect
        from app.temporal.search_attributes import registered
    except ImportError as error:
        raise missing_extra() from error
    client = await connect(settings)
    indexed = await registered(client, add=True)
    async with open_house(settings, clock=clock, engine="temporal") as house:
        calls = Calls(client, settings, patience_s)
        yield TemporalEngine(house=house, calls=calls, watcher=watcher or Unwatched(), indexed=indexed)


def missing_extra() -> NotConfigured:
    return NotConfigured("Temporal needs the extra `temporal`: pip install 'switchboard[temporal]'.")
