"""Refunds by Stripe, against a Stripe that is written from its documentation: once, never too much, whatever is lost."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import delete

from app.clients.database.database import Database
from app.clients.database.schema import provider_refunds
from app.clients.payments.refund_records import Made, RefundRecords
from app.clients.payments.stripe_api import StripeApi, ours, theirs
from app.clients.payments.stripe_events import handle_stripe_event
from app.clients.payments.stripe_payments import StripeOrders, StripePayments
from app.testing import FakeClock, FakeOrders, FakeShop, order
from app.testing.contracts import PaymentsContract
from nodes.ports.errors import (
    IdempotencyConflict,
    InvalidInput,
    NotConfigured,
    PaymentDeclined,
    PaymentsUnavailable,
    PaymentTimedOut,
    RefundedMeanwhile,
    RefundTooLarge,
)
from nodes.ports.orders import Order
from nodes.ports.payments import Receipt
from tests.app.clients.payments.fake_stripe import KEY, FakeStripe
from tests.app.clients.payments.stripe_event import SECRET, event, signature

PAUSES: list[float] = []


async def pause(seconds: float) -> None:
    PAUSES.append(seconds)


@pytest.fixture
def fake(clock: FakeClock) -> FakeStripe:
    fake = FakeStripe(clock)
    fake.pay()
    return fake


@pytest.fixture
def api(fake: FakeStripe) -> StripeApi:
    return StripeApi(KEY, client=fake.client, pause=pause)


@pytest.fixture
def orders() -> FakeOrders:
    return FakeOrders(FakeShop(order(payment="pi_1"), order("12346"), order("12347", payment="pi_unknown")))


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
def payments(api: StripeApi, orders: FakeOrders, database: Database, clock: FakeClock) -> StripePayments:
    return StripePayments(api, orders, RefundRecords(database, clock))


class TestContract(PaymentsContract):
    @pytest.fixture
    def order(self, api: StripeApi) -> Order:
        return order(payment="pi_1")


async def refund(payments: StripePayments, cents: int = 1000, key: str = "k", **changes: Any) -> Receipt:
    asked = {"order_id": "12345", "currency": "USD", "reason": "Broken.", **changes}
    return await payments.refund(key=key, amount_cents=cents, **asked)


async def test_what_stripe_is_asked_for(payments: StripePayments, fake: FakeStripe) -> None:
    receipt = await refund(payments, 4500, approval_id="a-1")
    assert fake.refunds[0] | {"created": 0} == {
        "id": receipt["receipt_id"],
        "object": "refund",
        "amount": 4500,
        "currency": "usd",
        "payment_intent": "pi_1",
        "charge": None,
        "metadata": {"switchboard_key": "k", "order_id": "12345", "reason": "Broken.", "approval_id": "a-1"},
        "reason": "requested_by_customer",
        "status": "succeeded",
        "created": 0,
    }
    assert receipt["status"] == "succeeded"


@pytest.mark.parametrize("fault", ["lost after", "500 after", "late"])
async def test_an_answer_that_was_lost_is_found_a_day_later(
    payments: StripePayments, fake: FakeStripe, clock: FakeClock, fault: str
) -> None:
    fake.faults = [fault]
    with pytest.raises(PaymentTimedOut):
        await refund(payments)
    fake.arrive()
    clock.advance(hours=25)
    assert (await refund(payments))["receipt_id"] == "re_1"
    assert [one["amount"] for one in fake.refunds] == [1000]


async def test_without_our_records_nothing_is_paid_twice(
    payments: StripePayments, fake: FakeStripe, clock: FakeClock, database: Database
) -> None:
    """The database was restored from a backup of the day before."""
    paid = await refund(payments)
    await database.execute(delete(provider_refunds))
    clock.advance(hours=25)
    assert (await refund(payments))["receipt_id"] == paid["receipt_id"]
    assert fake.refunded() == 1000


async def test_find_asks_stripe_what_became_of_a_refund(payments: StripePayments, fake: FakeStripe) -> None:
    fake.faults = ["lost after", "lost before"]
    for key in ("made", "not made"):
        with pytest.raises((PaymentTimedOut, PaymentsUnavailable)):
            await refund(payments, key=key, order_id="12345")
    found = await payments.find("made")
    assert found
    assert (found["receipt_id"], found["amount_cents"]) == ("re_1", 1000)
    assert await payments.find("not made") is None
    assert await payments.find("never asked for") is None


async def test_while_an_answer_is_missing_no_other_refund_of_the_order_is_made(
    payments: StripePayments, fake: FakeStripe, clock: FakeClock
) -> None:
    fake.faults = ["late"]
    with pytest.raises(PaymentTimedOut):
        await refund(payments, key="first")
    with pytest.raises(PaymentsUnavailable, match="Another refund of order 12345 is under way"):
        await refund(payments, key="second", refunded_before_cents=0)
    fake.arrive()
    clock.advance(minutes=5)
    with pytest.raises(RefundedMeanwhile):
        await refund(payments, key="second", refunded_before_cents=0)


FAULTS = [
    ("lost before", PaymentTimedOut, "did not say"),
    ("409", PaymentTimedOut, "did not say"),
    ("500", PaymentTimedOut, "did not say"),
    ("429", PaymentsUnavailable, "too many requests, and nothing was paid"),
]


@pytest.mark.parametrize(("fault", "error", "said"), FAULTS)
async def test_a_fault_is_worth_another_try(
    payments: StripePayments, fake: FakeStripe, fault: str, error: type[Exception], said: str
) -> None:
    fake.faults = [fault]
    with pytest.raises(error, match=said):
        await refund(payments)
    assert await refund(payments) == await payments.find("k")
    assert fake.refunded() == 1000


async def test_too_many_requests_are_waited_for(payments: StripePayments, fake: FakeStripe) -> None:
    fake.faults, PAUSES[:] = ["429"], []
    with pytest.raises(PaymentsUnavailable):
        await refund(payments)
    assert PAUSES == [7]


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"cents": 14901}, RefundTooLarge, r"has \$149.00 left"),
        ({"cents": 0}, PaymentDeclined, "more than nothing"),
        ({"currency": "EUR"}, PaymentDeclined, "paid in USD"),
        ({"order_id": "12346"}, PaymentDeclined, "names no payment at Stripe"),
        ({"order_id": "12347"}, PaymentDeclined, "No such payment"),
        ({"order_id": "none"}, PaymentDeclined, "names no payment"),
    ],
)
async def test_a_refusal_leaves_nothing_behind(
    payments: StripePayments, fake: FakeStripe, changes: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        await refund(payments, **changes)
    assert (fake.refunds, await payments.find("k")) == ([], None)
    assert await refund(payments)


@pytest.mark.parametrize("trouble", ["disputed", "declines"])
async def test_a_dispute_and_a_decline_are_final(payments: StripePayments, fake: FakeStripe, trouble: str) -> None:
    fake.payments["pi_1"][trouble] = True
    with pytest.raises(PaymentDeclined, match=r"Stripe (refuses|declines) it: The c"):
        await refund(payments)
    assert await payments.find("k") is None


async def test_what_others_have_refunded_counts(payments: StripePayments, fake: FakeStripe) -> None:
    """Somebody refunds in Stripe's dashboard, also between our look and our request."""
    await refund(payments, 14000, key="theirs")
    fake.refunds[0]["metadata"] = {}
    with pytest.raises(RefundTooLarge, match=r"\$9.00 left"):
        await refund(payments, 1000)
    fake.fail("re_1")
    assert await refund(payments, 14900)


async def test_a_key_is_for_one_refund(payments: StripePayments, fake: FakeStripe) -> None:
    await refund(payments)
    for changes in ({"cents": 2000}, {"order_id": "12347"}):
        with pytest.raises(IdempotencyConflict):
            await refund(payments, **changes)
    assert fake.refunded() == 1000


async def test_a_wrong_key_of_ours_is_a_setting(fake: FakeStripe) -> None:
    with pytest.raises(NotConfigured, match="STRIPE_API_KEY"):
        await StripeApi("sk_wrong", client=fake.client).greet()


async def test_a_charge_can_be_named_too(
    api: StripeApi, fake: FakeStripe, database: Database, clock: FakeClock
) -> None:
    fake.pay("ch_1")
    orders = FakeOrders(FakeShop(order(payment="ch_1")))
    await refund(StripePayments(api, orders, RefundRecords(database, clock)))
    assert (fake.refunds[0]["charge"], fake.refunded("ch_1")) == ("ch_1", 1000)


async def test_an_order_is_shown_as_stripe_has_it(
    api: StripeApi, payments: StripePayments, orders: FakeOrders, fake: FakeStripe
) -> None:
    await refund(payments, 1000)
    await refund(payments, 2000, key="approved", approval_id="a-1")
    await refund(payments, 500, key="gone")
    fake.fail("re_3")
    found = await StripeOrders(orders, api).find("12345")
    assert found
    assert (found["captured_cents"], found["refunded_cents"]) == (14900, 3000)
    assert [(one["amount_cents"], one["approved"]) for one in found["refunds"]] == [(2000, True), (1000, False)]
    unknown = await StripeOrders(orders, api).find("12346")
    assert unknown
    assert unknown["refunded_cents"] == 0  # it names no payment


async def test_more_refunds_than_stripe_lists_at_once(payments: StripePayments, fake: FakeStripe) -> None:
    for number in range(105):
        fake.refunds.append(
            {"id": f"re_{number}x", "amount": 1, "status": "succeeded", "payment_intent": "pi_1", "charge": None}
        )
    with pytest.raises(RefundTooLarge, match=r"\$147.95 left"):
        await refund(payments, 14800)


@pytest.mark.parametrize("status", ["pending", "requires_action", "failed", "canceled"])
async def test_a_status_is_part_of_the_receipt(payments: StripePayments, fake: FakeStripe, status: str) -> None:
    fake.status = status
    assert (await refund(payments))["status"] == status


async def test_a_refund_that_fails_later_is_told_until_it_is_reported(
    payments: StripePayments, fake: FakeStripe, clock: FakeClock
) -> None:
    fake.status = "pending"
    await refund(payments)
    fake.fail("re_1", "expired_or_canceled_card")
    assert await payments.failed_refunds() == []  # Stripe is not asked every minute
    clock.advance(hours=2)
    for _ in range(2):
        (failed,) = await payments.failed_refunds()
        assert (failed["receipt"]["key"], failed["receipt"]["failure"]) == ("k", "expired_or_canceled_card")
    await payments.reported("k", ticket_id="T-1", thread_id="t")
    assert await payments.failed_refunds() == []


async def test_a_refund_is_followed_less_and_less_and_then_no_more(
    payments: StripePayments, fake: FakeStripe, clock: FakeClock
) -> None:
    await refund(payments)
    fake.asked.clear()
    for _ in range(120):
        clock.advance(hours=12)
        await payments.failed_refunds()
    assert 5 < len(fake.asked) < 30
    fake.asked.clear()
    clock.advance(days=300)
    assert (await payments.failed_refunds(), fake.asked) == ([], [])


async def test_an_event_of_stripe_says_where_to_look_and_no_more(payments: StripePayments, fake: FakeStripe) -> None:
    await refund(payments)
    lie = event("refund.failed", id="re_1", status="failed")
    assert await handle_stripe_event(lie, signature(lie), secret=SECRET, payments=payments)
    assert await payments.failed_refunds() == []  # Stripe itself says that it succeeded
    fake.fail("re_1", "expired_or_canceled_card")
    for _ in range(2):
        assert await handle_stripe_event(lie, signature(lie), secret=SECRET, payments=payments)
    (failed,) = await payments.failed_refunds()
    assert (failed["receipt"]["key"], failed["receipt"]["failure"]) == ("k", "expired_or_canceled_card")
    for other in (event("refund.failed", id="re_unknown"), event("charge.succeeded", id="re_1")):
        assert not await handle_stripe_event(other, signature(other), secret=SECRET, payments=payments)


async def test_an_answer_that_comes_late_does_not_undo_a_later_one(
    payments: StripePayments, database: Database, clock: FakeClock
) -> None:
    """Two events at once: each asks Stripe, and the older answer is written down last."""
    await refund(payments)
    records = RefundRecords(database, clock)
    for status, kept in [
        ("succeeded", "succeeded"),
        ("pending", "succeeded"),
        ("failed", "failed"),
        ("succeeded", "failed"),
        ("pending", "failed"),
    ]:
        row = await records.settle("k", Made("re_1", status, 1000))
        assert row["status"] == kept
    assert [one["receipt"]["key"] for one in await payments.failed_refunds()] == ["k"]
    await payments.reported("k", ticket_id="T-1", thread_id="t")
    await payments.reported("k", ticket_id="T-2", thread_id="t")
    (known,) = await payments.failed_of("12345")
    assert (known["ticket_id"], known["failed_at_once"]) == ("T-1", False)


FAILED = event("refund.failed", id="re_1")
NOT_EVENTS = {"no text": b"\xff", "a list": b"[]", "a deep list": b"[" * 100_000, "an empty object": b"{}"}


@pytest.mark.parametrize(
    ("payload", "sign"),
    [
        (FAILED, lambda: ""),
        (FAILED, lambda: "t=1,v1=aa"),
        (FAILED, lambda: signature(event("refund.failed", id="re_2"))),
        (FAILED, lambda: signature(FAILED, secret="whsec_other")),
        (FAILED, lambda: signature(FAILED, age_s=600)),
        (FAILED, lambda: signature(FAILED, age_s=-600)),
        (FAILED, lambda: signature(FAILED, age_s=-(10**9))),
        *((content, partial(signature, content)) for content in NOT_EVENTS.values()),
    ],
    ids=["none", "nonsense", "another body", "another secret", "old", "future", "far future", *NOT_EVENTS],
)
async def test_what_stripe_has_not_signed_is_refused(
    payments: StripePayments, fake: FakeStripe, payload: bytes, sign: Callable[[], str]
) -> None:
    """They are signed in the test: the time of a signature counts, and a whole run takes longer than it lasts."""
    await refund(payments)
    fake.asked.clear()
    with pytest.raises(InvalidInput):
        await handle_stripe_event(payload, sign(), secret=SECRET, payments=payments)
    assert fake.asked == []


@pytest.mark.parametrize(
    ("cents", "currency", "at_stripe"),
    [(14900, "USD", 14900), (9900, "JPY", 9900), (25000, "KWD", 25000), (500, "ISK", 50000), (500, "UGX", 50000)],
)
def test_amounts_in_stripes_units(cents: int, currency: str, at_stripe: int) -> None:
    assert theirs(cents, currency) == at_stripe
    assert ours(at_stripe, currency) == cents
