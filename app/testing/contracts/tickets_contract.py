"""What a ticket system has to do."""

import pytest

from nodes.ports.tickets import Ticket, Tickets


async def opened(tickets: Tickets, key: str, *, thread_id: str = "t-1", summary: str = "Wants a human.") -> Ticket:
    return await tickets.open(
        key=key,
        thread_id=thread_id,
        reason="asked for a person",
        summary=summary,
        transcript=["Customer: Ich möchte mit jemandem sprechen. 🙂", "Agent: One moment."],
        facts={"order_id": "12345", "amount_cents": 14900, "tried": ["refund"], "approved": None},
    )


@pytest.mark.asyncio
class TicketsContract:
    """Fixture: `tickets`, with no ticket of the threads t-1, t-2 and t-3."""

    async def test_a_ticket_keeps_what_it_was_given(self, tickets: Tickets) -> None:
        ticket = await opened(tickets, "a")
        assert {name: value for name, value in ticket.items() if name != "assigned_to"} == {
            "ticket_id": ticket["ticket_id"],
            "thread_id": "t-1",
            "reason": "asked for a person",
            "summary": "Wants a human.",
            "transcript": ["Customer: Ich möchte mit jemandem sprechen. 🙂", "Agent: One moment."],
            "facts": {"order_id": "12345", "amount_cents": 14900, "tried": ["refund"], "approved": None},
            "status": "open",
            "opened_at": ticket["opened_at"],
        }
        assert await tickets.list(thread_id="t-1") == [ticket]

    async def test_the_same_key_opens_one_ticket(self, tickets: Tickets) -> None:
        first = await opened(tickets, "a")
        assert await opened(tickets, "a", summary="Said differently.") == first
        assert await tickets.list(thread_id="t-1") == [first]

    async def test_a_case_that_is_known_under_another_key(self, tickets: Tickets) -> None:
        await opened(tickets, "a")
        for known_as, is_found in (("a", True), ("nothing", False)):
            found = await tickets.open(
                key="b", known_as=known_as, thread_id="t-2", reason="again", summary="", transcript=[], facts={}
            )
            assert (found in await tickets.list(thread_id="t-1")) == is_found
        assert len(await tickets.list(thread_id="t-2")) == 1

    async def test_the_newest_comes_first_also_within_one_instant(self, tickets: Tickets) -> None:
        numbers = [(await opened(tickets, key))["ticket_id"] for key in "abc"]
        assert len(set(numbers)) == 3
        assert [ticket["ticket_id"] for ticket in await tickets.list(thread_id="t-1")] == numbers[::-1]

    async def test_one_threads_tickets(self, tickets: Tickets) -> None:
        await opened(tickets, "a", thread_id="t-1")
        other = await opened(tickets, "b", thread_id="t-2")
        assert await tickets.list(thread_id="t-2") == [other]
        assert await tickets.list(thread_id="t-3") == []
        assert other in await tickets.list()

    async def test_a_case_can_join_an_open_ticket_of_its_thread(self, tickets: Tickets) -> None:
        first = await opened(tickets, "a")
        joined = await tickets.open(
            key="b", thread_id="t-1", reason="again", summary="More.", transcript=[], facts={}, joins=True
        )
        assert (joined["ticket_id"], joined["summary"]) == (first["ticket_id"], "More.")
        assert len(await tickets.list(thread_id="t-1")) == 1
