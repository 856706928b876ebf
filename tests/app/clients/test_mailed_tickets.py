"""Tickets by e-mail: one for each thing to tell, and never without the ticket itself."""

from typing import Any

import pytest

from app.clients.tickets.mailed_tickets import MailedTickets
from app.testing import FakeMail, FakeTickets
from app.testing.contracts import TicketsContract
from nodes.ports.errors import MailUnavailable

HELP = "help@shop.example"


@pytest.fixture
def mail() -> FakeMail:
    return FakeMail()


@pytest.fixture
def tickets(mail: FakeMail) -> MailedTickets:
    return MailedTickets(FakeTickets(), mail, HELP)


class TestContract(TicketsContract):
    """The same suite as the tickets that are kept."""


async def opened(tickets: MailedTickets, key: str = "a", **changes: Any) -> str:
    case = {
        "thread_id": "t-1",
        "reason": "asked for a person",
        "summary": "Order 12345.",
        "transcript": [],
        "facts": {},
    }
    return (await tickets.open(key=key, **{**case, **changes}))["ticket_id"]


async def test_a_ticket_is_told_once(tickets: MailedTickets, mail: FakeMail) -> None:
    said, facts = ["Customer: \0Hello?"], {"order_id": "12345", "rule": None}
    for _ in range(2):
        ticket_id = await opened(tickets, transcript=said, facts=facts)
    (letter,) = mail.to(HELP)
    assert letter["subject"] == f"[{ticket_id}] asked for a person"
    assert letter["text"] == (
        "asked for a person\n\nOrder 12345.\n\nFacts:\n  order_id: 12345\n\nWhat was said:\n  Customer: Hello?\n\n"
        f"Thread t-1: switchboard show t-1\n\nWhen it is done: switchboard tickets close {ticket_id}\n"
    )


async def test_what_is_added_to_a_ticket_is_told_too(tickets: MailedTickets, mail: FakeMail) -> None:
    first = await opened(tickets)
    for _ in range(2):
        assert await opened(tickets, "b", summary="Still waits.", joins=True) == first
    assert len(mail.to(HELP)) == 2


async def test_a_subject_is_one_plain_line(tickets: MailedTickets, mail: FakeMail) -> None:
    await opened(tickets, reason="first\nthe card says =?utf-8?q?no?=\tand\x07 " + "x" * 200)
    (letter,) = mail.to(HELP)
    assert letter["subject"].startswith("[T-1] the card says = ?utf-8?q?no?= and xxx")
    assert len(letter["subject"]) <= 120


async def test_a_mail_server_that_is_down_keeps_nobody_from_a_ticket(tickets: MailedTickets, mail: FakeMail) -> None:
    mail.fail["send"] = [MailUnavailable("down")]
    assert await opened(tickets) == "T-1"
    assert len(await tickets.list()) == 1


async def test_a_mail_to_the_helpdesk_that_failed_is_not_told_by_mail(tickets: MailedTickets, mail: FakeMail) -> None:
    await opened(tickets, "mail/x", facts={"recipient": HELP})
    assert mail.to(HELP) == []
