"""How much a customer asks for, computed from the order where the words say it exactly."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from typing_extensions import TypedDict

from nodes.conversation.conversation_sentences import HOW_MUCH, IN_ITS_CURRENCY
from nodes.conversation.named_orders import leaves_some, lines_alone, lines_shared, things_meant
from nodes.money import decimals, shown
from nodes.ports.language import Demand, Details
from nodes.ports.orders import Line, Order
from nodes.ports.wording import Sentence
from nodes.shop_words import worded

FULL = re.compile(r"\b(?:full|whole|entire|everything|all of it|complete(?:ly)?|total)\b", re.IGNORECASE)
"""Words that ask for all of it."""

_ALL_OF_IT = re.compile(
    r"\W*(?:all|all of it|everything|the (?:full|whole|total) (?:amount|sum|thing))\W*(?:please\W*)?", re.IGNORECASE
)

BARE_AMOUNT = re.compile(r"[\s.!,$€£]*(\d{1,3}|\d{1,6}[.,]\d{2})[\s.!,$€£]*")
"""A number alone: an amount, after we have asked for one."""


def bare_amount(number: str) -> int:
    """Hundredths of "15", "15.00" or "15,00"."""
    whole, _, fraction = number.replace(",", ".").partition(".")
    return int(whole) * 100 + int(fraction or 0)


class DemandBefore(TypedDict, total=False):
    demand: Demand | None
    amount_cents: int | None


def demand_of(details: Details) -> Demand:
    amounts = details["amounts_cents"]
    whole: Demand = {
        "order_ids": [],
        "orders_open": False,
        "amount_cents": amounts[0] if amounts else None,
        "currency": "",
        "share": "",
    }
    return details.get("demand") or whole


def demand_now(state: DemandBefore, text: str, details: Details, *, goes_on: bool, is_detail: bool) -> Demand:
    """How much is asked for: an amount that was named before stays until another one, or all of it, is asked for."""
    said = demand_of(details)
    if not goes_on:
        return said
    before = state.get("demand") or {**said, "amount_cents": state.get("amount_cents")}
    said = {
        **said,
        "things": [*before.get("things", []), *said.get("things", [])],
        "names": [*before.get("names", []), *said.get("names", [])],
        "asked_things": said.get("asked_things") or before.get("asked_things", []),
    }
    if bare := BARE_AMOUNT.fullmatch(text):
        return {**said, "amount_cents": bare_amount(bare[1]), "share": ""}
    if _ALL_OF_IT.fullmatch(text):
        return {**said, "share": ""}
    if said["amount_cents"] is not None or said["share"] or (is_detail and FULL.search(text)):
        return said
    return {**said, "amount_cents": before["amount_cents"], "currency": before["currency"], "share": before["share"]}


class Asked(NamedTuple):
    """The amount in minor units of the order's currency (None: all of it), or the question that has to be asked first."""

    cents: int | None
    question: str


class Wanted(TypedDict, total=False):
    amount_cents: int | None
    demand: Demand | None
    question: str
    earlier_words: list[str]


def amount_asked(wanted: Wanted, order: Order) -> Asked:
    demand = wanted.get("demand")
    if demand is None:
        return Asked(wanted.get("amount_cents"), "")
    if demand["currency"] not in ("", order["currency"]):
        return Asked(None, _question(IN_ITS_CURRENCY, order))
    if demand["share"] == "price":
        cents = minor_units(demand["amount_cents"] or 0, order["currency"])
        return Asked(None, "" if cents == order["captured_cents"] else _question(HOW_MUCH, order))
    if demand["share"] == "unclear":
        alone = lines_alone(wanted.get("question") or "", order)
        if alone and demand["amount_cents"] is None and _adds_up(order):
            return Asked(_price(alone), "")
        return Asked(None, _question(HOW_MUCH, order))
    if demand["share"]:
        lines = lines_shared(wanted.get("question") or "", order)
        if lines and not _adds_up(order):
            return Asked(None, _question(HOW_MUCH, order))
        cents = _share(demand["share"], order, lines)
        return Asked(cents, "" if cents else _question(HOW_MUCH, order))
    if demand["amount_cents"] is not None:
        cents = minor_units(demand["amount_cents"], order["currency"])
        return Asked(cents, "" if cents else _question(IN_ITS_CURRENCY, order))
    return _items(wanted, order)


def _items(wanted: Wanted, order: Order) -> Asked:
    """What the named things cost, when the order's lines add up to what was paid."""
    if leaves_some(wanted.get("question") or "", order):
        return Asked(None, _question(HOW_MUCH, order))
    lines = things_meant(
        {"question": wanted.get("question") or "", "earlier_words": wanted.get("earlier_words") or []}, order
    )
    return Asked(_price(lines) if lines and _adds_up(order) else None, "")


def _price(lines: Sequence[Line]) -> int:
    return sum(line["price_cents"] * line["quantity"] for line in lines)


def _adds_up(order: Order) -> bool:
    """Whether the lines tell what each thing has cost: nothing was refunded, and they are what was paid."""
    return not order["refunds"] and _price(order["lines"]) == order["captured_cents"]


def _share(share: str, order: Order, lines: Sequence[Line]) -> int | None:
    """Of the things, or of the whole order; None where it is not a whole number of minor units."""
    if share == "rest":
        return order["captured_cents"] - order["refunded_cents"] or None
    part, whole = map(int, share.split("/"))
    cents, remainder = divmod((_price(lines) if lines else order["captured_cents"]) * part, whole or 1)
    return cents if 0 < part <= whole and not remainder else None


def minor_units(hundredths: int, currency: str) -> int | None:
    """None where the currency has no such amount: yen have no hundredths."""
    cents, remainder = divmod(hundredths * 10 ** decimals(currency), 100)
    return None if remainder else cents


def _question(sentence: Sentence, order: Order) -> str:
    currency = order["currency"]
    left = shown(order["captured_cents"] - order["refunded_cents"], currency)
    return worded(sentence, order_id=order["order_id"], refundable=left, currency=currency)
