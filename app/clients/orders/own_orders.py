"""The Orders port on orders that `orders.toml` describes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from app.clients.orders.foreign_order import FieldRead, OrderRead, Raw, read_order
from app.clients.orders.orders_file import OrdersFile, read_file
from nodes.ports.clock import Clock
from nodes.ports.errors import OrderUnreadable
from nodes.ports.orders import Order

LONGEST_ID = 200


class Source(Protocol):
    """Where the orders are."""

    @property
    def named(self) -> str:
        """For people, without secrets."""

    async def rows(self, order_id: str) -> list[Raw]: ...

    async def check(self) -> None: ...


class OwnOrders:
    """Orders of the business, read where it keeps them. Nothing is ever written there."""

    def __init__(self, file: OrdersFile, source: Source, clock: Clock) -> None:
        self._file = file
        self._clock = clock
        self.source = source
        self.number = file.number

    async def find(self, order_id: str) -> Order | None:
        """Raises OrderUnreadable, NotConfigured, DependencyDown."""
        read = await self.read(order_id)
        return read.order(written(order_id)) if read else None

    async def read(self, order_id: str) -> OrderRead | None:
        """Field by field, with what cannot be read; None when there is no such order."""
        asked = written(order_id)
        hashed = [f"#{asked}"] if "#" in (self.number or "") else []  # the shop may keep its numbers with it
        for spelt in dict.fromkeys((asked, asked.upper(), asked.lower(), *hashed)) if _is_sayable(asked) else ():
            rows = await self.source.rows(spelt)
            if len(rows) > 1:
                raise OrderUnreadable(
                    f"orders.toml: the query finds more than one row for order {asked}. It has to find one; lines have a query "
                    "of their own."
                )
            if rows:
                return _same(read_order(self._file, rows[0], self._clock.now()), asked)
        return None


def written(order_id: str) -> str:
    """An order number without the "#" that people write before it."""
    return order_id.strip().removeprefix("#").strip()


def open_orders(path: Path, variables: Mapping[str, str], clock: Clock) -> OwnOrders:
    """Raises NotConfigured for a file that cannot be used."""
    file = read_file(path, variables)
    return OwnOrders(file, _source(file, path.parent), clock)


def _is_sayable(order_id: str) -> bool:
    """Nobody has an order whose number cannot be written down, or fills a page, or is "..": a step up in an address."""
    return len(order_id) <= LONGEST_ID and order_id.isprintable() and any(char.isalnum() for char in order_id)


def _source(file: OrdersFile, home: Path) -> Source:
    if file.kind == "sql":
        from app.clients.orders.sql_orders import SqlOrders

        return SqlOrders(file, home)
    from app.clients.orders.http_orders import HttpOrders

    return HttpOrders(file)


def _same(read: OrderRead, asked: str) -> OrderRead:
    """Another order than the one that was asked for is a mistake of the query, and told to nobody as theirs."""
    found = read.fields[0]
    if not found.problem and written(str(found.value)).casefold() != asked.casefold():
        problem = f"{found.value!r} was found, not {asked!r}; the query has to ask for this column"
        read.fields[0] = FieldRead(found.name, found.source, found.value, problem)
    return read
