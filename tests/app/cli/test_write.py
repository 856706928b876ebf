"""Writing from the command line."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from app.testing import FakeLanguage
from nodes.ports import Services
from tests.command_line import CommandLine

BRIEF = "announce the new 30-day return window to customers, under 120 words, mention the returns page"


def test_a_brief_in_plain_words(switchboard: CommandLine) -> None:
    done = switchboard.json("write", BRIEF)
    assert (done["graph"], done["status"], done["outcome"]) == ("writing", "completed", "accepted")
    values = done["values"]
    assert values["best"]["draft"] == values["draft"]
    assert [one["attempt"] for one in values["rounds"]] == list(range(1, len(values["rounds"]) + 1))
    assert "returns page" in values["draft"]
    assert len(values["draft"].split()) < 120
    assert done["reply"].startswith(values["draft"])


def test_the_draft_is_saved_and_the_scores_are_shown(switchboard: CommandLine) -> None:
    called = switchboard("write", f"{BRIEF}, at least 50 words", "--out", "draft.txt", "--thread", "news")
    assert called.code == 0
    saved = Path("draft.txt").read_text()
    assert called.out.startswith(saved.rstrip())
    assert "Scores: round 1: 0." in called.out
    assert ", round 2: " in called.out
    assert "It has 20 words, and the brief asks for 50-120 words: bring it to 50 at least." in called.out
    assert "completed, exhausted (thread news)" in called.err


def test_a_brief_that_needs_a_model_says_so_and_goes_on_with_one(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = switchboard("write", "e-mail to staff about the new canteen", "--thread", "canteen")
    assert (called.code, called.out) == (5, "")
    assert called.err.count("Set SWITCHBOARD_MODEL") == 2  # where the step fails, and at the end
    monkeypatch.setenv("SWITCHBOARD_SERVICES", f"{__name__}:with_a_writer")
    done = switchboard.json("resume", "canteen")
    assert (done["outcome"], done["values"]["draft"]) == ("accepted", CANTEEN)


CANTEEN = "Subject: The new canteen\n\nDear staff,\n\nThe new canteen is open.\n\nKind regards"


def with_a_writer(_: Settings, defaults: Services) -> Services:
    language = FakeLanguage()
    language.drafts = [CANTEEN]
    return replace(defaults, language=language)


YAML = """\
brief: announce the winter sale
kind: announcement
audience: customers
tone: cheerful
length: {min: 10, max: 60}
points:
  - It starts on 2 January.
must-mention: [sale page]
signature: Tom, team 1.10
must-not-mention: cheap
"""


def test_a_brief_in_a_file(switchboard: CommandLine) -> None:
    Path("brief.yaml").write_text(YAML)
    done = switchboard.json("write", "brief.yaml")
    assert done["outcome"] == "accepted"
    assert done["values"]["assignment"] == {
        "kind": "announcement",
        "topic": "announce the winter sale",
        "points": ["It starts on 2 January."],
        "wishes": [],
        "audience": "customers",
        "tone": "cheerful",
        "signature": "Tom, team 1.10",
        "text": "announce the winter sale",
        "bounds": [],
        "min_words": 10,
        "max_words": 60,
        "must_mention": ["sale page"],
        "must_not_mention": ["cheap"],
    }
    assert "It starts on 2 January." in done["values"]["draft"]


LENGTHS: list[tuple[Any, tuple[int, int]]] = [
    ("80-120 words", (80, 120)),
    ("80-120", (80, 120)),
    ("under 120 words", (0, 120)),
    (120, (0, 120)),
    ([80, 120], (80, 120)),
    ([120, 80], (80, 120)),
    ("120-80", (80, 120)),
    ({"max": 9}, (0, 9)),
    ({"min_words": 2, "max-words": 9}, (2, 9)),
]


@pytest.mark.parametrize(("length", "bounds"), LENGTHS)
def test_a_length_in_every_way_it_is_written(switchboard: CommandLine, length: Any, bounds: tuple[int, int]) -> None:
    Path("brief.json").write_text(json.dumps({"topic": "announce the sale", "length": length}))
    assigned = switchboard.json("write", "brief.json")["values"]["assignment"]
    assert (assigned["min_words"], assigned["max_words"]) == bounds


def test_names_in_other_spellings(switchboard: CommandLine) -> None:
    Path("brief.json").write_text(
        json.dumps(
            {"Topic": "announce the sale", "format": "Press release", "Must mention": "shop", "max length": "50"}
        )
    )
    assigned = switchboard.json("write", "brief.json")["values"]["assignment"]
    assert (assigned["kind"], assigned["must_mention"], assigned["max_words"]) == ("announcement", ["shop"], 50)


def test_a_text_file_is_a_brief_in_plain_words(switchboard: CommandLine) -> None:
    Path("brief.txt").write_text(f"{BRIEF}\n")
    assert switchboard.json("write", "brief.txt")["values"]["assignment"]["max_words"] == 120


UNUSABLE = [
    # (words, what the files hold, a word of the refusal)
    (["write", BRIEF, "--threshold", "1.5"], "", "threshold"),
    (["write", BRIEF, "--threshold", "nan"], "", "threshold"),
    (["write", BRIEF, "--attempts", "0"], "", "attempts"),
    (["write", BRIEF, "--attempts", "11"], "", "attempts"),
    (["write", ""], "", "brief"),
    (["write", "  "], "", "brief"),
    (["write", "x" * 20_001], "", "brief"),
    (["write", "missing.yaml"], "", "missing.yaml"),
    (["write", BRIEF, "--out", "no/such/folder.txt"], "", "no/such"),
    (["write", "brief.yaml"], "brief: [", "not valid YAML"),
    (["write", "brief.yaml"], "- a list", "brief.yaml"),
    (["write", "brief.yaml"], "", "brief.yaml"),
    (["write", "brief.yaml"], "audience: staff", "brief"),
    (["write", "brief.yaml"], "brief: sale\ncolour: red", "colour"),
    (["write", "brief.yaml"], "brief: sale\nlength: short", "length"),
    (["write", "brief.yaml"], "brief: sale\nmax-words: many", "max"),
    (["write", "brief.yaml"], "brief: sale\nlength: {min: 9, max: 3}", "at least 9"),
    (["write", "brief.yaml"], "brief: sale\nkind: poem", "kind"),
    (["write", "brief.yaml"], "brief: sale\nmust-mention: {a: b}", "must"),
    (["write", "brief.yaml"], "[" * 5000, "brief.yaml"),
    # what cannot both be
    (["write", "brief.yaml"], "brief: tea\nmax-sentences: few", "max-sentences"),
    (["write", "tea, mention milk, don't mention milk"], "", "keep one"),
    (["write", "tea, at least 200 words, under 10 words"], "", "keep one"),
    (["write", "brief.yaml"], "brief: tea\nmust-mention: [a]\nmust-not-mention: [a]", "keep one"),
    (["write", "brief.yaml"], "brief: tea, under 50 words\nmin-words: 80", "keep one"),
    # plain words
    (["write", " "], "", "brief is empty"),
    (["write", "\udc80"], "", "not text"),
    (["write", "brief.yaml"], "brief: [", "line 1, column 9"),
    (["write", "brief.yaml"], "brief: tea\nlength: [a]", "80-120"),
]


@pytest.mark.parametrize(("words", "file", "named"), UNUSABLE)
def test_what_cannot_be_used_is_a_usage_error(
    switchboard: CommandLine, words: list[str], file: str, named: str
) -> None:
    Path("brief.yaml").write_text(file)
    called = switchboard(*words)
    assert (called.code, called.out) == (2, "")
    assert named in called.err
    assert len(called.err) < 1000
    if not called.err.startswith("Usage:"):
        assert called.err.count("\n") == 1
        for theirs in ("Input should", "String should", "unicode string", "Value error", "Errno"):
            assert theirs not in called.err
    assert switchboard.json("threads") == []


def test_bounds_given_twice_are_taken_together(switchboard: CommandLine) -> None:
    Path("brief.json").write_text(
        json.dumps({"brief": "announce the sale", "length": "80-120", "min-words": 90, "max-words": 200})
    )
    assigned = switchboard.json("write", "brief.json")["values"]["assignment"]
    assert (assigned["min_words"], assigned["max_words"]) == (90, 120)


def test_a_draft_is_saved_later_too(switchboard: CommandLine) -> None:
    draft = switchboard.json("write", BRIEF, "--thread", "news")["values"]["draft"]
    assert switchboard("show", "news", "--out", "draft.txt").code == 0
    assert Path("draft.txt").read_text() == f"{draft.rstrip()}\n"
