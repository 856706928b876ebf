"""The warehouse, on every database."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.clients.database.database import Database
from app.clients.database.schema import stock as goods
from app.clients.demo_shop import demo_data as shop
from app.clients.demo_shop.shop_orders import ShopOrders
from app.clients.demo_shop.warehouse import WarehouseStock
from nodes.ports.clock import iso
from nodes.ports.errors import AttemptClosed, IdempotencyConflict, OutOfStock
from nodes.ports.stock import Reserved
from tests.contracts.conftest import NOW, Watch
from tests.stored import column, open_database

SCALE: Reserved = {"sku": "SCALE", "quantity": 1}
APRON: Reserved = {"sku": "APRON", "quantity": 2}
BOTH = [APRON, SCALE]


@pytest.fixture
def stock(database: Database, clock: Watch) -> WarehouseStock:
    return WarehouseStock(database, clock)


async def on_hand(database: Database, sku: str = "APRON") -> int:
    (found,) = await column(database, select(goods.c.on_hand).where(goods.c.sku == sku))
    return int(found)


async def test_reserved_goods_are_taken_out(stock: WarehouseStock, database: Database) -> None:
    before = await on_hand(database)
    reservation = await stock.reserve(key="k", order_id="#12351", items=[SCALE, APRON])
    assert reservation == {"key": "k", "order_id": "12351", "status": "held", "items": BOTH, "at": iso(NOW)}
    assert await stock.find("k") == reservation
    assert await on_hand(database) == before - 2


async def test_the_same_call_again_takes_nothing_more(stock: WarehouseStock, database: Database) -> None:
    first = await stock.reserve(key="k", order_id="12351", items=BOTH)
    after = await on_hand(database)
    assert await stock.reserve(key="k", order_id="12351", items=BOTH) == first
    assert await on_hand(database) == after


@pytest.mark.parametrize(("order_id", "items"), [("12352", BOTH), ("12351", [SCALE])])
async def test_a_used_key_is_not_for_anything_else(
    stock: WarehouseStock, database: Database, order_id: str, items: list[Reserved]
) -> None:
    await stock.reserve(key="k", order_id="12351", items=BOTH)
    after = await on_hand(database)
    with pytest.raises(IdempotencyConflict, match="order 12351"):
        await stock.reserve(key="k", order_id=order_id, items=items)
    assert await on_hand(database) == after


async def test_all_or_none(stock: WarehouseStock, database: Database) -> None:
    before = await on_hand(database)
    for sku in ("SCALE", "NOTHING-LIKE-IT"):
        with pytest.raises(OutOfStock, match=f"9999 of {sku}"):
            await stock.reserve(key="k", order_id="12351", items=[APRON, {"sku": sku, "quantity": 9999}])
    assert (await stock.find("k"), await on_hand(database)) == (None, before)


async def test_released_once(stock: WarehouseStock, database: Database) -> None:
    before = await on_hand(database)
    await stock.reserve(key="k", order_id="12351", items=BOTH)
    await stock.close("k", order_id="12351", items=BOTH)
    for _ in range(2):
        released = await stock.release("k")
        assert released
        assert (released["status"], await on_hand(database)) == ("released", before)
    with pytest.raises(AttemptClosed):
        await stock.reserve(key="k", order_id="12351", items=BOTH)
    with pytest.raises(AttemptClosed):
        await stock.hand_over("k")


async def test_handed_over_the_order_is_shipped(stock: WarehouseStock, database: Database) -> None:
    await stock.reserve(key="k", order_id="12351", items=BOTH)
    after = await on_hand(database)
    for _ in range(2):
        assert (await stock.hand_over("k"))["status"] == "shipped"
    order = await ShopOrders(database).find("12351")
    assert order
    assert (order["status"], order["shipped_at"], order["expected_at"]) == (
        "shipped",
        iso(NOW),
        "2026-11-26T12:00:00.000000Z",
    )
    with pytest.raises(AttemptClosed):
        await stock.release("k")
    closed = await stock.close("k", order_id="12351", items=BOTH)
    assert (closed["status"], await on_hand(database)) == ("shipped", after)


async def test_nothing_is_known_under_an_unused_key(stock: WarehouseStock) -> None:
    assert [await stock.find("k"), await stock.release("k")] == [None] * 2
    with pytest.raises(AttemptClosed):
        await stock.hand_over("k")


async def test_every_attempt_of_an_order(stock: WarehouseStock) -> None:
    await stock.reserve(key="a/1", order_id="12351", items=BOTH)
    await stock.close("a/1", order_id="12351", items=BOTH)
    await stock.release("a/1")
    await stock.reserve(key="a/2", order_id="12351", items=BOTH)
    await stock.reserve(key="b/1", order_id="12352", items=[SCALE])
    assert [(one["key"], one["status"], one["items"]) for one in await stock.of_order(" #12351")] == [
        ("a/1", "released", BOTH),
        ("a/2", "held", BOTH),
    ]


async def test_the_last_one_goes_to_one_of_many(stock: WarehouseStock, database: Database) -> None:
    await database.execute(update(goods).where(goods.c.sku == "SCALE").values(on_hand=1))
    tries = [stock.reserve(key=f"k{number}", order_id="12351", items=[SCALE]) for number in range(5)]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(answer, OutOfStock) for answer in answers) == 4
    assert await on_hand(database, "SCALE") == 0


@pytest.mark.parametrize("round_no", range(3))
async def test_of_two_ways_one_is_taken(stock: WarehouseStock, database: Database, round_no: int) -> None:
    before = await on_hand(database)
    await stock.reserve(key="k", order_id="12351", items=BOTH)
    shipped, closed = await asyncio.gather(
        stock.hand_over("k"), stock.close("k", order_id="12351", items=BOTH), return_exceptions=True
    )
    assert isinstance(closed, dict)
    if isinstance(shipped, AttemptClosed):
        await stock.release("k")
        assert await on_hand(database) == before
    else:
        assert (closed["status"], await on_hand(database)) == ("shipped", before - 2)


ACTS = st.sampled_from(["reserve", "close", "hand_over", "release"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.sampled_from("abc"), ACTS), max_size=12))
def test_goods_are_never_lost_or_made(shop_url: str, acts: list[tuple[str, str]]) -> None:
    asyncio.run(act_in_sequence(shop_url, acts))


async def act_in_sequence(url: str, acts: list[tuple[str, str]]) -> None:
    async with open_database(url) as database:
        await shop.reset(database, NOW)
        stock = WarehouseStock(database, Watch())
        before = await on_hand(database)
        for key, act in acts:
            try:
                if act == "reserve":
                    await stock.reserve(key=key, order_id="12351", items=BOTH)
                elif act == "close":
                    await stock.close(key, order_id="12351", items=BOTH)
                else:
                    await getattr(stock, act)(key)
            except AttemptClosed:
                pass
        out = [one for one in await stock.of_order("12351") if one["status"] != "released"]
        assert await on_hand(database) == before - 2 * len(out)


async def test_an_attempt_that_is_closed_before_it_has_goods_is_over(stock: WarehouseStock, database: Database) -> None:
    before = await on_hand(database)
    closed = await stock.close("k", order_id="12351", items=BOTH)
    assert (closed["status"], closed["order_id"]) == ("released", "12351")
    with pytest.raises(AttemptClosed):
        await stock.reserve(key="k", order_id="12351", items=BOTH)
    assert await on_hand(database) == before
