"""A home that is in order: its business database is a file, up to date, and of one installation with its checkpoints.

Such a home is opened without SQLAlchemy. Any other is made, moved or refused by `app.records.installation`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from app.clients.database.plain_sql import PlainFile
from app.clients.database.schema_head import HEAD
from app.settings import Settings
from nodes.ports.errors import DependencyDown

MARKED = "checkpoints"
"""The fact that checkpoints with this installation's id exist: those without one are not its own from then on."""
MARKS = "checkpoint_installation"
"""The table of that id, beside the checkpoints."""


@asynccontextmanager
async def plain_home(settings: Settings) -> AsyncIterator[PlainFile | None]:
    """The business database of a home that is in order; None: it is not."""
    try:
        database = None if settings.database_url or settings.checkpoint_url else PlainFile(settings.business_path)
    except DependencyDown:
        database = None
    if database is None:
        yield None
        return
    with closing(database):
        yield database if await _is_in_order(settings, database) else None


async def _is_in_order(settings: Settings, database: PlainFile) -> bool:
    try:
        versions = await database.rows("SELECT version_num FROM alembic_version", {})
        facts = await database.rows(
            "SELECT name, value FROM installation WHERE name IN ('id', :marked)", {"marked": MARKED}
        )
        with closing(PlainFile(settings.checkpoint_path)) as checkpoints:
            marks = await checkpoints.rows(f"SELECT id FROM {MARKS}", {})  # noqa: S608 - our own name
    except DependencyDown:
        return False
    told = {fact["name"]: fact["value"] for fact in facts}
    return (
        [row["version_num"] for row in versions] == [HEAD]
        and MARKED in told
        and [row["id"] for row in marks] == [told.get("id")]
    )
