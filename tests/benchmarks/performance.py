"""How fast it is, as ratios of what is measured side by side in one run. Fills docs/performance.md.

    python -m tests.benchmarks.performance            # prints the tables
    python -m tests.benchmarks.performance --quick    # in under two minutes: fewer rounds; the ratios are rougher
    python -m tests.benchmarks.performance --write    # puts them into docs/performance.md, as JSON and as a picture too

What is compared runs in turns (A B A B ...), so that other programs on the machine hit both. A ratio is the median of the
rounds' ratios; its spread is the second smallest and the second largest of them. CPU time stands beside the time that passed.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert

from app.clients.database.schema import threads
from app.composition import open_runner
from app.records.journal_entries import Entry
from app.records.threads import Threads, named
from app.settings import Settings
from app.system_clock import SystemClock
from nodes.ports.clock import iso
from tests.benchmarks import chain, saver
from tests.stored import open_database

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
PICTURE = PAGE.parent / "images" / "performance.svg"
FIGURES = PAGE.parent / "performance.json"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
STEPS = 5
AT_ONCE = 32
PROCESSES = 8
SAYS = ("where is my order 12349?", "how long do refunds take?", "what is your return policy?", "thanks")


class Took(NamedTuple):
    wall_s: float
    cpu_s: float


class Line(NamedTuple):
    """One comparison: each round's figure of both, and what the ratio should be. A goal of runs/s is a least, others a most."""

    what: str
    unit: str
    of: str
    ours: list[float]
    theirs: list[float]
    goal: float | None = None
    least: bool = False

    @property
    def ratios(self) -> list[float]:
        return sorted(ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True))

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios)

    @property
    def spread(self) -> tuple[float, float]:
        inner = self.ratios[1:-1] or self.ratios
        return inner[0], inner[-1]

    def figures(self) -> dict[str, Any]:
        low, high = self.spread
        return {
            "what": self.what,
            "compared_with": self.of,
            "unit": self.unit,
            "ours": round(statistics.median(self.ours), 3),
            "theirs": round(statistics.median(self.theirs), 3),
            "ratio": round(self.ratio, 2),
            "spread": [round(low, 2), round(high, 2)],
            "goal": self.goal,
            "rounds": len(self.ours),
        }


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--quick", action="store_true")
    words.add_argument("--write", action="store_true")
    words.add_argument("--runs", nargs=3, metavar=("HOME", "NUMBER", "AT_ONCE"), help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.runs:
        home, *numbers = asked.runs
        asyncio.run(_runs_in_this_process(Path(home), *map(int, numbers)))
        return
    lines = measured(quick=asked.quick)
    table = f"{_machine()}\n\n{_table(lines)}"
    print(table)
    if asked.write:
        _write(lines, table)


def measured(*, quick: bool) -> list[Line]:
    rounds = 2 if quick else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts: list[Callable[[], list[Line]]] = [
            lambda: asyncio.run(_steps(folder, rounds, at_once=8 if quick else AT_ONCE)),
            lambda: _cold_starts(folder / "cold", rounds),
            lambda: _beside_a_server(folder / "served", rounds),
            lambda: asyncio.run(_lists(folder, 20_000 if quick else 100_000, rounds)),
            lambda: asyncio.run(_chain(folder / "chain", rounds)),
            lambda: asyncio.run(_turns(folder / "turns", 60 if quick else 300, rounds)),
            *([] if quick else [lambda: _processes(folder, 3)]),
            lambda: _fairness(folder / "many", 3 if quick else 20),
        ]
        lines = []
        for part in parts:
            lines += (found := part())
            print("\n".join(json.dumps(line.figures()) for line in found), file=sys.stderr, flush=True)
        return lines


def _question() -> dict[str, str]:
    """Another text each time: what the rules remember of a text must not count."""
    return {"question": f"Hello, this is {uuid.uuid4().hex[:6]}. How long do I have to return an item?"}


async def _took(work: Awaitable[Any]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    return Took(time.perf_counter() - wall, time.process_time() - cpu)


async def _steps(folder: Path, rounds: int, *, at_once: int) -> list[Line]:
    """A step of `answer`, with its journal, its lease and its gates, beside one of a bare graph on the stock saver."""
    async with AsyncExitStack() as stack:
        runner = await stack.enter_async_context(open_runner(Settings(home=folder / "home"), signals=False))
        kept = {name: await stack.enter_async_context(saver.KINDS[name](folder / name)) for name in ("stock", "ours")}
        graphs = {name: saver._graph().compile(checkpointer=one) for name, one in kept.items()}
        works: dict[str, Callable[[], Awaitable[Any]]] = {
            "bare": lambda: saver._run(graphs["stock"]),
            "saver": lambda: saver._run(graphs["ours"]),
            "product": lambda: runner.start("answer", _question()),
        }
        for work in works.values():
            await work()
        alone: dict[str, list[Took]] = {name: [] for name in works}
        together: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(rounds):
            for name, work in works.items():
                took = [await _took(work()) for _ in range(3)]
                alone[name].append(Took(*(statistics.median(column) for column in zip(*took, strict=True))))
            for name, work in works.items():
                all_of_them = await _took(asyncio.gather(*(work() for _ in range(at_once))))
                together[name].append(at_once / all_of_them.wall_s)
    stock = "bare graph, stock saver"

    def ms(name: str, column: int) -> list[float]:
        return [took[column] * 1000 / STEPS for took in alone[name]]

    return [
        Line("saver, a step", "ms", stock, ms("saver", 0), ms("bare", 0), 0.35),
        Line(f"saver, {at_once} at once", "runs/s", stock, together["saver"], together["bare"], 5, least=True),
        Line("`answer`, a step", "ms", stock, ms("product", 0), ms("bare", 0), 0.8),
        Line("`answer`, a step, CPU", "ms", stock, ms("product", 1), ms("bare", 1)),
        Line(f"`answer`, {at_once} at once", "runs/s", stock, together["product"], together["bare"], 3, least=True),
    ]


COMMANDS = {
    "--help": (["--help"], 0.35),
    "threads": (["threads"], 0.35),
    "pending": (["pending"], 0.35),
    "trace": (["trace", "job"], 0.35),
    "tickets": (["tickets"], 0.35),
    "show": (["show", "job"], 0.35),
    "answer": (["answer", "how long do refunds take?"], None),
}


START = [sys.executable, "-c", "from app.cli.main import main; main()"]
BARE = [sys.executable, "-c", "import langgraph.graph"]


def _cold_starts(home: Path, rounds: int) -> list[Line]:
    """New processes, by the CPU time they use; their bytecode was written by a round that does not count."""
    _process([*START, "refund", "--order", "12345", "--email", "ada@example.com", "--thread", "job"], home)
    found: dict[str, list[float]] = {name: [] for name in COMMANDS}
    beside: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for command in (BARE, *([*START, *words] for words, _ in COMMANDS.values())):
        _process(command, home)
    for _ in range(rounds):
        base = _process(BARE, home)
        for name, (words, _) in COMMANDS.items():
            found[name].append(_process([*START, *words], home))
            beside[name].append(base)
    return [
        Line(f"`{name}`, new process, CPU", "s", "`import langgraph.graph`", found[name], beside[name], goal)
        for name, (_, goal) in COMMANDS.items()
    ]


def _beside_a_server(home: Path, rounds: int) -> list[Line]:
    """`approve` of a request that waits, while a server runs on the home and carries the decision out."""
    found, beside = [], []
    with subprocess.Popen([*START, "serve", "--port", "0"], env=_environment(home), stdout=subprocess.PIPE) as server:
        assert server.stdout
        server.stdout.readline()  # it listens
        for number in range(rounds + 1):
            order = ["--order", "12345", "--email", "ada@example.com", "--amount", "120", "--again"]
            _process([*START, "refund", *order, "--thread", f"job-{number}"], home)
            took, base = _process([*START, "approve", f"job-{number}", "--amount", "1"], home), _process(BARE, home)
            if number:  # the first writes bytecode
                found.append(took)
                beside.append(base)
        server.terminate()
    return [Line("`approve` beside a server, new process, CPU", "s", "`import langgraph.graph`", found, beside, 0.4)]


def _environment(home: Path) -> dict[str, str]:
    environment = {**os.environ, "SWITCHBOARD_HOME": str(home), "PYTHONPYCACHEPREFIX": f"{home}-bytecode"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _process(words: list[str], home: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, env=_environment(home), capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def _lists(folder: Path, number: int, rounds: int) -> list[Line]:
    """A page of the register among many threads of few customers, beside the same among a hundred."""
    wanted: dict[str, dict[str, Any]] = {
        "threads": {},
        "threads --email": {"email": "ada1@example.com"},
        "threads --order": {"order_id": "2"},
        "threads --status failed": {"status": "failed"},
    }
    async with AsyncExitStack() as stack:
        registers = []
        for size in (number, 100):
            database = await stack.enter_async_context(open_database(f"sqlite:///{folder / f'{size}.db'}"))
            await database.execute(insert(threads), _rows(size))
            registers.append(Threads(database, SystemClock(), lease_s=30))
        lines = []
        for what, choice in wanted.items():
            times: list[list[float]] = [[], []]
            for _ in range(rounds):
                for register, taken in zip(registers, times, strict=True):
                    await register.recent(limit=21, **choice)
                    took = [await _took(register.recent(limit=21, **choice)) for _ in range(10)]
                    taken.append(statistics.median(one.cpu_s for one in took) * 1000)
            lines.append(Line(f"`{what}` among {number:,} threads, CPU", "ms", "among 100", times[0], times[1], 2))
    return lines


def _rows(number: int) -> list[dict[str, Any]]:
    began = datetime.now(UTC) - timedelta(days=300)
    return [
        {
            "thread_id": named(str(one)),
            "graph": "support",
            "status": ("failed", "completed", "waiting")[one % 3],
            "customer": f"ada{one % 3}@example.com",
            "order_id": str(one % 3),
            "created_at": iso(began),
            "updated_at": iso(began + timedelta(minutes=one)),
        }
        for one in range(number)
    ]


async def _chain(folder: Path, rounds: int) -> list[Line]:
    return [
        Line(f"`{graph}` with the chain of the audit, CPU", "ms", "without it", ours, theirs, 1.05)
        for graph, (ours, theirs) in (await chain.costs(folder, rounds)).items()
    ]


async def _turns(home: Path, most: int, rounds: int) -> list[Line]:
    """The last turns of one long conversation, beside turns 11 to 14 of new ones."""
    cpu: list[list[float]] = [[], []]
    stored: list[list[float]] = [[], []]
    async with open_runner(Settings(home=home), signals=False) as runner:

        async def say(thread: str, first: int, turns: int) -> None:
            for number in range(first, first + turns):
                await runner.say(SAYS[number % len(SAYS)], thread=thread, email="grace@example.com")

        few = len(SAYS)
        await say("long", 0, most - few * rounds)
        for number in range(rounds):
            new, late = f"new-{number}", most - few * (rounds - number)
            await say(new, 0, 10)
            for column, (thread, first) in enumerate((("long", late), (new, 10))):
                before = _stored(home)
                took = await _took(say(thread, first, few))
                cpu[column].append(took.cpu_s * 1000 / few)
                stored[column].append((_stored(home) - before) / 1000 / few)
    late_kb, early_kb = map(statistics.mean, stored)  # once in a while, a turn stores all messages
    return [
        Line(f"turn {most} of a conversation, CPU", "ms", "turn 10", cpu[0], cpu[1], 1.2),
        Line(f"turn {most} of a conversation, stored", "KB", "turn 10", [late_kb], [early_kb], 1.2),
    ]


def _stored(home: Path) -> int:
    connection = sqlite3.connect(home / "checkpoints.db")
    try:
        tables = ("SELECT sum(length(checkpoint)) FROM checkpoints", "SELECT sum(length(value)) FROM writes")
        return sum(connection.execute(query).fetchone()[0] or 0 for query in tables)
    finally:
        connection.close()


def _processes(folder: Path, rounds: int) -> list[Line]:
    """Two processes that share a home, beside one with the same number of runs in all."""
    one, two = [], []
    for number in range(rounds):
        one.append(_runs_a_second(folder / f"one-{number}", 1))
        two.append(_runs_a_second(folder / f"two-{number}", 2))
    return [Line("two processes on one home", "runs/s", "one process", two, one, 1.6, least=True)]


def _fairness(home: Path, runs: int) -> list[Line]:
    """Whether processes that share a home starve one another: one run at a time in each of them."""
    steps, _ = _in_processes(home, PROCESSES, runs, 1)
    slowest = statistics.quantiles(steps, n=100)[-1]
    return [
        Line(
            f"a step, {PROCESSES} processes on one home, the slowest in 100",
            "ms",
            "the median",
            [slowest],
            [statistics.median(steps)],
            20,
        )
    ]


def _runs_a_second(home: Path, processes: int, runs: int = 48) -> float:
    return runs / _in_processes(home, processes, runs // processes, runs)[1]


def _in_processes(home: Path, processes: int, runs: int, at_once: int) -> tuple[list[float], float]:
    """How long each step of so many runs a process took, in ms, and all of them together, in seconds."""
    words = [sys.executable, "-m", "tests.benchmarks.performance", "--runs", str(home), str(runs), str(at_once)]
    begun = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(processes)
    ]
    for process in begun:
        assert process.stdout
        process.stdout.readline()  # it is ready
    start = time.perf_counter()
    for process in begun:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate()[0] for process in begun]
    return [ms for one in said for ms in json.loads(one)], time.perf_counter() - start


class _StepTimes:
    """From the end of a step to the end of the next one, its checkpoint between them."""

    def __init__(self) -> None:
        self.ms: list[float] = []
        self._since: dict[str, float] = {}

    def step(self, entry: Entry) -> None:
        now = time.perf_counter()
        if entry["event"] == "run_start":
            self._since[entry["thread_id"]] = now
        elif entry["event"] == "end":
            self.ms.append((now - self._since[entry["thread_id"]]) * 1000)
            self._since[entry["thread_id"]] = now

    def token(self, text: str) -> None: ...


async def _runs_in_this_process(home: Path, runs: int, at_once: int) -> None:
    times, turns = _StepTimes(), asyncio.Semaphore(at_once)
    async with open_runner(Settings(home=home), watcher=times, signals=False) as runner:

        async def run() -> None:
            async with turns:
                await runner.start("answer", _question())

        await run()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        times.ms.clear()
        await asyncio.gather(*(run() for _ in range(runs)))
        print(json.dumps(times.ms))


def _machine() -> str:
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("langgraph", "langgraph-checkpoint-sqlite", "sqlalchemy")
    )
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d}: {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {versions}. Load average of the machine at the end: {load}."
    )


def _table(lines: list[Line]) -> str:
    rows = [
        "| what | ours | compared with | theirs | ratio | spread | goal |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for line in lines:
        one = line.figures()
        goal = (
            ""
            if line.goal is None
            else f"{'>=' if line.least else '<='} {line.goal:g}{'' if _met(line) else ' (missed)'}"
        )
        rows.append(
            f"| {line.what} | {one['ours']:.3g} {line.unit} | {line.of} | {one['theirs']:.3g} {line.unit} | {one['ratio']:.2f} "
            f"| {one['spread'][0]:.2f}-{one['spread'][1]:.2f} | {goal} |"
        )
    return "\n".join(rows)


def _met(line: Line) -> bool:
    if line.goal is None:
        return True
    return line.ratio >= line.goal if line.least else line.ratio <= line.goal


def _write(lines: list[Line], table: str) -> None:
    PAGE.write_text(re.sub(rf"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{table}\n{END}", PAGE.read_text(), flags=re.DOTALL))
    FIGURES.write_text(json.dumps([line.figures() for line in lines], indent=2) + "\n")
    PICTURE.write_text(_drawn(lines))


def _drawn(lines: list[Line]) -> str:
    """Every ratio as a bar, on a scale where 1 is "the same"; a mark where its goal is."""
    height, left, scale = 22, 330, 110
    drawn = []
    for number, line in enumerate(lines):
        y, wide = 30 + number * height, min(line.ratio, 5) * scale
        goal = (
            f'<path d="M{left + min(line.goal, 5) * scale:.0f} {y - 2}v16" stroke="#c33" stroke-width="2"/>'
            if line.goal
            else ""
        )
        drawn.append(
            f'<text x="{left - 8}" y="{y + 10}" text-anchor="end">{line.what.replace("`", "")}</text>'
            f'<rect x="{left}" y="{y}" width="{wide:.0f}" height="12" fill="{"#4a8" if _met(line) else "#ca5"}"/>{goal}'
            f'<text x="{left + wide + 6:.0f}" y="{y + 10}">{line.ratio:.2f}</text>'
        )
    total = 40 + len(lines) * height
    same = f'<path d="M{left + scale} 20V{total - 8}" stroke="#999" stroke-dasharray="3"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {total}" font-family="sans-serif" font-size="12">'
        f'<text x="{left}" y="14">ratio to what it is compared with; dashed: the same; red: the goal</text>'
        f"{same}{''.join(drawn)}</svg>\n"
    )


if __name__ == "__main__":
    main()
