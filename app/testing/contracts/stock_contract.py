"""What a warehouse has to do."""

import asyncio

import pytest

from nodes.ports.errors import AttemptClosed, OutOfStock
from nodes.ports.stock import Reserved, Stock


@pytest.mark.asyncio
class StockContract:
    """Fixtures: `stock`; `order_id`, an order that is placed; `items`, goods that are there, sorted, fewer than 1,000 of each."""

    async def test_goods_are_held_once_per_key(self, stock: Stock, order_id: str, items: list[Reserved]) -> None:
        held = await stock.reserve(key="k", order_id=order_id, items=items)
        assert (held["key"], held["order_id"], held["status"], held["items"]) == ("k", order_id, "held", items)
        assert await stock.reserve(key="k", order_id=order_id, items=items) == held == await stock.find("k")
        assert await stock.of_order(order_id) == [held]

    async def test_all_or_none(self, stock: Stock, order_id: str, items: list[Reserved]) -> None:
        too_many: Reserved = {"sku": items[-1]["sku"], "quantity": 1000}
        with pytest.raises(OutOfStock):
            await stock.reserve(key="k", order_id=order_id, items=[*items[:-1], too_many])
        assert await stock.find("k") is None

    async def test_what_is_closing_is_released_and_never_goes_on(
        self, stock: Stock, order_id: str, items: list[Reserved]
    ) -> None:
        await stock.reserve(key="k", order_id=order_id, items=items)
        with pytest.raises(AttemptClosed):
            await stock.release("k")  # it is held
        for _ in range(2):
            assert (await stock.close("k", order_id=order_id, items=items))["status"] == "closing"
        with pytest.raises(AttemptClosed):
            await stock.hand_over("k")
        for _ in range(2):
            released = await stock.release("k")
            assert released
            assert released["status"] == "released"
        with pytest.raises(AttemptClosed):
            await stock.reserve(key="k", order_id=order_id, items=items)

    async def test_what_has_left_stays_so(self, stock: Stock, order_id: str, items: list[Reserved]) -> None:
        await stock.reserve(key="k", order_id=order_id, items=items)
        for _ in range(2):
            assert (await stock.hand_over("k"))["status"] == "shipped"
        assert (await stock.close("k", order_id=order_id, items=items))["status"] == "shipped"
        with pytest.raises(AttemptClosed):
            await stock.release("k")

    async def test_an_attempt_that_is_closed_before_it_has_goods_is_over(
        self, stock: Stock, order_id: str, items: list[Reserved]
    ) -> None:
        assert (await stock.close("k", order_id=order_id, items=items))["status"] == "released"
        with pytest.raises(AttemptClosed):
            await stock.reserve(key="k", order_id=order_id, items=items)

    async def test_nothing_is_known_under_an_unused_key(self, stock: Stock) -> None:
        assert [await stock.find("k"), await stock.release("k")] == [None] * 2

    async def test_of_two_ways_one_is_taken(self, stock: Stock, order_id: str, items: list[Reserved]) -> None:
        await stock.reserve(key="k", order_id=order_id, items=items)
        closing = stock.close("k", order_id=order_id, items=items)
        shipped, closed = await asyncio.gather(stock.hand_over("k"), closing, return_exceptions=True)
        assert isinstance(closed, dict)
        assert isinstance(shipped, AttemptClosed) == (closed["status"] == "closing")
