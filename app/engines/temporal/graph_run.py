"""A graph inside a workflow: compiled with the plugin's steps, run to its next stop."""

import asyncio
from collections.abc import Awaitable, Callable
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphRecursionError
from langgraph.types import Command, Interrupt
from temporalio.langgraph import graph as registered

from app.engines.compiled_graphs import Graph, unfinished
from app.engines.langgraph.runner import RECURSION_LIMIT
from app.engines.stop_sentences import why
from app.engines.temporal.boundary import Limits, Problem
from app.engines.temporal.temporal_failures import Stopped
from app.records.threads import Status
from graphs import workflow as module_of
from graphs.failure_paths import with_failure_paths
from nodes.ports.errors import NotConfigured

RUN_ID = "switchboard_run_id"
"""Under this name the steps find which run they belong to."""

Handler = Callable[[Any, Any], Awaitable[Any]]


class Forgetful(dict[str, Any]):
    """Keeps no results: the plugin would give a step's earlier result for the same input, however old it is."""

    def __init__(self) -> None:
        super().__init__({"nothing": None})  # the plugin takes an empty one for none

    def __setitem__(self, key: str, value: Any) -> None: ...


@dataclass(frozen=True)
class GraphRun:
    """One thread's graph and its checkpoints. They live as long as the workflow, whose history they are made from."""

    graph: Graph
    thread_id: str

    @classmethod
    async def made(
        cls, name: str, thread_id: str, carried: dict[str, Any], handler: Callable[[Any], Handler]
    ) -> "GraphRun":
        """`carried`: the state that earlier runs of the thread have left."""
        saver = InMemorySaver()
        builder = copy(registered(name, Forgetful()))
        builder.nodes = dict(builder.nodes)
        if on_failure := getattr(module_of(name), "on_failure", None):
            builder = with_failure_paths(builder, handler(on_failure))
        graph: Graph = builder.compile(checkpointer=saver, name=name)
        if carried:
            await _seed(saver, graph, thread_id, carried)
        return cls(graph, thread_id)

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.graph.get_state(self._config()).values)

    @property
    def interrupt(self) -> Interrupt | None:
        return next(iter(self.graph.get_state(self._config()).interrupts), None)

    def status(self, problem: Problem | None) -> Status:
        """How the run ended that `problem` has stopped, or nothing."""
        if problem:
            return "failed"
        if self.interrupt:
            return "waiting"
        return "failed" if unfinished(self.graph.get_state(self._config())) else "completed"

    async def go(
        self, values: dict[str, Any] | Command[Any] | None, context: dict[str, Any] | None, limits: Limits, run_id: str
    ) -> Problem | None:
        """Run until the end, the next interrupt, or what stops it.

        The sentences are those of the default engine. Interrupt ids are not used: they are made from checkpoint ids, which
        differ when the workflow is replayed. There is never more than one interrupt.
        """
        scope = asyncio.timeout(limits.run_timeout_s)
        try:
            async with scope:
                await self.graph.ainvoke(values, {**self._config(), **_bounds(limits, run_id)}, context=context)
        except NotConfigured as error:
            return Problem(type(error).__name__, str(error))
        except GraphRecursionError:
            return Problem("", f"The run took more than {RECURSION_LIMIT} steps.")
        except Exception as error:
            if isinstance(error, Stopped) and not scope.expired():
                return Problem("", "Stopped on Temporal by an operator.")
            return Problem("", why(TimeoutError() if scope.expired() else error, limits.run_timeout_s))
        return None

    def _config(self) -> RunnableConfig:
        return {"configurable": {"thread_id": self.thread_id}}


def identified(command: Any, new_id: Callable[[], UUID]) -> Any:
    """The command, its new messages with ids that a replay gives them again."""
    if isinstance(command, Command) and isinstance(command.update, dict):
        for message in command.update.get("messages") or []:
            message.id = message.id or str(new_id())
    return command


def _bounds(limits: Limits, run_id: str) -> RunnableConfig:
    return {
        "recursion_limit": RECURSION_LIMIT,
        "max_concurrency": limits.max_concurrency,
        "metadata": {RUN_ID: run_id},
    }


async def _seed(saver: InMemorySaver, graph: Graph, thread_id: str, values: dict[str, Any]) -> None:
    """Make the checkpoint of a finished run that left this state."""
    known = {name: value for name, value in values.items() if name in graph.channels}
    checkpoint = empty_checkpoint()
    checkpoint["channel_values"] = known
    checkpoint["channel_versions"] = {name: saver.get_next_version(None, None) for name in known}
    config: RunnableConfig = {"configurable": {"thread_id": thread_id, "checkpoint_ns": ""}}
    await saver.aput(config, checkpoint, {"source": "update", "step": 0, "parents": {}}, checkpoint["channel_versions"])
