"""What a source of orders has to do."""

import pytest

from nodes.ports.clock import iso, parse
from nodes.ports.orders import Order, Orders

STATUSES = {"placed", "shipped", "delivered", "cancelled"}
TEXTS = ("order_id", "customer_name", "email", "currency", "placed_at", "note")
AMOUNTS = ("total_cents", "captured_cents", "refunded_cents")
TIMES = ("placed_at", "shipped_at", "delivered_at", "expected_at")
UNKNOWN = ("", "#", "no-such-order", "%", "'; DROP TABLE orders; --", "../orders", "9" * 40)


@pytest.mark.asyncio
class OrdersContract:
    """Fixtures: `orders`, and `order_id`, an order that is there and was delivered."""

    async def test_an_order_has_every_field(self, orders: Orders, order_id: str) -> None:
        order = await found(orders, order_id)
        assert Order.__required_keys__ <= order.keys()
        assert order["order_id"].upper() == order_id.upper()
        assert order["status"] in STATUSES
        assert all(isinstance(order[name], str) for name in TEXTS)  # type: ignore[literal-required]
        assert all(type(order[name]) is int for name in AMOUNTS)  # type: ignore[literal-required]
        assert 0 <= order["refunded_cents"] <= order["captured_cents"]
        assert isinstance(order["final_sale"], bool)
        assert len(order["currency"]) == 3

    async def test_times_are_utc_text_of_one_width(self, orders: Orders, order_id: str) -> None:
        order = await found(orders, order_id)
        times = [order[name] for name in TIMES if order[name]]  # type: ignore[literal-required]
        assert times == [iso(parse(time)) for time in times]
        assert order["placed_at"] <= str(order["delivered_at"])

    async def test_however_the_number_is_written(self, orders: Orders, order_id: str) -> None:
        order = await found(orders, order_id)
        for written in (f"#{order_id}", f" {order_id}\n", f"# {order_id.lower()}", order_id.upper()):
            assert await orders.find(written) == order

    @pytest.mark.parametrize("written", UNKNOWN)
    async def test_no_such_order(self, orders: Orders, written: str) -> None:
        assert await orders.find(written) is None


async def found(orders: Orders, order_id: str) -> Order:
    order = await orders.find(order_id)
    assert order is not None
    return order
