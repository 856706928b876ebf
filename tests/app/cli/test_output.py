"""What reaches the terminal: words and values, never orders to it, and no secret."""

import ast
import json
from pathlib import Path

import pytest

from app import cli
from app.cli.output import visible
from app.cli.progress import Progress
from tests.app.clients.language.test_chat import refuses, served
from tests.command_line import CommandLine

EVIL = "\x1b]52;c;ZXZpbA==\x07\x9b31m\u202e\u2066\x7f"
"""Sets the clipboard, changes the colour (C1), turns the writing round."""
ORDERS = set(EVIL) - set("]52;c;ZXZpbA==31m")
ADA = ("--email", "ada@example.com")


def calls_and_names(source: str) -> set[str]:
    """Every name that is called, and everything of `sys` that is touched."""
    nodes = list(ast.walk(ast.parse(source)))
    called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    return called | {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}


WRITES = {"print", "typer.echo", "typer.secho", "echo", "Console", "sys.stdout", "sys.stderr", "os.write", "open"}


@pytest.mark.parametrize("module", sorted(Path(cli.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_one_module_writes_to_the_terminal(module: Path) -> None:
    found = calls_and_names(module.read_text()) & WRITES
    assert found <= (WRITES - {"print", "echo"} if module.stem == "output" else set())


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("a file of Windows\r\n", "a file of Windows\n"),
        ("over\rwritten", "over\\x0dwritten"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("abc\u202ecba\u2069", "abc\\u202ecba\\u2069"),
        ("half \udc80", "half \\udc80"),
        ("Grüße, 東京, עברית, 👩\u200d🚀", "Grüße, 東京, עברית, 👩\u200d🚀"),
    ],
)
def test_controls_are_seen_and_not_obeyed(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_nothing_that_is_stored_gives_orders(switchboard: CommandLine) -> None:
    """An order number, a name, a reason, a reply and a path, by every command that shows them."""
    said = [
        switchboard("refund", "--order", f"12345{EVIL}", *ADA),
        switchboard("refund", "--order", "12345", *ADA, "--reason", EVIL, "--thread", f"job{EVIL}"),
        switchboard("pending"),
        switchboard("reject", f"job{EVIL}", "--reason", f"no{EVIL}", "--by", f"Mia{EVIL}"),
        switchboard("show", f"job{EVIL}"),
        switchboard("show", f"job{EVIL}", "--json"),
        switchboard("trace", f"job{EVIL}"),
        switchboard("threads"),
        switchboard("tickets"),
        switchboard("show", f"nosuch{EVIL}"),
        switchboard("write", "a note", "--out", f"no{EVIL}/where.txt"),
        switchboard("answer", "a question", "--knowledge", f"no{EVIL}where"),
        switchboard("eval", "intents", f"no{EVIL}where"),
        switchboard(f"no{EVIL}command"),
    ]
    assert "\\x1b]52;c" in said[4].out
    assert [called for called in said if ORDERS & {*called.out, *called.err}] == []


def test_values_are_whole_in_json(switchboard: CommandLine) -> None:
    made = switchboard.json("refund", "--order", "12345", *ADA, "--reason", f"a{EVIL}b", "--thread", "job", code=3)
    assert made["values"]["reason"] == f"a{EVIL}b"


def test_what_a_model_says_before_it_was_checked_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        for token in ("Hello ", "\x1b", "]0;title\x07"):
            progress.token(token)
    assert capsys.readouterr() == ("", "")


def test_a_key_in_an_address_is_nowhere(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither on the screen, nor in the log, the journal, the databases; also when the server repeats it."""
    with served() as server:
        server.will(refuses(401, "cannot POST /v1?key=topsecret%2Bkey for user me:topsecret-word (topsecret+key)"))
        address = server.url.replace("//", "//me:topsecret-word@") + "?key=topsecret%2Bkey"
        monkeypatch.setenv("OPENAI_BASE_URL", address)
        monkeypatch.setenv("SWITCHBOARD_MODEL", "fake")
        monkeypatch.setenv("SWITCHBOARD_LOG_LEVEL", "DEBUG")
        said = [switchboard("support", "where is my order 12345?", "--thread", "t", *ADA)]
    said += [switchboard(*words) for words in (("show", "t"), ("trace", "t"), ("tickets", "--json"), ("doctor",))]
    assert any("127.0.0.1" in called.err for called in said)
    written = "".join(path.read_bytes().decode(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert "topsecret" not in json.dumps([[called.out, called.err] for called in said]) + written


def test_a_file_that_cannot_be_read_is_named_and_controls_nothing(switchboard: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a\x1b]0;x\x07b.md").write_text(
        "# Returns\n\nThey take \x1b]0;x\x07\x9b31m\u202e 30 days.\n", encoding="utf-8"
    )
    told = [switchboard(*words) for words in (("answer", "how long?", "--knowledge", "pages"), ("index", "pages"))]
    assert "0 of 1 files can be read" in told[0].err
    assert (r"a\u001b]0;x" in told[0].err, "\x1b" in told[0].output + told[1].output) == (True, False), told
