"""`switchboard new`: a package of one's own, which runs at once, on every surface, without an edit here."""

import asyncio
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from app.new_package.new_package import source
from tests.command_line import CommandLine
from tests.new_package import NAME, installed, letters, my_letters, on_path

__all__ = ["letters", "my_letters"]


def outbox(address: str) -> list[str]:
    return [text for path in Path("home/outbox").glob("*.eml") if f"To: {address}" in (text := path.read_text())]


@pytest.mark.usefixtures("my_letters")
def test_a_workflow_runs_to_its_approval_and_on(switchboard: CommandLine) -> None:
    asked = switchboard.json("run", NAME, "--topic", "the lamp", "--thread", "first", code=3)
    assert asked["approval"]["args"]["text"].endswith("about the lamp.\n")
    assert "Send a letter to ada@example.com" in switchboard("pending").out
    (request,) = outbox("approver@shop.example")
    assert "Subject: Approval needed: Send a letter to ada@example.com" in request
    assert "--amount" not in request
    assert switchboard("approve", "first", "--amount", "1.00").code == 4
    assert switchboard.json("approve", "first", "--by", "Mia")["outcome"] == "sent"
    assert len(outbox("ada@example.com")) == 1
    again = switchboard.json("run", NAME, "--thread", "first", code=3)
    assert again["approval"]["approval_id"] != asked["approval"]["approval_id"]
    assert switchboard.json("reject", "first", "--reason", "once is enough")["reply"].endswith(
        "rejected: once is enough."
    )
    assert len(outbox("ada@example.com")) == 1


@pytest.mark.usefixtures("my_letters")
def test_its_approval_expires_and_is_withdrawn_like_any_other(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    switchboard.json("run", NAME, "--thread", "gone", code=3)
    assert switchboard("delete", "gone", "--force").code == 0
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_TIMEOUT_S", "0.001")
    switchboard.json("run", NAME, "--thread", "late", code=3)
    (swept,) = switchboard.json("sweep")
    assert (swept["name"], swept["outcome"]) == ("late", "expired")
    assert switchboard.json("pending") == []
    assert outbox("ada@example.com") == []


def test_an_approval_of_a_removed_package_stays_and_stops_nothing_else(
    switchboard: CommandLine, letters: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_TIMEOUT_S", "0.001")
    with on_path(letters):
        switchboard.json("run", NAME, "--thread", "late", code=3)
    monkeypatch.delenv("SWITCHBOARD_APPROVAL_TIMEOUT_S")
    with on_path(letters):
        switchboard.json("run", NAME, "--thread", "first", code=3)
    switchboard.json("refund", "--order", "12345", "--email", "ada@example.com", code=3)
    shown = switchboard("pending").out
    assert "Refund $149.00" in shown
    assert "first  send_my_letters, of a workflow that is not installed\n" in shown
    assert switchboard("threads").code == 0
    assert switchboard.json("sweep") == []
    for command in (("show",), ("approve",), ("reject", "--reason", "no"), ("resume",)):
        called = switchboard(*command, "first")
        assert (called.code, called.err.count("\n"), "There is no workflow 'my-letters'" in called.err) == (4, 1, True)
    with on_path(letters):
        assert [one["name"] for one in switchboard.json("sweep")] == ["late"]
        assert switchboard.json("approve", "first")["outcome"] == "sent"


@pytest.mark.usefixtures("my_letters")
def test_it_is_listed_drawn_and_described(switchboard: CommandLine) -> None:
    assert "A letter that a human approves" in switchboard("run", "--help").out
    assert "--topic TEXT" in switchboard("run", NAME, "--help").out
    assert "await_approval" in switchboard("graph", NAME, "--format", "mermaid").out
    assert f"{NAME} of {NAME} 0.1.0" in switchboard("doctor").out


@pytest.mark.parametrize("kind", ["workflow", "services"])
def test_what_is_written_passes_its_own_tests(switchboard: CommandLine, tmp_path: Path, kind: str) -> None:
    made = switchboard("new", kind, f"own-{kind}")
    assert f"cd own-{kind} && uv run switchboard {'run own-workflow' if kind == 'workflow' else 'doctor'}" in made.err
    assert all(Path(line).exists() for line in made.out.split())
    with installed(tmp_path / f"own-{kind}"):
        tests = run_path(f"own-{kind}/tests/test_{kind}.py")
        names = [name for name in tests if name.startswith("test_")]
        for name in names:
            Path(name).mkdir()
            tests[name](Path(name).absolute())
        if kind == "services":
            suite = tests["TestMailFile"]
            for name in [name for name in dir(suite) if name.startswith("test_")]:
                mail = tests["MailFile"](tmp_path / name)
                asyncio.run(getattr(suite(), name)(mail, mail.letters))
    assert names


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ({"url": "file:///src/a%20b", "dir_info": {"editable": True}}, 'path = "/src/a b", editable = true'),
        ({"url": "file:///src/clone", "dir_info": {}}, 'path = "/src/clone"'),
        ({"url": "file:///dist/one.whl", "archive_info": {}}, 'path = "/dist/one.whl"'),
        ({"url": "https://files.example/one.whl", "archive_info": {}}, 'url = "https://files.example/one.whl"'),
        (
            {"url": "https://git.example/it.git", "vcs_info": {"vcs": "git", "commit_id": "ab12"}},
            'git = "https://git.example/it.git", rev = "ab12"',
        ),
    ],
)
def test_the_package_uses_what_this_installation_was_made_from(origin: dict[str, Any], told: str) -> None:
    assert source(origin) == told


def test_two_names_of_one_package_are_one_too_many(switchboard: CommandLine) -> None:
    assert switchboard("new", "workflow", "my-letters").code == 0
    called = switchboard("new", "workflow", "my_letters")
    assert (called.code, "my-letters exists already" in called.err) == (2, True)


@pytest.mark.parametrize(
    "name", ["refund", "graphs", "json", "My Letters", "../up", "2nd", "switchboard", "class", "langgraph", "taken"]
)
def test_a_name_that_cannot_be_used_is_refused(switchboard: CommandLine, name: str) -> None:
    Path("taken").mkdir()
    called = switchboard("new", "workflow", name)
    assert (called.code, called.out, called.err.count("\n")) == (2, "", 1)
    assert sorted(path.name for path in Path().iterdir()) == ["taken"]
