"""PostgreSQL, through SQLAlchemy's asyncio part. Imported when it is used."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection as ServerConnection
from sqlalchemy.ext.asyncio import create_async_engine

from app.clients.database.connection import AsyncConnection
from app.clients.database.plain_sql import Row

T = TypeVar("T")
P = ParamSpec("P")

CONNECT_TIMEOUT_S = 10


class PostgresServer:
    """Connections to one database. Belongs to one event loop, closed with `dispose`."""

    def __init__(self, url: URL) -> None:
        """READ COMMITTED, whatever the server's default: after waiting for a lock a writer must see what was committed."""
        timeout = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT_S}
        self._engine = create_async_engine(
            url, pool_pre_ping=True, isolation_level="READ COMMITTED", connect_args=timeout
        )

    @asynccontextmanager
    async def begin(self, *, to_write: bool) -> AsyncIterator[AsyncConnection]:
        """One transaction. Raises DBAPIError."""
        async with self._engine.connect() as connection:
            if not to_write:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield PostgresConnection(connection)

    async def dispose(self) -> None:
        await self._engine.dispose()


class PostgresConnection:
    """Implements AsyncConnection."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Any:
        return self._connection.dialect

    async def rows(self, sql: str, values: Mapping[str, Any], *, json_in: Collection[str] = ()) -> list[Row]:
        return list((await self._connection.execute(_text(sql), values)).mappings().all())  # the driver reads JSON

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return int((await self._connection.execute(_text(sql), values)).rowcount)

    async def execute(self, *statement: Any) -> Any:
        return await self._connection.execute(*statement)

    async def scalar(self, *statement: Any) -> Any:
        return await self._connection.scalar(*statement)

    async def scalars(self, *statement: Any) -> Any:
        return await self._connection.scalars(*statement)

    async def stream(self, *statement: Any) -> AsyncIterator[RowMapping]:
        async for row in (await self._connection.stream(*statement)).mappings():
            yield row

    async def run_sync(self, do: Callable[Concatenate[Connection, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        return await self._connection.run_sync(do, *arguments, **named)


@cache
def _text(sql: str) -> TextClause:
    return text(sql)
