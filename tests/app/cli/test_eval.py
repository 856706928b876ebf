"""`switchboard eval`: scripts read its JSON, people its tables; a file that cannot be scored is a usage error."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import CommandLine

INTENTS: list[dict[str, Any]] = [
    {"text": "where is my order 12349?", "intent": "order_status"},
    {"text": "I want my money back for order 12346", "accept": ["refund", "other"]},
    {"text": "get me a manager", "intent": "refund"},  # wrong on purpose
]
EXTRACTION: list[dict[str, Any]] = [
    {
        "text": "Refund $49.90 of #12345 to Ada@example.com",
        "order_ids": ["12345"],
        "emails": ["ada@example.com"],
        "amounts": [49.9],
    },
    {"text": "hello", "order_ids": ["99"], "emails": [], "amounts": []},  # wrong on purpose
]


def written(rows: list[dict[str, Any]]) -> str:
    Path("rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return "rows.jsonl"


def test_intents_as_json(switchboard: CommandLine) -> None:
    assert switchboard.json("eval", "intents", written(INTENTS)) == {
        "n": 3,
        "accuracy": pytest.approx(2 / 3),
        "per_class": {
            "order_status": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 1},
            "refund": {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "n": 2},
            "other": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 0},
        },
        "confusion": {"order_status": {"order_status": 1}, "refund": {"refund": 1, "other": 1}},
    }


def test_extraction_as_json(switchboard: CommandLine) -> None:
    perfect = {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert switchboard.json("eval", "extraction", written(EXTRACTION)) == {
        "n": 2,
        "order_ids": {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3)},
        "emails": perfect,
        "amounts": perfect,
    }


@pytest.mark.parametrize(
    ("command", "rows", "misses"),
    [
        ("intents", INTENTS, [{"text": "get me a manager", "expected": ["refund"], "got": "other"}]),
        (
            "extraction",
            EXTRACTION,
            [
                {
                    "text": "hello",
                    "expected": {"order_ids": ["99"], "emails": [], "amounts": []},
                    "got": {"order_ids": [], "emails": [], "amounts": []},
                }
            ],
        ),
    ],
)
def test_misses_are_listed_when_asked_for(
    switchboard: CommandLine, command: str, rows: list[dict[str, Any]], misses: list[Any]
) -> None:
    file = written(rows)
    without = switchboard.json("eval", command, file)
    assert switchboard.json("eval", command, file, "--show-misses") == {**without, "misses": misses}


@pytest.mark.parametrize(
    ("command", "rows", "words", "missed"),
    [
        ("intents", INTENTS, ("3 rows, accuracy 0.667", "order_status", "precision", "0.667"), "get me a manager"),
        ("extraction", EXTRACTION, ("2 rows", "order ids", "e-mails", "amounts", "0.667"), "hello"),
    ],
)
def test_words_for_people(
    switchboard: CommandLine, command: str, rows: list[dict[str, Any]], words: tuple[str, ...], missed: str
) -> None:
    file = written(rows)
    called = switchboard("eval", command, file)
    assert called.code == 0
    assert [word for word in words if word not in called.out] == []
    assert missed not in called.out
    assert missed in switchboard("eval", command, file, "--show-misses").out


GOOD = '{"text": "hello", "intent": "other"}'

MALFORMED = [
    # (command, the file's second line, what is said about it)
    ("intents", "hello", "it is not JSON"),
    ("intents", '{"text": "hello"', "it is not JSON"),
    ("intents", '["hello", "other"]', "object"),
    ("intents", '{"text": "hello"}', '"intent" (or "accept") is missing'),
    ("intents", '{"intent": "other"}', '"text"'),
    ("intents", '{"text": 5, "intent": "other"}', '"text"'),
    ("intents", '{"text": "hello", "intent": "greeting"}', "greeting"),
    ("intents", '{"text": "hello", "accept": []}', '"accept"'),
    ("intents", '{"text": "hello", "accept": ["other", "greeting"]}', "greeting"),
    ("intents", '{"text": "hello", "intent": "other", "history": "hi"}', '"history"'),
    ("extraction", GOOD, '"order_ids"'),
    ("extraction", '{"text": "x", "order_ids": [], "emails": []}', '"amounts"'),
    ("extraction", '{"text": "x", "order_ids": [], "emails": [], "amounts": ["lots"]}', "lots"),
    ("extraction", '{"text": "x", "order_ids": "12345", "emails": [], "amounts": []}', '"order_ids"'),
]


@pytest.mark.parametrize(("command", "line", "words"), MALFORMED)
@pytest.mark.parametrize("before", ["", "\n \n"], ids=["", "after blank lines"])
def test_a_line_that_cannot_be_read_is_named(
    switchboard: CommandLine, command: str, line: str, words: str, before: str
) -> None:
    good = GOOD if command == "intents" else json.dumps(EXTRACTION[0])
    Path("rows.jsonl").write_text(f"{good}\n{before}{line}\n{good}\n")
    called = switchboard("eval", command, "rows.jsonl", "--json")
    assert (called.code, called.out) == (2, "")
    assert f"rows.jsonl, line {2 + before.count(chr(10))}:" in called.err
    assert words in json.loads(called.err)["error"]["message"]
    assert called.err.count("\n") == 1


@pytest.mark.parametrize("command", ["intents", "extraction"])
@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read"), (b"", "no rows"), (b"\n\n \n", "no rows"), (b"\xff\xfe\x00bin", "cannot be read")],
)
def test_a_file_that_cannot_be_used_is_a_usage_error(
    switchboard: CommandLine, command: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        Path("rows.jsonl").write_bytes(content)
    called = switchboard("eval", command, "rows.jsonl")
    assert (called.code, called.out) == (2, "")
    assert "rows.jsonl" in called.err
    assert words in called.err
    assert called.err.count("\n") == 1


def test_a_folder_is_no_file(switchboard: CommandLine) -> None:
    assert switchboard("eval", "intents", ".").code == 2


@pytest.mark.parametrize("content", [f"\ufeff{GOOD}\n", f"{GOOD}\r\n{GOOD}\r\n", GOOD])
def test_files_from_other_machines_can_be_read(switchboard: CommandLine, content: str) -> None:
    Path("rows.jsonl").write_bytes(content.encode())
    assert switchboard.json("eval", "intents", "rows.jsonl")["n"] == content.count("hello")


def test_an_evaluation_leaves_nothing_behind(switchboard: CommandLine) -> None:
    switchboard.json("eval", "intents", written(INTENTS))
    assert not Path("home").exists()


def test_the_rules_find_the_amounts_of_the_projects_own_file(switchboard: CommandLine) -> None:
    """Amounts stand in the file as in a message: 49.9 is $49.90."""
    scores = switchboard.json("eval", "extraction", str(Path(__file__).parents[2] / "data" / "extraction.jsonl"))
    assert min(scores[kind]["f1"] for kind in ("order_ids", "emails", "amounts")) > 0.95


@pytest.fixture
def folders() -> Path:
    """Documents of two shops, each in a folder of its own."""
    for name, days in (("one", 30), ("two", 14)):
        folder = Path("documents") / name
        folder.mkdir(parents=True)
        (folder / "returns.md").write_text(f"# Returns\n\nYou have {days} days to return an item.\n")
    return Path("documents")


def asked_in_each_folder(row: dict[str, Any]) -> str:
    """Only the half `seen` is asked about, and the second shop answers otherwise."""
    seen = [{**row, "folder": folder, "half": "seen"} for folder in ("one", "two")]
    return written([*seen, {**row, "folder": "nowhere", "half": "other"}])


def test_answers_are_scored_folder_by_folder(switchboard: CommandLine, folders: Path) -> None:
    row = {"question": "How long do I have to return an item?", "facts": ["30 days"], "files": ["returns.md"]}
    file, command = asked_in_each_folder(row), ("eval", "answer", "--knowledge", str(folders), "--half", "seen")
    scores = switchboard.json(*command, file, "--show-misses")
    assert [scores["per_folder"][name]["right"] for name in ("one", "two")] == [1.0, 0.0]
    assert (scores["n"], [one["expected"] for one in scores["misses"]]) == (2, [["30 days"]])
    assert "2 questions, 2 with an answer" in switchboard(*command, file).out


def test_research_is_scored_folder_by_folder(switchboard: CommandLine, folders: Path) -> None:
    row = {"question": "How long can I return an item?", "gold_doc_ids": ["returns"], "gold_answer": "30 days"}
    command = ("eval", "research", asked_in_each_folder(row), "--corpus", str(folders), "--half", "seen")
    scores = switchboard.json(*command)
    assert (scores["n"], scores["gold_recall"], scores["answer_rate"]) == (2, 1.0, 0.5)
