"""Two servers with their jobs on one PostgreSQL: everything is done by one of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from app.settings import Settings
from nodes.ports.errors import Refused
from tests import postgres
from tests.app.background.test_jobs import Server, opened, record_approval, refunds
from tests.app.background.test_jobs import server as opened_server
from tests.contracts.conftest import Watch

__all__ = ["opened"]


@pytest.fixture
async def home(settings: Settings, server: postgres.Server, postgres_shop: str) -> AsyncIterator[Settings]:
    business, checkpoints = server.create(template=postgres_shop), server.create()
    urls = {"database_url": SecretStr(server.url(business)), "checkpoint_url": SecretStr(server.url(checkpoints))}
    yield settings.model_copy(update=urls)
    for name in (business, checkpoints):
        server.drop(name)


async def decide(server: Server, thread: str) -> int:
    """Whether this server's decision counted."""
    try:
        await server.runner.decide(thread, {"type": "approve", "by": "Mia"})
    except Refused:  # the other one has decided, or has the thread
        return 0
    return 1


async def test_nothing_is_done_twice(opened: AsyncExitStack, home: Settings, clock: Watch) -> None:
    both = [await opened_server(opened, home, clock) for _ in range(2)]
    one, two = both
    for thread, order, email in (
        ("job", "12345", "ada@example.com"),
        ("coat", "12371", "hedy@example.com"),
        ("lamp", "12372", "hedy@example.com"),
    ):
        waiting = await one.runner.start("refund", {"order_id": order, "email": email}, thread=thread)
        assert waiting["status"] == "waiting"
    counted = await asyncio.gather(*(decide(server, "job") for server in both * 3), one.work(), two.work())
    assert sum(filter(None, counted)) == 1
    coat = await two.runner.services.approvals.waiting(await two.runner.threads.find("coat"))
    assert coat
    await record_approval(two.runner, coat)
    await asyncio.gather(one.work(), two.work(), one.work())
    clock.advance(seconds=301)
    await asyncio.gather(one.work(), two.work(), two.work())
    ended = [(await one.runner.show(thread))["outcome"] for thread in ("job", "coat", "lamp")]
    assert ended == ["refunded", "refunded", "expired"]
    assert [await refunds(two.runner, order) for order in ("12345", "12371", "12372")] == [[14900], [4500], []]
    assert len(await one.runner.services.tickets.list()) == 1
    mails = [file.read_text() for file in home.outbox.glob("*.eml")]
    assert sum("We have refunded" in mail for mail in mails) == 2
