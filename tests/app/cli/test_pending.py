"""What people who decide are shown, and what they are told when there is nothing to decide."""

import pytest

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
