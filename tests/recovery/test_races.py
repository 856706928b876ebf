"""Several processes on one home: one runner per thread, one decision per approval, and no database that is locked."""

import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from app.composition import open_runner
from app.settings import Settings
from nodes.ports.errors import AlreadyDecided, ThreadBusy
from tests.processes import WAIT_S, barrier, begin, end, home_of
from tests.recovery.crashing import Crashing

LARGE = {"order_id": "12345", "email": "ada@example.com", "amount_cents": None, "reason": ""}
WON, LOST = 0, 4
EACH = 6
"""Conversations of each process."""


async def approve_together(home: Path, start: Any, by: str) -> None:
    async with open_runner(home_of(home)) as runner:
        start.wait()
        try:
            await runner.decide("job", {"type": "approve", "by": by})
        except (AlreadyDecided, ThreadBusy):
            os._exit(LOST)


async def converse(home: Path, start: Any, first: int, conversations: int) -> None:
    async with open_runner(home_of(home)) as runner:
        start.wait()
        for number in range(first, first + conversations):
            name = f"talk-{number}"
            asked = await runner.say("where is my order 12349?", thread=name)
            told = await runner.say("grace@example.com", thread=name)
            assert (asked["outcome"], told["outcome"]) == ("needs_information", "resolved"), (asked, told)


async def hang_in_payment(home: Path, started: Any, go_on: Any) -> None:
    """A run that is inside a step when the signal comes."""
    from dataclasses import replace

    from nodes.ports import install

    class Slow(Crashing):
        def __getattr__(self, name: str) -> Any:
            real = getattr(self._service, name)

            async def slow(*args: Any, **kwargs: Any) -> Any:
                import asyncio

                started.set()
                await asyncio.to_thread(go_on.wait)
                return await real(*args, **kwargs)

            return slow if name == self._method else real

    async with open_runner(home_of(home)) as runner:
        slow = Slow(runner.services.payments, "refund", "before")
        with install(replace(runner.services, payments=slow)):
            result = await runner.start("refund", {**LARGE, "order_id": "12346"}, thread="job")
    os._exit(
        0
        if result["status"] == "failed" and "resume job" in (result["reply"] or "").replace(result["thread_id"], "job")
        else 1
    )


@pytest.mark.parametrize("attempt", range(2))
async def test_two_approvals_at_once_have_one_winner(settings: Settings, attempt: int) -> None:
    async with open_runner(settings) as runner:
        await runner.start("refund", LARGE, thread="job")
        start = barrier(2)
        both = [begin(approve_together, settings.home, start, by) for by in ("Mia", "Tom")]
        assert sorted(end(process) for process in both) == [WON, LOST]
        order = await runner.services.orders.find("12345")
        assert order
        assert [refund["amount_cents"] for refund in order["refunds"]] == [14900]


@pytest.mark.slow
async def test_eight_processes_share_a_home(settings: Settings) -> None:
    start = barrier(8)
    everyone = [begin(converse, settings.home, start, number * EACH, EACH) for number in range(8)]
    assert [end(process) for process in everyone] == [0] * 8
    async with open_runner(settings) as runner:
        finished = await runner.threads.recent(status="completed")
        assert len(finished) == 8 * EACH


async def test_a_signal_ends_the_run_at_the_next_step_and_resume_goes_on(settings: Settings) -> None:
    from tests.processes import CONTEXT

    started, go_on = CONTEXT.Event(), CONTEXT.Event()
    process = begin(hang_in_payment, settings.home, started, go_on)
    assert started.wait(WAIT_S)
    async with open_runner(settings) as runner:
        with pytest.raises(ThreadBusy):
            await runner.resume("job")
        assert process.pid
        os.kill(process.pid, signal.SIGTERM)
        threading.Timer(0, go_on.set).start()
        assert end(process) == 0
        result = await runner.resume("job")
        assert result["outcome"] == "refunded"
        order = await runner.services.orders.find("12346")
        assert order
        assert len(order["refunds"]) == 1
