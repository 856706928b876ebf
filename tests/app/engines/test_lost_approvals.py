"""An approval that waits is decided, withdrawn, or closed; and the people who were promised an answer get one."""

from contextlib import suppress
from typing import Any

import pytest
from langgraph.errors import InvalidUpdateError
from langgraph.types import Command

from app.engines.compiled_graphs import compiled, config_of
from app.engines.langgraph.runner import Runner
from app.settings import Settings
from nodes.ports.errors import AlreadyDecided, NothingPending, ThreadUnfinished
from tests.app.engines.test_runner import APPROVE, LARGE, refunded


def mails(settings: Settings) -> list[str]:
    return sorted(file.read_text() for file in settings.outbox.glob("*.eml"))


def sent_to(settings: Settings, address: str) -> list[str]:
    return [mail for mail in mails(settings) if f"To: {address}" in mail]


async def test_a_thread_that_waits_is_not_deleted(runner: Runner) -> None:
    asked = await runner.start("refund", LARGE, thread="job")
    with pytest.raises(ThreadUnfinished, match="--force"):
        await runner.delete("job")
    assert (await runner.show("job"))["approval"] == asked["approval"]
    assert (await runner.decide("job", APPROVE))["outcome"] == "refunded"
    await runner.delete("job")


async def test_a_forced_delete_withdraws_the_request_and_tells_both(runner: Runner, settings: Settings) -> None:
    asked = await runner.start("refund", LARGE, thread="job")
    await runner.delete("job", force=True, by="Mia")
    assert asked["approval"]
    record = await runner.services.approvals.get(asked["approval"]["approval_id"])
    assert record
    assert (record["status"], record["decided_by"]) == ("withdrawn", "Mia")
    assert await refunded(runner, "12345") == []
    assert len(sent_to(settings, "ada@example.com")) == 1
    assert len(sent_to(settings, "approver@shop.example")) == 2
    assert await runner.sweep() == []


async def test_a_sweep_closes_what_was_deleted_elsewhere(runner: Runner, settings: Settings) -> None:
    """As the LangGraph server does it: the checkpoints are gone, the register knows nothing of it."""
    asked = await runner.start("refund", LARGE, thread="job")
    await runner.saver.adelete_thread(asked["thread_id"])
    with pytest.raises(NothingPending, match="switchboard sweep"):
        await runner.decide("job", APPROVE)
    (closed,) = await runner.sweep()
    assert (closed["name"], closed["outcome"]) == ("job", "escalated")
    assert closed["approval"]
    assert closed["approval"]["status"] == "withdrawn"
    (ticket,) = await runner.services.tickets.list()
    assert ticket["ticket_id"] in sent_to(settings, "ada@example.com")[0]
    assert await runner.sweep() == []
    assert await runner.pending() == []
    with pytest.raises(AlreadyDecided, match="withdrawn"):
        await runner.decide("job", APPROVE)
    assert await refunded(runner, "12345") == []


async def test_a_sweep_leaves_what_waits(runner: Runner) -> None:
    await runner.start("refund", LARGE, thread="job")
    await runner.say("refund order 12345", email="ada@example.com", thread="talk")
    await runner.say("hello?", thread="talk")
    assert await runner.sweep() == []
    assert len(await runner.pending()) == 2


async def jump(runner: Runner, thread_id: str, command: Command[Any]) -> None:
    """Write into the thread as a stranger with the server's API does."""
    with suppress(InvalidUpdateError):
        await compiled("refund", saver=runner.saver).ainvoke(command, config_of(thread_id))


async def test_a_sweep_tells_of_what_a_jump_has_withdrawn(runner: Runner, settings: Settings) -> None:
    asked = await runner.start("refund", LARGE, thread="job")
    await jump(runner, asked["thread_id"], Command(goto="withdraw_request"))
    (told,) = await runner.sweep()
    assert (told["status"], told["outcome"]) == ("completed", "withdrawn")
    assert "withdrawn" in sent_to(settings, "ada@example.com")[0]
    assert await runner.sweep() == []


async def test_a_thread_whose_steps_contradict_each_other_goes_on(runner: Runner, settings: Settings) -> None:
    """A jump beside the step that waits: when the answer comes, both write the same key, and nothing can be read.

    The jump has asked a second time, and the yes is to that request: nothing is paid, and colleagues take both over.
    """
    asked = await runner.start("refund", LARGE, thread="job")
    await jump(runner, asked["thread_id"], Command(goto="check_eligibility"))
    question = (await compiled("refund", saver=runner.saver).aget_state(config_of(asked["thread_id"]))).interrupts[0]
    await jump(runner, asked["thread_id"], Command(resume={question.id: {"type": "ignore"}}))
    assert await runner.sweep() == []
    assert (await runner.resume("job"))["status"] == "waiting"
    assert (await runner.decide("job", APPROVE))["outcome"] == "escalated"
    assert [closed["outcome"] for closed in await runner.sweep()] == ["escalated"]  # the first request
    assert await refunded(runner, "12345") == []
    assert await runner.pending() == []
    assert len(sent_to(settings, "ada@example.com")) == 2


async def test_a_sweep_tells_of_a_withdrawal_in_a_thread_that_broke(runner: Runner, settings: Settings) -> None:
    asked = await runner.start("refund", LARGE, thread="job")
    said: Any = {"messages": [{"role": "user", "content": "never mind, no refund"}]}
    for command in (Command(goto="answer_while_waiting", update=said), Command(resume={"type": "ignore"})):
        await jump(runner, asked["thread_id"], command)
    await runner.threads.note(asked["thread_id"], status="failed")
    assert [told["outcome"] for told in await runner.sweep()] == ["withdrawn"]
    assert "withdrawn" in sent_to(settings, "ada@example.com")[0]
