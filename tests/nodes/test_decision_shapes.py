"""Every reply that a public UI, a script or an attacker can send: what counts as which decision, and why."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.approvals.decision_shapes import Decision, read_answer
from nodes.refund.refund_action import REFUND, RefundArgs

ASKED: RefundArgs = {"order_id": "12345", "amount_cents": 14_900, "currency": "USD", "reason": "broken"}
SHOWN = {"order_id": "12345", "amount": "149.00", "currency": "USD", "reason": "broken"}


def chat(reply: dict[str, Any]) -> Any:
    """As Agent Chat UI wraps it."""
    return {"decisions": [reply]}


def inbox(reply: dict[str, Any]) -> Any:
    """As Agent Inbox wraps it."""
    return [reply]


def bare(reply: dict[str, Any]) -> Any:
    """As the command line sends it."""
    return reply


def edits(**changed: Any) -> list[Any]:
    """The same edit in every shape."""
    args = {**SHOWN, **changed}
    return [
        chat({"type": "edit", "edited_action": {"name": "process_refund", "args": args}}),
        inbox({"type": "edit", "args": {"action": "process_refund", "args": args}}),
        bare({"type": "edit", "args": args}),
    ]


def read(answer: Any) -> Decision:
    return read_answer(answer, REFUND, ASKED)


@pytest.mark.parametrize("wrapped", [chat, inbox, bare])
@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ({"type": "approve"}, "Agent Chat UI's word"),
        ({"type": "accept"}, "Agent Inbox's word"),
        ({"type": "accept", "args": None}, "Agent Inbox sends empty args"),
        ({"type": "accept", "args": {"action": "process_refund", "args": SHOWN}}, "or the args that it was shown"),
        ({"type": "approve", "amount": "9999.00"}, "an amount beside an approval is not an edit"),
        ({"type": "approve", "args": {"amount": "9999.00"}}, "an amount inside an approval is not an edit"),
        ({"type": "approve", "order_id": "777"}, "nor is another order"),
    ],
)
def test_an_approval_is_for_what_was_asked(wrapped: Any, reply: dict[str, Any], why: str) -> None:
    decision = read(wrapped(reply))
    assert (decision["verdict"], (decision["granted"] or {}).get("amount_cents"), decision["problem"]) == (
        "approved",
        14_900,
        "",
    ), why


LOWERED = [
    # (the edited amount, cents approved, why)
    ("80.00", 8000, "text, as the UIs send it"),
    ("80", 8000, "whole dollars"),
    ("$80", 8000, "with the sign of the order's currency"),
    (" $80.00 ", 8000, "with blanks around it"),
    (80, 8000, "a number"),
    (80.5, 8050, "a number with decimals"),
    (0.07, 7, "a number that a float cannot hold"),
    (1.1, 110, "another one"),
    ("0.01", 1, "the smallest amount"),
    ("149.00", 14_900, "exactly what was asked"),
    (149, 14_900, "exactly what was asked, as a number"),
    (149.0, 14_900, "exactly what was asked, as a float"),
]


@pytest.mark.parametrize(("amount", "cents", "why"), LOWERED)
def test_an_edit_may_lower_the_amount(amount: Any, cents: int, why: str) -> None:
    decisions = [read(answer) for answer in edits(amount=amount)]
    assert [(one["verdict"], (one["granted"] or {}).get("amount_cents")) for one in decisions] == [
        ("approved", cents)
    ] * 3, why


REFUSED = [
    # (what was edited, what the problem says, why it is not a decision)
    ({"amount": "149.01"}, "more than the $149.00", "one cent more than was asked"),
    ({"amount": 150}, "more than the $149.00", "more, as a number"),
    ({"amount": "14,900.00"}, "more than the $149.00", "more, with thousands"),
    ({"amount": "0"}, "not an amount", "zero would be a rejection without a reason"),
    ({"amount": 0}, "not an amount", "zero as a number"),
    ({"amount": "-80"}, "not an amount", "negative"),
    ({"amount": -80.0}, "not an amount", "negative, as a number"),
    ({"amount": ""}, "not an amount", "the field was emptied"),
    ({"amount": "eighty"}, "not an amount", "a word"),
    ({"amount": "80,00"}, "not an amount", "a decimal comma is not 8000.00"),
    ({"amount": "80.001"}, "not an amount", "a fraction of a cent"),
    ({"amount": "NaN"}, "not an amount", "not a number, in text"),
    ({"amount": float("nan")}, "not an amount", "not a number: JSON as Python reads it has one"),
    ({"amount": float("inf")}, "not an amount", "infinity"),
    ({"amount": "9e999999"}, "not an amount", "beyond any number"),
    ({"amount": True}, "not an amount", "true is no 1"),
    ({"amount": None}, "not an amount", "null"),
    ({"amount": ["80"]}, "not an amount", "a list"),
    ({"amount": {"value": "80"}}, "not an amount", "an object"),
    ({"amount": "80", "order_id": "12346"}, "not change the order id", "another order"),
    ({"amount": "80", "order_id": None}, "not change the order id", "no order"),
    ({"amount": "80", "order_id": ["12345"]}, "not change the order id", "a list of orders"),
    ({"amount": "80", "currency": "EUR"}, "not change the currency", "another currency"),
    ({"amount": "€80"}, "not change the currency", "another currency, by its sign"),
    ({"amount": "£80"}, "not change the currency", "and another"),
]


@pytest.mark.parametrize(("changed", "problem", "why"), REFUSED)
def test_an_edit_may_change_nothing_else(changed: dict[str, Any], problem: str, why: str) -> None:
    for decision in map(read, edits(**changed)):
        assert (decision["verdict"], (decision["granted"] or {}).get("amount_cents")) == ("undecided", None), why
        assert problem in decision["problem"], why


NO_EDITS = [
    # (the reply, what the problem says, why it is not a decision)
    ({"type": "edit"}, "no arguments", "an edit of nothing"),
    ({"type": "edit", "amount": "80"}, "no arguments", "the amount is not where the arguments are"),
    ({"type": "edit", "args": None}, "no arguments", "null for arguments"),
    ({"type": "edit", "args": "80"}, "no arguments", "text for arguments"),
    ({"type": "edit", "args": [80]}, "no arguments", "a list for arguments"),
    ({"type": "edit", "edited_action": None}, "no arguments", "null for an action"),
    ({"type": "edit", "edited_action": "process_refund"}, "no arguments", "a name for an action"),
    ({"type": "edit", "args": {}}, "names no amount", "nothing edited: never a silent approval of everything"),
    ({"type": "edit", "args": {"amount_cents": 8000}}, "names no amount", "cents under another name: not 149.00"),
    ({"type": "edit", "args": {"Amount": "80"}}, "names no amount", "another spelling: not 149.00"),
    ({"type": "edit", "edited_action": {"name": "process_refund"}}, "names no amount", "an action without arguments"),
    (
        {"type": "edit", "edited_action": {"name": "close_account", "args": {"amount": "80"}}},
        "not change the action",
        "another action, as Agent Chat UI would name it",
    ),
    (
        {"type": "edit", "args": {"action": "close_account", "args": {"amount": "80"}}},
        "not change the action",
        "another action, as Agent Inbox would name it",
    ),
    (
        {"type": "edit", "edited_action": {"name": None, "args": {"amount": "80"}}},
        "not change the action",
        "an action without a name",
    ),
]


@pytest.mark.parametrize("wrapped", [chat, inbox, bare])
@pytest.mark.parametrize(("reply", "problem", "why"), NO_EDITS)
def test_an_edit_that_cannot_be_read_is_no_decision(
    wrapped: Any, reply: dict[str, Any], problem: str, why: str
) -> None:
    decision = read(wrapped(reply))
    assert (decision["verdict"], (decision["granted"] or {}).get("amount_cents")) == ("undecided", None), why
    assert problem in decision["problem"], why


def test_the_customers_words_stay_the_customers() -> None:
    """An edited reason is not taken over: the record keeps what the customer said."""
    for decision in map(read, edits(amount="80", reason="fraud")):
        assert (decision["verdict"], decision["reason"]) == ("approved", "")


def test_an_order_id_may_come_back_as_a_number() -> None:
    assert [read(answer)["verdict"] for answer in edits(amount="80", order_id=12345)] == ["approved"] * 3


REJECTIONS = [
    # (the reply, the reason that the customer reads, why)
    ({"type": "reject", "message": "seal broken"}, "seal broken", "Agent Chat UI"),
    ({"type": "response", "args": "seal broken"}, "seal broken", "Agent Inbox"),
    ({"type": "reject", "reason": "seal broken"}, "seal broken", "the command line"),
    ({"type": "reject", "message": " ", "reason": "seal broken"}, "seal broken", "the first that says something"),
    ({"type": "reject", "message": "  seal broken\n"}, "seal broken", "blanks around it"),
    ({"type": "reject"}, "no reason was given", "no reason"),
    ({"type": "response", "args": ""}, "no reason was given", "an empty response"),
    ({"type": "reject", "message": {"text": "x"}}, "no reason was given", "a reason that is no text"),
    ({"type": "response", "args": {"type": "approve"}}, "no reason was given", "an approval inside is no approval"),
    ({"type": "reject", "message": "x" * 9999}, "x" * 2000, "a reason has an end"),
]


@pytest.mark.parametrize("wrapped", [chat, inbox, bare])
@pytest.mark.parametrize(("reply", "reason", "why"), REJECTIONS)
def test_a_rejection_has_a_reason(wrapped: Any, reply: dict[str, Any], reason: str, why: str) -> None:
    decision = read(wrapped(reply))
    assert (decision["verdict"], (decision["granted"] or {}).get("amount_cents"), decision["reason"]) == (
        "rejected",
        None,
        reason,
    ), why


APPROVE = {"type": "approve"}
NO_DECISIONS = [
    # (the answer, why it is not a decision)
    ({"type": "ignore"}, "ignoring is not deciding"),
    ({"type": "ignore", "args": None}, "as Agent Inbox sends it"),
    ({"decisions": [{"type": "ignore"}]}, "and wrapped"),
    ({"type": "expire"}, "only the deadline lets a request expire"),
    ({"decisions": []}, "the list is empty"),
    ([], "the list is empty"),
    ({"decisions": None}, "no list"),
    ({"decisions": [APPROVE, APPROVE]}, "one question has one answer"),
    ([APPROVE, {"type": "reject"}], "two answers, and they differ"),
    ([{"type": "reject"}, APPROVE], "the other way round"),
    ([[APPROVE]], "a list in a list"),
    ([{"decisions": [APPROVE]}], "one shape inside another"),
    ({"decisions": [{"decisions": [APPROVE]}]}, "a wrapper in a wrapper"),
    ({"decisions": "approve"}, "a word where the list should be"),
    ({"decision": [APPROVE]}, "a misspelt wrapper"),
    ("approve", "a word"),
    ('{"type": "approve"}', "JSON in a text"),
    ("yes", "another word"),
    ("", "nothing"),
    (None, "null"),
    (True, "true"),
    (1, "a number"),
    (0.5, "a fraction"),
    ({}, "an empty object"),
    ({"approve": True}, "no type"),
    ({"type": "Approve"}, "a type is spelt as documented"),
    ({"type": "approved"}, "the name of a status, not of a decision"),
    ({"type": " approve"}, "a blank"),
    ({"type": None}, "null for a type"),
    ({"type": True}, "true for a type"),
    ({"type": ["approve"]}, "a list for a type"),
    ({"type": {"type": "approve"}}, "an object for a type"),
    ({"type": "close_account"}, "an action nobody asked about"),
    ({"type": ["deep"] * 1000}, "a type of any size"),
]


@pytest.mark.parametrize(("answer", "why"), NO_DECISIONS)
def test_anything_else_is_no_decision(answer: Any, why: str) -> None:
    decision = read(answer)
    assert (decision["verdict"], (decision["granted"] or {}).get("amount_cents"), decision["by"]) == (
        "undecided",
        None,
        None,
    ), why
    assert 0 < len(decision["problem"]) < 200, why


BY = [
    # (what the reply says, who decided)
    ({"by": "Mia"}, "Mia"),
    ({"by": "  Mia "}, "Mia"),
    ({"by": ""}, None),
    ({"by": None}, None),
    ({"by": 7}, None),
    ({}, None),
]


@pytest.mark.parametrize(("said", "by"), BY)
@pytest.mark.parametrize(
    "reply", [{"type": "approve"}, {"type": "edit", "args": {"amount": "80"}}, {"type": "reject", "message": "no"}]
)
def test_who_decided(reply: dict[str, Any], said: dict[str, Any], by: str | None) -> None:
    assert read({**reply, **said})["by"] == by


def test_an_approvers_note_is_kept() -> None:
    noted = [read({**reply, "note": " loyal "}) for reply in ({"type": "approve"}, edits(amount="80")[2])]
    assert [one["reason"] for one in noted] == ["loyal", "loyal"]


def test_nesting_without_an_end_is_no_decision() -> None:
    deep: Any = "approve"
    for _ in range(100_000):
        deep = [deep]
    for answer in (deep, {"type": deep}, *edits(amount=deep), *edits(amount="80", order_id=deep)):
        assert read(answer)["verdict"] == "undecided"


WORDS = st.sampled_from(["type", "decisions", "args", "edited_action", "name", "action", "amount", "order_id"])
VALUES = st.sampled_from(
    ["approve", "accept", "edit", "reject", "response", "ignore", "expire", "process_refund", "USD"]
)
AMOUNTS = st.from_regex(r"[$€-]?[0-9]{1,6}([.,][0-9]{0,3})?", fullmatch=True) | st.floats() | st.integers()
ATOMS = st.none() | st.booleans() | st.text(max_size=8) | VALUES | AMOUNTS
JSON = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=5),
    max_leaves=12,
)
NEAR_MISSES = st.fixed_dictionaries(
    {"type": VALUES}, optional={"args": JSON, "edited_action": JSON, "amount": ATOMS, "by": ATOMS, "message": ATOMS}
)
EDITS = st.builds(
    lambda amount, rest, shape: edits(amount=amount, **rest)[shape],
    AMOUNTS,
    st.dictionaries(st.sampled_from(["order_id", "currency", "reason"]), ATOMS),
    st.integers(0, 2),
)
ANSWERS = JSON | NEAR_MISSES | NEAR_MISSES.map(chat) | NEAR_MISSES.map(inbox) | EDITS


@given(answer=ANSWERS, asked=st.integers(1, 10**8))
def test_no_answer_whatsoever_approves_more_than_was_asked(answer: Any, asked: int) -> None:
    decision = read_answer(answer, REFUND, {**ASKED, "amount_cents": asked})
    if decision["verdict"] == "approved":
        assert decision["granted"] is not None
        assert 0 < decision["granted"]["amount_cents"] <= asked
    else:
        assert decision["granted"] is None
    assert (decision["verdict"] == "undecided") is bool(decision["problem"])
    assert json.loads(json.dumps(decision)) == decision
