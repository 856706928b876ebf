"""The engine on Temporal, as the client of runs. Loads Temporal's library when it is opened, not before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from app.engines.contract import Watcher
from app.extras import missing_extra
from app.settings import Settings

if TYPE_CHECKING:
    from app.engines.temporal.temporal_client import TemporalEngine

PATIENCE_S = 30.0


@asynccontextmanager
async def open_engine(
    settings: Settings, *, watcher: Watcher | None = None, patience_s: float = PATIENCE_S
) -> AsyncIterator["TemporalEngine"]:
    """Connected, with the business database open, until the block ends. Raises NotConfigured, DependencyDown.

    `patience_s`: how long a worker may take to notice that there is work, and a server to come back.
    """
    try:
        from app.composition import open_installation
        from app.engines.temporal.calls import Calls
        from app.engines.temporal.search_attributes import registered
        from app.engines.temporal.server_connection import connect
        from app.engines.temporal.temporal_client import TemporalEngine
    except ImportError as error:
        raise missing_extra("Temporal", "temporal") from error
    client = await connect(settings)
    indexed = await registered(client, add=True)
    async with open_installation(settings, watcher=watcher, engine="temporal") as opened:
        yield TemporalEngine(**vars(opened), calls=Calls(client, settings, patience_s), indexed=indexed)
