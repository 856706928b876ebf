"""What stands in a business database, for tests that look behind the records."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, NullPool, Select, create_engine

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database


async def rows(database: Database, query: Select[Any]) -> list[Any]:
    async def found(connection: AsyncConnection) -> list[Any]:
        return list(await connection.execute(query))

    return await database.ask(found)


async def column(database: Database, query: Select[Any]) -> list[Any]:
    """The first of each row."""
    return [row[0] for row in await rows(database, query)]


async def change(database: Database, statement: Any, *values: Any) -> None:
    await database.write(lambda connection: connection.execute(statement, *values))


@contextmanager
def elsewhere(database: Database) -> Iterator[Connection]:
    """A transaction as another process has it."""
    with create_engine(database.url, poolclass=NullPool).begin() as connection:
        yield connection
