"""`switchboard research` and `switchboard eval research`, as a person types them."""

import json
from pathlib import Path

import pytest

from app.cli.save_option import save
from nodes.ports.errors import InvalidInput
from tests.command_line import CommandLine

DOCUMENTS = {
    "lighthouse.md": "# The lighthouse of Norderhaven\n\nThe lighthouse of Norderhaven was built in 1871 by Elsa Brandt. "
    "It is 48 metres high. Its lamp was electrified in 1925.",
    "ferry.txt": "The ferry of Norderhaven\n\nThe ferry leaves Norderhaven every two hours. A ticket costs 7.50 euros.",
    "market.html": "<title>The market</title><p>The market of Norderhaven opens on Saturdays at eight.</p>",
}
QUESTION = "When was the lighthouse of Norderhaven built?"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text)
    return folder


def test_a_report_with_its_sources(switchboard: CommandLine, corpus: Path) -> None:
    called = switchboard("research", QUESTION, "--corpus", str(corpus))
    assert called.code == 0
    assert "1871" in called.out
    assert "## Sources" in called.out
    assert "study lighthouse.md" in called.err, "a line for each source"
    assert "citations verified" in called.out


@pytest.mark.parametrize("question", [QUESTION, "harbour plans"])
def test_a_document_that_cannot_be_read_is_reported_when_its_name_is_asked_for(
    switchboard: CommandLine, corpus: Path, question: str
) -> None:
    (corpus / "lighthouse-1871.pdf").write_bytes(b"%PDF-1.7 broken")
    (corpus / "harbour_plans.pdf").write_bytes(b"%PDF-1.7 broken")
    unread = switchboard.json("research", question, "--corpus", str(corpus))["values"]["unread"]
    name = "lighthouse-1871.pdf" if question == QUESTION else "harbour_plans.pdf"
    assert [one["address"] for one in unread] == [name]
    assert "not a readable PDF" in unread[0]["why"]


@pytest.mark.parametrize(("name", "start"), [("r.md", b"# "), ("r.html", b"<!DOCTYPE html>"), ("r.pdf", b"%PDF-")])
def test_it_is_saved_as_its_name_says(
    switchboard: CommandLine, corpus: Path, tmp_path: Path, name: str, start: bytes
) -> None:
    result = switchboard.json("research", QUESTION, "--corpus", str(corpus), "--out", str(tmp_path / name))
    assert (result["status"], result["outcome"]) == ("completed", "report_ready")
    assert (tmp_path / name).read_bytes().lower().startswith(start.lower())


@pytest.mark.parametrize("name", ["report.docx", "nowhere/report.html"])
def test_a_file_that_cannot_be_written_is_refused_before_the_work(
    switchboard: CommandLine, corpus: Path, tmp_path: Path, name: str
) -> None:
    called = switchboard("research", QUESTION, "--corpus", str(corpus), "--out", str(tmp_path / name))
    assert called.code == 2
    assert called.err.count("\n") == 1
    assert switchboard.json("threads") == []


def test_a_report_is_saved_later_too(switchboard: CommandLine, corpus: Path, tmp_path: Path) -> None:
    switchboard.json("research", QUESTION, "--corpus", str(corpus), "--thread", "light", "--out", "then.html")
    assert switchboard("show", "light", "--out", "now.html").code == 0
    assert Path("now.html").read_bytes() == Path("then.html").read_bytes()
    assert switchboard("show", "light", "--out", "now.docx").code == 2


def test_a_report_that_cannot_be_saved_after_all_is_kept(switchboard: CommandLine, corpus: Path) -> None:
    result = switchboard.json("research", QUESTION, "--corpus", str(corpus), "--thread", "light")
    with pytest.raises(InvalidInput, match=r"could not be saved .* `switchboard show light --out FILE`"):
        save(Path("gone/r.md"), result)


def test_a_run_without_a_report_says_that_nothing_was_saved(
    switchboard: CommandLine, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_RUN_TIMEOUT_S", "0.001")
    called = switchboard("research", QUESTION, "--corpus", str(corpus), "--out", "r.md")
    assert called.code == 1
    assert "Nothing was saved to r.md: the thread has no report." in called.err.splitlines()
    assert "Start again." in called.out or "switchboard resume" in called.out, "as far as it came"
    assert not Path("r.md").exists()


def test_the_report_of_a_thread_that_is_gone_on_with_is_saved(switchboard: CommandLine, corpus: Path) -> None:
    switchboard.json("research", QUESTION, "--corpus", str(corpus), "--thread", "light")
    studied = next(one for one in switchboard.json("history", "light") if one["next"] == ["write_report"])
    fork = switchboard.json("fork", "light", "--at", studied["checkpoint_id"])["thread_id"]
    assert switchboard("resume", fork, "--out", "r.docx").code == 2
    assert switchboard("resume", fork, "--out", "r.md").code == 0
    assert "1871" in Path("r.md").read_text()


def test_the_values_have_what_scripts_need(switchboard: CommandLine, corpus: Path) -> None:
    values = switchboard.json("research", QUESTION, "--corpus", str(corpus), "--sources", "2")["values"]
    assert "1871" in values["answer"]
    assert "lighthouse.md" in {one["address"] for one in values["sources"]}
    assert len(values["sources"]) <= 2
    verified, total = values["citations"]["verified"], values["citations"]["total"]
    assert verified == total > 0
    assert values["coverage"] == f"{total} of {total} citations verified, {len(values['sources'])} of 2 sources read"


@pytest.mark.parametrize(
    ("model", "words"),
    [("", "The sources do not answer"), ("off", "No source was found, so the question stays open.")],
)
def test_what_the_sources_do_not_answer_is_not_answered(
    switchboard: CommandLine, corpus: Path, monkeypatch: pytest.MonkeyPatch, model: str, words: str
) -> None:
    monkeypatch.setenv("SWITCHBOARD_EMBEDDING_MODEL", model)
    result = switchboard.json("research", "Who won the chess olympiad of 1972 in Skopje?", "--corpus", str(corpus))
    assert (result["outcome"], result["values"]["answer"]) == ("report_ready", None)
    assert "[1]" not in result["reply"].partition("## Sources")[0]
    assert words in result["reply"]


def test_when_no_source_can_be_read_the_question_stays_open(switchboard: CommandLine, corpus: Path) -> None:
    for document in corpus.iterdir():
        document.unlink()
    (corpus / "harbour_plans.pdf").write_bytes(b"%PDF-1.7 broken")
    result = switchboard.json("research", "harbour plans", "--corpus", str(corpus))
    assert result["values"]["answer"] is None
    assert "\n\nNo source could be read, so the question stays open.\n\n" in result["reply"]


def test_what_two_documents_say_is_said_once_with_both(switchboard: CommandLine, corpus: Path) -> None:
    (corpus / "guide.md").write_text(
        "# Guide\n\nThe lighthouse of Norderhaven was built in 1871 by Elsa Brandt. Come and see it."
    )
    values = switchboard.json("research", QUESTION, "--corpus", str(corpus))["values"]
    said = values["document"]["answer_cited"][0]
    assert said["text"] == "The lighthouse of Norderhaven was built in 1871 by Elsa Brandt."
    assert {one["source"] for one in said["citations"]} == {1, 2}
    assert values["answer"].count("built in 1871") == 1
    assert [one for one in values["document"]["summary"] if "built in 1871" in one["text"]] == []


def test_rows_and_items_are_quoted_as_they_stand(switchboard: CommandLine, corpus: Path) -> None:
    (corpus / "plans.md").write_text(
        "# Berths\n\n| Plan | Price | Places |\n|---|---|---|\n| Pro berth | $25 | 10 |\n| Free berth | $0 | 1 |\n\n"
        "- The pro berth has power (see help).\n- The pro berth can be cancelled any time[^1].\n\n[^1]: Not in May."
    )
    result = switchboard.json("research", "pro berth", "--corpus", str(corpus))
    quotes = [one["quote"] for one in result["values"]["evidence"]]
    assert "Pro berth | $25 | 10" in quotes
    assert "- The pro berth has power (see help).\n- The pro berth can be cancelled any time." in quotes
    assert "| Plan | Price | Places |\n| --- | --- | --- |\n| Pro berth | $25 | 10 |" in result["reply"]


def test_without_a_corpus_the_shops_pages_are_read(switchboard: CommandLine) -> None:
    result = switchboard.json("research", "How long do I have to return an item?")
    assert "30 days" in result["values"]["answer"]


def test_the_web_wants_a_search(switchboard: CommandLine) -> None:
    called = switchboard("research", QUESTION, "--web")
    assert called.code == 5
    assert "SWITCHBOARD_SEARXNG_URL" in called.err


def test_research_is_scored(switchboard: CommandLine, corpus: Path, tmp_path: Path) -> None:
    rows = [
        {"question": QUESTION, "gold_doc_ids": ["lighthouse"], "gold_answer": "1871"},
        {"question": "What does a ticket for the ferry cost?", "gold_doc_ids": ["ferry"], "gold_answer": "7.50 euros"},
        {"question": "Who discovered the moons of Jupiter?", "gold_doc_ids": [], "gold_answer": ""},
    ]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    assert switchboard.json("eval", "research", str(file), "--corpus", str(corpus)) == {
        "n": 3,
        "gold_recall": 1.0,
        "answer_rate": 1.0,
        "citation_validity": 1.0,
        "abstention_rate": 1.0,
    }
    assert "gold documents read" in switchboard("eval", "research", str(file), "--corpus", str(corpus)).out
    assert switchboard.json("threads") == []
