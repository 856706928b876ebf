"""Write the report, and check it against its sources: every citation is resolved and checked by code."""

from collections.abc import Iterator, Sequence
from typing import Literal

from langchain_core.messages import AIMessage
from typing_extensions import TypedDict

from nodes.answer.citations import invented_figures, occurs
from nodes.answer.left_out import left_out_of, with_note
from nodes.conversation.reply import said
from nodes.ports import services
from nodes.ports.clock import iso
from nodes.ports.knowledge import NOTHING, LeftOut
from nodes.ports.language import Evidence, Report, Statement
from nodes.ports.search import Lead
from nodes.ports.sources import Source
from nodes.reports.report import Citation, Cited, Section, Unread
from nodes.reports.report import Report as Document
from nodes.reports.report import Source as Listed
from nodes.reports.report_markdown import markdown
from nodes.research.said_once import once_each
from nodes.research.source_steps import Studied
from nodes.spare_language import ModelFailed
from nodes.texts import plain

TRIES = 2
"""A report with citations that fail the check is written once more; what fails again is left out."""
MOST_EVIDENCE = 60
NOT_SEARCHED = "No search answered, so nothing was read. When that is repaired, `switchboard resume` begins again."
QUOTED = "The language model gave no usable answer: this report quotes its sources and adds no words of its own."


class Numbered(Source):
    number: int  # from 1


class ToGather(TypedDict, total=False):
    leads: list[Lead]
    studied: dict[str, Studied]


class Gathered(TypedDict):
    sources: list[Numbered]
    unread: list[Unread]
    evidence: list[Evidence]


class ToWrite(ModelFailed, total=False):
    topic: str
    evidence: list[Evidence]
    sources: list[Numbered]
    tries: int
    problem: str


class Written(TypedDict):
    report: Report
    tries: int


class ToCheck(TypedDict, total=False):
    report: Report
    sources: list[Numbered]
    evidence: list[Evidence]


class Citations(TypedDict):
    verified: int
    total: int


class Checked(TypedDict):
    answer: str | None
    summary_checked: list[Cited]
    sections_checked: list[Section]
    citations: Citations
    problem: str


class Judged(TypedDict, total=False):
    problem: str
    tries: int


class ToDeliver(ToCheck, total=False):
    topic: str
    found: dict[str, list[Lead]]
    answer: str | None
    unread: list[Unread]
    corpus_dir: str | None
    web: bool
    silent: dict[str, str]
    summary_checked: list[Cited]
    sections_checked: list[Section]
    citations: Citations


class Delivered(TypedDict):
    left_out: LeftOut
    answer: str | None
    document: Document
    coverage: str
    outcome: Literal["report_ready", "needs_attention"]
    reply: str
    messages: list[AIMessage]


async def gather(state: ToGather) -> Gathered:
    """What the branches found, in the order in which the sources were found, with numbers for the sources."""
    studied = state.get("studied") or {}
    sources: list[Numbered] = []
    unread: list[Unread] = []
    evidence: list[Evidence] = []
    for lead in state["leads"]:
        one = studied[lead["address"]]
        if one["source"] is None:
            unread.append(Unread(address=lead["address"], title=lead["title"], why=one["problem"]))
            continue
        number = len(sources) + 1
        sources.append({**one["source"], "number": number})
        title = one["source"]["title"] or lead["address"]
        evidence += [{**finding, "source": number, "title": title} for finding in one["findings"]]
    best = sorted(evidence, key=lambda each: -each["relevance"])[:MOST_EVIDENCE]
    return {"sources": sources, "unread": unread, "evidence": best}


async def evidence(state: Gathered) -> Literal["evidence", "nothing"]:
    return "evidence" if state["evidence"] else "nothing"


async def write_report(state: ToWrite) -> Written:
    """A report from the evidence alone."""
    if state.get("model_failed"):
        return await quote(state)
    report = await services().language.report(state["topic"], state["evidence"], problem=state.get("problem") or "")
    return {"report": report, "tries": state.get("tries", 0) + 1}


async def quote(state: ToWrite) -> Written:
    """A report by the rules, without the model, which does not answer."""
    report = await services().rules.report(state["topic"], state["evidence"])
    return {"report": {**report, "note": QUOTED}, "tries": TRIES}


async def check_report(state: ToCheck) -> Checked:
    """Resolve every citation to a text that was read, and find its quote there. What does not hold is left out."""
    report = state["report"]
    texts = {one["number"]: await services().sources.text(one["digest"]) for one in state["sources"]}
    checking = _Checking(state["evidence"], texts)
    summary = checking.held(report["summary"])
    sections = [
        Section(heading=one["heading"], statements=checking.held(one["statements"])) for one in report["sections"]
    ]
    sections = [one for one in sections if one["statements"]]
    return {
        "answer": _answer(report["answer"], summary, sections),
        "summary_checked": summary,
        "sections_checked": sections,
        "citations": Citations(verified=len(checking.verified), total=len(checking.cited)),
        "problem": " ".join(checking.problems),
    }


async def validity(state: Judged) -> Literal["valid", "again"]:
    """A report with a fault is written once more; after that it goes out without the faulty statements."""
    return "again" if state["problem"] and state["tries"] < TRIES else "valid"


async def deliver(state: ToDeliver) -> Delivered:
    """The report as people read it, with its sources, those that could not be read, and how far it was checked."""
    report = state.get("report") if state["evidence"] else None
    checked = state["citations"] if report else Citations(verified=0, total=0)
    read, unread = state["sources"], state["unread"]
    answer = state["answer"] if report else None
    summary, sections = (state["summary_checked"], state["sections_checked"]) if report else ([], [])
    answered = list(_cited_answer(answer or "", [*summary, *_statements(sections)]))
    answered, summary, *kept = once_each([answered, summary, *(one["statements"] for one in sections)])
    parts = [Section(heading=one["heading"], statements=left) for one, left in zip(sections, kept, strict=True) if left]
    document = Document(
        topic=state["topic"],
        title=state["topic"],
        made_at=iso(services().clock.now()),
        answer=answer,
        answer_cited=answered,
        note=" ".join(filter(None, [report["note"] if report else "", *_silence(state.get("silent") or {})])),
        summary=summary,
        sections=parts,
        sources=[Listed(number=one["number"], title=one["title"], address=one["address"]) for one in read],
        unread=unread,
        coverage=f"{checked['verified']} of {checked['total']} citations verified, "
        f"{len(read)} of {len(read) + len(unread)} sources read",
    )
    folder = state.get("corpus_dir") or None
    left_out = NOTHING if state.get("web") and not folder else await left_out_of(folder)
    told = said(
        f"{NOT_SEARCHED}\n\n{_listed(state['silent'])}"
        if _unsearched(state)
        else with_note(markdown(document), left_out, folder)
    )
    return {
        "left_out": left_out,
        "answer": document["answer"],
        "document": document,
        "coverage": document["coverage"],
        "outcome": "needs_attention" if _unsearched(state) else "report_ready",
        "reply": told["reply"],
        "messages": told["messages"],
    }


class _Checking:
    """Holds statements against the texts that were read, and counts each piece of evidence once."""

    def __init__(self, found: Sequence[Evidence], texts: dict[int, str]) -> None:
        self._found = found
        self._texts = texts
        self.cited: set[int] = set()
        self.verified: set[int] = set()
        self.problems: list[str] = []

    def held(self, statements: Sequence[Statement]) -> list[Cited]:
        """The statements that hold, each with the citations that hold."""
        return [cited for one in statements if (cited := self._cited(one))]

    def _cited(self, statement: Statement) -> Cited | None:
        self.cited.update(statement["evidence"])
        text = statement["text"].strip()
        found = {at: citation for at in statement["evidence"] if (citation := self._citation(at))}
        held = list(found.values())
        if not text or not held:
            self.problems.append(f'"{text}" has no citation that holds.')
            return None
        read = [self._texts[one["source"]] for one in held]
        if figures := invented_figures(text, *read):
            self.problems.append(f'"{text}" has figures that its sources do not have: {", ".join(figures)}.')
            return None
        self.verified.update(found)
        return Cited(text=text, citations=held)

    def _citation(self, at: int) -> Citation | None:
        one = self._found[at] if 0 <= at < len(self._found) else None
        if one is None or not occurs(one["quote"], self._texts.get(one["source"], "")):
            return None
        return Citation(source=one["source"], quote=one["quote"])


def _answer(answer: str | None, summary: Sequence[Cited], sections: Sequence[Section]) -> str | None:
    """The answer, if it is made of statements that hold; otherwise what holds of the summary."""
    if answer is None:
        return None
    held = [*summary, *_statements(sections)]
    said = plain(" ".join(one["text"] for one in held))
    is_said = all(plain(part) in said for part in answer.split("\n\n"))
    if is_said and all(one["citations"] for one in _cited_answer(answer, held)):
        return answer
    return " ".join(one["text"] for one in summary) or None


def _statements(sections: Sequence[Section]) -> list[Cited]:
    return [one for section in sections for one in section["statements"]]


def _cited_answer(answer: str, held: Sequence[Cited]) -> Iterator[Cited]:
    """The statements that the answer is made of. A part that is cut differently has the citations of what it is cut from."""
    for part in filter(None, answer.split("\n\n")):
        left, made = plain(part), list[Cited]()
        while left and (one := next((one for one in held if f"{left} ".startswith(f"{plain(one['text'])} ")), None)):
            made.append(one)
            left = left.removeprefix(plain(one["text"])).strip()
        around = [one for one in held if plain(part) in plain(one["text"]) or plain(one["text"]) in plain(part)]
        yield from [Cited(text=part, citations=_citations(around))] if left else made


def _citations(statements: Sequence[Cited]) -> list[Citation]:
    """Each once."""
    found = [citation for one in statements for citation in one["citations"]]
    return [one for at, one in enumerate(found) if one not in found[:at]]


def _unsearched(state: ToDeliver) -> bool:
    """No search has answered."""
    return bool(state.get("silent")) and not state.get("found")


def _silence(silent: dict[str, str]) -> list[str]:
    return [f"The search {label} brought nothing: {why.rstrip('.')}." for label, why in sorted(silent.items())]


def _listed(silent: dict[str, str]) -> str:
    return "\n".join(f"- {label}: {why}" for label, why in sorted(silent.items()))
