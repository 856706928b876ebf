"""docs/your-own-shop.md does what it says: somebody else's orders, the fake Stripe, a refund that is paid once and fails later."""

import asyncio
import email
import email.policy
import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from app.server.web.application import application
from app.settings import Settings, load
from app.system_clock import SystemClock
from nodes.ports.clock import iso
from tests.app.clients.orders.shops import SALE, make_shop
from tests.app.clients.payments.fake_stripe import FakeStripe
from tests.app.clients.payments.stripe_event import SECRET, event, signature
from tests.command_line import Called, CommandLine
from tests.documented import ROOT, examples

PAGE = ROOT / "docs" / "your-own-shop.md"


@pytest.fixture
def stripe() -> FakeStripe:
    fake = FakeStripe(SystemClock())
    fake.pay("pi_1001", 14900)
    return fake


@pytest.fixture
def stripe_address(stripe: FakeStripe) -> Iterator[str]:
    """The fake on a real port, so that the settings are all that is set."""
    server = uvicorn.Server(uvicorn.Config(stripe.app, port=0, log_level="error", lifespan="off", ws="none"))
    ready = threading.Event()
    thread = threading.Thread(target=_serve, args=(server, ready))
    thread.start()
    assert ready.wait(60)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _serve(server: uvicorn.Server, ready: threading.Event) -> None:
    started = server.startup

    async def startup(*words: Any, **more: Any) -> None:
        await started(*words, **more)
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    server.run()


@pytest.fixture
def shop(settings: Settings, stripe_address: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home as the page makes it, with a file of orders beside it."""
    page = PAGE.read_text()
    settings.home.mkdir(mode=0o700)
    (settings.home / "orders.toml").write_text(block(page, "toml"))
    (settings.home / ".env").write_text(block(page, "ini"))
    monkeypatch.setenv("SWITCHBOARD_STRIPE_BASE_URL", stripe_address)
    arrived = iso(SystemClock().now() - timedelta(days=4))
    sale = {**SALE, "number": "1001", "arrived": arrived, "intent": "pi_1001"}
    make_shop(f"sqlite:///{settings.home}/sales.db", [sale], [])
    return settings.home


def block(page: str, kind: str) -> str:
    (found,) = re.findall(rf"```{kind}\n(.*?)```", page, re.S)
    return str(found)


def letters(home: Path, to: str) -> list[str]:
    """Subjects, oldest first."""
    files = sorted((home / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return [str(one["Subject"]) for one in found if one["To"] == to]


def test_a_refund_of_ones_own_shop_from_the_question_to_a_payout_that_fails(
    shop: Path, stripe: FakeStripe, switchboard: CommandLine
) -> None:
    steps = iter(examples(PAGE))

    def next_step(*words: str) -> Called:
        example = next(steps)
        assert tuple(example.words[: len(words)]) == words
        called = switchboard(*example.words)
        assert called.code == example.code, (example.words, called.err, called.out)
        return called

    checks = next_step("doctor").out
    assert "Stripe at http://127.0.0.1" in checks
    assert "orders.toml, sqlite" in checks
    assert "total_cents     $149.00" in next_step("doctor", "--order", "1001").out

    next_step("support")
    assert stripe.refunds == []
    assert letters(shop, "mia@your-shop.example") == ["Approval needed: Refund $149.00 for order 1001"]
    next_step("approve", "ada")
    assert [(one["amount"], one["payment_intent"]) for one in stripe.refunds] == [(14900, "pi_1001")]
    assert letters(shop, "ada@example.com") == ["Your refund for order 1001"]
    assert "refunded" in next_step("show", "ada").out

    stripe.fail("re_1")
    make_due(shop)
    next_step("sweep")
    assert "A refund has" in next_step("tickets").out
    assert letters(shop, "ada@example.com")[1:] == ["Your refund for order 1001 did not go through"]
    assert switchboard.json("show", "ada")["outcome"] == "escalated"
    assert [thread["outcome"] for thread in switchboard.json("threads")] == ["escalated"]
    assert next(steps, None) is None
    assert len(switchboard.json("sweep")) == 0  # it is told once


def test_a_webhook_opens_the_case_of_a_failed_refund_at_once(
    shop: Path, stripe: FakeStripe, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = switchboard.json("refund", "--order", "1001", "--email", "ada@example.com", "--amount", "20.00")
    assert asked["outcome"] == "refunded"
    stripe.fail("re_1")
    told = event("refund.failed", id="re_1")
    answers = asyncio.run(post(told, signature(told), signature(b"another")))
    assert answers == [404, 404]  # without its secret there is no such address
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", SECRET)
    assert asyncio.run(post(told, signature(b"another"))) == [422]
    assert switchboard.json("show", asked["thread_id"])["outcome"] == "refunded"
    assert asyncio.run(post(told, signature(told), signature(told))) == [200, 200]
    assert [thread["outcome"] for thread in switchboard.json("threads")] == ["escalated"]
    assert len(switchboard.json("tickets")) == 1
    assert letters(shop, "ada@example.com")[1:] == ["Your refund for order 1001 did not go through"]


async def post(payload: bytes, *signatures: str) -> list[int]:
    """What the server answers to this event under each signature."""
    app, address = application(load()), "http://127.0.0.1:8420/api/v1/webhooks/stripe"
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    headers = {"content-type": "application/json; charset=utf-8"}
    async with app.router.lifespan_context(app), client:
        answers = [
            await client.post(address, content=payload, headers={**headers, "stripe-signature": signed})
            for signed in signatures
        ]
    return [answer.status_code for answer in answers]


def make_due(home: Path) -> None:
    """As if a day had passed since Stripe was asked."""
    with closing(sqlite3.connect(home / "business.db")) as connection:
        connection.execute("UPDATE provider_refunds SET look_at = '2000-01-01T00:00:00.000000Z'")
        connection.commit()
