"""The payment gateway."""

from typing import Literal, NotRequired, Protocol, runtime_checkable

from typing_extensions import TypedDict

RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
"""How far a refund is at the provider. One that has succeeded may fail later, when the bank sends the money back."""


class Receipt(TypedDict):
    receipt_id: str
    key: str
    kind: Literal["charge", "refund"]
    order_id: str
    amount_cents: int
    currency: str
    at: str
    status: NotRequired[RefundStatus]  # left out: succeeded
    failure: NotRequired[str]  # why it has failed, in the provider's words


def is_under_way(receipt: Receipt) -> bool:
    """The provider has the refund, and the bank has not taken it yet."""
    return receipt.get("status") in ("pending", "requires_action")


def has_failed(receipt: Receipt) -> bool:
    """The money stays, or came back, where it was."""
    return receipt.get("status") in ("failed", "canceled")


class FailedRefund(TypedDict):
    """The ticket that asks people to pay it another way is None until it was `reported`."""

    receipt: Receipt
    failed_at_once: bool  # its very first receipt said so: nobody was told that it is paid
    ticket_id: str | None
    thread_id: str | None  # of the ticket


class Payments(Protocol):
    """A gateway. Every effect carries an idempotency key; the same key with the same arguments is done once."""

    async def charge(
        self, *, key: str, order_id: str, amount_cents: int, currency: str, reservation: str | None = None
    ) -> Receipt:
        """Take money from the order's card.

        `reservation`: the attempt it is for; unless its goods are put aside nothing is taken, and AttemptClosed raised.
        A gateway that does not know the stock may leave that to the caller.
        Raises PaymentDeclined, PaymentsUnavailable, PaymentTimedOut, IdempotencyConflict.
        """

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
        """Pay back to the order's card. `approval_id`: the approval that covers it, if one was needed.

        `refunded_before_cents`: what the order had been refunded when this refund was judged. If it is another sum now,
        nothing is paid and RefundedMeanwhile asks to judge again: two refunds at once cannot both count as the
        first. `reservation`: the attempt whose charge goes back; unless it is being undone nothing is paid, and
        AttemptClosed raised. Raises as charge does, and RefundTooLarge.
        """

    async def find(self, key: str) -> Receipt | None:
        """What was done under this key: the way to learn the result of a call that timed out."""


@runtime_checkable
class FollowsRefunds(Protocol):
    """A gateway whose refunds can fail later."""

    async def failed_refunds(self) -> list[FailedRefund]:
        """Refunds that have failed, until each is reported. Raises PaymentsUnavailable."""

    async def failed_of(self, order_id: str) -> list[FailedRefund]:
        """Every refund of this order that has failed, as the provider says at this moment. Raises PaymentsUnavailable."""

    async def reported(self, key: str, *, ticket_id: str, thread_id: str) -> None:
        """People know of this failure now, by this ticket. Repeatable."""
