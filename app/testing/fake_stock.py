"""The goods on hand, in memory."""

from collections import defaultdict
from collections.abc import Sequence

from app.testing.fake_clock import NOON
from app.testing.fake_shop import FakeShop
from app.testing.scripted_failures import Failing
from nodes.ports.clock import iso
from nodes.ports.errors import (
    AttemptClosed,
    OutOfStock,
)
from nodes.ports.stock import Reservation, Reserved


class FakeStock(Failing):
    """Ten of everything, and the same one-way road of a reservation as the real one."""

    def __init__(self, shop: FakeShop) -> None:
        super().__init__()
        self.shop = shop
        self.on_hand: dict[str, int] = defaultdict(lambda: 10)
        self.reservations: dict[str, Reservation] = {}

    async def reserve(self, *, key: str, order_id: str, items: Sequence[Reserved]) -> Reservation:
        self.called("reserve")
        if key not in self.reservations:
            if short := [item["sku"] for item in items if self.on_hand[item["sku"]] < item["quantity"]]:
                raise OutOfStock(f"out of {short[0]}")
            self._move(items, -1)
            made: Reservation = {
                "key": key,
                "order_id": order_id,
                "status": "held",
                "items": list(items),
                "at": iso(NOON),
            }
            self.reservations[key] = made
        if self.reservations[key]["status"] in ("closing", "released"):
            raise AttemptClosed(key)
        self.replied("reserve")
        return {**self.reservations[key]}

    async def find(self, key: str) -> Reservation | None:
        self.called("find")
        return self.reservations.get(key)

    async def of_order(self, order_id: str) -> list[Reservation]:
        self.called("of_order")
        return [{**one} for one in self.reservations.values() if one["order_id"] == order_id]

    async def hand_over(self, key: str) -> Reservation:
        self.called("hand_over")
        found = self.reservations[key]
        if found["status"] in ("closing", "released"):
            raise AttemptClosed(key)
        found["status"] = "shipped"
        self.shop.orders[found["order_id"]]["status"] = "shipped"
        self.replied("hand_over")
        return {**found}

    async def close(self, key: str, *, order_id: str, items: Sequence[Reserved]) -> Reservation:
        self.called("close")
        made: Reservation = {
            "key": key,
            "order_id": order_id,
            "status": "released",
            "items": list(items),
            "at": iso(NOON),
        }
        found = self.reservations.setdefault(key, made)
        if found["status"] == "held":
            found["status"] = "closing"
        self.replied("close")
        return {**found}

    async def release(self, key: str) -> Reservation | None:
        self.called("release")
        found = self.reservations.get(key)
        if found and found["status"] in ("held", "shipped"):
            raise AttemptClosed(key)
        if found and found["status"] != "released":
            self._move(found["items"], +1)
            found["status"] = "released"
        self.replied("release")
        return found

    def status_of(self, key: str) -> str | None:
        return self.reservations[key]["status"] if key in self.reservations else None

    def _move(self, items: Sequence[Reserved], sign: int) -> None:
        for item in items:
            self.on_hand[item["sku"]] += sign * item["quantity"]
