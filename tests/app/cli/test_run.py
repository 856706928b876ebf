"""`switchboard run`: any workflow, with the fields of its input schema as options."""

import json
from pathlib import Path
from typing import Any

import pytest

from graphs import BUILT_IN
from tests.app.cli.test_main import IMPORTED, python
from tests.command_line import CommandLine

ADA = ("--email", "ada@example.com")
GRACE = ("--email", "grace@example.com")

RUNS: list[tuple[tuple[str, ...], str]] = [
    (("support", "--messages", "where is my order 12349?", *GRACE), "resolved"),
    (("answer", "--question", "how long do I have to return an item?"), "answered"),
    (("refund", "--order-id", "12346", *ADA, "--amount-cents", "1000"), "refunded"),
    (("research", "--topic", "how long do returns take?", "--max-sources", "2"), "report_ready"),
    (("fulfilment", "--order-id", "12351"), "fulfilled"),
    (
        (
            "writing",
            "--brief",
            "announce the sale",
            "--points",
            "The sale starts on 1 June.",
            "--must-mention",
            "sale",
            "--must-mention",
            "June",
        ),
        "accepted",
    ),
]


def test_every_built_in_workflow_is_run_below() -> None:
    assert [words[0] for words, _ in RUNS] == list(BUILT_IN)


@pytest.mark.parametrize(("words", "outcome"), RUNS, ids=list(BUILT_IN))
def test_a_workflow_runs_on_its_fields(switchboard: CommandLine, words: tuple[str, ...], outcome: str) -> None:
    result = switchboard.json("run", *words)
    assert (result["graph"], result["status"], result["outcome"]) == (words[0], "completed", outcome)


def test_typed_values_have_the_types_of_the_schema(switchboard: CommandLine) -> None:
    values = switchboard.json("run", *RUNS[-1][0], "--threshold", "0.5", "--kind", "note")["values"]
    assert (values["must_mention"], values["threshold"], values["kind"]) == (["sale", "June"], 0.5, "note")
    paid = switchboard.json("run", *RUNS[2][0], "--again")["values"]
    assert (paid["refunded_cents"], paid["again"]) == (1000, True)


@pytest.mark.parametrize("source", ["order.json", "-"])
def test_the_input_can_be_a_file_and_options_come_on_top(switchboard: CommandLine, source: str) -> None:
    text = json.dumps({"order_id": "12346", "email": "nobody@example.com"})
    Path("order.json").write_text(text)
    called = switchboard("run", "refund", "--input", source, *ADA, "--json", stdin=text)
    assert (called.code, called.json["values"]["refunded_cents"]) == (0, 3950)


def test_a_thread_goes_on_and_an_approval_waits(switchboard: CommandLine) -> None:
    asked = switchboard.json("run", "refund", "--order-id", "12345", *ADA, "--thread", "job", code=3)
    assert asked["approval"]["status"] == "pending"
    assert switchboard("run", "refund", "--order-id", "12345", *ADA, "--thread", "job").code == 4
    assert switchboard.json("approve", "job")["outcome"] == "refunded"


def test_it_refuses_what_the_short_command_refuses(switchboard: CommandLine) -> None:
    words = ("--order-id", "12346", *ADA, "--amount-cents", "1000")
    switchboard.json("run", "refund", *words)
    assert switchboard("refund", "--order", "12346", *ADA, "--amount", "10.00").code == 4
    again = switchboard("run", "refund", *words)
    assert (again.code, "--again" in again.err) == (4, True)


def test_a_message_while_an_approval_waits_is_kept(switchboard: CommandLine) -> None:
    talk = ("run", "support", *ADA, "--thread", "talk", "--messages")
    assert switchboard.json(*talk, "please refund order 12345", code=3)["approval"]
    assert "kept" in switchboard.json(*talk, "hello?", code=3)["reply"]


def test_a_message_that_looks_like_a_number_is_a_message(switchboard: CommandLine) -> None:
    said = switchboard.json("run", "support", "--messages", "12349")["values"]["messages"]
    assert said[0]["content"] == "12349"
    Path("talk.json").write_text('{"messages": [{"role": "user", "content": "where is my order 12349?"}]}')
    assert switchboard.json("run", "support", "--input", "talk.json", *GRACE)["outcome"] == "resolved"


def test_a_folder_that_is_named_here_is_read(switchboard: CommandLine) -> None:
    Path("pages").mkdir()
    Path("pages/lamps.md").write_text("# Lamps\n\nThe lamp Aurora needs two batteries of the size AA.\n")
    result = switchboard.json(
        "run", "answer", "--knowledge-dir", "pages", "--question", "batteries of the lamp Aurora?"
    )
    assert (result["outcome"], "size AA" in result["reply"]) == ("answered", True)


def test_the_steps_engine_runs_what_it_can(switchboard: CommandLine) -> None:
    assert switchboard.json("run", *RUNS[1][0], "--engine", "steps")["outcome"] == "answered"
    assert switchboard("run", *RUNS[2][0], "--engine", "steps").code == 5


BAD: list[tuple[tuple[str, ...], str]] = [
    # what is typed, and the sentence
    (("repay",), "There is no workflow 'repay'. Choose one of: support, "),
    (("refund", *ADA), "--order-id is missing: give it a value."),
    (
        ("refund", "--order-id", " ", *ADA, "--amount-cents", "0"),
        "--amount-cents cannot be '0': it has to be more than 0.",
    ),
    (("refund", "--order-id", "", *ADA), "--order-id is empty: write at least a word."),
    (("refund", "--order-id", "1", "--email", "Ada"), "--email cannot be 'Ada': that is not an e-mail address."),
    (
        ("refund", "--order-id", "1", *ADA, "--amount-cents", "9.5"),
        "--amount-cents cannot be '9.5': it has to be a whole number.",
    ),
    (("refund", "--order-id", "1" * 65, *ADA), "--order-id has 65 characters; it can have 64 at most."),
    (("writing", "--brief", "x", "--threshold", "nan"), "--threshold cannot be 'nan': it has to be "),
    (("writing", "--brief", "x", "--threshold", "much"), "--threshold cannot be 'much': it has to be a number."),
    (
        ("writing", "--brief", "x", "--kind", "poem"),
        "--kind cannot be 'poem': it has to be 'announcement', 'mail' or 'note'.",
    ),
    (("support", *ADA), "messages is missing: write at least a word."),
    (("support", "--messages", " "), "messages is missing: write at least a word."),
    (("refund", "--input", "nowhere.json"), "--input nowhere.json cannot be read: No such file or directory."),
]

BAD_FILES: list[tuple[str, str]] = [
    ("{", "--input - is not JSON: "),
    ("[]", "--input - has to be a JSON object with the fields"),
    ('{"order_id": 12346}', "--order-id cannot be '12346': it has to be text."),
    ('{"order_id": "12346", "email": "a@b", "amount_cents": true}', "--amount-cents cannot be 'True': it has to be a whole number."),
    ('{"order_id": "12346", "email": "a@b", "amount_cents": "100"}', "--amount-cents cannot be '100': it has to be a whole number."),
    ('{"order_id": "12346", "email": "a@b", "verified": true}', "refund takes no verified; it takes order_id, email, "),
]  # fmt: skip


@pytest.mark.parametrize(("words", "sentence"), BAD)
def test_a_bad_value_is_named_in_one_sentence(switchboard: CommandLine, words: tuple[str, ...], sentence: str) -> None:
    refused(switchboard("run", *words), sentence)


@pytest.mark.parametrize(("text", "sentence"), BAD_FILES)
def test_so_is_a_bad_value_of_a_file(switchboard: CommandLine, text: str, sentence: str) -> None:
    refused(switchboard("run", "refund", "--input", "-", stdin=text), sentence)


def refused(called: Any, sentence: str) -> None:
    assert (called.code, called.out, called.err.count("\n")) == (2, "", 1), called.err
    assert called.err.startswith(sentence)
    assert not Path("home").exists() or "messages" in sentence  # nothing was begun


def test_the_help_lists_the_workflows_and_the_fields(switchboard: CommandLine) -> None:
    listed = switchboard("run", "--help").out
    assert [name for name in BUILT_IN if f"  {name} " not in listed] == []
    shown = " ".join(switchboard("run", "writing", "--help").out.split())
    for words in (
        "--brief TEXT What to write, in plain words. [required]",
        "--kind announcement|mail|note",
        "[default: 0.8]",
    ):
        assert words in shown


def test_listing_the_workflows_loads_none_of_them() -> None:
    assert json.loads(python(IMPORTED.format(words=json.dumps(["run", "--help"]))).strip().split("\n")[-1]) == []
