"""List, show and decide approvals, and ask back."""

from typing import Literal

from pydantic import Field

from app.server.web import decisions
from app.server.web.api.endpoints import Answered, Body, Call, Endpoint


class Decision(Body):
    verdict: Literal["approve", "reject"]
    amount: str | int | float | None = None
    """Approve less than was asked, like "80.00"."""
    reason: str | None = Field(default=None, max_length=2000)


class Question(Body):
    text: str = Field(min_length=1, max_length=2000)


async def list_(call: Call) -> Answered:
    return Answered(await decisions.listed(call.state))


async def show(call: Call) -> Answered:
    return Answered(await decisions.one(call.state, call.id))


async def decide(call: Call) -> Answered:
    said = call.body(Decision)
    amount = "" if said.amount is None else str(said.amount)
    reason = (said.reason or "").strip()
    result = await decisions.decide(call.state, call.caller, call.id, said.verdict, amount, reason)
    return Answered(result, thread_id=result["thread_id"])


async def ask(call: Call) -> Answered:
    record = await decisions.ask(call.state, call.caller, call.id, call.body(Question).text)
    return Answered(record, thread_id=record["thread_id"])


ENDPOINTS = (
    Endpoint(
        "GET", "/approvals", "read", list_, "What waits, oldest deadline first.", answer="Approvals", staff_only=True
    ),
    Endpoint("GET", "/approvals/{id}", "read", show, "One approval.", answer="Approval", staff_only=True),
    Endpoint("POST", "/approvals/{id}/decision", "decide", decide, "Approve, approve less, or reject.", body=Decision),
    Endpoint(
        "POST", "/approvals/{id}/question", "ask", ask, "Ask the customer before deciding.", Question, answer="Approval"
    ),
)
