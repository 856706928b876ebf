"""How well research finds, reads and cites, and whether it knows when the corpus does not answer."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, field_validator
from typing_extensions import TypedDict

from app.engines.compiled_graphs import compiled, config_of
from app.engines.workflow_input import checked
from app.evaluation.labelled_rows import Miss, Report, each, share
from app.evaluation.labelled_rows import checked as labelled
from app.evaluation.labelled_rows import read as read_rows
from nodes.answer.citations import occurs
from nodes.ports.sources import Sources
from nodes.texts import mentions

AT_ONCE = 4

Researched = Mapping[str, Any]
"""The state of a finished run of the research workflow."""

Research = Callable[[str, str], Awaitable[Researched]]
"""Researches a question on a thread of this id."""


class QuestionRow(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    question: str = Field(pattern=r"\S")
    gold_doc_ids: list[str]
    gold_answer: list[str] = []
    folder: str = ""
    """Inside the corpus."""
    half: str = ""

    @field_validator("gold_answer", mode="before")
    @classmethod
    def _one_answer_is_a_list_of_one(cls, answer: Any) -> Any:
        answers = answer if isinstance(answer, list) else [] if answer is None else [answer]
        return [one for one in answers if not isinstance(one, str) or one.strip()]


class ResearchScores(TypedDict):
    n: int
    gold_recall: float  # gold documents that are among the sources read
    answer_rate: float  # answerable questions whose report has the gold answer
    citation_validity: float  # citations whose quote stands in the source they name
    abstention_rate: float  # unanswerable questions that were not answered


def researcher(corpus: Path, max_sources: int) -> Research:
    """The workflow itself, on the installed services, without checkpoints."""
    graph = compiled("research")

    async def research(question: str, thread_id: str) -> Researched:
        given = {"topic": question, "corpus_dir": str(corpus), "max_sources": max_sources}
        state: Researched = await graph.ainvoke(checked("research", given), config_of(thread_id))
        return state

    return research


def read(file: Path) -> list[QuestionRow]:
    """Raises InvalidInput, naming the line that is wrong."""
    return read_rows(file, QuestionRow)


async def outcomes(
    research: Research, sources: Sources, rows: Iterable[QuestionRow | Mapping[str, Any]]
) -> "list[Outcome]":
    async def one(row: QuestionRow) -> Outcome:
        thread_id = str(uuid4())
        try:
            return await _outcome(row, await research(row.question, thread_id), sources)
        finally:
            await sources.forget(thread_id)

    return await each(labelled(rows, QuestionRow), one, at_once=AT_ONCE)


def report(found: "Sequence[Outcome]") -> Report[ResearchScores]:
    """A share of nothing counts as 1: a file without unanswerable questions has none that were answered."""
    answerable = [one for one in found if one.row.gold_doc_ids]
    unanswerable = [one for one in found if not one.row.gold_doc_ids]
    with_answer = [one for one in answerable if one.row.gold_answer]
    citations = [held for one in found for held in one.held]
    scores = ResearchScores(
        n=len(found),
        gold_recall=share(sum(one.recall for one in answerable), len(answerable), 1.0),
        answer_rate=share(sum(one.has_answer for one in with_answer), len(with_answer), 1.0),
        citation_validity=share(sum(citations), len(citations), 1.0),
        abstention_rate=share(sum(one.abstained for one in unanswerable), len(unanswerable), 1.0),
    )
    return Report(scores, [miss for one in found if (miss := one.miss())])


class Outcome:
    """One question, and what became of it."""

    def __init__(self, row: QuestionRow, state: Researched, held: list[bool]) -> None:
        read = [source["address"] for source in state.get("sources") or []]
        ids = {*read, *(PurePosixPath(address).stem for address in read)}
        self.row = row
        self.held = held
        self.answer: str | None = state.get("answer")
        self.abstained = self.answer is None and state.get("outcome") == "report_ready"
        self.recall = share(len(ids & set(row.gold_doc_ids)), len(set(row.gold_doc_ids)), 1.0)
        said = _text(state)
        self.has_answer = any(mentions(said, answer) for answer in row.gold_answer)

    def miss(self) -> Miss | None:
        """What went wrong, in words."""
        if not self.row.gold_doc_ids:
            return None if self.abstained else Miss(text=self.row.question, expected="no answer", got=self.answer)
        if (self.has_answer or not self.row.gold_answer) and self.answer is not None and self.recall == 1.0:
            return None
        missing = "" if self.recall == 1.0 else " (not every gold document was read)"
        return Miss(text=self.row.question, expected=self.row.gold_answer, got=f"{self.answer or 'no answer'}{missing}")


async def _outcome(row: QuestionRow, state: Researched, sources: Sources) -> Outcome:
    digests = {source["number"]: source["digest"] for source in state.get("sources") or []}
    cited = [citation for statement in _statements(state) for citation in statement["citations"]]
    held = [
        one["source"] in digests and occurs(one["quote"], await sources.text(digests[one["source"]])) for one in cited
    ]
    return Outcome(row, state, held)


def _statements(state: Researched) -> list[Mapping[str, Any]]:
    document = state.get("document") or {"summary": [], "sections": []}
    return [
        *document.get("answer_cited", []),
        *document["summary"],
        *(one for section in document["sections"] for one in section["statements"]),
    ]


def _text(state: Researched) -> str:
    """What the report says, its quotes included; its title is the question, and says nothing."""
    said = [state.get("answer") or ""]
    for statement in _statements(state):
        said += [statement["text"], *(citation["quote"] for citation in statement["citations"])]
    return "\n".join(said)
