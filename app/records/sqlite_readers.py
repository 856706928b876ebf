"""Reads of a SQLite file, in threads of their own: in WAL mode they never wait for a writer."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.clients.database.plain_sql import BUSY_TIMEOUT_S

Answer = TypeVar("Answer")

READERS = 4


def connect(path: Path) -> sqlite3.Connection:
    """A connection without transactions of its own making. A file that is not there is not made. Raises sqlite3.Error."""
    return sqlite3.connect(
        f"{path.as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )


class SqliteReaders:
    """A few connections, made when they are needed. Closed by `aclose`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix=f"{path.name} reader")
        self._idle: list[sqlite3.Connection] = []

    async def ask(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        """The answer from one consistent view of the data. Raises what the question raises."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._answer, question)

    async def aclose(self) -> None:
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._threads.shutdown()
        for connection in self._idle:
            connection.close()

    def _answer(self, question: Callable[[sqlite3.Connection], Answer]) -> Answer:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = connect(self._path)
        try:
            connection.execute("BEGIN")
            answer = question(connection)
            connection.execute("ROLLBACK")
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return answer
