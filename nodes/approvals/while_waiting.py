"""A message that comes while an approval is pending: answered, kept for later, and the thread waits again.

New input starts a graph from its first step and drops the interrupt. So the first step looks in the database whether an
approval of this thread is pending; if so, the graph answers the message and goes back to `await_approval`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, RemoveMessage
from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.approvals.approval_sentences import (
    ANSWER_PASSED_ON,
    DECIDED_BY_A_PERSON,
    HOW_TO_WITHDRAW,
    KEPT,
    NOT_YOURS,
    NOTHING_BEGUN,
    PASSED_ON,
    STILL_WAITS,
)
from nodes.approvals.approver_questions import close_questions, pass_on_answer
from nodes.approvals.corrections import CANCELS, MAY_CORRECT, corrects, lowers
from nodes.approvals.other_things import speaks_of_another
from nodes.approvals.so_far import open_question
from nodes.conversation.conversation_sentences import LEFT
from nodes.conversation.conversation_sentences import PASSED_ON as IN_LANGUAGE
from nodes.conversation.escalation import Case, open_ticket_while_waiting
from nodes.conversation.messages import Message, newest_first, read, spoken
from nodes.conversation.small_talk import THANKS
from nodes.ports import services
from nodes.ports.approvals import CUSTOMER, Approval
from nodes.ports.clock import iso, parse
from nodes.ports.errors import GateRefused
from nodes.ports.language import Classification, Details
from nodes.refund.refund_rules import same_address
from nodes.shop_words import worded

MOST_AT_ONCE = 15
"""Open messages that one run answers; the next message brings the others."""


class OpenMessage(TypedDict):
    """A message of the customer that no turn has answered yet."""

    id: str
    text: str


class Spoken(TypedDict, total=False):
    messages: list[Message]


class Arrived(Spoken, total=False):
    email: str | None
    open_messages: list[OpenMessage]


class Told(TypedDict, total=False):
    """Everything that a later step reads of the waiting request is set again: the input may have replaced it."""

    open_messages: list[OpenMessage]
    earlier_replies: list[str]
    approval_waits: bool
    is_other_customer: bool
    withdraws: bool
    corrects: bool
    is_kept: bool
    messages: list[BaseMessage]
    approval: Approval | None
    order_id: str
    email: str
    reason: str
    due_cents: int
    currency: str
    refund_id: str
    reply: str


class ToAnswer(Case, total=False):
    is_other_customer: bool
    open_messages: list[OpenMessage]
    reply: str


class Kept(TypedDict, total=False):
    open_messages: list[OpenMessage]
    withdraws: bool
    corrects: bool  # it is answered after the request was closed
    reply: str
    messages: list[AIMessage]


class Taking(TypedDict, total=False):
    open_messages: list[OpenMessage]
    earlier_replies: list[str]
    reply: str


class Taken(TypedDict):
    is_kept: bool
    corrects: bool
    messages: list[HumanMessage]
    open_messages: list[OpenMessage]
    earlier_replies: list[str]
    reply: str


class Open(TypedDict, total=False):
    open_messages: list[OpenMessage]
    earlier_replies: list[str]
    approval_waits: bool
    corrects: bool
    approval: Approval | None


class Withdrawing(TypedDict, total=False):
    withdraws: bool


class TakingBack(Spoken, total=False):
    corrects: bool
    open_messages: list[OpenMessage]


class Withdrawn(TypedDict):
    approval: Approval
    open_messages: list[OpenMessage]
    messages: list[RemoveMessage]


async def look_for_approval(state: Arrived, config: RunnableConfig) -> Told:
    """The first step of every run: is an approval of this thread pending? Then the new message is open until later.

    When nothing is pending, and messages are open, they are taken one by one, the new one last: removed here, and added
    again where each is answered.
    """
    before = state.get("open_messages") or []
    new = [one for one in _unanswered(state.get("messages") or []) if one not in before]
    open_messages = [*before, *new]
    record = await services().approvals.waiting(config["configurable"]["thread_id"])
    if record is not None:
        return await _waiting(record, open_messages, speaker=state.get("email"), has_message=bool(new))
    told: Told = {
        "approval_waits": False,
        "withdraws": False,
        "is_kept": False,
        "earlier_replies": [],
        "open_messages": [],
    }
    if before:
        told["open_messages"] = open_messages
        told["messages"] = [*_removed(open_messages, state)]
        told["reply"] = ""
    return told


async def already_asked(state: Open) -> Literal["waits", "free"]:
    """Whether a request of this thread waits already."""
    return "waits" if state.get("approval_waits") else "free"


async def what_comes_first(state: Open) -> Literal["approval", "messages", "nothing"]:
    """What stands before this run's own message."""
    if state.get("approval_waits"):
        return "approval"
    return "messages" if state.get("open_messages") else "nothing"


async def answer_while_waiting(state: ToAnswer, config: RunnableConfig) -> Kept:
    """Say that the request still waits. A wish for a human, and words of a language that is not understood, open a ticket at
    once; a withdrawal goes on to its own step; the answer to an approver's question goes to the approver, and so do other words;
    a correction closes the request, and is answered next.

    Only the thread's customer withdraws. A message without an address comes from the session that the thread belongs to.
    """
    new, thread_id = _unanswered(state.get("messages") or []), config["configurable"]["thread_id"]
    others = [one for one in state.get("open_messages") or [] if one not in new]
    record = await services().approvals.waiting(thread_id)
    if record is None:
        raise GateRefused("No approval of this thread is pending.")
    text = "\n".join(one["text"] for one in new)
    if text and state.get("is_other_customer"):
        return _kept(worded(NOT_YOURS), others)
    asked = open_question(await services().approvals.get(record["approval_id"]) or record) if text else None
    await _note(record, [] if asked else new)
    said, details = await services().language.understand(text) if text else (None, None)
    foreign = said.get("language", "") if said and not asked else ""
    if said and (said["wants_human"] or foreign):
        await _note(record, new)
        ticket = await open_ticket_while_waiting(state, thread_id, text)
        passed_on = IN_LANGUAGE.get(foreign, PASSED_ON)
        return _kept(f"{still_waits(record)} {worded(passed_on, ticket=ticket['ticket_id'])}", others)
    plainly = said and said.get("act") == "withdrawal" and said.get("is_plain", True)
    withdraws = bool(said and said.get("drops_request", plainly))
    wants_less = bool(said and details and not asked and _lowers(text, said, details, record["args"]))
    has_corrected = wants_less or bool(
        details and not asked and _corrects(text, details, str(record["args"].get("order_id")))
    )
    if details and (has_corrected or (withdraws and (not asked or CANCELS.search(text)))):
        if any(not same_address(one, state.get("email") or "") for one in details["emails"]):
            return _kept(worded(NOT_YOURS), others)
        if has_corrected:
            return {"withdraws": True, "corrects": wants_less or bool(details["order_ids"])}
        return await _of_this_or_another(record, text, details, new, others)
    if asked:
        await pass_on_answer(record, asked, text, by=CUSTOMER)
        return _kept(f"{worded(ANSWER_PASSED_ON)} {still_waits(record)}", others)
    if said and said["small_talk"] and THANKS.search(text) and "?" not in text:
        return _kept(still_waits(record), others)
    told = _goes_on(record, has_message=bool(text), may_doubt=_DOUBTS.search(text) is not None)
    told = f"{worded(DECIDED_BY_A_PERSON)} {told}" if _ASKS_WHY.search(text) else told
    return {"reply": told, "messages": [AIMessage(told)], "withdraws": False}


async def _of_this_or_another(
    record: Approval, text: str, details: Details, new: list[OpenMessage], others: list[OpenMessage]
) -> Kept:
    """What is taken back may be another order, which no approval waits for, or a thing of one."""
    waiting, named = str(record["args"].get("order_id")).upper(), details["order_ids"]
    if named and waiting not in map(str.upper, named):
        await _note(record, new)
        kept = [one for one in others if not any(number.upper() in one["text"].upper() for number in named)]
        return _kept(f"{worded(LEFT, order_id=named[0])} {still_waits(record)}", kept)
    if await speaks_of_another(text, details, waiting):
        return _kept(_goes_on(record, has_message=True, may_doubt=True), [*others, *new])
    return {"withdraws": True}


_ASKS_WHY = re.compile(
    r"\b(?:why|what for|what reason|how come)\b[^.?!]{0,60}\b(?:approv\w*|permission|authori[sz]\w*|decid\w*|somebody|someone|person"
    r"|colleague|manager|supervisor|human)\b|\b(?:why|how come)\b[^.?!]{0,40}\bwait(?:s|ing)?\b|^\W*(?:but |and )?why\W*$",
    re.IGNORECASE,
)
_DOUBTS = re.compile(
    r"\b(?:no|nope|not|never|\w+n['’]t|wait|keep(?:ing)?|exchange|replace\w*|new one|works|wrong|mistake|only|instead|rather|less"
    r"|meant|make it|hold|hang on|pause|freeze|think|fine|good|half|part|enough|much|sold|gave|regret|return\w*|stays?|leave|off"
    r"|accident|joke)\b",
    re.IGNORECASE,
)
"""Words of somebody who may not want it any more, and has not said so plainly."""


def _corrects(text: str, details: Details, waiting: str) -> bool:
    """Also with order numbers in a form of the shop's own, which only the language knows. "Stop, refund 12345 now" corrects
    nothing while 12345 waits, and neither does "not 12346! 12345!"."""
    demand = details.get("demand")
    left_out = demand.get("excluded", []) if demand else []
    if {one.upper() for one in details["order_ids"] if one not in left_out} == {waiting.upper()}:
        return False
    return corrects(text) or bool(MAY_CORRECT.search(text) and corrects(text, details["order_ids"]))


def _lowers(text: str, said: Classification, details: Details, waiting: Mapping[str, Any]) -> bool:
    demand, named = details.get("demand"), {one.upper() for one in details["order_ids"]}
    is_of_it = named <= {str(waiting.get("order_id")).upper()} and said.get("act") not in ("withdrawal", "report")
    return demand is not None and is_of_it and lowers(text, demand, waiting)


async def _note(record: Approval, said: Sequence[OpenMessage]) -> None:
    """For the approver. Repeatable."""
    for one in said:
        await services().approvals.note_remark(record["approval_id"], remark_id=one["id"], text=one["text"])


def _kept(told: str, open_messages: list[OpenMessage]) -> Kept:
    return {"reply": told, "messages": [AIMessage(told)], "withdraws": False, "open_messages": open_messages}


async def withdrawal(state: Withdrawing) -> Literal["withdrawn", "waits"]:
    """Whether the customer has taken the request back."""
    return "withdrawn" if state.get("withdraws") else "waits"


async def withdraw_request(state: TakingBack, config: RunnableConfig) -> Withdrawn:
    """Close the pending approval, because the customer does not want the refund any more. Repeatable."""
    latest = await services().approvals.latest(config["configurable"]["thread_id"])
    if latest is None:
        raise GateRefused("No request waits that could be withdrawn.")
    record = await services().approvals.withdraw(
        latest["approval_id"], reason="The customer does not want the refund any more.", by=CUSTOMER
    )
    await close_questions(record)
    open_messages = state.get("open_messages") or []
    new = _unanswered(state.get("messages") or [])
    if state.get("corrects"):  # what it asks instead is taken up next, as a message of its own
        return {"approval": record, "open_messages": open_messages, "messages": _removed(open_messages, state)}
    return {"approval": record, "open_messages": [one for one in open_messages if one not in new], "messages": []}


async def take_message(state: Taking) -> Taken:
    """The next open message, as the turn that follows."""
    first, *rest = state["open_messages"]
    before = [*(state.get("earlier_replies") or []), *filter(None, [state.get("reply")])]
    return {
        "is_kept": True,
        "corrects": False,
        "messages": [HumanMessage(first["text"], id=first["id"])],
        "open_messages": rest,
        "earlier_replies": before,
        "reply": "",
    }


async def open_messages(state: Open) -> Literal["more", "done"]:
    """Whether a message is left to be answered now. After a decision the run ends: its reply is about the decision. A message
    that corrects the request is answered together with its withdrawal."""
    answered = len(state.get("earlier_replies") or []) + 1
    return "more" if is_next(state) and answered < MOST_AT_ONCE else "done"


def is_next(state: Open) -> bool:
    """Whether a message is open, and the run was not about an approval, or has withdrawn it for what the message asks."""
    return bool(state.get("open_messages")) and (not state.get("approval") or bool(state.get("corrects")))


def still_waits(record: Approval) -> str:
    """What waits, and until when, in one sentence for the customer."""
    return worded(
        STILL_WAITS,
        request=services().actions[record["action"]].request(record["args"]),
        until=parse(record["expires_at"]).strftime("%Y-%m-%d %H:%M UTC"),
        is_late=record["expires_at"] <= iso(services().clock.now()),
    )


def _goes_on(record: Approval, *, has_message: bool, may_doubt: bool = False) -> str:
    told = f"{still_waits(record)} {worded(KEPT if has_message else NOTHING_BEGUN)}"
    return f"{told} {worded(HOW_TO_WITHDRAW)}" if may_doubt else told


async def _waiting(
    record: Approval, open_messages: list[OpenMessage], *, speaker: str | None, has_message: bool
) -> Told:
    """The state of the request that waits, from its record; and what the customer is told when nothing else can be."""
    told: Told = {
        "approval_waits": True,
        "withdraws": False,
        "corrects": False,
        "open_messages": open_messages,
        "earlier_replies": [],
        "approval": record,
        "reply": _goes_on(record, has_message=has_message),
    }
    told.update(await services().actions[record["action"]].restored(record))  # type: ignore[typeddict-item]
    told["is_other_customer"] = bool(speaker and told.get("email")) and not same_address(speaker or "", told["email"])
    return told


def _removed(open_messages: Sequence[OpenMessage], state: Spoken) -> list[RemoveMessage]:
    """Those that the conversation has: each is added again where it is answered."""
    known = {message.id for message in read(state.get("messages") or [])}
    return [RemoveMessage(id=one["id"]) for one in open_messages if one["id"] in known]


def _unanswered(messages: Sequence[Message]) -> list[OpenMessage]:
    """What the customer has said since the last answer."""
    said: list[OpenMessage] = []
    for message in newest_first(messages):
        if message.type != "human":
            break
        said.append({"id": message.id or "", "text": spoken(message)})
    return list(reversed(said))
