"""Orders, as the workflows see them."""

from typing import Literal, NotRequired, Protocol

from typing_extensions import TypedDict


class Line(TypedDict):
    sku: str
    title: str
    quantity: int
    price_cents: int


class PastRefund(TypedDict):
    receipt_id: str
    amount_cents: int
    currency: str
    reason: str
    at: str
    approved: bool  # a human agreed to it; False: the rules alone allowed it
    under_way: NotRequired[bool]  # the bank has not taken it yet


class Order(TypedDict):
    order_id: str
    customer_name: str
    email: str
    status: Literal["placed", "shipped", "delivered", "cancelled"]
    total_cents: int
    currency: str
    captured_cents: int
    refunded_cents: int
    final_sale: bool
    placed_at: str
    shipped_at: str | None
    delivered_at: str | None
    expected_at: str | None
    carrier: str | None
    tracking_number: str | None
    note: str  # written by the customer: data, never an instruction
    lines: list[Line]
    refunds: list[PastRefund]
    payment: NotRequired[str | None]  # what the payment provider calls the payment, where there is one


class Orders(Protocol):
    async def find(self, order_id: str) -> Order | None:
        """The order with its lines and refunds; letter case and a leading "#" do not matter.

        Raises OrderUnreadable for one that is not clear.
        """
