"""Which installation the checkpoints belong to: its id, in a table of its own beside LangGraph's.

It is read without the saver, before anything is opened: checkpoints that do not fit are left as they are.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from pydantic import SecretStr
from sqlalchemy import Connection, Engine, NullPool, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.clients.database.database import create_file, is_there
from app.clients.database.foreign_tables import refuse_foreign
from app.clients.database.plain_sql import BUSY_TIMEOUT_S
from app.clients.database.transactions import TAKE_TURN
from app.extras import missing_extra
from app.records.checkpoint_outages import checkpoints_named, told_plainly
from app.records.plain_home import MARKS
from app.settings import Settings


class Mark(NamedTuple):
    """What the checkpoints say of their installation; `threads`: those that they have while they say nothing."""

    id: str | None
    threads: frozenset[str] = frozenset()


def read_mark(settings: Settings) -> Mark:
    """Writes nothing. Raises TablesOfOthers, NotConfigured, DependencyDown."""
    if not settings.checkpoint_url and not is_there(settings.checkpoint_path):
        return Mark(None)
    with _transaction(settings) as connection:
        tables = inspect(connection).get_table_names()
        found = connection.scalar(text(f"SELECT id FROM {MARKS}")) if MARKS in tables else None  # noqa: S608
        if found:
            return Mark(found)
        if "checkpoints" not in tables:
            refuse_foreign(tables, checkpoints_named(settings))
            return Mark(None)
        return Mark(None, frozenset(connection.scalars(text("SELECT DISTINCT thread_id FROM checkpoints"))))


def write_mark(settings: Settings, installation: str) -> str:
    """Write the installation's id, unless there is one; which one is there now. Raises NotConfigured, DependencyDown."""
    if not settings.checkpoint_url:
        create_file(settings.checkpoint_path)
    with _transaction(settings) as connection:
        if settings.checkpoint_url:
            connection.execute(TAKE_TURN)
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {MARKS} (row INTEGER PRIMARY KEY, id TEXT NOT NULL)"))
        connection.execute(
            text(f"INSERT INTO {MARKS} VALUES (1, :id) ON CONFLICT DO NOTHING"),  # noqa: S608
            {"id": installation},
        )
        return str(connection.scalar(text(f"SELECT id FROM {MARKS}")))  # noqa: S608


@contextmanager
def _transaction(settings: Settings) -> Iterator[Connection]:
    with told_plainly(settings):
        engine = _postgres(settings.checkpoint_url) if settings.checkpoint_url else _sqlite(settings.checkpoint_path)
        try:
            with engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            raise error.orig or error from error


def _sqlite(path: Path) -> Engine:
    address = f"{path.as_uri()}?mode=rw"  # never made by opening it
    return create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, timeout=BUSY_TIMEOUT_S, uri=True), poolclass=NullPool
    )


def _postgres(url: SecretStr) -> Engine:
    try:
        import psycopg
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_CHECKPOINT_URL", "postgres") from error
    return create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(url.get_secret_value()), poolclass=NullPool
    )
