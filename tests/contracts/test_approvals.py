"""The record of an approval, on every database; and the fake, which graphs are tested with, keeps the same promises."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from app.records.approval_table import DatabaseApprovals
from app.system_clock import SystemClock
from app.testing import FakeApprovals, FakeClock
from app.testing.contracts import ApprovalsContract
from app.testing.contracts.approvals_contract import ask, decide
from nodes.ports.approvals import Approval, Approvals
from nodes.ports.clock import iso
from tests.contracts.racing import race
from tests.stored import open_database


@pytest.fixture(params=["sqlite", "postgres", "fake"])
def engine(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def approvals(engine: str, request: pytest.FixtureRequest, clock: FakeClock) -> Approvals:
    return FakeApprovals(clock) if engine == "fake" else DatabaseApprovals(request.getfixturevalue("database"), clock)


class TestApprovals(ApprovalsContract):
    """All of it."""


Ask = Callable[[DatabaseApprovals], Awaitable[Approval]]


async def in_database(url: str, use: Ask) -> Approval:
    async with open_database(url) as database:
        return await use(DatabaseApprovals(database, SystemClock()))


async def decide_as(url: str, by: str) -> str:
    record = await in_database(url, lambda approvals: decide(approvals, decision_id=by, by=by))
    return f"{record['status']} by {record['decided_by']}"


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_of_processes_that_decide_at_once_one_wins(shop_url: str) -> None:
    tomorrow = iso(SystemClock().now() + timedelta(days=1))
    asyncio.run(in_database(shop_url, lambda approvals: ask(approvals, expires_at=tomorrow)))
    told = race(decide_as, (shop_url, "Mia"), (shop_url, "Tom"), (shop_url, "Zoe"))
    assert set(told) in ({"approved by Mia"}, {"approved by Tom"}, {"approved by Zoe"})
