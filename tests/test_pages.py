"""What is written about the code is true: pages are fresh, the README's commands run."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.pages import DOCS, PAGES
from tests.readme import README, told


@pytest.mark.parametrize("page", PAGES)
def test_pages_made_from_the_code_are_fresh(page: str) -> None:
    assert (DOCS / page).read_text() == PAGES[page](), "stale: run `just docs`"


def test_every_command_of_the_readme_runs_as_told(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCS.parent)
    elsewhere = {"chat", "studio", "worker"}  # talk to people and other processes: in tests of their own
    commands = [(words, code) for words, code in told() if not elsewhere & {*words[:1]} and "temporal" not in words]
    assert len(commands) > 10
    for words, code in commands:
        called = switchboard(*words)
        assert called.code == code, (words, called.err)


def test_the_readme_gives_the_command_that_ci_runs() -> None:
    command = "uv run --all-extras --all-groups pytest -n 2"
    assert command in README
    assert command in (DOCS.parent / ".ci" / "run").read_text()


def test_a_plain_uv_run_installs_no_tools_of_developers_and_the_tasks_name_what_they_need() -> None:
    root = DOCS.parent
    assert tomllib.loads((root / "pyproject.toml").read_text())["tool"]["uv"]["default-groups"] == []
    tasks = re.findall(r"(?m)^ {4}uv run (.*)", (root / "justfile").read_text())
    assert [task for task in tasks if not task.startswith(("--all-extras --all-groups ", "--group dev "))] == []


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (DOCS.parent / Path(target)).exists(), target
