"""What a script can rely on: errors as JSON, exit codes, and streams that are closed, full, or narrow."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CommandLine

MAIN = [sys.executable, "-c", "from app.cli.main import main; main()"]
REFUND = ("refund", "--order", "12346", "--email", "ada@example.com", "--thread", "東京")
ERRORS = [
    (("show", "nosuch"), 4, "unknown_thread", "There is no thread 'nosuch'.", "`switchboard threads` lists them."),
    (("resume",), 2, "usage", "Missing argument 'THREAD'.", "Try `switchboard resume --help`."),
    (("threads", "--limit", "0"), 2, "usage", "Invalid value for '--limit': ", "Try `switchboard threads --help`."),
    (("repay",), 2, "usage", "No such command 'repay'.", "Try `switchboard --help`."),
    (("eval", "repay"), 2, "usage", "No such command 'repay'.", "Try `switchboard eval --help`."),
    (("write", "no.yaml"), 2, "invalid_input", "There is no file no.yaml.", "Give a file that exists"),
    (("research", "x", "--web"), 5, "not_configured", "", ""),
]


@pytest.mark.parametrize(("words", "code", "kind", "message", "hint"), ERRORS)
def test_an_error_is_one_object(
    switchboard: CommandLine, words: tuple[str, ...], code: int, kind: str, message: str, hint: str
) -> None:
    called = switchboard(*words, "--json")
    assert (called.code, called.out) == (code, "")
    error = json.loads(called.err.splitlines()[-1])["error"]
    assert set(error) == {"code", "message", "hint"}
    assert error["code"] == kind
    assert error["message"].startswith(message)
    assert error["hint"].startswith(hint)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("threads", "--limit", "0"), "Invalid value for '--limit': it has to be 1 or more."),
        (("threads", "--limit", "x"), "Invalid value for '--limit': it has to be a whole number."),
        (("threads", "--status", "lost"), "Invalid value for '--status': 'lost' is not one of 'completed', "),
        (("research", "x", "--sources", "0"), "it has to be 1 or more."),
        (("write", "x", "--threshold", "3"), "it has to be 1 or less."),
        (("serve", "--port", "70000"), "it has to be 65535 or less."),
    ],
)
def test_what_cannot_be_used_is_told_in_our_words(switchboard: CommandLine, words: tuple[str, ...], told: str) -> None:
    refused = switchboard(*words)
    assert (refused.code, told in refused.err, "should" in refused.err) == (2, True, False)


def test_without_json_an_error_is_a_sentence(switchboard: CommandLine) -> None:
    assert "Error: Missing argument 'THREAD'." in switchboard("resume").err
    assert "{" not in switchboard("show", "nosuch").err


STRICT = [
    (("refund", "--order", "12346", "--email", "ada@example.com"), 0),
    (("refund", "--order", "12347", "--email", "ada@example.com"), 6),
    (("refund", "--order", "12345", "--email", "ada@example.com"), 3),
    (("fulfil", "--order", "12352"), 6),
    (("fulfil", "--order", "12369"), 6),
    (("answer", "who won the 1998 world cup?"), 6),
]


@pytest.mark.parametrize(("words", "code"), STRICT)
def test_strict_tells_done_from_done_as_asked(switchboard: CommandLine, words: tuple[str, ...], code: int) -> None:
    assert switchboard(*words, "--strict", "--thread", "a").code == code
    if code == 6:
        assert switchboard(*words, "--thread", "b").code == 0


def shell(line: str, stdin: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """A line of sh, where "$@" is our command."""
    return subprocess.run(
        ["sh", "-c", line, "sh", *MAIN],
        input=stdin,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        check=False,
    )


def words(*typed: str) -> str:
    return '"$@" ' + " ".join(f"'{word}'" for word in typed)


def refunds(home: Path) -> list[Any]:
    with closing(sqlite3.connect(home / "business.db")) as connection:
        (intact,) = connection.execute("PRAGMA integrity_check").fetchone()
        assert intact == "ok"
        return [cents for (cents,) in connection.execute("SELECT amount_cents FROM refunds WHERE order_id = '12346'")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("redirected", "code", "told"),
    [
        ("<&- >&-", 0, b"stdout is closed"),
        ("<&- >&- 2>&-", 0, b""),
        ("> /dev/full", 5, b"cannot be written (No space left on device)"),
    ],
)
def test_the_work_is_done_whatever_becomes_of_the_streams(
    tmp_path: Path, redirected: str, code: int, told: bytes
) -> None:
    done = shell(f"{words(*REFUND)} {redirected}")
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert b"Traceback" not in done.stderr + done.stdout
    assert refunds(tmp_path / "home") == [3950]


@pytest.mark.slow
def test_a_reader_that_goes_away_changes_nothing(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run([*MAIN, *REFUND], stdout=writing, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writing)
    assert done.returncode == 0, done.stderr
    assert b"Broken" not in done.stderr
    assert refunds(tmp_path / "home") == [3950]


@pytest.mark.slow
def test_a_narrow_terminal_gets_escapes(tmp_path: Path) -> None:
    done = shell(words(*REFUND, "--json"), PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert b"\\u2713 process_refund" in done.stderr
    assert json.loads(done.stdout.decode("cp1252"))["name"] == "東京"
    assert refunds(tmp_path / "home") == [3950]


@pytest.mark.slow
def test_what_is_typed_in_another_encoding_is_a_sentence() -> None:
    typed = shell(words("chat"), b"caf\xe9\n")
    assert (typed.returncode, b"is not text in UTF-8" in typed.stderr) == (2, True)
    named = subprocess.run([*MAIN, "show", b"caf\xe9"], capture_output=True, check=False)
    assert (named.returncode, b"is not text in UTF-8" in named.stderr) == (2, True)
    assert b"Traceback" not in typed.stderr + named.stderr
