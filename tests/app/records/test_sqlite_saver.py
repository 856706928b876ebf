"""The saver on SQLite: its files are those of the stock saver, its writes share transactions, and nothing waits for nothing."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt
from typing_extensions import TypedDict

from app.records.checkpoints import open_checkpointer
from app.records.sqlite_writer import MOST_ROWS, Change, Insert, SqliteWriter
from app.settings import Settings


def at(thread_id: str = "t", checkpoint_id: str | None = None) -> Any:
    known = {"checkpoint_id": checkpoint_id} if checkpoint_id else {}
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": "", **known}}


@pytest.fixture
def file(settings: Settings) -> Path:
    settings.home.mkdir()
    return settings.checkpoint_path


@pytest.fixture
async def saver(settings: Settings) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    async with open_checkpointer(settings) as saver:
        yield saver


# -- files exchange ---------------------------------------------------------------------------------------------------


class State(TypedDict, total=False):
    asked: str
    answer: str


async def ask(state: State) -> State:
    return {"answer": interrupt("really?")}


def graph(saver: BaseCheckpointSaver[Any]) -> Any:
    g = StateGraph(State)
    g.add_node("ask", ask)
    g.add_edge(START, "ask")
    g.add_edge("ask", END)
    return g.compile(checkpointer=saver)


@asynccontextmanager
async def stock(settings: Settings) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    async with AsyncSqliteSaver.from_conn_string(str(settings.checkpoint_path)) as saver:
        yield saver


@pytest.mark.parametrize(("first", "then"), [(stock, open_checkpointer), (open_checkpointer, stock)])
async def test_a_thread_goes_on_under_the_other_saver(settings: Settings, file: Path, first: Any, then: Any) -> None:
    async with first(settings) as one:
        await graph(one).ainvoke({"asked": "it"}, at())
        left = [saved async for saved in one.alist(at())]
    async with then(settings) as other:
        assert [saved async for saved in other.alist(at())] == left
        assert [await other.aget_tuple(saved.config) for saved in left] == left
        assert await graph(other).ainvoke(Command(resume="yes"), at()) == {"asked": "it", "answer": "yes"}


def contents(file: Path) -> dict[str, list[Any]]:
    tables = ("checkpoints", "writes", "pragma_table_info('checkpoints')", "pragma_table_info('writes')")
    with closing(sqlite3.connect(file)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


async def test_both_write_the_same_rows(settings: Settings, file: Path, tmp_path: Path) -> None:
    checkpoint, elsewhere = empty_checkpoint(), Settings(home=tmp_path / "other")
    elsewhere.home.mkdir()
    for place, opened in ((settings, open_checkpointer), (elsewhere, stock)):
        async with opened(place) as saver:
            saved = await saver.aput(at("t", "before"), checkpoint, {"step": 3, "note": "ä"}, {})  # type: ignore[typeddict-unknown-key]
            await saver.aput_writes(saved, [("answer", {"cents": 1}), ("__interrupt__", ("?",))], "task", "~path")
            await saver.aput_writes(saved, [("answer", "too late")], "task")
            await saver.aput_writes(saved, [("__error__", "first")], "task")
            await saver.aput_writes(saved, [("__error__", "then")], "task")
    found = [contents(place.checkpoint_path) for place in (settings, elsewhere)]
    assert found[0] == found[1]
    assert [len(rows) for rows in found[0].values()] == [1, 3, 7, 9]


# -- one transaction for what is queued -------------------------------------------------------------------------------


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[SqliteWriter]:
    writer = await opened(tmp_path)
    yield writer
    await writer.aclose()


async def opened(folder: Path) -> SqliteWriter:
    (folder / "file.db").touch()
    writer = SqliteWriter(folder / "file.db")
    await writer.open(lambda c: c.executescript("PRAGMA journal_mode=WAL; CREATE TABLE rows (n INTEGER PRIMARY KEY)"))
    return writer


@pytest.fixture
def other(tmp_path: Path, writer: SqliteWriter) -> Iterator[sqlite3.Connection]:
    """Another process's connection."""
    with closing(sqlite3.connect(tmp_path / "file.db", isolation_level=None, check_same_thread=False)) as connection:
        yield connection


def row(number: int) -> Change:
    return lambda connection: connection.execute("INSERT INTO rows VALUES (?)", (number,))


def rows(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT n FROM rows ORDER BY n")]


async def test_what_is_queued_is_committed_together_and_what_is_awaited_is_there(
    writer: SqliteWriter, other: sqlite3.Connection
) -> None:
    seen: list[list[int]] = []

    def look(connection: sqlite3.Connection) -> None:
        seen.extend([rows(connection), rows(other), list(connection.execute("PRAGMA synchronous").fetchone())])

    async def first() -> list[int]:
        await writer.write(row(1))
        return rows(other)

    committed, *_ = await asyncio.gather(first(), writer.write(row(2)), writer.write(look))
    assert seen == [[1, 2], [], [2]]  # 2: FULL
    assert committed == [1, 2]


@pytest.mark.parametrize("bad", ["INSERT INTO rows VALUES (1)", "INSERT INTO nowhere VALUES (1)"])
async def test_a_change_that_fails_fails_alone_and_whole(
    writer: SqliteWriter, other: sqlite3.Connection, bad: str
) -> None:
    def fails(connection: sqlite3.Connection) -> None:
        row(7)(connection)
        connection.execute(bad)

    found = await asyncio.gather(*(writer.write(one) for one in (row(1), fails, row(2))), return_exceptions=True)
    assert [type(one).__mro__[1:2] == (sqlite3.DatabaseError,) for one in found] == [False, True, False]
    assert rows(other) == [1, 2]


def insert(*numbers: Any, known: str = "IGNORE") -> Insert:
    return Insert("rows", known, "n", [(number,) for number in numbers])


async def test_rows_that_are_written_together_fail_alone_and_whole(
    writer: SqliteWriter, other: sqlite3.Connection
) -> None:
    changes: list[Change] = [insert(1, 2), insert(3, "no number"), insert(4, object()), insert(), insert(2, 5), row(1)]
    found = await asyncio.gather(*(writer.write(one) for one in changes), return_exceptions=True)
    assert [isinstance(one, sqlite3.Error) for one in found] == [False, True, True, False, False, True]
    assert rows(other) == [1, 2, 5]


async def test_rows_of_one_table_are_written_in_their_order(writer: SqliteWriter, other: sqlite3.Connection) -> None:
    """The last one that replaces stays, and who ignores what is there does not replace it."""
    other.execute("CREATE TABLE named (key INTEGER PRIMARY KEY, word TEXT)")

    def word(known: str, text: str) -> Insert:
        return Insert("named", known, "key, word", [(1, text)])

    def forgotten(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM named")

    first: list[Change] = [word("REPLACE", "a"), word("REPLACE", "b"), insert(7), word("IGNORE", "c")]
    second: list[Change] = [
        word("IGNORE", "d"),
        insert(8),
        word("REPLACE", "e"),
        forgotten,
        word("IGNORE", "f"),
        word("IGNORE", "g"),
    ]
    for changes, left in ((first, "b"), (second, "f")):
        await asyncio.gather(*(writer.write(one) for one in changes))
        assert other.execute("SELECT word FROM named").fetchall() == [(left,)]
    assert rows(other) == [7, 8]


@pytest.mark.parametrize("sizes", [(MOST_ROWS + 1,), (MOST_ROWS, 1), (1, MOST_ROWS * 3, 1)])
async def test_many_rows_are_more_than_one_statement(
    writer: SqliteWriter, other: sqlite3.Connection, sizes: tuple[int, ...]
) -> None:
    numbers = iter(range(1000))
    await asyncio.gather(*(writer.write(insert(*islice(numbers, size))) for size in sizes))
    assert rows(other) == [*range(sum(sizes))]


async def test_a_disk_that_is_full_fails_and_the_next_write_does_not(
    writer: SqliteWriter, other: sqlite3.Connection
) -> None:
    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 3")
        connection.execute("CREATE TABLE large AS SELECT zeroblob(100000)")

    with pytest.raises(sqlite3.OperationalError, match="full"):
        await writer.write(fill)
    await writer.write(row(1))
    assert rows(other) == [1]


async def test_a_transaction_that_ends_early_fails_all_of_it(writer: SqliteWriter, other: sqlite3.Connection) -> None:
    """SQLite ends it by itself after an I/O error."""

    def lose(connection: sqlite3.Connection) -> None:
        connection.execute("ROLLBACK")
        raise sqlite3.OperationalError("disk I/O error")

    found = await asyncio.gather(*(writer.write(one) for one in (row(1), lose, row(2))), return_exceptions=True)
    assert [str(one) for one in found] == ["disk I/O error"] * 3
    assert rows(other) == []
    await writer.write(row(3))
    assert rows(other) == [3]


async def test_who_is_cancelled_is_told_when_it_is_known_what_became_of_the_write(
    writer: SqliteWriter, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    write = asyncio.create_task(writer.write(row(1)))
    await asyncio.sleep(0)
    write.cancel()
    assert await asyncio.wait([write], timeout=0.05) == (set(), {write})
    other.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await write
    assert rows(other) == [1]


async def test_who_is_cancelled_while_it_becomes_known_is_cancelled(writer: SqliteWriter) -> None:
    loop = asyncio.get_running_loop()
    for _ in range(50):
        write = asyncio.create_task(writer.write(lambda _: loop.call_soon_threadsafe(write.cancel)))  # noqa: B023
        assert isinstance((await asyncio.gather(write, return_exceptions=True))[0], asyncio.CancelledError)


# -- closing ----------------------------------------------------------------------------------------------------------


async def test_closing_writes_what_is_queued_and_takes_nothing_more(tmp_path: Path) -> None:
    writer = await opened(tmp_path)
    writes = [asyncio.create_task(writer.write(row(number))) for number in (1, 2)]
    await asyncio.sleep(0)
    await writer.aclose()
    await asyncio.gather(*writes)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        await writer.write(row(3))
    with closing(sqlite3.connect(tmp_path / "file.db")) as connection:
        assert rows(connection) == [1, 2]


async def test_closing_leaves_no_thread(settings: Settings) -> None:
    async with open_checkpointer(settings) as saver:
        await saver.aput(at(), empty_checkpoint(), {}, {})
        await saver.aget_tuple(at())
        ours = [thread for thread in threading.enumerate() if thread.name.startswith("checkpoints.db")]
    for thread in ours:
        await asyncio.to_thread(thread.join, 5)
    assert [thread.is_alive() for thread in ours] == [False, False]


def test_a_loop_that_is_closed_too_early_hurts_nobody(tmp_path: Path) -> None:
    """Its write is still queued, and nobody is there to be told."""
    loop = asyncio.new_event_loop()
    writer = loop.run_until_complete(opened(tmp_path))
    write = loop.create_task(writer.write(row(1)))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
    asyncio.run(writer.aclose())
    assert not write.done()
    write.get_coro().close()
    with closing(sqlite3.connect(tmp_path / "file.db")) as connection:
        assert rows(connection) == [1]


# -- readers ----------------------------------------------------------------------------------------------------------


async def test_readers_do_not_wait_for_writers(settings: Settings, saver: BaseCheckpointSaver[Any]) -> None:
    saved, following = empty_checkpoint(), empty_checkpoint()
    await saver.aput(at(), saved, {}, {})
    with closing(sqlite3.connect(settings.checkpoint_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(saver.aput(at(), following, {}, {}))
        found = await saver.aget_tuple(at())
        assert found
        assert found.checkpoint["id"] == saved["id"]
        assert not write.done()
        other.execute("ROLLBACK")
        await write
    assert [one.checkpoint["id"] async for one in saver.alist(at())] == [following["id"], saved["id"]]


async def test_the_saver_can_be_called_while_it_lists(saver: BaseCheckpointSaver[Any]) -> None:
    for number in range(50):
        await saver.aput(at(f"t{number}"), empty_checkpoint(), {}, {})
    seen = []
    async for one in saver.alist(None):
        thread_id = one.config["configurable"]["thread_id"]
        seen.append(thread_id)
        assert await saver.aget_tuple(at(thread_id)) == one
        await saver.aput(at("new"), empty_checkpoint(), {}, {})
        await saver.adelete_thread("t0")
    assert seen == [f"t{number}" for number in range(49, 0, -1)]


async def test_a_limit_counts_and_a_listing_may_be_left(saver: BaseCheckpointSaver[Any]) -> None:
    for _ in range(3):
        await saver.aput(at(), empty_checkpoint(), {}, {})
    assert [len([one async for one in saver.alist(None, limit=limit)]) for limit in (0, 2, None)] == [0, 2, 3]
    async for _ in saver.alist(None):
        break
    await saver.adelete_thread("t")
    assert await saver.aget_tuple(at()) is None
