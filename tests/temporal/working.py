"""Workers for tests: in this process, or in one of their own that can be killed."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from multiprocessing.process import BaseProcess
from typing import Any

from app.composition import open_installation
from app.engines.temporal.server_connection import connect
from app.engines.temporal.temporal_client import TemporalEngine
from app.engines.temporal.temporal_engine import open_engine
from app.engines.temporal.worker import Pace, worker
from app.settings import Settings
from nodes.ports import install
from tests.processes import PRELOADED, WAIT_S, begin
from tests.recovery.crashing import Crashing, When

multiprocessing.set_forkserver_preload([*PRELOADED, "app.engines.temporal.worker"])

QUICK = Pace(heartbeat_s=2.0, sticky_s=0.5)
"""A dead worker is noticed soon."""

PATIENT = Pace(heartbeat_s=30.0, sticky_s=0.5)
"""A worker that nobody kills is not taken for dead, however busy the machine is."""


@asynccontextmanager
async def at_work(settings: Settings, *, pace: Pace = PATIENT) -> AsyncIterator[None]:
    """A worker in this process."""
    client = await connect(settings)
    async with open_installation(settings, engine="temporal") as installation, worker(client, installation, pace=pace):
        yield


@asynccontextmanager
async def engine_and_worker(settings: Settings, **about: Any) -> AsyncIterator[TemporalEngine]:
    async with at_work(settings, **about), open_engine(settings) as engine:
        yield engine


async def work_and_die(settings: Settings, service: str, method: str, when: When) -> None:
    """A worker that is killed, as by kill -9, at its first call of this method."""
    client = await connect(settings)
    async with open_installation(settings, engine="temporal") as installation:
        services: Any = installation.services
        crashing = {service: Crashing(getattr(services, service), method, when)}
        with install(replace(services, **crashing)):
            async with worker(client, installation, pace=QUICK):
                await asyncio.Event().wait()


async def work(settings: Settings) -> None:
    """A worker that works until it is killed."""
    client = await connect(settings)
    async with open_installation(settings, engine="temporal") as installation, worker(client, installation, pace=QUICK):
        await asyncio.Event().wait()


class Gate:
    """Stands in front of the payments: says that a refund has come, and lets it pass when told to."""

    def __init__(self, payments: Any) -> None:
        self._payments = payments
        self.reached, self.open = asyncio.Event(), asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._payments, name)

    async def refund(self, **about: Any) -> Any:
        self.reached.set()
        await self.open.wait()
        return await self._payments.refund(**about)


@contextmanager
def process(job: Callable[..., Any], *arguments: Any) -> Iterator[BaseProcess]:
    """In a process of its own, which does not outlive the block."""
    started = begin(job, *arguments)
    try:
        yield started
    finally:
        started.kill()
        started.join()


async def workers_started(engine: TemporalEngine, number: int = 1) -> None:
    """So many workers ask for work."""
    async with asyncio.timeout(WAIT_S):
        while await engine.calls.workers() != number:  # noqa: ASYNC110 (the others are other processes)
            await asyncio.sleep(0.05)
