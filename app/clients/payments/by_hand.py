"""No payment provider: whatever is to be paid is handed to people."""

from typing import Any, NoReturn

from nodes.ports.errors import PaymentDeclined
from nodes.ports.payments import Receipt


class PaymentsByHand:
    """Implements Payments where orders are the business's own and SWITCHBOARD_PAYMENTS names no provider."""

    async def charge(self, *, order_id: str, **_: Any) -> Receipt:
        _refuse(order_id)

    async def refund(self, *, order_id: str, **_: Any) -> Receipt:
        _refuse(order_id)

    async def find(self, key: str) -> Receipt | None:
        return None


def _refuse(order_id: str) -> NoReturn:
    raise PaymentDeclined(
        f"Nothing was paid for order {order_id}: no payment provider is set up. Pay it by hand, or set SWITCHBOARD_PAYMENTS."
    )
