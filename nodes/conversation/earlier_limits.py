"""What a conversation has said of an order before it asks for all of its money: "only $10 for 12346", "I keep the filters"."""

import re
from typing import NamedTuple

from typing_extensions import TypedDict

from nodes.conversation.named_orders import MOST
from nodes.conversation.offer_answers import same_order
from nodes.conversation.open_question import Offer
from nodes.conversation.open_request import OPEN
from nodes.ports.language import Act, Demand

ANY_ORDER = "*"
"""Something was said before an order was named."""

_OF_SOME = re.compile(
    r"\b(?:keep(?:ing)?|stays?|part|partial(?:ly)?|whole amount|everything|only|just (?:the|my|a)|shipping|postage)\b",
    re.IGNORECASE,
)
"""Words of somebody who wants some of the money, or some of the things."""


class Before(TypedDict, total=False):
    turn: int
    limited_orders: list[str]  # missing in a conversation that an earlier version began
    offer: Offer | None
    outcome: str | None


class Limits(NamedTuple):
    orders: list[str]  # of which not all the money was wanted, and none was asked for since; ANY_ORDER
    are_passed_over: bool  # this turn asks for all of it, as if nothing had been said: it is offered


def limits_now(before: Before, text: str, act: Act, order_id: str | None, demand: Demand) -> Limits:
    known = before.get("limited_orders", [ANY_ORDER] if before.get("turn") else [])
    says_how_much = demand["amount_cents"] is not None or bool(demand["share"])
    settled = (order_id, ANY_ORDER) if act == "request" else ()
    orders = [*(one for one in known if one not in settled), *demand.get("excluded", [])]
    if act == "withdrawal" or says_how_much or _OF_SOME.search(text):
        orders.append(order_id or ANY_ORDER)
    are_passed_over = not says_how_much and _holds(before, known, order_id)
    return Limits(list(dict.fromkeys(orders))[-MOST:], are_passed_over)


def _holds(before: Before, known: list[str], order_id: str | None) -> bool:
    """Whether what was said is of this order: by its number, by none, by a number that no order has, or of an offered part."""
    offer = before.get("offer")
    was_part = offer is not None and offer.get("is_part", False) and same_order(offer["order_id"], order_id or "")
    was_not_found = before.get("outcome") in OPEN and bool(known)
    return was_part or was_not_found or order_id in known or ANY_ORDER in known
