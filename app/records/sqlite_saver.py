"""The saver of checkpoints on SQLite: tables and format of langgraph-checkpoint-sqlite, and a writer that commits in groups.

Files exchange with the stock saver both ways (docs/decisions/0005).
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
    get_checkpoint_id,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite import SqliteSaver as StockSaver
from langgraph.checkpoint.sqlite.utils import search_where
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

from app.clients.database.plain_sql import BUSY_TIMEOUT_S
from app.records.delta_history import NEWEST, DeltaHistory, Place
from app.records.sqlite_readers import SqliteReaders
from app.records.sqlite_writer import Insert, SqliteWriter

Answer = TypeVar("Answer")
Statement = tuple[str, Iterable[Sequence[Any]]]
"""SQL, and the rows to run it with."""

TABLES = {
    "checkpoints": "checkpoint_ns, checkpoint_id, parent_checkpoint_id, type, checkpoint, metadata",
    "writes": "checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, type, value",
}
"""The columns after `thread_id`, in the order in which rows are written."""

PAGE = 20
"""How many checkpoints `alist` holds at once."""


class SqliteSaver(BaseCheckpointSaver[str]):
    """What is awaited is on disk. Belongs to one event loop; `open_saver` makes one."""

    def __init__(self, writer: SqliteWriter, readers: SqliteReaders, serde: SerializerProtocol) -> None:
        super().__init__(serde=serde)
        self._writer = writer
        self._readers = readers
        self._delta_history = DeltaHistory(serde)

    get_next_version = StockSaver.get_next_version

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        return await self._ask(lambda stock: stock.get_tuple(config))

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Newest first. Nothing is locked between two of them; what is deleted meanwhile is left out."""
        where, values = search_where(config, filter, before)
        query = f"SELECT thread_id, checkpoint_ns, checkpoint_id FROM checkpoints {where} ORDER BY checkpoint_id DESC LIMIT ?"  # noqa: S608
        chosen = (*values, -1 if limit is None else limit)
        places = await self._readers.ask(lambda connection: connection.execute(query, chosen).fetchall())
        for page in _pages(places):
            for found in await self._saved(page):
                yield found

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        at = config["configurable"]
        about = json.dumps(get_checkpoint_metadata(config, metadata), ensure_ascii=False).encode("utf-8", "ignore")
        place = (str(at["thread_id"]), at["checkpoint_ns"], checkpoint["id"])
        row = (*place, at.get("checkpoint_id"), *self.serde.dumps_typed(checkpoint), about)
        await self._writer.write(_insert("checkpoints", "REPLACE", [row]))
        return _at(at["thread_id"], *place[1:])

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        at = config["configurable"]
        place = (str(at["thread_id"]), str(at["checkpoint_ns"]), str(at["checkpoint_id"]), task_id, task_path)
        rows = [
            (*place, WRITES_IDX_MAP.get(channel, index), channel, *self.serde.dumps_typed(value))
            for index, (channel, value) in enumerate(writes)
        ]
        known = "REPLACE" if all(channel in WRITES_IDX_MAP for channel, _ in writes) else "IGNORE"
        await self._writer.write(_insert("writes", known, rows))

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        at = config["configurable"]
        thread = (str(at["thread_id"]), at.get("checkpoint_ns", ""))

        def asked(connection: sqlite3.Connection) -> Mapping[str, DeltaChannelHistory]:
            checkpoint_id = get_checkpoint_id(config) or connection.execute(NEWEST, thread).fetchone()[0]
            return self._delta_history.of(connection, Place(*thread, checkpoint_id), channels)

        return await self._readers.ask(asked)

    async def adelete_thread(self, thread_id: str) -> None:
        await self._delete("thread_id = ?", str(thread_id))

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Forget the checkpoints that these runs wrote."""
        theirs = "SELECT thread_id, checkpoint_ns, checkpoint_id FROM checkpoints WHERE metadata ->> 'run_id' = ?"
        for run_id in run_ids:
            await self._delete(f"(thread_id, checkpoint_ns, checkpoint_id) IN ({theirs})", str(run_id))

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Forget old checkpoints of these threads; "keep_latest" keeps the newest of each, "delete" none.

        The newest keeps those that it needs: what a DeltaChannel holds is in them.
        """
        for thread_id in map(str, thread_ids):
            if strategy == "delete":
                await self.adelete_thread(thread_id)
            else:
                await self._writer.write(partial(self._keep_newest, thread_id=thread_id))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy every checkpoint and pending write of a thread to another thread."""
        await self._write(
            *(
                (
                    f"INSERT OR REPLACE INTO {table} (thread_id, {columns}) SELECT ?, {columns} FROM {table} WHERE thread_id = ?",  # noqa: S608
                    [(target_thread_id, source_thread_id)],
                )
                for table, columns in TABLES.items()
            )
        )

    async def compact(self) -> None:
        """Give the space of deleted checkpoints back to the disk; while other processes are at work, leave it for later."""
        await self._writer.alone(_vacuum)

    async def _saved(self, places: Sequence[tuple[str, str, str]]) -> list[CheckpointTuple]:
        found = await self._ask(lambda stock: [stock.get_tuple(_at(*place)) for place in places])
        return [one for one in found if one]

    async def _ask(self, question: Callable[[StockSaver], Answer]) -> Answer:
        """Reading is the stock saver's: one of its own on a reader's connection."""

        def asked(connection: sqlite3.Connection) -> Answer:
            stock = StockSaver(connection, serde=self.serde)
            stock.is_setup = True
            return question(stock)

        return await self._readers.ask(asked)

    def _keep_newest(self, connection: sqlite3.Connection, thread_id: str) -> None:
        """Of each namespace."""
        newest = "SELECT checkpoint_ns, MAX(checkpoint_id) FROM checkpoints WHERE thread_id = ? GROUP BY checkpoint_ns"
        for ns, checkpoint_id in connection.execute(newest, [thread_id]).fetchall():
            kept = self._delta_history.needed(connection, Place(thread_id, ns, checkpoint_id))
            old = "thread_id = ? AND checkpoint_ns = ? AND checkpoint_id NOT IN (SELECT value FROM json_each(?))"
            _run(connection, _deletions(old, thread_id, ns, json.dumps([*kept])))

    async def _delete(self, which: str, *values: str) -> None:
        await self._write(*_deletions(which, *values))
        self._delta_history.clear()

    async def _write(self, *statements: Statement) -> None:
        await self._writer.write(lambda connection: _run(connection, statements))


@asynccontextmanager
async def open_saver(path: Path, serde: SerializerProtocol) -> AsyncIterator[SqliteSaver]:
    """The saver on this file, which exists, until the block ends. Raises sqlite3.Error."""
    writer, readers = SqliteWriter(path), SqliteReaders(path)
    await writer.open(_set_up)
    try:
        yield SqliteSaver(writer, readers, serde)
    finally:
        try:
            await readers.aclose()
        finally:
            await writer.aclose()


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


@retry(
    retry=retry_if_exception(_is_busy), stop=stop_after_delay(BUSY_TIMEOUT_S), wait=wait_random(0, 0.1), reraise=True
)
def _set_up(connection: sqlite3.Connection) -> None:
    """Of several processes that switch a new file to WAL mode at once, SQLite refuses all but one without waiting."""
    if "task_path" not in {name for _, name, *_ in connection.execute("PRAGMA table_info(writes)")}:
        StockSaver(connection).setup()


def _deletions(which: str, *values: str) -> list[Statement]:
    """The writes first: which ones they are is known from the checkpoints."""
    return [(f"DELETE FROM {table} WHERE {which}", [values]) for table in ("writes", "checkpoints")]  # noqa: S608


def _run(connection: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    for sql, rows in statements:
        connection.executemany(sql, rows)


def _insert(table: str, known: str, rows: Sequence[Sequence[Any]]) -> Insert:
    return Insert(table, known, f"thread_id, {TABLES[table]}", rows)


def _at(thread_id: str, checkpoint_ns: str, checkpoint_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": checkpoint_ns, "checkpoint_id": checkpoint_id}}


def _pages(places: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (places[start : start + PAGE] for start in range(0, len(places), PAGE))


def _vacuum(connection: sqlite3.Connection) -> None:
    with suppress(sqlite3.OperationalError):
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
