"""The three engines side by side on one machine: latency, throughput, recovery, memory. Fills the table of docs/engines.md.

    python -m tests.benchmarks.engines            # prints the table
    python -m tests.benchmarks.engines --write    # and puts it into docs/engines.md

Every engine runs in a process of its own, in turns, several rounds; the table has the medians. Load and memory of other
programs on the machine touch all three alike, so that the figures are for comparing, not for quoting.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractAsyncContextManager, ExitStack
from pathlib import Path
from typing import Any

from app.composition import open_pipelines, open_runner
from app.engines.contract import Engine
from app.settings import Settings
from tests.temporal.server import Server, running

ENGINES = ("langgraph", "temporal", "steps")
ROUNDS = 3
RUNS = 40
AT_ONCE = 8
QUESTION = {"question": "how long do I have to return an item?"}
STEPS_OF_A_RUN = 5  # classify, retrieve, generate, validate, respond
SMALL = {"order_id": "12346", "email": "ada@example.com", "amount_cents": None, "reason": ""}
PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    words.add_argument("--write", action="store_true", help="put the table into docs/engines.md")
    words.add_argument("--one", nargs=3, metavar=("WHAT", "ENGINE", "SETTINGS"), help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.one:
        what, engine, settings = asked.one
        asyncio.run(MEASURES[what](engine, Settings.model_validate_json(settings)))
        return
    table = _table(_measured())
    print(table)
    if asked.write:
        page = PAGE.read_text()
        PAGE.write_text(re.sub(rf"{BEGIN}.*{END}", f"{BEGIN}\n{table}\n{END}", page, flags=re.DOTALL))


def _measured() -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {engine: [] for engine in ENGINES}
    for round_no in range(ROUNDS):
        for engine in ENGINES:
            with tempfile.TemporaryDirectory() as folder:
                found[engine].append(_round(engine, Path(folder)))
            print(f"round {round_no + 1}, {engine}: {json.dumps(found[engine][-1])}", file=sys.stderr)
    return found


def _round(engine: str, folder: Path) -> dict[str, float]:
    with ExitStack() as stack:
        settings = Settings(home=folder / "home", engine=engine)  # type: ignore[arg-type]
        server: Server | None = None
        if engine == "temporal":
            (folder / "server").mkdir()
            server = stack.enter_context(running(folder / "server"))
            settings = settings.model_copy(update={"temporal_address": server.address})
            worker = _begun("work", engine, settings)
            stack.callback(_end, worker)
        measured = _run("load", engine, settings)
        if server:
            measured["worker_mb"] = _resident_mb(worker.pid)
            measured["server_mb"] = _resident_mb(server.pid)
        if engine != "steps":
            measured["recovery_s"] = _recovery(engine, settings)
        return measured


def _recovery(engine: str, settings: Settings) -> float:
    """From the kill -9 of the process that was about to pay to the end of the refund, somebody being there to go on."""
    if engine == "temporal":
        settings = settings.model_copy(update={"temporal_task_queue": "recovery"})
    run = _begun("start", engine, settings) if engine == "temporal" else None
    dying = _begun("die", engine, settings)
    dying.wait()
    killed = time.perf_counter()
    heir = _begun("work" if run else "resume", engine, settings)
    try:
        (run or heir).wait()
        return time.perf_counter() - killed
    finally:
        _end(heir)


async def _load(engine: str, settings: Settings) -> None:
    async with _opened(engine, settings) as at:
        for _ in range(3):
            await at.start("answer", QUESTION)
        single = []
        for _ in range(RUNS):
            start = time.perf_counter()
            await at.start("answer", QUESTION)
            single.append(time.perf_counter() - start)
        gate = asyncio.Semaphore(AT_ONCE)

        async def one() -> None:
            async with gate:
                await at.start("answer", QUESTION)

        start = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(RUNS)))
        whole = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    latency = statistics.median(single) * 1000
    print(json.dumps({"run_ms": latency, "runs_per_s": RUNS / whole, "client_mb": memory}))


async def _work(engine: str, settings: Settings) -> None:
    from app.engines.temporal.worker import serve

    await serve(settings, say=lambda text: print(text, flush=True))


async def _start(engine: str, settings: Settings) -> None:
    async with _opened(engine, settings) as at:
        result = await at.start("refund", SMALL, thread="recovery")
        assert result["outcome"] == "refunded", result


async def _resume(engine: str, settings: Settings) -> None:
    async with _opened(engine, settings) as at:
        result = await at.resume("recovery")
        assert result["outcome"] == "refunded", result


async def _die(engine: str, settings: Settings) -> None:
    if engine == "temporal":
        from tests.temporal.working import work_and_die

        await work_and_die(settings, "payments", "refund", "before")
    else:
        from tests.recovery.crashing import refund_and_die

        await refund_and_die(settings.home, "payments", "refund", "before", SMALL)


MEASURES: dict[str, Any] = {"load": _load, "work": _work, "start": _start, "resume": _resume, "die": _die}


def _opened(engine: str, settings: Settings) -> AbstractAsyncContextManager[Engine]:
    if engine == "temporal":
        from app.engines.temporal.temporal_engine import open_engine

        return open_engine(settings)
    return open_runner(settings) if engine == "langgraph" else open_pipelines(settings)


def _begun(what: str, engine: str, settings: Settings) -> "subprocess.Popen[str]":
    given = settings.model_dump_json(exclude_none=True)
    command = [sys.executable, "-m", "tests.benchmarks.engines", "--one", what, engine, given]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _run(what: str, engine: str, settings: Settings) -> dict[str, float]:
    told, _ = _begun(what, engine, settings).communicate()
    measured: dict[str, float] = json.loads(told)
    return measured


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    process.communicate()


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def _table(measured: dict[str, list[dict[str, float]]]) -> str:
    def median(engine: str, name: str, form: str = "{:.0f}") -> str:
        values = [one[name] for one in measured[engine] if name in one]
        return form.format(statistics.median(values)) if values else "-"

    def per_step(engine: str) -> str:
        values = [one["run_ms"] / STEPS_OF_A_RUN for one in measured[engine]]
        return f"{statistics.median(values):.1f} ms"

    rows = [
        ["measured", *ENGINES],
        ["---", *("---" for _ in ENGINES)],
        [f"a step (`answer`, {STEPS_OF_A_RUN} steps, one run at a time)", *map(per_step, ENGINES)],
        [f"runs per second, {AT_ONCE} at once", *(median(one, "runs_per_s", "{:.1f}") for one in ENGINES)],
        [
            "from kill -9 before the payment to the end of the refund",
            f"{median('langgraph', 'recovery_s', '{:.1f}')} s, once somebody runs `resume`",
            f"{median('temporal', 'recovery_s', '{:.1f}')} s, by itself",
            "never: the run is gone",
        ],
        [
            "resident memory",
            f"{median('langgraph', 'client_mb')} MB",
            f"{median('temporal', 'client_mb')} MB caller, {median('temporal', 'worker_mb')} MB worker, "
            f"{median('temporal', 'server_mb')} MB server",
            f"{median('steps', 'client_mb')} MB",
        ],
    ]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, "", f"Medians of {ROUNDS} rounds, in turns, on one machine ({machine}, SQLite)."])


if __name__ == "__main__":
    main()
