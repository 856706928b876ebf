"""Judging a request: the id it can be paid under once, the verdict, and what is forgotten of an earlier request."""

import uuid
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig

from app.testing import Fakes, order
from nodes.refund.eligibility import RefundRequested, check_eligibility, eligibility
from tests.nodes.conftest import THREAD, runtime

ASK: RefundRequested = {"order_id": "12345", "email": "ada@example.com"}
OTHER_THREAD: RunnableConfig = {"configurable": {"thread_id": "thread-2"}}


async def judged(state: RefundRequested, config: RunnableConfig = THREAD, **context: Any) -> dict[str, Any]:
    return dict(await check_eligibility(state, config, runtime(**context)))


VERDICTS: list[tuple[dict[str, Any], dict[str, Any], tuple[str, str | None, int], str]] = [
    # (what the state says, the run's knobs, verdict, rule and cents due, why)
    ({}, {}, ("large", "approval_limit", 14_900), "all that can be refunded"),
    ({"amount_cents": None}, {}, ("large", "approval_limit", 14_900), "no amount is no amount of zero"),
    ({"amount_cents": 5000}, {}, ("small", None, 5000), "below the limit"),
    ({"amount_cents": 5000}, {"approve_everything": True}, ("large", "approve_everything", 5000), "this run asks"),
    (
        {"amount_cents": 12_000},
        {"approve_everything": True},
        ("large", "approval_limit", 12_000),
        "the rule's own name",
    ),
    ({"amount_cents": 0}, {"approve_everything": True}, ("ineligible", "not_an_amount", 0), "asking never approves"),
    ({"email": "eve@example.com"}, {}, ("ineligible", "identity", 0), "somebody else's order"),
    ({"email": "eve@example.com", "verified": True}, {}, ("ineligible", "identity", 0), "whatever the state claims"),
    ({"email": None}, {}, ("ineligible", "identity", 0), "nobody's order"),
    ({"order_id": "999"}, {}, ("ineligible", "identity", 0), "no such order"),
    ({"order_id": None}, {}, ("ineligible", "identity", 0), "no order at all"),
]


@pytest.mark.parametrize(("says", "knobs", "expected", "why"), VERDICTS)
async def test_the_verdict(
    fakes: Fakes, says: dict[str, Any], knobs: dict[str, Any], expected: tuple[str, str | None, int], why: str
) -> None:
    found = await judged({**ASK, **says}, **knobs)  # type: ignore[typeddict-item]
    assert (found["eligibility"], found["rule"], found["due_cents"]) == expected, why


async def test_the_wording_of_a_no_does_not_depend_on_whether_the_order_exists(fakes: Fakes) -> None:
    strangers = await judged({**ASK, "email": "eve@example.com"})
    missing = await judged({**ASK, "order_id": "999", "email": "eve@example.com"})
    assert strangers["say"].replace("12345", "999") == missing["say"]


async def test_trying_again_gives_the_same_id(fakes: Fakes) -> None:
    ids = {(await judged({**ASK, "refund_no": 4}))["refund_id"] for _ in range(3)}
    assert len(ids) == 1
    assert uuid.UUID(ids.pop()).version == 5


async def test_the_next_request_and_another_thread_have_other_ids(fakes: Fakes) -> None:
    found = [await judged(ASK), await judged({**ASK, "refund_no": 1}), await judged(ASK, OTHER_THREAD)]
    assert len({one["refund_id"] for one in found}) == 3
    assert [one["refund_no"] for one in found] == [1, 2, 1]


async def test_the_id_does_not_depend_on_what_is_asked(fakes: Fakes) -> None:
    """A request that is tried again must not become another one because the order changed meanwhile."""
    first = await judged(ASK)
    fakes.shop.orders["12345"] = order(captured_cents=20_000)
    assert (await judged(ASK))["refund_id"] == first["refund_id"]


async def test_an_earlier_request_leaves_nothing_behind(fakes: Fakes) -> None:
    cleared = ("approval", "decision", "failure", "receipt_id", "outcome")
    found = await judged(ASK)
    assert ({name: found[name] for name in cleared}, found["problem"]) == (dict.fromkeys(cleared), "")


async def test_judging_changes_nothing_outside(fakes: Fakes) -> None:
    await judged(ASK)
    assert (fakes.shop.receipts, fakes.approvals.records, fakes.mail.sent) == ({}, {}, {})


@pytest.mark.parametrize("verdict", ["ineligible", "small", "large"])
async def test_the_router_says_what_was_judged(verdict: Any) -> None:
    assert await eligibility({"eligibility": verdict}) == verdict  # type: ignore[typeddict-item]
