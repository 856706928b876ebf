"""What is written about the code is true: pages are fresh, the README's commands run."""

import re
import shlex
from pathlib import Path

import pytest

from tests.command_line import CommandLine
from tests.pages import DOCS, PAGES

README = (DOCS.parent / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES)
def test_pages_made_from_the_code_are_fresh(page: str) -> None:
    assert (DOCS / page).read_text() == PAGES[page](), "stale: run `just docs`"


def told() -> list[tuple[list[str], int]]:
    """The README's `switchboard ...` lines in order, each with the exit code that its comment promises."""
    lines = [line for block in re.findall(r"```sh\n(.*?)```", README, re.S) for line in block.splitlines()]
    words = [shlex.split(line, comments=True) for line in lines]
    codes = [int(found[1]) if (found := re.search(r"# exit (\d)", line)) else 0 for line in lines]
    return [
        (one[one.index("switchboard") + 1 :], code)
        for one, code in zip(words, codes, strict=True)
        if "switchboard" in one
    ]


def test_every_command_of_the_readme_runs_as_told(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DOCS.parent)
    commands = [(words, code) for words, code in told() if words[:1] not in (["chat"], ["studio"])]
    assert len(commands) > 10
    for words, code in commands:
        called = switchboard(*words)
        assert called.code == code, (words, called.err)


def test_the_readme_gives_the_command_that_ci_runs() -> None:
    command = "uv run --all-extras --all-groups pytest -n 2"
    assert command in README
    assert command in (DOCS.parent / ".ci" / "run").read_text()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (DOCS.parent / Path(target)).exists(), target
