"""Transactions on SQLite and PostgreSQL: each is one turn of a thread.

Nothing blocks the event loop, which `langgraph dev` does not allow. SQLAlchemy's asyncio part would do the same, but it imports
the ORM, half of what a command such as `threads` used to import, and takes a turn of a greenlet for every call.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, RowMapping, TextClause, create_engine, event, func, select, text

from app.clients.database.connection import Work
from app.clients.database.plain_sql import BUSY_TIMEOUT_S, Row, with_json

KEPT = 4
"""How many connections wait for the next transaction, and how many reads are done at once."""
CONNECT_TIMEOUT_S = 10

TAKE_TURN = select(
    func.set_config("lock_timeout", f"{BUSY_TIMEOUT_S}s", True),
    func.set_config("idle_in_transaction_session_timeout", f"{BUSY_TIMEOUT_S}s", True),
    func.pg_advisory_xact_lock(0x5317C4B0A2D),
)
"""On PostgreSQL: wait for the other writers, but not for ever; and let a writer that has hung lose its turn."""

T = TypeVar("T")
P = ParamSpec("P")


class Transactions:
    """On one database. Belongs to one event loop, closed with `dispose`."""

    def __init__(self, url: URL) -> None:
        """Raises ImportError when the driver is not installed."""
        self._is_sqlite = url.get_backend_name() == "sqlite"
        self._engine = _sqlite(url) if self._is_sqlite else _postgres(url)
        self._threads = ThreadPoolExecutor(max_workers=KEPT + 1, thread_name_prefix="business database")

    async def ask(self, work: Work) -> Any:
        """The answer from one consistent view, in one turn of a thread. Raises DBAPIError."""
        return await self._in_thread(lambda: self._within(lambda connection: _done(work, connection), to_write=False))

    async def write(self, first: Sequence[Work], works: Sequence[Work]) -> tuple[list[Any], list[Any]]:
        """One write transaction in one turn of a thread: what each of them returned, or the exception that undid it.

        A failure of what comes first, or of the transaction, undoes all, and is raised.
        """

        def all_of_them(connection: Connection) -> tuple[list[Any], list[Any]]:
            if not self._is_sqlite:
                connection.execute(TAKE_TURN)
            before = [_done(work, connection) for work in first]
            if len(works) == 1:
                return before, [_done(works[0], connection)]
            return before, [_done_or_undone(work, connection) for work in works]

        return await self._in_thread(lambda: self._within(all_of_them, to_write=True))

    async def dispose(self) -> None:
        await self._in_thread(self._engine.dispose)
        self._threads.shutdown(wait=False)

    def _within(self, act: Callable[[Connection], T], *, to_write: bool) -> T:
        how: dict[str, Any] = {}
        if self._is_sqlite:
            how = {"sqlite_begin": "BEGIN IMMEDIATE" if to_write else "BEGIN"}
        elif not to_write:
            how = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self._engine.connect().execution_options(**how) as connection, connection.begin():
            return act(connection)

    async def _in_thread(self, do: Callable[[], T]) -> T:
        """A caller that is cancelled meanwhile is cancelled when it is done: a connection never has two users."""
        doing = asyncio.get_running_loop().run_in_executor(self._threads, do)
        await settled(doing)
        return doing.result()


async def settled(doing: "asyncio.Future[Any]") -> None:
    """Returns when it is done. A caller that is cancelled meanwhile, however often, is cancelled then."""
    cancelled: asyncio.CancelledError | None = None
    while not doing.done():
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        doing.exception()  # nobody asks for it
        raise cancelled


class ThreadConnection:
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
        rows = self._plain(sql, values).mappings()
        if self.dialect.name != "sqlite":
            return list(rows)  # the driver reads JSON
        return [with_json(dict(row), json_in) for row in rows]

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return int(self._plain(sql, values).rowcount)

    async def stream(self, *statement: Any) -> AsyncIterator[RowMapping]:
        for row in self._connection.execute(*statement, execution_options={"stream_results": True}).mappings():
            yield row

    def _plain(self, sql: str, values: Mapping[str, Any]) -> Any:
        """On SQLite by the driver itself: SQLAlchemy has nothing to translate."""
        if self.dialect.name == "sqlite":
            return self._connection.exec_driver_sql(sql, dict(values))
        return self._connection.execute(_text(sql), values)


def _done(work: Work, connection: Connection) -> Any:
    """Run a body to its end, here and now."""
    running = work.body(ThreadConnection(connection))
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
        if not _is_open(connection):  # the database has undone the whole of it: a full disk, a server that is gone
            raise
        connection.exec_driver_sql("ROLLBACK TO work")
        return error
    finally:
        if _is_open(connection):
            connection.exec_driver_sql("RELEASE work")


def _is_open(connection: Connection) -> bool:
    if connection.invalidated:
        return False
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        return bool(driver.in_transaction)
    return driver.info.transaction_status.name in ("INTRANS", "INERROR")


def _sqlite(url: URL) -> Engine:
    arguments = {"timeout": BUSY_TIMEOUT_S, "isolation_level": None, "check_same_thread": False}
    engine = create_engine(url, pool_size=KEPT, max_overflow=-1, connect_args=arguments)
    event.listen(engine, "begin", _begins)
    return engine


def _begins(connection: Connection) -> None:
    """Not a `connect` event: what fails here is told as an error of the database."""
    if "set up" not in connection.info:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.exec_driver_sql("PRAGMA synchronous=FULL")
        connection.info["set up"] = True
    connection.exec_driver_sql(connection.get_execution_options()["sqlite_begin"])


def _postgres(url: URL) -> Engine:
    """READ COMMITTED, whatever the server's default: after waiting for a lock a writer must see what was committed."""
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": CONNECT_TIMEOUT_S}
    return create_engine(
        url,
        pool_size=KEPT,
        max_overflow=-1,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        connect_args=timeout,
    )


@cache
def _text(sql: str) -> TextClause:
    return text(sql)
