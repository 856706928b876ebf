"""`switchboard worker`, as a process: it says what it does, finishes what it has begun, and ends when told to."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.settings import Settings
from tests.command_line import CommandLine
from tests.documented import ROOT, examples
from tests.temporal.server import WAIT_S, free_port

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from app.cli.main import main; main()"]


@contextmanager
def process_of(*words: str) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_a_refund_in_three_commands(
    on_temporal: Settings, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server runs already; the worker, the refund, and its approval."""
    monkeypatch.setenv("SWITCHBOARD_TEMPORAL_ADDRESS", on_temporal.temporal_address)
    monkeypatch.setenv("SWITCHBOARD_TEMPORAL_TASK_QUEUE", on_temporal.temporal_task_queue)
    place = ["--address", on_temporal.temporal_address, "--task-queue", on_temporal.temporal_task_queue]
    with process_of("worker", *place) as process:
        assert process.stderr
        assert f"At work on the task queue '{on_temporal.temporal_task_queue}'" in process.stderr.readline()
        monkeypatch.setenv("SWITCHBOARD_ENGINE", "temporal")
        asked = switchboard.json("refund", "--order", "12345", "--email", "ada@example.com", code=3)
        thread = asked["thread_id"]
        assert [one["thread_id"] for one in switchboard.json("pending")] == [thread]
        approved = switchboard("approve", thread, "--by", "Mia")
        assert approved.code == 0
        assert "We have refunded $149.00" in approved.out
        assert "✓ process_refund" in approved.err
        assert switchboard("approve", thread).code == 4
        assert switchboard.json("show", thread)["outcome"] == "refunded"
        assert switchboard.json("threads")[0]["status"] == "completed"
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_S) == 0
        assert "Stopping" in process.stderr.read()


def test_the_first_commands_of_the_page_survive_a_restart_of_worker_and_server(
    stocked: Settings, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, *commands = examples(ROOT / "docs" / "temporal.md")
    assert [command.words[0] for command in commands] == ["refund", "approve"]
    monkeypatch.setenv("SWITCHBOARD_TEMPORAL_ADDRESS", f"localhost:{free_port()}")
    for command in commands:
        with process_of(*worker.words) as process:
            assert process.stderr
            assert process.stderr.readline().startswith("At work")
            assert switchboard(*command.words).code == command.code
            process.send_signal(signal.SIGTERM)
            assert process.wait(WAIT_S) == 0
    assert (stocked.home / "temporal.db").stat().st_mode & 0o777 == 0o600


def test_a_command_finds_the_engine_of_its_thread(
    on_temporal: Settings, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The approver's mail names no engine, and the approver's machine may have another one set."""
    monkeypatch.setenv("SWITCHBOARD_TEMPORAL_ADDRESS", on_temporal.temporal_address)
    monkeypatch.setenv("SWITCHBOARD_TEMPORAL_TASK_QUEUE", on_temporal.temporal_task_queue)
    with process_of("worker") as process:
        assert process.stderr
        process.stderr.readline()
        there, here = "asked on Temporal", "asked here"
        order = ("refund", "--order", "12345", "--email", "ada@example.com", "--thread", there)
        switchboard.json(*order, "--engine", "temporal", code=3)
        assert switchboard("show", there).code == 0
        assert switchboard("ask", there, "Is it sealed?").code == 0
        assert "use `--engine temporal`" in switchboard("approve", there, "--engine", "langgraph").err
        assert "We have refunded $149.00" in switchboard("approve", there, "--by", "Mia").out
        switchboard.json("refund", "--order", "12371", "--email", "hedy@example.com", "--thread", here, code=3)
        monkeypatch.setenv("SWITCHBOARD_ENGINE", "temporal")
        assert switchboard("approve", here, "--by", "Mia").code == 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_S) == 0


@pytest.mark.parametrize("address", ["temporal.internal:7233", "localhost:99999", "localhost"])
def test_a_development_server_is_for_this_machine(switchboard: CommandLine, address: str) -> None:
    called = switchboard("worker", "--dev", "--address", address)
    assert "up to 64535." in called.err
    assert called.code == 5
    assert "on this machine only" in called.err


def test_a_development_server_takes_no_port_of_others(switchboard: CommandLine, on_temporal: Settings) -> None:
    called = switchboard("worker", "--dev", "--address", on_temporal.temporal_address)
    assert called.code == 5
    assert "is taken" in called.err
    assert not (on_temporal.home / "temporal.db").exists()


def test_a_server_that_is_not_there(switchboard: CommandLine) -> None:
    called = switchboard("worker", "--address", f"127.0.0.1:{free_port()}")
    assert called.code == 5
    assert "temporal server start-dev" in called.err


@pytest.mark.parametrize("words", [("worker",), ("resume", "job", "--engine", "temporal")])
def test_a_missing_extra_is_named(words: tuple[str, ...]) -> None:
    """In a process of its own: here Temporal's library is loaded already."""
    without = "import sys; sys.modules['temporalio'] = None; from app.cli.main import main; main()"
    called = subprocess.run([sys.executable, "-c", without, *words], capture_output=True, text=True, check=False)
    assert (called.returncode, called.stdout) == (5, "")
    assert "needs the extra `temporal`: run `uv sync --extra temporal`" in called.stderr


def test_the_exit_code_gets_through(settings: Settings) -> None:
    """Temporal's library aborts most processes that end right after a connection failed."""
    words = ["approve", "conv-1", "--engine", "temporal"]
    environment = {**os.environ, "SWITCHBOARD_TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"}
    ended = [subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True, env=environment) for _ in range(3)]
    said = [process.communicate()[1] for process in ended]
    assert [process.returncode for process in ended] == [5, 5, 5]
    assert all(one.startswith("No Temporal server answers") for one in said)
