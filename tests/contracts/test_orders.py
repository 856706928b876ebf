"""Orders as the shop's story tells them, on every database."""

from collections import Counter
from datetime import timedelta

import pytest

from app.clients.database.database import Database
from app.clients.demo_shop import demo_data as shop
from app.clients.demo_shop.shop_orders import ShopOrders
from nodes.ports.clock import iso, parse
from nodes.ports.orders import Order
from tests.contracts.conftest import NOW


@pytest.fixture
def orders(database: Database) -> ShopOrders:
    return ShopOrders(database)


async def found(orders: ShopOrders, order_id: str) -> Order:
    order = await orders.find(order_id)
    assert order is not None
    return order


@pytest.mark.parametrize(
    ("order_id", "email", "total_cents", "fate"),
    [
        ("12345", "ada@example.com", 14900, 5),
        ("12346", "ada@example.com", 3950, 3),
        ("12347", "ada@example.com", 8900, 45),
        ("12348", "grace@example.com", 25000, 2),
        ("12349", "grace@example.com", 6400, "shipped"),
        ("12350", "grace@example.com", 1900, 6),
        ("12351", "alan@example.com", 7500, "placed"),
        ("12352", "alan@example.com", 12000, "placed"),
        ("12353", "alan@example.com", 6000, "placed"),
        ("12361", "ada@example.com", 4500, 4),
        ("12362", "ada@example.com", 4500, 4),
        ("12363", "ada@example.com", 4500, 4),
        ("12364", "ada@example.com", 4500, 4),
    ],
)
async def test_the_shared_orders(
    orders: ShopOrders, order_id: str, email: str, total_cents: int, fate: str | int
) -> None:
    """`fate`: the status, or how many days ago it was delivered."""
    order = await found(orders, order_id)
    delivered_at = iso(NOW - timedelta(days=fate)) if isinstance(fate, int) else None
    assert (order["email"], order["total_cents"], order["delivered_at"]) == (email, total_cents, delivered_at)
    assert order["status"] == ("delivered" if delivered_at else fate)
    assert order["captured_cents"] == (0 if fate == "placed" else total_cents)
    assert order["final_sale"] is (order_id == "12350")
    assert sum(line["quantity"] * line["price_cents"] for line in order["lines"]) == total_cents


async def test_an_order_with_everything(orders: ShopOrders) -> None:
    assert await found(orders, "12348") == {
        "order_id": "12348",
        "customer_name": "Grace Hopper",
        "email": "grace@example.com",
        "status": "delivered",
        "total_cents": 25000,
        "currency": "USD",
        "captured_cents": 25000,
        "refunded_cents": 20000,
        "final_sale": False,
        "placed_at": iso(NOW - timedelta(days=8)),
        "shipped_at": iso(NOW - timedelta(days=5)),
        "delivered_at": iso(NOW - timedelta(days=2)),
        "expected_at": iso(NOW - timedelta(days=2)),
        "carrier": "Northwind Parcel",
        "tracking_number": "SW97783812",
        "note": "",
        "lines": [{"sku": "MACHINE", "title": "Espresso machine", "quantity": 1, "price_cents": 25000}],
        "refunds": [
            {
                "receipt_id": "re_demo_12348",
                "amount_cents": 20000,
                "currency": "USD",
                "reason": "The water tank arrived cracked.",
                "at": iso(NOW - timedelta(days=1, hours=4)),
                "approved": True,
            }
        ],
    }


async def test_a_parcel_on_its_way(orders: ShopOrders) -> None:
    order = await found(orders, "12349")
    assert order["expected_at"] == iso(NOW + timedelta(days=2))
    assert order["carrier"] == "Bluebird Express"
    assert order["tracking_number"]
    assert order["delivered_at"] is None


async def test_an_order_that_was_not_sent(orders: ShopOrders) -> None:
    order = await found(orders, "12351")
    assert [order[key] for key in ("shipped_at", "expected_at", "carrier", "tracking_number")] == [None] * 4
    assert order["refunds"] == []


@pytest.mark.parametrize("written", ["12345", "#12345", " 12345\n", "# 12345"])
async def test_however_the_number_is_written(orders: ShopOrders, written: str) -> None:
    assert (await found(orders, written))["order_id"] == "12345"


async def test_letters_in_an_order_number(database: Database, orders: ShopOrders) -> None:
    sale = shop.Sale("W2378156", shop.ADA, [("APRON", 1)], "placed", 0)
    await database.write(lambda connection: shop.enter(connection, [sale], NOW))
    assert (await found(orders, " #w2378156"))["order_id"] == "W2378156"


@pytest.mark.parametrize("written", ["", "#", "99999", "12345'; DROP TABLE orders; --", "1234%"])
async def test_no_such_order(orders: ShopOrders, written: str) -> None:
    assert await orders.find(written) is None


async def test_the_orders_around_them_are_plausible(orders: ShopOrders) -> None:
    around = [await found(orders, str(number)) for number in shop.FILLERS]
    statuses = Counter(order["status"] for order in around)
    assert len(around) == 300
    assert all(statuses[status] >= 5 for status in ("placed", "shipped", "delivered", "cancelled"))
    assert len({order["email"] for order in around}) > 70
    assert any(order["final_sale"] for order in around)
    assert any(0 < order["refunded_cents"] < order["captured_cents"] for order in around)
    assert all(past["approved"] for order in around for past in order["refunds"])
    for order in around:
        assert order["refunded_cents"] <= order["captured_cents"] <= order["total_cents"]
        assert sum(line["quantity"] * line["price_cents"] for line in order["lines"]) == order["total_cents"]
        times = [order["placed_at"], order["shipped_at"], order["delivered_at"]]
        assert [parse(time) for time in times if time] == sorted(parse(time) for time in times if time)
        assert all(parse(time) <= NOW for time in times if time)
