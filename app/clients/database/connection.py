"""What a transaction on the business database is given, on SQLite and on PostgreSQL, and what it does with that."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextvars import Context
from typing import Any, Concatenate, NamedTuple, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, RowMapping

from app.clients.database.plain_sql import Statements

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

    def stream(self, *statement: Any) -> AsyncIterator[RowMapping]:
        """The rows, not all of them in memory at once."""

    async def run_sync(self, do: Callable[Concatenate[Connection, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        """What `do` returns, which is given SQLAlchemy's own connection."""


Body = Callable[[AsyncConnection], Coroutine[Any, Any, T]]
"""What a transaction does. It awaits nothing but its connection."""


class Work(NamedTuple):
    """A body, and the context of its caller."""

    context: Context
    body: Body[Any]
