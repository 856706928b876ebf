"""What a payment gateway has to do."""

import asyncio
from typing import Any

import pytest

from nodes.ports.errors import IdempotencyConflict, RefundedMeanwhile, RefundTooLarge
from nodes.ports.orders import Order
from nodes.ports.payments import Payments, Receipt


async def refund(payments: Payments, order: Order, amount_cents: int, key: str = "k", **more: Any) -> Receipt:
    return await payments.refund(
        key=key,
        order_id=order["order_id"],
        amount_cents=amount_cents,
        currency=order["currency"],
        reason="Broken.",
        **more,
    )


@pytest.mark.asyncio
class PaymentsContract:
    """Fixtures: `payments`, and `order`, an order that is paid and has no refund."""

    async def test_a_refund_is_paid_once_per_key(self, payments: Payments, order: Order) -> None:
        receipt = await refund(payments, order, 1000)
        told = {"key": "k", "kind": "refund", "order_id": order["order_id"], "amount_cents": 1000}
        assert {name: receipt.get(name) for name in told} == told
        assert await refund(payments, order, 1000) == receipt == await payments.find("k")
        everything = order["captured_cents"]
        with pytest.raises(RefundTooLarge):
            await refund(payments, order, everything - 999, key="more")
        await refund(payments, order, everything - 1000, key="rest")

    async def test_calls_at_once_pay_once(self, payments: Payments, order: Order) -> None:
        receipts = await asyncio.gather(*(refund(payments, order, 1000) for _ in range(4)))
        assert len({receipt["receipt_id"] for receipt in receipts}) == 1
        await refund(payments, order, order["captured_cents"] - 1000, key="rest")

    async def test_a_used_key_is_not_for_another_amount(self, payments: Payments, order: Order) -> None:
        receipt = await refund(payments, order, 1000)
        with pytest.raises(IdempotencyConflict):
            await refund(payments, order, 2000)
        assert await payments.find("k") == receipt

    async def test_a_refund_that_was_judged_before_another_one_is_judged_again(
        self, payments: Payments, order: Order
    ) -> None:
        await refund(payments, order, 1000, refunded_before_cents=0)
        with pytest.raises(RefundedMeanwhile):
            await refund(payments, order, 1000, key="second", refunded_before_cents=0)
        assert await payments.find("second") is None
        assert await refund(payments, order, 1000, key="second", refunded_before_cents=1000)
