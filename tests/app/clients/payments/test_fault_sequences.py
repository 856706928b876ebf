"""Generated faults of Stripe: whatever is lost, late, busy or forgotten, nobody is paid twice, and nothing that was paid is lost.

`just stripe-faults` runs ten thousand sequences.
"""

import asyncio
import os
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.clients.database.database import Database
from app.clients.database.schema import provider_refunds
from app.clients.payments.refund_records import RefundRecords
from app.clients.payments.stripe_api import StripeApi
from app.clients.payments.stripe_payments import StripeOrders, StripePayments
from app.testing import FakeClock, FakeOrders, FakeShop, order
from nodes.ports.errors import (
    RefundedMeanwhile,
    RefundTooLarge,
    Retryable,
)
from nodes.ports.payments import has_failed
from tests.app.clients.payments.fake_stripe import FAULTS, KEY, FakeStripe
from tests.stored import column, open_database

EXAMPLES = int(os.environ.get("STRIPE_SEQUENCES", "20"))
CAPTURED = 10_000
TRIES = 8  # after the faults, each with time for a claim to end

Step = tuple[str, int]
STEPS = st.one_of(
    st.tuples(st.sampled_from(["refund", "find"]), st.integers(0, 2)),
    st.tuples(st.just("wait"), st.sampled_from([1, 3, 25 * 60])),  # minutes
    st.tuples(st.sampled_from(["arrive", "fail", "look", "restore"]), st.just(0)),
)


@dataclass
class World:
    clock: FakeClock
    fake: FakeStripe
    payments: StripePayments
    database: Database
    orders: StripeOrders
    amounts: list[int]
    receipts: dict[int, str] = field(default_factory=dict)
    run: str = field(default_factory=lambda: uuid.uuid4().hex)

    def key(self, number: int) -> str:
        return f"{self.run}-{number}"

    async def refund(self, number: int) -> None:
        """As the payment step does it: judged by the order as it is now."""
        found = await self.orders.find("12345")
        assert found
        receipt = await self.payments.refund(
            key=self.key(number),
            order_id="12345",
            amount_cents=self.amounts[number],
            currency="USD",
            reason="",
            refunded_before_cents=found["refunded_cents"],
        )
        assert self.receipts.setdefault(number, receipt["receipt_id"]) == receipt["receipt_id"]

    async def take(self, step: Step) -> None:
        match step:
            case "refund", number:
                await self.refund(number)
            case "find", number:
                found = await self.payments.find(self.key(number))
                assert found is None or found["receipt_id"] in {one["id"] for one in self.fake.refunds}
            case "wait", minutes:
                self.clock.advance(minutes=minutes)
                if minutes > 5:
                    self.fake.arrive()  # no request is on its way for so long
            case "arrive", _:
                self.fake.arrive()
            case "fail", _ if self.fake.refunds:
                self.fake.fail(self.fake.refunds[-1]["id"])
            case "look", _ if self.fake.refunds:  # a webhook, or the sweep
                await self.payments.look_at(self.fake.refunds[-1]["id"])
            case "restore", _:  # a backup that knows none of these refunds, put back when nothing is on its way
                self.fake.arrive()
                await self.database.execute(delete(provider_refunds))
        self.check()

    def check(self) -> None:
        """Stripe's own list is the oracle."""
        assert self.fake.refunded() <= CAPTURED
        keys = [one["metadata"]["switchboard_key"] for one in self.fake.refunds]
        assert len(keys) == len(set(keys)), "a refund was made twice"
        assert set(self.receipts.values()) <= {one["id"] for one in self.fake.refunds}, "a receipt without a refund"

    async def check_failures(self) -> None:
        """Whatever has failed at Stripe is known as soon as the order is judged, so that nothing else of it is paid."""
        failed = {one["metadata"]["switchboard_key"] for one in self.fake.refunds if one["status"] == "failed"}
        known = {one["receipt"]["key"] for one in await self.payments.failed_of("12345")}
        written_down = set(await column(self.database, select(provider_refunds.c.key)))
        assert known == failed & written_down


async def lived(database: Database, amounts: list[int], faults: list[str], steps: list[Step]) -> None:
    clock = FakeClock()
    fake = FakeStripe(clock)
    fake.pay(amount=CAPTURED)
    fake.faults = list(faults)
    api = StripeApi(KEY, client=fake.client, pause=no_pause)
    shop = FakeOrders(FakeShop(order(payment="pi_1", captured_cents=CAPTURED)))
    payments = StripePayments(api, shop, RefundRecords(database, clock))
    world = World(clock, fake, payments, database, StripeOrders(shop, api), amounts)
    for step in steps:
        try:
            await world.take(step)
        except (Retryable, RefundTooLarge):
            world.check()
    await world.check_failures()
    await settled(world, {number for name, number in steps if name == "refund"})
    await world.check_failures()


async def settled(world: World, asked: set[int]) -> None:
    """The faults are over: each refund that was asked for is paid once, unless the money does not suffice."""
    world.fake.faults = []
    for number in sorted(asked):
        for _ in range(TRIES):
            world.clock.advance(minutes=3)
            try:
                await world.refund(number)
            except RefundTooLarge:
                assert await world.payments.find(world.key(number)) is None
                if world.fake.refunded() + world.amounts[number] <= CAPTURED:  # another one has failed since
                    world.clock.advance(hours=25)  # for so long Stripe repeats the refusal
                    continue
            except (Retryable, RefundedMeanwhile):
                continue
            break
        else:
            raise AssertionError(f"refund {number} is neither paid nor refused")
        world.check()
        if number in world.receipts:
            found = await world.payments.find(world.key(number))
            assert found
            assert found["receipt_id"] == world.receipts[number]
            made = next(one for one in world.fake.refunds if one["id"] == found["receipt_id"])
            assert made["amount"] == world.amounts[number] or has_failed(found)


async def no_pause(seconds: float) -> None:
    """Virtual time does not pass by waiting."""


def test_no_sequence_of_faults_pays_twice_or_loses_a_refund(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/business.db"

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        amounts=st.lists(st.sampled_from([1000, 4000, 10_000]), min_size=3, max_size=3),
        faults=st.lists(st.sampled_from(["", *FAULTS]), max_size=6),
        steps=st.lists(STEPS, min_size=1, max_size=12),
    )
    def sequence(amounts: list[int], faults: list[str], steps: list[Step]) -> None:
        async def alone() -> None:
            async with open_database(url) as database:
                await lived(database, amounts, faults, steps)
                await database.execute(delete(provider_refunds))

        asyncio.run(alone())

    sequence()
