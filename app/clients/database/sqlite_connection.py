"""SQLite behind the interface of SQLAlchemy's AsyncConnection, without its asyncio part.

That imports the ORM, half of what a command such as `threads` used to import, and it takes a turn of a greenlet for every call.
Here a whole transaction is one turn of a thread: nothing blocks the event loop, which `langgraph dev` does not allow.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import URL, Connection, RowMapping, create_engine, event

from app.clients.database.connection import Work
from app.clients.database.plain_sql import BUSY_TIMEOUT_S, Row, with_json

KEPT = 4
"""How many connections wait for the next transaction, and how many reads are done at once."""

T = TypeVar("T")
P = ParamSpec("P")


class SqliteFile:
    """Connections to one file. Belongs to one event loop, closed with `dispose`."""

    def __init__(self, url: URL) -> None:
        arguments = {"timeout": BUSY_TIMEOUT_S, "isolation_level": None, "check_same_thread": False}
        self._engine = create_engine(url, pool_size=KEPT, max_overflow=-1, connect_args=arguments)
        self._threads = ThreadPoolExecutor(max_workers=KEPT + 1, thread_name_prefix="business database")
        event.listen(self._engine, "begin", _begins)

    async def ask(self, work: Work) -> Any:
        """The answer from one consistent view, in one turn of a thread. Raises DBAPIError."""
        return await self._in_transaction("BEGIN", lambda connection: _done(work, connection))

    async def write(self, first: Sequence[Work], works: Sequence[Work]) -> tuple[list[Any], list[Any]]:
        """One write transaction in one turn of a thread: what each of them returned, or the exception that undid it.

        A failure of what comes first, or of the transaction, undoes all, and is raised.
        """

        def all_of_them(connection: Connection) -> tuple[list[Any], list[Any]]:
            before = [_done(work, connection) for work in first]
            if len(works) == 1:
                return before, [_done(works[0], connection)]
            return before, [_done_or_undone(work, connection) for work in works]

        return await self._in_transaction("BEGIN IMMEDIATE", all_of_them)

    async def dispose(self) -> None:
        await self._in_thread(self._engine.dispose)
        self._threads.shutdown(wait=False)

    async def _in_transaction(self, begin: str, act: Callable[[Connection], T]) -> T:
        def done() -> T:
            with self._engine.connect().execution_options(sqlite_begin=begin) as connection, connection.begin():
                return act(connection)

        return await self._in_thread(done)

    async def _in_thread(self, do: Callable[[], T]) -> T:
        """Whoever is cancelled meanwhile is cancelled when it is done: a connection is never in two hands."""
        doing = asyncio.get_running_loop().run_in_executor(self._threads, do)
        await settled(doing)
        return doing.result()


async def settled(doing: "asyncio.Future[Any]") -> None:
    """Returns when it is done. Whoever is cancelled meanwhile, however often, is cancelled then."""
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        doing.exception()  # nobody asks for it
        raise cancelled


class SqliteConnection:
    """Implements AsyncConnection for a body that runs in the connection's thread: what it awaits is there at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Any:
        return self._connection.dialect

    async def execute(self, *statement: Any) -> Any:
        return self._connection.execute(*statement)

    async def scalar(self, *statement: Any) -> Any:
        return self._connection.scalar(*statement)

    async def scalars(self, *statement: Any) -> Any:
        return self._connection.scalars(*statement)

    async def run_sync(self, do: Callable[Concatenate[Connection, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        return do(self._connection, *arguments, **named)

    async def rows(self, sql: str, values: Mapping[str, Any], *, json_in: Collection[str] = ()) -> list[Row]:
        """By the driver itself: SQLAlchemy has nothing to translate."""
        found = self._connection.exec_driver_sql(sql, dict(values)).mappings()
        return [with_json(dict(row), json_in) for row in found]

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return int(self._connection.exec_driver_sql(sql, dict(values)).rowcount)

    async def stream(self, *statement: Any) -> AsyncIterator[RowMapping]:
        for row in self._connection.execute(*statement).mappings():
            yield row


def _done(work: Work, connection: Connection) -> Any:
    """Run a body to its end, here and now."""
    running = work.body(SqliteConnection(connection))
    try:
        work.context.run(running.send, None)
    except StopIteration as ended:
        return ended.value
    running.close()
    raise RuntimeError("A transaction waits for nothing but its connection.")


def _done_or_undone(work: Work, connection: Connection) -> Any:
    connection.exec_driver_sql("SAVEPOINT work")
    try:
        return _done(work, connection)
    except Exception as error:
        if not _is_open(connection):  # SQLite has undone the whole of it: a full disk, an I/O error
            raise
        connection.exec_driver_sql("ROLLBACK TO work")
        return error
    finally:
        if _is_open(connection):
            connection.exec_driver_sql("RELEASE work")


def _is_open(connection: Connection) -> bool:
    return bool(cast("Any", connection.connection.driver_connection).in_transaction)


def _begins(connection: Connection) -> None:
    """Not a `connect` event: what fails here is told as an error of the database."""
    if "set up" not in connection.info:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        connection.info["set up"] = True
    connection.exec_driver_sql(connection.get_execution_options()["sqlite_begin"])
