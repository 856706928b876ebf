"""Commands about threads, and the ones that look."""

import re
import shlex

import pytest

from app.cli.main import LESSON
from tests.command_line import CommandLine

ADA = ("--email", "ada@example.com")


@pytest.fixture
def paid(switchboard: CommandLine) -> str:
    thread: str = switchboard.json("refund", "--order", "12346", *ADA, "--thread", "paid")["thread_id"]
    return thread


def test_threads_are_found_by_id_prefix_and_name(switchboard: CommandLine, paid: str) -> None:
    for reference in (paid, paid[:6], "paid"):
        assert switchboard.json("show", reference)["thread_id"] == paid
    assert [thread["name"] for thread in switchboard.json("threads", "--status", "completed")] == ["paid"]
    assert switchboard.json("threads", "--graph", "support") == []


def test_a_fork_pays_nothing_twice(switchboard: CommandLine, paid: str) -> None:
    before_paying = next(
        one["checkpoint_id"] for one in switchboard.json("history", paid) if one["next"] == ["process_refund"]
    )
    fork = switchboard.json("fork", paid, "--at", before_paying)["thread_id"]
    assert switchboard.json("resume", fork)["outcome"] == "refunded"
    (order,) = [one for one in switchboard.json("demo") if one["order_id"] == "12346"]
    assert [refund["amount_cents"] for refund in order["refunds"]] == [3950]


def test_a_fork_needs_a_checkpoint_of_its_thread(switchboard: CommandLine, paid: str) -> None:
    called = switchboard("fork", paid, "--at", "nowhere")
    assert called.code == 4
    assert "switchboard history" in called.err


def test_a_refund_has_nothing_to_save(switchboard: CommandLine, paid: str) -> None:
    called = switchboard("show", paid, "--out", "r.md")
    assert (called.code, called.out) == (2, "")
    assert "refund has nothing to save" in called.err


def test_nothing_left_to_resume(switchboard: CommandLine, paid: str) -> None:
    assert switchboard("resume", paid).code == 4


def test_a_deleted_thread_is_gone_and_the_ledger_stays(switchboard: CommandLine, paid: str) -> None:
    assert switchboard.json("delete", paid) == {"deleted": [paid]}
    assert switchboard("show", paid).code == 4
    assert switchboard.json("refund", "--order", "12346", *ADA)["outcome"] == "declined"


def test_prune_keeps_what_is_young_and_what_waits(switchboard: CommandLine, paid: str) -> None:
    waiting = switchboard.json("refund", "--order", "12345", *ADA, code=3)["thread_id"]
    assert switchboard.json("prune", "--older-than", "1d") == {"deleted": [], "would_delete": []}
    assert switchboard.json("prune", "--older-than", "0m", "--dry-run")["would_delete"] == [paid]
    assert switchboard.json("prune", "--older-than", "0m")["deleted"] == [paid]
    assert [thread["thread_id"] for thread in switchboard.json("threads")] == [waiting]


def test_words_for_people_and_progress_apart(switchboard: CommandLine) -> None:
    called = switchboard("refund", "--order", "12346", *ADA)
    assert called.out.startswith("We have refunded $39.50")
    assert "process_refund" in called.err
    for words in (("pending",), ("threads",), ("doctor",), ("demo",), ("graph", "refund")):
        assert switchboard(*words).code == 0


def test_the_first_lesson(switchboard: CommandLine) -> None:
    called = switchboard()
    assert (called.code, called.out.strip()) == (0, LESSON)


def test_doctor_tells_where_everything_is(switchboard: CommandLine) -> None:
    report = switchboard.json("doctor")
    assert report["ok"]
    assert report["home"].endswith("/home")


def test_a_wrong_setting_names_itself(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_LIMIT_CENTS", "much")
    called = switchboard("doctor")
    assert called.code == 5
    assert "SWITCHBOARD_APPROVAL_LIMIT_CENTS" in called.err


def test_the_demo_shop_can_be_made_anew(switchboard: CommandLine, paid: str) -> None:
    switchboard.json("demo", "--reset")
    assert switchboard.json("refund", "--order", "12346", *ADA)["outcome"] == "refunded"


def test_what_was_handed_to_people_is_listed(switchboard: CommandLine) -> None:
    thread = switchboard.json("support", "get me a manager")["thread_id"]
    (ticket,) = switchboard.json("tickets", "--thread", thread)
    assert (ticket["thread_id"], ticket["reason"]) == (thread, "The customer asks for a human.")
    assert ticket["ticket_id"] in switchboard("tickets").out


def test_a_customers_words_cannot_play_with_the_approvers_terminal(switchboard: CommandLine) -> None:
    reason = "[bold]OK[/bold] \x1b[2J\x1b[31m\r\nnext"
    thread = switchboard.json("refund", "--order", "12345", *ADA, "--reason", reason, code=3)["thread_id"]
    listed = switchboard("pending", "--short").out
    assert listed.splitlines()[1].startswith(thread[:8])
    assert "[bold]OK[/bold]" in listed
    assert "\x1b" not in listed
    assert len(listed.splitlines()) == 2


def test_a_slip_in_an_outcome_is_told_and_one_of_ones_own_is_not(switchboard: CommandLine) -> None:
    slip = switchboard("threads", "--outcome", "refundet")
    assert (slip.code, "did you mean refunded?" in slip.err) == (2, True)
    assert switchboard("threads", "--outcome", "brewed").code == 0
    assert switchboard("threads", "--status", "escalated", "--outcome", "refunded").code == 2


def test_what_would_be_deleted_is_listed(switchboard: CommandLine) -> None:
    switchboard.json("refund", "--order", "12346", "--email", "ada@example.com", "--thread", "old")
    told = switchboard("prune", "--older-than", "0d", "--dry-run")
    assert told.out.splitlines()[1].split()[:4] == ["old", "refund", "refunded", "12346"]
    assert told.err.endswith("Would delete 1 thread.\n")
    assert switchboard("prune", "--older-than", "1d", "--dry-run").out == ""
    assert [one["name"] for one in switchboard.json("threads")] == ["old"]


def test_what_failed_tells_of_what_was_taken_back(switchboard: CommandLine) -> None:
    switchboard("fulfil", "--order", "12352")
    told = switchboard("threads", "--status", "failed", "--since", "today")
    assert "1 compensated (--outcome compensated)" in told.out + told.err
    assert switchboard.json("threads", "--status", "failed") == []


def test_names_in_printed_commands_can_be_typed(switchboard: CommandLine) -> None:
    """Whatever characters a name has, and in hints and refusals alike."""
    name = "Ada's job; rm $HOME"
    said = [
        switchboard("refund", "--order", "12345", "--email", "ada@example.com", "--thread", name),
        *(switchboard(command, name) for command in ("resume", "delete", "show", "approve", "resume")),
        switchboard("chat", "--thread", name, stdin=""),
    ]
    text = "\n".join(one.out + one.err for one in said)
    commands = re.findall(r"switchboard (?:approve|reject|resume|show|delete|chat --thread) .*", text)
    assert len(commands) >= 6
    assert [one for one in commands if shlex.quote(name) not in one] == []


def test_tickets_are_chosen(switchboard: CommandLine) -> None:
    for thread, text in (("a", "get me a manager"), ("b", "I will sue you, get me a human")):
        switchboard.json("support", text, "--email", "ada@example.com", "--thread", thread)
    switchboard.json("tickets", "assign", "T-1001", "--to", "Mia")

    def found(*words: str) -> list[str]:
        return sorted(one["ticket_id"] for one in switchboard.json("tickets", "list", *words))

    assert found("--to", "mia") == ["T-1001"]
    assert found("--to", "nobody") == ["T-1002"]
    assert found("--since", "today") == found("--since", "1h") == found() == ["T-1001", "T-1002"]
    assert found("--until", "yesterday") == found("--since", "today", "--to", "Eve") == []
    assert found("--about", "NO SUCH WORDS") == []
    assert len(found("--about", "customer")) == 2
