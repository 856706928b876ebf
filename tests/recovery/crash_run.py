"""Every way to use a thread, killed at every durable act: what it leaves must lead to the same end as a run without a death.

`just crash` runs all of it and prints the points and the violations; CI runs a sample (test_every_commit.py).
"""

import asyncio
import json
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.settings import Settings
from app.testing import NOON, FakeClock
from nodes.ports.errors import NothingToResume, Refused, UnknownThread
from tests.processes import begin, end
from tests.recovery.kill_points import KillPoints, When

Act = Callable[[Runner], Awaitable[Any]]

KILLED = -9
THREAD = "job"
LATER = timedelta(hours=1)
"""When approvals of these runs have expired."""

TABLES = {
    "payments": "order_id, amount_cents, currency",
    "refunds": "order_id, amount_cents, currency, reason, approval_id IS NOT NULL",
    "shipments": "order_id, status",
    "reservations": "order_id, sku, quantity, status",
    "stock": "sku, on_hand",
    "approvals": "thread_id, args, status, approved_cents, decided_by, reason",
    "tickets": "thread_id, reason, status",
}


@dataclass(frozen=True)
class Scenario:
    """What is done before (undisturbed), what is killed, and what a user does afterwards besides `resume`."""

    act: Act
    before: tuple[Act, ...] = ()
    late: bool = False  # after the deadline of what waits
    ends: str = "completed"


def start(graph: str, **values: Any) -> Act:
    return lambda runner: runner.start(graph, values, thread=THREAD)


def refund(order_id: str, **values: Any) -> Act:
    email = "grace@example.com" if order_id == "12348" else "ada@example.com"
    return start("refund", order_id=order_id, email=email, amount_cents=values.get("amount_cents"), reason="broken")


def say(text: str, email: str | None = None) -> Act:
    return lambda runner: runner.say(text, thread=THREAD, email=email)


def decide(**answer: Any) -> Act:
    return lambda runner: runner.decide(THREAD, {**answer, "by": "Mia"})


async def sweep(runner: Runner) -> None:
    await runner.sweep()


async def resume(runner: Runner) -> None:
    await runner.resume(THREAD)


APPROVE = decide(type="approve")
REJECT = decide(type="reject", message="it was used")
LESS = decide(type="edit", args={"amount": "80.00"})
BRIEF = "announce the new 30-day return window to customers, under 120 words, mention the returns page"
TOPIC = {"topic": "how long do returns take?", "max_sources": 2}
QUESTION = {"question": "how long do I have to return an item?"}

SCENARIOS: dict[str, Scenario] = {
    "refund small": Scenario(refund("12346")),
    "refund part": Scenario(refund("12346", amount_cents=1000)),
    "refund declined": Scenario(refund("12347")),
    "refund large": Scenario(refund("12345"), ends="waiting"),
    "refund approved": Scenario(APPROVE, before=(refund("12345"),)),
    "refund approved less": Scenario(LESS, before=(refund("12345"),)),
    "refund rejected": Scenario(REJECT, before=(refund("12345"),)),
    "refund expired": Scenario(sweep, before=(refund("12345"),), late=True),
    "support refund": Scenario(say("please refund order 12346", "ada@example.com")),
    "support details": Scenario(say("12349, grace@example.com"), before=(say("where is my order?"),)),
    "support ticket": Scenario(say("get me a manager", "ada@example.com")),
    "support approved": Scenario(APPROVE, before=(say("I want a refund for order 12345", "ada@example.com"),)),
    "support while waiting": Scenario(
        say("are you there?"), before=(say("I want a refund for order 12345", "ada@example.com"),), ends="waiting"
    ),
    "support corrected": Scenario(
        say("sorry, I meant 12346"), before=(say("I want a refund for order 12345", "ada@example.com"),)
    ),
    "support withdrawn": Scenario(
        say("We decided to keep it, thanks."), before=(say("I want a refund for order 12345", "ada@example.com"),)
    ),
    "support less": Scenario(
        say("only $50 please"), before=(say("I want a refund for order 12345", "ada@example.com"),)
    ),
    "support less taken": Scenario(
        say("yes"), before=(say("I want a refund for order 12345", "ada@example.com"), say("only $50 please"))
    ),
    "answer": Scenario(start("answer", **QUESTION), before=(start("answer", **QUESTION),)),
    "research": Scenario(start("research", **TOPIC), before=(start("research", **TOPIC),)),
    "writing": Scenario(start("writing", brief=BRIEF)),
    "fulfilled": Scenario(start("fulfilment", order_id="12351")),
    "compensated": Scenario(start("fulfilment", order_id="12352")),
    "declined card": Scenario(start("fulfilment", order_id="12353")),
    "stuck": Scenario(start("fulfilment", order_id="12369")),
    "stuck resumed": Scenario(resume, before=(start("fulfilment", order_id="12369"),)),
}


@dataclass(frozen=True)
class Violation:
    scenario: str
    point: int
    when: When
    what: str

    def __str__(self) -> str:
        return f"{self.scenario}, {self.when} {self.point}: {self.what}"


@dataclass(frozen=True)
class Prepared:
    """A home right before the act, how many durable acts it has, and what is there at its undisturbed end."""

    home: Path
    checkpoints: int  # of the thread, before the act
    points: int
    end: dict[str, Any]


def prepare(name: str, folder: Path) -> Prepared:
    home, done = folder / "before", folder / "done"
    checkpoints = asyncio.run(_prepared(name, home))
    shutil.copytree(home, done)
    count = folder / "count"
    assert end(begin(act_and_die, done, name, 0, "after", count)) == 0
    said = asyncio.run(_looked_at(done))
    return Prepared(home, checkpoints, int(count.read_text()), {**effects(done), "said": said})


async def _prepared(name: str, home: Path) -> int:
    async with open_runner(Settings(home=home), clock=FakeClock()) as runner:
        for act in SCENARIOS[name].before:
            await act(runner)
        return len(await runner.archive.history(THREAD)) if SCENARIOS[name].before else 0


async def _looked_at(home: Path) -> list[str]:
    async with open_runner(Settings(home=home), clock=FakeClock()) as runner:
        return await _said(runner)


async def _said(runner: Runner) -> list[str]:
    """Every message of the thread, each once and in its order."""
    await runner.recent()
    shown = await runner.show(THREAD)
    return [f"{one['type']}: {one['content'][:60]}" for one in shown["values"].get("messages") or []]


async def act_and_die(home: Path, name: str, point: int, when: When, count: Path | None) -> None:
    """In a child: the act, killed at this point. `count`: where to write how many points it has passed."""
    points = KillPoints(point, when)
    points.install()
    async with open_runner(Settings(home=home), clock=_clock(name)) as runner:
        await SCENARIOS[name].act(runner)
    if count:
        await asyncio.to_thread(count.write_text, str(points.passed))


def examine(name: str, prepared: Prepared, point: int, when: When, folder: Path) -> Violation | None:
    """Kill, go on as a user would, and compare with the undisturbed end.

    What is written at one moment shares a commit, and lines of the journal wait for one: a quick run has fewer of them than a
    slow one, and ends before it comes to the last points of that.
    """
    home, count = folder / f"{point}-{when}", folder / f"{point}-{when}-passed"
    shutil.copytree(prepared.home, home)
    try:
        code = end(begin(act_and_die, home, name, point, when, count))
        if code == 0 and int(count.read_text()) < point:
            return None
        if code != KILLED:
            return Violation(name, point, when, f"the process was to be killed, and ended with {code}")
        said = asyncio.run(_gone_on(name, home, prepared.checkpoints))
        found = {**effects(home), "said": said}
    except Exception as error:
        return Violation(name, point, when, f"{type(error).__name__}: {error}")
    finally:
        shutil.rmtree(home, ignore_errors=True)
    wrong = [f"{key}: {found[key]} instead of {prepared.end[key]}" for key in found if found[key] != prepared.end[key]]
    return Violation(name, point, when, "; ".join(wrong)) if wrong else None


async def _gone_on(name: str, home: Path, checkpoints: int) -> list[str]:
    """What a user does: look, resume what has failed, type the command again when it left no checkpoint."""
    scenario = SCENARIOS[name]
    async with open_runner(Settings(home=home), clock=_clock(name)) as runner:
        for _ in range(4):
            try:
                shown = await runner.show(THREAD)
            except UnknownThread:
                await scenario.act(runner)
                continue
            if shown["status"] == "failed":
                try:
                    await runner.resume(THREAD)
                except NothingToResume as refusal:
                    if "again with the same command" not in str(refusal):
                        raise
                    await scenario.act(runner)
            elif shown["status"] != scenario.ends or len(await runner.archive.history(THREAD)) == checkpoints:
                with suppress(Refused):
                    await scenario.act(runner)
        await runner.sweep()
        return await _said(runner)


def _clock(name: str) -> FakeClock:
    clock = FakeClock()
    clock.moment = NOON + (LATER if SCENARIOS[name].late else timedelta())
    return clock


def effects(home: Path) -> dict[str, Any]:
    """What the run has done to the world, read from the files alone."""
    with closing(sqlite3.connect(home / "business.db")) as database:
        found: dict[str, Any] = {
            table: sorted(map(str, database.execute(f"SELECT {columns} FROM {table}")))
            for table, columns in TABLES.items()
        }
        found["threads"] = sorted(
            map(str, database.execute("SELECT name, graph, status, outcome FROM threads WHERE name = 'job'"))
        )
    found["mails"] = sorted(_mails(home / "outbox"))
    found["part files"] = [file.name for file in home.rglob("*.part")]
    return found


def _mails(outbox: Path) -> Iterator[str]:
    for file in outbox.glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=default)
        yield f"{mail['To']}: {mail['Subject']}: {mail.get_content().strip()[:60]}"


def run(names: list[str], step: int, report: Callable[[str], None]) -> list[Violation]:
    """Every `step`-th point of these scenarios, before and after."""
    violations, points = list[Violation](), Counter[str]()
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            prepared = prepare(name, Path(folder))
            for point in range(1 + len(name) % step, prepared.points + 1, step):
                for when in ("before", "after"):
                    points[name] += 1
                    if found := examine(name, prepared, point, when, Path(folder)):
                        violations.append(found)
                        report(str(found))
        report(f"{name}: {points[name]} deaths of {2 * prepared.points}")
    report(json.dumps({"deaths": points.total(), "violations": len(violations)}))
    return violations


if __name__ == "__main__":
    chosen = sys.argv[1:] or list(SCENARIOS)
    sys.exit(1 if run(chosen, 1, print) else 0)
