"""A conversation of many turns: each costs what the one before it cost, and every message is kept where it belongs."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langgraph.channels import BinaryOperatorAggregate
from langgraph.graph import add_messages

from app.composition import open_runner
from app.engines.contract import RunResult
from app.engines.forget import forget
from app.engines.langgraph.runner import Runner
from app.exports.thread_file import collect
from app.records.journal import NEWEST_MESSAGES, measured
from app.settings import Settings
from graphs import support
from tests.contracts.conftest import Watch

GRACE = "grace@example.com"
SAYS = ("where is my order 12349?", "how long do refunds take?", "thanks")


@pytest.fixture
async def runner(home: Settings, clock: Watch) -> AsyncIterator[Runner]:
    async with open_runner(home, clock=clock) as runner:
        yield runner


async def talk(runner: Runner, turns: int, thread: str = "talk", first: int = 0) -> RunResult:
    for number in range(first, first + turns):
        result = await runner.say(f"{number}: {SAYS[number % len(SAYS)]}", thread=thread, email=GRACE)
    return result


def numbers(result: RunResult) -> list[int]:
    """Which of the customer's messages the thread has, in its order."""
    said = [one["content"] for one in result["values"]["messages"] if one["type"] == "human"]
    return [int(words.partition(":")[0]) for words in said if ":" in words]


def stored(settings: Settings) -> int:
    with closing(sqlite3.connect(settings.checkpoint_path)) as connection:
        checkpoints = connection.execute("SELECT sum(length(checkpoint)) + sum(length(metadata)) FROM checkpoints")
        writes = connection.execute("SELECT sum(length(value)) FROM writes")
        return int(checkpoints.fetchone()[0] + writes.fetchone()[0])


async def test_a_late_turn_stores_what_an_early_one_stores(runner: Runner, home: Settings) -> None:
    sizes: list[float] = []
    for first, turns in ((0, 6), (6, 24), (30, 24), (54, 24)):
        before = stored(home) if sizes else 0
        shown = await talk(runner, turns, first=first)
        sizes.append((stored(home) - before) / turns)
    assert numbers(shown) == list(range(78))
    assert max(sizes[1:]) <= 1.2 * min(sizes[1:]), sizes


async def test_every_checkpoint_has_the_messages_of_its_moment(runner: Runner) -> None:
    """Also those between which all messages were stored, and those of a fork at each."""
    await talk(runner, 30)
    graph = support.build().compile(checkpointer=runner.saver)
    thread_id = await runner.threads.find("talk")
    at: Any = {"configurable": {"thread_id": thread_id}}
    seen: list[list[Any]] = []
    async for state in graph.aget_state_history(at):
        if not state.tasks:
            seen.append(state.values["messages"])
    assert [len(one) for one in seen] == list(range(60, 0, -2))
    assert all(earlier == later[:-2] for later, earlier in pairwise(seen))


@pytest.mark.parametrize("turn", [0, 1, 13, 24, 25, 26])
async def test_a_fork_goes_on_from_its_turn(runner: Runner, turn: int) -> None:
    await talk(runner, 28)
    history = await runner.archive.history("talk")
    over = [one for one in reversed(history) if not one["next"]]
    fork = await runner.archive.fork("talk", over[turn]["checkpoint_id"])
    assert numbers(await runner.show(fork)) == list(range(turn + 1))
    assert numbers(await talk(runner, 1, thread=fork, first=99)) == [*range(turn + 1), 99]
    await runner.archive.delete("talk")
    assert numbers(await runner.show(fork)) == [*range(turn + 1), 99]
    assert numbers(await talk(runner, 1, thread=fork, first=100)) == [*range(turn + 1), 99, 100]


async def test_a_fork_in_the_middle_of_a_turn_has_its_message(runner: Runner) -> None:
    await talk(runner, 2)
    middle = next(one for one in await runner.archive.history("talk") if one["next"] == ["respond"])
    fork = await runner.archive.fork("talk", middle["checkpoint_id"])
    assert numbers(await runner.show(fork)) == [0, 1]
    resumed = await runner.resume(fork)
    assert [one["content"] for one in resumed["values"]["messages"]] == [
        one["content"] for one in (await runner.show("talk"))["values"]["messages"]
    ]


async def test_messages_while_an_approval_waits_stay_in_order(runner: Runner) -> None:
    first = await runner.say("please refund order 12345", thread="talk", email="ada@example.com")
    assert first["status"] == "waiting"
    for number in range(12):
        waiting = await runner.say(f"{number}: are you there?", thread="talk", email="ada@example.com")
    assert waiting["status"] == "waiting"
    assert numbers(waiting) == list(range(12))
    decided = await runner.decide("talk", {"type": "reject", "message": "worn", "by": "Mia"})
    assert numbers(decided) == list(range(12))
    after = await runner.say("12: thanks", thread="talk", email="ada@example.com")
    assert sorted(numbers(after)) == list(range(13))


async def test_a_conversation_that_stored_all_messages_each_time_goes_on(runner: Runner, home: Settings) -> None:
    """One of an earlier version, whose state had the ordinary channel."""
    builder = support.build()
    builder.channels["messages"] = BinaryOperatorAggregate(list, add_messages)
    thread_id, _ = await runner.threads.identify("talk")
    await runner.threads.register(thread_id, graph="support", name="talk", status="completed")
    old = builder.compile(checkpointer=runner.saver)
    at: Any = {"configurable": {"thread_id": thread_id}}
    for number in range(3):
        await old.ainvoke({"messages": [HumanMessage(f"{number}: {SAYS[number]}")], "email": GRACE}, at)
    assert numbers(await runner.show("talk")) == [0, 1, 2]
    assert numbers(await talk(runner, 30, first=3)) == list(range(33))
    first = [one for one in await runner.archive.history("talk") if not one["next"]][-1]
    fork = await runner.archive.fork("talk", first["checkpoint_id"])
    assert numbers(await talk(runner, 1, thread=fork, first=9)) == [0, 9]


async def test_the_export_has_every_message(runner: Runner, home: Settings) -> None:
    await talk(runner, 27)
    assert numbers((await collect(runner, "talk", home))["state"]) == list(range(27))


async def test_deleting_leaves_no_message(runner: Runner, home: Settings) -> None:
    await talk(runner, 27)
    assert (
        b"12349?"
        in home.checkpoint_path.read_bytes() + home.checkpoint_path.with_name("checkpoints.db-wal").read_bytes()
    )
    await runner.archive.delete("talk")
    with closing(sqlite3.connect(home.checkpoint_path)) as connection:
        for table in ("checkpoints", "writes"):
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize("email", [GRACE, None])
async def test_a_customer_named_only_in_a_message_is_found(runner: Runner, email: str | None) -> None:
    """In one that the newest checkpoint leaves to those before it. A thread of another customer is kept, and named."""
    await talk(runner, 1, thread="other")
    for turn in range(4):
        said = "my colleague alan@example.com told me about you" if turn == 0 else f"hello {turn}"
        await runner.say(said, thread="talk", email=email)
    planned = await forget(runner, "alan@example.com", dry_run=True)
    report = await forget(runner, "alan@example.com", dry_run=False)
    assert report == {**planned, "dry_run": False}
    assert (report["threads"], report["kept_threads"]) == (([], ["talk"]) if email else (["talk"], []))
    assert any("stay as they are: talk" in one for one in report["left"]) == bool(email)
    assert {one["name"] for one in await runner.recent()} == ({"other", "talk"} if email else {"other"})


async def test_pruned_to_the_newest_checkpoint_it_keeps_its_messages(runner: Runner) -> None:
    await talk(runner, 30)
    thread_id = await runner.threads.find("talk")
    before = len(await runner.archive.history("talk"))
    await runner.saver.aprune([thread_id])
    assert numbers(await runner.show("talk")) == list(range(30))
    assert len(await runner.archive.history("talk")) < before / 3
    assert numbers(await talk(runner, 1, first=30)) == list(range(31))


async def test_a_copied_thread_has_them_too(runner: Runner) -> None:
    await talk(runner, 27)
    copy_id, _ = await runner.threads.identify("copy")
    await runner.saver.acopy_thread(await runner.threads.find("talk"), copy_id)
    await runner.threads.register(copy_id, graph="support", name="copy", status="completed")
    await runner.archive.delete("talk")
    assert numbers(await talk(runner, 1, thread="copy", first=27)) == list(range(28))


def test_the_digest_of_a_long_conversation_knows_its_newest_messages() -> None:
    said = [
        {"type": "human", "id": str(number), "content": f"message {number}"} for number in range(2 * NEWEST_MESSAGES)
    ]
    whole = measured({"messages": said})
    assert measured({"messages": [*said]}) == whole
    for other in ([*said[:-1], {**said[-1], "content": "message 0"}], said[1:], said[:-1]):
        assert measured({"messages": other})[1] != whole[1]
    assert measured({"messages": said, "email": GRACE})[1] != whole[1]
    assert measured({"messages": said[:2]})[1] != measured({"messages": said[1:2]})[1]
