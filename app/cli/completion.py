"""What the shell offers after a tab: threads and workflows. It writes nothing, and says nothing when it cannot look."""

import asyncio
from typing import TYPE_CHECKING

from app.cli.output import on_one_line

if TYPE_CHECKING:
    from app.records.register import Thread
    from app.settings import Settings

MOST = 200


def threads(incomplete: str) -> list[tuple[str, str]]:
    """Names and ids that begin like this, most recently active first, each with its workflow and status."""
    from nodes.ports.errors import SwitchboardError

    try:
        from app.settings import load

        return asyncio.run(_threads(load(), incomplete))
    except SwitchboardError:
        return []


def workflows(incomplete: str) -> list[str]:
    from graphs import names

    return [name for name in names() if name.startswith(incomplete)]


async def _threads(settings: "Settings", incomplete: str) -> list[tuple[str, str]]:
    from app.records.home_lists import open_lists
    from app.records.register import called

    async with open_lists(settings) as lists:
        known = await lists.recent(limit=MOST) if lists else await _all_else(settings)
    offered = {word: one for one in known for word in (called(one), one["thread_id"]) if word.startswith(incomplete)}
    if not incomplete:  # ids of threads with names would double the list
        offered = {called(one): one for one in known}
    return [
        (word, f"{one['graph']}, {one['outcome'] or one['status']}")
        for word, one in offered.items()
        if on_one_line(word) == word
    ]


async def _all_else(settings: "Settings") -> "list[Thread]":
    """Of a database of one's own, and of a home that is not in order."""
    from app.clients.database.database import Database, is_there
    from app.records.register import Register
    from app.system_clock import SystemClock

    if not settings.database_url and not is_there(settings.business_path):
        return []
    database = Database(settings.business_url)
    try:
        return await Register(database, SystemClock()).recent(limit=MOST)
    finally:
        await database.aclose()
