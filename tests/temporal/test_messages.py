"""Messages cross the boundary as messages, and can be read in Temporal's UI."""

import json
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from temporalio.api.common.v1 import Payload

from app.engines.temporal.boundary import Opening, Standing
from app.engines.temporal.payloads import MARK, MessageConverter

MESSAGES: list[BaseMessage] = [
    HumanMessage("where is my order?", id="1"),
    HumanMessage([{"type": "text", "text": "in parts"}], id="2", name="Ada"),
    AIMessage(
        "looking",
        id="3",
        tool_calls=[{"name": "find", "args": {"order": "1"}, "id": "call"}],
        usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
        response_metadata={"model_name": "tiny"},
    ),
    ToolMessage("found", tool_call_id="call", id="4"),
    SystemMessage("be brief", id="5"),
    AIMessage(""),
]


def there(value: Any, hint: Any = None) -> Any:
    converter = MessageConverter()
    (payload,) = converter.to_payloads([value])
    (back,) = converter.from_payloads([payload], [hint] if hint else None)
    return back


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.type)
def test_a_message_stays_what_it_is(message: BaseMessage) -> None:
    assert there({"messages": [message]}) == {"messages": [message]}


def test_inside_of_what_client_and_workflow_send_each_other() -> None:
    opening = Opening(graph="support", turn=None, carried={"messages": MESSAGES, "turn": 2})
    assert there(opening, Opening) == opening
    standing = Standing(status="completed", values={"messages": MESSAGES})
    assert there(standing, Standing) == standing


def test_it_is_readable() -> None:
    (payload,) = MessageConverter().to_payloads([MESSAGES[:1]])
    assert payload.metadata["encoding"] == b"json/plain"
    assert json.loads(payload.data) == [{MARK: "human", "content": "where is my order?", "id": "1"}]


@pytest.mark.parametrize("lookalike", [{MARK: "human"}, {MARK: "pirate", "content": "x"}, {MARK: 7}, {"type": "human"}])
def test_what_only_looks_like_a_message_stays_as_it_is(lookalike: dict[str, Any]) -> None:
    assert there([lookalike]) == [lookalike]


@pytest.mark.parametrize("value", [None, b"bytes", "text", 7, [1, {"a": None}]])
def test_everything_else_is_as_ever(value: Any) -> None:
    assert there(value) == value


def test_what_temporal_wrote_without_us_is_read() -> None:
    payload = Payload(metadata={"encoding": b"json/plain"}, data=b'{"a":1}')
    assert MessageConverter().from_payloads([payload]) == [{"a": 1}]
