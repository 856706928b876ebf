"""The last step of a turn: the answer, in words."""

from typing import Any

from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime
from typing_extensions import TypedDict

from nodes.context import Context, context_of
from nodes.conversation.conversation_sentences import ONE_AT_A_TIME, WHICH_OTHER
from nodes.conversation.named_orders import AND_THE_OTHER
from nodes.conversation.open_question import Offer
from nodes.ports import wording
from nodes.shop_words import worded
from nodes.spare_language import ModelFailed, language_for

ABOUT_ONE_ORDER = frozenset({"resolved", "refunded", "declined", "rejected"})


class ToSay(ModelFailed, total=False):
    say: str
    outcome: str
    question: str
    offer: Offer | None
    other_orders: list[str]  # that the message named too


class Said(TypedDict):
    reply: str
    messages: list[AIMessage]


async def respond(state: ToSay, runtime: Runtime[Context]) -> Said:
    """Word the answer. `say` holds every fact already; a language model may change the tone, nothing else.

    An answer whose citations were checked is said word for word.
    """
    knobs = context_of(runtime)
    if state.get("outcome") == "answered":
        return said("\n\n".join(filter(None, (state["say"], knobs["signature"].strip()))))
    say = state["say"]
    if state.get("offer") or state.get("outcome") in ABOUT_ONE_ORDER:
        say += _left_open(state)
    shop = wording()
    facts: dict[str, Any] = {
        "say": say,
        "outcome": state.get("outcome"),
        "question": state.get("question") or "",
        "language": shop.reply_language,
        "style": shop.style,
    }
    return said(await language_for(state).reply(facts, tone=knobs["tone"], signature=knobs["signature"]))


def _left_open(state: ToSay) -> str:
    """What the message asks for besides the order that is answered."""
    if others := state.get("other_orders"):
        return f" {worded(ONE_AT_A_TIME, order_ids=others)}"
    return f" {worded(WHICH_OTHER)}" if AND_THE_OTHER.search(state.get("question") or "") else ""


def said(reply: str) -> Said:
    return {"reply": reply, "messages": [AIMessage(reply)]}
