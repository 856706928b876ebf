"""The gateway and its ledger, on every database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.clients.database.database import Database
from app.clients.demo_shop import demo_data as shop
from app.clients.demo_shop.demo_data import Card
from app.clients.demo_shop.ledger import LedgerPayments
from app.clients.demo_shop.shop_orders import ShopOrders
from nodes.ports.clock import iso
from nodes.ports.errors import (
    IdempotencyConflict,
    PaymentDeclined,
    PaymentsUnavailable,
    PaymentTimedOut,
    RefundTooLarge,
)
from nodes.ports.payments import Receipt
from tests.contracts import racing
from tests.contracts.conftest import NOW, Watch
from tests.contracts.racing import race
from tests.stored import open_database

Pay = Callable[[str], Awaitable[Receipt]]


@pytest.fixture
def payments(database: Database, clock: Watch) -> LedgerPayments:
    return LedgerPayments(database, clock)


async def refunded_cents(database: Database, order_id: str) -> int:
    order = await ShopOrders(database).find(order_id)
    assert order
    return order["refunded_cents"]


async def captured_cents(database: Database, order_id: str) -> int:
    order = await ShopOrders(database).find(order_id)
    assert order
    return order["captured_cents"]


def refund(
    payments: LedgerPayments,
    order_id: str,
    cents: int,
    *,
    currency: str = "USD",
    reason: str = "Broken.",
    approval_id: str | None = None,
    before: int | None = None,
) -> Pay:
    return lambda key: payments.refund(
        key=key,
        order_id=order_id,
        amount_cents=cents,
        currency=currency,
        reason=reason,
        approval_id=approval_id,
        refunded_before_cents=before,
    )


def charge(payments: LedgerPayments, order_id: str, cents: int, *, currency: str = "USD") -> Pay:
    return lambda key: payments.charge(key=key, order_id=order_id, amount_cents=cents, currency=currency)


async def test_a_refund_is_in_the_ledger(payments: LedgerPayments, database: Database) -> None:
    receipt = await refund(payments, "12346", 3950)("k")
    assert receipt == {
        "receipt_id": receipt["receipt_id"],
        "key": "k",
        "kind": "refund",
        "order_id": "12346",
        "amount_cents": 3950,
        "currency": "USD",
        "at": iso(NOW),
    }
    order = await ShopOrders(database).find("12346")
    assert order
    assert order["refunded_cents"] == 3950
    assert order["refunds"] == [
        {
            "receipt_id": receipt["receipt_id"],
            "amount_cents": 3950,
            "currency": "USD",
            "reason": "Broken.",
            "at": iso(NOW),
            "approved": False,
        }
    ]


async def test_the_ledger_knows_which_refunds_a_human_agreed_to(payments: LedgerPayments, database: Database) -> None:
    await refund(payments, "12348", 1000)("by the rules")
    await refund(payments, "12348", 2000, approval_id="a-1")("by a human")
    order = await ShopOrders(database).find("12348")
    assert order
    agreed = {past["amount_cents"]: past["approved"] for past in order["refunds"]}
    assert agreed == {20000: True, 1000: False, 2000: True}


async def test_a_refund_that_was_judged_before_another_one_went_through(
    payments: LedgerPayments, database: Database
) -> None:
    first = await refund(payments, "12348", 1000, before=20000)("first")
    with pytest.raises(PaymentsUnavailable, match="somebody else"):
        await refund(payments, "12348", 1000, before=20000)("second")
    assert await payments.find("second") is None
    assert await refund(payments, "12348", 1000, before=20000)("first") == first  # a repeat is no second refund
    await refund(payments, "12348", 1000, before=21000)("second")
    assert await refunded_cents(database, "12348") == 22000


async def test_of_refunds_judged_at_the_same_moment_one_goes_through(
    payments: LedgerPayments, database: Database
) -> None:
    answers = await asyncio.gather(
        *(refund(payments, "12348", 1000, before=20000)(f"k{number}") for number in range(5)), return_exceptions=True
    )
    assert sum(isinstance(answer, PaymentsUnavailable) for answer in answers) == 4
    assert await refunded_cents(database, "12348") == 21000


async def test_a_charge_is_in_the_ledger(payments: LedgerPayments, database: Database) -> None:
    receipt = await charge(payments, "12351", 7500)("k")
    assert (receipt["kind"], receipt["amount_cents"], receipt["at"]) == ("charge", 7500, iso(NOW))
    assert await captured_cents(database, "12351") == 7500


async def test_what_was_charged_can_be_refunded_and_charged_again(payments: LedgerPayments, database: Database) -> None:
    await charge(payments, "12351", 7500)("first")
    with pytest.raises(PaymentDeclined, match=r"75\.00 is paid"):
        await charge(payments, "12351", 1)("second")
    await refund(payments, "12351", 7500)("undo")
    await charge(payments, "12351", 7500)("second")
    assert await captured_cents(database, "12351") - await refunded_cents(database, "12351") == 7500


@pytest.mark.parametrize(("pay", "order_id", "cents"), [(refund, "12346", 100), (charge, "12351", 7500)])
async def test_the_same_call_again_is_the_same_receipt(
    payments: LedgerPayments, clock: Watch, pay: Callable[..., Pay], order_id: str, cents: int
) -> None:
    first = await pay(payments, order_id, cents)("k")
    clock.advance(timedelta(hours=1))
    assert await pay(payments, f" #{order_id}", cents)("k") == first
    assert await payments.find("k") == first


async def test_a_used_key_is_not_for_anything_else(payments: LedgerPayments, database: Database) -> None:
    await refund(payments, "12346", 100)("k")
    others = [
        refund(payments, "12346", 101),
        refund(payments, "12345", 100),
        refund(payments, "12346", 100, currency="EUR"),
        refund(payments, "12346", 100, reason="Another story."),
        refund(payments, "12346", 100, approval_id="a-1"),
        charge(payments, "12346", 100),
    ]
    for other in others:
        with pytest.raises(IdempotencyConflict, match=r"refund of \$1\.00 on order 12346"):
            await other("k")
    assert await refunded_cents(database, "12346") == 100


async def test_nothing_was_done_under_an_unused_key(payments: LedgerPayments) -> None:
    assert await payments.find("never") is None


async def test_only_what_is_left_can_be_refunded(payments: LedgerPayments, database: Database) -> None:
    with pytest.raises(RefundTooLarge, match=r"\$50\.00 left .* \$50\.01"):
        await refund(payments, "12348", 5001)("more")
    assert await payments.find("more") is None
    await refund(payments, "12348", 5000)("rest")
    with pytest.raises(RefundTooLarge, match=r"\$0\.00 left"):
        await refund(payments, "12348", 1)("one cent")
    assert await refunded_cents(database, "12348") == 25000


@pytest.mark.parametrize(
    ("pay", "order_id", "cents", "currency", "sentence"),
    [
        (refund, "99999", 100, "USD", "no order 99999"),
        (charge, "99999", 100, "USD", "no order 99999"),
        (refund, "12346", 0, "USD", "more than nothing"),
        (refund, "12346", -100, "USD", r"not for -\$1\.00"),
        (charge, "12351", -7500, "USD", r"not for -\$75\.00"),
        (refund, "12346", 100, "EUR", "made in USD"),
        (charge, "12351", 7500, "EUR", "made in USD"),
        (charge, "12346", 100, "USD", "would be too much"),
        (charge, "12353", 6000, "USD", "declined"),
        (refund, "12361", 4500, "USD", "refuses refunds"),
    ],
)
async def test_what_the_gateway_declines(
    payments: LedgerPayments, pay: Callable[..., Pay], order_id: str, cents: int, currency: str, sentence: str
) -> None:
    for _ in range(2):
        with pytest.raises(PaymentDeclined, match=sentence):
            await pay(payments, order_id, cents, currency=currency)("k")
    assert await payments.find("k") is None


async def test_an_order_that_was_never_paid_has_nothing_to_refund(payments: LedgerPayments) -> None:
    with pytest.raises(RefundTooLarge, match=r"\$0\.00 left"):
        await refund(payments, "12351", 100)("k")


@pytest.mark.parametrize(("pay", "order_id", "cents"), [(refund, "12362", 4500), (charge, "12365", 3000)])
async def test_a_call_that_times_out_after_paying_is_found_and_repeatable(
    payments: LedgerPayments, pay: Callable[..., Pay], order_id: str, cents: int
) -> None:
    with pytest.raises(PaymentTimedOut):
        await pay(payments, order_id, cents)("k")
    found = await payments.find("k")
    assert found is not None
    assert await pay(payments, order_id, cents)("k") == found


async def test_a_gateway_that_is_down_moves_nothing(payments: LedgerPayments, database: Database) -> None:
    for _ in range(3):
        with pytest.raises(PaymentsUnavailable):
            await refund(payments, "12363", 4500)("k")
    assert await payments.find("k") is None
    assert await refunded_cents(database, "12363") == 0


async def test_a_gateway_that_is_down_once_per_key(payments: LedgerPayments, database: Database) -> None:
    for key in ("a", "b"):
        with pytest.raises(PaymentsUnavailable):
            await refund(payments, "12364", 1000)(key)
        await refund(payments, "12364", 1000)(key)
    assert await refunded_cents(database, "12364") == 2000


@pytest.mark.parametrize(
    ("card", "charged", "refunded"),
    [
        (Card.OK, None, None),
        (Card.DECLINES, PaymentDeclined, None),
        (Card.TIMES_OUT, PaymentTimedOut, None),
        (Card.REFUND_DECLINES, None, PaymentDeclined),
        (Card.REFUND_TIMES_OUT, None, PaymentTimedOut),
        (Card.GATEWAY_DOWN, PaymentsUnavailable, PaymentsUnavailable),
        (Card.GATEWAY_DOWN_ONCE, PaymentsUnavailable, PaymentsUnavailable),
    ],
)
async def test_every_card_at_the_first_call(
    database: Database,
    payments: LedgerPayments,
    card: Card,
    charged: type[Exception] | None,
    refunded: type[Exception] | None,
) -> None:
    await enter(database, shop.Sale("1", shop.ADA, [("APRON", 1)], "placed", 0, card=card))
    await enter(database, shop.Sale("2", shop.ADA, [("APRON", 1)], "delivered", 1, card=card))
    assert await met(charge(payments, "1", 3000), "k1") is charged
    assert await met(refund(payments, "2", 3000), "k2") is refunded


async def enter(database: Database, sale: shop.Sale) -> None:
    await database.write(lambda connection: shop.enter(connection, [sale], NOW))


async def met(pay: Pay, key: str) -> type[Exception] | None:
    try:
        await pay(key)
    except Exception as error:
        return type(error)
    return None


def test_two_processes_cannot_both_take_the_rest(shop_url: str) -> None:
    results = race(racing.refund, *((shop_url, "12348", key, 5000) for key in ("a", "b")))
    assert sorted(result.partition("_")[0] for result in results) == ["RefundTooLarge", "re"]


def test_processes_with_one_key_pay_once(shop_url: str) -> None:
    results = race(racing.refund, *[(shop_url, "12345", "same", 14900)] * 4)
    assert len(set(results)) == 1
    assert results[0].startswith("re_")


async def test_tasks_of_one_process_cannot_take_more_than_there_is(
    payments: LedgerPayments, database: Database
) -> None:
    answers = await asyncio.gather(
        *(refund(payments, "12348", 2000)(f"k{number}") for number in range(10)), return_exceptions=True
    )
    assert sum(isinstance(answer, RefundTooLarge) for answer in answers) == 8
    assert await refunded_cents(database, "12348") == 24000


KEYS = st.sampled_from("abcdef")
AMOUNTS = st.one_of(st.integers(-100, 6000), st.sampled_from([1, 4999, 5000, 5001, 2**31 - 1]))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(st.tuples(KEYS, AMOUNTS), max_size=12))
def test_refunds_never_exceed_what_was_captured(shop_url: str, calls: list[tuple[str, int]]) -> None:
    asyncio.run(refund_in_sequence(shop_url, calls))


async def refund_in_sequence(url: str, calls: list[tuple[str, int]]) -> None:
    """A refund succeeds when its key is new and it fits, and is in the ledger exactly then."""
    async with open_database(url) as database:
        await shop.reset(database, NOW)
        payments = LedgerPayments(database, Watch())
        paid: dict[str, int] = {}
        for key, cents in calls:
            fits = paid[key] == cents if key in paid else 0 < cents <= 5000 - sum(paid.values())
            try:
                await refund(payments, "12348", cents)(key)
            except (RefundTooLarge, PaymentDeclined, IdempotencyConflict):
                assert not fits
            else:
                assert fits
                paid[key] = cents
            assert await refunded_cents(database, "12348") == 20000 + sum(paid.values()) <= 25000
