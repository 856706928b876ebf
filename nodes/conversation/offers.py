"""A refund that the customer has not asked for in plain words: explained, offered, and paid only after a plain yes."""

import re
from collections.abc import Sequence
from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.conversation.amount_asked import amount_asked
from nodes.conversation.conversation_sentences import (
    ALL_RIGHT,
    CAN_BE_REFUNDED,
    CHARGED,
    LEFT,
    LEFT_PAID,
    NO_ANSWER,
    NOT_LATER,
    NOT_THE_REST,
    OFFER,
    REFUNDED_BEFORE,
    SHALL_A_PERSON,
    TO_THE_CARD,
    WHICH_ORDER,
    WHICH_THING,
)
from nodes.conversation.named_orders import (
    Told,
    handles_some_things,
    has_things,
    lines_named,
    lines_shared,
    names_some_things,
    noun,
    things_meant,
)
from nodes.conversation.open_question import Asked, Offer, Question, question
from nodes.conversation.speaker import names_fit
from nodes.money import shown
from nodes.ports import services
from nodes.ports.clock import parse
from nodes.ports.language import Act, Demand
from nodes.ports.orders import Line, Order
from nodes.refund.eligibility import judged_now
from nodes.refund.explanation import declined
from nodes.refund.refund_key import RefundNamed, refund_id_of
from nodes.refund.refund_rules import belongs_to, is_under_way, refunded_a_moment_ago, unknown_order
from nodes.shop_words import worded


class ToOffer(RefundNamed, Asked, total=False):
    email: str
    act: Act
    turn: int
    question: str
    earlier_words: list[str]
    excluded: list[str]
    demand: Demand | None
    was_declined: bool


class Offered(Asked, total=False):
    offer: Offer | None
    outcome: Literal["needs_information", "declined", "resolved", "rejected", "withdrawn"]
    say: str
    offers_person: bool


async def offer_refund(state: ToOffer, config: RunnableConfig) -> Offered:
    """Say what the rules mean for this very order; when it can be refunded, ask whether it should be."""
    order_id, email = state.get("order_id") or "", state.get("email") or ""
    order = await services().orders.find(order_id)
    if order is None or not belongs_to(order, email):
        return {"offer": None, **question(_before(state), f"{order_id} {email}", unknown_order(order_id, email)["say"])}
    if state.get("act") != "request" and _CHARGED_TWICE.search(state.get("question") or ""):
        return _charged(order)
    told = _told(state, order)
    asked = amount_asked({"demand": state.get("demand"), "amount_cents": state.get("amount_cents"), **told}, order)
    named: RefundNamed = {**_request(state), "amount_cents": asked.cents}
    judged = await judged_now(order, asked.cents, refund_id_of(named, config), asks_always=False)
    if judged["verdict"] == "ineligible":
        return {
            "offer": None,
            "asked_for": "",
            "times_asked": 0,
            "asked_words": "",
            "asked_offer": None,
            **declined(judged["say"], again=state.get("was_declined", False)),
        }
    if state.get("act") == "condition":
        return _resolved(state, worded(NOT_LATER, order_id=order["order_id"]))
    if others := _others(state, order):
        return {"offer": None, **question(_before(state), "which thing", others)}
    if asked.question:
        return {"offer": None, **question(_before(state), "amount", f"{_because(state, order)}{asked.question}")}
    is_part = judged["due_cents"] < order["captured_cents"] - order["refunded_cents"]
    lines = (_lines_offered(state, told, order) if is_part else []) or order["lines"]
    offer: Offer = {
        "order_id": order["order_id"],
        "amount_cents": judged["due_cents"],
        "currency": judged["currency"],
        "turn": state.get("turn", 0),
        "refunds": len(order["refunds"]),
        "is_part": is_part,
        "things": [noun(line["title"]) for line in lines],
    }
    amount = shown(offer["amount_cents"], offer["currency"])
    say = f"{_because(state, order)}{worded(OFFER, amount=amount, order_id=order['order_id'], things=_titles(lines))}"
    asking = question(_before(state), f"offer {order_id}", say, offer=offer)
    if say == state.get("asked_words"):
        asking["say"] = f"{worded(NO_ANSWER)} {asking['say']}"
    return {"offer": offer, **asking}


def _lines_offered(state: ToOffer, told: Told, order: Order) -> list[Line]:
    """A share is of the whole order, unless the words name the things that it is of: "half of the carafe"."""
    demand = state.get("demand")
    is_share = demand is not None and demand["share"] not in ("", "unclear", "price")
    return lines_shared(told["question"], order) if is_share else things_meant(told, order)


_CHARGED_TWICE = re.compile(
    r"\b(?:charged?|billed|debited|paid|took|taken)\b[^.!?]{0,40}\b(?:twice|double|two times|again|more than once)\b"
    r"|\b(?:double|twice|duplicate|second) (?:charged?|charges|billed|payment|debit(?:ed)?|transaction)\b",
    re.IGNORECASE,
)
"""What no refund of the order mends."""


def _charged(order: Order) -> Offered:
    amount = shown(order["captured_cents"], order["currency"])
    say = f"{worded(CHARGED, amount=amount, order_id=order['order_id'])} {worded(SHALL_A_PERSON)}"
    return {"offer": None, "outcome": "resolved", "say": say, "offers_person": True}


def _others(state: ToOffer, order: Order) -> str:
    """The question for a thing that the order does not have; "" when it has what is asked for."""
    demand = state.get("demand")
    nouns = demand.get("asked_things", []) if demand else []
    if not nouns or has_things(order, nouns) or state.get("asked_for") == "which thing":
        return ""
    return worded(WHICH_THING, thing=nouns[0], order_id=order["order_id"], things=_titles(order["lines"]))


class Settling(RefundNamed, total=False):
    email: str
    refunds_seen: int | None
    question: str
    earlier_words: list[str]
    demand: Demand | None


class Settled(TypedDict):
    settled: bool
    amount_cents: int | None


async def settle_refund(state: Settling) -> Settled:
    """Whether a plain request can go on: when it says how much, and, for an order that was refunded before, an amount.

    A request that names some of the order's things, or things that it does not have, is asked about, and so is one for an
    amount that was refunded a moment ago.
    """
    order = await services().orders.find(state.get("order_id") or "")
    if order is None:
        return {"settled": True, "amount_cents": state.get("amount_cents")}
    asked, demand = (
        amount_asked({"amount_cents": state.get("amount_cents"), "demand": state.get("demand")}, order),
        state.get("demand"),
    )
    told = _told(state, order)
    is_about_things = asked.cents is None and bool(demand and names_some_things(told, order))
    open_amount = asked.cents is None and bool(order["refunds"])
    is_repeated = (
        asked.cents is not None
        and state.get("refunds_seen") != len(order["refunds"])
        and refunded_a_moment_ago(order, asked.cents, services().clock.now()) is not None
    )
    nouns = [*demand.get("things", []), *demand.get("asked_things", [])] if demand else []
    others = not has_things(order, nouns) or not names_fit(demand, order["email"])
    return {
        "settled": not (asked.question or open_amount or is_repeated or is_about_things or others),
        "amount_cents": asked.cents,
    }


def _told(state: Settling | ToOffer, order: Order) -> Told:
    """The words that say which things of the order are meant: those that ask, where they name the order; what else is named
    there is a reason."""
    demand = state.get("demand")
    told: Told = {"question": state.get("question") or "", "earlier_words": state.get("earlier_words") or []}
    if demand and demand.get("asks_for") and not handles_some_things(told, order):
        return {"question": demand["asks_for"]}
    return told


async def is_settled(state: Settled) -> Literal["settled", "unsettled"]:
    return "settled" if state.get("settled") else "unsettled"


async def leave_it(state: ToOffer) -> Offered:
    """The customer does not want a refund, or not any more; what else the message asks for is for a person."""
    is_of_nothing = (
        state.get("turn", 0) <= 1 and not state.get("order_id") and not _OF_REFUNDS.search(state.get("question") or "")
    )
    return _resolved(state, worded(ALL_RIGHT) if is_of_nothing else await _left(state))


def _resolved(state: ToOffer, say: str) -> Offered:
    """A person is offered for what else the message asks for."""
    wants_else = bool(_WANTS_ELSE.search(state.get("question") or ""))
    told = f"{say} {worded(NOT_THE_REST)} {worded(SHALL_A_PERSON)}" if wants_else else say
    return {"offer": None, "outcome": "resolved", "say": told, "offers_person": wants_else}


async def _left(state: ToOffer) -> str:
    order_id = state.get("order_id")
    order = await services().orders.find(order_id) if order_id else None
    if order is None or not order["refunds"] or not belongs_to(order, state.get("email") or ""):
        return worded(LEFT, order_id=order_id)
    back = shown(order["refunded_cents"], order["currency"])
    return worded(LEFT_PAID, order_id=order["order_id"], refunded=back, under_way=is_under_way(order))


_OF_REFUNDS = re.compile(r"\b(?:refund|money|reimburse|repay)", re.IGNORECASE)
_WANTS_ELSE = re.compile(
    r"\b(?:replace(?:ment|d)?|exchange|swap|resend|re-send|send (?:me )?(?:a|the|another)|new one|another one|missing|spare"
    r"|invoice|receipt"
    r"|right size|(?:repair(?:ed)?|fix(?:ed)?)(?! it\b)|want to know|would like to know|instead)\b",
    re.IGNORECASE,
)
"""Words of what no workflow does."""


class Choosing(Asked, total=False):
    email: str
    question: str
    candidates: list[str]


class Chosen(TypedDict, total=False):
    order_id: str
    candidates: list[str]
    other_orders: list[str]


_NOT_THAT = re.compile(r"\b(?:not|no|keep|except|but|without|other than)\b", re.IGNORECASE)


async def choose_order(state: Choosing) -> Chosen | Question:
    """Which of several orders is meant: the one whose things the message speaks of, else the customer is asked."""
    found = [await services().orders.find(one) for one in state.get("candidates") or []]
    own = [order for order in found if order and belongs_to(order, state.get("email") or "")]
    text = state.get("question") or ""
    matching = [order for order in own if bool(lines_named(text, order)) != bool(_NOT_THAT.search(text))]
    if len(matching) == 1 and any(lines_named(text, order) for order in own):
        return {"order_id": matching[0]["order_id"], "candidates": []}
    if len(own) == 1:
        return {"order_id": own[0]["order_id"], "candidates": [], "other_orders": []}
    orders = [{"order_id": order["order_id"], "things": _titles(order["lines"])} for order in own]
    return question(_before(state), "which order", worded(WHICH_ORDER, orders=orders))


async def is_chosen(state: Choosing) -> Literal["chosen", "open"]:
    return "open" if state.get("candidates") else "chosen"


def _before(state: Asked) -> Asked:
    return {"asked_for": state.get("asked_for", ""), "times_asked": state.get("times_asked", 0)}


def _request(state: ToOffer) -> RefundNamed:
    return {
        "order_id": state.get("order_id") or "",
        "refund_no": state.get("refund_no", 0),
        "origin": state.get("origin"),
    }


def _because(state: ToOffer, order: Order) -> str:
    """What the customer is told before the question."""
    where = worded(TO_THE_CARD) if _ELSEWHERE.search(state.get("question") or "") else ""
    return "".join(f"{said} " for said in (_of_the_order(state, order), where) if said)


def _of_the_order(state: ToOffer, order: Order) -> str:
    amount = shown(order["captured_cents"] - order["refunded_cents"], order["currency"])
    if state.get("act") == "question" and order["delivered_at"]:
        is_asked = _WHETHER.search(state.get("question") or "") is not None
        days = (services().clock.now() - parse(order["delivered_at"])).days
        return worded(CAN_BE_REFUNDED, order_id=order["order_id"], days=days, refundable=amount, is_asked=is_asked)
    if order["refunds"]:
        back = shown(order["refunded_cents"], order["currency"])
        return worded(REFUNDED_BEFORE, order_id=order["order_id"], refunded=back, under_way=is_under_way(order))
    return ""


_WHETHER = re.compile(
    r"(?:^|[.!?,;:\n]|\b(?:and|but|so|hi|hello|please|if|whether|then|wondering|know)\b)\W*(?:can|could|may|might|am|is|are|will"
    r"|would|do|does|should)"
    r" (?!(?:i|we) need\b)[^.?!]{0,40}\b(?:refund\w*|money back|reimburse\w*|eligible|possible)\b(?!.*\b(?:packag\w+|box|dollars"
    r"|euros|receipt|fees?)\b)",
    re.IGNORECASE,
)
"""Asks whether it can be refunded; "do I need the packaging for a refund?" asks something else."""
_ELSEWHERE = re.compile(
    r"\b[a-z]{2}\d{2} ?\d{4}[\d ]{8,}|\b(?:paypal|iban|bank (?:account|transfer)|wire|venmo|cash ?app|zelle|cheque|bitcoin|crypto\w*|cash"
    r"|store credit|vouchers?|gift ?cards?|(?:other|another|different|new|(?:wife|husband|mother|father|friend|son|daughter)(?:'?s)?) "
    r"(?:card|account)|not to my card|card (?:is|has) (?:expired|lost|closed|gone|blocked))\b",
    re.IGNORECASE,
)


def _titles(lines: Sequence[Line]) -> str:
    return ", ".join(line["title"] for line in lines[:3])
