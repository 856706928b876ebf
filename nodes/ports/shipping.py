"""The carrier."""

from typing import Literal, Protocol

from typing_extensions import TypedDict


class Label(TypedDict):
    shipment_id: str
    key: str
    order_id: str
    carrier: str
    tracking_number: str
    status: Literal["shipped", "delivered", "cancelled"]
    at: str


class Shipping(Protocol):
    """A carrier. It reads the address from the order, so that threads do not contain addresses."""

    async def create(self, *, key: str, order_id: str) -> Label:
        """Make a label, one per key. Raises AddressRefused, AttemptClosed, CarrierUnavailable, CarrierTimedOut."""

    async def find(self, key: str) -> Label | None:
        """The label under this key, cancelled or not: the way to learn the result of a call that timed out."""

    async def cancel(self, key: str) -> Label | None:
        """Cancel the label, if there is one. Repeatable. Raises CarrierUnavailable, CarrierTimedOut."""
