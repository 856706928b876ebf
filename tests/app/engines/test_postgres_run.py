"""A refund where everything is kept on a real PostgreSQL: the shop, the register, the approvals and the checkpoints."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from pydantic import SecretStr

from app.composition import open_runner
from app.health.doctor import examine
from app.records.installation import PartsDoNotFit
from app.settings import Settings, load
from nodes.ports.clock import iso
from nodes.ports.errors import AlreadyDecided, ThreadBusy, UnknownThread
from tests.command_line import CommandLine
from tests.contracts.conftest import Watch
from tests.postgres import Server

ADA = "ada@example.com"


@pytest.fixture
def shop_home(
    settings: Settings, server: Server, postgres_shop: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Two databases, named in the environment as a user names them."""
    shop, checkpoints = server.create(template=postgres_shop), server.create()
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", server.url(shop))
    monkeypatch.setenv("SWITCHBOARD_CHECKPOINT_URL", server.url(checkpoints))
    yield load()
    for name in (shop, checkpoints):
        server.drop(name)


async def test_a_refund_is_asked_for_here_and_approved_there(shop_home: Settings, clock: Watch) -> None:
    async with open_runner(shop_home, clock=clock) as runner:
        asked = await runner.start("refund", {"order_id": "12345", "email": ADA}, thread="job")
        assert asked["status"] == "waiting"
    async with open_runner(shop_home, clock=clock) as other:
        assert [approval["thread_id"] for approval in await other.pending()] == [asked["thread_id"]]
        paid = await other.decide(asked["thread_id"][:8], {"type": "edit", "args": {"amount": "80.00"}, "by": "Mia"})
        assert (paid["status"], paid["outcome"], paid["values"]["refunded_cents"]) == ("completed", "refunded", 8000)
        with pytest.raises(AlreadyDecided):
            await other.decide("job", {"type": "approve"})
        assert await other.pending() == []
    async with open_runner(shop_home, clock=clock) as third:
        order = await third.services.orders.find("12345")
        assert order
        assert [refund["amount_cents"] for refund in order["refunds"]] == [8000]
        assert (await third.show("job"))["outcome"] == "refunded"
        assert [entry["event"] for entry in await third.trace("job")].count("run_resume") == 1
    assert len(list(shop_home.outbox.glob("*.eml"))) == 2
    assert not list(shop_home.home.glob("*.db*"))


async def test_the_rest_of_the_house_works_there_too(shop_home: Settings, clock: Watch) -> None:
    async with open_runner(shop_home, clock=clock) as runner:
        await runner.start("refund", {"order_id": "12346", "email": ADA}, thread="done")
        await runner.say("refund order 12345", email=ADA, thread="talk")
        assert "still waits" in str((await runner.say("hello?", thread="talk"))["reply"])
        talk = await runner.threads.find("talk")
        async with runner.threads.lease(talk):
            with pytest.raises(ThreadBusy):
                await runner.decide("talk", {"type": "approve"})
        clock.advance(timedelta(minutes=5))
        assert [result["outcome"] for result in await runner.sweep()] == ["expired"]

        done = await runner.threads.find("done")
        unpaid = next(one for one in await runner.archive.history("done") if one["next"] == ["process_refund"])
        fork = await runner.archive.fork("done", unpaid["checkpoint_id"])
        assert (await runner.resume(fork))["outcome"] == "refunded"
        order = await runner.services.orders.find("12346")
        assert order
        assert [refund["amount_cents"] for refund in order["refunds"]] == [3950]

        assert await runner.archive.delete("talk") == talk
        with pytest.raises(UnknownThread):
            await runner.archive.history("talk")
        clock.advance(timedelta(days=1))
        pruned = [one async for one in runner.archive.prune(before=iso(clock.now()))]
        assert {thread["thread_id"] for thread in pruned} == {fork, done}
        assert await runner.threads.recent() == []


def test_the_command_line_finds_it(shop_home: Settings, switchboard: CommandLine) -> None:
    report = switchboard.json("doctor")
    found = {check["name"]: check["detail"] for check in report["checks"]}
    assert report["ok"]
    assert found["database"] == found["checkpoints"] == "PostgreSQL"


async def test_two_databases_belong_together(shop_home: Settings, clock: Watch, server: Server) -> None:
    async with open_runner(shop_home, clock=clock) as runner:
        await runner.start("refund", {"order_id": "12345", "email": ADA}, thread="job")
    emptied = shop_home.model_copy(update={"database_url": SecretStr(server.url(shop := server.create()))})
    with pytest.raises(PartsDoNotFit, match=r"SWITCHBOARD_DATABASE_URL\) is missing or was emptied"):
        async with open_runner(emptied):
            pass
    with psycopg.connect(str(emptied.business_url)) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    lost = shop_home.model_copy(update={"checkpoint_url": SecretStr(server.url(saved := server.create()))})
    with pytest.raises(PartsDoNotFit, match=r"SWITCHBOARD_CHECKPOINT_URL\) is missing or was emptied"):
        async with open_runner(lost):
            pass
    async with open_runner(emptied.model_copy(update={"checkpoint_url": lost.checkpoint_url})):
        pass  # both new: another installation
    for mixed in (emptied, lost):
        with pytest.raises(PartsDoNotFit, match="different installations"):
            async with open_runner(mixed):
                pass
    async with open_runner(shop_home, clock=clock) as runner:
        assert (await runner.show("job"))["status"] == "waiting"
    for name in (shop, saved):
        server.drop(name)


async def test_a_database_that_is_gone_is_reported_without_its_password(settings: Settings) -> None:
    address = SecretStr("postgresql://me:topsecret@127.0.0.1:1/none")
    gone = settings.model_copy(update={"database_url": address, "checkpoint_url": address})
    report = await examine(gone)
    bad = {check["name"]: check["detail"] for check in report["checks"] if not check["ok"]}
    assert set(bad) == {"database", "checkpoints"}
    assert not report["ok"]
    assert "topsecret" not in str(report)
