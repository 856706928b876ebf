"""Orders and their ledger, in memory."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from app.testing.failing import Failing
from app.testing.fake_clock import NOON
from nodes.ports.clock import iso
from nodes.ports.errors import (
    AttemptClosed,
    IdempotencyConflict,
    PaymentDeclined,
    PaymentTimedOut,
    RefundedMeanwhile,
    RefundTooLarge,
)
from nodes.ports.orders import Order
from nodes.ports.payments import Receipt


def order(order_id: str = "12345", **changes: Any) -> Order:
    """A delivered, paid order of Ada's, $149.00, unless told otherwise."""
    made: Order = {
        "order_id": order_id,
        "customer_name": "Ada Lovelace",
        "email": "ada@example.com",
        "status": "delivered",
        "total_cents": 14900,
        "currency": "USD",
        "captured_cents": 14900,
        "refunded_cents": 0,
        "final_sale": False,
        "placed_at": iso(NOON - timedelta(days=9)),
        "shipped_at": iso(NOON - timedelta(days=8)),
        "delivered_at": iso(NOON - timedelta(days=5)),
        "expected_at": None,
        "carrier": "Parcel Post",
        "tracking_number": "PP-1",
        "note": "",
        "lines": [{"sku": "LAMP", "title": "Desk lamp", "quantity": 1, "price_cents": 14900}],
        "refunds": [],
    }
    return {**made, **changes}  # type: ignore[typeddict-item]


class FakeShop(Failing):
    """Orders and their ledger in one: what is refunded shows in the order."""

    def __init__(self, *orders: Order) -> None:
        super().__init__()
        self.orders = {one["order_id"]: one for one in orders}
        self.receipts: dict[str, Receipt] = {}
        self.approval_ids: dict[str, str | None] = {}
        self.times_out_after_paying = 0
        self.status_of: Callable[[str], str | None] = lambda _: None  # of a reservation

    async def find_order(self, order_id: str) -> Order | None:
        self.called("find_order")
        found = self.orders.get(order_id.strip().removeprefix("#").strip().upper())
        return {**found, "refunds": list(found["refunds"])} if found else None

    async def find(self, key: str) -> Receipt | None:
        self.called("find")
        return self.receipts.get(key)

    async def charge(
        self, *, key: str, order_id: str, amount_cents: int, currency: str, reservation: str | None = None
    ) -> Receipt:
        self.called("charge")
        self._refuse_reservation(key, reservation, "held")
        paid = self.orders[order_id]
        if key not in self.receipts:
            if self.balance_cents(order_id) + amount_cents > paid["total_cents"]:
                raise PaymentDeclined(f"order {order_id} is paid")
            self.receipts[key] = self._receipt(key, "charge", paid, amount_cents)
            paid["captured_cents"] += amount_cents
        self.replied("charge")
        return self.receipts[key]

    async def refund(
        self,
        *,
        key: str,
        order_id: str,
        amount_cents: int,
        currency: str,
        reason: str,
        approval_id: str | None = None,
        refunded_before_cents: int | None = None,
        reservation: str | None = None,
    ) -> Receipt:
        self.called("refund")
        self._refuse_reservation(key, reservation, "closing")
        if key in self.receipts:
            if self.receipts[key]["amount_cents"] != amount_cents:
                raise IdempotencyConflict(key)
            return self.receipts[key]
        paid = self.orders[order_id]
        if refunded_before_cents not in (None, paid["refunded_cents"]):
            raise RefundedMeanwhile("another refund came first")
        if paid["refunded_cents"] + amount_cents > paid["captured_cents"]:
            raise RefundTooLarge(order_id)
        receipt = self._book(key, paid, amount_cents, reason, approval_id)
        if self.times_out_after_paying:
            self.times_out_after_paying -= 1
            raise PaymentTimedOut("no answer from the gateway")
        self.replied("refund")
        return receipt

    def _refuse_reservation(self, key: str, reservation: str | None, wanted: str) -> None:
        if reservation and key not in self.receipts and self.status_of(reservation) != wanted:
            raise AttemptClosed(reservation)

    def refunded_cents(self, order_id: str) -> int:
        mine = [one for one in self.receipts.values() if one["order_id"] == order_id and one["kind"] == "refund"]
        return sum(one["amount_cents"] for one in mine)

    def balance_cents(self, order_id: str) -> int:
        return self.orders[order_id]["captured_cents"] - self.orders[order_id]["refunded_cents"]

    def _receipt(self, key: str, kind: Literal["charge", "refund"], paid: Order, amount_cents: int) -> Receipt:
        return {
            "receipt_id": f"R-{len(self.receipts) + 1}",
            "key": key,
            "kind": kind,
            "order_id": paid["order_id"],
            "amount_cents": amount_cents,
            "currency": paid["currency"],
            "at": iso(NOON),
        }

    def _book(self, key: str, paid: Order, amount_cents: int, reason: str, approval_id: str | None) -> Receipt:
        self.approval_ids[key] = approval_id
        receipt = self._receipt(key, "refund", paid, amount_cents)
        self.receipts[key] = receipt
        paid["refunded_cents"] += amount_cents
        paid["refunds"].append(
            {
                "receipt_id": receipt["receipt_id"],
                "amount_cents": amount_cents,
                "currency": paid["currency"],
                "reason": reason,
                "at": receipt["at"],
                "approved": approval_id is not None,
            }
        )
        return receipt


class FakeOrders:
    def __init__(self, shop: FakeShop) -> None:
        self.shop = shop

    async def find(self, order_id: str) -> Order | None:
        return await self.shop.find_order(order_id)
