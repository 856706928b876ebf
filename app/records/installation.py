"""One installation: its business database and its checkpoints, which carry the same id, written once.

Apart they are worse than lost: checkpoints without their approvals, or approvals without their threads, look like a home
where nothing waits. So their ids are compared before anything is written, and what does not fit is refused.
"""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple

from sqlalchemy import Connection, insert, inspect, select

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database, Fill, is_there, prepare
from app.clients.database.foreign_tables import is_ours, refuse_foreign
from app.clients.database.schema import installation, threads
from app.records.checkpoint_mark import Mark, read_mark, write_mark
from app.records.checkpoint_outages import checkpoints_named
from app.records.plain_home import MARKED
from app.records.threads import EngineName
from app.settings import Settings
from app.system_clock import SystemClock
from nodes.ports.clock import Clock
from nodes.ports.errors import NotConfigured


class PartsDoNotFit(NotConfigured):
    """The business database and the checkpoints are not of one installation."""


class Business(NamedTuple):
    """What the business database says of its installation."""

    id: str | None = None
    made: bool = False  # its tables are there
    old: bool = False  # made by a version that gave no ids
    marked: bool = False
    threads: Mapping[str, str] = {}  # unless marked: the status of every thread that has its checkpoints here


@asynccontextmanager
async def open_business(
    settings: Settings, *, engine: EngineName | None = None, clock: Clock | None = None, adopt: bool = False
) -> AsyncIterator[Database]:
    """The business database, made if nothing of this installation is there yet; open until the block ends.

    In the home it begins as the demo shop; a database of one's own begins empty. `adopt`: go on without checkpoints that
    are lost. Raises PartsDoNotFit, TablesOfOthers, NotConfigured, DependencyDown.
    """
    database = Database(settings.business_url)
    try:
        if (
            engine or settings.engine
        ) != "langgraph" and settings.database_url:  # shared, and an engine that leaves no checkpoints
            await _business(settings, database)
            await prepare(database)
        else:
            await _open_both(settings, database, clock or SystemClock(), adopt=adopt)
        yield database
    finally:
        await database.aclose()


async def _open_both(settings: Settings, database: Database, clock: Clock, *, adopt: bool) -> None:
    business, mark = await _fitting(settings, database, adopt=adopt)
    new = mark == Mark(None) and not business.marked
    await prepare(database, fill=_filled_at(clock) if new and settings.begins_as_demo else None)
    if not (business.marked and mark.id):
        await _write_marks(settings, database)


def _filled_at(clock: Clock) -> Fill:
    async def filled(connection: AsyncConnection) -> None:
        from app.clients.demo_shop import demo_data  # a full shop opens without it

        await demo_data.fill_shop(connection, clock.now())

    return filled


async def fact(database: Database, name: str) -> str:
    """The fact of this name: "id" or "secret"."""
    found = await database.ask(
        lambda connection: connection.scalar(select(installation.c.value).where(installation.c.name == name))
    )
    return str(found)


def sealing_with(secret: str) -> Callable[[str], str]:
    """A keyed digest: a user who can write a thread's state, but does not know the secret, cannot make one."""

    def seal(text: str) -> str:
        return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    return seal


async def look_at_business(settings: Settings) -> None:
    """Read the business database without making or changing it. Raises NotConfigured, DependencyDown."""
    database = Database(settings.business_url)
    try:
        await _business(settings, database)
    finally:
        await database.aclose()


async def _fitting(settings: Settings, database: Database, *, adopt: bool) -> tuple[Business, Mark]:
    """What both say, when it fits. Looked at twice: another process may be making them meanwhile, first one, then the other."""
    business, mark = await _read(settings, database)
    if _problem(settings, business, mark, adopt=adopt):
        business, mark = await _read(settings, database)
    if problem := _problem(settings, business, mark, adopt=adopt):
        raise PartsDoNotFit(problem)
    return business, mark


def _problem(settings: Settings, business: Business, mark: Mark, *, adopt: bool) -> str | None:
    """Why these two are not of one installation, and what to do; None when they are."""
    if mark.id:
        if business.id == mark.id:
            return None
        return _foreign(settings) if business.id else _business_lost(settings)
    if not business.made:
        return _business_lost(settings) if mark.threads else None
    if not (business.id or business.old):
        return _business_lost(settings)
    if mark.threads:
        return None if not business.marked and mark.threads & business.threads.keys() else _foreign(settings)
    saved = business.marked or not {"completed", "waiting"}.isdisjoint(business.threads.values())
    return _checkpoints_lost(settings) if saved and not adopt else None


async def _read(settings: Settings, database: Database) -> tuple[Business, Mark]:
    """Both as they are, the business database first; nothing is written."""
    return await _business(settings, database), await asyncio.to_thread(read_mark, settings)


async def _business(settings: Settings, database: Database) -> Business:
    if database.is_sqlite and not is_there(database.path):
        return Business()
    return await database.ask(lambda connection: connection.run_sync(_read_business, _business_named(settings)))


def _read_business(connection: Connection, where: str) -> Business:
    tables = inspect(connection).get_table_names()
    if not is_ours(tables):
        refuse_foreign(tables, where)
        return Business()
    old = installation.name not in tables
    facts = {} if old else {row.name: row.value for row in connection.execute(select(installation))}
    if MARKED in facts:
        return Business(facts.get("id"), made=True, marked=True)
    return Business(facts.get("id"), made=True, old=old, threads=_checkpointed(connection))


def _checkpointed(connection: Connection) -> Mapping[str, str]:
    """The status of every thread of the default engine. The first versions had no other, and no column for it."""
    known = {column["name"] for column in inspect(connection).get_columns(threads.name)}
    query = select(threads.c.thread_id, threads.c.status)
    if threads.c.engine.name in known:
        query = query.where(threads.c.engine == "langgraph")
    return {row.thread_id: row.status for row in connection.execute(query)}


async def _write_marks(settings: Settings, database: Database) -> None:
    """Into the checkpoints first: what dies in between leaves a business database that looks for no mark yet."""
    own = await fact(database, "id")
    if await asyncio.to_thread(write_mark, settings, own) != own:
        raise PartsDoNotFit(_foreign(settings))

    async def written(connection: AsyncConnection) -> None:
        query = select(installation.c.value).where(installation.c.name == MARKED)
        if await connection.scalar(query) is None:
            await connection.execute(insert(installation).values(name=MARKED, value=own))

    await database.write(written)


def _business_lost(settings: Settings) -> str:
    return (
        f"Nothing was opened: {_business_named(settings)} is missing or was emptied, but {checkpoints_named(settings)} belongs "
        "to an installation. Restore it from a backup. To start anew, choose another SWITCHBOARD_HOME, or move both away."
    )


def _checkpoints_lost(settings: Settings) -> str:
    return (
        f"Nothing was opened: {checkpoints_named(settings)} is missing or was emptied, but {_business_named(settings)} knows "
        "threads that are kept there. Restore it from a backup. To go on without them, run `switchboard doctor --adopt`."
    )


def _foreign(settings: Settings) -> str:
    return (
        f"Nothing was opened: {checkpoints_named(settings)} and {_business_named(settings)} belong to different "
        f"installations. Put the right one back. To go on without the threads that are missing, {_aside(settings)}, then run "
        "`switchboard doctor --adopt`."
    )


def _aside(settings: Settings) -> str:
    if settings.checkpoint_url:
        return "name an empty database in SWITCHBOARD_CHECKPOINT_URL"
    return f"move {settings.checkpoint_path} away, with its -wal and -shm"


def _business_named(settings: Settings) -> str:
    if settings.database_url:
        return "the business database (SWITCHBOARD_DATABASE_URL)"
    return str(settings.home / "business.db")
