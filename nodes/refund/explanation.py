"""Why the answer is no, in plain words, with the rule or the person that said so."""

from typing import Literal

from typing_extensions import TypedDict

from nodes.money import shown
from nodes.ports.approvals import Approval


class Refusal(TypedDict, total=False):
    order_id: str
    due_cents: int
    currency: str
    say: str
    decision: Literal["approved", "rejected", "expired", "withdrawn", "undecided"]
    approval: Approval | None


class Explained(TypedDict):
    outcome: Literal["declined", "rejected", "withdrawn"]
    say: str


async def explain(state: Refusal) -> Explained:
    """Name the rule that declined, the reason the approver gave, or why the request was withdrawn."""
    approval = state.get("approval")
    if approval is None:
        return {"outcome": "declined", "say": state["say"]}
    amount = shown(state["due_cents"], state["currency"])
    if approval["status"] == "withdrawn":
        return {
            "outcome": "withdrawn",
            "say": f"The request for a refund of {amount} for order {state['order_id']} is withdrawn, and nothing was paid. "
            f"The reason: {approval['reason']}",
        }
    return {
        "outcome": "rejected",
        "say": f"Your request for a refund of {amount} for order {state['order_id']} was not approved. "
        f"The reason given: {approval['reason']}",
    }
