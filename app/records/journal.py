"""One line per step transition: JSON lines in a file, rows for `switchboard trace`.

Neither holds what customers wrote: inputs and outputs appear as sizes and digests, and errors without e-mail addresses.
"""

import asyncio
import json
import logging
import os
import re
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, delete, insert, select

from app.clients.database.audit_chain import START, content_digest, linked
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import journal, journal_heads
from app.records.journal_entries import Entry, Event, NewEntries, entries
from nodes.digests import digest
from nodes.ports.clock import Clock
from nodes.ports.errors import DependencyDown

__all__ = ["Entry", "Event", "Journal"]

LARGEST_FILE = 10_000_000
"""Bytes of the file before another one is begun."""
WAITS_S = 0.1
"""How long an entry waits for a transaction that takes it along, before it gets one of its own."""
FILES_KEPT = 5
"""Older files beside the one that is written to, named by the moment at which they were put aside."""

# Made once: to put a statement together takes SQLAlchemy longer than to run it.
NEW_LINES = insert(journal)
LAST_LINKS = select(journal_heads).where(journal_heads.c.thread_id.in_(bindparam("thread_ids", expanding=True)))

_log = logging.getLogger("switchboard.journal")


class Journal:
    """Writes every entry twice: a row in the database, a line in the file (when there is one).

    Entries wait for the next transaction of this process, of any task, or for `WAITS_S`: `write` does not.
    The file is written by a thread of its own.
    """

    def __init__(self, database: Database, file: Path | None, clock: Clock) -> None:
        self._database = database
        self._file = file
        self._clock = clock
        self._file_works = True
        self._waiting: list[Entry] = []
        self._tried: tuple[int, dict[str, str]] | None = (
            None  # how many were to be written, and the links that they led to
        )
        self._turn = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._flushing: asyncio.Task[None] | None = None
        self._file_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal file")
        database.carry(self._write_waiting)

    def now(self) -> datetime:
        return self._clock.now()

    def add(self, entry: Entry) -> None:
        """Returns at once: a crash right now loses the entry."""
        _log.info(entry["event"], extra={"about": entry})
        self._waiting.append(entry.copy())
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WAITS_S, self._begin_to_flush)

    async def write(self, entry: Entry) -> None:
        """Returns when the entry is on disk. Raises DependencyDown; a file that cannot be written to is logged, once.

        A caller that is cancelled meanwhile is cancelled when the entry is written.
        """
        self.add(entry)
        writing = asyncio.create_task(self.flush())
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait([writing])
            raise

    async def flush(self) -> None:
        """Returns when all entries are on disk. Raises DependencyDown; they wait on then."""
        async with self._turn:
            if self._waiting:
                await self._database.write(_nothing)  # which carries them

    async def settle(self) -> None:
        """Returns when all entries are on disk and in the file. Raises DependencyDown."""
        await self.flush()
        await asyncio.get_running_loop().run_in_executor(self._file_thread, lambda: None)

    async def aclose(self) -> None:
        """Write what waits. Raises DependencyDown."""
        if self._timer:
            self._timer.cancel()
        try:
            await self.settle()
        finally:
            self._file_thread.shutdown(wait=False)

    def _begin_to_flush(self) -> None:
        self._timer = None
        self._flushing = asyncio.create_task(self._flush_quietly())

    async def _flush_quietly(self) -> None:
        with suppress(DependencyDown):  # a later transaction takes them
            await self.flush()

    async def _write_waiting(self, connection: AsyncConnection) -> Callable[[], None]:
        """In whatever thread: others are added meanwhile."""
        entries = self._waiting.copy()
        if not entries:
            return lambda: None
        links = await connection.run_sync(_append_linked, entries, self._tried)
        self._tried = len(entries), links
        return lambda: self._written(len(entries))

    def _written(self, number: int) -> None:
        """So many of those that wait are committed."""
        entries, self._waiting, self._tried = self._waiting[:number], self._waiting[number:], None
        if self._timer and not self._waiting:
            self._timer.cancel()
            self._timer = None
        if self._file and entries:
            lines = "".join(f"{json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)
            self._file_thread.submit(self._write_to, self._file, lines)

    def _write_to(self, file: Path, lines: str) -> None:
        """The table has the entries already; the run does not stop for the file."""
        try:
            _append(file, lines)
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
        await self.flush()
        return [entry for _, entry in await entries(self._database, thread_id)]

    def new_entries(self, thread_id: str, tell: Callable[[Entry], None]) -> NewEntries:
        return NewEntries(self._database, thread_id, tell)

    async def delete(self, thread_id: str) -> None:
        async def deleted(connection: AsyncConnection) -> None:
            for table in (journal, journal_heads):
                await connection.execute(delete(table).where(table.c.thread_id == thread_id))

        await self._database.write(deleted)


NEWEST_MESSAGES = 20
"""Messages of a conversation that a line measures. A line of the 300th turn takes no more time than one of the tenth."""


async def _nothing(_: AsyncConnection) -> None: ...


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


def _append_linked(
    connection: Connection, entries: list[Entry], tried: tuple[int, dict[str, str]] | None
) -> dict[str, str]:
    """Rows of the entries, but for those that an earlier try did commit, and was cancelled before that was known. The links
    now."""
    links = _last_links(connection, {entry["thread_id"] for entry in entries})
    already = tried[0] if tried and tried[1].items() <= links.items() else 0
    if rows := [_linked(entry, links) for entry in entries[already:]]:
        connection.execute(NEW_LINES, rows)
        _keep_last_links(connection, links)
    return links


def _linked(entry: Entry, links: dict[str, str]) -> dict[str, Any]:
    """The entry's row, and its link as the last one of its thread."""
    link = link_of(entry, links.get(entry["thread_id"]) or START)
    links[entry["thread_id"]] = link
    return {**entry, "link": link}


def _last_links(connection: Connection, thread_ids: Collection[str]) -> dict[str, str]:
    rows = connection.execute(LAST_LINKS, {"thread_ids": [*thread_ids]})
    return {row.thread_id: row.link for row in rows}


def _keep_last_links(connection: Connection, links: Mapping[str, str]) -> None:
    kept = _link_kept(connection.dialect.name)
    connection.execute(kept, [{"thread_id": thread_id, "link": link} for thread_id, link in links.items()])


@cache
def _link_kept(dialect: str) -> Executable:
    new = import_module(f"sqlalchemy.dialects.{dialect}").insert(journal_heads)
    kept: Executable = new.on_conflict_do_update(index_elements=["thread_id"], set_={"link": new.excluded.link})
    return kept


def measured(value: Any) -> tuple[int, str]:
    """Bytes and digest of a value's JSON; of a long conversation, of its newest messages and the number of those before."""
    if isinstance(value, dict) and len(messages := value.get("messages") or ()) > NEWEST_MESSAGES:
        before = len(messages) - NEWEST_MESSAGES
        value = {**value, "messages": messages[before:], "messages before": before}
    written = value.encode() if isinstance(value, str) else _as_json(value)
    return len(written), sha256(written).hexdigest()


def _as_json(value: Any) -> bytes:
    """LangChain looks at every part of a value, to write messages; this asks it only about those."""
    import orjson  # which is loaded by then, as LangChain is: only an engine measures
    from langchain_core.load import dumpd, dumps

    try:
        return orjson.dumps(value, default=dumpd, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # what it does not write: numbers beyond 64 bits, half a character
        return dumps(value).encode()


def told(error: BaseException) -> str:
    """What a line says of an error. A cancelled step has no text of its own: its time was up, or the run was stopped."""
    return redacted(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def went_without(output: Any) -> str | None:
    """What a step went on without, as its output says: the embedding model that did not answer."""
    left_out = output.get("left_out") if isinstance(output, dict) else None
    outage = left_out.get("outage") if isinstance(left_out, dict) else None
    return f"went on: {redacted(outage)}" if outage else None


_ADDRESS = re.compile(r"""[^\s@<>()\[\],;:"]+@[\w.-]*\w""")
"""Everything that the workflows accept as an address, so also o'brien@example.com and root@localhost."""


def redacted(text: str) -> str:
    """The text without e-mail addresses, at most 500 characters."""
    storable = text.encode(errors="replace").decode().replace("\0", "")
    return _ADDRESS.sub("<e-mail>", storable)[:500]


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
