"""Switchboard from Python, as docs/python.md tells it."""

import ast
import asyncio
import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.engines.contract import RunResult
from app.runtime import RunEvent, open_runtime
from graphs import refund
from nodes.ports.errors import InvalidInput, NotConfigured, PaidAlready, UnknownThread
from tests.command_line import CommandLine

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text()
SCRIPT, FASTAPI, *CELLS = re.findall(r"```python\n(.*?)```", PAGE, re.S)

SMALL = {"order_id": "12346", "email": "ada@example.com"}
LARGE = {"order_id": "12345", "email": "ada@example.com"}


def test_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(SCRIPT, "docs/python.md", "exec"), {})
    waiting, refunded = capsys.readouterr().out.strip().split("\n")
    assert waiting == "waiting 14900"
    assert refunded.startswith("refunded We have refunded $80.00")


@pytest.fixture
def client() -> Iterator[TestClient]:
    module: dict[str, Any] = {}
    exec(compile(FASTAPI, "docs/python.md", "exec"), module)
    with TestClient(module["api"]) as client:
        yield client


def test_fastapi(client: TestClient, switchboard: CommandLine) -> None:
    asked = client.post("/threads/job/refund", json=LARGE).json()
    assert (asked["status"], asked["approval"]["status"]) == ("waiting", "pending")
    assert switchboard.json("approve", "job")["outcome"] == "refunded"
    assert client.get("/threads/job").json()["outcome"] == "refunded"
    lines = client.post("/stream/refund", json=SMALL).text.strip().split("\n")
    assert json.loads(lines[0])["event"] == "step"
    assert json.loads(lines[-1])["result"]["outcome"] == "refunded"
    assert client.get("/threads/nothing").status_code == 409
    refused = client.post("/threads/job/refund", json={**SMALL, "amount_cents": "10"})
    assert (refused.status_code, "whole number" in refused.json()["detail"]) == (422, True)


async def test_the_notebook(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    for cell in CELLS:
        code = compile(cell, "docs/python.md", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        if (running := FunctionType(code, names)()) is not None:
            await running
    said = capsys.readouterr().out
    assert "retrieve end" in said
    assert "30 days" in said


async def test_every_method() -> None:
    async with open_runtime() as switchboard:
        talk = await switchboard.say("please refund order 12345", "talk", email="ada@example.com")
        assert talk["approval"]
        refused = await switchboard.decide(talk["thread_id"], {"type": "reject", "message": "worn", "by": "Mia"})
        assert refused["outcome"] == "rejected"
        assert (await switchboard.show("talk"))["reply"] == refused["reply"]
        with pytest.raises(UnknownThread):
            await switchboard.resume("nothing")
        with pytest.raises(InvalidInput, match="refund takes no colour"):
            await switchboard.start("refund", {**SMALL, "colour": "red"})
        with pytest.raises(InvalidInput, match="write a text, or a list"):
            await switchboard.start("support", {"messages": 7})
        await switchboard.start("refund", {**SMALL, "amount_cents": 1000})
        with pytest.raises(PaidAlready):
            await switchboard.start("refund", {**SMALL, "amount_cents": 1000})


def nodes(events: list[RunEvent]) -> list[str | None]:
    return [one["step"]["node"] for one in events if one["event"] == "step" and one["step"]["event"] == "end"]


def result(events: list[RunEvent]) -> RunResult:
    assert events[-1]["event"] == "result"
    return events[-1]["result"]


async def test_streams_side_by_side_hear_their_own_run_only() -> None:
    async with open_runtime() as switchboard:

        async def heard(workflow: str, values: dict[str, Any]) -> list[RunEvent]:
            return [event async for event in switchboard.stream(workflow, values)]

        paid, told = await asyncio.gather(
            heard("refund", SMALL),
            heard("support", {"messages": "where is order 12349?", "email": "grace@example.com"}),
        )
    assert {one["step"]["thread_id"] for one in paid if one["event"] == "step"} == {result(paid)["thread_id"]}
    assert nodes(paid)[-2:] == ["send_confirmation", "respond"]
    assert "lookup_order" in nodes(told)
    assert (result(paid)["outcome"], result(told)["outcome"]) == ("refunded", "resolved")


async def test_a_stream_raises_what_start_raises_and_stops_the_run_when_it_is_closed() -> None:
    async with open_runtime() as switchboard:
        with pytest.raises(InvalidInput, match="order_id is missing"):
            [event async for event in switchboard.stream("refund", {"email": "ada@example.com"})]
        events = switchboard.stream("refund", SMALL, "job")
        async for event in events:
            if event["event"] == "step" and event["step"]["node"] == "verify_identity":
                break
        await events.aclose()
        assert (await switchboard.show("job"))["status"] == "failed"
        assert (await switchboard.resume("job"))["outcome"] == "refunded"


async def test_signals_stay_with_the_program_that_has_its_own() -> None:
    caught: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: caught.append(number))
    try:
        async with open_runtime() as switchboard:
            async for event in switchboard.stream("refund", SMALL):
                if event["event"] == "step" and event["step"]["node"] == "verify_identity" and not caught:
                    os.kill(os.getpid(), signal.SIGTERM)
        assert event["event"] == "result"
        assert event["result"]["outcome"] == "refunded"
        os.kill(os.getpid(), signal.SIGTERM)
        assert caught == [signal.SIGTERM] * 2
    finally:
        signal.signal(signal.SIGTERM, before)


async def test_a_bare_graph_names_the_page() -> None:
    graph: Any = refund.build().compile()
    with pytest.raises(NotConfigured, match=r"open_runtime.*docs/python\.md"):
        await graph.ainvoke(SMALL, {"configurable": {"thread_id": "1"}})
