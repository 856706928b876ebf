"""The answer workflow with a real, small model: it runs to a defined outcome, and what it cites is there."""

import pytest

from tests.command_line import CommandLine

pytestmark = pytest.mark.llm


@pytest.mark.parametrize("question", ["how long do I have to return an item?", "do you take paypal?"])
def test_it_ends_in_a_defined_outcome(
    switchboard: CommandLine, model_url: str, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    monkeypatch.setenv("SWITCHBOARD_MODEL", "small")
    monkeypatch.setenv("OPENAI_BASE_URL", model_url)
    result = switchboard.json("answer", question)
    assert result["outcome"] in ("answered", "unanswered", "escalated", "resolved")
    texts = {one["id"]: one["text"] for one in result["values"].get("passages", [])}
    assert {one["passage_id"] for one in result["values"].get("citations", [])} <= texts.keys()
