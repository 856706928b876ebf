"""Our saver: the maintainers' conformance suite, strict and encrypted serialisation, files that nobody else reads."""

import asyncio
import dataclasses
import os
import pickle
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint
from langgraph.checkpoint.conformance import validate
from langgraph.checkpoint.conformance.capabilities import Capability
from langgraph.checkpoint.conformance.initializer import RegisteredCheckpointer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from pydantic import BaseModel, SecretStr

from app.composition import open_runner
from app.records.checkpoints import open_checkpointer, serializer
from app.records.sqlite_saver import SqliteSaver
from app.settings import Settings
from nodes.ports.errors import DependencyDown, NotConfigured
from tests.contracts.racing import race
from tests.postgres import Server

KEY = "sixteen letters!"
OTHER_KEY = "another 16 chars"


def at(thread_id: str = "t") -> Any:
    return {"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}}


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
@pytest.mark.parametrize("capability", [one.value for one in Capability])
async def test_the_maintainers_suite(settings: Settings, capability: str, key: str | None) -> None:
    chosen = settings.model_copy(update={"encryption_key": key and SecretStr(key)})

    async def ours() -> AsyncGenerator[BaseCheckpointSaver[Any], None]:
        async with open_checkpointer(chosen) as saver:
            yield saver

    report = await validate(RegisteredCheckpointer("switchboard", ours), capabilities={capability})
    result = report.results[capability]
    assert result.detected
    assert result.failures == []
    assert result.tests_passed


# -- what goes in, what comes out -------------------------------------------------------------------------------------


@dataclasses.dataclass
class Point:
    x: int


class Model(BaseModel):
    x: int


class Anything:
    pass


class Trap:
    """Unpickled, it would make a file."""

    def __reduce__(self) -> Any:
        return os.mkdir, ("trapped",)


@pytest.mark.parametrize(
    "value",
    [
        {"cents": 14900, "rate": 0.5, "note": "ä€😀", "list": [1, None, True], "nested": {"a": {"b": []}}},
        [HumanMessage("where is it?", id="1"), AIMessage("here", id="2")],
        UUID(int=7),
    ],
    ids=["json", "messages", "uuid"],
)
@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
def test_state_comes_back_as_it_was(settings: Settings, value: Any, key: str | None) -> None:
    serde = serializer(settings.model_copy(update={"encryption_key": key and SecretStr(key)}))
    assert serde.loads_typed(serde.dumps_typed(value)) == value


@pytest.mark.parametrize("value", [Anything(), Trap(), lambda: 1, {"deep": [Anything()]}])
def test_what_is_not_data_cannot_be_saved(settings: Settings, value: Any) -> None:
    with pytest.raises(TypeError):
        serializer(settings).dumps_typed(value)


@pytest.mark.parametrize("value", [Point(1), Model(x=1)])
def test_types_of_ours_come_back_as_data(settings: Settings, value: Any) -> None:
    """A checkpoint that somebody has tampered with must not make objects: not even of the types it could name."""
    serde = serializer(settings)
    assert serde.loads_typed(serde.dumps_typed(value)) == {"x": 1}


async def test_a_pickle_in_the_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    async with open_checkpointer(settings) as saver:
        await saver.aput(at(), empty_checkpoint(), {}, {})
        with closing(sqlite3.connect(settings.checkpoint_path)) as connection, connection:
            connection.execute("UPDATE checkpoints SET type = 'pickle', checkpoint = ?", (pickle.dumps(Trap()),))
        with pytest.raises(NotImplementedError, match="pickle"):
            await saver.aget_tuple(at())
    assert "trapped" not in os.listdir(tmp_path)  # where this test works


# -- encryption -------------------------------------------------------------------------------------------------------

REFUND = {"order_id": "12345", "email": "ada@example.com", "reason": "it hums in B flat"}
SECRETS = (b"ada@example.com", b"it hums in B flat", b"process_refund")


def with_key(settings: Settings, key: str | None) -> Settings:
    return settings.model_copy(update={"encryption_key": key and SecretStr(key)})


def on_disk(settings: Settings) -> bytes:
    files = sorted(settings.home.glob("checkpoints.db*"))
    assert files
    return b"".join(file.read_bytes() for file in files)


@pytest.mark.parametrize(("key", "readable"), [(None, True), (KEY, False)])
async def test_a_thread_goes_on_and_its_file_keeps_quiet(home: Settings, key: str | None, readable: bool) -> None:
    chosen = with_key(home, key)
    async with open_runner(chosen) as runner:
        await runner.start("refund", REFUND, thread="job")
        assert [secret in on_disk(chosen) for secret in SECRETS[:2]] == [readable] * 2
    async with open_runner(chosen) as runner:
        assert (await runner.decide("job", {"type": "approve"}))["outcome"] == "refunded"
    assert [secret in on_disk(chosen) for secret in SECRETS[:2]] == [readable] * 2


@pytest.mark.parametrize("key", [None, OTHER_KEY])
async def test_without_the_right_key_it_says_so(home: Settings, key: str | None) -> None:
    async with open_runner(with_key(home, KEY)) as runner:
        await runner.start("refund", REFUND, thread="job")
    async with open_runner(with_key(home, key)) as runner:
        for call in (runner.show, runner.resume):
            with pytest.raises(NotConfigured, match="SWITCHBOARD_ENCRYPTION_KEY"):
                await call("job")


async def test_threads_from_before_the_key_stay_readable(home: Settings) -> None:
    async with open_runner(home) as runner:
        await runner.start("refund", REFUND, thread="job")
    async with open_runner(with_key(home, KEY)) as runner:
        assert (await runner.decide("job", {"type": "approve"}))["outcome"] == "refunded"


@pytest.mark.parametrize("key", ["", "short", "x" * 17, "x" * 33, "ä" * 16 + "x"])
async def test_a_key_of_the_wrong_length_is_refused_before_anything_runs(settings: Settings, key: str) -> None:
    with pytest.raises(NotConfigured, match="16, 24 or 32"):
        async with open_checkpointer(settings.model_copy(update={"encryption_key": SecretStr(key)})):
            pass


# -- the file ---------------------------------------------------------------------------------------------------------


async def test_only_its_owner_reads_the_file(settings: Settings) -> None:
    before = os.umask(0)
    try:
        async with open_checkpointer(settings) as saver:
            await saver.aput(at(), empty_checkpoint(), {}, {})
            modes = {path.name: oct(path.stat().st_mode & 0o777) for path in settings.home.iterdir()}
    finally:
        os.umask(before)
    assert modes == {f"checkpoints.db{end}": "0o600" for end in ("", "-shm", "-wal")}
    assert settings.home.stat().st_mode & 0o777 == 0o700


async def test_the_disk_gets_its_space_back(settings: Settings) -> None:
    async with open_checkpointer(settings) as saver:
        assert isinstance(saver, SqliteSaver)
        checkpoint = {
            **empty_checkpoint(),
            "channel_values": {"text": "x" * 500_000},
            "channel_versions": {"text": "1"},
        }
        await saver.aput(at(), checkpoint, {}, {"text": "1"})  # type: ignore[arg-type]
        await saver.adelete_thread("t")
        await saver.compact()
    assert settings.checkpoint_path.stat().st_size < 100_000


async def test_what_another_saver_wrote_can_be_read(settings: Settings) -> None:
    settings.home.mkdir()
    written = empty_checkpoint()
    async with AsyncSqliteSaver.from_conn_string(str(settings.checkpoint_path)) as stock:
        await stock.aput(at(), written, {}, {})
    async with open_checkpointer(settings) as ours:
        found = await ours.aget_tuple(at())
        assert found
        assert found.checkpoint["id"] == written["id"]


# -- what can be wrong with it ----------------------------------------------------------------------------------------


async def test_a_broken_file_says_which(settings: Settings) -> None:
    settings.home.mkdir()
    settings.checkpoint_path.write_bytes(b"this is no database, and long enough to be looked at" * 100)
    with pytest.raises(DependencyDown, match=r"checkpoints\.db cannot be used"):
        async with open_checkpointer(settings):
            pass


async def test_a_home_that_cannot_be_made_says_so(settings: Settings) -> None:
    settings.home.write_text("a file is in the way")
    with pytest.raises(NotConfigured, match="SWITCHBOARD_HOME"):
        async with open_checkpointer(settings):
            pass


@pytest.mark.parametrize(
    ("url", "error", "words"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", DependencyDown, "does not answer"),
        ("nonsense", NotConfigured, "not an address"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", NotConfigured, "not an address"),
    ],
)
async def test_an_address_where_no_database_answers(
    settings: Settings, url: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as met:
        async with open_checkpointer(settings.model_copy(update={"checkpoint_url": SecretStr(url)})):
            pass
    assert url not in str(met.value)


@pytest.mark.parametrize(
    "error", [sqlite3.OperationalError("mine"), psycopg.OperationalError("mine"), KeyError("mine")]
)
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_errors_of_its_user_are_left_alone(
    settings: Settings, engine: str, request: pytest.FixtureRequest, error: Exception
) -> None:
    if engine == "postgres":
        server: Server = request.getfixturevalue("server")
        settings = settings.model_copy(update={"checkpoint_url": SecretStr(server.url(server.create()))})
    with pytest.raises(type(error), match="mine") as met:
        async with open_checkpointer(settings):
            raise error
    assert met.value is error


async def use(home: str, url: str | None) -> str:
    """Open a saver in a process of its own, write and read."""
    settings = Settings(home=Path(home), checkpoint_url=SecretStr(url) if url else None)
    async with open_checkpointer(settings) as saver:
        written = empty_checkpoint()
        await saver.aput(at(written["id"]), written, {}, {})
        found = await saver.aget_tuple(at(written["id"]))
        return "read" if found and found.checkpoint["id"] == written["id"] else "lost"


async def test_a_fresh_home_that_another_process_is_setting_up_is_waited_for(settings: Settings) -> None:
    """SQLite refuses the switch to WAL mode at once while somebody writes."""
    settings.home.mkdir(parents=True)
    with closing(sqlite3.connect(settings.checkpoint_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        opening = asyncio.create_task(use(str(settings.home), None))
        refused, _ = await asyncio.wait([opening], timeout=0.5)
        assert not refused
        other.execute("COMMIT")
    assert await opening == "read"


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_processes_that_open_a_fresh_home_at_once(
    settings: Settings, engine: str, request: pytest.FixtureRequest
) -> None:
    url: str | None = None
    if engine == "postgres":
        server: Server = request.getfixturevalue("server")
        url = server.url(server.create())
    assert race(use, *[(str(settings.home), url)] * 3) == ["read"] * 3
