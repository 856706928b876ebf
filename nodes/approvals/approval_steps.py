"""A human decides: ask -> tell the approver -> await -> record. Each is a node, and the one that waits does nothing else."""

from datetime import timedelta
from typing import Any, Literal

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from langgraph.types import interrupt
from typing_extensions import TypedDict

from nodes.approvals.decisions import ACTION, Decision, read_answer
from nodes.digests import digest
from nodes.money import decimal_text, shown
from nodes.ports import services
from nodes.ports.approvals import Approval, RefundArgs
from nodes.ports.clock import iso
from nodes.ports.errors import GateRefused
from nodes.ports.orders import Order


class RefundJudged(TypedDict, total=False):
    order_id: str
    email: str
    reason: str
    refund_id: str
    due_cents: int
    currency: str
    rule: str | None
    say: str


class Asked(TypedDict):
    approval: Approval
    request: str
    reply: str
    messages: list[AIMessage]


class Waiting(TypedDict, total=False):
    approval: Approval
    request: str
    email: str
    problem: str
    asked: int


class Answered(TypedDict):
    answer: Any
    asked: int


class Deciding(TypedDict, total=False):
    approval: Approval
    answer: Any
    order_id: str
    due_cents: int
    currency: str
    reason: str


class Recorded(TypedDict):
    approval: Approval
    decision: Literal["approved", "rejected", "expired", "withdrawn", "undecided"]
    problem: str


async def request_approval(state: RefundJudged, config: RunnableConfig) -> Asked:
    """Write the record that the decision will be checked against. Repeatable: the refund's id is the record's id."""
    limits, now = services().limits, services().clock.now()
    args = _args(state)
    order = await services().orders.find(state["order_id"])
    record = await services().approvals.ask(
        approval_id=state["refund_id"],
        thread_id=config["configurable"]["thread_id"],
        action=ACTION,
        args=args,
        expires_at=iso(now + timedelta(seconds=limits.approval_timeout_s)),
    )
    reply = (
        f"Your refund of {shown(args['amount_cents'], args['currency'])} for order {args['order_id']} needs the approval "
        f"of a colleague. We will write to {state['email']} as soon as it is decided."
    )
    return {
        "approval": record,
        "request": _request(order, args, why=state.get("say") or ""),
        "reply": reply,
        "messages": [AIMessage(reply)],
    }


async def await_approval(state: Waiting) -> Answered:
    """Wait for a human. Runs again from its first line on resume, so it holds the question and nothing else."""
    answer = interrupt(question(state["approval"], state["request"], state.get("problem", "")))
    return {"answer": answer, "asked": state.get("asked", 0) + 1}


async def record_decision(state: Deciding, config: RunnableConfig) -> Recorded:
    """The one gate, whatever surface resumed the thread: compare and set on the record, exactly once.

    Repeatable: the same answer gives the same decision id. When somebody else's decision was recorded first, that
    decision counts here too.
    """
    record = await services().approvals.expire(state["approval"]["approval_id"])
    decision = read_answer(state.get("answer"), record["args"])
    if record["status"] == "pending":
        if decision["verdict"] == "undecided":
            return {"approval": record, "decision": "undecided", "problem": decision["problem"]}
        record = await _decide(record, digest(_args(state)), decision, config)
    return {"approval": record, "decision": settled(record), "problem": ""}


async def decision(state: Recorded) -> Literal["approved", "rejected", "expired", "withdrawn", "undecided"]:
    return state["decision"]


def question(approval: Approval, request: str, problem: str = "") -> dict[str, Any]:
    """The interrupt's payload: what Agent Chat UI and Agent Inbox show and edit, and our record beside it."""
    args = approval["args"]
    shown_args = {
        "order_id": args["order_id"],
        "amount": decimal_text(args["amount_cents"]),
        "currency": args["currency"],
        "reason": args["reason"],
    }
    description = f"{problem}\n\n{request}" if problem else request
    return {
        "action_requests": [{"name": ACTION, "args": shown_args, "arguments": shown_args, "description": description}],
        "review_configs": [{"action_name": ACTION, "allowed_decisions": ["approve", "edit", "reject"]}],
        "approval": dict(approval),
        "problem": problem,
    }


def settled(record: Approval) -> Literal["approved", "rejected", "expired", "withdrawn"]:
    """How the record ended. Raises GateRefused when it still waits."""
    status = record["status"]
    if status == "pending":
        raise GateRefused(f"The approval {record['approval_id']} still waits; nothing was paid.")
    return status


def _args(state: RefundJudged | Deciding) -> RefundArgs:
    return {
        "order_id": state["order_id"],
        "amount_cents": state["due_cents"],
        "currency": state["currency"],
        "reason": state.get("reason") or "",
    }


async def _decide(record: Approval, args_digest: str, decision: Decision, config: RunnableConfig) -> Approval:
    verdict = decision["verdict"]
    assert verdict != "undecided"
    return await services().approvals.decide(
        record["approval_id"],
        decision_id=digest({"approval_id": record["approval_id"], "decision": decision}),
        args_digest=args_digest,
        verdict=verdict,
        amount_cents=decision["amount_cents"],
        by=decision["by"] or _signed_in(config),
        reason=decision["reason"],
    )


def _signed_in(config: RunnableConfig) -> str:
    """Who resumed, where the surface did not say: the server's authenticated user, if there is one."""
    return str(config.get("configurable", {}).get("langgraph_auth_user_id") or "unknown")


def _request(order: Order | None, args: RefundArgs, *, why: str) -> str:
    """Everything an approver needs, as text. The customer's own words are quoted, so that nobody takes them for ours."""
    if order is None:
        return why
    lines = [
        f"Refund {shown(args['amount_cents'], args['currency'])} for order {args['order_id']}?",
        "",
        f"Customer: {order['customer_name']} <{order['email']}>",
        f"Order: {shown(order['total_cents'], order['currency'])}, placed {order['placed_at'][:10]}, "
        f"{order['status']} {(order['delivered_at'] or '')[:10]}".rstrip(),
        *(f"  {line['quantity']} x {line['title']}" for line in order["lines"]),
        f"Paid {shown(order['captured_cents'], order['currency'])}, "
        f"already refunded {shown(order['refunded_cents'], order['currency'])}",
        *(f"  {shown(r['amount_cents'], r['currency'])} on {r['at'][:10]}: {r['reason']!r}" for r in order["refunds"]),
        f"Reason given by the customer: {args['reason']!r}" if args["reason"] else "The customer gave no reason.",
        f"Why you are asked: {why}",
    ]
    if order["note"]:
        lines.append(f"Note on the order, written by the customer: {order['note']!r}")
    return "\n".join(lines)
