"""Graphs on fakes: the path taken is what counts, so tries follow each other without a pause."""

from collections.abc import Iterator
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command

from app.engines.langgraph.runner import RECURSION_LIMIT
from app.testing import Fakes
from graphs import workflow
from graphs.failure_paths import with_failure_paths
from graphs.policies import Kind, local
from nodes.ports import install


def impatient(kind: Kind) -> dict[str, Any]:
    """The real policies, without air between the tries."""
    arguments = local(kind)
    retry = arguments["retry_policy"]._replace(initial_interval=0.0, max_interval=0.0, jitter=False)
    return {**arguments, "retry_policy": retry}


class Play:
    """One thread of one workflow, and the path it took."""

    def __init__(self, graph: str) -> None:
        module = workflow(graph)
        builder = with_failure_paths(module.build(policy=impatient), module.on_failure)
        self.graph = builder.compile(checkpointer=InMemorySaver())
        self.config: Any = {"configurable": {"thread_id": "thread-1"}, "recursion_limit": RECURSION_LIMIT}
        self.path: list[str] = []

    async def send(self, values: Any, **context: Any) -> dict[str, Any]:
        """Run until the end or the next interrupt; returns the state."""
        self.path = []
        async for update in self.graph.astream(values, self.config, context=context, stream_mode="updates"):
            self.path += [name for name in update if not name.startswith("__")]
        return dict((await self.graph.aget_state(self.config)).values)

    async def answer(self, answer: Any) -> dict[str, Any]:
        """Answer the pending interrupt, by its id."""
        return await self.send(Command(resume={(await self.question()).id: answer}))

    async def question(self) -> Any:
        return (await self.graph.aget_state(self.config)).interrupts[0]

    async def waits(self) -> bool:
        return bool((await self.graph.aget_state(self.config)).interrupts)


@pytest.fixture
def fakes() -> Iterator[Fakes]:
    fakes = Fakes()
    with install(fakes.services):
        yield fakes


@pytest.fixture
def refund(fakes: Fakes) -> Play:
    return Play("refund")


@pytest.fixture
def support(fakes: Fakes) -> Play:
    return Play("support")


@pytest.fixture
def fulfilment(fakes: Fakes) -> Play:
    return Play("fulfilment")
