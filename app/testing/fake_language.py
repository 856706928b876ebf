"""A language that says what it was told to, and its evaluator."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.testing.scripted_failures import Failing
from nodes.ports.knowledge import Found
from nodes.ports.language import Brief, Classification, Details, Evidence, Finding, Mark, Report, Sentence, Statement
from nodes.ports.sources import Page


def brief(**asks: Any) -> Brief:
    """A brief without demands, unless told otherwise."""
    nothing: Brief = {
        "kind": "note",
        "topic": "",
        "points": [],
        "wishes": [],
        "audience": "",
        "tone": "",
        "min_words": 0,
        "max_words": 0,
        "must_mention": [],
        "must_not_mention": [],
    }
    return {**nothing, **asks}  # type: ignore[typeddict-item]


class FakeLanguage(Failing):
    """Says what it was told to: `understands[text] = (classification, details)`."""

    def __init__(self, understands: dict[str, tuple[Classification, Details]] | None = None) -> None:
        super().__init__()
        self.understands = {} if understands is None else understands
        self.drafts: list[str] = ["A draft."]
        self.asked_to_draft: list[tuple[list[Mark], str]] = []
        self.answers: dict[str, list[list[Sentence]]] = {}
        self.problems: list[str] = []
        self.more_queries: list[str] = []
        self.followed: list[str] = []  # what is searched for after the first round
        self.studied: list[str] = []
        self.invents: list[str] = []  # quotes that no source has
        self.reports: list[Report] = []

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        self.called("classify")
        nothing: Classification = {
            "intent": "other",
            "wants_human": False,
            "asks_progress": False,
            "small_talk": False,
            "act": "unclear",
            "agrees": message in ("yes", "yes please"),
        }
        if message not in self.understands:
            return nothing
        said = self.understands[message][0]
        asks = said["intent"] == "refund" and not said["asks_progress"]
        return {"act": "request" if asks else "unclear", **said}

    async def extract(self, message: str) -> Details:
        nothing: Details = {"order_ids": [], "emails": [], "amounts_cents": [], "reason": ""}
        return self.understands[message][1] if message in self.understands else nothing

    async def understand(self, message: str, *, history: Sequence[str] = ()) -> tuple[Classification, Details]:
        return await self.classify(message, history=history), await self.extract(message)

    async def reply(self, facts: Mapping[str, Any], *, tone: str, signature: str) -> str:
        self.called("reply")
        return str(facts["say"])

    async def answer(self, question: str, passages: Sequence[Found], *, problem: str = "") -> list[Sentence]:
        """`answers[question]`: what each call says in turn, the last one for ever."""
        self.called("answer")
        self.problems.append(problem)
        said = self.answers.get(question) or [[]]
        return said.pop(0) if len(said) > 1 else said[0]

    async def summarise(self, transcript: Sequence[str]) -> str:
        self.called("summarise")
        return f"{len(transcript)} lines"

    async def queries(self, topic: str, limit: int) -> list[str]:
        self.called("queries")
        return [topic, *self.more_queries][:limit]

    async def study(self, topic: str, page: Page) -> list[Finding]:
        """Every line of the page that begins with "! " is a finding."""
        self.called("study")
        self.studied.append(page["address"])
        quotes = [line[2:] for line in page["text"].splitlines() if line.startswith("! ")]
        return [{"claim": quote, "quote": quote, "relevance": 1.0} for quote in [*quotes, *self.invents]]

    async def follow(self, topic: str, findings: Sequence[Finding]) -> list[str]:
        self.called("follow")
        return self.followed

    async def report(self, topic: str, evidence: Sequence[Evidence], *, problem: str = "") -> Report:
        """`reports`: what each call says in turn, the last one for ever; none: every piece of evidence, quoted."""
        self.called("report")
        self.problems.append(problem)
        if self.reports:
            return self.reports.pop(0) if len(self.reports) > 1 else self.reports[0]
        said: list[Statement] = [{"text": one["claim"], "evidence": [at]} for at, one in enumerate(evidence)]
        return {"answer": said[0]["text"] if said else None, "note": "", "summary": said[:1], "sections": []}

    async def draft(self, brief: Brief, *, feedback: Sequence[Mark], previous: str) -> str:
        """The next of `drafts`, the last one for ever."""
        self.called("draft")
        self.asked_to_draft.append((list(feedback), previous))
        return self.drafts.pop(0) if len(self.drafts) > 1 else self.drafts[0]


class FakeEvaluator(Failing):
    """Gives `scores[draft]`, by one criterion; no judgement for a draft that is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.scores: dict[str, float] = {}

    async def judge(self, brief: Brief, draft: str) -> list[Mark]:
        self.called("judge")
        if draft not in self.scores:
            return []
        return [{"criterion": "clarity", "score": self.scores[draft], "feedback": f"about {draft}"}]
