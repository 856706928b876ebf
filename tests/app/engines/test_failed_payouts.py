"""A refund of which Stripe says later, or at once, that it did not reach the customer. The fake Stripe is the oracle."""

import email
import email.policy
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.clients.payments.refund_records import RefundRecords
from app.clients.payments.stripe_api import StripeApi
from app.clients.payments.stripe_payments import StripeOrders, StripePayments
from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.engines.sweep.failed_refunds import reopen_failed
from app.runtime import Switchboard
from app.server.agent_tools import AgentTools
from app.settings import Settings
from app.testing import FakeOrders, FakeShop, order
from nodes.approvals.so_far import description
from nodes.ports import install
from nodes.ports.tickets import Ticket
from tests.app.clients.payments.fake_stripe import KEY, FakeStripe
from tests.contracts.conftest import Watch
from tests.stored import open_database

ADA = "ada@example.com"
SMALL = {"order_id": "12346", "email": ADA}
PAID = "Your refund for order 12346"
OTHER = "Your refund for order 12345"
FAILED = "Your refund for order 12346 did not go through"


async def no_pause(seconds: float) -> None: ...


@pytest.fixture
def stripe(clock: Watch) -> FakeStripe:
    fake = FakeStripe(clock)
    fake.pay("pi_12345", 14900)
    fake.pay("pi_12346", 3950)
    return fake


@pytest.fixture
async def runner(home: Settings, clock: Watch, stripe: FakeStripe) -> AsyncIterator[Runner]:
    """The default engine, with refunds by Stripe."""
    api = StripeApi(KEY, client=stripe.client, pause=no_pause)
    shop = FakeOrders(FakeShop(*(order(one, payment=f"pi_{one}") for one in ("12345", "12346"))))
    async with (
        open_runner(home, clock=clock) as runner,
        open_database(f"sqlite:///{home.home}/business.db") as database,
    ):
        payments = StripePayments(api, shop, RefundRecords(database, clock))
        services = replace(runner.services, payments=payments, orders=StripeOrders(shop, api))
        with install(services):
            yield replace(runner, services=services)


def letters(runner: Runner) -> list[str]:
    """Subjects of the customer's mails, oldest first."""
    files = sorted(runner.settings.home.glob("outbox/*.eml"), key=lambda file: file.stat().st_mtime_ns)
    found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return [str(one["Subject"]) for one in found if one["To"] == ADA]


async def fails(runner: Runner, stripe: FakeStripe, clock: Watch, refund_id: str = "re_1") -> None:
    """The bank sends the money back, and the next sweep hears of it."""
    stripe.fail(refund_id)
    clock.advance(days=2)
    await runner.sweep()


async def open_tickets(runner: Runner) -> list[Ticket]:
    return [one for one in await runner.tickets() if one["status"] == "open"]


async def test_while_people_are_to_pay_it_no_door_pays_or_offers_it(
    runner: Runner, stripe: FakeStripe, clock: Watch
) -> None:
    said = await runner.say("please refund order 12346", thread="ada", email=ADA)
    assert (said["outcome"], letters(runner)) == ("refunded", [PAID])
    await runner.say("please refund $5.00 of order 12345", thread="ada")  # the thread is about another refund now
    await fails(runner, stripe, clock)
    (ticket,) = await runner.tickets()
    assert (ticket["thread_id"], letters(runner)) == (said["thread_id"], [PAID, OTHER, FAILED])
    assert "$39.50 for order 12346 did not reach the customer" in ticket["reason"]
    told = f"could not be paid out. A colleague takes care of it and writes to you (ticket {ticket['ticket_id']})."

    turns = {
        "please refund order 12346": "declined",
        "could I get my money back for order 12346?": "declined",
        "yes": None,  # to what was not offered
        "where is my refund for order 12346?": "resolved",
    }
    for text, outcome in turns.items():
        turn = await runner.say(text, thread="ada")
        assert outcome in (None, turn["outcome"]), text
        assert outcome is None or told in str(turn["reply"]), text
        assert "Shall I refund" not in str(turn["reply"])
        assert (await runner.show("ada"))["outcome"] == "escalated"
        for status in ("escalated", "needs_attention"):
            assert [one["name"] for one in await runner.recent(outcome=status)] == ["ada"]
    other = Switchboard(runner)
    refused = await other.start("refund", {**SMALL, "amount_cents": 500, "again": True, "key": "mine"})
    assert (refused["outcome"], refused["approval"], told in str(refused["reply"])) == ("declined", None, True)
    assert told in str((await AgentTools(other).request_refund("12346", ADA))["reply"])
    assert (len(stripe.refunds), stripe.refunded("pi_12346"), await runner.pending()) == (2, 0, [])


async def test_when_the_ticket_is_closed_a_human_decides_about_what_is_asked_next(
    runner: Runner, stripe: FakeStripe, clock: Watch
) -> None:
    """Closed: the customer may have been paid another way, of which Stripe knows nothing."""
    keyed = {**SMALL, "key": "mine"}
    await runner.start("refund", keyed)
    await fails(runner, stripe, clock)
    (ticket,) = await runner.tickets()
    await runner.services.tickets.change(ticket["ticket_id"], status="closed")
    assert [one["name"] for one in await runner.recent(outcome="needs_attention")] == []
    used_up = await runner.start("refund", keyed)
    assert (used_up["outcome"], "A colleague has taken care of it" in str(used_up["reply"])) == ("declined", True)
    asked = await runner.start("refund", SMALL, thread="again")
    assert asked["approval"]
    described = await description(asked["approval"])
    assert f"$39.50, receipt re_1 (lost_or_stolen_card). Ticket {ticket['ticket_id']}" in described
    assert "is closed: it may be paid already" in described
    assert stripe.refunded("pi_12346") == 0
    assert (await runner.decide("again", {"type": "approve", "by": "Mia"}))["outcome"] == "refunded"
    assert stripe.refunded("pi_12346") == 3950


async def test_a_request_that_waited_already_names_the_failure_and_pays_nothing(
    runner: Runner, stripe: FakeStripe, clock: Watch
) -> None:
    await runner.start("refund", {"order_id": "12345", "email": ADA, "amount_cents": 2000}, thread="part")
    asked = await runner.start("refund", {"order_id": "12345", "email": ADA}, thread="rest")
    stripe.fail("re_1")
    assert asked["approval"]
    assert "$20.00, receipt re_1" in await description(asked["approval"])  # before anybody was told
    await runner.services.payments.look_at("re_1")  # type: ignore[attr-defined]
    await reopen_failed(runner)
    (ticket,) = await runner.tickets()
    assert f"Ticket {ticket['ticket_id']} asks to pay it another way." in await description(asked["approval"])
    ended = await runner.decide("rest", {"type": "approve", "by": "Mia"})
    assert (ended["outcome"], stripe.refunded("pi_12345")) == ("escalated", 0)
    assert f"Ticket {ticket['ticket_id']} asks to pay it another way" in str(ended["reply"])


async def test_a_failure_that_nobody_was_told_of_blocks_too(runner: Runner, stripe: FakeStripe) -> None:
    """Stripe counts the money as refundable again, minutes before the sweep asks."""
    await runner.start("refund", SMALL)
    stripe.fail("re_1")
    refused = await runner.start("refund", {**SMALL, "again": True})
    assert (refused["outcome"], stripe.refunded("pi_12346")) == ("declined", 0)
    assert "could not be paid out. A colleague takes care of it" in str(refused["reply"])


@pytest.mark.parametrize(("status", "order_id"), [("failed", "12346"), ("canceled", "12345")])
async def test_one_that_fails_at_once_is_one_ticket_and_one_message(
    runner: Runner, stripe: FakeStripe, clock: Watch, status: str, order_id: str
) -> None:
    stripe.status = status
    asked = await runner.say(f"please refund order {order_id}", thread="ada", email=ADA)
    if asked["status"] == "waiting":
        asked = await runner.decide("ada", {"type": "approve", "by": "Mia"})
    (ticket,) = await runner.tickets()
    mails = letters(runner)
    assert mails == (["Your refund request for order 12345"] if order_id == "12345" else [])
    assert "could not be paid out" in str(asked["reply"])
    assert ticket["ticket_id"] in str(asked["reply"])
    clock.advance(days=2)
    await runner.sweep()
    await runner.sweep()
    assert (await runner.tickets(), letters(runner)) == ([ticket], mails)
    stripe.status = "succeeded"
    again = await runner.say(f"please refund order {order_id}", thread="ada")
    assert (again["outcome"], ticket["ticket_id"] in str(again["reply"])) == ("declined", True)
    assert (await runner.show("ada"))["outcome"] == "escalated"
    assert stripe.refunded(f"pi_{order_id}") == 0


async def test_one_that_is_under_way_is_told_so_and_nothing_twice(
    runner: Runner, stripe: FakeStripe, clock: Watch
) -> None:
    stripe.status = "pending"
    asked = await runner.say("please refund order 12346", thread="ada", email=ADA)
    assert "We have asked your bank to pay back $39.50 for order 12346" in str(asked["reply"])
    (mail,) = runner.settings.home.glob("outbox/*.eml")
    assert "We have asked your bank" in mail.read_text()
    assert (asked["outcome"], asked["values"]["refund_status"]) == ("refunded", "pending")
    told = await runner.say("where is my refund for order 12346?", thread="ada")
    assert "asked of your bank and not confirmed yet" in str(told["reply"])
    stripe.refunds[0]["status"] = "succeeded"
    clock.advance(hours=2)
    await runner.sweep()
    assert (await runner.show("ada"))["values"]["refund_status"] == "succeeded"
    assert (letters(runner), await runner.tickets()) == ([PAID], [])
    await fails(runner, stripe, clock)
    assert (letters(runner), len(await runner.tickets())) == ([PAID, FAILED], 1)
    shown = await runner.show("ada")
    assert (shown["outcome"], shown["values"]["refund_status"]) == ("escalated", "failed")


async def test_a_thread_that_is_at_work_is_told_when_it_is_done(
    runner: Runner, stripe: FakeStripe, clock: Watch
) -> None:
    """Its last step would write over what the failure has corrected."""
    paid = await runner.start("refund", SMALL)
    async with runner.threads.lease(paid["thread_id"]):
        await runner.threads.note(paid["thread_id"], status="running")
        stripe.fail("re_1")
        await runner.services.payments.look_at("re_1")  # type: ignore[attr-defined]
        assert await reopen_failed(runner) == []
        assert (await runner.tickets(), letters(runner)) == ([], [PAID])
        await runner.threads.note(paid["thread_id"], status="completed", outcome="refunded")
    await runner.sweep()
    assert [one["outcome"] for one in await runner.recent()] == ["escalated"]
    assert (len(await runner.tickets()), letters(runner)) == (1, [PAID, FAILED])


async def test_an_order_that_cannot_be_read_holds_back_the_mail_and_not_the_ticket(
    runner: Runner, stripe: FakeStripe, clock: Watch
) -> None:
    await runner.start("refund", SMALL)
    account = stripe.payments.pop("pi_12346")
    for _ in range(2):
        await fails(runner, stripe, clock)
    assert (len(await runner.tickets()), letters(runner)) == (1, [PAID])
    stripe.payments["pi_12346"] = account
    await runner.sweep()
    await runner.sweep()
    assert (len(await runner.tickets()), letters(runner)) == (1, [PAID, FAILED])


async def test_what_is_added_to_the_ticket_does_not_hide_what_it_asks_for(
    runner: Runner, stripe: FakeStripe, clock: Watch
) -> None:
    await runner.say("please refund order 12346", thread="ada", email=ADA)
    await fails(runner, stripe, clock)
    await runner.say("I want to talk to a human", thread="ada")
    (ticket,) = await runner.tickets()
    assert "$39.50 for order 12346 did not reach the customer" in ticket["reason"]
    assert (await runner.say("please refund order 12346", thread="ada"))["outcome"] == "declined"
