"""kill -9 around every effect of a refund, then `resume`: one refund, one mail each, no lease left behind."""

from pathlib import Path
from typing import Any

import pytest

from app.composition import open_runner
from app.engines.contract import RunResult
from app.engines.langgraph.runner import Runner
from app.settings import Settings
from nodes.ports.errors import NothingToResume
from tests.processes import begin, end
from tests.recovery.crashing import When, approve_and_die, refund_and_die

SMALL = {"order_id": "12346", "email": "ada@example.com", "amount_cents": None, "reason": ""}
LARGE = {**SMALL, "order_id": "12345"}
KILLED = -9

WHENS: tuple[When, ...] = ("before", "after")


async def refunds(runner: Runner, order_id: str) -> list[int]:
    order = await runner.services.orders.find(order_id)
    assert order
    return [refund["amount_cents"] for refund in order["refunds"]]


def mails(settings: Settings) -> int:
    return len(list(settings.outbox.glob("*.eml")))


async def resumed(runner: Runner) -> RunResult:
    """What a person does after a crash: resume; and if the thread waits again, decide again."""
    try:
        return await runner.resume("job")
    except NothingToResume:
        return await runner.decide("job", {"type": "approve", "by": "Mia"})


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize(("service", "method"), [("payments", "refund"), ("mail", "send")])
async def test_a_small_refund_survives(settings: Settings, service: str, method: str, when: When) -> None:
    assert end(begin(refund_and_die, settings.home, service, method, when, SMALL)) == KILLED
    async with open_runner(settings) as runner:
        assert (await runner.show("job"))["status"] == "failed"
        result = await runner.resume("job")
        assert (result["status"], result["outcome"]) == ("completed", "refunded")
        assert await refunds(runner, "12346") == [3950]
    assert mails(settings) == 1


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize(("service", "method"), [("approvals", "ask"), ("mail", "send")])
async def test_a_request_for_approval_survives(settings: Settings, service: str, method: str, when: When) -> None:
    assert end(begin(refund_and_die, settings.home, service, method, when, LARGE)) == KILLED
    async with open_runner(settings) as runner:
        assert (await runner.resume("job"))["status"] == "waiting"
        assert len(await runner.pending()) == 1
        assert (await runner.decide("job", {"type": "approve"}))["outcome"] == "refunded"
        assert await refunds(runner, "12345") == [14900]
    assert mails(settings) == 2


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize(("service", "method"), [("approvals", "decide"), ("payments", "refund"), ("mail", "send")])
async def test_a_decision_survives(settings: Settings, service: str, method: str, when: When) -> None:
    async with open_runner(settings) as runner:
        assert (await runner.start("refund", LARGE, thread="job"))["status"] == "waiting"
    assert end(begin(approve_and_die, settings.home, service, method, when)) == KILLED
    async with open_runner(settings) as runner:
        result = await resumed(runner)
        assert (result["status"], result["outcome"]) == ("completed", "refunded")
        assert result["approval"]
        assert result["approval"]["decided_by"] == "Mia"
        assert await refunds(runner, "12345") == [14900]
    assert mails(settings) == 2


async def test_an_escalation_survives(settings: Settings) -> None:
    values: dict[str, Any] = {**SMALL, "order_id": "12361"}  # a card that refuses refunds
    assert end(begin(refund_and_die, settings.home, "tickets", "open", "after", values)) == KILLED
    async with open_runner(settings) as runner:
        assert (await runner.resume("job"))["outcome"] == "escalated"
        assert len(await runner.services.tickets.list()) == 1


def test_nothing_is_readable_by_others(settings: Settings) -> None:
    assert end(begin(refund_and_die, settings.home, "mail", "send", "after", SMALL)) == KILLED
    modes = {path: path.stat().st_mode & 0o077 for path in [settings.home, *Path(settings.home).rglob("*")]}
    assert {path: mode for path, mode in modes.items() if mode} == {}
