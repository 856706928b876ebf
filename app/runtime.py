"""Which engine runs the threads: the setting chooses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.composition import open_pipelines, open_runner
from app.engines.contract import Engine, Watcher
from app.settings import Settings


@asynccontextmanager
async def open_engine(settings: Settings, *, watcher: Watcher | None = None) -> AsyncIterator[Engine]:
    """The engine named by SWITCHBOARD_ENGINE, open until the block ends. Raises NotConfigured, DependencyDown."""
    match settings.engine:
        case "langgraph":
            async with open_runner(settings, watcher=watcher) as runner:
                yield runner
        case "temporal":
            from app.engines.temporal.temporal_engine import open_engine as open_temporal

            async with open_temporal(settings, watcher=watcher) as temporal:
                yield temporal
        case "steps":
            async with open_pipelines(settings, watcher=watcher) as pipelines:
                yield pipelines
