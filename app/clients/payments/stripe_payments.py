"""Refunds by Stripe, on the PaymentIntent or Charge that the order names.

Stripe may forget idempotency keys after a day. So the key is in the refund's metadata too, and the payment's refunds are
looked through before one is made; and every refund is written down here before it is asked for.
"""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from sqlalchemy import RowMapping

from app.clients.payments.refund_records import FAILED, Call, RefundRecords, failed_refund, receipt_of, refuse_other
from app.clients.payments.stripe_api import Account, StripeApi, StripeRefund
from nodes.money import shown
from nodes.ports.clock import iso
from nodes.ports.errors import (
    NotConfigured,
    PaymentDeclined,
    PaymentTimedOut,
    RefundedMeanwhile,
    RefundTooLarge,
    SwitchboardError,
)
from nodes.ports.orders import Order, Orders, PastRefund
from nodes.ports.payments import FailedRefund, Receipt


class StripePayments:
    """Implements Payments and FollowsRefunds."""

    def __init__(self, api: StripeApi, orders: Orders, records: RefundRecords) -> None:
        """`orders`: as the business keeps them, without what Stripe says."""
        self.api = api
        self._orders = orders
        self._records = records
        self._turns = WeakValueDictionary[str, asyncio.Lock]()  # in this process; others see the record

    async def charge(
        self, *, key: str, order_id: str, amount_cents: int, currency: str, reservation: str | None = None
    ) -> Receipt:
        raise PaymentDeclined(f"Order {order_id} is not charged here: Stripe is set up for refunds alone.")

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
        """Pay back, never more than was captured and not refunded yet, as Stripe reports it at that moment."""
        if amount_cents <= 0:
            raise PaymentDeclined(f"A refund must be for more than nothing, not for {amount_cents}.")
        order = await self._orders.find(order_id)
        payment = order.get("payment") if order else None
        if order is None or not payment:
            raise PaymentDeclined(
                f"Order {order_id} names no payment at Stripe; nothing was paid. Map `payment` in [orders.fields] of orders.toml."
            )
        call = Call(key, order["order_id"], payment, amount_cents, currency, reason, approval_id)
        async with self._turns.setdefault(call.order_id, asyncio.Lock()):
            return await self._refund(call, order, refunded_before_cents)

    async def find(self, key: str) -> Receipt | None:
        row = await self._records.get(key)
        if row is None:
            return None
        made = row if row["refund_id"] else await self._look(row)
        return receipt_of(made) if made else None

    async def failed_refunds(self) -> list[FailedRefund]:
        """Stripe is asked about the refunds that are due. One that it cannot tell about now does not keep the others back."""
        for row in await self._records.due():
            with suppress(SwitchboardError):
                await self._look(row)
        return [failed_refund(row) for row in await self._records.unreported()]

    async def failed_of(self, order_id: str) -> list[FailedRefund]:
        rows = await self._records.of_order(order_id)
        looked = [row if row["status"] in FAILED else await self._look(row) for row in rows]
        return [failed_refund(row) for row in looked if row and row["status"] in FAILED]

    async def look_at(self, refund_id: str) -> bool:
        """Ask Stripe about one refund now. False: it is none of ours. Raises PaymentsUnavailable."""
        row = await self._records.made(refund_id)
        if row:
            await self._look(row)
        return row is not None

    async def reported(self, key: str, *, ticket_id: str, thread_id: str) -> None:
        await self._records.reported(key, ticket_id=ticket_id, thread_id=thread_id)

    async def _look(self, row: RowMapping) -> RowMapping | None:
        """The record as Stripe has the refund now. None: Stripe has made none."""
        if row["refund_id"]:
            return await self._records.settle(row["key"], await self.api.refund(row["refund_id"], row["currency"]))
        made = (await self.api.account(row["payment"])).under(row["key"])
        return await self._records.settle(row["key"], made.made) if made else None

    async def _refund(self, call: Call, order: Order, refunded_before_cents: int | None) -> Receipt:
        known = await self._records.get(call.key)
        if known and known["refund_id"]:
            refuse_other(call, known)
            return receipt_of(known)
        is_new = await self._records.claim(call)
        try:
            return receipt_of(await self._made(call, order, refunded_before_cents))
        except PaymentTimedOut:
            raise
        except SwitchboardError:
            if is_new:
                await self._records.drop(call.key)  # nothing was asked for, or it was refused
            raise

    async def _made(self, call: Call, order: Order, refunded_before_cents: int | None) -> RowMapping:
        account = await self.api.account(call.payment)
        if found := account.under(call.key):
            refuse_other(call, {**vars(call), "amount_cents": found.made.amount_cents})
            return await self._records.settle(call.key, found.made)
        _refuse(call, with_refunds(order, account), refunded_before_cents)
        return await self._records.settle(call.key, await self.api.create(call))


class StripeOrders:
    """Implements Orders: orders of the business, with what Stripe says was paid and went back."""

    def __init__(self, orders: Orders, api: StripeApi) -> None:
        self._orders = orders
        self._api = api

    async def find(self, order_id: str) -> Order | None:
        """Raises as the orders do, and PaymentsUnavailable."""
        order = await self._orders.find(order_id)
        payment = order.get("payment") if order else None
        if order is None or not payment:
            return order
        return with_refunds(order, await self._api.account(payment))


def with_refunds(order: Order, account: Account) -> Order:
    """Raises NotConfigured when the order and its payment do not fit."""
    if order["currency"] != account.currency:
        raise NotConfigured(
            f"Order {order['order_id']} is in {order['currency']}, and its payment at Stripe in {account.currency}. Correct orders.toml."
        )
    return {
        **order,
        "captured_cents": account.captured_cents,
        "refunded_cents": max(order["refunded_cents"], account.refunded_cents),
        "refunds": [_past(one, account.currency) for one in account.refunds if one.counts],
    }


def _past(refund: StripeRefund, currency: str) -> PastRefund:
    return {
        "receipt_id": refund.made.refund_id,
        "amount_cents": refund.made.amount_cents,
        "currency": currency,
        "reason": refund.reason,
        "at": iso(datetime.fromtimestamp(refund.created, UTC)),
        "approved": refund.approved,
        "under_way": refund.made.status in ("pending", "requires_action"),
    }


def _refuse(call: Call, order: Order, refunded_before_cents: int | None) -> None:
    """Raises PaymentDeclined, RefundedMeanwhile or RefundTooLarge."""
    if call.currency != order["currency"]:
        raise PaymentDeclined(f"Order {call.order_id} was paid in {order['currency']}, not in {call.currency}.")
    if refunded_before_cents not in (None, order["refunded_cents"]):
        raise RefundedMeanwhile(
            f"Order {call.order_id} was refunded by somebody else a moment ago, and nothing was paid now. Judge it again."
        )
    left = order["captured_cents"] - order["refunded_cents"]
    if call.amount_cents > left:
        raise RefundTooLarge(
            f"Order {call.order_id} has {shown(left, call.currency)} left to refund, less than the "
            f"{shown(call.amount_cents, call.currency)} that was asked for."
        )
