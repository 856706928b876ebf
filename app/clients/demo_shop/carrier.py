"""The carrier of the demo shop: labels on the business database.

What happens at an order's address is listed in shop.Address.
"""

import asyncio
import hashlib
from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, select, update

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import orders, shipments
from app.clients.demo_shop.demo_data import Address
from app.clients.demo_shop.ledger import is_first_call
from app.clients.demo_shop.shop_orders import order_number
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import (
    AddressRefused,
    AttemptClosed,
    CarrierTimedOut,
    CarrierUnavailable,
    IdempotencyConflict,
    Retryable,
)
from nodes.ports.shipping import Label

CARRIER = "House Courier"
DOORS_ONLY = "po box"
SLOW_S = 2.0


@dataclass(frozen=True)
class DemoCarrier:
    """Delivers to doors only."""

    database: Database
    clock: Clock
    slow_s: float = SLOW_S
    """How long the slow address keeps the caller waiting."""

    async def create(self, *, key: str, order_id: str) -> Label:
        """Make a label, one per key."""
        number = order_number(order_id)
        if await self._address(number) == Address.SLOW:
            await asyncio.sleep(self.slow_s)
        answer = await self.database.write(lambda connection: self._carry_out(connection, key, number))
        if isinstance(answer, Retryable):
            raise answer  # only now: what the carrier did before it fell silent is committed
        return answer

    async def find(self, key: str) -> Label | None:
        return await self.database.ask(lambda connection: _find(connection, key))

    async def cancel(self, key: str) -> Label | None:
        """Cancel the label, if there is one and the parcel is not delivered."""

        async def written(connection: AsyncConnection) -> Label | None:
            on_its_way = (shipments.c.key == key) & (shipments.c.status == "shipped")
            await connection.execute(update(shipments).where(on_its_way).values(status="cancelled"))
            return await _find(connection, key)

        return await self.database.write(written)

    async def _carry_out(self, connection: AsyncConnection, key: str, order_id: str) -> Label | Retryable:
        if known := await _find(connection, key):
            return _repeated(known, order_id)
        address = await _address(connection, order_id)
        refuse(order_id, address)
        if await _is_down(connection, str(address), key, iso(self.clock.now())):
            return CarrierUnavailable("The carrier does not answer, and made no label. Try again in a moment.")
        await _write(connection, key, order_id, iso(self.clock.now()))
        if address == Address.TIMES_OUT:
            return CarrierTimedOut("The carrier did not say in time if it made the label: repeat with the same key.")
        made = await _find(connection, key)
        assert made
        return made

    async def _address(self, order_id: str) -> str | None:
        return await self.database.ask(lambda connection: _address(connection, order_id))


def refuse(order_id: str, address: str | None) -> None:
    """Raises AddressRefused for where the carrier does not go, now or later."""
    if address is None:
        raise AddressRefused(f"There is no order {order_id} to ship. Check the order number.")
    if not address.strip():
        raise AddressRefused(f"Order {order_id} has no address; ask the customer for one.")
    if address.strip().casefold().startswith(DOORS_ONLY):
        raise AddressRefused(
            f"{CARRIER} delivers to doors only, not to a PO box; ask the customer of order {order_id} for a street."
        )


async def _address(connection: AsyncConnection, order_id: str) -> str | None:
    address: str | None = await connection.scalar(select(orders.c.address).where(orders.c.order_id == order_id))
    return address


async def _is_down(connection: AsyncConnection, address: str, key: str, now: str) -> bool:
    if address == Address.CARRIER_DOWN_ONCE:
        return await is_first_call(connection, key, now)
    return address == Address.CARRIER_DOWN


async def _write(connection: AsyncConnection, key: str, order_id: str, now: str) -> None:
    digest = hashlib.sha256(key.encode()).hexdigest()
    row = {
        "shipment_id": f"sh_{digest[:16]}",
        "key": key,
        "order_id": order_id,
        "carrier": CARRIER,
        "tracking_number": f"HC{int(digest[16:24], 16):010d}",
        "status": "shipped",
        "at": now,
    }
    await connection.execute(insert(shipments).values(row))


async def _find(connection: AsyncConnection, key: str) -> Label | None:
    row = (await connection.execute(select(shipments).where(shipments.c.key == key))).mappings().first()
    return _label(row) if row else None


def _repeated(known: Label, order_id: str) -> Label:
    if known["order_id"] != order_id:
        raise IdempotencyConflict(
            f"The key {known['key']!r} was used for order {known['order_id']}, and cannot be used for another one."
        )
    if known["status"] == "cancelled":
        raise AttemptClosed(f"The label under {known['key']} was cancelled. Start the fulfilment again.")
    return known


def _label(row: RowMapping) -> Label:
    return {
        "shipment_id": row["shipment_id"],
        "key": row["key"],
        "order_id": row["order_id"],
        "carrier": row["carrier"],
        "tracking_number": row["tracking_number"],
        "status": row["status"],
        "at": row["at"],
    }
