"""What a chat model is asked for: the shapes of its JSON answers."""

from typing import Any

from pydantic import BaseModel, Field, field_validator

from nodes.ports.language import Act, Intent

MOST_FINDINGS = 8  # of one source


class Judgement(BaseModel):
    """What the model is asked for when it classifies."""

    intent: Intent
    wants_human: bool
    asks_progress: bool
    small_talk: bool
    act: Act = "unclear"


class Claims(BaseModel):
    """What the model says a message states, before it is checked."""

    order_ids: list[str]
    emails: list[str]
    amounts: list[str]
    reason: str

    @field_validator("order_ids", "amounts", mode="before")
    @classmethod
    def _numbers_as_text(cls, values: Any) -> Any:
        if not isinstance(values, list):
            return values
        return [str(value) if isinstance(value, int | float) else value for value in values]

    @field_validator("reason", mode="before")
    @classmethod
    def _none_is_no_reason(cls, value: Any) -> Any:
        return "" if value is None else value


class Understanding(Judgement, Claims):
    """Both, in one answer."""


class Verdict(BaseModel):
    """How a draft does by one criterion."""

    score: float
    feedback: str

    @field_validator("score")
    @classmethod
    def _between_0_and_1(cls, value: float) -> float:
        if not 0 <= value <= 1:
            raise ValueError("a score is a number from 0 to 1")
        return value


class Verdicts(BaseModel):
    """What the model is asked for when it judges a draft."""

    faithfulness: Verdict
    clarity: Verdict
    tone: Verdict


class Claimed(BaseModel):
    """A sentence of an answer, and the words that it rests on."""

    text: str
    passage: int
    quote: str


class Statements(BaseModel):
    """What the model answers a question with."""

    sentences: list[Claimed]


def at_most(items: int) -> Any:
    """Tells the server where to stop. An answer with more is no worse: what is too much is left out."""
    return Field(json_schema_extra={"maxItems": items})


class Queries(BaseModel):
    """What the model would search for."""

    queries: list[str] = at_most(6)


class Noted(BaseModel):
    """What the model says that a source says."""

    claim: str
    quote: str
    relevance: float

    @field_validator("relevance")
    @classmethod
    def _from_0_to_1(cls, value: float) -> float:
        return min(max(value, 0.0), 1.0)


class Notes(BaseModel):
    """What the model notes about a source."""

    findings: list[Noted] = at_most(MOST_FINDINGS)


class Rested(BaseModel):
    """A sentence of a report, and the numbers of the evidence that it rests on."""

    text: str
    evidence: list[int] = at_most(6)


class Part(BaseModel):
    """A section of a report."""

    heading: str
    statements: list[Rested] = at_most(8)


class Written(BaseModel):
    """The model's report."""

    answered: bool
    summary: list[Rested] = at_most(4)
    sections: list[Part] = at_most(5)
