"""The journal of real runs: what it says of every step, and what it must never say."""

import asyncio
import json
import os
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Engine, event, select, update

from app.clients.database.audit_chain import START
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Carried, Database
from app.clients.database.schema import journal as journal_table
from app.clients.database.schema import journal_heads
from app.clients.database.transactions import TAKE_TURN
from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.records.journal import FILES_KEPT, LARGEST_FILE, WAITS_S, Entry, Journal, files, link_of, redacted
from app.settings import Settings
from app.system_clock import SystemClock
from nodes.digests import digest
from nodes.ports import install
from nodes.ports.clock import iso
from nodes.ports.errors import MailRefused, MailUnavailable, NotConfigured, PaymentsUnavailable
from tests.app.clients.knowledge.embeddings_server import serving
from tests.contracts.conftest import Watch
from tests.contracts.racing import race
from tests.stored import elsewhere, open_database

ADA = "ada@example.com"
SMALL = {"order_id": "12346", "email": ADA}
LARGE = {"order_id": "12345", "email": ADA, "reason": "it hums in B flat"}


@pytest.fixture
async def runner(home: Settings, clock: Watch) -> AsyncIterator[Runner]:
    async with open_runner(home, clock=clock) as runner:
        yield runner


class Failing:
    """A service whose method raises these errors first, and then works."""

    def __init__(self, service: Any, method: str, errors: list[Exception]) -> None:
        self._service = service
        self._method = method
        self._errors = errors

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._service, name)
        if name != self._method:
            return real

        async def call(*args: Any, **kwargs: Any) -> Any:
            if self._errors:
                raise self._errors.pop(0)
            return await real(*args, **kwargs)

        return call


def failing(runner: Runner, service: str, method: str, *errors: Exception) -> Any:
    changed: dict[str, Any] = {service: Failing(getattr(runner.services, service), method, list(errors))}
    return install(replace(runner.services, **changed))


def told(entries: list[Entry]) -> list[str]:
    """What happened, in order: "event node attempt"."""
    return [" ".join(str(one) for one in (e["event"], e["node"], e["attempt"]) if one is not None) for e in entries]


def lines(settings: Settings) -> list[Entry]:
    return [json.loads(line) for line in settings.journal_file.read_text().splitlines()]


def path(*nodes: str) -> list[str]:
    return [f"{event} {node} 1" for node in nodes for event in ("start", "end")]


# -- what happened ----------------------------------------------------------------------------------------------------


async def test_a_refund_that_waits_and_is_approved(runner: Runner) -> None:
    await runner.start("refund", LARGE, thread="job")
    await runner.decide("job", {"type": "approve"})
    entries = await runner.trace("job")
    assert told(entries) == [
        "run_start",
        *path("look_for_approval", "verify_identity", "check_eligibility", "request_approval", "notify_approver"),
        "start await_approval 1",
        "interrupt await_approval 1",
        "run_end",
        "run_resume",
        *path("await_approval", "record_decision", "process_refund", "send_confirmation", "respond"),
        "run_end",
    ]
    assert {entry["graph"] for entry in entries} == {"refund"}
    assert {entry["thread_id"] for entry in entries} == {await runner.threads.find("job")}
    first, second = entries[0]["run_id"], entries[-1]["run_id"]
    middle = told(entries).index("run_resume")
    assert first != second
    assert [entry["run_id"] for entry in entries] == [first] * middle + [second] * (len(entries) - middle)


async def test_a_step_that_is_tried_again(runner: Runner) -> None:
    with failing(runner, "payments", "refund", PaymentsUnavailable("no answer")):
        await runner.start("refund", SMALL, thread="job")
    entries = [entry for entry in await runner.trace("job") if entry["node"] == "process_refund"]
    assert told(entries) == [
        "start process_refund 1",
        "failure process_refund 1",
        "retry process_refund 2",
        "end process_refund 2",
    ]
    assert [entry["error"] for entry in entries] == [None, "PaymentsUnavailable: no answer", None, None]


async def test_a_step_that_fails_for_good(runner: Runner) -> None:
    await runner.start("refund", {**SMALL, "order_id": "12361"}, thread="job")
    entries = told(await runner.trace("job"))
    assert entries[7:] == [
        "start process_refund 1",
        "failure process_refund 1",
        *path("failure path", "look_up_refund", "prepare_handover", "escalate", "respond"),
        "run_end",
    ]


async def test_a_run_that_breaks_down_and_is_resumed(runner: Runner) -> None:
    with failing(runner, "payments", "refund", NotConfigured("no key")), pytest.raises(NotConfigured):
        await runner.start("refund", SMALL, thread="job")
    await runner.resume("job")
    entries = await runner.trace("job")
    assert told(entries)[7:] == [
        "start process_refund 1",
        "failure process_refund 1",
        "start failure path 1",
        "failure failure path 1",
        "run_error",
        "run_resume",
        *path("failure path", "process_refund", "send_confirmation", "respond"),
        "run_end",
    ]
    assert entries[11]["error"] == "NotConfigured: no key"


async def test_a_run_that_takes_too_long(home: Settings, clock: Watch) -> None:
    class Stuck:
        async def find(self, order_id: str) -> None:
            await asyncio.Event().wait()

    async with open_runner(home.model_copy(update={"run_timeout_s": 0.5}), clock=clock) as runner:
        with install(replace(runner.services, orders=Stuck())):
            await runner.start("refund", SMALL, thread="job")
        entries = await runner.trace("job")
    assert told(entries)[3:4] == ["start verify_identity 1"]
    assert sorted(told(entries)[4:]) == ["failure verify_identity 1", "run_error"]  # both are being cancelled
    assert [entry["error"] for entry in entries[4:]] == ["CancelledError", "CancelledError"]


# -- how long, how much -----------------------------------------------------------------------------------------------


async def test_time_and_size_of_every_step(runner: Runner, clock: Watch) -> None:
    await runner.start("refund", LARGE, thread="job")
    for entry in await runner.trace("job"):
        ended = entry["event"] in ("end", "interrupt", "run_end")
        assert (entry["duration_ms"] is not None) == ended
        assert entry["at"] == iso(clock.now())
        assert (entry["step"] is None) == (entry["node"] is None)
        assert entry["input_bytes"]
        assert re.fullmatch("[0-9a-f]{64}", str(entry["input_digest"]))
        if entry["event"] == "end":
            assert entry["output_bytes"]
            assert re.fullmatch("[0-9a-f]{64}", str(entry["output_digest"]))
        if entry["event"] in ("start", "interrupt"):
            assert (entry["output_bytes"], entry["output_digest"]) == (None, None)


async def test_equal_input_has_an_equal_digest(runner: Runner) -> None:
    for thread, values in (("one", LARGE), ("two", dict(reversed(LARGE.items()))), ("three", SMALL)):
        await runner.start("refund", values, thread=thread)
    first = [(await runner.trace(thread))[3] for thread in ("one", "two", "three")]
    digests = [entry["input_digest"] for entry in first]
    assert digests[0] == digests[1] != digests[2]
    assert (await runner.trace("one"))[4]["input_digest"] == digests[0]


# -- what it must never say -------------------------------------------------------------------------------------------

SECRET = "my grandmother Wilhelmina never ordered it"


async def test_nothing_that_a_customer_wrote(runner: Runner, home: Settings) -> None:
    """Also not in what went wrong: the refused mail names its recipient, the broken summary its text."""
    with failing(runner, "mail", "send", MailRefused(f"<{ADA}> is refused"), MailUnavailable(f"cannot reach {ADA}")):
        await runner.start("refund", {**LARGE, "reason": SECRET}, thread="job")
        await runner.decide("job", {"type": "reject", "message": SECRET, "by": "mia@example.com"})
    await runner.say(f"{SECRET}: refund 12346", email=ADA, thread="talk")
    await runner.say(f"{SECRET}, get me a manager", thread="talk")
    entries = [*await runner.trace("job"), *await runner.trace("talk")]
    assert "MailRefused: <<e-mail>> is refused" in [entry["error"] for entry in entries]
    for written in (json.dumps(entries), home.journal_file.read_text()):
        assert "MailRefused" in written
        for secret in ("@", "Wilhelmina", "grandmother", "12345", "12346"):
            assert secret not in written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada@example.com", "<e-mail>"),
        ("to Ada.Lovelace+x_1@mail.example.co.uk.", "to <e-mail>."),
        ("<ada@example.com>, (bob@example.com); 'eve@example.com'", "<<e-mail>>, (<e-mail>); <e-mail>'"),
        ("o'brien@example.com said no", "<e-mail> said no"),
        ("root@localhost", "<e-mail>"),
        ("jürgen@bücher.example", "<e-mail>"),
        ("mailto:ada@example.com?subject=x", "mailto:<e-mail>?subject=x"),
        ("ada@example.com,bob@example.com", "<e-mail>,<e-mail>"),
        ("at 5 @ noon, and nothing else", "at 5 @ noon, and nothing else"),
        ("x" * 600, "x" * 500),
        ("x" * 495 + " ada@example.com", "x" * 495 + " <e-m"),  # cut after, not before
    ],
)
def test_addresses_are_taken_out(text: str, expected: str) -> None:
    assert redacted(text) == expected


# -- the file ---------------------------------------------------------------------------------------------------------


async def test_the_file_says_what_the_table_says(runner: Runner, home: Settings) -> None:
    await runner.start("refund", LARGE, thread="job")
    await runner.say("hello", thread="talk")
    await runner.journal.settle()
    assert lines(home) == [*await runner.trace("job"), *await runner.trace("talk")]
    assert home.journal_file.stat().st_mode & 0o777 == 0o600


async def test_a_large_file_is_put_aside_and_the_oldest_go(runner: Runner, home: Settings) -> None:
    for name in range(FILES_KEPT + 2):
        home.journal_file.touch()
        os.truncate(home.journal_file, LARGEST_FILE)
        await runner.start("refund", {"order_id": str(name), "email": ADA}, thread=str(name))
        await runner.journal.settle()
    assert len(files(home.journal_file)) == FILES_KEPT + 1
    assert lines(home) == await runner.trace(str(FILES_KEPT + 1))


async def test_conversations_at_once_keep_their_own_entries(runner: Runner, home: Settings) -> None:
    names = [f"talk-{number}" for number in range(5)]
    await asyncio.gather(*(runner.say("where is my order 12349?", thread=name) for name in names))
    traces = [await runner.trace(name) for name in names]
    await runner.journal.settle()
    assert all(told(trace) == told(traces[0]) for trace in traces)
    assert all(len({entry["thread_id"] for entry in trace}) == 1 for trace in traces)
    assert sorted(map(digest, lines(home))) == sorted(digest(entry) for trace in traces for entry in trace)


def entry(thread_id: str, **values: Any) -> Entry:
    return {
        "thread_id": thread_id,
        "run_id": "r",
        "graph": "refund",
        "event": "start",
        "node": "step",
        "step": 1,
        "attempt": 1,
        "duration_ms": None,
        "input_bytes": 1,
        "output_bytes": None,
        "input_digest": "d",
        "output_digest": None,
        "error": None,
        "at": "2026-11-23T12:00:00.000000Z",
        **values,  # type: ignore[typeddict-item]
    }


LONG = "ä\n" * 10_000


async def write_many(url: str, file: str, thread_id: str) -> str:
    async with open_database(url) as database:
        journal = Journal(database, Path(file), SystemClock())
        for number in range(10):
            await journal.write(entry(thread_id, step=number, error=LONG))
        await journal.aclose()
    return "written"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_lines_of_several_processes_do_not_mix(shop_url: str, tmp_path: Path) -> None:
    file = tmp_path / "journal.jsonl"
    assert race(write_many, *((shop_url, str(file), name) for name in "abc")) == ["written"] * 3
    written = [json.loads(line) for line in file.read_text().splitlines()]
    assert sorted((one["thread_id"], one["step"]) for one in written) == [(n, i) for n in "abc" for i in range(10)]
    assert all(one["error"] == LONG for one in written)


async def test_entries_of_one_thread_in_order_until_they_are_deleted(database: Database, clock: Watch) -> None:
    journal = Journal(database, None, clock)
    for number in range(3):
        await journal.write(entry("a", step=number))
        await journal.write(entry("b", step=number))
    assert [one["step"] for one in await journal.entries("a")] == [0, 1, 2]
    await journal.delete("a")
    assert await journal.entries("a") == []
    assert len(await journal.entries("b")) == 3


async def test_a_file_that_cannot_be_written_to_is_said_once(
    database: Database, tmp_path: Path, clock: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    journal = Journal(database, tmp_path, clock)  # a folder
    for number in range(2):
        await journal.write(entry("a", step=number))
    await journal.settle()
    assert [one["step"] for one in await journal.entries("a")] == [0, 1]
    (said,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert f"{tmp_path} cannot be written to (Is a directory)" in said


async def test_a_disk_that_takes_a_part_gets_the_rest(
    database: Database, tmp_path: Path, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr("os.write", lambda handle, data: write(handle, bytes(data[:100])))
    journal = Journal(database, tmp_path / "j", clock)
    await journal.write(entry("a", error=LONG))
    await journal.settle()
    assert json.loads((tmp_path / "j").read_text())["error"] == LONG


async def test_no_entry_is_lost_when_its_writer_is_cancelled(database: Database, clock: Watch) -> None:
    """Neither of the one at work, nor of the one that waits for its turn, nor of one that is cancelled twice."""
    journal = Journal(database, None, clock)
    with elsewhere(database) as other:
        other.execute(update(journal_heads).values(link="") if database.is_sqlite else TAKE_TURN)
        writers = [asyncio.create_task(journal.write(entry("a", step=number))) for number in range(4)]
        for _ in range(5):
            await asyncio.sleep(0)
        for writer in [*writers[:2], writers[1], writers[2]]:
            writer.cancel()
            await asyncio.sleep(0)
    ended = await asyncio.gather(*writers, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in ended] == [True, True, True, False]
    assert [one["step"] for one in await journal.entries("a")] == [0, 1, 2, 3]


async def test_what_waits_travels_with_the_next_transaction_and_outlives_one_that_is_undone(
    database: Database, clock: Watch
) -> None:
    journal, other = Journal(database, None, clock), Journal(database, None, clock)
    loop = asyncio.get_running_loop()

    async def fails(_: AsyncConnection) -> None:
        raise NotConfigured("undone")

    async def takes_its_time(_: AsyncConnection) -> None:
        loop.call_soon_threadsafe(journal.add, entry("a", step=3))  # too late for this one

    journal.add(entry("a", step=1))
    with pytest.raises(NotConfigured):
        await database.write(fails)
    assert await other.entries("a") == []
    journal.add(entry("a", step=2))
    await database.write(takes_its_time)
    assert [one["step"] for one in await other.entries("a")] == [1, 2]
    assert [one["step"] for one in await journal.entries("a")] == [1, 2, 3]
    assert await unbroken(database)


async def test_no_entry_is_written_twice_when_the_news_of_a_commit_is_lost(database: Database, clock: Watch) -> None:
    class NoNews:
        """Of the first transaction."""

        first = True

        def carry(self, write: Carried) -> None:
            async def written(connection: AsyncConnection) -> Callable[[], None]:
                told = await write(connection)
                first, self.first = self.first, False
                return (lambda: None) if first else told

            database.carry(written)

        def __getattr__(self, name: str) -> Any:
            return getattr(database, name)

    journal = Journal(cast("Any", NoNews()), None, clock)
    journal.add(entry("a", step=1))
    await database.write(nothing)
    journal.add(entry("a", step=2))
    assert [one["step"] for one in await journal.entries("a")] == [1, 2]
    assert await unbroken(database)


async def nothing(_: AsyncConnection) -> None: ...


async def test_what_waits_is_written_after_a_moment_by_itself_and_at_the_end(database: Database, clock: Watch) -> None:
    journal, other = Journal(database, None, clock), Journal(database, None, clock)
    journal.add(entry("a", step=1))
    async with asyncio.timeout(60):
        while not await other.entries("a"):  # noqa: ASYNC110 (by itself: nothing says so)
            await asyncio.sleep(0.01)
    journal.add(entry("a", step=2))
    await journal.aclose()
    assert [one["step"] for one in await other.entries("a")] == [1, 2]


async def test_a_step_that_acts_has_begun_for_other_processes_too(runner: Runner, home: Settings) -> None:
    """When the money moves, that it was about to is on disk: no crash hides it. That a code step began may wait."""
    seen: list[str] = []

    class Looking(Failing):
        def __getattr__(self, name: str) -> Any:
            with closing(sqlite3.connect(f"{(home.home / 'business.db').as_uri()}?mode=ro", uri=True)) as database:
                rows = database.execute("SELECT node FROM journal WHERE event = 'start' ORDER BY entry_id").fetchall()
            seen.append(f"{name} after {rows[-1][0] if rows else None}")
            return super().__getattr__(name)

    with install(replace(runner.services, payments=cast("Any", Looking(runner.services.payments, "", [])))):
        await runner.start("refund", SMALL, thread="job")
    assert "refund after process_refund" in seen


async def test_a_run_needs_few_transactions(runner: Runner) -> None:
    """Five steps, none of which acts: one transaction registers and leases, one has every line and the end. A slow run has one
    more for each time that its lines have waited long enough. Each line and each note once had one of its own: 17."""
    await runner.start("answer", {"question": "how long do refunds take?"})
    began, writes = time.monotonic(), list[Connection]()
    with committing(writes.append):
        await runner.start("answer", {"question": "how long do refunds take?"})
    assert len(writes) <= 3 + (time.monotonic() - began) / WAITS_S


@pytest.mark.parametrize(
    ("graph", "asked", "step"), [("answer", "question", "retrieve"), ("research", "topic", "deliver")]
)
async def test_a_run_says_that_it_went_on_without_the_embedding_model(
    home: Settings, tmp_path: Path, graph: str, asked: str, step: str
) -> None:
    (folder := tmp_path / "pages").mkdir()
    (folder / "money.md").write_text("# Salary\n\nThe salary comes on the last day of each month.\n")
    with serving() as server:
        server.status = 500
        settings = home.model_copy(
            update={"knowledge_dir": folder, "embedding_model": "small", "embedding_base_url": server.url}
        )
        async with open_runner(settings) as runner:
            result = await runner.start(graph, {asked: "When does the salary come?"}, thread="job")
            notes = [(entry["node"], entry["error"]) for entry in await runner.trace("job") if entry["error"]]
    outage = result["values"]["left_out"]["outage"]
    assert "The embedding model small at http://127.0.0.1" in outage
    assert notes == [(step, f"went on: {outage}")]


@contextmanager
def committing(do: Callable[[Connection], object]) -> Iterator[None]:
    """Right before each write transaction on SQLite is committed."""

    def committed(connection: Connection) -> None:
        if "sqlite_begin" in connection.get_execution_options():
            do(connection)

    event.listen(Engine, "commit", committed)
    try:
        yield
    finally:
        event.remove(Engine, "commit", committed)


async def unbroken(database: Database) -> bool:
    written = [dict(one) for one in await database.fetch(select(journal_table).order_by(journal_table.c.entry_id))]
    links = [START, *(str(row["link"]) for row in written)]
    return all(link_of(row, before) == row["link"] for row, before in zip(written, links, strict=False))
