"""What the workflows ask of language: rules or a model."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Protocol

from typing_extensions import TypedDict

from nodes.ports.knowledge import Found
from nodes.ports.sources import Page

Intent = Literal["order_status", "refund", "general_question", "other"]
Act = Literal["request", "question", "withdrawal", "condition", "report", "unclear"]
"""What the customer does: asks for money now and affirmatively, asks about it, takes it back, makes it depend on something,
tells of a refund that happened or is under way; or none of these for sure."""


class Classification(TypedDict):
    intent: Intent
    wants_human: bool  # "get me a manager"
    asks_progress: bool  # about a refund under way, not for a new one
    small_talk: bool  # nothing to act on: thanks, a greeting, a good-bye, a word that says nothing
    act: NotRequired[Act]  # left out: unclear
    is_detail: NotRequired[
        bool
    ]  # nothing but an order, an address, an amount or a choice; left out: what it states says it
    is_plain: NotRequired[bool]  # a withdrawal in plain words; left out: it is
    drops_request: NotRequired[
        bool  # takes back one that waits for an approval: "no", "we keep it"; left out: a plain withdrawal does
    ]
    agrees: NotRequired[bool]  # a plain yes; left out: not
    agrees_as_named: NotRequired[
        bool
    ]  # a yes that repeats an order, an amount or the card, or is signed; left out: not
    language: NotRequired[str]  # of a message that cannot be understood, ISO 639-1; left out: it can


class Demand(TypedDict):
    """What a message that asks for money asks for."""

    order_ids: list[str]  # those that the words which ask name
    orders_open: bool  # several, and the words do not say which one is meant
    amount_cents: int | None  # hundredths; None: no amount, or more than one
    currency: str  # ISO 4217, as named beside the amount; "" when none is
    excluded: NotRequired[list[str]]  # orders that the message names to say that they are not meant
    things: NotRequired[list[str]]  # nouns of its reasons ("the carafe is broken") that only the order can confirm
    names: NotRequired[list[str]]  # that the writer gives as their own; they have to fit the address
    asks_for: NotRequired[str]  # the words that ask, where they name the order; what else the message names is a reason
    asked_things: NotRequired[list[str]]  # nouns of what money is asked back for ("refund the grinder")
    share: str  # of what was paid: "1/2", "20/100", "rest"; "" all of it, "unclear": a part that the words do not fix, "price": the
    # amount is what the order has cost, as the customer says


class Details(TypedDict):
    """What a message states. Every id, address and amount occurs in the message itself."""

    order_ids: list[str]  # as spelt, without "#": "12345", "W2378156", "ORD-34407"
    emails: list[str]  # lower case
    amounts_cents: list[int]
    own_email: NotRequired[str]  # the one that the message plainly gives as its writer's; left out: the first
    reason: str  # why money is wanted back, in the customer's words; "" when no reason is given
    demand: NotRequired[Demand]
    own_words: NotRequired[str]  # without what the message quotes; left out: all of it
    quotes_order: NotRequired[bool]  # the order stands in quoted text only; left out: it does not
    signed: NotRequired[list[str]]  # the names under a yes; they have to fit the address


class Sentence(TypedDict):
    """One statement of an answer, with the words that support it."""

    text: str
    passage_id: str
    quote: str


Unit = Literal["words", "sentences", "paragraphs", "characters"]


class Bound(TypedDict):
    """How long a text may be; 0: any length."""

    unit: Unit
    least: int
    most: int


class Brief(TypedDict):
    """What a text has to be. A bound of 0 is none; "" and [] ask for nothing."""

    kind: Literal["announcement", "mail", "note"]
    text: NotRequired[str]  # the brief as it was written
    topic: str  # what it is about, in the brief's words: "announce the new return window"
    points: list[str]  # statements it has to make
    wishes: list[str]  # how it is to be written, in words that only a model can follow
    audience: str
    tone: str
    signature: NotRequired[str]
    min_words: int
    max_words: int
    bounds: NotRequired[list[Bound]]  # in other units than words
    must_mention: list[str]
    must_not_mention: list[str]


class Mark(TypedDict):
    """How a draft does by one criterion."""

    criterion: str
    score: float  # 0..1
    feedback: str  # what to change; "" when nothing


class Finding(TypedDict):
    """What a source says about a topic."""

    claim: str
    quote: str  # the words of the source that it rests on
    relevance: float  # 0..1
    place: NotRequired[int]  # where it stands in the source; left out: unknown
    sure: NotRequired[float]  # that it answers, and nothing else in its folder does, 0..1; left out: not known
    mentions: NotRequired[dict[str, float]]  # the topic's words that the whole source has: the part of its sentences


class Evidence(Finding):
    source: int  # the source's number, from 1
    title: str  # the source's


class Statement(TypedDict):
    """A sentence of a report, and the evidence that supports it, by its positions in the list, from 0."""

    text: str
    evidence: list[int]


class Section(TypedDict):
    heading: str
    statements: list[Statement]


class Report(TypedDict):
    answer: str | None  # None: the sources do not answer
    note: str  # how it was made, for the reader; "" when there is nothing to say about that
    summary: list[Statement]
    sections: list[Section]


class Language(Protocol):
    """What the workflows ask of language. It classifies, extracts and words; it never decides about money."""

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        """What the customer wants. `history`: earlier turns, oldest first, "Customer: ..." or "Agent: ..."."""

    async def extract(self, message: str) -> Details: ...

    async def understand(self, message: str, *, history: Sequence[str] = ()) -> tuple[Classification, Details]:
        """Both at once; a model is asked once."""

    async def reply(self, facts: Mapping[str, Any], *, tone: str, signature: str) -> str:
        """Word a reply. `facts["say"]` is the text that holds every fact; a model may change its tone and its language (that of
        `facts["language"]`, or of the customer's `facts["question"]`), not its content. `facts["style"]`: the shop's wishes."""

    async def answer(self, question: str, passages: Sequence[Found], *, problem: str = "") -> list[Sentence]:
        """Answer from these passages alone, every sentence with the words that support it; [] when they do not answer.

        `problem`: what was wrong with the last answer.
        """

    async def summarise(self, transcript: Sequence[str]) -> str:
        """Two or three sentences for the colleague who takes over."""

    async def queries(self, topic: str, limit: int) -> list[str]:
        """What to search for, at most so many queries."""

    async def study(self, topic: str, page: Page) -> list[Finding]:
        """What the page says about the topic, in exact quotations, best first; [] when it says nothing about it.

        The page may be long: only its passages about the topic are read.
        """

    async def follow(self, topic: str, findings: Sequence[Finding]) -> list[str]:
        """What else to search for, by what the first sources say: at most one query; [] when nothing is missing."""

    async def report(self, topic: str, evidence: Sequence[Evidence], *, problem: str = "") -> Report:
        """A report on the topic from this evidence alone.

        `problem`: what was wrong with the last report.
        """

    async def draft(self, brief: Brief, *, feedback: Sequence[Mark], previous: str) -> str:
        """A text for this brief, with no fact that the brief does not state; `previous` is improved by the feedback on it.

        Raises NotConfigured for a brief that takes a model, when there is none.
        """


class Evaluator(Protocol):
    """Judges drafts that another call has written."""

    async def judge(self, brief: Brief, draft: str) -> list[Mark]:
        """By criteria that code cannot check; [] when there is no model to ask."""
