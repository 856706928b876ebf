"""A business database by itself, and what stands in it, for tests that look behind the records."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from sqlalchemy import URL, Connection, NullPool, Select, create_engine

from app.clients.database.database import Database, prepare
from app.clients.demo_shop.demo_data import fill_shop
from app.system_clock import SystemClock
from nodes.ports.clock import Clock


@asynccontextmanager
async def open_database(
    url: str | URL, *, fill_demo: bool = False, clock: Clock | None = None
) -> AsyncIterator[Database]:
    """The database, made if it does not exist, with its schema up to date. Any number of processes may open it at once.

    `fill_demo`: an empty database becomes the demo shop. Raises NotConfigured, DependencyDown.
    """
    database = Database(url)
    try:
        now = (clock or SystemClock()).now()
        await prepare(database, fill=(lambda connection: fill_shop(connection, now)) if fill_demo else None)
        yield database
    finally:
        await database.aclose()


async def column(database: Database, query: Select[Any]) -> list[Any]:
    """The first of each row."""
    return [next(iter(row.values())) for row in await database.fetch(query)]


@contextmanager
def elsewhere(database: Database) -> Iterator[Connection]:
    """A transaction as another process has it."""
    with create_engine(database.url, poolclass=NullPool).begin() as connection:
        yield connection
