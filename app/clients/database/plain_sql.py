"""Statements in SQL's own words that SQLite and PostgreSQL both understand: a file is read without SQLAlchemy.

Commands that only list, or leave a decision to a server, would need longer to load SQLAlchemy than for all the rest. A
value is named in a statement, like `:thread_id`, and never a part of its text.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

from nodes.ports.errors import DependencyDown

BUSY_TIMEOUT_S = 30

T = TypeVar("T")

Row = Mapping[Any, Any]
"""Values by the names of their columns. (SQLAlchemy's rows have other keys too.)"""


class Statements(Protocol):
    """One transaction."""

    async def rows(self, sql: str, values: Mapping[str, Any], *, json_in: Collection[str] = ()) -> list[Row]:
        """What a query finds. `json_in`: columns that hold JSON."""

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        """The number of rows that are changed now."""


PlainBody = Callable[[Statements], Coroutine[Any, Any, T]]
"""What a transaction does. It awaits nothing but its statements."""


class PlainDatabase(Protocol):
    """A business database, for those statements."""

    async def ask(self, body: PlainBody[T]) -> T:
        """What the body returns, from one consistent view of the data. Raises DependencyDown."""

    async def write(self, body: PlainBody[T]) -> T:
        """What the body returns, in a write transaction, alone among all processes; its exception undoes it.

        Raises DependencyDown.
        """

    async def rows(self, sql: str, values: Mapping[str, Any], *, json_in: Collection[str] = ()) -> list[Row]:
        """As `ask`, for one query."""

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        """As `write`, for one statement."""


class PlainFile:
    """A business database in a file, for a moment of one command: every call blocks."""

    def __init__(self, path: Path) -> None:
        """The file has to be there. Raises DependencyDown."""
        self._path = path
        with self._told_plainly():
            self._connection = sqlite3.connect(
                f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
            )
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA foreign_keys=ON")
            self._connection.execute("PRAGMA synchronous=FULL")

    async def ask(self, body: PlainBody[T]) -> T:
        with self._transaction("BEGIN"):
            return await body(FileStatements(self._connection))

    async def write(self, body: PlainBody[T]) -> T:
        with self._transaction("BEGIN IMMEDIATE"):
            return await body(FileStatements(self._connection))

    async def rows(self, sql: str, values: Mapping[str, Any], *, json_in: Collection[str] = ()) -> list[Row]:
        return await self.ask(lambda statements: statements.rows(sql, values, json_in=json_in))

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return await self.write(lambda statements: statements.change(sql, values))

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[None]:
        with self._told_plainly():
            self._connection.execute(begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except sqlite3.DatabaseError as error:
            raise DependencyDown(unusable(str(self._path), str(error))) from error


class FileStatements:
    """Implements Statements on SQLite's own connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def rows(self, sql: str, values: Mapping[str, Any], *, json_in: Collection[str] = ()) -> list[Row]:
        return [with_json(dict(row), json_in) for row in self._connection.execute(sql, values)]

    async def change(self, sql: str, values: Mapping[str, Any]) -> int:
        return self._connection.execute(sql, values).rowcount


def with_json(row: dict[str, Any], columns: Collection[str]) -> Row:
    """SQLite keeps JSON as text."""
    return row | {name: json.loads(row[name]) for name in columns if row[name] is not None}


def one_of(name: str, values: Collection[Any]) -> tuple[str, dict[str, Any]]:
    """The text "(:name_0, :name_1, ...)" for `IN`, and its values."""
    named = {f"{name}_{number}": value for number, value in enumerate(values)}
    return f"({', '.join(f':{one}' for one in named)})", named


def unusable(file: str, cause: str) -> str:
    """What is said of a database file that fails."""
    return f"The database file {file} cannot be used ({cause}): is it yours, is it intact, has the disk room?"
