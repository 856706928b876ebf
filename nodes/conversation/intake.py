"""What the customer wants: the first step of every turn of a conversation."""

import re
from typing import Literal

from typing_extensions import TypedDict

from nodes.approvals.corrections import asks_for_less, corrects
from nodes.conversation.amount_asked import FULL, demand_now
from nodes.conversation.earlier_limits import limits_now
from nodes.conversation.messages import Message, refers_back, since_the_last_answer, transcript, unanswered
from nodes.conversation.missing_details import missing_of
from nodes.conversation.named_orders import orders_meant
from nodes.conversation.offer_answers import leaves_out, same_order, takes, without_things
from nodes.conversation.open_question import Offer, offered_person
from nodes.conversation.open_request import OPEN, Paused, act_now, adds_details, continued, earlier_words, pause
from nodes.conversation.small_talk import HOLDS_ON, THANKS, declines
from nodes.conversation.speaker import speaker
from nodes.ports import services
from nodes.ports.language import Act, Classification, Demand, Details, Intent, Language
from nodes.refund.refund_rules import same_address

_COMPLAINS = re.compile(r"\?|\b(?:but|not|n't|still|where|when|why|how|wrong|only)\b", re.IGNORECASE)

_HOW_LONG_IT_TAKES = re.compile(
    r"\W*(?:(?:and|ok|okay|great|thanks|so|but|hi|hello|please)\W+)*(?:how (?:long|soon|fast|quickly)|when) "
    r"(?:(?:does|do|will|would|is|can) (?:it|that|this) .{0,40}|till then|until then)\W*",
    re.IGNORECASE,
)
"""Behind a refund, about it; alone it says nothing of what takes long."""


_YES_AND_MORE = re.compile(
    r"\W*(?:yes|yeah|yep|yup|sure|ok|okay)\b(?!.*(?:\?|\b(?:what|how|when|where|why|who|which|do|does|tell|explain|know)\b))",
    re.IGNORECASE | re.DOTALL,
)
""" "Yes, half of it", "yeah no": neither a plain yes nor a question of its own."""

_OF_PART = re.compile(r"\b(?:only|just|but not|not the|both|half|all of it)\b", re.IGNORECASE)

_OF_WHAT_WAS_PAID = re.compile(
    r"(?!.*\b(?:orders?|parcel|package|deliver\w*|shipp\w*|track\w*|courier|items?|send|return\w*|keep|change|cancel)\b)"
    r"\W*(?:(?:and|but|so|ok|okay|great|thanks|thank you|hi|hello|which|to|on)\W+)*"
    r"(?:when|where|how (?:long|much|soon)|which (?:card|account|bank)"
    r"|(?:is|was|has|did|does|will) (?:it|that|this|the (?:money|amount|refund)|i (?:get|see|have|receive))"
    r"|can i (?:get|have|see) (?:a|the) (?:receipt|confirmation|proof))\b.{0,60}\?\W*",
    re.IGNORECASE | re.DOTALL,
)
"""Behind a refund, about it: "is it on my card yet?"."""


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
    asked_for: str
    times_asked: int
    asked_words: str
    asked_offer: Offer | None
    was_asked: bool
    excluded: list[str]
    limited_orders: list[str]
    names_order: bool
    rule: str | None
    paused: Paused | None
    earlier_words: list[str]
    asks_progress: bool
    small_talk: bool
    is_kept: bool  # the message was written while something else was decided
    spoken_by: str | None


class Understood(TypedDict):
    turn: int
    model_failed: bool
    intent: Intent
    wants_human: bool
    asks_progress: bool
    small_talk: bool
    order_id: str | None
    email: str | None
    spoken_by: str | None  # the address of this turn: what another one has asked for is not gone on with
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
    excluded: list[str]
    limited_orders: list[str]  # see earlier_limits.py
    names_order: bool  # the request does, or the answer to our question
    demand: Demand | None
    act: Act
    offer: None
    offers_person: bool
    asked_for: str
    times_asked: int
    asked_words: str
    asked_offer: Offer | None
    was_asked: bool
    was_declined: bool
    language: str
    confirmed: bool
    refunds_seen: int | None  # of the order, when the offer was made that this turn takes
    stated_email: str | None
    names_other_person: bool
    paused: Paused | None
    earlier_words: list[str]


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
    return await _read(state, services().language)


async def classify_by_rules(state: Turn) -> Understood:
    """The same without the model, which does not answer."""
    return {**await _read(state, services().rules), "model_failed": True}


async def _read(state: Turn, language: Language) -> Understood:
    state = _of_the_speaker(state)
    written = unanswered(state.get("messages") or [])
    text = written
    relates = bool(refers_back(text)) or state.get("outcome") in OPEN
    before = transcript(state.get("messages") or [])[:-1] if relates else []
    said, stated = await language.understand(written, history=before)
    details = _of_the_order_under_discussion(state, stated)
    text = details.get("own_words") or written
    if (bare := without_things(state.get("offer"), text)) != text:
        said = {**said, "agrees": (await services().rules.classify(bare)).get("agrees", False)}
    if (state.get("outcome") == "unanswered" or state.get("offers_person")) and said.get("agrees"):
        said = {"intent": "other", "wants_human": True, "asks_progress": False, "small_talk": False}
    elif HOLDS_ON.fullmatch(text) or _is_thanks_for_a_refund(text, said):
        said = {"intent": "other", "wants_human": False, "asks_progress": False, "small_talk": True}
    if state.get("is_kept") and _is_instead(text, details):
        said = {**said, "intent": "refund", "act": "unclear", "small_talk": False}
    if said["small_talk"] and state.get("outcome") == "needs_information" and not declines(text):
        said = {**said, "intent": state.get("intent", "other")}
    elif _asks_of_the_refund(state, text, said, details):
        said = {**said, "intent": "refund", "act": "report", "asks_progress": True, "small_talk": False}
    understood = _understood(state, text, continued(state, text, said, details), details)
    if (
        understood["intent"] == "general_question"
        and state.get("intent") == "refund"
        and _HOW_LONG_IT_TAKES.fullmatch(text)
    ):
        understood["question"] = "How long does a refund take?"
    return _answering_the_offer(state, text, said, stated, understood)


def _is_instead(text: str, details: Details) -> bool:
    """Whether it is about what it asks for instead of the request that waited: another order, or less."""
    demand = details.get("demand")
    is_another = bool(details["order_ids"]) and corrects(text, details["order_ids"])
    return is_another or (demand is not None and asks_for_less(text, demand))


def _of_the_order_under_discussion(state: Turn, details: Details) -> Details:
    """An order that only a quoted text names takes the place of no other."""
    known = state.get("order_id")
    if not (known and details.get("quotes_order")) or any(same_order(one, known) for one in details["order_ids"]):
        return details
    return {**details, "order_ids": [], "quotes_order": False}


def _of_the_speaker(state: Turn) -> Turn:
    """The state without what somebody with another address has said in this conversation."""
    before, now = state.get("spoken_by"), state.get("email")
    if not before or not now or same_address(before, now):
        return state
    own: Turn = {"messages": since_the_last_answer(state.get("messages") or []), "email": now, "limited_orders": []}
    if "turn" in state:
        own["turn"] = state["turn"]
    return own


async def request(state: Understood) -> Request:
    """Which way the turn goes. Money moves on a plain request, or on a plain yes to an offer: whoever understood it."""
    intent = state["intent"]
    if state.get("names_other_person") or state.get("language"):
        return "other"
    takes_back = intent in ("refund", "other") or (intent == "order_status" and "?" not in state["question"])
    if state["act"] == "withdrawal" and takes_back and not state["wants_human"]:
        return "no_refund"
    if state["wants_human"] or (intent == "other" and not state["small_talk"]):
        return "other"
    if state["small_talk"]:
        return "small_talk"
    if intent == "general_question" or (intent == "refund" and _asks_how_it_works(state)):
        return "general_question"
    is_about_it = state["act"] in ("question", "condition", "report")  # "how come you don't refund 12347?"
    is_left_out = intent == "refund" and not is_about_it and state["order_id"] in (state.get("excluded") or [])
    if missing := missing_of(None if is_left_out else state["order_id"], state["email"]):
        is_stuck = state.get("asked_for") == missing and offered_person(state.get("times_asked", 0))
        return "other" if is_stuck else "missing"
    if intent != "refund":
        return intent
    if len(state.get("candidates") or []) > 1:
        return "which_order"
    if state["asks_progress"] or state["act"] == "report":
        return "refund_progress"
    return "refund" if state["act"] == "request" and state["confirmed"] else "unsure_refund"


def _asks_how_it_works(state: Understood) -> bool:
    """ "Do you charge a fee for refunds?": about no order."""
    return state["act"] == "question" and not state["reason"] and not state["order_id"] and not state["asks_progress"]


def _asks_of_the_refund(state: Turn, text: str, said: Classification, details: Details) -> bool:
    """Whether a short question goes on about the refund of the turn before."""
    is_behind_it = state.get("outcome") == "refunded" or (
        state.get("outcome") == "resolved" and state.get("intent") == "refund" and state.get("asks_progress", False)
    )
    is_open = said["intent"] in ("order_status", "other") and not said["wants_human"] and not details["order_ids"]
    return is_behind_it and is_open and _OF_WHAT_WAS_PAID.fullmatch(text) is not None


def _is_thanks_for_a_refund(text: str, said: Classification) -> bool:
    """ "Thank you so much for the quick refund last week": nothing is asked."""
    return said.get("act") == "report" and bool(THANKS.search(text)) and not _COMPLAINS.search(text)


def _answering_the_offer(
    state: Turn, text: str, said: Classification, details: Details, understood: Understood
) -> Understood:
    """A plain yes in the turn after an offer asks for exactly what was offered. Anything else drops the offer."""
    offer = state.get("offer")
    if not offer or offer["turn"] != state.get("turn"):
        return understood
    quotes = details.get("quotes_order", False)
    quotes_another = quotes and not any(same_order(one, offer["order_id"]) for one in details["order_ids"])
    others = [] if quotes else details["order_ids"]  # "yes, and refund 12345 too"
    wants_more = offer.get("is_part", False) and FULL.search(text) is not None  # "yes, all of it", of a part
    if not (state.get("is_kept") or quotes_another or wants_more) and takes(
        offer, others, said, details, understood["email"]
    ):
        return {
            **understood,
            "other_orders": [one for one in others if not same_order(one, offer["order_id"])],
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
            "paused": None,
            "refunds_seen": offer.get("refunds"),
        }
    drops_it = said.get("drops_request", False) and all(same_order(one, offer["order_id"]) for one in others)
    if declines(text) or drops_it or leaves_out(offer, details):
        return {
            **understood,
            "intent": "refund",
            "act": "withdrawal",
            "order_id": offer["order_id"],
            "language": "",
            "wants_human": False,
            "small_talk": False,
            "paused": None,
        }
    is_of_part = understood["intent"] == "other" and _OF_PART.search(text)  # "yes but only the carafe"
    if (understood["intent"] == "general_question" or is_of_part) and _YES_AND_MORE.match(text):
        return {**understood, "intent": "refund"}
    return understood


def _said_otherwise(state: Turn, text: str) -> bool:
    """Whether the turn before took a refund back unasked, or spoke of one that is not wanted yet and this one is a question."""
    is_answer = state.get("was_asked", False)  # "no" to an offer
    took_back = state.get("act") == "withdrawal"
    return (took_back and not is_answer) or ("?" in text and (took_back or state.get("act") == "condition"))


def _understood(state: Turn, text: str, said: Classification, details: Details) -> Understood:
    asks_without_number = said.get("act") == "request" and not details["order_ids"]
    orders = orders_meant(state, text, details, asks_without_number=asks_without_number)
    goes_on = state.get("outcome") in OPEN and state.get("order_id") in (None, orders["order_id"])
    was_asked = state.get("outcome") == "needs_information"
    email, stated_email, names_other_person = speaker(state, details)
    is_detail = adds_details(text, said, details) or said.get("act") == "request"
    act = act_now(state, text, said, details)
    carries_on = act == "request" != said.get("act") and bool(state.get("names_order"))
    names_order = orders["names_order"] or carries_on
    demand = demand_now(state, text, details, goes_on=goes_on, is_detail=is_detail)
    limits = limits_now(state, text, act, orders["order_id"], demand)
    return {
        "turn": state.get("turn", 0) + 1,
        "model_failed": False,
        "intent": said["intent"],
        "wants_human": said["wants_human"],
        "asks_progress": said["asks_progress"],
        "small_talk": said["small_talk"],
        **orders,
        "email": email,
        "spoken_by": email,
        "stated_email": stated_email,
        "names_other_person": names_other_person,
        "paused": pause(state, said),
        "earlier_words": earlier_words(state),
        "act": act,
        "names_order": names_order,
        "limited_orders": limits.orders,
        "offer": None,
        "offers_person": False,
        "asked_for": (state.get("asked_for") or "") if was_asked else "",
        "times_asked": state.get("times_asked", 0) if was_asked else 0,
        "asked_words": (state.get("asked_words") or "") if was_asked else "",
        "asked_offer": state.get("asked_offer") if was_asked else None,
        "was_asked": was_asked,
        "was_declined": state.get("outcome") == "declined",
        "language": said.get("language", ""),
        "confirmed": names_order
        and not (
            services().limits.confirm_refunds
            or state.get("is_kept")
            or limits.are_passed_over
            or _said_otherwise(state, text)
        ),
        "refunds_seen": None,
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
