"""kill -9 of workers and of the server, around everything that moves money: once, and with an outcome."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from app.engines.contract import RunResult
from app.engines.temporal.temporal_client import TemporalEngine
from app.engines.temporal.temporal_engine import open_engine
from app.settings import Settings
from nodes.ports import install
from tests import postgres
from tests.contracts.conftest import server
from tests.contracts.test_engine import APPROVE, LARGE, SMALL, known, mails, refunds, until
from tests.recovery.crashing import When
from tests.recovery.test_fulfilment import books
from tests.stored import open_database
from tests.temporal.server import Server, running
from tests.temporal.working import Gate, at_work, process, work, work_and_die, workers_started

__all__ = ["server"]

pytestmark = pytest.mark.slow

KILLED = -9
WHENS: tuple[When, ...] = ("before", "after")


@pytest.fixture
async def engine(on_temporal: Settings) -> AsyncIterator[TemporalEngine]:
    """Without a worker: each test brings its own."""
    async with open_engine(on_temporal) as engine:
        yield engine


@pytest.fixture
def job() -> str:
    return f"job {uuid4().hex}"


async def killed(process: BaseProcess, run: "asyncio.Task[RunResult]") -> bool:
    """The process dies while the run goes on."""

    async def either() -> bool:
        return run.done() or not process.is_alive()

    await until(either)
    return not run.done() and process.exitcode == KILLED


@pytest.mark.parametrize("when", WHENS)
async def test_a_worker_dies_while_it_pays(engine: TemporalEngine, on_temporal: Settings, job: str, when: When) -> None:
    """The worker that is left takes the step once the dead one gives no more signs of life."""
    with process(work_and_die, on_temporal, "payments", "refund", when) as dying:
        await workers_started(engine)
        run = asyncio.create_task(engine.start("refund", SMALL, thread=job))
        assert await killed(dying, run)
        with process(work, on_temporal):
            assert known(await run) == ("completed", "refunded")
    assert await refunds(engine, "12346") == [3950]
    assert mails(on_temporal) == 1
    tries = [
        (entry["event"], entry["attempt"]) for entry in await engine.trace(job) if entry["node"] == "process_refund"
    ]
    assert tries == [("start", 1), ("retry", 2), ("end", 2)]


@pytest.mark.parametrize("when", WHENS)
async def test_a_worker_dies_while_it_charges(
    engine: TemporalEngine, on_temporal: Settings, job: str, when: When
) -> None:
    with process(work_and_die, on_temporal, "payments", "charge", when) as dying:
        await workers_started(engine)
        run = asyncio.create_task(engine.start("fulfilment", {"order_id": "12351"}, thread=job))
        assert await killed(dying, run)
        with process(work, on_temporal):
            assert known(await run) == ("completed", "fulfilled")
    assert await books(on_temporal, "12351") == ([7500], [], ["shipped"])


async def test_a_thread_outlives_the_worker_it_waited_on(
    engine: TemporalEngine, on_temporal: Settings, job: str
) -> None:
    """Also a worker that dies in a step that is never tried twice: a death is no failure of the step."""
    with process(work_and_die, on_temporal, "approvals", "decide", "after") as dying:
        await workers_started(engine)
        assert known(await engine.start("refund", LARGE, thread=job)) == ("waiting", None)
        decision = asyncio.create_task(engine.decide(job, APPROVE))
        assert await killed(dying, decision)
        with process(work, on_temporal):
            paid = await decision
    assert known(paid) == ("completed", "refunded")
    assert paid["approval"]
    assert paid["approval"]["decided_by"] == "Mia"
    assert await refunds(engine, "12345") == [14900]


# -- several workers, one PostgreSQL ------------------------------------------------------------------------------------


@pytest.fixture
async def shared(on_temporal: Settings, server: postgres.Server) -> AsyncIterator[Settings]:
    name = server.create()
    async with open_database(server.url(name), fill_demo=True):
        pass
    yield on_temporal.model_copy(update={"database_url": SecretStr(server.url(name))})
    server.drop(name)


async def test_of_two_workers_on_one_postgresql_one_dies(shared: Settings, job: str) -> None:
    """Small refunds of one order, until one of them meets its end on the worker that dies after it has paid."""
    asked = 0
    async with open_engine(shared) as engine:
        with process(work, shared), process(work_and_die, shared, "payments", "refund", "after") as dying:
            await workers_started(engine, 2)
            while dying.is_alive() and asked < 15:
                asked += 1
                result = await engine.start(
                    "refund", {**LARGE, "amount_cents": 500, "again": True}, thread=f"{job} {asked}"
                )
                assert known(result) == ("completed", "refunded")
            assert dying.exitcode == KILLED
        assert await refunds(engine, "12345") == [500] * asked
    assert mails(shared) == asked


# -- the server dies ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Server]:
    """A server of this test alone."""
    folder = tmp_path / "server"
    folder.mkdir()
    with running(folder) as server:
        yield server


async def test_the_server_dies_while_a_thread_waits_and_while_money_moves(
    stocked: Settings, mortal: Server, job: str
) -> None:
    settings = stocked.model_copy(update={"engine": "temporal", "temporal_address": mortal.address})
    async with at_work(settings), open_engine(settings) as engine:
        assert known(await engine.start("refund", LARGE, thread=job)) == ("waiting", None)
        mortal.kill()
        mortal.start()
        assert known(await engine.show(job)) == ("waiting", None)

        gate = Gate(engine.services.payments)
        with install(replace(engine.services, payments=gate)):
            decision = asyncio.create_task(engine.decide(job, APPROVE))
            await gate.reached.wait()
            mortal.kill()
            mortal.start()
            gate.open.set()
            assert known(await decision) == ("completed", "refunded")
        assert await refunds(engine, "12345") == [14900]
    assert mails(settings) == 2
