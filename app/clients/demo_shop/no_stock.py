"""No warehouse: orders that are kept elsewhere are not fulfilled here, unless services of one's own do it."""

from collections.abc import Sequence

from app.clients.demo_shop.warehouse import WarehouseStock
from nodes.ports.errors import NotConfigured
from nodes.ports.stock import Reservation, Reserved


class NoStock(WarehouseStock):
    """Knows no goods, and puts none aside."""

    async def reserve(self, *, key: str, order_id: str, items: Sequence[Reserved]) -> Reservation:
        raise NotConfigured(
            f"Order {order_id} cannot be fulfilled: no stock is set up for the orders of orders.toml. Bring stock and shipping by "
            "SWITCHBOARD_SERVICES (docs/extending.md)."
        )
