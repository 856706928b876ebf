"""Writes to a SQLite file: whatever is queued is committed together, as one synced transaction."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from app.records.sqlite_readers import connect

Change = Callable[[sqlite3.Connection], object]
Failure = Exception | None


class _Write(NamedTuple):
    change: Change
    done: asyncio.Future[None]


class SqliteWriter:
    """One connection in a thread of its own. Opened by `open`, closed by `aclose`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"{path.name} writer")
        self._lock = Lock()
        self._waiting: list[_Write] = []
        self._closed = False
        self._connection: sqlite3.Connection

    async def open(self, set_up: Change) -> None:
        """Raises sqlite3.Error."""
        await self._in_thread(lambda: self._open(set_up))

    async def write(self, change: Change) -> None:
        """Returns when the change is on disk. Raises its error; a change that fails does not stop the others.

        A caller that is cancelled is cancelled when it is known what became of the change.
        """
        if self._closed:
            raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._lock:
            first = not self._waiting
            self._waiting.append(_Write(change, done))
        try:
            if first:
                await self._begin()
            await asyncio.shield(done)
        except asyncio.CancelledError:
            await asyncio.wait([done])
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
            self._thread.shutdown(wait=False)

    async def _in_thread(self, act: Callable[[], object]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, act)

    async def _begin(self) -> None:
        try:
            await asyncio.sleep(0)  # a step's writes and its checkpoint come in one turn of the loop: one transaction
        finally:
            if not self._closed:
                self._thread.submit(self._commit_queued)

    # -- in the thread

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
        results = list(zip(batch, self._committed(batch), strict=True)) if batch else []
        for loop in {write.done.get_loop() for write in batch}:
            with suppress(RuntimeError):  # a closed loop: nobody waits any more
                loop.call_soon_threadsafe(_tell, [one for one in results if one[0].done.get_loop() is loop])

    def _committed(self, batch: Sequence[_Write]) -> list[Failure]:
        """What became of each; when the transaction itself fails, that of all."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            failures = [self._applied(write.change) for write in batch]
            self._connection.execute("COMMIT")
        except Exception as error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            return [error] * len(batch)
        return failures

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


def _tell(results: Sequence[tuple[_Write, Failure]]) -> None:
    for write, failure in results:
        if failure:
            write.done.set_exception(failure)
        else:
            write.done.set_result(None)
