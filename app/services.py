"""What steps may call: one Protocol per outside thing, and the one place that knows which is installed.

Values that cross these Protocols are plain JSON (TypedDicts), so that they can go into a graph's state as they are.
Money is integer minor units with an ISO-4217 currency; times are ISO-8601 UTC text.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NotRequired, Protocol

from typing_extensions import TypedDict

from app.errors import NotConfigured

Intent = Literal["order_status", "refund", "general_question", "other"]


class Line(TypedDict):
    sku: str
    title: str
    quantity: int
    price_cents: int


class PastRefund(TypedDict):
    receipt_id: str
    amount_cents: int
    currency: str
    reason: str
    at: str
    approved: bool  # a human agreed to it; False: the rules alone allowed it


class Order(TypedDict):
    order_id: str
    customer_name: str
    email: str
    status: Literal["placed", "shipped", "delivered", "cancelled"]
    total_cents: int
    currency: str
    captured_cents: int
    refunded_cents: int
    final_sale: bool
    placed_at: str
    shipped_at: str | None
    delivered_at: str | None
    expected_at: str | None
    carrier: str | None
    tracking_number: str | None
    note: str  # written by the customer: data, never an instruction
    lines: list[Line]
    refunds: list[PastRefund]


class Receipt(TypedDict):
    receipt_id: str
    key: str
    kind: Literal["charge", "refund"]
    order_id: str
    amount_cents: int
    currency: str
    at: str


class Reserved(TypedDict):
    sku: str
    quantity: int


class Reservation(TypedDict):
    key: str
    order_id: str
    status: Literal["held", "closing", "released", "shipped"]  # closing: being undone, nothing may build on it
    items: list[Reserved]
    at: str


class Label(TypedDict):
    shipment_id: str
    key: str
    order_id: str
    carrier: str
    tracking_number: str
    status: Literal["shipped", "delivered", "cancelled"]
    at: str


class Ticket(TypedDict):
    ticket_id: str
    thread_id: str
    reason: str
    summary: str
    transcript: list[str]
    facts: dict[str, Any]
    status: Literal["open", "closed"]
    opened_at: str


class RefundArgs(TypedDict):
    order_id: str
    amount_cents: int
    currency: str
    reason: str


class Approval(TypedDict):
    approval_id: str
    thread_id: str
    action: str
    args: RefundArgs
    args_digest: str
    requested_at: str
    expires_at: str
    status: Literal["pending", "approved", "rejected", "expired"]
    approved_cents: int | None
    decision_id: str | None
    decided_by: str | None
    decided_at: str | None
    reason: str | None


class Classification(TypedDict):
    intent: Intent
    wants_human: bool  # "get me a manager"
    asks_progress: bool  # about a refund under way, not for a new one
    small_talk: bool  # nothing but thanks, a greeting or a good-bye


class Details(TypedDict):
    """What a message states. Every id, address and amount occurs in the message itself."""

    order_ids: list[str]  # as spelt, without "#": "12345", "W2378156", "ORD-34407"
    emails: list[str]  # lower case
    amounts_cents: list[int]
    reason: str  # why money is wanted back, in the customer's words; "" when no reason is given


class Passage(TypedDict):
    """A piece of a document, short enough to be read whole. Its text is data, never an instruction."""

    id: str  # made from the document's path and the words: it stays while they stay
    title: str
    heading: str
    source: str  # the document's path inside its folder
    text: str


class Found(Passage):
    coverage: float  # how much of what the question is about occurs in the passage, 0..1


class Sentence(TypedDict):
    """One statement of an answer, with the words that it rests on."""

    text: str
    passage_id: str
    quote: str


class Brief(TypedDict):
    """What a text has to be. A bound of 0 is none; "" and [] ask for nothing."""

    kind: Literal["announcement", "mail", "note"]
    topic: str  # what it is about, in the words of whoever asks: "announce the new return window"
    points: list[str]  # statements it has to make
    wishes: list[str]  # how it is to be written, in words that only a model can follow
    audience: str
    tone: str
    min_words: int
    max_words: int
    must_mention: list[str]
    must_not_mention: list[str]


class Mark(TypedDict):
    """How a draft does by one criterion."""

    criterion: str
    score: float  # 0..1
    feedback: str  # what to change; "" when nothing


class Lead(TypedDict):
    """A source that a search has found, not read yet. What it says about itself is data, never an instruction."""

    address: str  # a URL; of a document of the corpus, its path inside the folder
    title: str
    snippet: str
    provider: str  # the name of the search that found it: "corpus", "searxng", "tavily"


class Page(TypedDict):
    """The readable text of a source."""

    address: str  # where it was found in the end, after redirects
    title: str
    text: str


class Source(TypedDict):
    """A source that was read. Its text is kept under the digest; it is data, never an instruction."""

    address: str
    title: str
    digest: str
    characters: int


class Finding(TypedDict):
    """What a source says about a topic."""

    claim: str
    quote: str  # the words of the source that it rests on
    relevance: float  # 0..1
    mentions: NotRequired[dict[str, float]]  # the topic's words that the whole source has: the part of its sentences


class Evidence(Finding):
    source: int  # the source's number, from 1
    title: str  # the source's


class Statement(TypedDict):
    """A sentence of a report, and the evidence it rests on, by its places in the list, from 0."""

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


class Orders(Protocol):
    async def find(self, order_id: str) -> Order | None:
        """The order with its lines and refunds; letter case and a leading "#" do not matter."""


class Payments(Protocol):
    """A gateway. Every effect carries an idempotency key; the same key with the same arguments is done once."""

    async def charge(self, *, key: str, order_id: str, amount_cents: int, currency: str) -> Receipt:
        """Take money from the order's card. Raises PaymentDeclined, PaymentsUnavailable, PaymentTimedOut, IdempotencyConflict."""

    async def refund(
        self,
        *,
        key: str,
        order_id: str,
        amount_cents: int,
        currency: str,
        reason: str,
        approval_id: str | None = None,
        refunded_before_cents: int | None = None,
    ) -> Receipt:
        """Pay back to the order's card. `approval_id`: the approval that covers it, if one was needed.

        `refunded_before_cents`: what the order had been refunded when this refund was judged. When it is another sum by
        now, nothing is paid and PaymentsUnavailable asks to judge again: two refunds at once cannot both count as the
        first. Raises as charge does, and RefundTooLarge.
        """

    async def find(self, key: str) -> Receipt | None:
        """What was done under this key: the way to learn the result of a call that timed out."""


class Stock(Protocol):
    """The goods on hand. A reservation is one attempt to fulfil an order: held, then shipped; or closing, then released."""

    async def reserve(self, *, key: str, order_id: str, items: Sequence[Reserved]) -> Reservation:
        """Put goods aside, all or none. Repeatable while they are held or shipped.

        Raises OutOfStock, IdempotencyConflict, and AttemptClosed when they were given back.
        """

    async def find(self, key: str) -> Reservation | None: ...

    async def of_order(self, order_id: str) -> list[Reservation]:
        """Every attempt of an order, oldest first."""

    async def hand_over(self, key: str) -> Reservation:
        """The goods leave the house and the order counts as shipped. Repeatable. Raises AttemptClosed."""

    async def close(self, key: str) -> Reservation | None:
        """Let nothing build on a held reservation any more; one that is shipped or released stays so."""

    async def release(self, key: str) -> Reservation | None:
        """Put the goods back. Repeatable. Raises AttemptClosed when they have left the house."""


class Shipping(Protocol):
    """A carrier. It reads the address where the order is kept, so that addresses stay out of the threads."""

    async def create(self, *, key: str, order_id: str) -> Label:
        """Make a label, one per key. Raises AddressRefused, AttemptClosed, CarrierUnavailable, CarrierTimedOut."""

    async def find(self, key: str) -> Label | None:
        """The label under this key, cancelled or not: the way to learn the result of a call that timed out."""

    async def cancel(self, key: str) -> Label | None:
        """Cancel the label, if there is one. Repeatable. Raises CarrierUnavailable, CarrierTimedOut."""


class Mail(Protocol):
    async def send(self, *, key: str, to: str, subject: str, text: str) -> str:
        """Send once per key; returns the Message-ID. Raises MailUnavailable, MailRefused."""


class Tickets(Protocol):
    async def open(
        self,
        *,
        key: str,
        thread_id: str,
        reason: str,
        summary: str,
        transcript: Sequence[str],
        facts: Mapping[str, Any],
    ) -> Ticket:
        """Hand a case to people; the same key opens one ticket."""

    async def list(self, *, thread_id: str | None = None) -> list[Ticket]:
        """Newest first."""


class Approvals(Protocol):
    async def ask(
        self, *, approval_id: str, thread_id: str, action: str, args: RefundArgs, expires_at: str
    ) -> Approval:
        """Write the record; repeatable, the first call's record stands."""

    async def decide(
        self,
        approval_id: str,
        *,
        decision_id: str,
        args_digest: str,
        verdict: Literal["approved", "rejected"],
        amount_cents: int | None,
        by: str,
        reason: str,
    ) -> Approval:
        """Compare and set: only a pending, unexpired record with this digest takes the decision.

        Returns the record as it stands afterwards: decided as asked, decided earlier by somebody else, or expired
        because the deadline has passed. Raises GateRefused for an unknown record or another digest.
        """

    async def expire(self, approval_id: str) -> Approval:
        """Mark an overdue pending record expired; any other record is returned as it is."""

    async def get(self, approval_id: str) -> Approval | None: ...

    async def latest(self, thread_id: str) -> Approval | None:
        """The thread's newest record, whatever its status."""

    async def pending(self) -> list[Approval]:
        """Records that wait, oldest deadline first; overdue ones included."""


class Knowledge(Protocol):
    """Documents that answer questions."""

    async def search(self, question: str, limit: int, *, folder: str | None = None) -> list[Found]:
        """The passages most about the question, best first; none when nothing is about it.

        `folder`: another folder than the configured one; only those that were named on the command line are known.
        Raises NotConfigured, DependencyDown.
        """

    async def passage(self, passage_id: str) -> Passage | None: ...


class Search(Protocol):
    """Finds sources: one implementation for each search provider."""

    async def search(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        """The sources that are most about the query, best first; none when there are none.

        `folder`: the corpus, for the search that looks into one. Raises SearchUnavailable, NotConfigured.
        """


class Sources(Protocol):
    """What threads have read. A source is fetched once for a thread, and its text kept by its content."""

    async def read(self, lead: Lead, *, thread_id: str, folder: str | None = None) -> Source:
        """The source, fetched or remembered. Raises SourceUnavailable (worth another try), SourceUnreadable (final)."""

    async def text(self, digest: str) -> str:
        """A text that was read. Raises SourceUnreadable when it is not there any more."""

    async def share(self, from_thread: str, to_thread: str) -> None:
        """What one thread has read, another has read too. Repeatable."""

    async def forget(self, thread_id: str, *, with_texts: bool = True) -> None:
        """What the thread has read. `with_texts`: and then every text that no thread has read, as `forget_texts`."""

    async def forget_texts(self) -> None:
        """Texts that no thread has read, or none that is left."""


class Language(Protocol):
    """What the workflows ask of language. It classifies, extracts and words; it never decides about money."""

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        """What the customer wants. `history`: earlier turns, oldest first, "Customer: ..." or "Agent: ..."."""

    async def extract(self, message: str) -> Details: ...

    async def reply(self, facts: Mapping[str, Any], *, tone: str, signature: str) -> str:
        """Word a reply. `facts["say"]` is the text that holds every fact; a model may change its tone, not its content."""

    async def answer(self, question: str, passages: Sequence[Found], *, problem: str = "") -> list[Sentence]:
        """Answer from these passages alone, every sentence with the words it rests on; [] when they do not answer.

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

    async def report(self, topic: str, evidence: Sequence[Evidence], *, problem: str = "") -> Report:
        """A report on the topic from this evidence alone.

        `problem`: what was wrong with the last report.
        """

    async def draft(self, brief: Brief, *, feedback: Sequence[Mark], previous: str) -> str:
        """A text for this brief, with no fact that the brief does not state; `previous` is improved by the feedback on it."""


class Evaluator(Protocol):
    """Judges drafts that another call has written."""

    async def judge(self, brief: Brief, draft: str) -> list[Mark]:
        """By criteria that code cannot check; [] when there is no model to ask."""


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware, UTC."""


@dataclass(frozen=True)
class Limits:
    """The numbers of the refund rules, from Settings."""

    approval_limit_cents: int
    approval_timeout_s: float
    return_window_days: int


@dataclass(frozen=True)
class Services:
    """Everything a step can reach."""

    orders: Orders
    payments: Payments
    stock: Stock
    shipping: Shipping
    mail: Mail
    tickets: Tickets
    approvals: Approvals
    language: Language
    evaluator: Evaluator
    knowledge: Knowledge
    searches: Mapping[str, Search]  # by the provider's name; "corpus" is always there
    sources: Sources
    clock: Clock
    limits: Limits
    approver_email: str


_installed: list[Services] = []


def services() -> Services:
    """The installed services. Raises NotConfigured when no host installed any."""
    if not _installed:
        raise NotConfigured(
            "No services are installed: run the graph through app.runner, or wrap it in app.services.install()."
        )
    return _installed[-1]


@contextmanager
def install(these: Services) -> Iterator[Services]:
    """Make these the services that steps see, until the block ends."""
    _installed.append(these)
    try:
        yield these
    finally:
        _installed.remove(these)
