"""What the journal says of a thread, as it is read: in plain SQL, without SQLAlchemy."""

from collections.abc import Callable
from typing import Literal, cast

from typing_extensions import TypedDict

from app.clients.database.plain_sql import PlainDatabase

Event = Literal[
    "run_start",
    "run_resume",
    "run_end",
    "run_stop",  # a signal came, the step at work was finished
    "run_error",
    "start",
    "retry",  # a start that is not the step's first in this run
    "end",
    "failure",
    "interrupt",
]


FAILURE_PATH = "failure path"
"""The node of an entry about a graph's failure handler."""


class Entry(TypedDict):
    thread_id: str
    run_id: str
    graph: str
    event: Event
    node: str | None
    label: str | None  # which of the branches of a fan-out: what it was given under `label`
    step: int | None
    attempt: int | None
    duration_ms: int | None
    input_bytes: int | None
    output_bytes: int | None
    input_digest: str | None
    output_digest: str | None
    error: str | None
    at: str


async def entries(database: PlainDatabase, thread_id: str, *, after: int = 0) -> list[tuple[int, Entry]]:
    """Oldest first, each with its number. `after`: those with a larger one."""
    query = (
        f"SELECT entry_id, {', '.join(Entry.__annotations__)} FROM journal "  # noqa: S608 - our own names
        "WHERE thread_id = :thread_id AND entry_id > :after ORDER BY entry_id"
    )
    rows = await database.rows(query, {"thread_id": thread_id, "after": after})
    return [(row["entry_id"], cast("Entry", {name: row[name] for name in Entry.__annotations__})) for row in rows]


class NewEntries:
    """What other processes add to a thread's journal, told as it comes."""

    def __init__(self, database: PlainDatabase, thread_id: str, tell: Callable[[Entry], None]) -> None:
        self._database = database
        self._thread_id = thread_id
        self._tell = tell
        self._seen = 0

    async def skip(self) -> None:
        """What is there now is not told."""
        query = "SELECT max(entry_id) AS last FROM journal WHERE thread_id = :thread_id"
        self._seen = (await self._database.rows(query, {"thread_id": self._thread_id}))[0]["last"] or 0

    async def show(self) -> None:
        for number, entry in await entries(self._database, self._thread_id, after=self._seen):
            self._seen = number
            self._tell(entry)
