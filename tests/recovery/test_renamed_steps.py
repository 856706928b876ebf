"""A thread whose next step its workflow does not have any more is refused, and goes on with the version that has it."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.composition import open_runner
from app.engines.compiled_graphs import compiled, config_of
from app.engines.langgraph.runner import Runner
from app.server.hosted_graphs import RegisterHandler
from app.settings import Settings
from nodes.ports.errors import SwitchboardError
from tests.processes import begin, end

VERSION = """
import os, signal
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from typing_extensions import TypedDict
from graphs.policies import local

class State(TypedDict, total=False):
    order_id: str
    outcome: str

async def first(state: State) -> State:
    return {{"order_id": state["order_id"]}}

async def last(state: State) -> State:
    if os.path.exists("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    return {{"outcome": "done"}}

async def after(state: State):
    return {after}

def build(policy=local):
    g = StateGraph(State, input_schema=State)
    g.add_node("first", first)
    g.add_node("{name}", last)
    g.add_edge(START, "first")
    g.add_conditional_edges("first", after, ["{name}"])
    g.add_edge("{name}", END)
    return g
"""


def write(folder: Path, name: str, *, sent: bool) -> None:
    """A package with one workflow, `shop`, whose last step has this name."""
    about = folder / "shop_workflow-1.dist-info"
    about.mkdir(parents=True, exist_ok=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: shop-workflow\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[switchboard.workflows]\nshop = shop_workflow\n")
    after = f'[Send("{name}", state)]' if sent else f'"{name}"'
    (folder / "shop_workflow.py").write_text(VERSION.format(name=name, after=after))


async def act(folder: Path, home: Path, said: Path, *acts: str) -> None:
    """In a child, which loads the workflow as it is now: what each of these acts leads to."""
    sys.path.insert(0, str(folder))
    found: dict[str, str] = {}
    async with open_runner(Settings(home=home)) as runner:
        calls: dict[str, Callable[[], Awaitable[Any]]] = {
            "start": lambda: runner.start("shop", {"order_id": "12345"}, thread="job"),
            "show": lambda: runner.show("job"),
            "resume": lambda: runner.resume("job"),
            "approve": lambda: runner.decide("job", {"type": "approve"}),
            "sweep": runner.sweep,
            "threads": runner.recent,
            "server": lambda: served(runner),
        }
        for name in acts:
            try:
                answer = await calls[name]()
                found[name] = answer["outcome"] if isinstance(answer, dict) else f"{len(answer)} found"
            except SwitchboardError as error:
                found[name] = f"{type(error).__name__}: {error}"
    await asyncio.to_thread(said.write_text, json.dumps(found))


async def served(runner: Runner) -> dict[str, Any]:
    """A new input on the thread, as a LangGraph server runs it."""
    config = config_of(await runner.threads.find("job"))
    config["callbacks"] = [RegisterHandler(runner, "shop")]
    return await compiled("shop", saver=runner.saver).ainvoke({"order_id": "12346"}, config)


@pytest.mark.parametrize("state", ["by an edge", "sent", "half way"])
def test_a_step_that_was_renamed(tmp_path: Path, state: str) -> None:
    folder, home, said = tmp_path / "package", tmp_path / "home", tmp_path / "said.json"
    write(folder, "last", sent=state == "sent")
    Path("die").touch()
    assert end(begin(act, folder, home, said, "start")) == -9
    Path("die").unlink()
    if state == "half way":  # the first step's writes are saved, the checkpoint after it is not
        with closing(sqlite3.connect(home / "checkpoints.db")) as connection:
            connection.execute(
                "DELETE FROM checkpoints WHERE checkpoint_id = (SELECT max(checkpoint_id) FROM checkpoints)"
            )
            connection.commit()

    write(folder, "final", sent=state == "sent")
    assert end(begin(act, folder, home, said, "threads", "sweep", "show", "resume", "approve", "start", "server")) == 0
    found = json.loads(said.read_text())
    assert (found.pop("threads"), found.pop("sweep")) == ("1 found", "0 found")
    for answer in found.values():
        assert answer.startswith(
            "StepGone: This thread goes on with the step 'last', and the workflow 'shop' has no such"
        )

    write(folder, "last", sent=state == "sent")
    assert end(begin(act, folder, home, said, "resume")) == 0
    assert json.loads(said.read_text()) == {"resume": "done"}
