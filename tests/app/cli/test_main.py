"""The command itself: quick to start, with help everywhere, completion, and a sentence where something is missing."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import click
import pytest
import typer

from app.cli.main import app
from app.cli.output import failing_plainly
from tests.command_line import CommandLine

HEAVY = (
    "langgraph",
    "langchain_core",
    "langchain_openai",
    "sqlalchemy",
    "alembic",
    "openai",
    "stripe",
    "jmespath",
    "standardwebhooks",
    "pydantic_settings",
    "rich",
)


def python(code: str, **environment: str) -> str:
    """What this code prints, in a Python of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def commands(group: Any, *path: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, command in group.commands.items():
        yield (*path, name), command
        if hasattr(command, "commands"):
            yield from commands(command, *path, name)


EVERY = dict(commands(typer.main.get_command(app)))

IMPORTED = f"""
import json, sys
from app.cli.main import app
from app.cli.output import failing_plainly
try:
    app(sys.argv[1:] or json.loads({{words!r}}))
except SystemExit as ended:
    assert not ended.code, ended.code
print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))
"""


@pytest.mark.parametrize("words", [[], ["--help"], ["refund", "--help"], ["support", "--help"], ["eval", "--help"]])
def test_nothing_heavy_is_imported_before_it_is_needed(words: list[str]) -> None:
    printed = python(IMPORTED.format(words=json.dumps(words))).strip().split("\n")
    assert len(printed) > 1
    assert json.loads(printed[-1]) == []


NOT_FOR_LISTS = (
    "langgraph",
    "langchain_core",
    "langsmith",
    "openai",
    "alembic",
    "httpx",
    "rich.console",
    "aiosmtplib",
    "Stemmer",
    "numpy",
)
NOT_ON_A_HOME_IN_ORDER = (*NOT_FOR_LISTS, "sqlalchemy", "app.composition")
NOT_FOR_A_RUN = ("langchain_openai", "openai", "alembic", "aiohttp", "trafilatura", "pypdf", "temporalio")
NOT_FOR_A_REFUND = (
    *NOT_FOR_A_RUN,
    "app.clients.language.acts",
    "app.clients.language.intents",
    "Stemmer",
    "docutils",
    "lxml",
    "tinycss2",
    "numpy",
)

IMPORTED_BY_EACH = """
import json, sys
from contextlib import redirect_stdout
from io import StringIO
from app.cli.main import app
found = {{}}
for words in json.loads({commands!r}):
    with redirect_stdout(StringIO()) as printed:
        code = app(words.split(), standalone_mode=False)
    found[words] = [code or 0, len(printed.getvalue()) > 0, [name for name in {heavy!r} if name in sys.modules]]
print(json.dumps(found))
"""


@pytest.mark.parametrize(
    ("commands", "heavy"),
    [
        (
            [
                "--version",
                "graph --help",
                "threads",
                "threads --graph refund --sort -order",
                "threads --email ada@example.com --json",
                "tickets --json",
                "trace job",
                "pending --short",
                "pending",
                "pending --json",
                "show job",
                "show job --json",
            ],
            NOT_ON_A_HOME_IN_ORDER,
        ),
        (["mails --json"], NOT_FOR_LISTS),
        (
            ["refund --order 12346 --email ada@example.com --thread small", "show small", "approve job"],
            NOT_FOR_A_REFUND,
        ),
        (["answer Returns", "--version"], ("numpy", "onnxruntime", "tokenizers")),
    ],
    ids=["lists", "lists with services", "runs", "the shop's pages"],
)
def test_each_command_imports_what_it_needs(
    switchboard: CommandLine, commands: list[str], heavy: tuple[str, ...]
) -> None:
    """In one process, one command after the other: what none of them needs is never there."""
    switchboard.json("refund", "--order", "12345", "--email", "ada@example.com", "--thread", "job", code=3)
    printed = python(IMPORTED_BY_EACH.format(commands=json.dumps(commands), heavy=heavy))
    assert json.loads(printed) == {words: [0, True, []] for words in commands}


def test_the_list_of_heavy_things_is_about_things_that_are_used_later(switchboard: CommandLine) -> None:
    """Or the test above could not fail."""
    switchboard.json("doctor")
    assert {name for name in HEAVY if name in sys.modules} >= {"langgraph", "sqlalchemy", "pydantic_settings"}
    assert {name for name in NOT_ON_A_HOME_IN_ORDER if name in sys.modules} >= {
        "app.composition",
        "sqlalchemy",
        "langgraph",
        "langchain_core",
        "alembic",
        "Stemmer",
        "numpy",
    }


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help(switchboard: CommandLine, path: tuple[str, ...], option: str) -> None:
    called = switchboard(*path, option)
    assert (called.code, called.err) == (0, "")
    help_text = str(EVERY[path].help)
    first = help_text.partition("\n")[0]
    assert first.split()[0] in called.out
    assert first.endswith((".", "?")) or ". " in first
    assert "Example:" not in help_text or "switchboard " in help_text.partition("Example:")[2]


def test_every_option_and_argument_says_what_it_is_for() -> None:
    """Arguments show up as words in capitals; an option without help is a riddle."""
    silent = [
        (" ".join(path), parameter.name)
        for path, command in EVERY.items()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert silent == []


def test_the_help_names_every_command_and_every_exit_code(switchboard: CommandLine) -> None:
    shown = " ".join(switchboard("--help").out.split())
    assert [path for path in EVERY if len(path) == 1 and path[0] not in shown] == []
    for code in range(6):
        assert f"{code} " in shown.partition("Exit codes:")[2]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_installed(shell: str) -> None:
    script = python(
        "from app.cli.main import app; app(prog_name='switchboard')", _SWITCHBOARD_COMPLETE=f"source_{shell}"
    )
    assert "switchboard" in script
    assert f"complete_{shell}" in script


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("appr", {"approvals", "approve"}),
        ("refu", {"refund"}),
        ("eval in", {"intents"}),
        ("threads --status f", {"failed"}),
        ("graph refund --format s", {"svg"}),
        ("nothing-like-it", set()),
    ],
)
def test_completion_offers_what_fits(typed: str, offered: set[str]) -> None:
    words = {"COMP_WORDS": f"switchboard {typed}", "COMP_CWORD": str(len(typed.split()))}
    code = "from app.cli.main import app; app(prog_name='switchboard')"
    assert set(python(code, _SWITCHBOARD_COMPLETE="complete_bash", **words).split()) == offered


MISSING = [
    (("SWITCHBOARD_APPROVAL_TIMEOUT_S", "soon"), ("pending",), "SWITCHBOARD_APPROVAL_TIMEOUT_S"),
    (("SWITCHBOARD_DATABASE_URL", "mysql://x@y/z"), ("threads",), "sqlite and postgresql"),
    (("SWITCHBOARD_CHECKPOINT_URL", "postgresql://x@127.0.0.1:1/z"), ("pending",), "SWITCHBOARD_CHECKPOINT_URL"),
    (("SWITCHBOARD_CHECKPOINT_URL", "nonsense"), ("pending",), "SWITCHBOARD_CHECKPOINT_URL"),
    (("SWITCHBOARD_ENCRYPTION_KEY", "short"), ("pending",), "16, 24 or 32"),
]


@pytest.mark.parametrize(("setting", "words", "told"), MISSING)
@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["words", "json"])
def test_what_is_not_configured_is_exit_code_5_and_one_sentence(
    switchboard: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    setting: tuple[str, str],
    words: tuple[str, ...],
    told: str,
    as_json: tuple[str, ...],
) -> None:
    monkeypatch.setenv(*setting)
    called = switchboard(*words, *as_json)
    assert (called.code, called.out) == (5, "")
    assert told in called.err
    assert called.err.count("\n") == 1


def test_ctrl_c_is_a_sentence_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as ended, failing_plainly():
        raise KeyboardInterrupt
    assert ended.value.exit_code == 1
    assert "switchboard threads" in capsys.readouterr().err


def test_an_unknown_command_is_a_usage_error(switchboard: CommandLine) -> None:
    called = switchboard("repay")
    assert (called.code, called.out) == (2, "")
    assert "repay" in called.err


def test_the_timeline_of_a_thread(switchboard: CommandLine) -> None:
    switchboard("refund", "--order", "12345", "--email", "ada@example.com", "--thread", "job")
    switchboard("approve", "job")
    shown = switchboard("trace", "job").out.rstrip().split("\n")
    runs = [line for line in shown if not line.startswith(" ")]
    assert [line.split("  ")[1].partition(" after")[0] for line in runs] == [
        "refund started",
        "refund ended",
        "refund resumed",
        "refund ended",
    ]
    assert len([line for line in shown if "await_approval" in line]) == 2
    assert any(line.rstrip().endswith("waits for a human") for line in shown)
    assert all(" ms" in line for line in shown if line.startswith(" "))


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_the_version(switchboard: CommandLine, option: str) -> None:
    called = switchboard(option)
    assert (called.code, called.out) == (0, f"switchboard {version('switchboard-workflows')}\n")


@pytest.mark.parametrize("words", [(), ("refund",), ("eval", "intents")])
def test_help_is_a_command_too(switchboard: CommandLine, words: tuple[str, ...]) -> None:
    called = switchboard("help", *words)
    assert (called.code, called.err) == (0, "")
    assert called.out == switchboard(*words, "--help").out
