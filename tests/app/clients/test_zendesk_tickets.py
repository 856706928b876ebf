"""Tickets in Zendesk. The oracle is the fake Zendesk: one ticket for one case, one comment for each thing told."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from app.clients.database.database import Database
from app.clients.mail.outbox import Outbox
from app.clients.tickets.deliveries import Deliveries
from app.clients.tickets.ticket_table import DatabaseTickets
from app.clients.tickets.zendesk_tickets import ZendeskApi, ZendeskTickets, external_id
from app.engines.sweep.mail_retries import send_due
from app.testing import FakeClock, Fakes
from app.testing.contracts import TicketsContract
from nodes.ports.errors import DependencyDown
from nodes.ports.tickets import Ticket
from tests.app.clients.fake_zendesk import FakeZendesk
from tests.command_line import CommandLine
from tests.contracts.conftest import clock, database, shop_url, sqlite_shop

__all__ = ["clock", "database", "shop_url", "sqlite_shop"]


COMMENTS = "GET /api/v2/tickets/1/comments"


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def zendesk() -> FakeZendesk:
    return FakeZendesk()


@pytest.fixture
def tickets(zendesk: FakeZendesk, database: Database, clock: FakeClock) -> ZendeskTickets:
    api = ZendeskApi("https://shop.zendesk.test/", "mia@shop.example", "secret", transport=zendesk.transport)
    return ZendeskTickets(DatabaseTickets(database, clock), api, database, clock)


ODD = (
    b"",
    b"<html>",
    b"[]",
    b"null",
    b'{"error": "no"}',
    b'{"tickets": null, "comments": null, "ticket": null}',
    b'{"tickets": [1], "comments": [1], "ticket": 1}',
    b'{"tickets": [{"id": "x"}], "comments": [{"body": 1}], "ticket": {"id": "x"}}',
    b'{"tickets": {}, "comments": {}, "ticket": {}}',
    b"[" * 100_000,
    b'"\xff"',
    b" " * 6_000_000,
)


@pytest.mark.parametrize("call", ["GET /api/v2/tickets", "POST /api/v2/tickets", "PUT /api/v2/tickets/1", COMMENTS])
async def test_an_odd_answer_is_no_ticket_and_is_asked_for_again(
    call: str, tickets: ZendeskTickets, zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    for number, odd in enumerate(ODD):
        zendesk.odd = {call: odd}
        await opened(tickets, str(number), reason=f"case {number}")
        await sweep(tickets, database, clock)
    zendesk.odd = {}
    clock.advance(hours=1)
    await sweep(tickets, database, clock)
    (ticket,) = zendesk.tickets
    assert len({one["body"] for one in ticket["comments"]}) == len(ticket["comments"]) == len(ODD)
    assert [one["status"] for one in await tickets.list()] == ["open"]


async def test_an_address_that_is_not_zendesks_is_named(zendesk: FakeZendesk) -> None:
    zendesk.odd = {"GET /api/v2/tickets": b"{}"}
    with pytest.raises(DependencyDown, match="SWITCHBOARD_ZENDESK_URL"):
        await ZendeskApi("https://s.test", "mia@s.example", "secret", transport=zendesk.transport).find(["one"])


async def test_pages_without_an_end(zendesk: FakeZendesk) -> None:
    zendesk.odd = {"GET /api/v2/tickets": b'{"tickets": [], "meta": {"has_more": true, "after_cursor": "x"}}'}
    with pytest.raises(DependencyDown, match="more than 50 pages"):
        await ZendeskApi("https://s.test", "mia@s.example", "secret", transport=zendesk.transport).find(["one"])


class TestContract(TicketsContract):
    """The same suite as the tickets that are kept."""


async def opened(tickets: ZendeskTickets, key: str = "a", *, thread_id: str = "t-1", reason: str = "is angry") -> str:
    case: dict[str, Any] = {"thread_id": thread_id, "reason": reason, "summary": "", "transcript": [], "facts": {}}
    return (await tickets.open(key=key, **case, joins=True))["ticket_id"]


async def sweep(tickets: ZendeskTickets, database: Database, clock: FakeClock) -> None:
    await send_due(Outbox(database, clock), replace(Fakes().services, tickets=tickets))


async def test_a_thread_has_one_ticket_and_a_private_comment_for_each_case(
    tickets: ZendeskTickets, zendesk: FakeZendesk
) -> None:
    for key in ("a", "a", "b"):
        await opened(tickets, key, reason=f"case {key}")
    (ticket,) = zendesk.tickets
    assert ticket["subject"] == "[T-1001] case a"
    assert [comment["public"] for comment in ticket["comments"]] == [False, False]
    assert "case b" in zendesk.bodies()[1]


@pytest.mark.parametrize("lost", ["POST", "PUT", "comments", "GET /api/v2/tickets"])
async def test_an_answer_that_is_lost_tells_nothing_twice(
    lost: str, tickets: ZendeskTickets, zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    zendesk.lost = lambda call: lost in call
    await opened(tickets, "a", reason="case a")
    await opened(tickets, "b", reason="case b")
    zendesk.lost = lambda _: False
    zendesk.forget_keys()
    for _ in range(3):
        clock.advance(hours=3)
        await sweep(tickets, database, clock)
    assert len(zendesk.tickets) == 1
    bodies = zendesk.bodies()
    assert len(bodies) == len(set(bodies)) == 2


async def test_zendesk_that_is_down_is_told_later(
    tickets: ZendeskTickets, zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    for status in (500, 429, 401):
        zendesk.down = status
        await opened(tickets, str(status), thread_id=str(status))
    zendesk.down = 0
    clock.advance(hours=1)
    await sweep(tickets, database, clock)
    assert len(zendesk.tickets) == 3


@pytest.mark.parametrize("there", ["solved", "closed"])
async def test_closed_there_is_closed_here(
    there: str, tickets: ZendeskTickets, zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    for number in range(5):  # more than a page of the fake
        await opened(tickets, str(number), thread_id=f"t-{number}")
    zendesk.tickets[3]["status"] = there
    await sweep(tickets, database, clock)
    assert {one["ticket_id"]: one["status"] for one in await tickets.list() if one["status"] == "closed"} == {
        "T-1004": "closed"
    }
    assert (zendesk.tickets[3]["status"], len(zendesk.bodies(3))) == (there, 1)
    assert [one["status"] for one in zendesk.tickets if one["id"] != 4] == ["new"] * 4


async def test_what_happens_here_happens_there(tickets: ZendeskTickets, zendesk: FakeZendesk, clock: FakeClock) -> None:
    ticket_id = await opened(tickets)
    seen = []
    for changed in ({"assigned_to": "Mia"}, {"status": "closed"}, {"status": "open"}):
        clock.advance(minutes=1)
        await tickets.change(ticket_id, **changed)  # type: ignore[arg-type]
        seen.append(zendesk.tickets[0]["status"])
    assert seen == ["new", "solved", "open"]
    assert "given to Mia" in zendesk.bodies()[1]


async def test_a_ticket_that_is_closed_for_good_has_a_follow_up(
    tickets: ZendeskTickets, zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    await opened(tickets, "a")
    zendesk.tickets[0]["status"] = "closed"
    await opened(tickets, "b", reason="again")  # before the sweep has seen it
    assert [one.get("via_followup_source_id") for one in zendesk.tickets] == [None, 1]
    await sweep(tickets, database, clock)
    assert [one["status"] for one in await tickets.list()] == ["open"]


async def test_a_ticket_that_is_deleted_there_is_made_anew(
    tickets: ZendeskTickets, zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    await opened(tickets, "a")
    zendesk.tickets.clear()
    await opened(tickets, "b", reason="again")  # Zendesk still has the key of the one that is gone
    zendesk.forget_keys()
    clock.advance(hours=3)
    await sweep(tickets, database, clock)
    assert ["again" in body for body in zendesk.bodies()] == [True]


async def test_opened_again_here_while_zendesk_is_down_is_not_closed_by_what_it_says(
    tickets: ZendeskTickets, zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    ticket_id = await opened(tickets)
    zendesk.tickets[0]["status"] = "solved"
    await sweep(tickets, database, clock)
    assert [one["status"] for one in await tickets.list()] == ["closed"]
    zendesk.down = 503
    await tickets.change(ticket_id, status="open")
    zendesk.down = 0
    await sweep(tickets, database, clock)  # before the next try
    assert [one["status"] for one in await tickets.list()] == ["open"]
    clock.advance(minutes=5)
    await sweep(tickets, database, clock)
    assert ([one["status"] for one in await tickets.list()], zendesk.tickets[0]["status"]) == (["open"], "open")


async def test_what_is_told_late_leaves_the_ticket_as_it_stands_here(
    tickets: ZendeskTickets, zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    ticket_id = await opened(tickets)
    zendesk.down = 503
    await tickets.change(ticket_id, status="closed")
    clock.advance(seconds=30)
    await tickets.change(ticket_id, status="open")
    zendesk.down = 0
    clock.advance(minutes=5)
    await tickets.change(ticket_id, status="closed")  # told before the two that wait
    await sweep(tickets, database, clock)
    assert zendesk.tickets[0]["status"] == "solved"


async def test_a_step_does_not_wait_for_a_silent_help_desk(
    zendesk: FakeZendesk, database: Database, clock: FakeClock
) -> None:
    """Two that tell at once tell once: who begins has claimed it."""
    silent = asyncio.Event()

    async def tell(delivery_id: str, body: str) -> None:
        silent.set()
        await asyncio.Event().wait()

    deliveries = Deliveries(database, clock, tell, inline_s=0.05)
    ticket: Any = {"ticket_id": "T-1001", "reason": "?"}
    await deliveries.add("opened", ticket, "{}", once="")
    assert silent.is_set()
    assert await deliveries.untold() == {"T-1001"}
    assert await deliveries.due() == 0


async def test_two_installations_share_a_zendesk(tickets: ZendeskTickets) -> None:
    await opened(tickets)
    (ours,) = await tickets.list()
    theirs: Ticket = {**ours, "thread_id": "another"}
    assert external_id(ours) != external_id(theirs)


def test_half_of_the_settings_is_named(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_ZENDESK_URL", "https://shop.zendesk.test")
    refused = switchboard("tickets")
    assert refused.code == 5
    assert "needs SWITCHBOARD_ZENDESK_EMAIL and SWITCHBOARD_ZENDESK_TOKEN" in refused.err
