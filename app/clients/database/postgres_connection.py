"""PostgreSQL, through SQLAlchemy's asyncio part. Imported when it is used."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

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
                yield connection

    async def dispose(self) -> None:
        await self._engine.dispose()
