"""One line per step transition: JSON lines in a file, rows for `switchboard trace`.

Neither holds what customers wrote: inputs and outputs appear as sizes and digests, and errors without e-mail addresses.
"""

import asyncio
import json
import logging
import os
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import TypedDict

from app.clients.database.audit_chain import START, content_digest, linked
from app.clients.database.database import Database
from app.clients.database.schema import journal, journal_heads
from nodes.digests import digest
from nodes.ports.clock import Clock
from nodes.ports.errors import DependencyDown

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


LARGEST_FILE = 10_000_000
"""Bytes of the file before another one is begun."""
FILES_KEPT = 5
"""Older files beside the one that is written to, named by the moment at which they were put aside."""

_log = logging.getLogger("switchboard.journal")


class Journal:
    """Writes every entry twice: a row in the database, a line in the file (when there is one).

    Entries that come while others are being written are written together: the branches of a fan-out all speak at once.
    """

    def __init__(self, database: Database, file: Path | None, clock: Clock) -> None:
        self._database = database
        self._file = file
        self._clock = clock
        self._file_works = True
        self._waiting: list[tuple[Entry, asyncio.Future[None]]] = []
        self._turn = asyncio.Lock()

    def now(self) -> datetime:
        return self._clock.now()

    async def write(self, entry: Entry) -> None:
        """Returns when the entry is written. Raises DependencyDown; a file that cannot be written to is logged, once.

        Whoever is cancelled meanwhile is cancelled when the entry is written: no entry is lost, also not those that are
        written together with it.
        """
        writing = asyncio.create_task(self._write(entry.copy()))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait([writing])
            raise

    async def _write(self, entry: Entry) -> None:
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((entry, written))
        async with self._turn:
            if not written.done():
                await self._write_all_that_wait()
        written.result()

    async def _write_all_that_wait(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            await self._write_together([entry for entry, _ in batch])
        except BaseException as error:
            for _, written in batch:
                written.set_exception(
                    error if isinstance(error, Exception) else DependencyDown("The journal was stopped.")
                )
                written.exception()  # whoever has gone away does not ask
            raise
        for _, written in batch:
            written.set_result(None)

    async def _write_together(self, entries: Sequence[Entry]) -> None:
        async with self._database.begin() as connection:
            links = await _last_links(connection, {entry["thread_id"] for entry in entries})
            await connection.execute(insert(journal), [_linked(entry, links) for entry in entries])
            await _keep_last_links(connection, links)
        for entry in entries:
            _log.info(entry["event"], extra={"about": entry})
        if self._file:
            lines = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)
            await self._write_to(self._file, lines)

    async def _write_to(self, file: Path, lines: str) -> None:
        """The table has the entries already; the run does not stop for the file."""
        try:
            await asyncio.to_thread(_append, file, lines)
            self._file_works = True
        except OSError as error:
            if self._file_works:
                _log.warning(
                    "The journal's file %s cannot be written to (%s); `switchboard trace` has the entries nevertheless.",
                    file,
                    error.strerror,
                )
            self._file_works = False

    async def entries(self, thread_id: str) -> list[Entry]:
        """Oldest first."""
        columns = [journal.c[name] for name in Entry.__annotations__]
        query = select(*columns).where(journal.c.thread_id == thread_id).order_by(journal.c.entry_id)
        async with self._database.read() as connection:
            return [cast("Entry", dict(row)) for row in (await connection.execute(query)).mappings()]

    async def delete(self, thread_id: str) -> None:
        async with self._database.begin() as connection:
            for table in (journal, journal_heads):
                await connection.execute(delete(table).where(table.c.thread_id == thread_id))


def entry(graph: str, thread_id: str, run_id: str, inputs: Any = None) -> Entry:
    """A line as it begins; what happens fills in the rest. Of the inputs it keeps size, digest and label."""
    size, fingerprint = (None, None) if inputs is None else measured(inputs)
    label = _label(inputs) if isinstance(inputs, dict) else None
    return Entry(
        thread_id=thread_id,
        run_id=run_id,
        graph=graph,
        event="start",
        node=None,
        label=redacted(str(label)) if label else None,
        step=None,
        attempt=None,
        duration_ms=None,
        input_bytes=size,
        output_bytes=None,
        input_digest=fingerprint,
        output_digest=None,
        error=None,
        at="",
    )


def _label(inputs: Mapping[str, Any]) -> Any:
    """Which branch this is. Of a search the provider, and a digest in place of the words that somebody looked for."""
    if "query" in inputs:
        return f"{inputs.get('provider')}: query {digest(inputs['query'])[:8]}"
    return inputs.get("label")


def link_of(entry: Mapping[str, Any], before: str) -> str:
    """The link of an entry behind the thread's entry before: who changes one, or takes one away, breaks the chain."""
    return linked(before, content_digest({name: entry.get(name) for name in Entry.__annotations__}))


def _linked(entry: Entry, links: dict[str, str]) -> dict[str, Any]:
    """The entry's row, and its link as the last one of its thread."""
    link = link_of(entry, links.get(entry["thread_id"]) or START)
    links[entry["thread_id"]] = link
    return {**entry, "link": link}


async def _last_links(connection: AsyncConnection, thread_ids: Collection[str]) -> dict[str, str]:
    rows = await connection.execute(select(journal_heads).where(journal_heads.c.thread_id.in_(thread_ids)))
    return {row.thread_id: row.link for row in rows}


async def _keep_last_links(connection: AsyncConnection, links: Mapping[str, str]) -> None:
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    new = dialect.insert(journal_heads)
    kept = new.on_conflict_do_update(index_elements=["thread_id"], set_={"link": new.excluded.link})
    await connection.execute(kept, [{"thread_id": thread_id, "link": link} for thread_id, link in links.items()])


def measured(value: Any) -> tuple[int, str]:
    """Bytes and digest of a value's JSON."""
    from langchain_core.load import dumps  # which is loaded by then: only an engine measures

    text = value if isinstance(value, str) else dumps(value)
    return len(text.encode()), digest(text)


def told(error: BaseException) -> str:
    """What a line says of an error. A cancelled step has no text of its own: its time was up, or the run was stopped."""
    return redacted(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


_ADDRESS = re.compile(r"""[^\s@<>()\[\],;:"]+@[\w.-]*\w""")
"""Everything that the workflows accept as an address, so also o'brien@example.com and root@localhost."""


def redacted(text: str) -> str:
    """The text without e-mail addresses, at most 500 characters."""
    return _ADDRESS.sub("<e-mail>", text)[:500]


def _append(file: Path, lines: str) -> None:
    """One write, in append mode: lines of several processes do not mix, but where the disk takes only a part at once."""
    _rotate(file)
    handle, left = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), memoryview(lines.encode())
    try:
        while left:
            left = left[os.write(handle, left) :]
    finally:
        os.close(handle)


def files(current: Path) -> list[Path]:
    """The files that were put aside, oldest first, and the one that is written to."""
    return [*sorted(current.parent.glob(f"{current.stem}-*{current.suffix}")), current]


def _rotate(file: Path) -> None:
    """Put a file that is large aside. Other processes may do so at the same moment: nothing is written over."""
    with suppress(OSError):  # where it cannot be moved, it grows
        if file.stat().st_size < LARGEST_FILE:
            return
        file.replace(file.with_stem(f"{file.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"))
        for old in files(file)[: -1 - FILES_KEPT]:
            old.unlink(missing_ok=True)
