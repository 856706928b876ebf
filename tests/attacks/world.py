"""A demo shop with a story behind it, that is as new before every attack: the database and the checkpoints are put back.

Real graphs on real services; only the mail is kept in memory, and the tries of a step follow each other without a pause.
"""

import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from app.composition import open_installation
from app.engines.compiled_graphs import Graph
from app.engines.langgraph.runner import Runner
from app.settings import Settings
from app.testing import FakeClock, FakeMail
from graphs import workflow
from graphs.failure_paths import with_failure_paths
from nodes.fulfilment.attempt import items_of
from nodes.ports import Services, install
from nodes.ports.approvals import Approval
from tests.attacks.books import Books, read_books
from tests.graphs.conftest import impatient

ADA, HEDY = "ada@example.com", "hedy@example.com"

ATTACKED = ("refund", "support", "fulfilment", "answer", "research", "writing")


@dataclass(frozen=True)
class Thread:
    """A thread as the shop's story has left it: one to be attacked, or one whose rights are to be stolen."""

    thread_id: str
    graph: str
    email: str = ""


class World:
    """One demo shop, its threads, and the way back to how they were."""

    def __init__(self, runner: Runner, mail: FakeMail, home: Path) -> None:
        self.runner = runner
        self.mail = mail
        self.saver: Any = runner.saver
        self.graphs = {name: compiled(name, self.saver) for name in ATTACKED}
        self.threads: dict[str, Thread] = {}
        self.approvals: dict[str, Approval] = {}  # of these threads, by the thread's name
        self.live = sqlite3.connect(home / "business.db", isolation_level=None)
        self._template = sqlite3.connect(":memory:")
        self._kept: tuple[Any, ...] = ()
        self.before: Books

    async def add(self, name: str, graph: str, email: str, values: Mapping[str, Any], **answer: Any) -> None:
        """Run a workflow on a thread of this name, and answer its question when an answer is given."""
        done = await self.runner.start(graph, values, thread=name)
        if answer:
            done = await self.runner.decide(name, {**answer, "by": "Mia"})
        self.threads[name] = Thread(done["thread_id"], graph, email)
        if record := await self.runner.services.approvals.latest(done["thread_id"]):
            self.approvals[name] = record

    def keep(self) -> None:
        """From now on this is how everything is before an attack."""
        self.live.backup(self._template)
        self.before = self.books()
        self._kept = _copied(self.saver.storage, self.saver.writes, self.saver.blobs), dict(self.mail.sent)

    def restore(self) -> None:
        self._template.backup(self.live)
        self.saver.storage, self.saver.writes, self.saver.blobs = _copied(*self._kept[0])
        self.mail.sent = dict(self._kept[1])

    def books(self) -> Books:
        return read_books(self.live, dict(self.mail.sent))

    def close(self) -> None:
        self.live.close()
        self._template.close()


def _copied(storage: Any, writes: Any, blobs: Any) -> tuple[Any, Any, Any]:
    """What the saver in memory holds; what lies in its dictionaries never changes."""
    threads: Any = defaultdict(lambda: defaultdict(dict))
    for thread_id, spaces in storage.items():
        threads[thread_id].update({space: dict(checkpoints) for space, checkpoints in spaces.items()})
    return threads, defaultdict(dict, {place: dict(written) for place, written in writes.items()}), dict(blobs)


def compiled(name: str, saver: Any) -> Graph:
    """The workflow as it is served, without air between the tries."""
    module = workflow(name)
    graph: Graph = with_failure_paths(module.build(policy=impatient), module.on_failure).compile(saver)
    return graph


@asynccontextmanager
async def open_world(home: Path) -> AsyncIterator[World]:
    """A demo shop in which people have done what `_tell_story` says."""
    async with open_installation(Settings(home=home), clock=FakeClock()) as installation:
        mail = FakeMail()
        with install(replace(installation.services, mail=mail)) as services:
            runner = Runner(**{**vars(installation), "services": services}, saver=InMemorySaver())
            with closing(World(runner, mail, home)) as world:
                await _tell_story(world, services)
                world.keep()
                yield world


async def _tell_story(world: World, services: Services) -> None:
    refund, fulfil = partial(world.add, graph="refund"), partial(world.add, graph="fulfilment", email="")
    await refund("paid", email=ADA, values={"order_id": "12346", "email": ADA})
    world.mail.sent.clear()  # the process died when it had paid: nobody was told yet
    await refund("waiting", email=ADA, values={"order_id": "12345", "email": ADA})
    await refund("hedy waits", email=HEDY, values={"order_id": "12372", "email": HEDY})
    await refund("hedy may be paid", email=HEDY, values={"order_id": "12373", "email": HEDY})
    await refund("hedy may not", email=HEDY, values={"order_id": "12371", "email": HEDY}, type="reject", message="used")
    await _talk(world, "talk waits", "I want a refund for order 12345")
    await fulfil("shipped", values={"order_id": "12351"})
    await fulfil("undone", values={"order_id": "12352"})
    await fulfil("stuck", values={"order_id": "12369"})
    await _approve_and_die(world, services)
    await _reserve_and_die(services, "12368")
    await _charge_and_die(services, "12366")


async def _talk(world: World, name: str, text: str) -> None:
    told = await world.runner.say(text, thread=name, email=ADA)
    world.threads[name] = Thread(told["thread_id"], "support", ADA)


async def _approve_and_die(world: World, services: Services) -> None:
    """The decision is on record, and the process that was to pay has died."""
    asked = world.approvals["hedy may be paid"]
    await world.runner.threads.note(asked["thread_id"], status="failed")
    world.approvals["hedy may be paid"] = await services.approvals.decide(
        asked["approval_id"],
        decision_id="mia",
        args_digest=asked["args_digest"],
        verdict="approved",
        granted=asked["args"],
        by="Mia",
        reason="",
    )


async def _reserve_and_die(services: Services, order_id: str) -> None:
    """An order half way through its fulfilment."""
    order = await services.orders.find(order_id)
    assert order
    await services.stock.reserve(key=f"fulfil/{order_id}/1", order_id=order_id, items=items_of(order))


async def _charge_and_die(services: Services, order_id: str) -> None:
    """An order that is paid, and has no label yet."""
    await _reserve_and_die(services, order_id)
    order = await services.orders.find(order_id)
    assert order
    await services.payments.charge(
        key=f"fulfil/{order_id}/1/charge",
        order_id=order_id,
        amount_cents=order["total_cents"],
        currency=order["currency"],
        reservation=f"fulfil/{order_id}/1",
    )
