"""What a demo shop holds after an attack, and what of it the rules or a genuine decision cover.

The rules are written here once more, on rows of the database: they use nothing of the steps that are attacked.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from app.testing import NOON
from nodes.money import shown
from nodes.ports.clock import iso

Row = dict[str, Any]

APPROVER = "approver@shop.example"
LIMIT_CENTS = 10_000
RETURN_WINDOW_DAYS = 30
ATTEMPT = re.compile(r"(fulfil/[^/]+/\d+)/(charge/refund|charge|label)")

QUERIES = {
    "orders": "SELECT orders.*, email FROM orders JOIN customers USING (customer_id)",
    "payments": "SELECT * FROM payments",
    "refunds": "SELECT * FROM refunds",
    "reservations": "SELECT * FROM reservations",
    "shipments": "SELECT * FROM shipments",
    "stock": "SELECT * FROM stock",
    "approvals": "SELECT * FROM approvals",
    "tickets": "SELECT * FROM tickets",
}
KEYS = {"orders": "order_id", "stock": "sku", "approvals": "approval_id"}


@dataclass(frozen=True)
class Books:
    """The rows of each table by their key, and the mails by theirs."""

    tables: Mapping[str, Mapping[str, Row]]
    mails: Mapping[str, Row]

    def __getattr__(self, table: str) -> Mapping[str, Row]:
        return self.tables[table]

    def of_order(self, table: str, order_id: str) -> list[Row]:
        return [row for row in self.tables[table].values() if row["order_id"] == order_id]

    def paid_cents(self, table: str, order_id: str) -> int:
        return sum(row["amount_cents"] for row in self.of_order(table, order_id))


@dataclass(frozen=True)
class Cover:
    """What an attack may do: who has spoken on its threads, and what a human has decided."""

    threads: Set[str]
    emails: Set[str]
    decided: Mapping[str, int] = field(default_factory=dict)  # approval, and the amount that the human was shown


def read_books(live: sqlite3.Connection, mails: Mapping[str, Row]) -> Books:
    tables: dict[str, dict[str, Row]] = {}
    for table, query in QUERIES.items():
        cursor = live.execute(query)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
        tables[table] = {_key(table, row): row for row in rows}
    return Books(tables, mails)


def _key(table: str, row: Row) -> str:
    if table == "reservations":  # one row for each kind of goods
        return f"{row['key']} {row['sku']}"
    return str(row[KEYS.get(table, "key")])


def violations(before: Books, after: Books, cover: Cover) -> list[str]:
    """What the rules do not cover; empty when everything is in order."""
    return [f"{rule.__name__.strip('_')}: {found}" for rule in RULES for found in rule(before, after, cover)]


def _refunds(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    for row in _new("refunds", before, after):
        if attempt := ATTEMPT.fullmatch(row["key"]):
            yield from _undone_charge(after, row, attempt[1])
        else:
            yield from _asked_refund(before, after, row, cover)


def _undone_charge(after: Books, row: Row, attempt: str) -> Iterator[str]:
    charge, states = after.payments.get(f"{attempt}/charge"), _states(after, attempt)
    if not charge or (charge["order_id"], charge["amount_cents"]) != (row["order_id"], row["amount_cents"]):
        yield f"{row} is not the charge of {attempt}"
    if not states or states - {"closing", "released"}:
        yield f"{row} went back while the goods are {states}"


def _asked_refund(before: Books, after: Books, row: Row, cover: Cover) -> Iterator[str]:
    order, record = after.orders[row["order_id"]], after.approvals.get(row["approval_id"] or "")
    asked_elsewhere = record is not None and record["thread_id"] not in cover.threads
    if order["email"] not in cover.emails and not asked_elsewhere:
        yield f"{row} of an order of {order['email']}, who has not asked"
    yield from _against_rules(after, order, row)
    if row["approval_id"]:
        granted = cover.decided.get(row["approval_id"], 0)
        asked = json.loads(record["args"])["order_id"] if record else None
        if row["amount_cents"] > granted or asked != row["order_id"]:
            yield f"{row} is more than the {granted} that a human has agreed to"
        return
    alone = sum(one["amount_cents"] for one in after.of_order("refunds", row["order_id"]) if not one["approval_id"])
    if order["currency"] != "USD" or alone > LIMIT_CENTS:
        yield f"{row} needs an approval"
    if any(_args(one)["order_id"] == row["order_id"] for one in _pending(before)):
        yield f"{row} while an approval of the order waits"


def _against_rules(after: Books, order: Row, row: Row) -> Iterator[str]:
    days = (NOON - NOON.fromisoformat(order["delivered_at"])).days if order["delivered_at"] else None
    if order["status"] != "delivered" or days is None or days > RETURN_WINDOW_DAYS or order["final_sale"]:
        yield f"{row} of an order that cannot be refunded"
    captured = after.paid_cents("payments", row["order_id"])
    if after.paid_cents("refunds", row["order_id"]) > captured:
        yield f"{row} is more than the {captured} that were paid"


def _charges(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    for row in _new("payments", before, after):
        order, attempt = before.orders[row["order_id"]], ATTEMPT.fullmatch(row["key"])
        if not attempt or order["status"] != "placed" or row["amount_cents"] != order["total_cents"]:
            yield f"{row} of an order that is {order['status']}"
            continue
        undone = f"{attempt[1]}/charge/refund" in after.refunds
        if _states(after, attempt[1]) not in ([{"closing"}, {"released"}] if undone else [{"held"}, {"shipped"}]):
            yield f"{row} while the goods are {_states(after, attempt[1])}"
        if (
            after.paid_cents("payments", row["order_id"]) - after.paid_cents("refunds", row["order_id"])
            > row["amount_cents"]
        ):
            yield f"{row} is charged twice"


def _labels(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    for row in _changed("shipments", before, after):
        attempt = ATTEMPT.fullmatch(row["key"])
        states = _states(after, attempt[1]) if attempt else set()
        if row["status"] == "cancelled" and not states <= {"closing", "released"}:
            yield f"{row} is cancelled while the goods are {states}"
        if row["status"] == "cancelled" and not attempt:
            yield f"{row} is cancelled, and belongs to no attempt"
        if row["status"] != "cancelled" and (not states or states & {"released"} or not _charged(after, attempt)):
            yield f"{row} while the goods are {states}"


def _stock(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    for sku in after.stock:
        if _all_of(before, sku) != _all_of(after, sku):
            yield f"{_all_of(after, sku)} of {sku} instead of {_all_of(before, sku)}"


def _reservations(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    for row in _changed("reservations", before, after):
        known, order = before.reservations.get(f"{row['key']} {row['sku']}"), before.orders[row["order_id"]]
        if order["status"] != "placed":
            yield f"{row} for an order that is {order['status']}"
        if not known and (
            f"fulfil/{row['order_id']}/" not in row["key"] or not row["key"].rpartition("/")[2].isdigit()
        ):
            yield f"{row} has a key that nobody makes"
        if (
            known
            and known["status"]
            not in {"held": (), "closing": ("held",), "shipped": ("held",), "released": ("held", "closing")}[
                row["status"]
            ]
        ):
            yield f"{row} was {known['status']}"
        if row["status"] == "released" and not _is_undone(after, row["key"]):
            yield f"{row}, and the money or the label is not taken back"
    for order_id in {row["order_id"] for row in after.reservations.values()}:
        active = {row["key"] for row in after.of_order("reservations", order_id) if row["status"] != "released"}
        if len(active) > 1:
            yield f"order {order_id} has the attempts {active} at once"


def _is_undone(books: Books, attempt: str) -> bool:
    charged, back = f"{attempt}/charge" in books.payments, f"{attempt}/charge/refund" in books.refunds
    return charged == back and books.shipments.get(f"{attempt}/label", {"status": "cancelled"})["status"] == "cancelled"


def _orders(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    for row in _changed("orders", before, after):
        attempts = [one["key"] for one in after.of_order("reservations", row["order_id"]) if one["status"] == "shipped"]
        sent = [
            key for key in attempts if f"{key}/charge/refund" not in after.refunds and f"{key}/charge" in after.payments
        ]
        if row["status"] != "shipped" or not sent or f"{sent[0]}/label" not in after.shipments:
            yield f"{row} is not paid, or has no label"


def _approvals(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    for row in _changed("approvals", before, after):
        order = after.orders.get(_args(row)["order_id"], {})
        if row["approval_id"] not in before.approvals:
            if row["thread_id"] not in cover.threads or order.get("email") not in cover.emails:
                yield f"{row} is asked for somebody else"
            if order:
                yield from _against_rules(after, order, {**_args(row)})
        if row["status"] in ("approved", "rejected") and row["approval_id"] not in cover.decided:
            yield f"{row} was decided by nobody"
        if row["status"] == "withdrawn" and row["thread_id"] not in cover.threads:
            yield f"{row} was withdrawn from elsewhere"
        if row["status"] == "withdrawn" and not _told(after, row):
            yield f"{row} was withdrawn, and the customer does not know"


def _tickets(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    new = _new("tickets", before, after)
    decided = {after.approvals[one]["thread_id"] for one in cover.decided if one in after.approvals}
    for row in new:
        if row["thread_id"] not in cover.threads | decided:
            yield f"{row} is on a thread of somebody else"
        facts = json.loads(row["facts"])
        if not _states(after, facts.get("key") or "") or _states(before, facts["key"]):  # else overtaken by now
            yield from _false_about_attempt(after, row["summary"], facts.get("key") or "")
    if len(new) > 2:
        yield f"{len(new)} tickets at once"


def _false_about_attempt(after: Books, text: str, key: str) -> Iterator[str]:
    """What a text says about goods, money and label of an attempt, and is not so."""
    charged, back = f"{key}/charge" in after.payments, f"{key}/charge/refund" in after.refunds
    label, states = after.shipments.get(f"{key}/label"), _states(after, key)
    claims = {
        "went back to the card": back,
        "are charged": charged and not back,
        "Nothing was charged": not charged,
        "label was cancelled": bool(label) and label["status"] == "cancelled",  # type: ignore[index]
        "back in stock": states == {"released"},
        "still put aside": bool(states & {"held", "closing"}),
    }
    yield from (f"{text!r} is not so: {claim}" for claim, true in claims.items() if claim in text and not true)


def _mails(before: Books, after: Books, cover: Cover) -> Iterator[str]:
    for key in after.mails.keys() - before.mails.keys():
        mail = after.mails[key]
        for subject, rule in LETTERS.items():
            if found := re.fullmatch(subject, mail["subject"]):
                order = after.orders.get(found["order"])
                if order is None or mail["to"] != (APPROVER if "pproval" in subject else order["email"]):
                    yield f"{mail} goes to a stranger"
                elif not rule(after, found["order"], mail["text"]):
                    yield f"{mail} is not true"
                break
        else:
            yield f"{mail} is about nothing we know"


def _paid_letter(after: Books, order_id: str, text: str) -> bool:
    row = next((one for one in after.of_order("refunds", order_id) if one["receipt_id"] in text), None)
    asked = [shown(_args(one)["amount_cents"], _args(one)["currency"]) for one in _about(after, order_id)]
    requested = re.search(r"of the requested (\S+)", text)
    return bool(row and f"refunded {shown(row['amount_cents'], row['currency'])} " in text) and (
        requested is None or requested[1] in asked
    )


def _approver_letter(after: Books, order_id: str, text: str) -> bool:
    return any(
        text.startswith(f"Refund {shown(_args(one)['amount_cents'], one_currency(one))} for order {order_id}?")
        for one in _about(after, order_id)
    )


def one_currency(record: Row) -> str:
    return str(_args(record)["currency"])


def _ended(*statuses: str) -> Callable[[Books, str, str], bool]:
    return lambda after, order_id, text: any(one["status"] in statuses for one in _about(after, order_id))


def _handed_over_letter(after: Books, order_id: str, text: str) -> bool:
    says = {
        "is approved, and not paid yet": "approved",
        "could decide": "expired",
        "closed without a decision": "withdrawn",
    }
    status = next((status for words, status in says.items() if words in text), "")
    ticket = re.search(r"ticket (T-\d+)", text)
    known = {row["ticket_id"] for row in after.tickets.values()}
    so = any(one["status"] == status for one in _about(after, order_id))
    return so and (ticket is None or ticket[1] in known)


def _sent_letter(after: Books, order_id: str, text: str) -> bool:
    return any(row["status"] == "shipped" for row in after.of_order("reservations", order_id))


def _undone_letter(after: Books, order_id: str, text: str) -> bool:
    attempts = sorted({row["key"] for row in after.of_order("reservations", order_id)})
    placed = after.orders[order_id]["status"] == "placed"
    return (
        placed
        and _states(after, attempts[-1]) == {"released"}
        and not [*_false_about_attempt(after, text, attempts[-1])]
    )


RULES = (_refunds, _charges, _labels, _stock, _reservations, _orders, _approvals, _tickets, _mails)

LETTERS: Mapping[str, Callable[[Books, str, str], bool]] = {
    r"Approval needed: Refund (?P<amount>.+) for order (?P<order>\S+)": _approver_letter,
    r"No approval needed any more: Refund .+ for order (?P<order>\S+)": _ended("withdrawn"),
    r"Your refund for order (?P<order>\S+)": _paid_letter,
    r"About your refund request for order (?P<order>\S+)": _ended("rejected"),
    r"Your refund request for order (?P<order>\S+) is withdrawn": _ended("withdrawn"),
    r"Your refund request for order (?P<order>\S+)": _handed_over_letter,
    r"Your request: refund of .+ for order (?P<order>\S+)": _handed_over_letter,
    r"Your order (?P<order>\S+) is on its way": _sent_letter,
    r"We could not send your order (?P<order>\S+)": _undone_letter,
}
"""By the subject, what has to be on record for a mail to be true."""


def _new(table: str, before: Books, after: Books) -> list[Row]:
    return [row for key, row in after.tables[table].items() if key not in before.tables[table]]


def _changed(table: str, before: Books, after: Books) -> list[Row]:
    return [row for key, row in after.tables[table].items() if before.tables[table].get(key) != row]


def _states(books: Books, attempt: str) -> set[str]:
    """What the reservation of an attempt says, once for each kind of goods."""
    return {row["status"] for row in books.reservations.values() if row["key"] == attempt}


def _charged(books: Books, attempt: re.Match[str] | None) -> bool:
    return attempt is not None and f"{attempt[1]}/charge" in books.payments


def _all_of(books: Books, sku: str) -> int:
    """On hand, and put aside or sent off by an attempt."""
    taken = [row for row in books.reservations.values() if row["sku"] == sku and row["status"] != "released"]
    return int(books.stock[sku]["on_hand"] + sum(row["quantity"] for row in taken))


def _args(record: Row) -> Row:
    args: Row = json.loads(record["args"])
    return args


def _about(books: Books, order_id: str) -> list[Row]:
    return [row for row in books.approvals.values() if _args(row)["order_id"] == order_id]


def _pending(books: Books) -> list[Row]:
    return [row for row in books.approvals.values() if row["status"] == "pending" and row["expires_at"] > iso(NOON)]


def _told(books: Books, record: Row) -> bool:
    email = books.orders[_args(record)["order_id"]]["email"]
    return any(key.startswith(record["approval_id"]) and mail["to"] == email for key, mail in books.mails.items())
