"""Tickets for a webhook: signed, at least once under one id, and later when the receiver does not answer."""

from dataclasses import replace
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from app.clients.database.database import Database
from app.clients.mail.outbox import Outbox
from app.clients.tickets.deliveries import WAITS
from app.clients.tickets.ticket_table import DatabaseTickets
from app.clients.tickets.webhook_tickets import WebhookTickets
from app.clients.webhooks.hook import Hook
from app.engines.sweep.mail_retries import send_due
from app.system_clock import SystemClock
from app.testing import FakeClock, Fakes
from app.testing.contracts import TicketsContract
from nodes.ports.clock import iso
from nodes.ports.errors import NotConfigured
from tests.contracts.conftest import clock, database, shop_url, sqlite_shop
from tests.webhook_receiver import Receiver

__all__ = ["clock", "database", "shop_url", "sqlite_shop"]

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def tickets(receiver: Receiver, database: Database, clock: FakeClock) -> WebhookTickets:
    hook = Hook("https://desk.example/hook", SECRET, transport=receiver)
    return WebhookTickets(DatabaseTickets(database, clock), hook, database, clock)


class TestContract(TicketsContract):
    """The same suite as the tickets that are kept."""


async def opened(tickets: WebhookTickets, key: str = "a") -> str:
    case: dict[str, Any] = {"thread_id": "t-1", "reason": "Grüße", "summary": "", "transcript": [], "facts": {}}
    return (await tickets.open(key=key, **case))["ticket_id"]


async def test_a_ticket_is_told_once_and_signed(tickets: WebhookTickets, receiver: Receiver, clock: FakeClock) -> None:
    clock.moment = SystemClock().now()  # a receiver refuses what is old
    for _ in range(2):
        ticket_id = await opened(tickets)
    (request,) = receiver.got
    told = Webhook(SECRET).verify(request.content, dict(request.headers))
    assert (told["type"], told["timestamp"], told["data"]["ticket_id"]) == (
        "ticket.opened",
        iso(clock.now()),
        ticket_id,
    )
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(request.content.replace(b"T-", b"X-"), dict(request.headers))


async def test_every_change_is_told(tickets: WebhookTickets, receiver: Receiver, clock: FakeClock) -> None:
    ticket_id = await opened(tickets)
    for status in ("closed", "open", "closed"):
        clock.advance(minutes=1)
        await tickets.change(ticket_id, status=status)
    assert [(one["type"], one["data"]["status"]) for one in receiver.messages()] == [
        ("ticket.opened", "open"),
        ("ticket.changed", "closed"),
        ("ticket.changed", "open"),
        ("ticket.changed", "closed"),
    ]


async def test_a_receiver_that_does_not_answer_is_told_later(
    tickets: WebhookTickets, receiver: Receiver, clock: FakeClock, database: Database
) -> None:
    """By `sweep`, which sends everything that is due."""
    receiver.status = 503
    await opened(tickets)
    services = replace(Fakes().services, tickets=tickets)
    for minutes, tried in ((0, 1), (2, 2), (0, 2), (60, 2)):
        clock.advance(minutes=minutes)
        receiver.status = 200
        await send_due(Outbox(database, clock), services)
        assert len(receiver.got) == tried
    assert len({request.headers["webhook-id"] for request in receiver.got}) == 1


async def test_a_receiver_that_is_gone_is_given_up(
    tickets: WebhookTickets, receiver: Receiver, clock: FakeClock
) -> None:
    receiver.status = 410
    await opened(tickets)
    for _ in range(WAITS.most_tries + 3):
        clock.advance(days=1)
        await tickets.deliver_due()
    assert len(receiver.got) == WAITS.most_tries


def test_a_secret_that_is_not_one() -> None:
    with pytest.raises(NotConfigured, match="SWITCHBOARD_TICKETS_WEBHOOK_SECRET"):
        Hook("https://desk.example/hook", "whsec_?")
