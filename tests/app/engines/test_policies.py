"""How long each kind of step gets, how often it is tried, and which errors are worth another try."""

from typing import Any, get_args

import pytest
from langgraph.errors import GraphRecursionError, NodeTimeoutError
from langgraph.types import RetryPolicy

from graphs import BUILT_IN, workflow
from graphs.policies import TABLE, Kind, local, worth_another_try
from nodes.ports import errors

KINDS: tuple[Kind, ...] = get_args(Kind)

PROMISED: list[tuple[Kind, float | None, int, str]] = [
    # (the kind of step, seconds for one try, tries, why)
    ("code", 30, 1, "nothing outside: what fails once fails again"),
    ("model", 30, 3, "a model has 30 s"),
    ("lookup", 60, 3, "verify_identity: 3 tries, then escalate"),
    ("search", 30, 3, "a search provider"),
    ("source", 90, 3, "a page that is fetched, and read by a model"),
    ("record", 60, 3, "a tool has 60 s"),
    ("payment", 60, 4, "process_refund: 4 tries, then log and escalate"),
    ("shipment", 60, 4, "the carrier, like the gateway"),
    ("mail", 60, 3, "send_confirmation: 3 tries, then log; the refund stands"),
    ("ticket", 60, 4, "nobody is left to hand over to"),
    ("human", None, 1, "as long as a person needs; the deadline is in the approval"),
]


@pytest.mark.parametrize(("kind", "timeout_s", "attempts", "why"), PROMISED)
def test_each_kind_has_what_the_design_promises(kind: Kind, timeout_s: float | None, attempts: int, why: str) -> None:
    assert (TABLE[kind].timeout_s, TABLE[kind].attempts) == (timeout_s, attempts), why


def test_every_kind_is_in_the_table_and_promised() -> None:
    assert set(TABLE) == set(KINDS) == {kind for kind, *_ in PROMISED}


@pytest.mark.parametrize("kind", KINDS)
def test_langgraph_gets_what_the_table_says(kind: Kind) -> None:
    arguments = local(kind)
    retry: RetryPolicy = arguments["retry_policy"]
    assert (retry.max_attempts, arguments.get("timeout")) == (TABLE[kind].attempts, TABLE[kind].timeout_s)
    assert (retry.initial_interval, retry.max_interval) == (TABLE[kind].backoff_s, TABLE[kind].backoff_max_s)
    assert (retry.jitter, retry.retry_on) == (True, worth_another_try)
    assert arguments["metadata"] == {"kind": kind}


@pytest.mark.parametrize("kind", KINDS)
def test_a_try_never_waits_longer_than_it_works(kind: Kind) -> None:
    """Backoff is air between tries, not a second time limit."""
    policy = TABLE[kind]
    assert 0 < policy.backoff_s <= policy.backoff_max_s
    assert policy.timeout_s is None or policy.backoff_max_s < policy.timeout_s


STEPS: dict[str, dict[str, Kind]] = {
    "refund": {
        "verify_identity": "lookup",
        "check_eligibility": "lookup",
        "request_approval": "record",
        "notify_approver": "mail",
        "await_approval": "human",
        "record_decision": "record",
        "process_refund": "payment",
        "look_up_refund": "lookup",
        "explain": "lookup",
        "prepare_handover": "model",
        "escalate": "ticket",
        "send_confirmation": "mail",
        "respond": "model",
    },
    "support": {"classify": "model", "authenticate": "lookup", "lookup_order": "lookup", "process_refund": "payment"},
}


def built(graph: str) -> dict[str, Any]:
    return dict(workflow(graph).build().nodes)


@pytest.mark.parametrize(("graph", "node", "kind"), [(g, n, k) for g, steps in STEPS.items() for n, k in steps.items()])
def test_each_step_is_of_its_kind(graph: str, node: str, kind: Kind) -> None:
    step = built(graph)[node]
    assert step.metadata == {"kind": kind}
    assert step.retry_policy.max_attempts == TABLE[kind].attempts


@pytest.mark.parametrize("graph", BUILT_IN)
def test_no_step_is_without_a_policy(graph: str) -> None:
    steps = built(graph)
    assert [name for name, step in steps.items() if step.retry_policy is None] == []
    assert [name for name, step in steps.items() if (step.metadata or {}).get("kind") not in TABLE] == []
    timeless = [name for name, step in steps.items() if step.timeout is None]
    assert [name for name in timeless if steps[name].metadata["kind"] != "human"] == []


WORTH: list[tuple[Exception, bool, str]] = [
    # (the error, is it worth another try, why)
    (errors.Retryable("x"), True, "that is what it says"),
    (errors.PaymentsUnavailable("x"), True, "the gateway may be back"),
    (errors.PaymentTimedOut("x"), True, "the key makes the repeat safe"),
    (errors.MailUnavailable("x"), True, "the mail server may be back"),
    (errors.LanguageUnavailable("x"), True, "the model may be back"),
    (errors.MalformedAnswer("x"), True, "a model answers differently the next time"),
    (errors.DependencyDown("x"), True, "the database may be back"),
    (TimeoutError(), True, "slow once is not slow for ever"),
    (ConnectionError(), True, "the network may be back"),
    (ConnectionResetError(), True, "a kind of ConnectionError"),
    (NodeTimeoutError("step", 60.0, kind="run", run_timeout=60.0), True, "LangGraph's own time limit"),
    (errors.Final("x"), False, "it would fail again"),
    (errors.PaymentDeclined("x"), False, "the bank has decided"),
    (errors.RefundTooLarge("x"), False, "there is no more money to pay back"),
    (errors.IdempotencyConflict("x"), False, "the key stays used"),
    (errors.MailRefused("x"), False, "the address stays wrong"),
    (errors.GateRefused("x"), False, "no try makes an approval"),
    (errors.NotConfigured("x"), False, "somebody has to set it first"),
    (errors.InvalidInput("x"), False, "what was typed stays typed"),
    (errors.Refused("x"), False, "a person asked for something impossible"),
    (errors.SwitchboardError("x"), False, "nobody said that it may work"),
    (GraphRecursionError("x"), False, "the run is too long"),
    (OSError("x"), False, "a disk that is full stays full"),
    (ValueError("x"), False, "a mistake of ours"),
    (KeyError("x"), False, "a mistake of ours"),
    (AssertionError("x"), False, "a mistake of ours"),
]


@pytest.mark.parametrize(("error", "again", "why"), WORTH, ids=[type(error).__name__ for error, *_ in WORTH])
def test_what_is_worth_another_try(error: Exception, again: bool, why: str) -> None:
    assert worth_another_try(error) is again, why


def test_every_error_of_the_tree_has_one_answer() -> None:
    """`Retryable` and `DependencyDown` are worth another try, the rest of the tree is not."""
    tree = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.SwitchboardError)]
    again = {one.__name__ for one in tree if worth_another_try(one("x"))}
    assert again == {one.__name__ for one in tree if issubclass(one, (errors.Retryable, errors.DependencyDown))}
    assert len(tree) > len(again) > 5
