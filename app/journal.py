"""One line per step transition: JSON lines in a file, rows for `switchboard trace`.

Neither holds what customers wrote: inputs and outputs appear as sizes and digests, and errors without e-mail addresses.
"""

import asyncio
import json
import logging
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast
from uuid import UUID

from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.load import dumps
from langgraph.errors import GraphBubbleUp, GraphDrained
from langgraph.types import Command
from sqlalchemy import delete, insert, select
from typing_extensions import TypedDict

from app.clients.database.engine import Database
from app.clients.database.schema import journal
from app.clock import iso
from app.digests import digest
from app.errors import DependencyDown
from app.services import Clock

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
            await connection.execute(insert(journal), [dict(entry) for entry in entries])
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
            await connection.execute(delete(journal).where(journal.c.thread_id == thread_id))


Watch = Callable[[Entry], None]


class JournalHandler(AsyncCallbackHandler):
    """Turns LangChain's callbacks into journal entries; attached to a compiled graph, it works on every host."""

    run_inline = True

    def __init__(self, journal: Journal, *, watch: Watch | None = None) -> None:
        self._journal = journal
        self._watch = watch
        self._open: dict[UUID, Entry] = {}
        self._began: dict[UUID, float] = {}
        self._tries: dict[str, Counter[str]] = {}

    async def on_chain_start(
        self,
        serialized: dict[str, Any] | None,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        name: str = "",
        **kwargs: Any,
    ) -> None:
        about = metadata or {}
        node = about.get("langgraph_node")
        if node is not None and name != node:
            return  # a router, or a call inside the step
        entry = self._entry(about, name, run_id if parent_run_id is None else parent_run_id, inputs)
        if node is None:
            entry["event"] = "run_resume" if inputs is None or isinstance(inputs, Command) else "run_start"
        else:
            entry["node"] = "failure path" if node == "__default_error_handler__" else node
            tries = self._tries.setdefault(entry["run_id"], Counter())
            tries[task := str(about.get("langgraph_checkpoint_ns"))] += 1
            entry["attempt"] = tries[task]
            entry["event"] = "start" if tries[task] == 1 else "retry"
        self._open[run_id] = entry
        self._began[run_id] = time.monotonic()
        await self._write(entry)

    async def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        if run_id in self._open:
            event: Event = "run_end" if self._open[run_id]["node"] is None else "end"
            await self._close(run_id, event, output=outputs)

    async def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        if run_id not in self._open:
            return
        whole_run = self._open[run_id]["node"] is None
        if isinstance(error, GraphDrained):
            await self._close(run_id, "run_stop", error=error.reason)
        elif isinstance(error, GraphBubbleUp):
            await self._close(run_id, "interrupt")
        else:
            await self._close(run_id, "run_error" if whole_run else "failure", error=redacted(_named(error)))

    def _entry(self, about: dict[str, Any], name: str, run_id: UUID, inputs: Any) -> Entry:
        size, fingerprint = _measure(inputs)
        return Entry(
            thread_id=str(about.get("thread_id", "")),
            run_id=str(run_id),
            graph=str(about.get("graph_id") or (name if about.get("langgraph_node") is None else self._graph(run_id))),
            event="start",
            node=None,
            label=redacted(str(inputs["label"])) if isinstance(inputs, dict) and inputs.get("label") else None,
            step=about.get("langgraph_step"),
            attempt=None,
            duration_ms=None,
            input_bytes=size,
            output_bytes=None,
            input_digest=fingerprint,
            output_digest=None,
            error=None,
            at=iso(self._journal.now()),
        )

    def _graph(self, run_id: UUID) -> str:
        run = self._open.get(run_id)
        return run["graph"] if run else ""

    async def _close(self, run_id: UUID, event: Event, *, error: str | None = None, output: Any = None) -> None:
        entry = self._open.pop(run_id)
        entry["event"], entry["error"], entry["at"] = event, error, iso(self._journal.now())
        entry["duration_ms"] = round((time.monotonic() - self._began.pop(run_id)) * 1000)
        if output is not None:
            entry["output_bytes"], entry["output_digest"] = _measure(output)
        if entry["node"] is None:
            self._tries.pop(entry["run_id"], None)
        await self._write(entry)

    async def _write(self, entry: Entry) -> None:
        await self._journal.write(entry)
        if self._watch:
            self._watch(entry)


_ADDRESS = re.compile(r"""[^\s@<>()\[\],;:"]+@[\w.-]*\w""")
"""Everything that the workflows accept as an address, so also o'brien@example.com and root@localhost."""


def redacted(text: str) -> str:
    """The text without e-mail addresses, at most 500 characters."""
    return _ADDRESS.sub("<e-mail>", text)[:500]


def _named(error: BaseException) -> str:
    """A cancelled step has no text of its own: its time was up, or the run was stopped."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _measure(value: Any) -> tuple[int, str]:
    text = value if isinstance(value, str) else dumps(value)
    return len(text.encode()), digest(text)


def _append(file: Path, lines: str) -> None:
    """One write, in append mode: lines of several processes do not mix, but where the disk takes only a part at once."""
    handle, left = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), memoryview(lines.encode())
    try:
        while left:
            left = left[os.write(handle, left) :]
    finally:
        os.close(handle)
