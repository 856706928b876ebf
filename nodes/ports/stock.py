"""The goods on hand."""

from collections.abc import Sequence
from typing import Literal, Protocol

from typing_extensions import TypedDict


class Reserved(TypedDict):
    sku: str
    quantity: int


class Reservation(TypedDict):
    key: str
    order_id: str
    status: Literal["held", "closing", "released", "shipped"]  # closing: being undone, no other step may use it
    items: list[Reserved]
    at: str


class Stock(Protocol):
    """The goods on hand. A reservation is one attempt to fulfil an order: held, then shipped; or closing, then released."""

    async def reserve(self, *, key: str, order_id: str, items: Sequence[Reserved]) -> Reservation:
        """Put goods aside, all or none. Repeatable while they are held or shipped.

        Raises OutOfStock, IdempotencyConflict, and AttemptClosed when they were given back.
        """

    async def find(self, key: str) -> Reservation | None: ...

    async def of_order(self, order_id: str) -> list[Reservation]:
        """Every attempt of an order, oldest first."""

    async def hand_over(self, key: str) -> Reservation:
        """The goods are handed over and the order counts as shipped. Repeatable. Raises AttemptClosed."""

    async def close(self, key: str, *, order_id: str, items: Sequence[Reserved]) -> Reservation:
        """Close this key: no other step may use it.

        A held reservation is closing from now on; one that is shipped or released stays so; where there is none, one
        is written that is released: the attempt is over before it had any goods.
        """

    async def release(self, key: str) -> Reservation | None:
        """Put the goods of a closing reservation back. Repeatable. Raises AttemptClosed for one that is held or shipped."""
