"""A request that goes on over several turns: the details we asked for, a question in between, another order."""

import re

from typing_extensions import TypedDict

from nodes.conversation.amount_asked import BARE_AMOUNT
from nodes.ports.language import Act, Classification, Details, Intent

OPEN = frozenset({"needs_information", "declined"})
"""Outcomes after which a message may be the answer to what we said."""

MOST_EARLIER = 3
"""Messages of one request that are looked through for the things it names."""

LONGEST_SAME = 200  # characters
_SAME = re.compile(
    r"\W*(?:(?:and|also|same|the|likewise|ditto|what about|how about|for|with|goes|it|do|please|then|now|of|yes|ok|okay|no|number|order"
    r"|sorry|wait|actually|rather|instead|make|i meant?|my|other|one|thing|is)\W+)*(?P<first>#?[\w-]*\d[\w-]*)"
    r"(?:\W+(?:and|also|too|as well|likewise|the same|please|instead|thanks|thank you|#?[\w-]*\d[\w-]*))*\W*",
    re.IGNORECASE,
)
_SAYS_SAME = re.compile(
    r"\b(?:same|likewise|ditto|and|also|too|as well|what about|how about|instead|actually|make it|meant|rather)\b",
    re.IGNORECASE,
)
"""Another order, and that it is to go the same way: "same for 12347", "and 12347 too", "actually, make it 12347"."""

_THE_REST = re.compile(
    r"\W*(?:and|also|now|ok|then|please|pls)?\W*(?:refund )?(?:me )?the (?:rest|remainder|other half|"
    r"remaining (?:amount|money|[$€£]?\d[\d.,]*(?: ?(?:dollars|euros|pounds))?))"
    r"(?: of (?:it|the (?:money|order)))?(?:\W+(?:too|as well|also|please|pls|back|now|thanks|thank you))*\W*",
    re.IGNORECASE,
)
"""After a part was paid."""


_WHY = re.compile(
    r"\W*(?:(?:and|but|so|ok|okay|sorry|well)\W+)*(?:why|how come|what(?:'s| is) the reason|for what reason)\b[^.!\d]{0,80}[?.!\s]*",
    re.IGNORECASE,
)
"""After a refund was declined: "why?", "why not?", "and why was it declined?"."""


class Paused(TypedDict):
    """A request that we asked a question about, while the customer asked something else."""

    intent: Intent
    asks_progress: bool
    act: Act
    asked_for: str


class Before(TypedDict, total=False):
    """What the last turn left."""

    intent: Intent
    act: Act
    asks_progress: bool
    asked_for: str
    outcome: str | None
    question: str
    paused: Paused | None
    earlier_words: list[str]


def continued(state: Before, text: str, said: Classification, details: Details) -> Classification:
    """An answer with nothing but details ("12346, ada@example.com") goes on with the request that we asked about.

    "Same for 12347" goes on with the last request, about another order; "the rest too", about the rest of its money.
    """
    before, paused = state.get("intent"), state.get("paused")
    wants_rest = _THE_REST.fullmatch(text) is not None
    if before == "refund" and (wants_rest or (details["order_ids"] and _goes_the_same_way(text))):
        return {
            **_NOTHING_ELSE,
            "intent": "refund",
            "asks_progress": not wants_rest and state.get("asks_progress", False),
            "act": "unclear" if wants_rest else _again(state.get("act")),
            "is_detail": False,  # it answers no question of ours: it is offered
        }
    if before == "refund" and state.get("outcome") in ("declined", "rejected") and _WHY.fullmatch(text):
        return {**_NOTHING_ELSE, "intent": "refund", "asks_progress": True, "act": "question"}
    if paused and said["intent"] in ("other", "order_status", "refund") and adds_details(text, said, details):
        return {
            **_NOTHING_ELSE,
            "intent": paused["intent"],
            "asks_progress": paused["asks_progress"],
            "act": _again(paused["act"]),
            "is_detail": False,
        }
    goes_on = (
        state.get("outcome") in OPEN and before in ("refund", "order_status") and adds_details(text, said, details)
    )
    if not (before and goes_on) or said["wants_human"]:
        return said
    act = state.get("act", "unclear")
    asks_progress = act == "report" or state.get("asks_progress", False)
    if said["intent"] == "other":
        return {**_NOTHING_ELSE, "intent": before, "asks_progress": asks_progress, "act": act}
    if said.get("is_detail"):
        return {**said, "intent": before, "asks_progress": asks_progress}
    return said


def _goes_the_same_way(text: str) -> bool:
    return len(text) <= LONGEST_SAME and bool(_SAME.fullmatch(text) and _SAYS_SAME.search(text))


_NOTHING_ELSE: Classification = {"intent": "other", "wants_human": False, "asks_progress": False, "small_talk": False}


def _again(act: Act | None) -> Act:
    """Nothing is requested anew by a message that only goes on: it is offered."""
    return "unclear" if act in (None, "request") else act


def pause(state: Before, said: Classification) -> Paused | None:
    """What waits for details while the customer asks something else."""
    is_aside = said["intent"] == "general_question" or said["small_talk"]
    if not is_aside or said.get("act") == "withdrawal":
        return None
    if state.get("outcome") == "needs_information" and state.get("intent") in ("refund", "order_status"):
        return {
            "intent": state["intent"],
            "asks_progress": state.get("asks_progress", False),
            "act": state.get("act", "unclear"),
            "asked_for": state.get("asked_for") or "",
        }
    return state.get("paused")


def earlier_words(state: Before) -> list[str]:
    """What the customer has said of the request that our question was about."""
    is_open = state.get("paused") or state.get("outcome") == "needs_information"
    return [*(state.get("earlier_words") or []), state.get("question") or ""][-MOST_EARLIER:] if is_open else []


def act_now(state: Before, text: str, said: Classification, details: Details) -> Act:
    """What the customer does. The details that we asked for go on with the request they belong to."""
    act = said.get("act", "unclear")
    was_asked = state.get("outcome") == "needs_information" and state.get("intent") == "refund"
    before = state.get("act", "unclear")
    goes_on = act == "unclear" and was_asked and before in ("request", "report")
    return before if goes_on and adds_details(text, said, details) else act


def adds_details(text: str, said: Classification, details: Details) -> bool:
    """Nothing but an answer to what we asked: an order, an address, an amount, a choice."""
    stated = bool(details["order_ids"] or details["emails"] or details["amounts_cents"])
    return bool(said.get("is_detail", stated) or BARE_AMOUNT.fullmatch(text))
