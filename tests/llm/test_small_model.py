"""ChatLanguage on a real model server: the wire, the schema, the stream and the time limit.

The model has 135 million parameters. What it answers is not judged; that a poor answer does no harm is.
"""

from collections.abc import AsyncIterator
from typing import Any, get_args

import pytest
from langchain_core.messages import AIMessageChunk
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from app.clients.language.chat import ChatLanguage
from app.clients.language.model_server import ModelServer
from app.clients.language.refused_options import RefusedOptions
from nodes.ports.errors import LanguageUnavailable, MalformedAnswer, NotConfigured, Retryable
from nodes.ports.language import Intent
from tests.llm.conftest import PATIENCE_S

pytestmark = [pytest.mark.llm, pytest.mark.xdist_group("llm")]

MESSAGE = "I want a refund for order #12345"
SAY = "Thank you. Order 12345 was delivered."


@pytest.fixture
def language(model_url: str) -> ChatLanguage:
    return ChatLanguage(ModelServer("small", base_url=model_url, timeout_s=PATIENCE_S, max_tokens=96))


async def test_a_classification_is_valid_or_worth_another_try(language: ChatLanguage) -> None:
    try:
        judged = await language.classify(MESSAGE)
    except Retryable:
        return
    assert judged["intent"] in get_args(Intent)
    assert {type(judged["wants_human"]), type(judged["asks_progress"]), type(judged["small_talk"])} == {bool}


async def test_details_stand_in_the_message(language: ChatLanguage) -> None:
    try:
        details = await language.extract(f"{MESSAGE}, I paid $49.90. ada@example.com")
    except Retryable:
        return
    assert set(details["order_ids"]) <= {"12345"}
    assert set(details["emails"]) <= {"ada@example.com"}
    assert set(details["amounts_cents"]) <= {4990}


async def test_plain_json_is_valid_or_malformed(model_url: str) -> None:
    refused = RefusedOptions("small", model_url)
    await refused.add("json_schema")
    server = ModelServer("small", base_url=model_url, timeout_s=PATIENCE_S, max_tokens=48, refused=refused)
    language = ChatLanguage(server)
    try:
        judged = await language.classify(MESSAGE)
    except MalformedAnswer:
        return
    assert judged["intent"] in get_args(Intent)


class Turn(TypedDict):
    said: str


async def test_a_reply_streams_and_keeps_its_facts(language: ChatLanguage) -> None:
    async def respond(state: Turn) -> Turn:
        return {"said": await language.reply({"say": SAY}, tone="friendly", signature="")}

    graph = StateGraph(Turn)
    graph.add_node("respond", respond)
    graph.add_edge(START, "respond")
    graph.add_edge("respond", END)
    tokens: list[str] = []
    said: list[str] = []
    stream: AsyncIterator[Any] = graph.compile().astream({"said": ""}, stream_mode=["messages", "updates"])
    async for kind, part in stream:
        if kind == "updates":
            said.append(part["respond"]["said"])
        elif isinstance(part[0], AIMessageChunk) and part[0].text:
            tokens.append(part[0].text)
    assert len(tokens) > 1
    assert "12345" in said[0]


async def test_a_summary(language: ChatLanguage) -> None:
    assert await language.summarise([f"Customer: {MESSAGE}", "Agent: May I have your e-mail address?"])


async def test_the_time_limit(model_url: str) -> None:
    hurried = ChatLanguage(ModelServer("small", base_url=model_url, timeout_s=0.01, max_tokens=96))
    with pytest.raises(LanguageUnavailable):
        await hurried.summarise([f"Customer: {MESSAGE}"])


async def test_an_address_without_an_api(model_url: str) -> None:
    lost = ChatLanguage(ModelServer("small", base_url=f"{model_url}/nowhere", timeout_s=PATIENCE_S))
    with pytest.raises(NotConfigured, match="OPENAI_BASE_URL"):
        await lost.classify(MESSAGE)
