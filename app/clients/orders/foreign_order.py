"""One order of somebody else's shop as ours: every field on its own, so that what is wrong can be said field by field."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from shlex import quote
from typing import Any, Protocol, cast

from app.clients.orders import field_values as values
from app.clients.orders.orders_file import Column, Field, LineField, OrdersFile, is_currency
from nodes.ports.errors import OrderUnreadable
from nodes.ports.orders import Line, Order

MOST_LINES = 1000
STATUSES = ("placed", "shipped", "delivered", "cancelled")
AMOUNTS: tuple[Field, ...] = ("total", "captured", "refunded")
TIMES: tuple[Field, ...] = ("placed_at", "shipped_at", "delivered_at", "expected_at")
TEXTS: tuple[Field, ...] = ("customer_name", "carrier", "tracking_number", "note", "payment")
UNITS = {name: f"{name}_cents" for name in AMOUNTS}
"""What the amounts are called in an order."""


class Raw(Protocol):
    """An order as its owner keeps it."""

    def get(self, source: str) -> Any:
        """The value of a column, or at a JMESPath. Raises LookupError when there is no such column."""

    def lines(self) -> Sequence["Raw"]: ...


@dataclass(frozen=True)
class FieldRead:
    """A field of the port, where it comes from, and what was read there or why nothing was."""

    name: str
    source: str | None  # None: the file does not map it
    value: Any = None
    problem: str = ""


@dataclass
class OrderRead:
    """What was read of one order."""

    fields: list[FieldRead] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        return [f"{one.name}: {one.problem}" for one in self.fields if one.problem]

    def value(self, name: str) -> Any:
        return next((one.value for one in self.fields if one.name == name), None)

    def order(self, asked: str) -> Order:
        """Raises OrderUnreadable when a field cannot be read."""
        if self.problems:
            raise OrderUnreadable(
                f"Order {asked} cannot be read: {'; '.join(self.problems)}. `switchboard doctor --order {quote(asked)}` shows every field."
            )
        return cast("Order", {**{one.name: one.value for one in self.fields}, "lines": self.lines, "refunds": []})


def read_order(file: OrdersFile, raw: Raw, now: datetime) -> OrderRead:
    """Every field, and the lines."""
    reading = _Reading(file, raw, now)
    currency = reading.currency()
    read = OrderRead([reading.field("order_id", _filled), currency])
    read.fields += [reading.field("email", values.address), reading.field("status", reading.status)]
    read.fields += [reading.amount(name, str(currency.value or "")) for name in AMOUNTS]
    read.fields += [reading.time(name) for name in TIMES]
    read.fields.append(reading.field("final_sale", reading.final_sale, unmapped=False))
    read.fields += [reading.field(name, _text_of(name), unmapped=_nothing(name)) for name in TEXTS]
    if file.lines:
        _read_lines(read, reading, str(currency.value or ""))
    return read


@dataclass(frozen=True)
class _Reading:
    file: OrdersFile
    raw: Raw
    now: datetime

    def field(
        self, name: Field, read: Callable[[Any], Any], *, unmapped: Any = None, needed: bool = False, key: str = ""
    ) -> FieldRead:
        source = self.file.fields.get(name)
        return _read(key or name, source, self.raw, read, unmapped=unmapped, needed=needed)

    def currency(self) -> FieldRead:
        stated = self.file.currency
        if isinstance(stated, Column):
            return _read("currency", stated.column, self.raw, _currency)
        return FieldRead("currency", "currency", stated)

    def amount(self, name: Field, currency: str) -> FieldRead:
        def read(value: Any) -> int:
            if value is None and name != "total":
                return 0
            if not currency:
                raise ValueError("its currency cannot be read")
            return values.minor_units(value, self.file.amounts, currency)

        return self.field(name, read, unmapped=0, key=UNITS[name])

    def status(self, value: Any) -> str:
        return values.our_word(value, self.file.status or {word: [word] for word in STATUSES})

    def time(self, name: Field) -> FieldRead:
        """What has happened lies behind us: a delivery in the year 2999 could be refunded for ever."""
        now = None if name == "expected_at" else self.now

        def read(value: Any) -> str | None:
            return values.moment(value, self.file.timezone, now=now)

        return self.field(name, read, needed=name == "placed_at")

    def final_sale(self, value: Any) -> bool:
        return values.truth(value, cast("dict[Any, list[str]]", self.file.final_sale))


def _read(
    name: str,
    source: str | None,
    raw: Raw,
    read: Callable[[Any], Any],
    *,
    unmapped: Any = None,
    needed: bool = False,
) -> FieldRead:
    if source is None:
        return FieldRead(name, None, unmapped)
    try:
        value = read(raw.get(source))
    except LookupError as error:
        return FieldRead(name, source, problem=str(error.args[0]))
    except ValueError as error:
        return FieldRead(name, source, problem=str(error))
    if needed and value is None:
        return FieldRead(name, source, problem="it is empty")
    return FieldRead(name, source, value)


def _read_lines(read: OrderRead, reading: _Reading, currency: str) -> None:
    """Lines are for people to read: a column that is missing is left empty, unless the file names it."""
    try:
        rows = reading.raw.lines()
        if len(rows) > MOST_LINES:
            raise ValueError(f"it has more than {MOST_LINES} lines")
    except ValueError as error:
        read.fields.append(FieldRead("lines", reading.file.lines, problem=str(error)))
        return
    for number, row in enumerate(rows, start=1):
        parts = [_line_field(reading.file, row, name, currency) for name in ("sku", "title", "quantity", "price")]
        broken = [f"line {number}, {one.name}: {one.problem}" for one in parts if one.problem]
        if broken:
            read.fields.append(FieldRead("lines", reading.file.lines, problem="; ".join(broken)))
            return
        sku, title, quantity, price = (one.value for one in parts)
        read.lines.append({"sku": sku, "title": title or sku, "quantity": quantity, "price_cents": price})


def _line_field(file: OrdersFile, row: Raw, name: LineField, currency: str) -> FieldRead:
    empty: Mapping[str, Any] = {"sku": "", "title": "", "quantity": 1, "price": 0}
    reads: Mapping[str, Callable[[Any], Any]] = {
        "sku": values.text,
        "title": values.text,
        "quantity": values.count,
        "price": lambda value: values.minor_units(value, file.amounts, currency),
    }
    if name not in file.line_fields:
        try:
            if row.get(name) is None:
                return FieldRead(name, None, empty[name])
        except LookupError:
            return FieldRead(name, None, empty[name])
    return _read(name, file.line_fields.get(name, name), row, reads[name])


def _filled(value: Any) -> str:
    written = values.text(value).removeprefix("#").strip()
    if not written:
        raise ValueError("it is empty")
    return written


def _currency(value: Any) -> str:
    code = values.text(value).upper()
    if not is_currency(code):
        raise ValueError(f"{values.text(value)[:20]!r} is not a currency like USD")
    return code


def _nothing(name: Field) -> str | None:
    """What an order has where nothing is known: a name and a note are texts."""
    return "" if name in ("customer_name", "note") else None


def _text_of(name: Field) -> Callable[[Any], str | None]:
    return lambda value: values.text(value) or _nothing(name)
