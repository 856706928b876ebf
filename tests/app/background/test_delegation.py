"""`approve` while a server runs: the server decides, for the same person and with the same refusals; if it dies, the command does."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from sqlalchemy import update

from app.approvals.delegation import Left, decide_after_all, delegate
from app.clients.database.database import Database
from app.clients.database.owners import owner
from app.clients.database.schema import handovers, servers
from app.clients.database.text_cipher import TextCipher
from app.composition import open_runner
from app.engines.contract import RunResult
from app.records.delegated_decisions import DelegatedDecisions
from app.records.journal import Entry
from app.settings import Settings
from app.system_clock import SystemClock
from app.testing import FakeClock
from nodes.ports.approvals import Decider
from nodes.ports.errors import AlreadyDecided, SwitchboardError, UnknownThread
from tests.app.background.test_jobs import Server, refunds
from tests.app.engines.test_runner import LARGE

APPROVE = {"type": "approve"}


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[Server]:
    async with open_runner(settings, signals=False) as runner:
        database = Database(settings.business_url)
        yield Server(runner, database)
        await database.aclose()


async def handed_over(server: Server, settings: Settings, seen: list[Entry] | None = None) -> RunResult | Left:
    """A command, and a server that looks for requests as long as the command waits."""
    watch = [] if seen is None else seen
    command = asyncio.create_task(delegate(settings, "job", APPROVE, watch=watch.append))
    while not command.done():
        await server.jobs.carry_out()
        await server.jobs.settled()
    return await command


def dead() -> str:
    host, _, told = owner().rsplit("/", 2)
    return f"{host}/999999999/{told}"


async def test_the_server_decides_for_the_command_and_refuses_as_the_command_would(
    server: Server, settings: Settings
) -> None:
    await server.runner.start("refund", LARGE, thread="job")
    assert await delegate(settings, "job", APPROVE, watch=lambda _: None) == "untouched", (
        "no server has said that it lives"
    )
    await server.jobs.decisions.beat()
    with pytest.raises(UnknownThread):
        await delegate(settings, "no such thread", APPROVE, watch=lambda _: None)
    steps: list[Entry] = []
    result = await handed_over(server, settings, steps)
    assert not isinstance(result, str)
    assert result == {**await server.runner.show("job"), "usage": result["usage"]}
    assert result["outcome"] == "refunded"
    assert await refunds(server.runner, "12345") == [14900]
    assert [one["node"] for one in steps if one["event"] == "end"][-1] == "respond"
    with pytest.raises(AlreadyDecided, match="a decision is final"):
        await handed_over(server, settings)
    assert await refunds(server.runner, "12345") == [14900]


async def test_a_server_that_died_before_it_began_leaves_it_to_the_command(server: Server, settings: Settings) -> None:
    await server.runner.start("refund", LARGE, thread="job")
    await server.jobs.decisions.beat()
    command = asyncio.create_task(delegate(settings, "job", APPROVE, watch=lambda _: None))
    while not await server.jobs.decisions.requests():
        assert not command.done()
    await server.runner.threads._database.execute(update(servers).values(owner=dead()))
    assert await command == "untouched"
    await server.jobs.carry_out()  # another server, a moment later
    await server.jobs.settled()
    assert (await server.runner.show("job"))["status"] == "waiting"


@pytest.mark.parametrize("decided", [False, True])
async def test_what_a_server_had_begun_when_it_died_is_done_once(
    server: Server, settings: Settings, decided: bool
) -> None:
    asked = (await server.runner.start("refund", LARGE, thread="job"))["approval"]
    assert asked
    since = datetime.now(UTC)
    await server.jobs.decisions.beat()
    command = asyncio.create_task(delegate(settings, "job", APPROVE, watch=lambda _: None))
    while not (requests := await server.jobs.decisions.requests()):
        assert not command.done()
    assert await server.jobs.decisions.claim(requests[0]["handover_id"])
    if decided:
        await server.runner.services.approvals.decide(
            asked["approval_id"],
            decision_id="d1",
            args_digest=asked["args_digest"],
            verdict="approved",
            granted=asked["args"],
            by="Mia",
            reason="",
            decider=Decider("Mia", signed_in=False),
        )
    await server.runner.threads._database.execute(update(handovers).values(claimed_by=dead()))
    assert await command == "begun"
    assert (await decide_after_all(server.runner, "job", APPROVE, since))["outcome"] == "refunded"
    await server.work()
    assert await refunds(server.runner, "12345") == [14900]
    with pytest.raises(AlreadyDecided):
        await decide_after_all(server.runner, "job", APPROVE, datetime.now(UTC))


async def test_a_request_is_for_one_server_and_for_a_moment(server: Server, settings: Settings) -> None:
    clock = SystemClock()
    other = DelegatedDecisions(server.runner.threads._database, clock, TextCipher(None))
    handover_id = await other.ask("t", APPROVE, Decider("Mia", signed_in=True))
    claims = await asyncio.gather(*(one.claim(handover_id) for one in (server.jobs.decisions, other)))
    assert sorted(claims) == [False, True]
    await other.ask("t", APPROVE, Decider("Mia", signed_in=True))
    await server.runner.threads._database.execute(update(handovers).values(at="2026-01-01T00:00:00.000000Z"))
    assert await other.requests() == [], "a command that is long gone decides nothing"


async def test_a_request_that_a_busy_server_did_not_begin_in_time_goes_back(server: Server, settings: Settings) -> None:
    """It lives, and would never begin it: the command must not wait for ever."""
    clock = FakeClock()
    waiting = DelegatedDecisions(server.jobs.decisions._database, clock, TextCipher(settings.encryption_key))
    await waiting.beat()
    handover_id = await waiting.ask("job", APPROVE, Decider("mia", signed_in=True))
    assert await waiting.taken_back(handover_id) is None
    clock.advance(minutes=1)
    await waiting.beat()
    assert await waiting.requests() == []
    assert await waiting.taken_back(handover_id) == "untouched"
    assert await waiting.taken_back(handover_id) == "begun", "it is gone: whoever asks decides after all"


class Broken:
    """An engine with a fault that nobody foresaw."""

    async def decide(self, thread: str, answer: Any, *, decider: Decider | None = None) -> RunResult:
        raise RuntimeError("a fault")


async def test_a_server_that_fails_tells_the_command(server: Server, settings: Settings) -> None:
    await server.runner.start("refund", LARGE, thread="job")
    await server.jobs.decisions.beat()
    broken = Server(server.runner, cast("Database", server.jobs.decisions._database))
    broken.jobs = replace(server.jobs, engine=cast("Any", Broken()))
    with pytest.raises(SwitchboardError, match="The server failed"):
        await handed_over(broken, settings)
    assert (await server.runner.show("job"))["status"] == "waiting"


APPROVES = """
import sys
from app.cli.main import app
code = app(["approve", "job", "--json"], standalone_mode=False)
print(code or 0, [name for name in ("langgraph", "langchain_core", "sqlalchemy", "app.composition") if name in sys.modules])
"""


async def test_a_command_beside_a_server_loads_no_engine_and_no_sqlalchemy(server: Server, settings: Settings) -> None:
    await server.runner.start("refund", LARGE, thread="job")
    await server.jobs.decisions.beat()
    environment = {**os.environ, "SWITCHBOARD_HOME": str(settings.home)}
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-c", APPROVES, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    told = asyncio.create_task(command.communicate())
    while not told.done():
        await server.jobs.decisions.beat()
        await server.jobs.carry_out()
        await server.jobs.settled()
        await asyncio.wait([told], timeout=0.05)
    out, err = (await told)[0].decode(), (await told)[1].decode()
    assert out.strip().endswith("0 []"), err
    assert '"refunded"' in out
    assert await refunds(server.runner, "12345") == [14900]
