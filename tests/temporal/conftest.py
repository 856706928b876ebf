"""One real server for all tests of a process, and a shop that was filled just now: Temporal's time cannot be set."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from app.engines.temporal.temporal_client import TemporalEngine
from app.settings import Settings
from tests.stored import open_database
from tests.temporal import server
from tests.temporal.working import engine_and_worker


@pytest.fixture(scope="session")
def temporal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    with server.running(tmp_path_factory.mktemp("temporal")) as running:
        yield running


@pytest.fixture(scope="session")
def filled_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "business.db"

    async def fill() -> None:
        async with open_database(f"sqlite:///{path}", fill_demo=True):
            pass

    asyncio.run(fill())
    return path


@pytest.fixture
def stocked(settings: Settings, filled_shop: Path) -> Settings:
    """A home with a shop."""
    settings.home.mkdir(mode=0o700)
    shutil.copy(filled_shop, settings.home / "business.db")
    return settings


@pytest.fixture
def on_temporal(stocked: Settings, temporal_server: server.Server) -> Settings:
    """A home with a shop, and a task queue of its own on the server."""
    return stocked.model_copy(
        update={
            "engine": "temporal",
            "temporal_address": temporal_server.address,
            "temporal_task_queue": f"test-{uuid4().hex}",
        }
    )


@pytest.fixture
async def engine(on_temporal: Settings) -> AsyncIterator[TemporalEngine]:
    """A worker in this process, and the engine that talks to it."""
    async with engine_and_worker(on_temporal) as engine:
        yield engine
