"""Writes to a SQLite file: whatever is queued is committed together, as one synced transaction."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

from app.records.sqlite_readers import connect

Change = Callable[[sqlite3.Connection], object]
Failure = Exception | None

MOST_ROWS = 100
"""In one statement: older versions of SQLite take 999 values."""


@dataclass(frozen=True, slots=True)
class Insert:
    """A change that is rows of one table. Those that are committed together become one statement.

    Every call of SQLite lets another thread of Python run, and waits for it when it is back: the fewer, the better.
    """

    table: str
    known: str
    """What happens to a row that is there already: REPLACE or IGNORE."""
    columns: str
    rows: Sequence[Sequence[Any]]

    def __call__(self, connection: sqlite3.Connection) -> None:
        connection.executemany(self.statement(1), self.rows)

    def statement(self, rows: int) -> str:
        return _statement(self.table, self.known, self.columns, rows)


@dataclass(slots=True, eq=False)
class _Write:
    change: Change
    done: asyncio.Future[None]
    failure: Failure = None
    known: bool = False
    """What became of it, to its caller or, who is cancelled meanwhile, to `let_go`."""
    let_go: asyncio.Future[None] | None = None


class SqliteWriter:
    """One connection in a thread of its own. Opened by `open`, closed by `aclose`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._lock = Lock()
        self._waiting: list[_Write] = []
        self._closed = False
        self._connection: sqlite3.Connection

    async def open(self, set_up: Change) -> None:
        """Raises sqlite3.Error."""
        Thread(target=self._work, name=f"{self._path.name} writer", daemon=True).start()
        try:
            await self._in_thread(lambda: self._open(set_up))
        except BaseException:
            self._jobs.put(None)
            raise

    async def write(self, change: Change) -> None:
        """Returns when the change is on disk. Raises its error; a change that fails does not stop the others.

        A caller that is cancelled is cancelled when it is known what became of the change.
        """
        if self._closed:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        loop = asyncio.get_running_loop()
        write = _Write(change, loop.create_future())
        with self._lock:
            first = not self._waiting
            self._waiting.append(write)
        if first:  # a step's writes and its checkpoint come in one turn of the loop: one transaction
            loop.call_soon(self._begin)
        try:
            await write.done
        except asyncio.CancelledError:
            if not write.known:
                write.let_go = loop.create_future()
                await asyncio.wait([write.let_go])
            raise

    async def alone(self, act: Change) -> None:
        """Do what cannot be part of a transaction, after the writes that are queued."""
        await self._in_thread(lambda: act(self._connection))

    async def aclose(self) -> None:
        """What is queued is written first. Nothing is written afterwards."""
        self._closed = True
        try:
            await self._in_thread(self._close)
        finally:
            self._jobs.put(None)

    async def _in_thread(self, act: Callable[[], object]) -> None:
        done: Future[None] = Future()

        def job() -> None:
            try:
                act()
            except BaseException as error:
                done.set_exception(error)
            else:
                done.set_result(None)

        self._jobs.put(job)
        await asyncio.shield(asyncio.wrap_future(done))

    def _begin(self) -> None:
        if not self._closed:
            self._jobs.put(self._commit_queued)

    # -- in the thread

    def _work(self) -> None:
        while job := self._jobs.get():
            job()

    def _open(self, set_up: Change) -> None:
        self._connection = connect(self._path)
        try:
            self._connection.execute("PRAGMA synchronous=FULL")
            set_up(self._connection)
        except BaseException:
            self._connection.close()
            raise

    def _close(self) -> None:
        self._commit_queued()
        self._connection.close()

    def _commit_queued(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        if batch:
            self._commit(batch)
        for loop in {write.done.get_loop() for write in batch}:
            with suppress(RuntimeError):  # a closed loop: nobody waits any more
                loop.call_soon_threadsafe(_tell, [write for write in batch if write.done.get_loop() is loop])

    def _commit(self, batch: Sequence[_Write]) -> None:
        """Leaves with each write what became of it; when the transaction itself fails, that of all."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for group in _groups(batch):
                self._apply(group)
            self._connection.execute("COMMIT")
        except Exception as error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            for write in batch:
                write.failure = error

    def _apply(self, group: Sequence[_Write]) -> None:
        inserts = [write.change for write in group if isinstance(write.change, Insert)]
        if len(rows := [row for insert in inserts for row in insert.rows]) in range(1, MOST_ROWS + 1):
            try:
                self._connection.execute(inserts[0].statement(len(rows)), [*chain.from_iterable(rows)])
                return
            except Exception:  # one of them is bad, and the statement has done nothing
                if not self._connection.in_transaction:
                    raise
        for write in group:
            write.failure = self._applied(write.change)

    def _applied(self, change: Change) -> Failure:
        self._connection.execute("SAVEPOINT change")
        try:
            change(self._connection)
        except Exception as error:
            if not self._connection.in_transaction:  # SQLite has undone the whole of it: a full disk, an I/O error
                raise
            self._connection.execute("ROLLBACK TO change")
            return error
        finally:
            if self._connection.in_transaction:
                self._connection.execute("RELEASE change")
        return None


@cache
def _statement(table: str, known: str, columns: str, rows: int) -> str:
    row = f"({', '.join('?' * (columns.count(',') + 1))})"
    return f"INSERT OR {known} INTO {table} ({columns}) VALUES {', '.join([row] * rows)}"  # noqa: S608


def _groups(batch: Iterable[_Write]) -> list[list[_Write]]:
    """The writes in an order that has the same effect: what can be one statement stands together."""
    groups: list[list[_Write]] = []
    open_groups: dict[str, list[_Write]] = {}
    rows: dict[str, int] = {}
    for write in batch:
        change = write.change
        if not isinstance(change, Insert):
            open_groups.clear()
            groups.append([write])
            continue
        group = open_groups.get(change.table)
        if group is None or not _joins(change, group[0].change, rows[change.table]):
            groups.append(group := [])
            open_groups[change.table], rows[change.table] = group, 0
        group.append(write)
        rows[change.table] += len(change.rows)
    return groups


def _joins(change: Insert, first: Change, rows: int) -> bool:
    return isinstance(first, Insert) and change.known == first.known and rows + len(change.rows) <= MOST_ROWS


def _tell(writes: Sequence[_Write]) -> None:
    for write in writes:
        write.known = True
        if write.let_go:
            if not write.let_go.done():
                write.let_go.set_result(None)
        elif write.done.cancelled():  # just now: its caller does not wait
            continue
        elif write.failure:
            write.done.set_exception(write.failure)
        else:
            write.done.set_result(None)
