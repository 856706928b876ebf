"""Our saver and the stock one side by side: a step of a graph one run at a time, and runs per second with many at once.

    python -m tests.benchmarks.saver [FOLDER]     # FOLDER is on the disk to measure; the folder for temporary files by default

Every round runs each of them, in turns, in one process: no saver at all (what LangGraph itself costs), the stock
AsyncSqliteSaver with the same promise (synchronous=FULL), and ours. The last line has the medians and the ratios to the
stock saver; the load of other programs touches all of them alike.
"""

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiosqlite
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from app.records.checkpoints import open_checkpointer
from app.settings import Settings

STEPS = 5
ROUNDS = 9
RUNS = 20
AT_ONCE = 32
Saver = BaseCheckpointSaver[Any] | None


class State(TypedDict, total=False):
    question: str
    passages: list[str]
    steps: int


async def step(state: State) -> State:
    return {"steps": state.get("steps", 0) + 1, "passages": ["Returns are free for thirty days. " * 20]}


async def main(folder: str | None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        async with AsyncExitStack() as stack:
            savers = {name: await stack.enter_async_context(opened(Path(home, name))) for name, opened in KINDS.items()}
            graphs = {name: _graph().compile(checkpointer=saver) for name, saver in savers.items()}
            rounds = [await _round(graphs) for _ in range(ROUNDS + 1)][1:]  # the first one loads what is loaded once
    print(json.dumps(_summary(rounds)))


async def _round(graphs: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Run by run in turns: whatever else the machine does hits all of them."""
    alone: dict[str, list[float]] = {name: [] for name in graphs}
    for _ in range(RUNS):
        for name, graph in graphs.items():
            alone[name].append(await _seconds(_run(graph)))
    together = {
        name: await _seconds(asyncio.gather(*(_run(graph) for _ in range(AT_ONCE)))) for name, graph in graphs.items()
    }
    found = {
        name: {"ms_a_step": statistics.median(alone[name]) * 1000 / STEPS, "runs_a_s": AT_ONCE / together[name]}
        for name in graphs
    }
    print(json.dumps({name: _rounded(one) for name, one in found.items()}))
    return found


async def _seconds(work: Awaitable[Any]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {what: round(value, 2) for what, value in figures.items()}


async def _run(graph: Any) -> None:
    config = {"configurable": {"thread_id": str(uuid4())}}
    durable = {"durability": "sync"} if graph.checkpointer else {}
    result = await graph.ainvoke({"question": "how long do I have?"}, config, **durable)
    assert result["steps"] == STEPS


def _graph() -> StateGraph[State, None, State, State]:
    g = StateGraph(State)
    names = [f"step_{number}" for number in range(STEPS)]
    for name in names:
        g.add_node(name, step)
    for before, after in zip([START, *names], [*names, END], strict=True):
        g.add_edge(before, after)
    return g


def _summary(rounds: list[dict[str, dict[str, float]]]) -> dict[str, Any]:
    medians: dict[str, Any] = {
        name: {what: statistics.median(one[name][what] for one in rounds) for what in ("ms_a_step", "runs_a_s")}
        for name in KINDS
    }
    ratios = {
        what: statistics.median(one["ours"][what] / one["stock"][what] for one in rounds)
        for what in ("ms_a_step", "runs_a_s")
    }
    return {
        "rounds": len(rounds),
        "at_once": AT_ONCE,
        **{name: _rounded(one) for name, one in medians.items()},
        "ours_to_stock": _rounded(ratios),
    }


@asynccontextmanager
async def _none(home: Path) -> AsyncIterator[Saver]:
    yield None


@asynccontextmanager
async def _stock(home: Path) -> AsyncIterator[Saver]:
    async with aiosqlite.connect(home.with_suffix(".db")) as connection:
        await connection.execute("PRAGMA synchronous=FULL")
        yield AsyncSqliteSaver(connection)


def _ours(home: Path) -> AbstractAsyncContextManager[Saver]:
    return open_checkpointer(Settings(home=home))


KINDS: dict[str, Callable[[Path], AbstractAsyncContextManager[Saver]]] = {
    "none": _none,
    "stock": _stock,
    "ours": _ours,
}

if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if sys.argv[1:] else None))
