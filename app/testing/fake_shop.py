"""Orders and their ledger, in memory."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

from app.testing.fake_clock import NOON
from app.testing.scripted_failures import Failing
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
from nodes.ports.payments import FailedRefund, Receipt, RefundStatus, has_failed, is_under_way


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
        self.status: RefundStatus = "succeeded"  # of refunds that are made
        self.reports: dict[str, tuple[str, str]] = {}  # of refunds that have failed: ticket and thread
        self.failed_at_once: set[str] = set()
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

    def fail_payout(self, key: str) -> None:
        """The bank sends the money of a refund back."""
        receipt = self.receipts[key]
        self.receipts[key] = {**receipt, "status": "failed", "failure": "account closed"}
        self._unbook(receipt)

    async def failed_of(self, order_id: str) -> list[FailedRefund]:
        return [
            {
                "receipt": receipt,
                "failed_at_once": receipt["key"] in self.failed_at_once,
                "ticket_id": self.reports.get(receipt["key"], (None, None))[0],
                "thread_id": self.reports.get(receipt["key"], (None, None))[1],
            }
            for receipt in self.receipts.values()
            if has_failed(receipt) and order_id in (receipt["order_id"], "")
        ]

    async def failed_refunds(self) -> list[FailedRefund]:
        return [one for one in await self.failed_of("") if one["ticket_id"] is None]

    async def reported(self, key: str, *, ticket_id: str, thread_id: str) -> None:
        self.reports.setdefault(key, (ticket_id, thread_id))

    def _refuse_reservation(self, key: str, reservation: str | None, wanted: str) -> None:
        if reservation and key not in self.receipts and self.status_of(reservation) != wanted:
            raise AttemptClosed(reservation)

    def refunded_cents(self, order_id: str) -> int:
        mine = [one for one in self.receipts.values() if one["order_id"] == order_id and one["kind"] == "refund"]
        return sum(one["amount_cents"] for one in mine if not has_failed(one))

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
        if self.status != "succeeded":
            receipt["status"] = self.status
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
                "under_way": is_under_way(receipt),
            }
        )
        if has_failed(receipt):
            self.failed_at_once.add(key)
            self._unbook(receipt)
        return receipt

    def _unbook(self, receipt: Receipt) -> None:
        paid = self.orders[receipt["order_id"]]
        paid["refunded_cents"] -= receipt["amount_cents"]
        paid["refunds"] = [one for one in paid["refunds"] if one["receipt_id"] != receipt["receipt_id"]]


class FakeOrders:
    def __init__(self, shop: FakeShop) -> None:
        self.shop = shop

    async def find(self, order_id: str) -> Order | None:
        return await self.shop.find_order(order_id)
