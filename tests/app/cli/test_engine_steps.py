"""`--engine steps`: the same answers without a framework, and a plain word about what it does not do."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast

import pytest
from sqlalchemy import select

from app.clients.database.schema import threads
from app.composition import open_pipelines
from app.engines.steps.orchestrator import Step
from app.engines.steps.pipelines import PIPELINES, Host
from app.engines.steps.steps_engine import PipelineEngine
from app.settings import Settings
from nodes.ports import install
from nodes.ports.errors import Refused
from tests.command_line import CommandLine
from tests.stored import column, open_database

STEPS = ("--engine", "steps")


def test_an_answer_is_the_same_on_both_engines(switchboard: CommandLine) -> None:
    question = ("answer", "how long do I have to return an item?")
    ours, default = switchboard.json(*question, *STEPS), switchboard.json(*question)
    assert (ours["status"], ours["outcome"], ours["reply"]) == ("completed", "answered", default["reply"])
    assert ours["values"]["citations"] == default["values"]["citations"]
    assert ours.keys() == default.keys()


def test_an_order_is_looked_up(switchboard: CommandLine) -> None:
    result = switchboard.json("support", "where is my order 12349?", "--email", "grace@example.com", *STEPS)
    assert (result["outcome"], result["values"]["intent"]) == ("resolved", "order_status")


def test_its_steps_are_in_the_journal(switchboard: CommandLine) -> None:
    thread = switchboard.json("answer", "do you take paypal?", "--thread", "once", *STEPS)["thread_id"]
    trace = switchboard.json("trace", "once")
    ended = [entry["node"] for entry in trace if entry["event"] == "end"]
    assert ended == ["classify", "retrieve", "generate", "validate", "respond"]
    assert (trace[0]["event"], trace[-1]["event"]) == ("run_start", "run_end")
    assert all(entry["thread_id"] == thread for entry in trace)
    shown = switchboard.json("show", "once")
    assert (shown["status"], shown["outcome"], shown["values"]) == ("completed", "answered", {})


def test_a_human_gets_a_ticket_that_names_the_thread(switchboard: CommandLine) -> None:
    result = switchboard.json("support", "get me a manager", *STEPS)
    (ticket,) = switchboard.json("tickets", *STEPS)
    assert (result["outcome"], ticket["thread_id"]) == ("escalated", result["thread_id"])


@pytest.mark.parametrize(
    "words",
    [
        ("refund", "--order", "12346", "--email", "ada@example.com"),
        ("support", "refund order #12346 please", "--email", "ada@example.com"),
        ("fulfil", "--order", "12351"),
        ("write", "announce the sale"),
        ("research", "returns"),
        ("approve", "job"),
        ("reject", "job", "--reason", "no"),
        ("resume", "job"),
        ("sweep",),
    ],
)
def test_what_it_does_not_do_is_refused_in_one_sentence(switchboard: CommandLine, words: tuple[str, ...]) -> None:
    called = switchboard(*words, *STEPS)
    assert called.code == 5
    assert "--engine langgraph" in called.err.splitlines()[-1]
    assert switchboard.json("pending") == []
    order = switchboard.json("refund", "--order", "12346", "--email", "ada@example.com")
    assert order["outcome"] == "refunded", "nothing was paid before"


def test_a_thread_that_exists_is_not_gone_on_with(switchboard: CommandLine) -> None:
    switchboard.json("answer", "do you take paypal?", "--thread", "once", *STEPS)
    called = switchboard("answer", "and visa?", "--thread", "once", *STEPS)
    assert called.code == 4
    assert "saves nothing" in called.err


def test_the_setting_chooses_and_checkpoints_are_for_the_default_engine(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_ENGINE", "steps")
    thread = switchboard.json("answer", "do you take paypal?")["thread_id"]
    called = switchboard("history", thread)
    assert called.code == 5
    assert "SWITCHBOARD_ENGINE" in called.err


def test_an_input_that_cannot_be_used_leaves_no_thread(switchboard: CommandLine) -> None:
    called = switchboard("answer", "", "--thread", "once", *STEPS)
    assert (called.code, called.out) == (2, "")
    assert "question is empty" in called.err
    assert switchboard.json("threads") == []


@pytest.fixture
async def engine(settings: Settings) -> AsyncIterator[PipelineEngine]:
    async with open_pipelines(settings) as engine:
        yield engine


QUESTION = {"question": "do you take paypal?"}


async def noted(settings: Settings) -> list[str]:
    """What the register says, whoever is at work."""
    async with open_database(settings.business_url) as database:
        return await column(database, select(threads.c.status))


class Hanging:
    def __init__(self) -> None:
        self.called = asyncio.Event()

    async def search(self, *args: Any, **kwargs: Any) -> None:
        self.called.set()
        await asyncio.Event().wait()


async def test_a_run_that_is_cancelled_has_failed(engine: PipelineEngine, settings: Settings) -> None:
    knowledge = Hanging()
    with install(replace(engine.services, knowledge=cast("Any", knowledge))):
        run = asyncio.create_task(engine.start("answer", QUESTION))
        await knowledge.called.wait()
        assert [thread["status"] for thread in await engine.threads.recent()] == ["running"]
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    assert await noted(settings) == ["failed"]


async def test_what_nobody_foresaw_is_a_failed_run(
    engine: PipelineEngine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(host: Host) -> list[Step]:
        raise ZeroDivisionError("a bug, says ada@example.com")

    monkeypatch.setitem(PIPELINES, "answer", mistaken)
    result = await engine.start("answer", QUESTION)
    assert (result["status"], result["outcome"]) == ("failed", None)
    assert "failed unexpectedly (ZeroDivisionError: a bug, says <e-mail>)" in str(result["reply"])
    assert await noted(settings) == ["failed"]


async def test_two_that_begin_on_one_name(settings: Settings) -> None:
    async with open_pipelines(settings) as one, open_pipelines(settings) as other:
        both = await asyncio.gather(
            *(engine.start("answer", QUESTION, thread="once") for engine in (one, other)), return_exceptions=True
        )
        refused = [result for result in both if isinstance(result, Refused)]
        assert len(refused) == 1, both
        starts = [entry for entry in await one.trace("once") if entry["event"] == "run_start"]
        assert len(starts) == 1
        assert (await one.show("once"))["status"] == "completed"
