"""The warehouse of the demo shop: goods on hand, and the reservations that take them out and put them back.

A reservation goes one way, held -> shipped or held -> closing -> released, and each step is a compare-and-set in one
transaction: of two processes that want to go different ways, one is refused.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import insert, select, update

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import orders, reservations, stock
from app.clients.demo_shop.shop_orders import order_number
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import AttemptClosed, IdempotencyConflict, OutOfStock
from nodes.ports.stock import Reservation, Reserved

Status = Literal["held", "closing", "released", "shipped"]

DELIVERY = timedelta(days=3)


class WarehouseStock:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def reserve(self, *, key: str, order_id: str, items: Sequence[Reserved]) -> Reservation:
        """Put goods aside, all or none."""

        async def written(connection: AsyncConnection) -> Reservation:
            if known := await _find(connection, key):
                return _repeated(known, order_number(order_id), items)
            for item in items:
                await _take(connection, item)
            await _write(connection, key, order_number(order_id), items, iso(self._clock.now()))
            return await _known(connection, key)

        return await self._database.write(written)

    async def find(self, key: str) -> Reservation | None:
        return await self._database.ask(lambda connection: _find(connection, key))

    async def of_order(self, order_id: str) -> list[Reservation]:
        """Every attempt of an order, oldest first."""
        mine = reservations.c.order_id == order_number(order_id)
        query = select(reservations).where(mine).order_by(reservations.c.at, reservations.c.key, reservations.c.sku)

        return _grouped([dict(row) for row in await self._database.fetch(query)])

    async def hand_over(self, key: str) -> Reservation:
        """The goods leave the warehouse, and the order counts as shipped."""

        async def written(connection: AsyncConnection) -> Reservation:
            found = await _find(connection, key)
            if found is None or found["status"] in ("closing", "released"):
                raise AttemptClosed(f"The goods under {key} are not reserved any more. Start the fulfilment again.")
            if found["status"] == "held":
                await _set(connection, key, "shipped")
                now = self._clock.now()
                dates = {"shipped_at": iso(now), "expected_at": iso(now + DELIVERY)}
                shipped = update(orders).where(orders.c.order_id == found["order_id"])
                await connection.execute(shipped.values(status="shipped", **dates))
            return await _known(connection, key)

        return await self._database.write(written)

    async def close(self, key: str, *, order_id: str, items: Sequence[Reserved]) -> Reservation:
        """Let nothing build on this key any more."""

        async def written(connection: AsyncConnection) -> Reservation:
            found = await _find(connection, key)
            if found is None:
                now = iso(self._clock.now())
                await _write(connection, key, order_number(order_id), items, now, status="released")
            elif found["status"] == "held":
                await _set(connection, key, "closing")
            return await _known(connection, key)

        return await self._database.write(written)

    async def release(self, key: str) -> Reservation | None:
        """Put the goods back, once."""

        async def written(connection: AsyncConnection) -> Reservation | None:
            found = await _find(connection, key)
            if found is None or found["status"] == "released":
                return found
            if found["status"] != "closing":
                raise AttemptClosed(f"The goods of order {found['order_id']} are {found['status']}, and stay so.")
            for item in found["items"]:
                more = update(stock).where(stock.c.sku == item["sku"])
                await connection.execute(more.values(on_hand=stock.c.on_hand + item["quantity"]))
            await _set(connection, key, "released")
            return await _known(connection, key)

        return await self._database.write(written)


async def _take(connection: AsyncConnection, item: Reserved) -> None:
    less = update(stock).where(stock.c.sku == item["sku"], stock.c.on_hand >= item["quantity"])
    taken = await connection.execute(less.values(on_hand=stock.c.on_hand - item["quantity"]))
    if not taken.rowcount:
        left = await connection.scalar(select(stock.c.on_hand).where(stock.c.sku == item["sku"]))
        raise OutOfStock(
            f"{item['quantity']} of {item['sku']} are needed and {left or 0} are on hand; nothing was reserved. Restock, then try again."
        )


async def _write(
    connection: AsyncConnection,
    key: str,
    order_id: str,
    items: Sequence[Reserved],
    now: str,
    *,
    status: Status = "held",
) -> None:
    row = {"key": key, "order_id": order_id, "status": status, "at": now}
    await connection.execute(insert(reservations), [{**row, **item} for item in items])


async def _set(connection: AsyncConnection, key: str, status: Status) -> None:
    await connection.execute(update(reservations).where(reservations.c.key == key).values(status=status))


async def _find(connection: AsyncConnection, key: str) -> Reservation | None:
    query = select(reservations).where(reservations.c.key == key).order_by(reservations.c.sku)
    found = _grouped([dict(row) for row in (await connection.execute(query)).mappings()])
    return found[0] if found else None


async def _known(connection: AsyncConnection, key: str) -> Reservation:
    found = await _find(connection, key)
    assert found
    return found


def _grouped(rows: Sequence[Mapping[str, object]]) -> list[Reservation]:
    """One reservation for the rows of each key, in the order in which the keys come."""
    made: dict[str, Reservation] = {}
    for row in rows:
        one: Reservation = {
            "key": str(row["key"]),
            "order_id": str(row["order_id"]),
            "status": row["status"],  # type: ignore[typeddict-item]
            "items": [],
            "at": str(row["at"]),
        }
        item: Reserved = {"sku": str(row["sku"]), "quantity": int(str(row["quantity"]))}
        made.setdefault(one["key"], one)["items"].append(item)
    return list(made.values())


def _repeated(known: Reservation, order_id: str, items: Sequence[Reserved]) -> Reservation:
    if known["order_id"] != order_id or known["items"] != sorted(items, key=lambda item: item["sku"]):
        raise IdempotencyConflict(
            f"The key {known['key']!r} was used for other goods of order {known['order_id']}, and cannot be used for something else."
        )
    if known["status"] in ("closing", "released"):
        raise AttemptClosed(f"The goods under {known['key']} were given back. Start the fulfilment again.")
    return known
