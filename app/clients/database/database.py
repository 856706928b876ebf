"""Opens the business database: SQLite in a file of its own, or PostgreSQL.

`write(body)` is one write transaction, `ask(body)` one consistent view, for a function that awaits nothing but its connection.
Writers take turns, so that a step may read, decide and write without losing a race. SQLite does that by itself (BEGIN
IMMEDIATE); on PostgreSQL an advisory lock does.

The whole of a function is one turn of a thread, so that nobody waits for the event loop while others write, and what is queued
is committed together.
"""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import URL, Connection, Executable, RowMapping, Select, inspect, make_url, select, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError

from app.clients.database.connection import AsyncConnection, Body, Work
from app.clients.database.plain_sql import BUSY_TIMEOUT_S, Row, unusable
from app.clients.database.schema import customers
from app.clients.database.schema_head import HEAD
from app.clients.database.transactions import Transactions, settled
from app.extras import missing_extra
from app.shown_addresses import hidden, shown
from nodes.ports.errors import DependencyDown, NotConfigured

T = TypeVar("T")

Fill = Callable[[AsyncConnection], Awaitable[None]]
"""Writes a shop's orders into tables that have none."""

Carried = Body[Callable[[], None]]
"""Writes what waits, in somebody else's transaction, and perhaps in another thread. Returns what to do when that is committed."""


class _Queued(NamedTuple):
    work: Work
    done: "asyncio.Future[Any]"


class OpenFile:
    """A file that is in use. Deleted meanwhile, it takes what is written to it along, and no driver says so."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = _identity(path)

    def check(self) -> None:
        """Raises DependencyDown when another file, or none, has its name now."""
        if _identity(self._path) != self._known:
            raise DependencyDown(
                f"{self._path} was deleted, moved or replaced while Switchboard worked with it, and what was written last may "
                "be lost: put it back, or restore a backup, and see `switchboard threads` before you try again."
            )


class Database:
    """Connections to one business database. Belongs to one event loop, closed with `aclose`."""

    def __init__(self, url: str | URL) -> None:
        self.url = business_url(url)
        self._transactions = _transactions(self.url)
        self._file: OpenFile | None = None
        self._carried: list[Carried] = []
        self._queue: list[_Queued] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        """SQLite's file."""
        return Path(str(self.url.database))

    def carry(self, write: Carried) -> None:
        """`write` takes part in every write transaction from now on."""
        self._carried.append(write)

    async def write(self, body: Body[T]) -> T:
        """What the body returns, in a write transaction, alone among all processes; its exception undoes it.

        A caller that is cancelled is cancelled when it is known what became of it. Raises DependencyDown.
        """
        loop = asyncio.get_running_loop()
        mine = _Queued(Work(copy_context(), body), loop.create_future())
        self._queue.append(mine)
        if self._writing is None or self._writing.done():
            self._writing = loop.create_task(self._write_queued())
        try:
            return cast("T", await asyncio.shield(mine.done))
        except asyncio.CancelledError:
            if mine in self._queue:
                self._queue.remove(mine)
            else:
                await settled(mine.done)
                mine.done.exception()  # nobody asks for it
            raise

    async def ask(self, body: Body[T]) -> T:
        """What the body returns, from one consistent view of the data. Raises DependencyDown."""
        with self._outages_told():
            return cast("T", await self._transactions.ask(Work(copy_context(), body)))

    async def _write_queued(self) -> None:
        while self._queue:
            batch, self._queue = self._queue, []
            first = [Work(copy_context(), write) for write in self._carried]
            try:
                with self._outages_told():
                    carried, results = await self._transactions.write(first, [one.work for one in batch])
                for committed in carried:
                    committed()
                if self._file:
                    self._file.check()
            except BaseException as error:
                for one in batch:
                    one.done.set_exception(error)
                if not isinstance(error, Exception):
                    raise
            else:
                for one, result in zip(batch, results, strict=True):
                    _tell(one.done, result)

    async def fetch(self, query: Select[Any]) -> list[RowMapping]:
        """As `ask`, for one query."""

        async def fetched(connection: AsyncConnection) -> list[RowMapping]:
            return list((await connection.execute(query)).mappings())

        return await self.ask(fetched)

    async def execute(self, statement: Executable, values: Any = None) -> int:
        """As `write`, for one statement, with its values or a list of them. How many rows it has changed."""

        async def executed(connection: AsyncConnection) -> int:
            return int((await connection.execute(statement, values)).rowcount)

        return await self.write(executed)

    async def rows(self, sql: str, values: Mapping[str, Any], *, json_in: Collection[str] = ()) -> list[Row]:
        return await self.ask(lambda connection: connection.rows(sql, values, json_in=json_in))

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return await self.write(lambda connection: connection.change(sql, values))

    def make_file(self) -> None:
        """SQLite: its file exists, and has to stay where it is from now on. Raises NotConfigured."""
        if self.is_sqlite:
            create_file(self.path)
            self._file = OpenFile(self.path)

    async def aclose(self) -> None:
        if self._writing:
            await asyncio.wait([self._writing])
        await self._transactions.dispose()

    @contextmanager
    def _outages_told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if is_outage(error):
                raise DependencyDown(unavailable(self.url, error)) from error
            raise


def _tell(done: "asyncio.Future[Any]", result: Any) -> None:
    if isinstance(result, Exception):
        done.set_exception(result)
    else:
        done.set_result(result)


async def prepare(database: Database, *, fill: Fill | None = None) -> None:
    """Bring the schema up to date and, when asked, fill an empty shop: both or neither, and once."""

    async def is_ready(connection: AsyncConnection) -> bool:
        return await connection.run_sync(_revision) == HEAD and not (fill and await is_empty(connection))

    async def prepared(connection: AsyncConnection) -> None:
        await connection.run_sync(_upgrade)
        if fill and await is_empty(connection):
            await fill(connection)

    database.make_file()
    if not await database.ask(is_ready):
        await database.write(prepared)


def business_url(url: str | URL) -> URL:
    """The address with the asynchronous driver we use. Raises NotConfigured."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise NotConfigured(
            "SWITCHBOARD_DATABASE_URL is not an address of a database: write postgresql://user:password@host/name, "
            "or leave it unset to use a file."
        ) from error
    match parsed.get_backend_name():
        case "sqlite" if parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite")
        case "sqlite":
            raise NotConfigured(
                "SWITCHBOARD_DATABASE_URL needs a file after sqlite:///, because memory is lost between commands."
            )
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise NotConfigured(f"SWITCHBOARD_DATABASE_URL names {other!r}; Switchboard runs on sqlite and postgresql.")


def _transactions(url: URL) -> Transactions:
    """Raises NotConfigured."""
    try:
        return Transactions(url)
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_DATABASE_URL", "postgres") from error


def create_file(path: Path) -> None:
    """A database file that is private and in WAL mode from the moment it is there. Raises NotConfigured."""
    if is_there(path):
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    except OSError as error:
        raise NotConfigured(
            f"{path.parent} cannot be written to ({error.strerror}): correct that, or choose another SWITCHBOARD_HOME."
        ) from error
    os.close(handle)
    try:
        with closing(sqlite3.connect(new)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        os.link(new, path)
    except sqlite3.Error as error:
        raise DependencyDown(f"{path} cannot be made ({error}): has the disk room?") from error
    except FileExistsError:
        pass  # another process was faster
    except (OSError, AttributeError):  # a disk or a system without hard links; SQLite's older journal serves there
        path.touch(mode=0o600)
    finally:
        os.unlink(new)


def is_there(path: Path) -> bool:
    """Raises NotConfigured when that cannot be told, and for a link to nowhere: a file made there would hide the real one."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise NotConfigured(
                f"{path} is a link to {path.readlink()}, which is not there: is its disk mounted?"
            ) from None
        return False
    except OSError as error:
        raise NotConfigured(
            f"{path} cannot be looked at ({error.strerror}): correct that, or choose another SWITCHBOARD_HOME."
        ) from error
    return True


def damage(file: Path) -> str | None:
    """What SQLite finds wrong when it reads every page; None when nothing is."""
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_S)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return None if found == "ok" else found.replace("\n", " ")


def is_outage(error: DBAPIError) -> bool:
    """The database is gone, locked or broken; no mistake of a statement. A broken file is a bare DatabaseError."""
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def unavailable(url: URL, error: DBAPIError) -> str:
    """One sentence; the password stays out of it."""
    cause = str(error.orig).strip().split("\n")[0]
    if url.get_backend_name() == "sqlite":
        return unusable(str(url.database), cause)
    cause = hidden(cause, url.render_as_string(hide_password=False))
    return f"The database {shown(url)} does not answer ({cause}): start it, or correct SWITCHBOARD_DATABASE_URL."


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _upgrade(connection: Connection) -> None:
    revision = _revision(connection)
    if revision == HEAD:
        return
    from app.clients.database import migrations  # Alembic takes longer to load than most commands to run

    migrations.upgrade(connection, revision)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


async def is_empty(connection: AsyncConnection) -> bool:
    """Whether the shop has no customers."""
    return await connection.scalar(select(customers.c.customer_id).limit(1)) is None
