"""A refund from the command line, as the README tells it."""

from pathlib import Path

import pytest

from tests.command_line import CommandLine

ADA = ("--email", "ada@example.com")
GRACE = ("--email", "grace@example.com")


def outbox() -> list[str]:
    return [path.read_text() for path in sorted(Path("home/outbox").glob("*.eml"))]


def test_a_small_refund_is_paid_once(switchboard: CommandLine) -> None:
    first = switchboard.json("refund", "--order", "12346", *ADA)
    assert (first["status"], first["outcome"], first["values"]["refunded_cents"]) == ("completed", "refunded", 3950)
    second = switchboard.json("refund", "--order", "12346", *ADA)
    assert second["outcome"] == "declined"
    assert "already refunded" in second["reply"]


def test_a_large_refund_waits_is_approved_once_and_leaves_its_traces(switchboard: CommandLine) -> None:
    asked = switchboard.json("refund", "--order", "12345", *ADA, code=3)
    assert (asked["status"], asked["outcome"]) == ("waiting", None)
    assert asked["approval"]["args"] == {"order_id": "12345", "amount_cents": 14900, "currency": "USD", "reason": ""}
    thread = asked["thread_id"]
    assert [one["thread_id"] for one in switchboard.json("pending")] == [thread]

    paid = switchboard.json("approve", thread, "--by", "Mia")
    assert (paid["outcome"], paid["approval"]["status"], paid["approval"]["decided_by"]) == (
        "refunded",
        "approved",
        "Mia",
    )
    again = switchboard("approve", thread)
    assert (again.code, again.out) == (4, "")
    assert "by Mia" in again.err

    steps = [entry["node"] for entry in switchboard.json("trace", thread) if entry["event"] == "end"]
    assert steps == [
        "look_for_approval",
        "verify_identity",
        "check_eligibility",
        "request_approval",
        "notify_approver",
        "await_approval",
        "record_decision",
        "process_refund",
        "send_confirmation",
        "respond",
    ]
    assert len(outbox()) == 2
    assert switchboard.json("pending") == []


def test_an_approver_can_lower_the_amount(switchboard: CommandLine) -> None:
    thread = switchboard.json("refund", "--order", "12345", *ADA, code=3)["thread_id"]
    higher = switchboard("approve", thread, "--amount", "150.00")
    assert higher.code == 4
    assert "lower" in higher.err
    assert switchboard.json("approve", thread, "--amount", "80.00")["values"]["refunded_cents"] == 8000


def test_a_rejection_reaches_the_customer_with_its_reason(switchboard: CommandLine) -> None:
    switchboard.json("refund", "--order", "12345", *ADA, "--thread", "conv-1", code=3)
    assert switchboard.json("reject", "conv-1", "--reason", "the seal is broken")["outcome"] == "rejected"
    assert any("the seal is broken" in mail for mail in outbox())


def test_after_the_deadline_only_a_sweep_helps(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_TIMEOUT_S", "0.001")
    thread = switchboard.json("refund", "--order", "12345", *ADA, code=3)["thread_id"]
    late = switchboard("approve", thread)
    assert late.code == 4
    assert "sweep" in late.err
    (swept,) = switchboard.json("sweep")
    assert (swept["thread_id"], swept["outcome"], swept["approval"]["status"]) == (thread, "expired", "expired")
    assert swept["values"]["ticket_id"]
    assert switchboard.json("sweep") == []
    assert switchboard("approve", thread).code == 4


REFUSALS = [
    # (order, who asks, how much, words the reply must have)
    ("12347", ADA, (), "30-day return window"),
    ("12348", GRACE, ("--amount", "60.00"), "Only $50.00"),
    ("12349", GRACE, (), "not delivered"),
    ("12350", GRACE, (), "final sale"),
    ("99999", ADA, (), "could not find order 99999"),
    ("12345", GRACE, (), "could not find order 12345"),
]


@pytest.mark.parametrize(("order", "who", "amount", "words"), REFUSALS)
def test_a_refusal_names_its_rule(
    switchboard: CommandLine, order: str, who: tuple[str, ...], amount: tuple[str, ...], words: str
) -> None:
    result = switchboard.json("refund", "--order", order, *who, *amount)
    assert result["outcome"] == "declined"
    assert words in result["reply"]


def test_what_is_left_of_an_order_can_be_refunded(switchboard: CommandLine) -> None:
    result = switchboard.json("refund", "--order", "12348", *GRACE, "--amount", "50.00")
    assert (result["outcome"], result["values"]["refunded_cents"]) == ("refunded", 5000)


UNUSABLE = [
    ("refund", "--order", "12346", *ADA, "--amount", "lots"),
    ("refund", "--order", "12346", *ADA, "--amount", "-5"),
    ("refund", "--order", "12346"),
    ("refund", "--order", "", *ADA),
    ("refund", "--order", "12346", "--email", "nobody"),
    ("prune", "--older-than", "soon"),
    ("graph", "nothing"),
]


@pytest.mark.parametrize("words", UNUSABLE)
def test_what_cannot_be_used_is_a_usage_error(switchboard: CommandLine, words: tuple[str, ...]) -> None:
    called = switchboard(*words)
    assert (called.code, called.out) == (2, "")
    assert called.err


REFUSED = [
    ("approve", "nobody"),
    ("reject", "nobody", "--reason", "no"),
    ("resume", "nobody"),
    ("show", "nobody"),
    ("trace", "nobody"),
]


@pytest.mark.parametrize("words", REFUSED)
def test_an_unknown_thread_is_refused_in_one_sentence(switchboard: CommandLine, words: tuple[str, ...]) -> None:
    called = switchboard(*words)
    assert (called.code, called.out) == (4, "")
    assert called.err.count("\n") == 1
    assert "switchboard threads" in called.err


def test_a_thread_belongs_to_one_workflow(switchboard: CommandLine) -> None:
    switchboard.json("refund", "--order", "12346", *ADA, "--thread", "mine")
    assert switchboard("support", "hello", "--thread", "mine").code == 2
