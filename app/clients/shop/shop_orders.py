"""Orders of the shop, read from the business database."""

from sqlalchemy import RowMapping, Table, func, select

from app.clients.database.database import Database
from app.clients.database.schema import customers, order_lines, orders, payments, refunds, shipments, stock
from app.clients.database.sqlite_connection import AsyncConnection
from nodes.ports.orders import Line, Order, PastRefund


class ShopOrders:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, order_id: str) -> Order | None:
        """The order with its lines and refunds, as of one moment; letter case and a leading "#" do not matter."""
        number = order_number(order_id)

        async def found(connection: AsyncConnection) -> Order | None:
            row = await _row(connection, number)
            if row is None:
                return None
            shipment = await _shipment(connection, number)
            return {
                "order_id": row["order_id"],
                "customer_name": row["name"],
                "email": row["email"],
                "status": row["status"],
                "total_cents": row["total_cents"],
                "currency": row["currency"],
                "captured_cents": await total(connection, payments, number),
                "refunded_cents": await total(connection, refunds, number),
                "final_sale": row["final_sale"],
                "placed_at": row["placed_at"],
                "shipped_at": row["shipped_at"],
                "delivered_at": row["delivered_at"],
                "expected_at": row["expected_at"],
                "carrier": shipment["carrier"] if shipment else None,
                "tracking_number": shipment["tracking_number"] if shipment else None,
                "note": row["note"],
                "lines": await _lines(connection, number),
                "refunds": await _refunds(connection, number),
            }

        return await self._database.ask(found)


def order_number(written: str) -> str:
    """An order number as the shop stores it: " #w2378156" is W2378156."""
    return written.strip().removeprefix("#").strip().upper()


async def total(connection: AsyncConnection, ledger: Table, order_id: str) -> int:
    """The cents that `payments` or `refunds` hold for an order."""
    query = select(func.coalesce(func.sum(ledger.c.amount_cents), 0)).where(ledger.c.order_id == order_id)
    return int(await connection.scalar(query) or 0)


async def _row(connection: AsyncConnection, order_id: str) -> RowMapping | None:
    query = select(orders, customers.c.name, customers.c.email).join(customers).where(orders.c.order_id == order_id)
    return (await connection.execute(query)).mappings().first()


async def _shipment(connection: AsyncConnection, order_id: str) -> RowMapping | None:
    query = (
        select(shipments.c.carrier, shipments.c.tracking_number)
        .where(shipments.c.order_id == order_id, shipments.c.status != "cancelled")
        .order_by(shipments.c.at.desc())
    )
    return (await connection.execute(query)).mappings().first()


async def _lines(connection: AsyncConnection, order_id: str) -> list[Line]:
    query = (
        select(order_lines.c.sku, stock.c.title, order_lines.c.quantity, order_lines.c.price_cents)
        .join(stock)
        .where(order_lines.c.order_id == order_id)
        .order_by(order_lines.c.line_no)
    )
    return [
        {"sku": row.sku, "title": row.title, "quantity": row.quantity, "price_cents": row.price_cents}
        for row in await connection.execute(query)
    ]


async def _refunds(connection: AsyncConnection, order_id: str) -> list[PastRefund]:
    query = select(refunds).where(refunds.c.order_id == order_id).order_by(refunds.c.at, refunds.c.receipt_id)
    return [
        {
            "receipt_id": row.receipt_id,
            "amount_cents": row.amount_cents,
            "currency": row.currency,
            "reason": row.reason,
            "at": row.at,
            "approved": row.approval_id is not None,
        }
        for row in await connection.execute(query)
    ]
