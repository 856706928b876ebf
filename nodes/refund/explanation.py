"""Why the answer is no, in plain words, with the rule or the person that said so."""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.money import shown
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.refund.refund_key import RefundNamed, refund_on_record

SHALL_A_PERSON = "Shall I pass this on to a colleague, who can look at your case?"


class Refusal(RefundNamed, total=False):
    say: str
    was_declined: bool  # in the turn before, too


class Explained(TypedDict, total=False):
    outcome: Literal["declined", "rejected", "withdrawn"]
    say: str
    offers_person: bool


async def explain(state: Refusal, config: RunnableConfig) -> Explained:
    """Name the rule that declined, the reason the approver gave, or why the request was withdrawn."""
    record = await services().approvals.get(await refund_on_record(state, config))
    if record and record["status"] == "rejected":
        return {"outcome": "rejected", "say": not_approved(record)}
    if record and record["status"] == "withdrawn":
        return {"outcome": "withdrawn", "say": taken_back(record)}
    return declined(state.get("say") or "This cannot be refunded.", again=state.get("was_declined", False))


def declined(say: str, *, again: bool) -> Explained:
    """The rule. To a customer who does not accept it, a person is offered."""
    return {"outcome": "declined", "say": f"{say} {SHALL_A_PERSON}" if again else say, "offers_person": again}


def taken_back(record: Approval) -> str:
    """What the customer reads about a request that was withdrawn."""
    amount = shown(record["args"]["amount_cents"], record["args"]["currency"])
    return (
        f"The request for a refund of {amount} for order {record['args']['order_id']} is withdrawn, and nothing was paid. "
        f"The reason: {record['reason']}"
    )


def not_approved(record: Approval) -> str:
    """What the customer reads about a rejection."""
    amount = shown(record["args"]["amount_cents"], record["args"]["currency"])
    return (
        f"Your request for a refund of {amount} for order {record['args']['order_id']} was not approved. "
        f"The reason given: {record['reason']}"
    )
