"""The arithmetic of the scores, and what is said about a file that cannot be scored."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.evaluation import extraction_scores as extraction
from app.evaluation import intent_scores as intents
from app.evaluation import research_scores as research
from app.testing import FakeLanguage, FakeSources
from nodes.ports.errors import InvalidInput, LanguageUnavailable, MalformedAnswer
from nodes.ports.language import Classification, Details, Intent
from nodes.ports.search import Lead


class Scripted(FakeLanguage):
    """A Language that answers from a table: message -> intent, details, or the error to raise."""

    def __init__(self, answers: Mapping[str, Any]) -> None:
        super().__init__()
        self.answer_to = answers
        self.histories: list[list[str]] = []
        self.running = self.most_running = 0

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        self.histories.append(list(history))
        intent: Intent = await self._answer(message)
        return Classification(intent=intent, wants_human=False, asks_progress=False, small_talk=False)

    async def understand(self, message: str, *, history: Sequence[str] = ()) -> tuple[Classification, Details]:
        return await self.classify(message, history=history), await super().extract(message)

    async def extract(self, message: str) -> Details:
        ids, emails, cents = await self._answer(message)
        return Details(order_ids=ids, emails=emails, amounts_cents=cents, reason="")

    async def _answer(self, message: str) -> Any:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        await asyncio.sleep(0)  # lets the others start
        self.running -= 1
        answer = self.answer_to[message]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_intent_scores() -> None:
    language = Scripted({"a": "refund", "b": "refund", "c": "order_status", "d": "other", "e": "refund"})
    rows: list[dict[str, Any]] = [
        {"text": "a", "intent": "refund"},
        {"text": "b", "intent": "order_status"},
        {"text": "c", "intent": "order_status"},
        {"text": "d", "accept": ["refund", "other"]},  # right: counts as other
        {"text": "e", "accept": ["general_question", "other"]},  # wrong: counts as general_question
    ]
    report = await intents.evaluate(language, rows)
    assert report.scores == {
        "n": 5,
        "accuracy": 0.6,
        "per_class": {
            "order_status": {"precision": 1.0, "recall": 0.5, "f1": pytest.approx(2 / 3), "n": 2},
            "refund": {"precision": pytest.approx(1 / 3), "recall": 1.0, "f1": 0.5, "n": 1},
            "general_question": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "n": 1},
            "other": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 1},
        },
        "confusion": {
            "order_status": {"refund": 1, "order_status": 1},
            "refund": {"refund": 1},
            "general_question": {"refund": 1},
            "other": {"other": 1},
        },
    }
    assert report.misses == [
        {"text": "b", "expected": ["order_status"], "got": "refund"},
        {"text": "e", "expected": ["general_question", "other"], "got": "refund"},
    ]


async def test_an_unusable_answer_is_a_miss() -> None:
    report = await intents.evaluate(Scripted({"a": MalformedAnswer("no")}), [{"text": "a", "intent": "refund"}])
    assert report.scores["accuracy"] == 0
    assert report.scores["confusion"] == {"refund": {"unusable": 1}}
    assert set(report.scores["per_class"]) == {"refund"}


async def test_the_history_is_shown() -> None:
    language = Scripted({"a": "refund"})
    await intents.evaluate(language, [{"text": "a", "intent": "refund", "history": ["Customer: hi"]}])
    assert language.histories == [["Customer: hi"]]


async def test_extraction_scores() -> None:
    language = Scripted(
        {
            "a": (["W1", "2"], ["ada@example.com"], [4990]),
            "b": ([], [], [100]),
        }
    )
    rows = [
        {"text": "a", "order_ids": ["#w1"], "emails": ["Ada@Example.com"], "amounts": [49.9]},
        {"text": "b", "order_ids": ["3"], "emails": [], "amounts": [1, 2.5]},
    ]
    report = await extraction.evaluate(language, rows)
    assert report.scores == {
        "n": 2,
        "order_ids": {"precision": 0.5, "recall": 0.5, "f1": 0.5},
        "emails": {"precision": 1.0, "recall": 1.0, "f1": 1.0},
        "amounts": {"precision": 1.0, "recall": pytest.approx(2 / 3), "f1": pytest.approx(0.8)},
    }
    assert report.misses[1] == {
        "text": "b",
        "expected": {"order_ids": ["3"], "emails": [], "amounts": [1.0, 2.5]},
        "got": {"order_ids": [], "emails": [], "amounts": [1.0]},
    }


async def test_nothing_to_find_and_nothing_found_is_perfect() -> None:
    rows = [{"text": "a", "order_ids": [], "emails": [], "amounts": []}]
    report = await extraction.evaluate(Scripted({"a": ([], [], [])}), rows)
    assert report.scores["order_ids"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert report.misses == []


async def test_an_unusable_answer_found_nothing() -> None:
    rows = [{"text": "a", "order_ids": ["1"], "emails": [], "amounts": []}]
    report = await extraction.evaluate(Scripted({"a": MalformedAnswer("no")}), rows)
    assert report.scores["order_ids"]["recall"] == 0


async def test_progress_and_a_bound_on_what_runs_at_once() -> None:
    language = Scripted({str(n): "other" for n in range(20)})
    seen: list[tuple[int, int]] = []
    rows = [{"text": str(n), "intent": "other"} for n in range(20)]
    await intents.evaluate(language, rows, progress=lambda done, total: seen.append((done, total)), at_once=3)
    assert language.most_running == 3
    assert seen == [(n, 20) for n in range(1, 21)]


async def test_a_model_that_does_not_answer_ends_the_run() -> None:
    language = Scripted({"a": LanguageUnavailable("down"), "b": "other"})
    with pytest.raises(LanguageUnavailable):
        await intents.evaluate(language, [{"text": "a", "intent": "other"}, {"text": "b", "intent": "other"}])
    assert language.running == 0


class TestFiles:
    GOOD = json.dumps({"text": "a", "intent": "refund"})

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("{not json", "it is not JSON"),
            ("[]", "object"),
            ('{"intent": "refund"}', '"text": it is missing'),
            ('{"text": "a"}', 'the key "intent" (or "accept") is missing'),
            ('{"text": "a", "intent": "shipping"}', "not 'shipping'"),
            ('{"text": "a", "accept": []}', '"accept"'),
            ('{"text": 7, "intent": "refund"}', '"text"'),
        ],
    )
    async def test_a_bad_line_is_named(self, tmp_path: Path, line: str, said: str) -> None:
        file = tmp_path / "rows.jsonl"
        file.write_text(f"{self.GOOD}\n\n{line}\n")
        with pytest.raises(InvalidInput) as caught:
            intents.read(file)
        assert f"{file}, line 3: " in str(caught.value)
        assert said in str(caught.value)

    async def test_every_list_of_details_is_needed(self, tmp_path: Path) -> None:
        file = tmp_path / "rows.jsonl"
        file.write_text('{"text": "a", "order_ids": [], "emails": []}')
        with pytest.raises(InvalidInput, match='line 1: "amounts": it is missing'):
            extraction.read(file)

    @pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00"])
    async def test_a_file_without_rows(self, tmp_path: Path, content: bytes) -> None:
        file = tmp_path / "rows.jsonl"
        file.write_bytes(content)
        with pytest.raises(InvalidInput, match=r"rows\.jsonl"):
            intents.read(file)

    async def test_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match=r"nowhere\.jsonl cannot be read"):
            intents.read(tmp_path / "nowhere.jsonl")

    async def test_good_lines(self, tmp_path: Path) -> None:
        file = tmp_path / "rows.jsonl"
        # a byte order mark, Windows line ends, a line separator inside a text, an order number without quotes
        file.write_bytes(
            '\ufeff{"text": "a\u2028b", "order_ids": [12345], "emails": [], "amounts": [49.9]}\r\n'.encode()
        )
        [row] = extraction.read(file)
        assert row.text == "a\u2028b"
        assert row.order_ids == ["12345"]

    async def test_a_bad_row_that_came_from_no_file(self) -> None:
        with pytest.raises(InvalidInput, match='Row 1: "text"'):
            await intents.evaluate(Scripted({}), [{"intent": "refund"}])


def researched(answer: str | None, *addresses: str, quote: str = "It opened in 1932.") -> dict[str, Any]:
    """The state of a run that read these documents and quotes the first."""
    citations = [{"source": 1, "quote": quote}] if addresses else []
    return {
        "answer": answer,
        "outcome": "report_ready",
        "sources": [{"number": at, "address": one} for at, one in enumerate(addresses, start=1)],
        "document": {"summary": [{"text": quote, "citations": citations}] if citations else [], "sections": []},
    }


async def research_scores(states: dict[str, dict[str, Any]], rows: list[dict[str, Any]]) -> Any:
    sources = FakeSources()
    sources.pages = {"bridges/harbour.md": "The harbour bridge. It opened in 1932.", "park.md": "There is a park."}

    async def run(question: str, thread_id: str) -> dict[str, Any]:
        for source in states[question]["sources"]:
            lead = Lead(address=source["address"], title="", snippet="", provider="corpus")
            source["digest"] = (await sources.read(lead, thread_id=thread_id))["digest"]
        return states[question]

    return research.report(await research.outcomes(run, sources, rows))


HARBOUR = {"question": "when?", "gold_doc_ids": ["harbour"], "gold_answer": "1932"}
NOWHERE: dict[str, Any] = {"question": "who?", "gold_doc_ids": []}


@pytest.mark.parametrize(
    ("state", "scores"),
    [
        (researched("It opened in 1932.", "bridges/harbour.md"), (1.0, 1.0, 1.0)),
        (researched("It opened in 1932.", "park.md", "bridges/harbour.md"), (1.0, 1.0, 0.0)),  # cites the wrong source
        (researched("There is a park.", "park.md", quote="There is a park."), (0.0, 0.0, 1.0)),
        (researched(None), (0.0, 0.0, 1.0)),
    ],
)
async def test_research_that_is_answerable(state: dict[str, Any], scores: tuple[float, ...]) -> None:
    found = (await research_scores({"when?": state}, [HARBOUR])).scores
    assert (found["gold_recall"], found["answer_rate"], found["citation_validity"]) == scores
    assert (found["n"], found["abstention_rate"]) == (1, 1.0)


async def test_research_that_is_not() -> None:
    states = {
        "when?": researched("1932", "bridges/harbour.md"),
        "who?": researched("There is a park.", "park.md", quote="There is a park."),
    }
    report = await research_scores(states, [HARBOUR, NOWHERE])
    assert report.scores["abstention_rate"] == 0.0
    assert report.misses == [{"text": "who?", "expected": "no answer", "got": "There is a park."}]
    assert (await research_scores({"who?": researched(None)}, [NOWHERE])).scores["abstention_rate"] == 1.0


async def test_a_run_that_did_not_report_did_not_abstain() -> None:
    failed = {**researched(None), "outcome": "needs_attention"}
    assert (await research_scores({"who?": failed}, [NOWHERE])).scores["abstention_rate"] == 0.0


async def test_a_gold_answer_counts_as_a_word_of_its_own() -> None:
    state = researched("It opened in 1932.", "bridges/harbour.md")
    row = {**HARBOUR, "gold_answer": "pen"}
    assert (await research_scores({"when?": state}, [row])).scores["answer_rate"] == 0.0


async def test_without_a_gold_answer_only_the_documents_count() -> None:
    state = researched("It opened in 1932.", "bridges/harbour.md")
    row = {"question": "when?", "gold_doc_ids": ["harbour"], "gold_answer": " "}
    report = await research_scores({"when?": state}, [row])
    assert (report.scores["gold_recall"], report.scores["answer_rate"], report.misses) == (1.0, 1.0, [])


def test_gold_ids_may_be_numbers_and_several_answers_may_be_right(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "when?", "gold_doc_ids": [7], "gold_answer": ["1932", "in the thirties"], "more": 1}')
    (row,) = research.read(file)
    assert (row.gold_doc_ids, row.gold_answer) == (["7"], ["1932", "in the thirties"])
