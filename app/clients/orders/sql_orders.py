"""Orders in somebody else's database, by a read-only query. Any database that SQLAlchemy knows and whose driver is installed."""

import asyncio
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, CursorResult, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from app.clients.orders.foreign_order import MOST_LINES, Raw
from app.clients.orders.orders_file import Column, OrdersFile
from app.extras import missing_extra
from app.shown_addresses import hidden, shown
from nodes.ports.errors import DependencyDown, NotConfigured

CONNECT_TIMEOUT_S = 10
QUERY_TIMEOUT_S = 15
"""The database stops a query that takes longer: SQLite, PostgreSQL and MySQL. For others we wait no longer, and leave it."""
GRACE_S = 1  # for the database to stop it by itself
LONGEST_CAUSE = 200  # characters of a driver's error
STEPS = 10_000  # of SQLite's machine, between two looks at the clock
BEFORE = {"mysql": "SET TRANSACTION READ ONLY", "mariadb": "SET TRANSACTION READ ONLY"}
"""What makes the next transaction read-only, where the driver has no option for it."""

T = TypeVar("T")


class Row:
    """A row, by its columns; `lines`: those of the other query; `doubled`: columns of one name."""

    def __init__(
        self, columns: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] = (), doubled: Collection[str] = ()
    ) -> None:
        self._columns = columns
        self._lines = lines
        self._doubled = doubled

    def get(self, source: str) -> Any:
        if source not in self._columns:
            raise LookupError(f"the query has no column {source!r}; it has {', '.join(self._columns)}")
        if source in self._doubled:
            raise LookupError(f"the query has two columns {source!r}; select one of them")
        return self._columns[source]

    def lines(self) -> Sequence[Raw]:
        return [Row(line) for line in self._lines]


class SqlOrders:
    """A source of orders (`own_orders.Source`)."""

    def __init__(self, file: OrdersFile, home: Path, *, timeout_s: float = QUERY_TIMEOUT_S) -> None:
        """`timeout_s`: for tests."""
        self._file = file
        self._url = _address(file.url, home)
        self._timeout_s = timeout_s

    @property
    def named(self) -> str:
        return f"orders.toml, {shown(self._url)}"

    async def rows(self, order_id: str) -> list[Raw]:
        """The orders that the query finds, of several two. Raises DependencyDown, NotConfigured."""
        return await self._within(self._rows, order_id)

    async def check(self) -> None:
        """The queries run, and have the columns that the fields name. Raises DependencyDown, NotConfigured."""
        columns = await self._within(self._columns)
        currency = [self._file.currency.column] if isinstance(self._file.currency, Column) else []
        row = Row(dict.fromkeys(columns), doubled=_doubled(columns))
        for used in sorted({*self._file.fields.values(), *currency}):
            try:
                row.get(used)
            except LookupError as error:
                raise NotConfigured(f"orders.toml: {error.args[0]}. Correct [orders.fields] or query.") from error

    async def _within(self, ask: Callable[..., T], *words: str) -> T:
        """In a thread. Connecting, and each of the two queries, have a time limit of their own there."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S + 2 * self._timeout_s + GRACE_S):
                return await asyncio.to_thread(ask, *words)
        except TimeoutError as error:
            raise DependencyDown(_late(self._timeout_s)) from error

    def _rows(self, order_id: str) -> list[Raw]:
        with _Reader(self._url, self._timeout_s) as connection:
            found = self._asked(connection, str(self._file.query), order_id)
            if found is None:
                return []
            rows = [dict(row) for row in found.mappings().fetchmany(2)]
            lines = self._asked(connection, self._file.lines, order_id) if self._file.lines and rows else None
            few = [dict(line) for line in lines.mappings().fetchmany(MOST_LINES + 1)] if lines else []
            return [Row(row, few, _doubled(found.keys())) for row in rows]

    def _columns(self) -> list[str]:
        with _Reader(self._url, self._timeout_s) as connection:
            if self._file.lines:
                self._asked(connection, self._file.lines, "0")
            found = self._asked(connection, str(self._file.query), "0")
            return list(found.keys()) if found else list(self._file.fields.values())

    def _asked(self, connection: Connection, query: str, order_id: str) -> CursorResult[Any] | None:
        """None: an order number that the column cannot even hold, like letters in a number."""
        try:
            if self._url.get_backend_name() == "postgresql":
                connection.execute(text(f"SET LOCAL statement_timeout = {int(self._timeout_s * 1000)}"))
            asked = text(query.rstrip().rstrip(";")).execution_options(stream_results=True)
            return connection.execute(asked, {"order_id": order_id})
        except DataError:
            connection.rollback()
            return None


def _doubled(columns: Iterable[str]) -> set[str]:
    return {name for name, times in Counter(columns).items() if times > 1}


class _Reader:
    """A connection that cannot write, for one look. Every error of the driver becomes a sentence."""

    def __init__(self, url: URL, timeout_s: float) -> None:
        self._url = url
        self._timeout_s = timeout_s
        self._engine: Engine | None = None

    def __enter__(self) -> Connection:
        self._engine = _engine(self._url, self._timeout_s)
        self._began = time.monotonic()
        try:
            connection = self._engine.connect()
            if statement := BEFORE.get(self._url.get_backend_name()):
                connection.execute(text(statement))
                connection.commit()
            options = {"postgresql_readonly": True} if self._url.get_backend_name() == "postgresql" else {}
            self._connection = connection.execution_options(**options)
        except SQLAlchemyError as error:
            self._engine.dispose()
            raise DependencyDown(_silent(self._url, error)) from error
        except (TypeError, ValueError) as error:  # a driver that does not know what the address asks for
            raise NotConfigured(
                f"orders.toml: {self._url.drivername} cannot use url ({type(error).__name__}). Correct it."
            ) from error
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        with suppress(SQLAlchemyError):
            self._connection.rollback()
        self._connection.close()
        if self._engine:
            self._engine.dispose()
        if isinstance(error, DBAPIError) and _is_outage(error):
            raise DependencyDown(_silent(self._url, error)) from error
        if isinstance(error, DBAPIError) and time.monotonic() - self._began >= self._timeout_s:
            raise DependencyDown(_late(self._timeout_s)) from error
        if isinstance(error, SQLAlchemyError):
            raise NotConfigured(
                f"orders.toml: the query cannot be run ({_cause(self._url, error)}). Correct it, or the rights of its user."
            ) from error


def _address(url: str, home: Path) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise NotConfigured(
            "orders.toml: url is not an address of a database, like postgresql://user:password@host/name."
        ) from error
    if parsed.get_backend_name() == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise NotConfigured("orders.toml: url needs a file after sqlite:///.")
        return parsed.set(drivername="sqlite", database=str(home / parsed.database))
    if parsed.drivername in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    return parsed


def _engine(url: URL, timeout_s: float) -> Engine:
    limits = {"connect_timeout": CONNECT_TIMEOUT_S} if url.get_backend_name() in ("postgresql", *BEFORE) else {}
    if url.get_driver_name() in ("pymysql", "mysqldb"):
        limits["read_timeout"] = max(1, int(timeout_s))
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(Path(str(url.database)), timeout_s)
        return create_engine(url, poolclass=NullPool, connect_args=limits)
    except NoSuchModuleError as error:
        raise NotConfigured(
            f"orders.toml: {url.get_backend_name()!r} is not a database that SQLAlchemy knows."
        ) from error
    except ImportError as error:
        if url.drivername == "postgresql+psycopg":
            raise missing_extra("The url of orders.toml", "postgres") from error
        raise NotConfigured(f"orders.toml: the driver of {url.drivername} is not installed ({error}).") from error


def _sqlite(path: Path, timeout_s: float) -> Engine:
    if not os.path.exists(path):  # False also where we may not look
        raise DependencyDown(f"orders.toml: {path} is not there. Put it there, or correct url.")
    address = f"{path.absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=min(CONNECT_TIMEOUT_S, timeout_s))
        connection.text_factory = lambda text: text.decode(errors="replace")
        end = time.monotonic() + timeout_s
        connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
        return connection

    return create_engine("sqlite://", creator=connect, poolclass=NullPool)


def _is_outage(error: DBAPIError) -> bool:
    """The connection broke, or the file is locked: no mistake of the query."""
    busy = getattr(error.orig, "sqlite_errorcode", None) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return error.connection_invalidated or busy


def _silent(url: URL, error: SQLAlchemyError) -> str:
    return f"The orders' database {shown(url)} does not answer ({_cause(url, error)}): start it, or correct url in orders.toml."


def _late(timeout_s: float) -> str:
    return f"The orders' database did not answer within {timeout_s:g} seconds. Try again, or make the query of orders.toml quicker."


def _cause(url: URL, error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = hidden(str(cause).strip().split("\n")[0], url.render_as_string(hide_password=False))
    return "".join(char for char in said if char.isprintable())[:LONGEST_CAUSE]
