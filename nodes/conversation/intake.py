"""What the customer wants, and what is still missing: the first step of every turn of a conversation."""

import re
from typing import Any, Literal

from typing_extensions import TypedDict

from nodes.conversation.messages import Message, refers_back, transcript, unanswered
from nodes.conversation.offers import Offer
from nodes.ports import services
from nodes.ports.language import Act, Classification, Details, Intent
from nodes.refund.refund_rules import same_address

OPEN = frozenset({"needs_information", "declined"})
"""Outcomes after which a message may be the answer to what we said."""

FINISHED = frozenset({"refunded", "rejected", "expired", "escalated"})
"""Outcomes after which a new refund request has to name its order again."""

GREETING = "Hello! I can look up an order or a refund for you. What is it about?"
FAREWELL = "You are welcome. Is there anything else I can do for you?"


NO = re.compile(r"\W*(?:no|nope|nah|no thanks|no thank you|rather not|better not)\b.{0,60}", re.IGNORECASE)

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
    act: Act
    offer: None
    confirmed: bool
    stated_email: str | None
    names_other_person: bool


class Asking(TypedDict, total=False):
    intent: Intent
    order_id: str | None
    email: str | None
    verified: bool


class Question(TypedDict):
    outcome: Literal["needs_information"]
    say: str


Request = Literal[
    "order_status",
    "refund",
    "refund_progress",
    "unsure_refund",
    "no_refund",
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
    if state.get("outcome") == "unanswered" and accepts_offer(text):
        said = {"intent": "other", "wants_human": True, "asks_progress": False, "small_talk": False}
    return _answering_the_offer(state, text, _understood(state, text, _continued(state, said, details), details))


async def request(state: Understood) -> Request:
    """Which way the turn goes. Money moves on a plain request, or on a plain yes to an offer: whoever understood it."""
    intent = state["intent"]
    if state.get("names_other_person"):
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
    if state["asks_progress"] or state["act"] == "report":
        return "refund_progress"
    return "refund" if state["act"] == "request" and state["confirmed"] else "unsure_refund"


async def ask_for_details(state: Asking) -> Question:
    """Name what is missing, or what did not fit."""
    order_id, email = state.get("order_id"), state.get("email")
    if order_id and email:
        say = f"We could not find order {order_id} under the e-mail address {email}. Could you check both and send them again?"
    else:
        missing = [
            text
            for text, value in (("your order number", order_id), ("the e-mail address you ordered with", email))
            if not value
        ]
        purpose = "refund this" if state.get("intent") == "refund" else "look this up"
        say = f"I can {purpose} for you. Please send me {' and '.join(missing)}."
    return {"outcome": "needs_information", "say": say}


async def greet(state: Turn) -> dict[str, Any]:
    """Answer a greeting or a thank-you."""
    return {"outcome": "resolved", "say": GREETING if state.get("turn", 0) <= 1 else FAREWELL}


def accepts_offer(text: str) -> bool:
    """A plain yes to the offer of a human."""
    return YES.fullmatch(text.strip()) is not None


def _continued(state: Turn, said: Classification, details: Details) -> Classification:
    """An answer with nothing but details ("12346, ada@example.com") goes on with the request that we asked about."""
    before = state.get("intent")
    adds_details = bool(details["order_ids"] or details["emails"] or details["amounts_cents"])
    goes_on = adds_details and state.get("outcome") in OPEN and before in ("refund", "order_status")
    if before and goes_on and said["intent"] == "other" and not said["wants_human"]:
        return {
            "intent": before,
            "wants_human": False,
            "asks_progress": False,
            "small_talk": False,
            "act": state.get("act", "unclear"),
        }
    return said


def _act(state: Turn, said: Classification, details: Details) -> Act:
    """What the customer does. The details that we asked for go on with the request they belong to."""
    act = said.get("act", "unclear")
    asked_before = state.get("act") == "request" and state.get("intent") == "refund" and state.get("outcome") in OPEN
    adds = bool(details["order_ids"] or details["emails"] or details["amounts_cents"])
    return "request" if act == "unclear" and asked_before and adds else act


def _answering_the_offer(state: Turn, text: str, understood: Understood) -> Understood:
    """A plain yes in the turn after an offer asks for exactly what was offered. Anything else drops the offer."""
    offer = state.get("offer")
    if not offer or offer["turn"] != state.get("turn"):
        return understood
    if accepts_offer(text):
        return {
            **understood,
            "intent": "refund",
            "act": "request",
            "confirmed": True,
            "wants_human": False,
            "asks_progress": False,
            "small_talk": False,
            "order_id": offer["order_id"],
            "amount_cents": offer["amount_cents"],
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


def _understood(state: Turn, text: str, said: Classification, details: Details) -> Understood:
    order_id = _order_id(state, said, details)
    goes_on = state.get("outcome") in OPEN and state.get("order_id") in (None, order_id)
    email, stated_email, names_other_person = _speaker(state, details)
    stated = details["amounts_cents"][0] if details["amounts_cents"] else None
    return {
        "turn": state.get("turn", 0) + 1,
        "intent": said["intent"],
        "wants_human": said["wants_human"],
        "asks_progress": said["asks_progress"],
        "small_talk": said["small_talk"],
        "order_id": order_id,
        "email": email,
        "stated_email": stated_email,
        "names_other_person": names_other_person,
        "act": _act(state, said, details),
        "offer": None,
        "confirmed": not services().limits.confirm_refunds,
        "amount_cents": stated or (state.get("amount_cents") if goes_on else None),
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
        "other_orders": details["order_ids"][1:],
    }


def _order_id(state: Turn, said: Classification, details: Details) -> str | None:
    if details["order_ids"]:
        return details["order_ids"][0]
    asks_anew = said["intent"] == "refund" and not said["asks_progress"] and state.get("outcome") in FINISHED
    return None if asks_anew else state.get("order_id")
