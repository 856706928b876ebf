"""What is shown again as it changes: threads, approvals, a trace that is followed to its end."""

import csv
import sys
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any

import pytest

from app.cli.live import show_changes
from app.cli.output import say_row
from app.cli.thread_list_command import FIELDS
from app.cli.trace_command import _seen, _Told
from app.engines.langgraph.runner import Runner
from tests.command_line import CommandLine

LARGE = {"order_id": "12345", "email": "ada@example.com", "reason": "", "key": None, "again": False}
ADA = ("--email", "ada@example.com")


async def test_a_trace_is_followed_from_the_waiting_to_the_end(
    runner: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    await runner.start("refund", LARGE, thread="job")
    told = _Told(words=True)
    seen_before: list[str] = []

    async def ticks() -> AsyncIterator[None]:
        yield
        yield  # nothing has happened
        seen_before.append(capsys.readouterr().out)
        await runner.decide("job", {"type": "approve", "by": "Mia"})
        yield
        raise AssertionError("the thread is over")

    await show_changes(lambda: _seen(runner, "job"), told.show, ticks(), is_over=told.is_over)
    after = capsys.readouterr().out
    assert seen_before[0].count("waits for a human") == seen_before[0].count("request_approval") == 1
    assert ("request_approval" in after, after.count("process_refund")) == (False, 1)


async def test_a_run_that_has_just_begun_is_not_over(runner: Runner) -> None:
    """It has no lease yet, and looks like one that has failed."""
    told = _Told(words=False)
    looks = [told.is_over(([], status)) for status in ("failed", "running", "failed", "failed")]
    assert looks == [False, False, False, True]


async def test_a_page_is_drawn_again_when_it_has_changed(runner: Runner) -> None:
    drawn: list[Any] = []

    async def ticks() -> AsyncIterator[None]:
        yield
        yield
        await runner.start("refund", LARGE)
        yield

    await show_changes(runner.pending, drawn.append, ticks(), is_over=lambda _: False)
    assert [len(one) for one in drawn] == [0, 1]


def test_a_trace_of_what_is_over_ends_at_once(switchboard: CommandLine) -> None:
    switchboard.json("refund", "--order", "12346", *ADA, "--thread", "paid")
    assert switchboard("trace", "paid", "--follow").out == switchboard("trace", "paid").out
    assert switchboard.json("trace", "paid", "--follow") == switchboard.json("trace", "paid")
    assert switchboard("trace", "nosuch", "--follow").code == 4
    for words in (("threads",), ("pending",)):
        assert switchboard(*words, "--watch", "--json").code == 2


def test_threads_are_sorted_chosen_and_exported(switchboard: CommandLine) -> None:
    for name, order, email in (("b", "12346", "ada@example.com"), ("a", "12348", "grace@example.com")):
        switchboard.json("refund", "--order", order, "--email", email, "--amount", "5", "--thread", name)

    def named(*words: str) -> list[str]:
        return [line.split()[0] for line in switchboard("threads", *words).out.splitlines()]

    assert named("--sort", "thread", "--columns", "name") in (["name", "a", "b"], ["name", "b", "a"])
    assert named("--sort", "name") == ["thread", "a", "b"]
    assert named("--sort", "-customer", "--limit", "1") == ["thread", "a"]
    rows = list(csv.DictReader(StringIO(switchboard("threads", "--sort", "name", "--csv").out)))
    known = switchboard.json("threads", "--sort", "name")
    assert [{name: one[field] for name, field in FIELDS.items()} for one in known] == rows
    assert switchboard("threads", "--sort", "colour").code == 2
    assert switchboard("threads", "--columns", "name,,order").code == 2


@pytest.mark.parametrize(
    ("terminal", "environment", "coloured"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "dumb"}, False),
        (False, {"TERM": "xterm"}, False),
    ],
)
def test_a_status_has_a_colour_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool, environment: dict[str, str], coloured: bool
) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return terminal

    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", written := Terminal())
    say_row(["failed  ", "\x1b[2J"], "  ")
    assert written.getvalue() == ("\x1b[31mfailed  \x1b[0m  \\x1b[2J\n" if coloured else "failed    \\x1b[2J\n")
