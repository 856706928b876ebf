"""The payment gateway."""

from typing import Literal, Protocol

from typing_extensions import TypedDict


class Receipt(TypedDict):
    receipt_id: str
    key: str
    kind: Literal["charge", "refund"]
    order_id: str
    amount_cents: int
    currency: str
    at: str


class Payments(Protocol):
    """A gateway. Every effect carries an idempotency key; the same key with the same arguments is done once."""

    async def charge(self, *, key: str, order_id: str, amount_cents: int, currency: str) -> Receipt:
        """Take money from the order's card. Raises PaymentDeclined, PaymentsUnavailable, PaymentTimedOut, IdempotencyConflict."""

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
    ) -> Receipt:
        """Pay back to the order's card. `approval_id`: the approval that covers it, if one was needed.

        `refunded_before_cents`: what the order had been refunded when this refund was judged. When it is another sum by
        now, nothing is paid and PaymentsUnavailable asks to judge again: two refunds at once cannot both count as the
        first. Raises as charge does, and RefundTooLarge.
        """

    async def find(self, key: str) -> Receipt | None:
        """What was done under this key: the way to learn the result of a call that timed out."""
