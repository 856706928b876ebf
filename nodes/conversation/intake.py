"""What the customer wants, and what is still missing: the first step of every turn of a conversation."""

import re
from typing import Any, Literal

from typing_extensions import TypedDict

from nodes.conversation.amount_asked import BARE_AMOUNT, FULL, bare_amount
from nodes.conversation.messages import Message, refers_back, transcript, unanswered
from nodes.conversation.named_orders import MOST, referred
from nodes.conversation.offers import Offer
from nodes.ports import services
from nodes.ports.language import Act, Classification, Demand, Details, Intent
from nodes.refund.refund_rules import same_address

OPEN = frozenset({"needs_information", "declined"})
"""Outcomes after which a message may be the answer to what we said."""

GREETING = "Hello! I can look up an order or a refund for you. What is it about?"
FAREWELL = "You are welcome. Is there anything else I can do for you?"
ALL_RIGHT = "All right. Is there anything else I can do for you?"
SHALL_A_PERSON = "Shall I pass this on to a colleague?"
MOST_ASKED = 2
"""Times that the same details are asked for before a person is offered."""

LACKS_IT = re.compile(
    r"\b(?:do not|don'?t|did not|didn'?t|no longer|never) (?:have|know|remember|recall|find|get|got|see)\b"
    r"|\b(?:lost|forgot(?:ten)?|deleted|misplaced|can'?t find|can ?not find|cannot remember|have no|no idea)\b|\bwhere (?:do|can) i find\b",
    re.IGNORECASE,
)
"""The customer has no order number."""

HOLDS_ON = re.compile(
    r"(?=.{0,60}\b(?:moment|second|sec|minute|hold|hang|wait|let me|brb|look)\b)"
    r"\W*(?:(?:ok|okay|please|just|sorry|hold on|hang on|wait|one (?:moment|second|sec|minute)|a (?:moment|second|sec|minute)|"
    r"give me (?:a|one) (?:moment|second|sec|minute)|let me (?:look|check|see|find it)|brb|let me get it|i will look)\W*)+",
    re.IGNORECASE,
)
_THANKS = re.compile(r"\b(?:thanks|thank you|thx|cheers|appreciate(?:d)?)\b", re.IGNORECASE)
_HELLO = re.compile(r"\b(?:hello|hi|hey|good (?:morning|afternoon|evening|day))\b", re.IGNORECASE)
_COMPLAINS = re.compile(r"\?|\b(?:but|not|n't|still|where|when|why|how|wrong|only)\b", re.IGNORECASE)

NO = re.compile(
    r"\W*(?:no|nope|nah|rather not|better not)(?:\W+(?:thanks|thank you|not now|please|rather not|sorry))*\W*",
    re.IGNORECASE,
)

YES = re.compile(
    r"\W*(?:yes|yeah|yep|yup|sure|ok|okay|please|absolutely|definitely)"
    r"(?:\W+(?:yes|please|do|sure|pass it on|go ahead|that would be (?:great|nice|good)|i would like that|a colleague))*\W*",
    re.IGNORECASE,
)


class Turn(TypedDict, total=False):
    messages: list[Message]
    turn: int
    intent: Intent
    order_id: str | None
    email: str | None
    amount_cents: int | None
    reason: str
    outcome: str | None
    act: Act
    offer: Offer | None
    stated_email: str | None
    demand: Demand | None
    candidates: list[str]
    named_orders: list[str]
    question: str
    offers_person: bool
    is_kept: bool  # the message was written while something else was decided


class Understood(TypedDict):
    turn: int
    intent: Intent
    wants_human: bool
    asks_progress: bool
    small_talk: bool
    order_id: str | None
    email: str | None
    amount_cents: int | None
    reason: str
    outcome: None
    say: str
    reply: str
    summary: str
    approval: None
    decision: None
    failure: None
    receipt_id: None
    problem: str
    question: str
    other_orders: list[str]
    candidates: list[str]
    named_orders: list[str]
    demand: Demand | None
    act: Act
    offer: None
    offers_person: bool
    was_declined: bool
    language: str
    confirmed: bool
    stated_email: str | None
    names_other_person: bool


class Asking(TypedDict, total=False):
    intent: Intent
    order_id: str | None
    email: str | None
    verified: bool
    question: str
    times_asked: int


class Question(TypedDict):
    outcome: Literal["needs_information"]
    say: str
    times_asked: int
    offers_person: bool


Request = Literal[
    "order_status",
    "refund",
    "refund_progress",
    "unsure_refund",
    "no_refund",
    "which_order",
    "general_question",
    "other",
    "small_talk",
    "missing",
]


async def classify(state: Turn) -> Understood:
    """Read the new message together with what the conversation has established, and clear what the last turn left."""
    text = unanswered(state.get("messages") or [])
    language = services().language
    relates = bool(refers_back(text)) or state.get("outcome") in OPEN
    before = transcript(state.get("messages") or [])[:-1] if relates else []
    said = await language.classify(text, history=before)
    details = await language.extract(text)
    if (state.get("outcome") == "unanswered" or state.get("offers_person")) and accepts_offer(text):
        said = {"intent": "other", "wants_human": True, "asks_progress": False, "small_talk": False}
    elif HOLDS_ON.fullmatch(text) or _is_thanks_for_a_refund(text, said):
        said = {"intent": "other", "wants_human": False, "asks_progress": False, "small_talk": True}
    said = _continued(state, text, said, details)
    return _answering_the_offer(state, text, said, _understood(state, text, said, details))


async def request(state: Understood) -> Request:
    """Which way the turn goes. Money moves on a plain request, or on a plain yes to an offer: whoever understood it."""
    intent = state["intent"]
    if state.get("names_other_person") or state.get("language"):
        return "other"
    if state["act"] == "withdrawal" and intent in ("refund", "other") and not state["wants_human"]:
        return "no_refund"
    if state["wants_human"] or (intent == "other" and not state["small_talk"]):
        return "other"
    if state["small_talk"]:
        return "small_talk"
    if intent == "general_question":
        return intent
    if not (state["order_id"] and state["email"]):
        return "missing"
    if intent != "refund":
        return intent
    if len(state.get("candidates") or []) > 1:
        return "which_order"
    if state["asks_progress"] or state["act"] == "report":
        return "refund_progress"
    return "refund" if state["act"] == "request" and state["confirmed"] else "unsure_refund"


async def ask_for_details(state: Asking) -> Question:
    """Name what is missing, or what did not fit."""
    order_id, email = state.get("order_id"), state.get("email")
    times_asked = state.get("times_asked", 0) + 1
    if order_id and email:
        say = f"We could not find order {order_id} under the e-mail address {email}. Could you check both and send them again?"
    else:
        missing = [
            text
            for text, value in (("your order number", order_id), ("the e-mail address you ordered with", email))
            if not value
        ]
        if times_asked > MOST_ASKED or LACKS_IT.search(state.get("question") or ""):
            say = (
                f"Without {' and '.join(missing)} I cannot look this up. The order number stands in the mail that confirmed "
                f"your order. {SHALL_A_PERSON}"
            )
            return {"outcome": "needs_information", "say": say, "times_asked": times_asked, "offers_person": True}
        purpose = "refund this" if state.get("intent") == "refund" else "look this up"
        say = f"I can {purpose} for you. Please send me {' and '.join(missing)}."
    return {"outcome": "needs_information", "say": say, "times_asked": times_asked, "offers_person": False}


async def greet(state: Turn) -> dict[str, Any]:
    """Answer a greeting or a thank-you."""
    text, begins = state.get("question") or "", state.get("turn", 0) <= 1
    if _THANKS.search(text):
        return {"outcome": "resolved", "say": FAREWELL}
    if HOLDS_ON.fullmatch(text):
        return {"outcome": "resolved", "say": "Take your time."}
    return {"outcome": "resolved", "say": GREETING if begins or _HELLO.search(text) else ALL_RIGHT}


def _is_thanks_for_a_refund(text: str, said: Classification) -> bool:
    """ "Thank you so much for the quick refund last week": nothing is asked."""
    return said.get("act") == "report" and bool(_THANKS.search(text)) and not _COMPLAINS.search(text)


def accepts_offer(text: str) -> bool:
    """A plain yes to the offer of a human."""
    return YES.fullmatch(text.strip()) is not None


def _continued(state: Turn, text: str, said: Classification, details: Details) -> Classification:
    """An answer with nothing but details ("12346, ada@example.com") goes on with the request that we asked about."""
    before = state.get("intent")
    goes_on = (
        state.get("outcome") in OPEN and before in ("refund", "order_status") and _adds_details(text, said, details)
    )
    if before and goes_on and said["intent"] == "other" and not said["wants_human"]:
        return {
            "intent": before,
            "wants_human": False,
            "asks_progress": False,
            "small_talk": False,
            "act": state.get("act", "unclear"),
        }
    return said


def _act(state: Turn, text: str, said: Classification, details: Details) -> Act:
    """What the customer does. The details that we asked for go on with the request they belong to."""
    act = said.get("act", "unclear")
    was_asked = state.get("outcome") == "needs_information" and state.get("intent") == "refund"
    goes_on = act == "unclear" and was_asked and state.get("act") == "request"
    return "request" if goes_on and _adds_details(text, said, details) else act


def _answering_the_offer(state: Turn, text: str, said: Classification, understood: Understood) -> Understood:
    """A plain yes in the turn after an offer asks for exactly what was offered. Anything else drops the offer."""
    offer = state.get("offer")
    if not offer or offer["turn"] != state.get("turn"):
        return understood
    if said.get("agrees", accepts_offer(text)) and not state.get("is_kept"):
        return {
            **understood,
            "intent": "refund",
            "act": "request",
            "confirmed": True,
            "wants_human": False,
            "asks_progress": False,
            "small_talk": False,
            "order_id": offer["order_id"],
            "candidates": [],
            "amount_cents": offer["amount_cents"],
            "demand": None,
        }
    if NO.fullmatch(text.strip()):
        return {**understood, "intent": "refund", "act": "withdrawal", "wants_human": False, "small_talk": False}
    return understood


def _speaker(state: Turn, details: Details) -> tuple[str | None, str | None, bool]:
    """The customer's address, the one that only the messages have stated, and whether somebody else's was named.

    An address that the channel gives (`--email`) is who speaks; one in a text never replaces it.
    """
    known, stated = state.get("email"), state.get("stated_email")
    named = details["emails"][0] if details["emails"] else None
    if known and known != stated:
        return known, stated, any(not same_address(one, known) for one in details["emails"])
    return named or known, named or stated, False


class Orders(TypedDict):
    """Which order the turn is about, and which others the conversation has named."""

    order_id: str | None
    candidates: list[str]  # between which the customer has not chosen
    named_orders: list[str]
    other_orders: list[str]


def _orders(state: Turn, text: str, details: Details) -> Orders:
    """A number that stands in the words which ask comes first, then a single one, then words like "the second one"."""
    stated, demand = details["order_ids"], _demand(details)
    known = state.get("named_orders") or ([known_id] if (known_id := state.get("order_id")) else [])
    named = list(dict.fromkeys((*known, *stated)))[-MOST:]
    chosen = stated
    if demand["order_ids"]:
        chosen = list(dict.fromkeys((*demand["order_ids"], *stated)))
    elif not stated and (meant := referred(text, named, state.get("order_id"))) is not None:
        return {
            "order_id": meant[0] if meant else state.get("order_id") if len(named) > 1 else None,
            "candidates": [] if meant else named,
            "named_orders": named,
            "other_orders": meant[1:],
        }
    return {
        "order_id": chosen[0] if chosen else state.get("order_id"),
        "candidates": (stated if demand["orders_open"] else []) if stated else state.get("candidates") or [],
        "named_orders": named,
        "other_orders": chosen[1:],
    }


def _demand(details: Details) -> Demand:
    amounts = details["amounts_cents"]
    whole: Demand = {
        "order_ids": [],
        "orders_open": False,
        "amount_cents": amounts[0] if amounts else None,
        "currency": "",
        "share": "",
    }
    return details.get("demand") or whole


def _wanted(state: Turn, text: str, details: Details, *, goes_on: bool, is_detail: bool) -> Demand:
    """How much is asked for: an amount that was named before stays until another one, or all of it, is asked for."""
    said = _demand(details)
    before = state.get("demand") or {**said, "amount_cents": state.get("amount_cents")}
    if goes_on and (bare := BARE_AMOUNT.fullmatch(text)):
        return {**said, "amount_cents": bare_amount(bare[1]), "share": ""}
    if not goes_on or said["amount_cents"] is not None or said["share"] or (is_detail and FULL.search(text)):
        return said
    return {**said, "amount_cents": before["amount_cents"], "currency": before["currency"], "share": before["share"]}


def _understood(state: Turn, text: str, said: Classification, details: Details) -> Understood:
    orders = _orders(state, text, details)
    goes_on = state.get("outcome") in OPEN and state.get("order_id") in (None, orders["order_id"])
    email, stated_email, names_other_person = _speaker(state, details)
    is_detail = _adds_details(text, said, details) or said.get("act") == "request"
    demand = _wanted(state, text, details, goes_on=goes_on, is_detail=is_detail)
    return {
        "turn": state.get("turn", 0) + 1,
        "intent": said["intent"],
        "wants_human": said["wants_human"],
        "asks_progress": said["asks_progress"],
        "small_talk": said["small_talk"],
        **orders,
        "email": email,
        "stated_email": stated_email,
        "names_other_person": names_other_person,
        "act": _act(state, text, said, details),
        "offer": None,
        "offers_person": False,
        "was_declined": state.get("outcome") == "declined",
        "language": said.get("language", ""),
        "confirmed": not (services().limits.confirm_refunds or state.get("is_kept")),
        "demand": demand,
        "amount_cents": demand["amount_cents"],
        "reason": details["reason"] or (state.get("reason") or "" if goes_on else ""),
        "outcome": None,
        "say": "",
        "reply": "",
        "summary": "",
        "approval": None,
        "decision": None,
        "failure": None,
        "receipt_id": None,
        "problem": "",
        "question": text,
    }


def _adds_details(text: str, said: Classification, details: Details) -> bool:
    """Nothing but an answer to what we asked: an order, an address, an amount, a choice."""
    stated = bool(details["order_ids"] or details["emails"] or details["amounts_cents"])
    return bool(said.get("is_detail", stated) or BARE_AMOUNT.fullmatch(text))
