"""What is written about the code is true: pages are fresh, the README's commands run."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import AliasChoices

from app.cli.output import EXIT_CODES
from app.exports import drawing
from app.settings import Settings
from graphs import workflow
from tests import documented
from tests.command_line import CommandLine
from tests.documented import Example, examples
from tests.pages import DOCS, PAGES


@pytest.mark.parametrize("page", PAGES)
def test_pages_made_from_the_code_are_fresh(page: str) -> None:
    assert (DOCS / page).read_text() == PAGES[page](), "stale: run `just docs`"


@pytest.mark.parametrize(
    "page",
    [page for page in documented.PAGES if examples(page) and page.name != "your-own-shop.md"],  # has a test of its own
    ids=lambda page: page.name,
)
def test_every_command_of_a_page_runs_as_told(
    page: Path, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(DOCS.parent)
    elsewhere = {"chat", "serve", "studio", "worker"}  # talk to people and other processes: in tests of their own
    for example in examples(page):
        if not elsewhere & {*example.words[:1]} and "temporal" not in example.words:
            called = switchboard(*example.words, stdin=example.typed)
            assert called.code == example.code, (example.words, called.err)
            assert not example.shown or documented.shows(example, called.output), (example.words, called.output)


def test_the_readme_shows_the_way_to_an_approval() -> None:
    """The checks above compare what is shown: the start and the approval are shown."""
    shown = [example.words[0] for example in examples(documented.README) if example.shown]
    assert shown == ["refund", "refund", "pending", "approve", "approve"]
    assert len(documented.README.read_text().splitlines()) <= 150


def test_output_that_a_page_does_not_show_is_noticed() -> None:
    example = Example(["refund"], 0, "  ✓ respond (1 ms)\n...\ncompleted, refunded")
    assert documented.shows(example, "  ✓ respond (12 ms)\nWe have refunded $1.00.\ncompleted, refunded\n")
    assert not documented.shows(example, "  ✓ respond (12 ms)\nWe have refunded $1.00.\ncompleted, declined\n")


def test_the_picture_of_the_readme_has_arrows_of_the_graph() -> None:
    picture = re.findall(r"```mermaid\n(.*?)```", documented.README.read_text(), re.S)[0]
    arrows = [re.split(r" -->(?:\|([^|]*)\|)? ?", line.strip()) for line in picture.splitlines()[1:]]
    drawn = {(line[at], line[at + 2], line[at + 1]) for line in arrows for at in range(0, len(line) - 2, 2)}
    edges = drawing.declared(workflow("refund").build()).edges
    answered = {(edge.source, edge.target, edge.data) for edge in edges if edge.conditional}
    always = {(edge.source, edge.target) for edge in edges if not edge.conditional}
    assert len(drawn) > 10
    assert [arrow for arrow in drawn if arrow not in answered and arrow[:2] not in always] == []


def test_the_settings_page_has_every_setting_with_its_default_and_every_extra() -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \| (.*?) \|", (DOCS / "settings.md").read_text())
    extras = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert {name for name, _ in rows if name.islower()} == {*extras}
    shown = {name: default for name, default in rows if name.isupper()}
    fields = {_setting(name): field for name, field in Settings.model_fields.items()}
    assert {*shown} == {*fields}
    for name, field in fields.items():
        if isinstance(field.default, str | int | float):
            assert str(field.default).lower() == shown[name].lower(), name


def test_the_page_of_the_demo_shop_has_its_orders(switchboard: CommandLine) -> None:
    rows = re.findall(r"(?m)^\| (\d{5}) \| (\S+) \| (.*?) \|", (DOCS / "demo-shop.md").read_text())
    orders = [re.split(r"  +", line.strip())[:3] for line in switchboard("demo").out.splitlines()]
    assert len(rows) == 12
    assert [row for row in rows if [*row] not in orders] == []


def test_the_readme_gives_the_command_that_ci_runs() -> None:
    command = "uv run --all-extras --all-groups pytest -n 2"
    assert command in documented.README.read_text()
    assert command in (DOCS.parent / ".ci" / "run").read_text()


def test_a_plain_uv_run_installs_no_tools_of_developers_and_the_tasks_name_what_they_need() -> None:
    root = DOCS.parent
    project = tomllib.loads((root / "pyproject.toml").read_text())
    groups = {name: project["dependency-groups"][name] for name in project["tool"]["uv"]["default-groups"]}
    assert groups == {"meaning": ["switchboard-workflows[meaning]"]}
    tasks = re.findall(r"(?m)^ {4}uv run (.*)", (root / "justfile").read_text())
    assert [task for task in tasks if not task.startswith(("--all-extras --all-groups ", "--group dev "))] == []


def test_the_page_for_scripts_has_every_exit_code() -> None:
    page = (DOCS / "scripts.md").read_text()
    assert [code for code in EXIT_CODES if f"| {code} | {EXIT_CODES[code]} |" not in page] == []


def test_every_place_that_contributors_are_sent_to_is_there() -> None:
    named = re.findall(r"`([^`\s]+)`", documented.CONTRIBUTING.read_text())
    places = [name for name in named if re.match(r"(app|graphs|nodes|tests)\b(?!\.ports)|\w+\.(json|md)$", name)]
    assert len(places) > 20
    assert [place for place in places if not (documented.ROOT / place).exists()] == []


@pytest.mark.parametrize("page", documented.PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def _setting(name: str) -> str:
    """What a field of Settings is called in the environment."""
    alias = Settings.model_fields[name].validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else f"SWITCHBOARD_{name.upper()}"
