"""What people who decide are shown, and what they are told when there is nothing to decide."""

from pathlib import Path

import pytest

from app.cli import completion
from tests.command_line import CommandLine

LARGE = ("refund", "--order", "12345", "--email", "ada@example.com", "--thread", "job")


def test_a_thread_that_waits_is_deleted_by_force_only(switchboard: CommandLine) -> None:
    switchboard.json(*LARGE, code=3)
    refused = switchboard("delete", "job")
    assert (refused.code, "--force" in refused.err) == (4, True)
    assert switchboard("delete", "job", "--force").code == 0
    assert switchboard.json("pending") == []


def test_a_deadline_that_has_passed_is_named(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_TIMEOUT_S", "0.000001")
    switchboard.json(*LARGE, code=3)
    (waiting,) = switchboard.json("pending")
    assert (waiting["overdue"], waiting["approver_told"]) == (True, True)
    assert "switchboard sweep" in switchboard("pending").out
    assert "deadline has passed" in switchboard("show", "job").err
    assert switchboard("approve", "job").code == 4


@pytest.mark.parametrize("value", ["inf", "nan", "1e12", "-1", "0"])
@pytest.mark.parametrize("name", ["APPROVAL_TIMEOUT_S", "RUN_TIMEOUT_S", "LEASE_S"])
def test_a_time_that_is_none_is_refused(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"SWITCHBOARD_{name}", value)
    refused = switchboard("pending")
    assert (refused.code, f"SWITCHBOARD_{name}" in refused.err) == (5, True)


def test_mails_lists_nothing_when_everything_was_sent(switchboard: CommandLine) -> None:
    switchboard.json("refund", "--order", "12346", "--email", "ada@example.com")
    assert switchboard.json("mails") == []


def test_doctor_warns_of_a_short_deadline_with_real_mail(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_SMTP_URL", "smtp://localhost:25")
    assert "SWITCHBOARD_APPROVAL_TIMEOUT_S to an hour" in switchboard("doctor").out
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_TIMEOUT_S", "3600")
    assert "to an hour" not in switchboard("doctor").out


def test_an_approver_reads_in_the_terminal_what_the_mail_says(switchboard: CommandLine, tmp_path: Path) -> None:
    """Customer, items, paid, reason, rule, age, and what else waits for this order; the raw mail's commands are typed as they stand."""
    switchboard.json(*LARGE, "--reason", "the grinder is loud, " * 20, "--amount", "120", code=3)
    other = ("refund", "--order", "12345", "--email", "ada@example.com", "--amount", "20", "--reason", "Grüße")
    second = switchboard.json(*other, code=3)["thread_id"]
    facts = [
        "Ada Lovelace <ada@example.com>",
        "1 x Burr coffee grinder",
        "Paid $149.00, already refunded $0.00",
        "'Grüße'",
        "Why you are asked",
        "Also waiting for this order: Refund $120.00 for order 12345 (thread",
        "Asked",
    ]
    listed = switchboard("pending").out
    for told in (listed.partition("\n\n")[2], switchboard("show", second).out):
        assert [fact for fact in facts if fact not in told] == []
    assert [line for line in listed.splitlines() if len(line) > 80] == []
    raw = next(text for file in tmp_path.rglob("*approver*.eml") if second in (text := file.read_text()))
    command = next(line.split()[1:] for line in raw.splitlines() if "switchboard reject" in line)
    assert switchboard(*command, "--by", "Mia").code == 0
    shown = switchboard("show", second).out
    assert "Rejected by Mia, " in shown
    assert "WHY" in shown


def test_a_tab_offers_threads_and_workflows(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert completion.threads("") == []
    assert not (tmp_path / "home").exists()
    thread = switchboard.json("refund", "--order", "12346", "--email", "ada@example.com", "--thread", "paid")[
        "thread_id"
    ]
    switchboard("support", "get me a manager", "--thread", "no\x1b]0;title\x07")
    assert completion.threads("") == completion.threads("pa") == [("paid", "refund, refunded")]
    assert completion.threads(thread[:6]) == [(thread, "refund, refunded")]
    assert completion.workflows("re") == ["refund", "research"]
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", "nonsense")
    assert completion.threads("") == []
