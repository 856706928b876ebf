"""The power fails at any sync: what was acknowledged is there afterwards, and nothing is paid twice.

    python -m tests.recovery.power_loss [KILLS]     # 200 when left out; prints the violations

A library in C (power_loss.c, made by `cc`) stands in front of fsync: only what was synced is on the disk. A process that has
done a few runs is killed right before or right after one of its syncs, its disk becomes a home, and that home is looked at.
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

from sqlalchemy import func, select

from app.clients.database.database import Database
from app.clients.database.schema import refunds
from app.composition import open_runner
from app.engines.compiled_graphs import config_of
from app.engines.langgraph.runner import Runner
from app.records.journal import Entry
from app.settings import Settings
from nodes.ports.errors import NothingToResume

KILLS = 200
LIBRARY = "POWER_LOSS_LIBRARY"
SOURCE = Path(__file__).with_suffix(".c")
ADA = {"email": "ada@example.com", "reason": "broken", "amount_cents": None}
PAID = {"12346": 3950, "12345": 8000}
"""What an undisturbed process pays, by order."""

Ack = dict[str, Any]
Act = Callable[[Runner], Awaitable[Any]]

ACTS: dict[str, Act] = {
    "small": lambda runner: runner.start("refund", {**ADA, "order_id": "12346"}, thread="small"),
    "large": lambda runner: runner.start("refund", {**ADA, "order_id": "12345"}, thread="large"),
    "approved": lambda runner: runner.decide("large", {"type": "edit", "args": {"amount": "80.00"}, "by": "Mia"}),
    "question": lambda runner: runner.start("answer", {"question": "how long do refunds take?"}, thread="question"),
    "order": lambda runner: runner.say("where is my order 12349?", thread="order", email="grace@example.com"),
}


class Acknowledged:
    """Implements Watcher: writes what was acknowledged into a pipe, which no power loss reaches."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def step(self, entry: Entry) -> None:
        self.write({"step": entry})

    def token(self, text: str) -> None: ...

    def write(self, ack: Ack) -> None:
        os.write(self._pipe, f"{json.dumps(ack)}\n".encode())


def main(kills: int = KILLS) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if LIBRARY not in os.environ:
            return _again_with(_library(folder), kills)
        ready = folder / "ready"
        _in_child(_make, ready)
        points = int(_lines(_killed(folder, ready, 0))[-1]["moments"])
        chosen = sorted({1 + number * points // kills for number in range(min(kills, points))})
        violations = [found for point in chosen for found in _violations(folder, ready, point)]
    print(f"{points} moments, {len(chosen)} power losses, {len(violations)} violations")
    for violation in violations:
        print(violation)
    return bool(violations)


def _library(folder: Path) -> Path:
    made = folder / "power_loss.so"
    words = ["cc", "-shared", "-fPIC", "-O1", "-o", str(made), str(SOURCE), "-ldl", "-lpthread"]
    subprocess.run(words, check=True)
    return made


def _again_with(library: Path, kills: int) -> int:
    environment = {**os.environ, "LD_PRELOAD": str(library), LIBRARY: str(library)}
    words = [sys.executable, "-m", "tests.recovery.power_loss", str(kills)]
    return subprocess.run(words, env=environment, check=False).returncode


def _violations(folder: Path, ready: Path, point: int) -> list[str]:
    acks = _lines(_killed(folder, ready, point))
    found = _lines(_in_child(_look, folder / "kept", acks))
    return [f"moment {point}: {one['violation']}" for one in found]


def _killed(folder: Path, ready: Path, point: int) -> bytes:
    """What a process said before its power failed at this moment; its disk is `kept`."""
    for name in ("home", "kept"):
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(ready, folder / name)
    return _in_child(_work, folder / "home", folder / "kept", point)


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
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child failed"
    return said


def _lines(said: bytes) -> list[Ack]:
    return [json.loads(line) for line in said.splitlines()]


async def _make(pipe: Acknowledged, home: Path) -> None:
    async with open_runner(Settings(home=home)):
        pass


async def _work(pipe: Acknowledged, home: Path, kept: Path, point: int) -> None:
    library = ctypes.CDLL(os.environ[LIBRARY])
    library.arm(str(home).encode(), str(kept).encode(), ctypes.c_long(point))
    async with open_runner(Settings(home=home), watcher=pipe) as runner:
        for act in ACTS.values():
            result = await act(runner)
            pipe.write({"result": {name: result[name] for name in ("thread_id", "status", "outcome")}})
    pipe.write({"moments": library.moments()})


async def _look(pipe: Acknowledged, home: Path, acks: list[Ack]) -> None:
    """Says what is not as it has to be, of the home that is left and of that home when everybody has gone on."""
    async with open_runner(Settings(home=home)) as runner:
        for text in [*await _lost(runner, acks), *await _paid_wrongly(home, finished=False)]:
            pipe.write({"violation": text})
        await _go_on(runner)
        for text in await _paid_wrongly(home, finished=True):
            pipe.write({"violation": f"at the end, {text}"})


async def _go_on(runner: Runner) -> None:
    """What a user does: resume what failed, start what is not known, decide what waits."""
    for thread in await runner.recent(status="failed"):
        try:
            await runner.resume(thread["thread_id"])
        except NothingToResume:  # it stopped before its first step was saved
            await ACTS[str(thread["name"])](runner)
    known = {thread["name"] for thread in await runner.recent()}
    for name in {"small", "large"} - known:
        await ACTS[name](runner)
    if await runner.recent(status="waiting"):
        await ACTS["approved"](runner)


async def _lost(runner: Runner, acks: list[Ack]) -> list[str]:
    steps = [ack["step"] for ack in acks if "step" in ack]
    found = [await _lost_step(runner, step) for step in steps]
    later = {ack["step"]["thread_id"]: number for number, ack in enumerate(acks) if "step" in ack}
    for number, ack in enumerate(acks):
        if "result" in ack and later.get(ack["result"]["thread_id"], 0) < number:
            shown = await runner.show(ack["result"]["thread_id"])
            if any(shown[name] != value for name, value in ack["result"].items()):  # type: ignore[literal-required]
                found.append(f"{ack['result']} was acknowledged, and is {shown['status']}, {shown['outcome']}")
    return [text for text in found if text]


async def _lost_step(runner: Runner, step: Entry) -> str:
    """A line that was acknowledged is in the journal, and the checkpoint that its step began with is saved."""
    if step not in await runner.journal.entries(step["thread_id"]):
        return f"the journal lost {step['event']} of {step['node']}"
    saved = await runner.saver.aget_tuple(config_of(step["thread_id"]))
    reached = -2 if saved is None else saved.metadata.get("step", -2)
    if step["node"] and step["step"] is not None and reached < step["step"] - 1:
        return f"{step['node']} began at step {step['step']}, and the checkpoint is of step {reached}"
    return ""


async def _paid_wrongly(home: Path, *, finished: bool) -> list[str]:
    database = Database(f"sqlite:///{home / 'business.db'}")
    query = select(refunds.c.order_id, func.count(), func.sum(refunds.c.amount_cents)).group_by(refunds.c.order_id)
    async with database.read() as connection:
        rows = (await connection.execute(query.where(refunds.c.order_id.in_(PAID)))).all()
    await database.aclose()
    paid = {order_id: (number, cents) for order_id, number, cents in rows}
    expected = {order_id: (1, cents) for order_id, cents in PAID.items()}
    wrong = {order_id: one for order_id, one in paid.items() if one != expected[order_id]}
    missing = [order_id for order_id in PAID if finished and order_id not in paid]
    return [
        *(f"order {order_id} was paid {one}" for order_id, one in wrong.items()),
        *(f"{one} is unpaid" for one in missing),
    ]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
