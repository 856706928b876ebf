"""Events for webhooks: written with what has happened, signed, at least once under one id, later when nobody answers."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from standardwebhooks.webhooks import Webhook

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import approvals, outgoing, webhooks
from app.clients.database.text_cipher import TextCipher
from app.clients.tickets.ticket_table import DatabaseTickets
from app.clients.webhooks.outgoing_messages import WAITS
from app.clients.webhooks.receivers import Receivers
from app.records.approval_table import DatabaseApprovals
from app.records.threads import Threads
from app.testing import FakeClock
from nodes.ports.clock import iso
from nodes.ports.errors import InvalidInput
from tests.contracts.conftest import clock, database, shop_url, sqlite_shop
from tests.webhook_receiver import Receiver

__all__ = ["clock", "database", "shop_url", "sqlite_shop"]

REASON = "my husband died and I cannot bear to look at it"


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def receivers(database: Database, clock: FakeClock, receiver: Receiver) -> Receivers:
    return Receivers(database, clock, transport=receiver)


@pytest.fixture
def gate(database: Database, clock: FakeClock) -> DatabaseApprovals:
    return DatabaseApprovals(database, clock)


async def ask(gate: DatabaseApprovals, clock: FakeClock, number: int = 1) -> Any:
    args = {"order_id": "12345", "amount_cents": 14900, "currency": "USD", "reason": REASON}
    deadline = iso(clock.now() + timedelta(minutes=5))
    return await gate.ask(approval_id=f"a{number}", thread_id="t1", action="refund", args=args, expires_at=deadline)


async def decide(gate: DatabaseApprovals, record: Any) -> Any:
    return await gate.decide(
        record["approval_id"],
        decision_id="d1",
        args_digest=record["args_digest"],
        verdict="approved",
        granted=record["args"],
        by="Mia",
        reason="",
    )


async def deliver(receivers: Receivers) -> int:
    return sum([await receivers.deliver(target) for target in await receivers.outgoing.waiting_targets()])


async def test_every_event_is_told_once_and_signed(
    database: Database, clock: FakeClock, receivers: Receivers, receiver: Receiver, gate: DatabaseApprovals
) -> None:
    added = await receivers.endpoints.add("https://shop.example/hooks")
    for number, end in enumerate(["decide", "expire", "withdraw"]):
        record = await ask(gate, clock, number)
        await ask(gate, clock, number)  # a step that is repeated
        if end == "decide":
            await decide(gate, record)
            await decide(gate, record)
        elif end == "expire":
            clock.advance(minutes=6)
            await gate.expire(record["approval_id"])
            await gate.expire(record["approval_id"])
        else:
            await gate.withdraw(record["approval_id"], reason=REASON, by="Ada")
    for _ in range(2):
        await DatabaseTickets(database, clock).open(
            key="k", thread_id="t1", reason=REASON, summary=REASON, transcript=[REASON], facts={"note": REASON}
        )
    register = Threads(database, clock, lease_s=30)
    await register.register("t1", graph="refund")
    for status in ("failed", "running", "waiting", "running", "completed", "completed"):
        await register.note("t1", status=status, outcome="refunded" if status == "completed" else None)
        clock.advance(seconds=1)

    assert await deliver(receivers) == 9
    assert await deliver(receivers) == 0
    asked, decided, expired = "approval.requested", "approval.decided", "approval.expired"
    ended = ["ticket.opened", "thread.failed", "thread.completed"]
    assert sorted(receiver.kinds()) == sorted([asked, decided, asked, expired, asked, "approval.withdrawn", *ended])
    assert len(set(receiver.ids())) == 9
    for request in receiver.got:
        at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        signature = Webhook(added["secret"]).sign(request.headers["webhook-id"], at, request.content.decode())
        assert request.headers["webhook-signature"] == signature
        assert REASON.encode() not in request.content, "no words of the customer"
    told = [json.loads(request.content)["data"] for request in receiver.got]
    assert {"order_id": "12345", "amount_cents": 14900, "currency": "USD"} in [one.get("args") for one in told]


async def test_what_is_rolled_back_was_never_told(
    database: Database, clock: FakeClock, receivers: Receivers, gate: DatabaseApprovals
) -> None:
    """The event is in the transaction of the decision: a crash before the commit takes both away."""
    await receivers.endpoints.add("https://shop.example/hooks")
    record = await ask(gate, clock)

    async def decided_by_a_process_that_dies(connection: AsyncConnection) -> None:
        await connection.execute(update(approvals).values(status="approved", granted=record["args"]))
        await gate._written(connection, "a1")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(decided_by_a_process_that_dies)
    assert [one["kind"] for one in await receivers.outgoing.unsent()] == ["approval.requested"]


async def test_nobody_is_told_without_a_webhook_and_a_new_one_only_of_what_comes(
    clock: FakeClock, receivers: Receivers, receiver: Receiver, gate: DatabaseApprovals
) -> None:
    record = await ask(gate, clock)
    first = await receivers.endpoints.add("https://shop.example/hooks")
    await decide(gate, record)
    second = await receivers.endpoints.add("http://other.example/hooks")
    assert await deliver(receivers) == 1
    assert receiver.kinds() == ["approval.decided"]
    await ask(gate, clock, 2)
    assert await receivers.endpoints.remove(first["webhook_id"])
    assert await deliver(receivers) == 1
    assert receiver.got[-1].url.host == "other.example"
    assert not await receivers.endpoints.remove(first["webhook_id"])
    assert [one["webhook_id"] for one in await receivers.endpoints.list()] == [second["webhook_id"]]


async def test_a_receiver_that_is_down_is_told_later_under_the_same_id_and_given_up_at_last(
    clock: FakeClock, receivers: Receivers, receiver: Receiver, gate: DatabaseApprovals
) -> None:
    await receivers.endpoints.add("https://shop.example/hooks")
    await ask(gate, clock)
    receiver.status = 500
    waits = []
    for _ in range(WAITS.most_tries):
        assert await deliver(receivers) == 0
        assert await receivers.outgoing.waiting_targets() == [], "not at once again"
        (unsent,) = await receivers.outgoing.unsent()
        waits.append(unsent["next_try_at"])
        clock.advance(hours=13)
    assert waits == [*sorted(waits[:-1], key=str), None]
    assert unsent["error"] == f"The webhook {unsent['target']} answers 500."
    assert len(receiver.got) == WAITS.most_tries
    receiver.status = 200
    assert await deliver(receivers) == 0, "it is given up"
    assert len(await receivers.outgoing.again(None)) == 1
    assert await deliver(receivers) == 1
    assert len(set(receiver.ids())) == 1
    assert await receivers.outgoing.unsent() == []
    assert len(await receivers.outgoing.again(unsent["event_id"])) == 1, "what was taken can be sent again"
    assert await deliver(receivers) == 1


async def test_two_servers_tell_it_once_and_a_hanging_receiver_holds_up_nobody_else(
    database: Database, clock: FakeClock, gate: DatabaseApprovals
) -> None:
    entered, let_go, got = asyncio.Event(), asyncio.Event(), list[str]()

    async def answer(request: httpx.Request) -> httpx.Response:
        got.append(str(request.url.host))
        if request.url.host == "hangs.example":
            entered.set()
            await let_go.wait()
        return httpx.Response(200)

    one, two = (Receivers(database, clock, transport=httpx.MockTransport(answer)) for _ in range(2))
    await one.endpoints.add("https://hangs.example/hooks")
    await one.endpoints.add("https://quick.example/hooks")
    await ask(gate, clock)
    targets = await one.outgoing.waiting_targets()
    hanging = [asyncio.create_task(one.deliver(target)) for target in targets]
    await entered.wait()
    assert await deliver(two) <= 1
    await decide(gate, await ask(gate, clock))  # no run waits for a receiver
    let_go.set()
    await asyncio.gather(*hanging)
    while await deliver(two):
        pass
    assert sorted(got) == ["hangs.example"] * 2 + ["quick.example"] * 2
    assert await one.outgoing.unsent() == []


async def test_what_a_dead_process_had_claimed_is_told_by_another(
    database: Database, clock: FakeClock, receivers: Receivers, gate: DatabaseApprovals
) -> None:
    added = await receivers.endpoints.add("https://shop.example/hooks")
    await ask(gate, clock)
    assert len(await receivers.outgoing.claim(added["webhook_id"])) == 1
    assert await deliver(receivers) == 0, "claimed by this process, which lives"
    host, _, told = (await database.fetch(outgoing.select()))[0]["claimed_by"].rsplit("/", 2)
    await database.execute(update(outgoing).values(claimed_by=f"{host}/999999999/{told}"))
    assert await deliver(receivers) == 1


@pytest.mark.parametrize(
    "url", ["ftp://shop.example/x", "file:///etc/passwd", "shop.example/hooks", "https://", "http://[", "https://a b/"]
)
async def test_only_web_addresses_are_taken(receivers: Receivers, url: str) -> None:
    with pytest.raises(InvalidInput, match="is not an address of a webhook"):
        await receivers.endpoints.add(url)


async def test_the_secret_is_encrypted_when_there_is_a_key(database: Database, clock: FakeClock) -> None:
    from pydantic import SecretStr

    endpoints = Receivers(database, clock, TextCipher(SecretStr("k" * 16))).endpoints
    added = await endpoints.add("https://shop.example/hooks")
    assert added["secret"] not in str(await database.fetch(webhooks.select()))
    assert (await endpoints.list())[0]["secret"] == added["secret"]
