"""The writing workflow with the small model as writer and as judge: poor texts, and always a defined outcome."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from app.clients.language.chat import ChatLanguage
from app.testing import Fakes
from graphs import writing
from graphs.policies import Kind, local
from nodes.ports import install

pytestmark = pytest.mark.llm

PATIENCE_S = 240
"""For a busy machine."""


@pytest.fixture
def house(model_url: str) -> Iterator[Fakes]:
    house = Fakes()
    writer = ChatLanguage("small", base_url=model_url, timeout_s=PATIENCE_S, max_tokens=48)
    judge = ChatLanguage("small", base_url=model_url, timeout_s=PATIENCE_S, max_tokens=80)
    with install(replace(house.services, language=writer, evaluator=judge)):
        yield house


def once(kind: Kind) -> dict[str, Any]:
    """One try of everything: what a model of this size gets wrong it gets wrong again, slowly."""
    arguments = local(kind)
    once_only = arguments["retry_policy"]._replace(max_attempts=1)
    return {**arguments, "retry_policy": once_only, "timeout": PATIENCE_S}


async def test_writing_ends_in_a_defined_outcome(house: Fakes) -> None:
    asked = {"brief": "announce the winter sale to customers, under 60 words, mention the sale page", "attempts": 1}
    graph = writing.build(policy=once).set_node_defaults(error_handler=writing.on_failure).compile()
    state = await graph.ainvoke(asked, {"configurable": {"thread_id": "thread-1"}})  # type: ignore[call-overload]
    assert state["outcome"] in ("accepted", "exhausted")
    assert len(state["rounds"]) == 1
    assert all(0 <= one["score"] <= 1 for one in state["rounds"])
    assert state["draft"] == state["best"]["draft"]
