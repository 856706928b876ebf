"""The answer workflow with a real, small model: it runs to a defined outcome, and what it cites is there."""

import pytest

from app.testing import Fakes
from tests.llm.conftest import ended

pytestmark = [pytest.mark.llm, pytest.mark.xdist_group("llm")]

QUESTION = "how many days do I have to return an item?"
TEXT = "You can return an item within 30 days of delivery."


async def test_it_ends_in_a_defined_outcome(fakes: Fakes) -> None:
    fakes.knowledge.pages[QUESTION] = [
        {"id": "p1", "title": "Returns", "heading": "", "source": "returns.md", "text": TEXT, "coverage": 1.0}
    ]
    state = await ended("answer", {"question": QUESTION})
    assert state["outcome"] in ("answered", "unanswered", "escalated", "resolved")
    assert {one["passage_id"] for one in state.get("citations", [])} <= {"p1"}
    assert all(one["quote"] in TEXT for one in state.get("citations", []))
