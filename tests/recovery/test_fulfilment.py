"""kill -9 before and after every effect of a fulfilment, then `resume`: stock, money and labels add up."""

import asyncio

import pytest
from sqlalchemy import select

from app.clients.database.schema import payments, refunds, shipments, stock
from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.settings import Settings
from tests.processes import begin, end
from tests.recovery.crashing import When, fulfil_and_die
from tests.stored import column, open_database

KILLED = -9
WHENS: tuple[When, ...] = ("before", "after")

FULFILLED, REFUSED, STUCK = "12351", "12352", "12369"
"""Orders of the demo shop: fulfilled, refused by the carrier, and refused with a card that takes no refund."""


async def on_hand(settings: Settings) -> int:
    async with open_database(settings.business_url, fill_demo=True) as database:
        return sum(await column(database, select(stock.c.on_hand)))


async def books(settings: Settings, order_id: str) -> tuple[list[int], list[int], list[str]]:
    """Charges, refunds, and what became of each label."""
    columns = (payments.c.amount_cents, refunds.c.amount_cents, shipments.c.status)
    async with open_database(settings.business_url) as database:
        charged, repaid, labels = [
            await column(database, select(one).where(one.table.c.order_id == order_id)) for one in columns
        ]
    return charged, repaid, labels


def mails(settings: Settings) -> int:
    return len(list(settings.outbox.glob("*.eml")))


async def resumed(runner: Runner) -> str | None:
    assert (await runner.show("job"))["status"] == "failed"
    result = await runner.resume("job")
    assert result["status"] == "completed"
    return result["outcome"]


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize(
    ("service", "method"),
    [("stock", "reserve"), ("payments", "charge"), ("shipping", "create"), ("stock", "hand_over"), ("mail", "send")],
)
async def test_a_fulfilment_survives(settings: Settings, service: str, method: str, when: When) -> None:
    goods = await on_hand(settings)
    assert end(begin(fulfil_and_die, settings.home, FULFILLED, service, method, when, None)) == KILLED
    async with open_runner(settings) as runner:
        assert await resumed(runner) == "fulfilled"
    assert await books(settings, FULFILLED) == ([7500], [], ["shipped"])
    assert (await on_hand(settings), mails(settings)) == (goods - 2, 1)


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize(
    ("service", "method"), [("stock", "close"), ("payments", "refund"), ("stock", "release"), ("mail", "send")]
)
async def test_an_undoing_survives(settings: Settings, service: str, method: str, when: When) -> None:
    goods = await on_hand(settings)
    assert end(begin(fulfil_and_die, settings.home, REFUSED, service, method, when, None)) == KILLED
    async with open_runner(settings) as runner:
        assert await resumed(runner) == "compensated"
    assert await books(settings, REFUSED) == ([12000], [12000], [])
    assert (await on_hand(settings), mails(settings)) == (goods, 1)


@pytest.mark.parametrize("when", WHENS)
async def test_a_cancelled_label_survives(settings: Settings, when: When) -> None:
    goods = await on_hand(settings)
    died = begin(fulfil_and_die, settings.home, FULFILLED, "shipping", "cancel", when, "hand_over")
    assert end(died) == KILLED
    async with open_runner(settings) as runner:
        assert await resumed(runner) == "compensated"
    assert await books(settings, FULFILLED) == ([7500], [7500], ["cancelled"])
    assert (await on_hand(settings), mails(settings)) == (goods, 1)


@pytest.mark.parametrize("when", WHENS)
async def test_a_ticket_survives(settings: Settings, when: When) -> None:
    goods = await on_hand(settings)
    assert end(begin(fulfil_and_die, settings.home, STUCK, "tickets", "open", when, None)) == KILLED
    async with open_runner(settings) as runner:
        assert await resumed(runner) == "needs_attention"
        assert len(await runner.services.tickets.list()) == 1
    assert await books(settings, STUCK) == ([1900], [], [])
    assert (await on_hand(settings), mails(settings)) == (goods - 1, 0)


async def test_a_crashed_fulfilment_is_finished_on_another_thread_too(settings: Settings) -> None:
    assert end(begin(fulfil_and_die, settings.home, FULFILLED, "payments", "charge", "after", None)) == KILLED
    async with open_runner(settings) as runner:
        assert (await runner.start("fulfilment", {"order_id": FULFILLED}))["outcome"] == "fulfilled"
        assert await resumed(runner) == "fulfilled"
    assert await books(settings, FULFILLED) == ([7500], [], ["shipped"])
    assert mails(settings) == 1


@pytest.mark.parametrize(("order_id", "outcome"), [(FULFILLED, "fulfilled"), (REFUSED, "compensated")])
async def test_threads_that_fulfil_one_order_at_once_double_nothing(
    settings: Settings, order_id: str, outcome: str
) -> None:
    goods = await on_hand(settings)
    async with open_runner(settings) as runner:
        runs = await asyncio.gather(*(runner.start("fulfilment", {"order_id": order_id}) for _ in range(4)))
        assert {run["outcome"] for run in runs} == {outcome}
    charged, repaid, labels = await books(settings, order_id)
    if outcome == "fulfilled":
        assert (charged, repaid, labels, await on_hand(settings)) == ([7500], [], ["shipped"], goods - 2)
    else:
        assert (charged, labels, await on_hand(settings)) == (repaid, [], goods)
