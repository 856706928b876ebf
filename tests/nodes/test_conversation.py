"""Messages, as objects and as the dicts they travel as."""

from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from nodes.conversation.messages import Message, in_context, read, transcript, unanswered

TALK: list[Message] = [
    SystemMessage("be kind"),
    HumanMessage("where is it?"),
    AIMessage("Which order?"),
    HumanMessage("12345"),
    HumanMessage("ada@example.com"),
]

FORMS = {
    "objects": TALK,
    "role and content, as the server takes them": [
        {"role": "system", "content": "be kind"},
        {"role": "user", "content": "where is it?"},
        {"role": "assistant", "content": "Which order?"},
        {"role": "user", "content": "12345"},
        {"role": "user", "content": "ada@example.com"},
    ],
    "type and content, as Temporal passes them on": [
        {key: value for key, value in message.model_dump().items() if key in ("type", "content", "id")}
        for message in TALK
        if not isinstance(message, dict)
    ],
    "whole dumps": [message.model_dump() for message in TALK if not isinstance(message, dict)],
    "a mixture": [*TALK[:3], {"role": "user", "content": "12345"}, TALK[4]],
}


@pytest.mark.parametrize("messages", FORMS.values(), ids=FORMS)
def test_every_form_reads_the_same(messages: list[Any]) -> None:
    assert [(message.type, message.text) for message in read(messages)] == [
        ("system", "be kind"),
        ("human", "where is it?"),
        ("ai", "Which order?"),
        ("human", "12345"),
        ("human", "ada@example.com"),
    ]
    assert unanswered(messages) == "12345\nada@example.com"
    assert transcript(messages) == [
        "Customer: where is it?",
        "Agent: Which order?",
        "Customer: 12345",
        "Customer: ada@example.com",
    ]


UNANSWERED: list[tuple[list[Message], str, str]] = [
    # (the messages, what is unanswered, why)
    ([], "", "nobody has said anything"),
    ([AIMessage("Hello!")], "", "only we have"),
    ([HumanMessage("hi")], "hi", "the first message"),
    ([HumanMessage("hi"), AIMessage("Hello!")], "", "it is answered"),
    ([HumanMessage("hi"), HumanMessage("there")], "hi\nthere", "two in a row, in their order"),
    ([HumanMessage("hi"), ToolMessage("x", tool_call_id="1"), HumanMessage("you")], "you", "a tool came between"),
    ([HumanMessage([{"type": "text", "text": "in"}, {"type": "text", "text": "blocks"}])], "inblocks", "blocks"),
    ([HumanMessage([{"type": "image_url", "image_url": {"url": "https://x.example"}}])], "", "a picture has no text"),
]


@pytest.mark.parametrize(("messages", "text", "why"), UNANSWERED)
def test_what_the_customer_said_since_the_last_answer(messages: list[Message], text: str, why: str) -> None:
    assert unanswered(messages) == text, why


SHIPPING: list[Message] = [HumanMessage("How much is shipping?"), AIMessage("$4.95.")]


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        (SHIPPING, "And to Canada?", "How much is shipping to Canada?"),
        (SHIPPING, "what about express", "How much is shipping express"),
        ([*SHIPPING, HumanMessage("and to Canada?"), AIMessage("$12.95.")], "or Mexico?", "How much is shipping Mexico?"),
        (SHIPPING, "How do I pay?", "How do I pay?"),
        (SHIPPING, "Android app?", "Android app?"),
        (SHIPPING, "and where can I see all of my old orders?", "and where can I see all of my old orders?"),
        ([], "and to Canada?", "and to Canada?"),
        ([HumanMessage("hello"), HumanMessage("there")], "and to Canada?", "and to Canada?"),
    ],
)  # fmt: skip
def test_a_question_that_goes_on_with_an_earlier_one(before: list[Message], question: str, whole: str) -> None:
    assert in_context(question, [*before, HumanMessage(question)]) == whole
