"""State is plain JSON: at every checkpoint of every kind of run it survives JSON and strict msgpack unchanged."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage, messages_from_dict, messages_to_dict
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel

from app.testing import PASSES, Fakes, order
from nodes.ports.errors import MailUnavailable, PaymentsUnavailable, PaymentTimedOut, Retryable
from nodes.ports.knowledge import Found
from nodes.ports.language import Classification, Details
from nodes.ports.search import Lead
from tests.graphs.conftest import Play

STRICT = JsonPlusSerializer(pickle_fallback=False, allowed_msgpack_modules=None)
PLAIN = (str, int, float, bool, type(None))

Run = Callable[[Play, Fakes], Awaitable[Any]]


def not_plain(value: Any, path: str = "") -> list[str]:
    """Where this value is more than JSON and messages."""
    if type(value) is dict:
        keys = [f"{path}.{key!r} is a key" for key in value if type(key) is not str]
        return keys + [found for key, inner in value.items() for found in not_plain(inner, f"{path}.{key}")]
    if type(value) is list:
        return [found for number, inner in enumerate(value) for found in not_plain(inner, f"{path}[{number}]")]
    if isinstance(value, BaseMessage):
        return not_plain(value.model_dump(), path)
    return [] if type(value) in PLAIN else [f"{path} is {type(value).__name__}"]


def through_msgpack(value: Any) -> Any:
    return STRICT.loads_typed(STRICT.dumps_typed(value))


def through_json(values: dict[str, Any]) -> dict[str, Any]:
    """As state crosses to the server and to Temporal: messages as dicts, and back."""
    dicts = {name: messages_to_dict(value) if name == "messages" else value for name, value in values.items()}
    back: dict[str, Any] = json.loads(json.dumps(dicts, allow_nan=False))
    return {name: messages_from_dict(value) if name == "messages" else value for name, value in back.items()}


async def small(play: Play, fakes: Fakes) -> Any:
    return await play.send(request(play, fakes, amount_cents=5000))


async def large(play: Play, fakes: Fakes, *, amount_cents: int | None = None) -> Any:
    return await play.send(request(play, fakes, amount_cents=amount_cents))


def then(answer: Any, *, late: bool = False, amount_cents: int | None = None) -> Run:
    """A large refund, and an answer to its question."""

    async def run(play: Play, fakes: Fakes) -> Any:
        await large(play, fakes, amount_cents=amount_cents)
        fakes.clock.advance(seconds=301 if late else 1)
        return await play.answer(answer)

    return run


def failing(service: str, method: str, *errors: Exception, then: Run = small) -> Run:
    async def run(play: Play, fakes: Fakes) -> Any:
        getattr(fakes, service).fail[method] = list(errors)
        return await then(play, fakes)

    return run


def silent(*, tries: int) -> Run:
    """The gateway pays and says nothing, for so many tries."""

    async def run(play: Play, fakes: Fakes) -> Any:
        fakes.shop.times_out_after_paying = 1
        return await failing("shop", "find", PASSES, *[PaymentTimedOut("slow")] * tries)(play, fakes)

    return run


async def declined(play: Play, fakes: Fakes) -> Any:
    return await play.send(request(play, fakes, amount_cents=99_999))


async def twice(play: Play, fakes: Fakes) -> Any:
    await small(play, fakes)
    return await then({"type": "edit", "args": {"amount": "80"}}, amount_cents=9900)(play, fakes)


def request(play: Play, fakes: Fakes, *, amount_cents: int | None = None) -> dict[str, Any]:
    """The same request, as a form or as words."""
    if "classify" not in play.graph.nodes:
        return {"order_id": "12345", "email": "ada@example.com", "amount_cents": amount_cents, "reason": "It hums."}
    text = f"my money, please: {amount_cents}"
    meant: Classification = {"intent": "refund", "wants_human": False, "asks_progress": False, "small_talk": False}
    stated: Details = {
        "order_ids": ["12345"],
        "emails": ["ada@example.com"],
        "amounts_cents": [amount_cents] if amount_cents else [],
        "reason": "It hums.",
    }
    fakes.language.understands[text] = (meant, stated)
    return {"messages": [HumanMessage(text)]}


RUNS: dict[str, tuple[Run, str | None]] = {
    # how it goes: (the run, its outcome; None while it waits)
    "paid": (small, "refunded"),
    "waiting": (large, None),
    "approved": (then({"decisions": [{"type": "approve"}]}), "refunded"),
    "approved in part": (then([{"type": "edit", "args": {"args": {"amount": 80.5}}}]), "refunded"),
    "rejected": (then({"type": "reject", "message": "Fußnote – 拒否"}), "rejected"),
    "expired": (then({"type": "approve"}, late=True), "expired"),
    "answered with garbage": (then({"type": ["approve", {"deep": [None, 1.5, True]}]}), None),
    "declined": (declined, "declined"),
    "escalated": (failing("shop", "refund", *[PaymentsUnavailable("down")] * 4), "escalated"),
    "found to be paid": (silent(tries=3), "refunded"),
    "nobody knows if it was paid": (silent(tries=6), "escalated"),
    "no mail": (failing("mail", "send", *[MailUnavailable("down")] * 9), "refunded"),
    "no words": (failing("language", "reply", *[Retryable("no model")] * 9), "refunded"),
    "two refunds": (twice, "refunded"),
}


@pytest.mark.parametrize("graph", ["refund", "support"])
@pytest.mark.parametrize("name", RUNS)
async def test_every_state_of_every_run_is_plain(fakes: Fakes, graph: str, name: str) -> None:
    play, (run, outcome) = Play(graph), RUNS[name]
    last = await run(play, fakes)
    assert (last.get("outcome"), await play.waits()) == (outcome, outcome is None)
    states = [snapshot async for snapshot in play.graph.aget_state_history(play.config)]
    assert len(states) > 4
    for snapshot in states:
        assert not_plain(snapshot.values) == []
        assert through_msgpack(snapshot.values) == snapshot.values
        assert through_json(snapshot.values) == snapshot.values
        for question in snapshot.interrupts:
            assert json.loads(json.dumps(question.value)) == through_msgpack(question.value) == question.value


async def researched(play: Play, fakes: Fakes) -> Any:
    found: list[Lead] = [{"address": f"{n}.md", "title": "", "snippet": "", "provider": "corpus"} for n in range(3)]
    fakes.search.leads[""] = found
    fakes.sources.pages = {"0.md": "! The tower is 48 m high.", "1.md": "Nothing."}
    return await play.send({"topic": "how high?"})


async def answered(play: Play, fakes: Fakes) -> Any:
    page = {
        "id": "p",
        "title": "Returns",
        "heading": "",
        "source": "returns.md",
        "text": "Within 30 days.",
        "coverage": 1.0,
    }
    fakes.knowledge.pages["how long?"] = [Found(**page)]  # type: ignore[typeddict-item]
    fakes.language.answers["how long?"] = [[{"text": "30 days.", "passage_id": "p", "quote": "Within 30 days."}]]
    return await play.send({"question": "how long?"})


async def written(play: Play, fakes: Fakes) -> Any:
    return await play.send({"brief": "announce the sale", "threshold": 1.0})


async def fulfilled(play: Play, fakes: Fakes) -> Any:
    fakes.shop.orders["12351"] = order("12351", status="placed", captured_cents=0)
    return await play.send({"order_id": "12351"})


OTHERS: dict[str, tuple[Run, str]] = {
    "research": (researched, "report_ready"),
    "answer": (answered, "answered"),
    "writing": (written, "exhausted"),
    "fulfilment": (fulfilled, "fulfilled"),
}


@pytest.mark.parametrize("graph", OTHERS)
async def test_so_is_that_of_the_other_workflows(fakes: Fakes, graph: str) -> None:
    play, (run, outcome) = Play(graph), OTHERS[graph]
    last = await run(play, fakes)
    assert last["outcome"] == outcome
    async for snapshot in play.graph.aget_state_history(play.config):
        assert not_plain(snapshot.values) == []
        assert through_msgpack(snapshot.values) == snapshot.values
        assert through_json(snapshot.values) == snapshot.values


@pytest.mark.parametrize("graph", ["refund", "support"])
async def test_a_run_goes_on_from_a_saver_that_keeps_nothing_but_plain_state(fakes: Fakes, graph: str) -> None:
    """The strict serialiser in the saver itself: what it cannot keep would be missing after the question."""
    play = Play(graph)
    play.graph.checkpointer.serde = STRICT
    await large(play, fakes)
    assert (await play.answer({"type": "approve", "by": "Mia"}))["outcome"] == "refunded"
    assert fakes.shop.refunded_cents("12345") == 14_900


@dataclass
class Money:
    cents: int


class Amount(BaseModel):
    cents: int


class Colour(Enum):
    RED = "red"


@pytest.mark.parametrize("value", [Money(1), Amount(cents=1), Colour.RED, Decimal(1), (1, 2), {1, 2}, {1: "one"}, b"x"])
def test_what_is_not_plain_is_found(value: Any) -> None:
    """The checks above can fail."""
    assert len(not_plain({"messages": [], "deep": [{"value": value}]})) == 1


@pytest.mark.parametrize("value", [Money(1), Amount(cents=1), Colour.RED])
def test_strict_msgpack_changes_what_is_not_plain(value: Any) -> None:
    assert through_msgpack({"value": value}) != {"value": value}
