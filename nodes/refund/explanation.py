"""Why the answer is no, in plain words, with the rule or the person that said so."""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.money import shown
from nodes.ports import services
from nodes.ports.approvals import CUSTOMER, Approval
from nodes.ports.wording import Sentence
from nodes.refund.refund_key import RefundNamed, refund_on_record
from nodes.refund.refund_sentences import CANNOT, REJECTED, SHALL_A_PERSON, WITHDRAWN
from nodes.shop_words import worded


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
    return declined(state.get("say") or worded(CANNOT), again=state.get("was_declined", False))


def declined(say: str, *, again: bool) -> Explained:
    """The rule. To a customer who does not accept it, a person is offered."""
    return {"outcome": "declined", "say": f"{say} {worded(SHALL_A_PERSON)}" if again else say, "offers_person": again}


def taken_back(record: Approval) -> str:
    """What the customer reads about a request that was withdrawn."""
    return _about(record, WITHDRAWN)


def not_approved(record: Approval) -> str:
    """What the customer reads about a rejection."""
    return _about(record, REJECTED)


def _about(record: Approval, sentence: Sentence) -> str:
    args = record["args"]
    amount = shown(args["amount_cents"], args["currency"])
    is_by_customer = record["decided_by"] == CUSTOMER
    return worded(
        sentence, amount=amount, order_id=args["order_id"], reason=record["reason"], is_by_customer=is_by_customer
    )
