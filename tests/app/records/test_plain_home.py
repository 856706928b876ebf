"""A home in order is read without SQLAlchemy, and tells the same; any other is left to those who open it as a whole."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.clients.database.database import Database
from app.clients.database.plain_sql import PlainFile, Statements
from app.clients.database.text_cipher import TextCipher
from app.clients.tickets.ticket_list import listed
from app.clients.tickets.ticket_table import DatabaseTickets
from app.composition import open_records, open_runner
from app.records.home_lists import open_lists
from app.records.home_requests import open_requests
from app.records.installation import open_business
from app.records.journal_entries import entries
from app.records.plain_home import plain_home
from app.records.plain_state import AWAITING, NotPlain
from app.records.register import Register
from app.settings import Settings
from app.system_clock import SystemClock
from graphs import workflow
from nodes.approvals.so_far import description
from nodes.ports.errors import DependencyDown, NotConfigured, UnknownThread

KEY = SecretStr("0123456789abcdef")
SMALL = {"order_id": "12346", "email": "ada@example.com"}
LARGE = {"order_id": "12345", "email": "ada@example.com"}


@pytest.fixture
async def at_work(settings: Settings) -> Settings:
    """A home with three threads, and a ticket that is sealed."""
    settings = settings.model_copy(update={"encryption_key": KEY})
    async with open_runner(settings, signals=False) as runner:
        await runner.start("refund", SMALL, thread="small")
        await runner.start("refund", LARGE, thread="large")
        await runner.start("answer", {"question": "how long do refunds take?"})
        thread_id = await runner.threads.find("large")
        await runner.services.tickets.open(
            key="k", thread_id=thread_id, reason="worn", summary="a case", transcript=["hello"], facts={"n": 1}
        )
    return settings


async def is_in_order(settings: Settings) -> bool:
    async with plain_home(settings) as database:
        return database is not None


def changed(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"limit": 2},
        {"sort": "order_id"},
        {"sort": "-email", "limit": 1},
        {"sort": "updated_at"},
        {"status": "waiting"},
        {"status": "completed", "graph": "refund"},
        {"status": "failed"},
        {"status": "running"},
        {"outcome": "needs_attention"},
        {"outcome": "refunded", "email": " Ada@Example.com "},
        {"order_id": "12345"},
        {"since": "2020-01-01", "until": "2020-01-02"},
        {"opened_by": "nobody"},
    ],
    ids=str,
)
async def test_both_ways_list_the_same_threads(at_work: Settings, wanted: dict[str, Any]) -> None:
    async with plain_home(at_work) as plain, open_business(at_work) as whole:
        assert plain
        one, other = (Register(database, SystemClock()) for database in (plain, whole))
        assert await one.recent(**wanted) == await other.recent(**wanted)
        known = [thread["thread_id"] for thread in await one.recent()]
        assert len(known) == 3
        assert await one.short_ids(known) == await other.short_ids(known)
        assert await one.some(known[:2]) == await other.some(known[:2])


async def test_both_ways_tell_the_same_of_a_thread(at_work: Settings) -> None:
    cipher = TextCipher(KEY)
    async with plain_home(at_work) as plain, open_business(at_work) as whole:
        assert plain
        register = Register(plain, SystemClock())
        thread_id = await register.find("large")
        assert await register.find(thread_id[:8].upper()) == thread_id
        for reference in ("lar%", thread_id[:7] + "_", "no such thread"):  # no pattern is a thread
            with pytest.raises(UnknownThread):
                await register.find(reference)
        steps = await entries(plain, thread_id)
        assert steps == await entries(whole, thread_id)
        assert [number for number, _ in steps[2:]] == [
            number for number, _ in await entries(plain, thread_id, after=steps[1][0])
        ]
        (ticket,) = await listed(plain, cipher, thread_id)
        assert (ticket["transcript"], ticket["facts"]) == (["hello"], {"n": 1})
        assert [ticket] == await DatabaseTickets(whole, SystemClock(), cipher).list()


def no_home(settings: Settings) -> Settings:
    return settings.model_copy(update={"home": settings.home / "elsewhere"})


def older(settings: Settings) -> Settings:
    changed(settings.business_path, "UPDATE alembic_version SET version_num = '0001'")
    return settings


def without_a_mark(settings: Settings) -> Settings:
    changed(settings.checkpoint_path, "DROP TABLE checkpoint_installation")
    return settings


def of_another(settings: Settings) -> Settings:
    changed(settings.checkpoint_path, "UPDATE checkpoint_installation SET id = 'another'")
    return settings


def without_checkpoints(settings: Settings) -> Settings:
    settings.checkpoint_path.unlink()
    return settings


def broken(settings: Settings) -> Settings:
    settings.business_path.write_bytes(b"this is no database at all " * 100)
    return settings


def on_a_server(settings: Settings) -> Settings:
    return settings.model_copy(update={"database_url": SecretStr("postgresql://x@127.0.0.1:1/z")})


@pytest.mark.parametrize(
    "changing", [no_home, older, without_a_mark, of_another, without_checkpoints, broken, on_a_server]
)
async def test_what_is_not_in_order_is_left_to_others(
    at_work: Settings, changing: Callable[[Settings], Settings]
) -> None:
    assert await is_in_order(at_work)
    changed_settings = changing(at_work)
    before = {file: file.read_bytes() for file in at_work.home.glob("*.db")}
    assert not await is_in_order(changed_settings)
    assert {file: file.read_bytes() for file in at_work.home.glob("*.db")} == before, "nothing was made or changed"
    assert not (at_work.home / "elsewhere").exists()


async def test_what_only_an_engine_can_tell_is_left_to_it(at_work: Settings) -> None:
    async with open_lists(at_work) as lists:
        assert lists
    changed(at_work.business_path, "UPDATE threads SET status = 'running' WHERE name = 'large'")
    async with open_lists(at_work) as lists:
        assert lists is None


async def test_a_transaction_is_whole_or_not_there(at_work: Settings) -> None:
    async def fail(statements: Statements) -> None:
        assert await statements.change("DELETE FROM journal", {})
        await statements.change("DELETE FROM no_such_table", {})

    with closing(PlainFile(at_work.business_path)) as database:
        with pytest.raises(DependencyDown, match="has the disk room"):
            await database.write(fail)
        assert await database.rows("SELECT 1 FROM journal", {})
    whole = Database(at_work.business_url)
    await whole.change("DELETE FROM journal", {})  # nobody holds the file
    await whole.aclose()


async def test_both_ways_describe_the_same_requests(at_work: Settings) -> None:
    at_work = at_work.model_copy(update={"ship_limit_cents": 100})
    async with open_runner(at_work, signals=False) as runner:
        await runner.start("fulfilment", {"order_id": "12351"}, thread="parcel")
        await runner.start("refund", {**LARGE, "amount_cents": 100, "again": True}, thread="another")
        asked = runner.services.approvals
        (first, *_) = await asked.pending()
        await asked.put_question(
            first["approval_id"], question_id="q", text="Worn?", by="mia", put_to="ada@example.com"
        )
        await asked.note_remark(first["approval_id"], remark_id="r", text="It is broken.")
    async with open_records(at_work) as whole:
        expected = [(one, await description(one)) for one in await whole.pending()]
        keys = [f"{one['approval_id']}:{who}" for one, _ in expected for who in ("approver", "nobody")]
        untold = await whole.outbox.untold(keys)
    async with open_requests(at_work) as lists:
        assert lists
        assert [(one, await description(one)) for one in await lists.pending()] == expected
        assert await lists.outbox.untold(keys) == untold != set(keys)
    assert {one["action"] for one, _ in expected} == {"process_refund", "ship_order"}
    said = "\n".join(text for _, text in expected)
    assert all(words in said for words in ("Also waiting for this order", "Worn?", "It is broken.", "Lovelace"))


@pytest.mark.parametrize(
    "change", [{"services": "tests.documented:services"}, {"payments": "stripe"}, {"engine": "langgraph"}], ids=str
)
async def test_requests_that_something_else_describes_are_left_to_it(at_work: Settings, change: dict[str, str]) -> None:
    async with open_requests(at_work.model_copy(update=change)) as lists:
        assert bool(lists) == ("engine" in change)
    changed(at_work.business_path, "UPDATE approvals SET action = 'of_a_package'")
    async with open_requests(at_work) as lists:
        assert lists is None


async def test_a_shop_of_ones_own_describes_its_requests(at_work: Settings) -> None:
    at_work.orders_file.write_text("")
    async with open_requests(at_work) as lists:
        assert lists is None


async def test_requests_are_not_listed_while_the_table_of_approvals_is_broken(at_work: Settings) -> None:
    at_work.approvals_file.write_text("[[approval]]\nwho = 3")
    with pytest.raises(NotConfigured):
        async with open_requests(at_work):
            pass


@pytest.fixture
async def told(settings: Settings) -> Settings:
    """A home with a thread of each kind that is at rest, and of some that are not."""
    async with open_runner(settings, signals=False) as runner:
        await runner.start("refund", SMALL, thread="small")
        await runner.start("refund", LARGE, thread="large")
        await runner.start("refund", {**LARGE, "amount_cents": 11000, "again": True}, thread="rejected")
        await runner.decide("rejected", {"type": "reject", "message": "worn"})
        await runner.start("answer", {"question": "how long do refunds take?"}, thread="question")
        await runner.start("fulfilment", {"order_id": "12352"}, thread="parcel")
        await runner.say("where is my order 12349?", thread="talk", email="grace@example.com")
    return settings


@pytest.mark.parametrize("name", ["small", "large", "rejected", "question", "parcel", "talk"])
async def test_both_ways_show_the_same_of_a_thread_at_rest(told: Settings, name: str) -> None:
    async with open_runner(told, signals=False) as runner:
        whole = await runner.show(name)
    async with open_requests(told, with_messages=name != "talk") as home:
        assert home
        plain = await home.show(name)
    if name == "talk":  # its messages are in earlier checkpoints too
        assert set(whole["values"]) - set(plain["values"]) <= {"messages"}
        whole["values"].pop("messages")
        plain["values"].pop("messages", None)
        async with open_requests(told) as home:
            assert home
            with pytest.raises(NotPlain):
                await home.show(name)
    assert plain == whole


@pytest.mark.parametrize(
    ("file", "statement"),
    [
        ("business.db", "UPDATE threads SET status = 'failed'"),
        ("business.db", "UPDATE threads SET status = 'completed'"),  # it waits
        ("business.db", "UPDATE threads SET engine = 'steps'"),
        ("business.db", "UPDATE threads SET graph = 'of_a_package'"),
        ("checkpoints.db", "DELETE FROM writes"),
        ("checkpoints.db", "UPDATE writes SET channel = 'reply'"),
        ("checkpoints.db", "UPDATE checkpoints SET type = 'msgpack+aes'"),
        ("checkpoints.db", "UPDATE checkpoints SET checkpoint = x'C1'"),
        ("checkpoints.db", "DELETE FROM checkpoints"),
    ],
)
async def test_a_thread_that_is_not_at_rest_is_left_to_the_engine(told: Settings, file: str, statement: str) -> None:
    changed(told.home / file, statement)
    async with open_requests(told) as home:
        assert home
        with pytest.raises(NotPlain):
            await home.show("large")


@pytest.mark.parametrize("name", ["refund", "support", "fulfilment"])
def test_the_step_that_waits_is_called_the_same_in_every_workflow(name: str) -> None:
    assert AWAITING in workflow(name).build().nodes
