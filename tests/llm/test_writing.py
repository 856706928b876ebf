"""The writing workflow with the small model as writer and as judge: poor texts, and always a defined outcome."""

import pytest

from app.engines.usage import counted
from app.testing import Fakes
from tests.llm.conftest import ended

pytestmark = [pytest.mark.llm, pytest.mark.xdist_group("llm")]


async def test_writing_ends_in_a_defined_outcome(fakes: Fakes) -> None:
    brief = "announce the winter sale to customers, under 60 words, mention the sale page"
    with counted() as counter:
        state = await ended("writing", {"brief": brief, "attempts": 1})
    assert counter.usage["total_tokens"] > 0
    assert state["outcome"] in ("accepted", "exhausted")
    assert len(state["rounds"]) == 1
    assert all(0 <= one["score"] <= 1 for one in state["rounds"])
    assert state["draft"] == state["best"]["draft"]
