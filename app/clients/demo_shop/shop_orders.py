"""Orders of the shop, read from the business database. In plain SQL: a command that only lists needs no SQLAlchemy."""

from app.clients.database.plain_sql import PlainDatabase, Row, Statements
from nodes.ports.orders import Order

ORDER = """
SELECT orders.*, customers.name, customers.email,
    (SELECT coalesce(sum(amount_cents), 0) FROM payments WHERE payments.order_id = orders.order_id) AS captured_cents,
    (SELECT coalesce(sum(amount_cents), 0) FROM refunds WHERE refunds.order_id = orders.order_id) AS refunded_cents
FROM orders JOIN customers ON customers.customer_id = orders.customer_id
WHERE orders.order_id = :order_id
"""

SHIPMENT = """
SELECT carrier, tracking_number FROM shipments
WHERE order_id = :order_id AND status <> 'cancelled' ORDER BY at DESC LIMIT 1
"""

LINES = """
SELECT order_lines.sku, stock.title, order_lines.quantity, order_lines.price_cents
FROM order_lines JOIN stock ON stock.sku = order_lines.sku
WHERE order_lines.order_id = :order_id ORDER BY order_lines.line_no
"""

REFUNDS = """
SELECT receipt_id, amount_cents, currency, reason, at, approval_id FROM refunds
WHERE order_id = :order_id ORDER BY at, receipt_id
"""


class ShopOrders:
    def __init__(self, database: PlainDatabase) -> None:
        self._database = database

    async def find(self, order_id: str) -> Order | None:
        """The order with its lines and refunds, as of one moment; letter case and a leading "#" do not matter."""
        this = {"order_id": order_number(order_id)}

        async def found(statements: Statements) -> Order | None:
            rows = await statements.rows(ORDER, this)
            if not rows:
                return None
            shipments = await statements.rows(SHIPMENT, this)
            lines, refunds = await statements.rows(LINES, this), await statements.rows(REFUNDS, this)
            return _order(rows[0], shipments, lines, refunds)

        return await self._database.ask(found)


def order_number(written: str) -> str:
    """An order number as the shop stores it: " #w2378156" is W2378156."""
    return written.strip().removeprefix("#").strip().upper()


def _order(row: Row, shipments: list[Row], lines: list[Row], refunds: list[Row]) -> Order:
    shipment = next(iter(shipments), None)
    return {
        "order_id": row["order_id"],
        "customer_name": row["name"],
        "email": row["email"],
        "status": row["status"],
        "total_cents": row["total_cents"],
        "currency": row["currency"],
        "captured_cents": int(row["captured_cents"]),
        "refunded_cents": int(row["refunded_cents"]),
        "final_sale": bool(row["final_sale"]),
        "placed_at": row["placed_at"],
        "shipped_at": row["shipped_at"],
        "delivered_at": row["delivered_at"],
        "expected_at": row["expected_at"],
        "carrier": shipment["carrier"] if shipment else None,
        "tracking_number": shipment["tracking_number"] if shipment else None,
        "note": row["note"],
        "lines": [
            {"sku": one["sku"], "title": one["title"], "quantity": one["quantity"], "price_cents": one["price_cents"]}
            for one in lines
        ],
        "refunds": [
            {
                "receipt_id": one["receipt_id"],
                "amount_cents": one["amount_cents"],
                "currency": one["currency"],
                "reason": one["reason"],
                "at": one["at"],
                "approved": one["approval_id"] is not None,
            }
            for one in refunds
        ],
    }
