"""Why the answer is no, in plain words, with the rule or the person that said so."""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.money import shown
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.refund.refund_key import RefundNamed, refund_id_of


class Refusal(RefundNamed, total=False):
    say: str


class Explained(TypedDict):
    outcome: Literal["declined", "rejected"]
    say: str


async def explain(state: Refusal, config: RunnableConfig) -> Explained:
    """Name the rule that declined, or the reason the approver gave."""
    record = await services().approvals.get(refund_id_of(state, config))
    if record and record["status"] == "rejected":
        return {"outcome": "rejected", "say": not_approved(record)}
    return {"outcome": "declined", "say": state.get("say") or "This cannot be refunded."}


def not_approved(record: Approval) -> str:
    """What the customer reads about a rejection."""
    amount = shown(record["args"]["amount_cents"], record["args"]["currency"])
    return (
        f"Your request for a refund of {amount} for order {record['args']['order_id']} was not approved. "
        f"The reason given: {record['reason']}"
    )
