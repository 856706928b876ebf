"""`chat` on a terminal and in a pipe: how it is left, what it takes besides messages, and what Ctrl-C ends."""

import os
import pty
import sys
from pathlib import Path

import pytest

from app.cli.chat_command import HELP, PROMPT
from tests.app.clients.language.test_chat import Says, refuses, served
from tests.command_line import CommandLine

GRACE = ("--email", "grace@example.com")
CTRL_C, CTRL_D, UP = "\x03", "\x04", "\x1b[A"


class Terminal:
    """The command line in a process of its own, on a terminal. What is shown is read until it says what is waited for."""

    def __init__(self, *words: str) -> None:
        self.shown = ""
        self._pid, self._file = pty.fork()
        if not self._pid:
            os.execv(sys.executable, [sys.executable, "-c", "from app.cli.main import main; main()", *words])

    def wait_for(self, text: str) -> str:
        """What was shown since the last call, up to this text."""
        while text not in self.shown:
            self.shown += self._read() or pytest.fail(f"{text!r} never came: {self.shown}")
        before, _, self.shown = self.shown.partition(text)
        return before

    def type(self, keys: str) -> None:
        """A Ctrl-C between the prompt and the wait for keys is not seen before the next key: that is how Python reads lines."""
        while keys == CTRL_C and not self._waits():
            os.sched_yield()
        os.write(self._file, keys.encode())

    def _waits(self) -> bool:
        """Whether the process sleeps; where the system does not tell, it is taken to."""
        stat = Path(f"/proc/{self._pid}/stat")
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "S"

    def end(self) -> int:
        """The exit code, when the process has ended by itself."""
        while more := self._read():
            self.shown += more
        os.close(self._file)
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])

    def _read(self) -> str:
        try:
            return os.read(self._file, 65_536).decode(errors="replace")
        except OSError:  # nobody writes there any more
            return ""


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["exit\r", "QUIT\r", "/quit\r", "\r", CTRL_D, (CTRL_C, CTRL_C)])
def test_a_chat_says_how_to_leave_it_and_can_be_left(keys: str | tuple[str, str]) -> None:
    chat = Terminal("chat", "--thread", "c")
    assert "`exit` ends the chat" in chat.wait_for(PROMPT)
    first, *more = keys if isinstance(keys, tuple) else (keys,)
    chat.type(first)
    for key in more:
        chat.wait_for("Ctrl-C once more")
        chat.wait_for(PROMPT)
        chat.type(key)
    assert chat.end() == 0


@pytest.mark.slow
def test_lines_come_back_and_steps_are_one_line() -> None:
    chat = Terminal("chat", "--thread", "c", *GRACE)
    chat.wait_for(PROMPT)
    chat.type("where is my order 12349?\r")
    first = chat.wait_for(PROMPT)
    chat.type(f"{UP}\r")
    second = chat.wait_for(PROMPT)
    for told in (first, second):
        assert (told.count("✓"), "tracking number" in told, "completed" in told) == (1, True, False)
    chat.type(CTRL_D)
    assert chat.end() == 0


@pytest.mark.slow
def test_ctrl_c_ends_the_turn_and_not_the_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", "key")
        monkeypatch.setenv("SWITCHBOARD_MODEL", "fake")
        server.will(Says(None))
        chat = Terminal("chat", "--thread", "c", *GRACE)
        chat.wait_for(PROMPT)
        chat.type("where is my order 12349?\r")
        chat.wait_for("classify")
        chat.type(CTRL_C)
        stopped = chat.wait_for(PROMPT)
        assert ("Stopped, as you asked" in stopped, "goes on from there" in stopped) == (True, True)
        server.script.clear()
        server.will(refuses(400))  # from now on; the built-in rules read what the model cannot
        chat.type("and how long do I have to return an item?\r")
        goes_on = chat.wait_for(PROMPT)
        assert ("tracking number" in goes_on, "30 days" in goes_on) == (True, True)
        chat.type(CTRL_D)
        assert chat.end() == 0


def test_a_pipe_has_replies_only(switchboard: CommandLine) -> None:
    told = switchboard("chat", "--thread", "c", *GRACE, stdin="/help\nwhere is my order 12349?\nexit\nhello\n")
    assert told.code == 0
    assert told.out.startswith(f"{HELP}\nOrder 12349")
    assert (PROMPT in told.output, "Hello" in told.out) == (False, False)


def test_what_is_no_command_is_not_sent(switchboard: CommandLine) -> None:
    told = switchboard("chat", "--thread", "c", stdin="/tickets\n/help me\n")
    assert "/tickets is not a command" in told.err
    assert len(switchboard.json("show", "c")["values"]["messages"]) == 2


def test_a_ticket_is_opened_once_and_shown_afterwards(switchboard: CommandLine) -> None:
    told = switchboard("chat", "--thread", "c", *GRACE, stdin="/ticket\n/TICKET\n")
    assert told.out.count("T-1001") == 2
    assert "assigned to nobody yet" in told.out
    switchboard.json("tickets", "assign", "1001", "--to", "Mia\x1b[2J")
    assert r"assigned to Mia\x1b[2J" in switchboard("chat", "--thread", "c", stdin="/ticket\n").out
    switchboard.json("tickets", "close", "1001")
    assert "T-1002" in switchboard("chat", "--thread", "c", stdin="/ticket\n").out
    assert len(switchboard.json("tickets")) == 2
