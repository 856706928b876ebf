"""What the checkpoints' drivers raise when their database is gone, locked or damaged: one sentence, not a traceback."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.settings import Settings
from nodes.ports.errors import DependencyDown, NotConfigured, SwitchboardError


@contextmanager
def told_plainly(settings: Settings) -> Iterator[None]:
    """Whatever is done with the checkpoints in the block: their outages are raised as DependencyDown or NotConfigured."""
    try:
        yield
    except Exception as error:
        if told := _told(error, settings):
            raise told from error
        raise


def is_outage(error: BaseException) -> bool:
    """The database is gone, locked or damaged; not a mistake of a statement. A damaged file is a bare DatabaseError."""
    if isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError:
        return True
    psycopg = sys.modules.get("psycopg")  # who has not loaded it cannot have its errors
    return psycopg is not None and isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError))


def checkpoints_named(settings: Settings) -> str:
    """What a person calls the place where the checkpoints are. An address may hold a password, so it is not shown."""
    if settings.checkpoint_url:
        return "the checkpoint database (SWITCHBOARD_CHECKPOINT_URL)"
    return str(settings.checkpoint_path)


def _told(error: Exception, settings: Settings) -> SwitchboardError | None:
    psycopg = sys.modules.get("psycopg")
    if psycopg and isinstance(error, psycopg.ProgrammingError) and not error.sqlstate:
        return NotConfigured(
            "SWITCHBOARD_CHECKPOINT_URL is not an address of a database: write postgresql://user:password@host/name, "
            "or leave it unset to use a file."
        )
    if not is_outage(error):
        return None
    if settings.checkpoint_url:
        return DependencyDown("The checkpoint database does not answer; check SWITCHBOARD_CHECKPOINT_URL.")
    return DependencyDown(
        f"The checkpoint file {settings.checkpoint_path} cannot be used ({error}): is it yours, is it intact, has the disk "
        "room? `switchboard doctor --check-files` looks at every page."
    )
