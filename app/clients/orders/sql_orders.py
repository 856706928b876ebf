"""Orders in somebody else's database, by a read-only query. Any database that SQLAlchemy knows and whose driver is installed."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, CursorResult, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from app.clients.orders.order_reading import Raw
from app.clients.orders.orders_file import OrdersFile
from app.extras import missing_extra
from nodes.ports.errors import DependencyDown, NotConfigured

CONNECT_TIMEOUT_S = 10
BEFORE = {"mysql": "SET TRANSACTION READ ONLY", "mariadb": "SET TRANSACTION READ ONLY"}
"""What makes the next transaction read-only, where the driver has no option for it."""


class Row:
    """A row, by its columns; `lines`: those of the other query."""

    def __init__(self, columns: Mapping[str, Any], lines: Sequence[Mapping[str, Any]] = ()) -> None:
        self._columns = columns
        self._lines = lines

    def get(self, source: str) -> Any:
        if source not in self._columns:
            raise LookupError(f"the query has no column {source!r}; it has {', '.join(self._columns)}")
        return self._columns[source]

    def lines(self) -> Sequence[Raw]:
        return [Row(line) for line in self._lines]


class SqlOrders:
    """A source of orders (`own_orders.Source`)."""

    def __init__(self, file: OrdersFile, home: Path) -> None:
        self._file = file
        self._url = _address(file.url, home)

    @property
    def named(self) -> str:
        return f"orders.toml, {self._url.render_as_string(hide_password=True)}"

    async def rows(self, order_id: str) -> list[Raw]:
        """The orders that the query finds. Raises DependencyDown, NotConfigured."""
        return await asyncio.to_thread(self._rows, order_id)

    async def check(self) -> None:
        """The queries run, and have the columns that the fields name. Raises DependencyDown, NotConfigured."""
        columns = await asyncio.to_thread(self._columns)
        missing = sorted(set(self._file.fields.values()) - set(columns))
        if missing:
            raise NotConfigured(
                f"orders.toml: the query has no column {missing[0]!r}; it has {', '.join(columns)}. Correct [orders.fields]."
            )

    def _rows(self, order_id: str) -> list[Raw]:
        with _Reader(self._url) as connection:
            found = _asked(connection, str(self._file.query), order_id)
            if found is None:
                return []
            rows = [dict(row) for row in found.mappings()]
            lines = _asked(connection, self._file.lines, order_id) if self._file.lines and rows else None
            return [Row(row, [dict(line) for line in lines.mappings()] if lines else []) for row in rows]

    def _columns(self) -> list[str]:
        with _Reader(self._url) as connection:
            if self._file.lines:
                _asked(connection, self._file.lines, "0")
            found = _asked(connection, str(self._file.query), "0")
            return list(found.keys()) if found else list(self._file.fields.values())


class _Reader:
    """A connection that cannot write, for one look. Every error of the driver becomes a sentence."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._engine: Engine | None = None

    def __enter__(self) -> Connection:
        self._engine = _engine(self._url)
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
        return self._connection

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        with suppress(SQLAlchemyError):
            self._connection.rollback()
        self._connection.close()
        if self._engine:
            self._engine.dispose()
        if isinstance(error, SQLAlchemyError):
            raise NotConfigured(
                f"orders.toml: the query cannot be run ({_cause(error)}). Correct it, or the rights of its user."
            ) from error


def _asked(connection: Connection, query: str, order_id: str) -> CursorResult[Any] | None:
    """None: an order number that the column cannot even hold, like letters in a number."""
    try:
        return connection.execute(text(query.rstrip().rstrip(";")), {"order_id": order_id})
    except DataError:
        connection.rollback()
        return None


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


def _engine(url: URL) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(Path(str(url.database)))
        timeout = {"connect_timeout": CONNECT_TIMEOUT_S} if url.get_backend_name() in ("postgresql", *BEFORE) else {}
        return create_engine(url, poolclass=NullPool, connect_args=timeout)
    except NoSuchModuleError as error:
        raise NotConfigured(
            f"orders.toml: {url.get_backend_name()!r} is not a database that SQLAlchemy knows."
        ) from error
    except ImportError as error:
        if url.drivername == "postgresql+psycopg":
            raise missing_extra("The url of orders.toml", "postgres") from error
        raise NotConfigured(f"orders.toml: the driver of {url.drivername} is not installed ({error}).") from error


def _sqlite(path: Path) -> Engine:
    import sqlite3

    if not path.exists():
        raise DependencyDown(f"orders.toml: {path} is not there. Put it there, or correct url.")
    address = f"{path.absolute().as_uri()}?mode=ro"
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True, timeout=CONNECT_TIMEOUT_S), poolclass=NullPool
    )


def _silent(url: URL, error: SQLAlchemyError) -> str:
    address = url.set(query={}).render_as_string(hide_password=True)
    return f"The orders' database {address} does not answer ({_cause(error)}): start it, or correct url in orders.toml."


def _cause(error: SQLAlchemyError) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).strip().split("\n")[0]
