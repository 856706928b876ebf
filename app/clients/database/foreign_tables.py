"""Tables of something else: a database that has them is not made into ours."""

from collections.abc import Collection

from app.clients.database.schema import approvals, journal, outbox, threads
from nodes.ports.errors import NotConfigured

CORE = {threads.name, approvals.name, outbox.name, journal.name, "alembic_version"}
"""Every version has these: a database without one of them is not a business database."""

CHECKPOINTS = "checkpoint"
"""How the tables of LangGraph begin, and our mark beside them: they may share the database."""

NAMED = 3  # tables that the refusal names


class TablesOfOthers(NotConfigured):
    """The database has tables of something else; nothing was written."""


def is_ours(tables: Collection[str]) -> bool:
    """Whether these are the tables of a business database, whatever else is beside them."""
    return set(tables) >= CORE


def refuse_foreign(tables: Collection[str], where: str) -> None:
    """Nothing is made beside tables of something else. Raises TablesOfOthers."""
    foreign = sorted(name for name in tables if not name.startswith(CHECKPOINTS))
    if foreign and not is_ours(tables):
        raise TablesOfOthers(_sentence(foreign, where))


def _sentence(foreign: list[str], where: str) -> str:
    named = ", ".join(foreign[:NAMED]) + (", ..." if len(foreign) > NAMED else "")
    return (
        f"Nothing was opened: {where} has tables that are not Switchboard's ({named}). "
        "Create an empty database for Switchboard alone, and name that one."
    )
