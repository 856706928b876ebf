"""The power fails at any sync: what was acknowledged is there afterwards, and nothing is paid twice.

    python -m tests.recovery.power_loss [KILLS]     # 200 when left out; prints the violations

A library in C (power_loss.c, made by `cc`) stands in front of fsync: only what was synced is on the disk. While a process does
a few runs, it keeps the disk as it is right before and right after each sync. Each of these disks is what a power loss at
that moment leaves: it becomes a home, and that home is looked at.
"""

import asyncio
import ctypes
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.clients.database.database import Database
from app.clients.database.schema import payments, refunds
from app.composition import open_runner
from app.engines.compiled_graphs import compiled, config_of
from app.engines.langgraph.runner import Runner
from app.records.journal import Entry
from app.settings import Settings
from graphs.policies import acts
from nodes.ports.errors import NothingToResume
from tests.stored import column

KILLS = 200
LIBRARY = "POWER_LOSS_LIBRARY"
SOURCE = Path(__file__).with_suffix(".c")
ADA = {"email": "ada@example.com", "reason": "broken", "amount_cents": None}
MOVED = {refunds: {"12346": 3950, "12345": 8000}, payments: {"12351": 7500}}
"""What an undisturbed process pays back, and charges, by order."""

Ack = dict[str, Any]
Act = Callable[[Runner], Awaitable[Any]]

ACTS: dict[str, Act] = {
    "small": lambda runner: runner.start("refund", {**ADA, "order_id": "12346"}, thread="small"),
    "large": lambda runner: runner.start("refund", {**ADA, "order_id": "12345"}, thread="large"),
    "approved": lambda runner: runner.decide("large", {"type": "edit", "args": {"amount": "80.00"}, "by": "Mia"}),
    "question": lambda runner: runner.start("answer", {"question": "how long do refunds take?"}, thread="question"),
    "fulfil": lambda runner: runner.start("fulfilment", {"order_id": "12351"}, thread="fulfil"),
    "order": lambda runner: runner.say("where is my order 12349?", thread="order", email="grace@example.com"),
}


class Acknowledged:
    """Implements Watcher: writes what was acknowledged into a pipe, which no power loss reaches.

    Lines of the journal are acknowledged together with the result of their run; that a step which acts has begun, at once.
    """

    def __init__(self, pipe: int) -> None:
        self.number = pipe

    def step(self, entry: Entry) -> None:
        self.write({"step": entry})

    def token(self, text: str) -> None: ...

    def write(self, ack: Ack) -> None:
        os.write(self.number, f"{json.dumps(ack)}\n".encode())


def main(kills: int = KILLS) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if LIBRARY not in os.environ:
            return _again_with(_library(folder), kills)
        _in_child(_make, folder / "home")
        shutil.copytree(folder / "home", folder / "disks" / "0")
        said = _lines(_in_child(_work, folder / "home", folder / "disks"))
        moments = [number for number, ack in enumerate(said) if "moment" in ack]
        chosen = sorted({moments[number * len(moments) // kills] for number in range(kills)} | {len(said) - 1})
        violations = [found for number in chosen for found in _violations(folder, said[: number + 1])]
    print(f"{len(moments)} moments, {len(chosen)} power losses, {len(violations)} violations")
    for violation in violations:
        print(violation)
    return bool(violations)


def settings(home: Path) -> Settings:
    """What waits for an approval still does when its disk is looked at, however long that takes."""
    return Settings(home=home, approval_timeout_s=7 * 24 * 3600)


def _library(folder: Path) -> Path:
    made = folder / "power_loss.so"
    words = ["cc", "-shared", "-fPIC", "-O1", "-o", str(made), str(SOURCE), "-ldl", "-lpthread"]
    subprocess.run(words, check=True)
    return made


def _again_with(library: Path, kills: int) -> int:
    environment = {**os.environ, "LD_PRELOAD": str(library), LIBRARY: str(library)}
    words = [sys.executable, "-m", "tests.recovery.power_loss", str(kills)]
    return subprocess.run(words, env=environment, check=False).returncode


def _violations(folder: Path, said: list[Ack]) -> list[str]:
    moment, left = max(ack.get("moment", 0) for ack in said), folder / "left"
    shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(folder / "disks" / str(moment), left)
    found = _lines(_in_child(_look, left, [ack for ack in said if "moment" not in ack]))
    return [f"moment {moment}: {one['violation']}" for one in found]


def _in_child(work: Callable[..., Awaitable[None]], *arguments: Any) -> bytes:
    """What a fork of this process writes into its pipe. This process runs no threads."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        try:
            asyncio.run(work(Acknowledged(writing), *arguments))  # type: ignore[arg-type]
        finally:
            os._exit(0 if sys.exc_info()[0] is None else 1)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        said = stream.read()
    _, status = os.waitpid(child, 0)
    assert status == 0, "the child failed"
    return said


def _lines(said: bytes) -> list[Ack]:
    return [json.loads(line) for line in said.splitlines()]


async def _make(pipe: Acknowledged, home: Path) -> None:
    async with open_runner(settings(home)):
        pass


async def _work(pipe: Acknowledged, home: Path, disks: Path) -> None:
    library = ctypes.CDLL(os.environ[LIBRARY])
    library.arm(str(home).encode(), str(disks).encode(), pipe.number)
    async with open_runner(settings(home), watcher=pipe) as runner:
        for act in ACTS.values():
            result = await act(runner)
            pipe.write({"result": {name: result[name] for name in ("thread_id", "status", "outcome")}})


async def _look(pipe: Acknowledged, home: Path, acks: list[Ack]) -> None:
    """Says what is not as it has to be, of the home that is left and of that home when everybody has gone on."""
    async with open_runner(settings(home)) as runner:
        for text in [*await _lost(runner, acks), *await _moved_wrongly(home, finished=False)]:
            pipe.write({"violation": text})
        await _go_on(runner)
        for text in await _moved_wrongly(home, finished=True):
            pipe.write({"violation": f"at the end, {text}"})


async def _go_on(runner: Runner) -> None:
    """What a user does: resume what failed, start what is not known, decide what waits."""
    for thread in await runner.recent(status="failed"):
        try:
            await runner.resume(thread["thread_id"])
        except NothingToResume:  # it stopped before its first step was saved
            await ACTS[str(thread["name"])](runner)
    known = {thread["name"] for thread in await runner.recent()}
    for name in {"small", "large", "fulfil"} - known:
        await ACTS[name](runner)
    if await runner.recent(status="waiting"):
        await ACTS["approved"](runner)


async def _lost(runner: Runner, acks: list[Ack]) -> list[str]:
    found = [text for number in range(len(acks)) for text in await _lost_step(runner, acks[number:])]
    later = {ack["step"]["thread_id"]: number for number, ack in enumerate(acks) if "step" in ack}
    for number, ack in enumerate(acks):
        if "result" in ack and later.get(ack["result"]["thread_id"], 0) < number:
            shown = await runner.show(ack["result"]["thread_id"])
            if any(shown[name] != value for name, value in ack["result"].items()):  # type: ignore[literal-required]
                found.append(f"{ack['result']} was acknowledged, and is {shown['status']}, {shown['outcome']}")
    return found


async def _lost_step(runner: Runner, acks: list[Ack]) -> list[str]:
    """Of the first of these, a line: it is in the journal if it has to be, and the checkpoint that its step began with is saved."""
    if "step" not in acks[0]:
        return []
    step: Entry = acks[0]["step"]
    found = []
    over = any(ack.get("result", {}).get("thread_id") == step["thread_id"] for ack in acks)
    if (over or _acts(step)) and step not in await runner.journal.entries(step["thread_id"]):
        found.append(f"the journal lost {step['event']} of {step['node']}")
    saved = await runner.saver.aget_tuple(config_of(step["thread_id"]))
    reached = -2 if saved is None else saved.metadata.get("step", -2)
    if step["node"] and step["step"] is not None and reached < step["step"] - 1:
        found.append(f"{step['node']} began at step {step['step']}, and the checkpoint is of step {reached}")
    return found


def _acts(step: Entry) -> bool:
    if step["event"] not in ("start", "retry"):
        return False
    known = compiled(step["graph"]).nodes.get(str(step["node"]))
    return known is None or acts((known.metadata or {}).get("kind"))


async def _moved_wrongly(home: Path, *, finished: bool) -> list[str]:
    database = Database(f"sqlite:///{home / 'business.db'}")
    wrong = []
    for table, expected in MOVED.items():
        for order_id, cents in expected.items():
            found = await column(database, select(table.c.amount_cents).where(table.c.order_id == order_id))
            if found != [cents] and (found or finished):
                wrong.append(f"{table} of order {order_id}: {found}")
    await database.aclose()
    return wrong


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
