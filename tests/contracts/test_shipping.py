"""The in-house carrier, on every database."""

import pytest

from app.clients.database.database import Database
from app.clients.demo_shop import demo_data as shop
from app.clients.demo_shop.carrier import CARRIER, DemoCarrier
from app.clients.demo_shop.demo_data import Address
from app.clients.demo_shop.shop_orders import ShopOrders
from nodes.ports.clock import iso
from nodes.ports.errors import AddressRefused, AttemptClosed, CarrierTimedOut, CarrierUnavailable, IdempotencyConflict
from tests.contracts.conftest import NOW, Watch


@pytest.fixture
def shipping(database: Database, clock: Watch) -> DemoCarrier:
    return DemoCarrier(database, clock, slow_s=0)


async def test_a_label_is_made_once_per_key(shipping: DemoCarrier, database: Database) -> None:
    label = await shipping.create(key="k", order_id="#12351")
    assert label == {
        "shipment_id": label["shipment_id"],
        "key": "k",
        "order_id": "12351",
        "carrier": CARRIER,
        "tracking_number": label["tracking_number"],
        "status": "shipped",
        "at": iso(NOW),
    }
    assert await shipping.create(key="k", order_id="12351") == label == await shipping.find("k")
    order = await ShopOrders(database).find("12351")
    assert order
    assert (order["carrier"], order["tracking_number"]) == (CARRIER, label["tracking_number"])


async def test_a_used_key_is_not_for_another_order(shipping: DemoCarrier) -> None:
    await shipping.create(key="k", order_id="12351")
    with pytest.raises(IdempotencyConflict, match="order 12351"):
        await shipping.create(key="k", order_id="12353")


async def test_a_cancelled_label_stays_cancelled(shipping: DemoCarrier, database: Database) -> None:
    made = await shipping.create(key="k", order_id="12351")
    for _ in range(2):
        assert await shipping.cancel("k") == {**made, "status": "cancelled"} == await shipping.find("k")
    with pytest.raises(AttemptClosed):
        await shipping.create(key="k", order_id="12351")
    order = await ShopOrders(database).find("12351")
    assert order
    assert order["tracking_number"] is None
    assert (await shipping.create(key="another", order_id="12351"))["status"] == "shipped"


ADDRESSES = [
    # (what is written on the order, what the first call meets, what the second one meets)
    ("12 Harbour Street, Springfield", None, None),
    (shop.PO_BOX, AddressRefused, AddressRefused),
    ("  po box 7, Springfield", AddressRefused, AddressRefused),
    ("", AddressRefused, AddressRefused),
    (Address.CARRIER_DOWN, CarrierUnavailable, CarrierUnavailable),
    (Address.CARRIER_DOWN_ONCE, CarrierUnavailable, None),
    (Address.SLOW, None, None),
    (Address.TIMES_OUT, CarrierTimedOut, None),
]


@pytest.mark.parametrize(("address", "first", "second"), ADDRESSES)
async def test_what_happens_at_an_address(
    shipping: DemoCarrier,
    database: Database,
    address: str,
    first: type[Exception] | None,
    second: type[Exception] | None,
) -> None:
    sale = shop.Sale("1", shop.ADA, [("APRON", 1)], "placed", 0, address=address)
    await database.write(lambda connection: shop.enter(connection, [sale], NOW))
    assert await met(shipping) is first
    made = await shipping.find("k")
    assert (made is not None) == (first in (None, CarrierTimedOut))
    assert await met(shipping) is second


async def test_an_order_that_does_not_exist(shipping: DemoCarrier) -> None:
    with pytest.raises(AddressRefused, match="no order 99999"):
        await shipping.create(key="k", order_id="99999")


async def met(shipping: DemoCarrier) -> type[Exception] | None:
    try:
        await shipping.create(key="k", order_id="1")
    except Exception as error:
        return type(error)
    return None
