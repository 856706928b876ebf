"""What stands in a business database, for tests that look behind the records."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, NullPool, Select, create_engine

from app.clients.database.database import Database


async def column(database: Database, query: Select[Any]) -> list[Any]:
    """The first of each row."""
    return [next(iter(row.values())) for row in await database.fetch(query)]


@contextmanager
def elsewhere(database: Database) -> Iterator[Connection]:
    """A transaction as another process has it."""
    with create_engine(database.url, poolclass=NullPool).begin() as connection:
        yield connection
