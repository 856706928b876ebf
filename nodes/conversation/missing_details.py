"""Order number and address: what is missing of them is asked for."""

import re

from nodes.conversation.conversation_sentences import DETAILS, IN_TOTAL, NOT_FOUND, STUCK
from nodes.conversation.open_question import Asked, Question, question
from nodes.ports.language import Act, Intent
from nodes.shop_words import worded

LACKS_IT = re.compile(
    r"\b(?:do not|don'?t|did not|didn'?t|no longer|never) (?:have|know|remember|recall|find|get|got|see)\b"
    r"|\b(?:lost|forgot(?:ten)?|deleted|misplaced|can'?t find|can ?not find|cannot remember|have no|no idea)\b|\bwhere (?:do|can) i find\b",
    re.IGNORECASE,
)
"""The customer has no order number."""


_IN_TOTAL = re.compile(r"\b(?:in (?:total|all)|altogether|so far|overall|all in all|all my orders)\b", re.IGNORECASE)


def asks_in_total(text: str) -> bool:
    """ "How much did I get back in total?": about no order."""
    return bool(_IN_TOTAL.search(text)) and "much" in text.lower()


class ToAsk(Asked, total=False):
    intent: Intent
    order_id: str | None
    email: str | None
    act: Act
    asks_progress: bool
    question: str
    excluded: list[str]


async def ask_for_details(state: ToAsk) -> Question:
    """Name what is missing, or what did not fit."""
    order_id, email = state.get("order_id"), state.get("email")
    order_id = None if order_id in (state.get("excluded") or []) else order_id
    if not (missing := missing_of(order_id, email)):
        return question(state, f"{order_id} {email}", worded(NOT_FOUND, order_id=order_id, email=email))
    lacks = {"lacks_order_id": not order_id, "lacks_email": not email}
    is_refund = state.get("intent") == "refund" and not (state.get("asks_progress") or state.get("act") == "report")
    if not order_id and asks_in_total(state.get("question") or ""):
        return question(state, missing, worded(IN_TOTAL), at_once=True)
    return question(
        state,
        missing,
        worded(DETAILS, is_refund=is_refund, **lacks),
        stuck=worded(STUCK, **lacks),
        at_once=bool(LACKS_IT.search(state.get("question") or "")),
    )


def missing_of(order_id: str | None, email: str | None) -> str:
    """What has to be asked for, in words; "" when both are known."""
    needed = (("your order number", order_id), ("the e-mail address you ordered with", email))
    return " and ".join(text for text, value in needed if not value)
