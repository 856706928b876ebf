"""SQLite behind the interface of SQLAlchemy's AsyncConnection, without its asyncio part.

That imports the ORM, half of what a command such as `threads` used to import, and it takes a turn of a greenlet for every call.
Here every call is one turn of a thread: nothing blocks the event loop, which `langgraph dev` does not allow.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any, Concatenate, NamedTuple, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import URL, Connection, CursorResult, RowMapping, create_engine, event

from app.clients.database.plain_sql import BUSY_TIMEOUT_S, Row, Statements, with_json

__all__ = ["BUSY_TIMEOUT_S", "AsyncConnection", "SqliteFile"]

KEPT = 4
"""How many connections wait for the next transaction, and how many reads are done at once."""
PAGE = 500

T = TypeVar("T")
P = ParamSpec("P")


class AsyncConnection(Statements, Protocol):
    """What a transaction is given: statements in plain SQL, and SQLAlchemy's."""

    @property
    def dialect(self) -> Any:
        """SQLAlchemy's."""

    async def execute(self, *statement: Any) -> Any:
        """A statement, and its values."""

    async def scalar(self, *statement: Any) -> Any:
        """The first column of the first row."""

    async def scalars(self, *statement: Any) -> Any:
        """The first column of every row."""

    async def stream(self, *statement: Any) -> Any:
        """The rows, page by page."""

    async def run_sync(self, do: Callable[Concatenate[Connection, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        """What `do` returns, which is given SQLAlchemy's own connection."""

    async def rollback(self) -> None:
        """Undo what was written so far."""


Body = Callable[[AsyncConnection], Coroutine[Any, Any, T]]
"""What a transaction does. It awaits nothing but its connection."""


class Work(NamedTuple):
    """A body, and the context of whoever wants it done."""

    context: Context
    body: Body[Any]


class SqliteFile:
    """Connections to one file. Belongs to one event loop, closed with `dispose`."""

    def __init__(self, url: URL) -> None:
        arguments = {"timeout": BUSY_TIMEOUT_S, "isolation_level": None, "check_same_thread": False}
        self._engine = create_engine(url, pool_size=KEPT, max_overflow=-1, connect_args=arguments)
        self._threads = ThreadPoolExecutor(max_workers=KEPT + 1, thread_name_prefix="business database")
        event.listen(self._engine, "begin", _begins)

    @asynccontextmanager
    async def begin(self, *, to_write: bool) -> AsyncIterator[AsyncConnection]:
        """One transaction. Raises DBAPIError."""
        opened: list[Connection] = []
        try:
            await self._in_thread(self._begun, opened, "BEGIN IMMEDIATE" if to_write else "BEGIN")
            yield SqliteConnection(opened[0], self._in_thread)
            await self._in_thread(_committed, opened[0])
            opened.clear()
        finally:
            for connection in opened:  # also when its caller was cancelled before it had it
                await self._in_thread(connection.close)

    async def ask(self, work: Work) -> Any:
        """The answer from one consistent view, in one turn of a thread. Raises DBAPIError."""
        return await self._in_thread(self._whole, "BEGIN", lambda connection: _done(work, connection))

    async def write(self, first: Sequence[Work], works: Sequence[Work]) -> tuple[list[Any], list[Any]]:
        """One write transaction in one turn of a thread: what each of them returned, or the exception that undid it.

        A failure of what comes first, or of the transaction, undoes all, and is raised.
        """

        def all_of_them(connection: Connection) -> tuple[list[Any], list[Any]]:
            before = [_done(work, connection) for work in first]
            if len(works) == 1:
                return before, [_done(works[0], connection)]
            return before, [_done_or_undone(work, connection) for work in works]

        return await self._in_thread(self._whole, "BEGIN IMMEDIATE", all_of_them)

    def _whole(self, how: str, act: Callable[[Connection], T]) -> T:
        with self._engine.connect().execution_options(sqlite_begin=how) as connection, connection.begin():
            return act(connection)

    async def dispose(self) -> None:
        await self._in_thread(self._engine.dispose)
        self._threads.shutdown(wait=False)

    def _begun(self, opened: list[Connection], how: str) -> None:
        opened.append(self._engine.connect().execution_options(sqlite_begin=how))
        opened[0].begin()

    async def _in_thread(self, do: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """Whoever is cancelled meanwhile is cancelled when it is done: a connection is never in two hands."""
        doing = asyncio.get_running_loop().run_in_executor(self._threads, lambda: do(*arguments, **named))
        cancelled: asyncio.CancelledError | None = None
        while not doing.done():
            try:
                await asyncio.wait([doing])
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled:
            doing.exception()  # nobody asks for it
            raise cancelled
        return doing.result()


class SqliteConnection:
    """The part of AsyncConnection that is used here."""

    def __init__(self, connection: Connection, run: Callable[..., Any]) -> None:
        self._connection = connection
        self._run = run

    @property
    def dialect(self) -> Any:
        return self._connection.dialect

    async def execute(self, *statement: Any) -> Any:
        return await self._run(_executed, self._connection, *statement)

    async def scalar(self, *statement: Any) -> Any:
        return await self._run(self._connection.scalar, *statement)

    async def scalars(self, *statement: Any) -> Any:
        return (await self.execute(*statement)).scalars()

    async def run_sync(self, do: Callable[Concatenate[Connection, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        return cast("T", await self._run(do, self._connection, *arguments, **named))

    async def rows(self, sql: str, values: Mapping[str, Any], *, json_in: Collection[str] = ()) -> list[Row]:
        return cast("list[Row]", await self._run(_rows, self._connection, sql, values, json_in))

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return cast("int", await self._run(_changed, self._connection, sql, values))

    async def rollback(self) -> None:
        await self._run(self._connection.rollback)

    async def stream(self, *statement: Any) -> "SqliteRows":
        return SqliteRows(await self._run(self._connection.execute, *statement), self._run)


class DirectConnection:
    """The same for a body that runs in the connection's thread: what it awaits is there at once."""

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
        return _rows(self._connection, sql, values, json_in)

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return _changed(self._connection, sql, values)

    async def stream(self, *statement: Any) -> Any:
        raise NotImplementedError("A body in one turn of a thread has its rows at once: execute.")

    async def rollback(self) -> None:
        self._connection.rollback()


class SqliteRows:
    """Rows that are read page by page."""

    def __init__(self, result: CursorResult[Any], run: Callable[..., Any]) -> None:
        self._result = result
        self._run = run

    async def mappings(self) -> AsyncIterator[RowMapping]:
        rows = self._result.mappings()
        while page := await self._run(rows.fetchmany, PAGE):
            for row in page:
                yield row


def _done(work: Work, connection: Connection) -> Any:
    """Run a body to its end, here and now."""
    running = work.body(DirectConnection(connection))
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


def _rows(connection: Connection, sql: str, values: Mapping[str, Any], json_in: Collection[str]) -> list[Row]:
    """By the driver itself: SQLAlchemy has nothing to translate."""
    return [with_json(dict(row), json_in) for row in connection.exec_driver_sql(sql, dict(values)).mappings()]


def _changed(connection: Connection, sql: str, values: Mapping[str, Any]) -> int:
    return int(connection.exec_driver_sql(sql, dict(values)).rowcount)


def _committed(connection: Connection) -> None:
    with connection:
        connection.commit()


def _executed(connection: Connection, *statement: Any) -> Any:
    """With all its rows: the transaction may be over when they are looked at."""
    result = connection.execute(*statement)
    return result.freeze()() if result.returns_rows else result


def _begins(connection: Connection) -> None:
    """Not a `connect` event: what fails here is told as an error of the database."""
    if "set up" not in connection.info:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        connection.info["set up"] = True
    connection.exec_driver_sql(connection.get_execution_options()["sqlite_begin"])
