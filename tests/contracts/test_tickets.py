"""Tickets, on every database."""

from datetime import timedelta

import pytest

from app.clients.database.database import Database
from app.clients.tickets.ticket_table import DatabaseTickets
from nodes.ports.clock import iso
from nodes.ports.tickets import Ticket
from tests.contracts.conftest import NOW, Watch
from tests.contracts.racing import open_ticket, race


@pytest.fixture
def tickets(database: Database, clock: Watch) -> DatabaseTickets:
    return DatabaseTickets(database, clock)


async def opened(
    tickets: DatabaseTickets, key: str, *, thread_id: str = "t-1", summary: str = "Wants a human."
) -> Ticket:
    return await tickets.open(
        key=key,
        thread_id=thread_id,
        reason="asked for a person",
        summary=summary,
        transcript=["Customer: Ich möchte mit jemandem sprechen. 🙂", "Agent: One moment."],
        facts={"order_id": "12345", "amount_cents": 14900, "tried": ["refund"], "approved": None},
    )


async def test_a_ticket_keeps_what_it_was_given(tickets: DatabaseTickets) -> None:
    ticket = await opened(tickets, "a")
    assert ticket == {
        "ticket_id": "T-1001",
        "thread_id": "t-1",
        "reason": "asked for a person",
        "summary": "Wants a human.",
        "transcript": ["Customer: Ich möchte mit jemandem sprechen. 🙂", "Agent: One moment."],
        "facts": {"order_id": "12345", "amount_cents": 14900, "tried": ["refund"], "approved": None},
        "status": "open",
        "opened_at": iso(NOW),
        "assigned_to": None,
    }
    assert await tickets.list() == [ticket]


async def test_a_ticket_is_assigned_closed_and_reopened(tickets: DatabaseTickets) -> None:
    ticket, other = await opened(tickets, "a"), await opened(tickets, "b")
    assert await tickets.change("T-1001", assigned_to="Mia") == {**ticket, "assigned_to": "Mia"}
    assert await tickets.change("T-1001", status="closed") == {**ticket, "assigned_to": "Mia", "status": "closed"}
    assert await tickets.change("T-1001", status="open") == {**ticket, "assigned_to": "Mia"}
    assert await tickets.change("T-9", status="closed") is None
    assert await tickets.list() == [other, {**ticket, "assigned_to": "Mia"}]


async def test_the_same_key_opens_one_ticket(tickets: DatabaseTickets, clock: Watch) -> None:
    first = await opened(tickets, "a")
    clock.advance(timedelta(minutes=5))
    assert await opened(tickets, "a", summary="Said differently.") == first
    assert await tickets.list() == [first]


async def test_the_newest_comes_first_also_within_one_instant(tickets: DatabaseTickets) -> None:
    numbers = [(await opened(tickets, key))["ticket_id"] for key in "abc"]
    assert numbers == ["T-1001", "T-1002", "T-1003"]
    assert [ticket["ticket_id"] for ticket in await tickets.list()] == numbers[::-1]


async def test_a_case_joins_the_open_ticket_of_its_thread(tickets: DatabaseTickets) -> None:
    first = await opened(tickets, "a")
    for _ in range(2):  # a repeated step adds nothing twice
        joined = await tickets.open(
            key="b",
            thread_id="t-1",
            reason="is angry",
            summary="Still waits.",
            transcript=["Customer: again"],
            facts={"email": "a@x.example"},
            joins=True,
        )
    assert (joined["ticket_id"], joined["reason"]) == (first["ticket_id"], "asked for a person\nis angry")
    assert joined["facts"] == {**first["facts"], "email": "a@x.example"}
    assert await tickets.list() == [joined]
    assert (await opened(tickets, "c", thread_id="t-2"))["ticket_id"] == "T-1002"


def test_processes_that_open_tickets_at_once(shop_url: str) -> None:
    numbers = race(open_ticket, *((shop_url, key) for key in ("a", "b", "same", "same")))
    assert numbers[2] == numbers[3]
    assert sorted(set(numbers)) == ["T-1001", "T-1002", "T-1003"]
