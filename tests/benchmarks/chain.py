"""What the hash chain of the audit costs: runs with it, beside runs that write the same rows without a link.

There is no setting that switches the chain off, so its functions are replaced for the other half of the runs.
"""

import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from app.clients.database import audit_chain
from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.records import journal
from app.settings import Settings

QUESTION = {"question": "how long do I have to return an item?"}
CENT = {"order_id": "12346", "email": "ada@example.com", "amount_cents": 1, "again": True}
WORK: dict[str, dict[str, Any]] = {"answer": QUESTION, "refund": CENT}
RUNS = 20


async def costs(folder: Path, rounds: int) -> dict[str, tuple[list[float], list[float]]]:
    """For each workflow the CPU time of a run in ms, with the chain and without it, round by round."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    for graph in WORK:
        async with AsyncExitStack() as stack:
            homes = [Settings(home=folder / f"{graph}-{kind}") for kind in ("chained", "bare")]
            chained, bare = [await stack.enter_async_context(open_runner(home, signals=False)) for home in homes]
            found[graph] = ([], [])
            for _ in range(rounds + 1):  # the first is for warming up
                costs = await _round(chained, bare, graph)
                for kind, cost in zip(found[graph], costs, strict=True):
                    kind.append(cost)
    return {graph: (ours[1:], theirs[1:]) for graph, (ours, theirs) in found.items()}


async def _round(chained: Runner, bare: Runner, graph: str) -> tuple[float, float]:
    """Run by run in turns: what an order's history costs, and what else the machine does, hits both."""
    ours = theirs = 0.0
    for _ in range(RUNS):
        ours += await _run(chained, graph)
        with _unchained():
            theirs += await _run(bare, graph)
    return ours / RUNS, theirs / RUNS


async def _run(runner: Runner, graph: str) -> float:
    began = time.process_time()
    await runner.start(graph, WORK[graph])
    return (time.process_time() - began) * 1000


@contextmanager
def _unchained() -> Iterator[None]:
    with (
        mock.patch.object(journal, "_last_links", return_value={}),
        mock.patch.object(journal, "_keep_last_links"),
        mock.patch.object(journal, "_linked", lambda entry, _: {**entry, "link": None}),
        mock.patch.object(audit_chain, "_chain", return_value=None),
    ):
        yield
