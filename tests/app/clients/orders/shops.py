"""Somebody else's orders: in a database, and behind an API."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, create_engine, text

TABLES = (
    "CREATE TABLE sales (number VARCHAR(20), mail TEXT, buyer TEXT, total NUMERIC(10, 2), paid NUMERIC(10, 2), given_back NUMERIC(10, 2),"
    " state TEXT, ordered TEXT, arrived TEXT, outlet TEXT, intent TEXT)",
    "CREATE TABLE sale_lines (number VARCHAR(20), sku TEXT, title TEXT, quantity INTEGER, price NUMERIC(10, 2))",
)
SALE: dict[str, Any] = {
    "number": "A-1001",
    "mail": "ada@example.com",
    "buyer": "Ada Lovelace",
    "total": 149,
    "paid": 149,
    "given_back": None,
    "state": "done",
    "ordered": "2026-11-10 09:00:00",
    "arrived": "2026-11-18 10:30:00",
    "outlet": "no",
    "intent": "pi_1",
}
LINES = [{"number": "A-1001", "sku": "LAMP", "title": "Desk lamp", "quantity": 1, "price": 149}]
FORM = """
[orders]
kind = "sql"
url = "{url}"
query = "select * from sales where number = :order_id"
lines = "select * from sale_lines where number = :order_id"
amounts = "decimal"
currency = "USD"
timezone = "Europe/Berlin"

[orders.fields]
order_id = "number"
email = "mail"
customer_name = "buyer"
total = "total"
captured = "paid"
refunded = "given_back"
status = "state"
placed_at = "ordered"
delivered_at = "arrived"
final_sale = "outlet"

[orders.status]
delivered = ["done"]
shipped = ["sent"]
placed = ["new", "packed"]
cancelled = ["void"]
"""
HTTP_FORM = """
[orders]
kind = "http"
url = "https://shop.example/api/orders/{order_id}"
lines = "data.items"
amounts = "minor"
currency = { column = "data.money.code" }

[orders.headers]
Authorization = "Bearer ${SHOP_TOKEN}"

[orders.fields]
order_id = "data.name"
email = "data.customer.email"
total = "data.money.total"
captured = "data.money.paid"
refunded = "sum(data.refunds[].amount)"
status = "data.state"
placed_at = "data.created"
delivered_at = "data.parcels[-1].delivered"

[orders.line_fields]
title = "name"
quantity = "count"
"""
DOCUMENT = {
    "data": {
        "name": "A-1001",
        "customer": {"email": "ada@example.com"},
        "money": {"code": "EUR", "total": 14900, "paid": 14900},
        "refunds": [{"amount": 1000}, {"amount": 500}],
        "state": "Delivered",
        "created": "2026-11-10T09:00:00+01:00",
        "parcels": [{"delivered": "2026-11-18T09:30:00Z"}],
        "items": [{"name": "Desk lamp", "count": 2}],
    }
}


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def make_shop(address: str, sales: list[dict[str, Any]], lines: list[dict[str, Any]] = LINES) -> None:
    with connected(address) as connection:
        for statement in TABLES:
            connection.execute(text(statement))
        for table, rows in (("sales", sales), ("sale_lines", lines)):
            for row in rows:
                names = ", ".join(row)
                connection.execute(text(f"INSERT INTO {table} ({names}) VALUES (:{names.replace(', ', ', :')})"), row)


def shop_home(home: Path, *sales: dict[str, Any], form: str = FORM) -> Path:
    """A home with an `orders.toml` and a file of these sales."""
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "orders.toml").write_text(form.replace("{url}", "sqlite:///sales.db"))
    make_shop(f"sqlite:///{home}/sales.db", [{**SALE, **sale} for sale in sales or ({},)])
    return home


class Api(httpx.MockTransport):
    """Answers each path as told; remembers what it was asked."""

    def __init__(self, answers: Mapping[str, httpx.Response] | None = None) -> None:
        self.answers = answers or {"/api/orders/A-1001": httpx.Response(200, json=DOCUMENT)}
        self.asked: list[httpx.Request] = []
        super().__init__(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        told = self.answers.get(request.url.path, httpx.Response(404))
        return httpx.Response(told.status_code, headers=told.headers, content=once(told.content))


async def once(content: bytes) -> AsyncIterator[bytes]:
    yield content
