"""What is listed: found again, in 80 columns, with ids and times that are whole."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from app.cli.parameters import since, until
from app.cli.tables import table
from app.cli.times import relative
from tests.command_line import CommandLine

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("delta", "said"),
    [
        (timedelta(), "now"),
        (timedelta(seconds=-59), "59 s ago"),
        (timedelta(minutes=-119), "1 h ago"),
        (timedelta(days=-45), "45 d ago"),
        (timedelta(minutes=3, seconds=20), "in 3 min"),
    ],
)
def test_how_long_ago(delta: timedelta, said: str) -> None:
    assert relative((NOON + delta).isoformat(), NOON) == said


@pytest.mark.parametrize("width", [40, 80, 200])
def test_long_cells_are_cut_and_the_others_stand_whole(width: int) -> None:
    rows = [["id", "what", "why"], ["1f1e9a16", "東京" * 60, "because " * 40], ["2f1e9a16", "x", ""]]
    lines = ["  ".join(row).rstrip() for row in table(rows, [False, True, True], width)]
    assert len(lines) == 3
    assert [line[:8] for line in lines[1:]] == ["1f1e9a16", "2f1e9a16"]
    assert lines[1].count("…") == 2
    assert max(len(line) + len(re.findall("[東京]", line)) for line in lines) <= width


def test_days_begin_and_end_on_this_machines_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert datetime.fromisoformat(since("2026-11-26")).astimezone().strftime("%d %H:%M") == "26 00:00"
    assert datetime.fromisoformat(until("2026-11-26")).astimezone().strftime("%d %H:%M") == "26 23:59"
    assert since("2026-11-26T14:30:00+01:00") == "2026-11-26T13:30:00.000000Z"
    assert since("today") < since("1m") < since("0m")


def test_a_stranger_finds_what_there_is_in_80_columns(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    grace = ("--email", "grace@example.com")
    refunded = switchboard.json("refund", "--order", "12348", *grace, "--reason", "broken " * 20)["thread_id"]
    switchboard("refund", "--order", "12345", "--email", "ada@example.com", "--thread", "w" * 60, "--reason", "r " * 90)
    switchboard("fulfil", "--order", "12369")
    manager = switchboard.json("support", "get me a manager", *grace)["thread_id"]

    def listed(*choice: str) -> list[str]:
        return [line.split()[0] for line in switchboard("threads", *choice).out.splitlines()[1:]]

    assert listed("--order", "12348") == listed("--order", "#12348") == [refunded[:8]]
    assert listed("--email", "GRACE@example.com", "--outcome", "refunded", "--since", "1h") == [refunded[:8]]
    assert listed("--status", "escalated") == [manager[:8]]
    assert len(listed("--status", "needs_attention")) == 1
    assert listed("--until", "yesterday") == []
    assert (len(listed("--limit", "2")), len(listed("--limit", "2", "--all"))) == (2, 4)
    assert "--all" in switchboard("threads", "--limit", "2").err
    assert switchboard("threads", "--graph", "nosuch").code == 2
    (found,) = switchboard.json("threads", "--order", "12348")
    assert (found["order_id"], found["email"]) == ("12348", "grace@example.com")
    for words in (("threads",), ("pending",), ("tickets",), ("mails",), ("history", refunded), ("demo",)):
        assert [line for line in switchboard(*words).out.splitlines() if len(line) > 80] == []
    for line in switchboard("pending", "--short").out.splitlines()[1:]:
        assert switchboard.json("show", line.split()[0])["status"] == "waiting"


def test_a_ticket_is_worked_on(switchboard: CommandLine) -> None:
    switchboard("support", "get me a manager")
    assert switchboard.json("tickets", "assign", "1001", "--to", "Mia")["assigned_to"] == "Mia"
    assert "assigned to Mia" in switchboard("tickets", "show", "T-1001").out
    assert "get me a manager" in switchboard("tickets", "show", "T-1001").out
    assert switchboard.json("tickets", "close", "t-1001")["status"] == "closed"
    assert switchboard.json("tickets", "list", "--status", "open") == []
    assert switchboard.json("tickets", "reopen", "1001")["status"] == "open"
    (ticket,) = switchboard.json("tickets")
    assert (ticket["ticket_id"], ticket["assigned_to"]) == ("T-1001", "Mia")
    unknown = switchboard("tickets", "close", "7")
    assert (unknown.code, unknown.err) == (4, "There is no ticket '7'. `switchboard tickets` lists them.\n")
