"""Hand a case to people: prepare the hand-over, then open one ticket."""

from typing import Any, Literal, cast

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.conversation.conversation_sentences import (
    ADDED,
    FAILED,
    HANDED_OVER_LATE,
    NOT_PAID,
    PASSED_ON,
    UNFINISHED,
)
from nodes.conversation.messages import Message, transcript
from nodes.digests import digest
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.payments import Receipt, has_failed
from nodes.ports.tickets import Ticket
from nodes.refund.failed_payouts import FACT, KIND, reason, ticket_key, to_customer
from nodes.refund.refund_key import RefundNamed, refund_on_record
from nodes.shop_words import worded
from nodes.spare_language import ModelFailed, language_for

FACTS = (
    "order_id",
    "email",
    "intent",
    "due_cents",
    "currency",
    "reason",
    "refund_id",
    "receipt_id",
    "rule",
    "failure",
    "brief",
    "topic",
)
"""State that a colleague needs to go on."""


class Failure(TypedDict):
    node: str
    kind: str
    message: str


class Case(ModelFailed, total=False):
    messages: list[Message]
    brief: str
    topic: str
    order_id: str
    amount_cents: int | None
    key: str | None
    email: str
    intent: str
    turn: int
    due_cents: int
    currency: str
    reason: str
    origin: str | None
    refund_no: int
    refund_id: str
    receipt_id: str | None
    rule: str | None
    decision: Literal["approved", "rejected", "expired", "withdrawn", "undecided"] | None
    approval: Approval | None
    failure: Failure | None
    failures: int
    wants_human: bool
    language: str
    ticket_id: str
    summary: str


class Summary(TypedDict):
    summary: str


class Escalated(TypedDict):
    outcome: Literal["escalated", "expired"]
    ticket_id: str
    say: str


async def prepare_handover(state: Case) -> Summary:
    """Put the conversation into two or three sentences for the colleague who takes over."""
    lines = transcript(state.get("messages") or [])
    spoken = any(line.startswith("Customer:") for line in lines)
    return {"summary": await language_for(state).summarise(lines) if spoken else ""}


async def escalate(state: Case, config: RunnableConfig) -> Escalated:
    """Open the ticket. Repeatable: the key names the thread's turn, so that one case opens one ticket.

    A fork finds the ticket of its origin. Nothing is opened under another thread's key: whoever writes an origin into the
    state would take that thread's next ticket away.
    """
    thread_id = config["configurable"]["thread_id"]
    expired = state.get("decision") == "expired" and not state.get("failure")
    case_no = "/".join(str(state.get(name, 0)) for name in ("turn", "refund_no", "failures"))
    unpaid = await _failed_payout(state, config)
    ticket = await services().tickets.open(
        key=ticket_key(unpaid) if unpaid else f"{thread_id}/{case_no}",
        known_as=f"{origin}/{case_no}" if (origin := state.get("origin")) and not unpaid else None,
        thread_id=thread_id,
        reason=reason(unpaid) if unpaid else reason_of(state),
        summary=" ".join(part for part in (_facts_line(state), state.get("summary", "")) if part),
        transcript=transcript(state.get("messages") or []),
        facts={**_facts(state), FACT: unpaid["receipt_id"]} if unpaid else _facts(state),
        joins=unpaid is None,
    )
    say = to_customer(unpaid, ticket["ticket_id"]) if unpaid else _told(state, ticket["ticket_id"], expired=expired)
    return {"outcome": "expired" if expired else "escalated", "ticket_id": ticket["ticket_id"], "say": say}


async def _failed_payout(state: Case, config: RunnableConfig) -> Receipt | None:
    """The receipt of this run's refund, when the payment provider could not carry it out."""
    failure = state.get("failure")
    if not failure or failure["kind"] != KIND:
        return None
    receipt = await services().payments.find(await refund_on_record(cast("RefundNamed", state), config))
    return receipt if receipt and has_failed(receipt) else None


def _told(state: Case, ticket_id: str, *, expired: bool) -> str:
    """What the customer reads about the hand-over."""
    if expired:
        return worded(HANDED_OVER_LATE, order_id=state["order_id"], ticket=ticket_id)
    failure = state.get("failure")
    problem = failure["message"].rstrip(".") if failure else ""
    if failure and (state.get("topic") or state.get("brief")):
        return worded(UNFINISHED, problem=problem, ticket=ticket_id)
    if failure and failure["kind"] == "GateRefused":
        return worded(NOT_PAID, problem=problem, ticket=ticket_id)
    if failure:
        return worded(FAILED, ticket=ticket_id)
    if state.get("ticket_id") == ticket_id:
        return worded(ADDED, ticket=ticket_id)
    return worded(PASSED_ON.get(state.get("language") or "en", PASSED_ON["en"]), ticket=ticket_id)


def reason_of(state: Case) -> str:
    """Why people have to take over, in one sentence."""
    if failure := state.get("failure"):
        return f"The step {failure['node']} failed: {failure['message']}"
    if state.get("decision") == "expired":
        return "Nobody decided on the refund before its deadline."
    if state.get("wants_human"):
        return "The customer asks for a human."
    if state.get("language"):
        return f"The message is in a language that the rules do not know ({state['language']})."
    if state.get("intent") == "general_question":
        return "A general question that needs a person to answer it."
    return "The request fits none of the workflows."


def _facts_line(state: Case) -> str:
    case = _case(state)
    named = {"order": case.get("order_id"), "customer": case.get("email"), "reason": case.get("reason")}
    known = [f"{name} {value}" for name, value in named.items() if value]
    return f"About {', '.join(known)}." if known else ""


def _facts(state: Case) -> dict[str, Any]:
    return {name: value for name in FACTS if (value := _case(state).get(name)) is not None}


def _case(state: Case) -> dict[str, Any]:
    return dict(state)


async def open_ticket_while_waiting(state: Case, thread_id: str, message: str) -> Ticket:
    """The customer calls for a human while an approval is pending. Repeatable: the same words open one ticket."""
    lines = transcript(state.get("messages") or [])
    return await services().tickets.open(
        key=f"{thread_id}/waiting/{digest(message)}",
        thread_id=thread_id,
        reason="The customer asks for a human while an approval is pending.",
        summary=f"{_facts_line(state)} {await services().language.summarise(lines)}".strip(),
        transcript=lines,
        facts=_facts(state),
        joins=True,
    )
