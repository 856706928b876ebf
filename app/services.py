"""What steps may call: one Protocol per outside thing, and the one place that knows which is installed.

Values that cross these Protocols are plain JSON (TypedDicts), so that they can go into a graph's state as they are.
Money is integer minor units with an ISO-4217 currency; times are ISO-8601 UTC text.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

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


class Orders(Protocol):
    async def find(self, order_id: str) -> Order | None:
        """The order with its lines and refunds; letter case and a leading "#" do not matter."""


class Payments(Protocol):
    """A gateway. Every effect carries an idempotency key; the same key with the same arguments is done once."""

    async def charge(self, *, key: str, order_id: str, amount_cents: int, currency: str) -> Receipt:
        """Take money from the order's card. Raises PaymentDeclined, PaymentsUnavailable, PaymentTimedOut, IdempotencyConflict."""

    async def refund(self, *, key: str, order_id: str, amount_cents: int, currency: str, reason: str) -> Receipt:
        """Pay back to the order's card. Raises as charge does, and RefundTooLarge."""

    async def find(self, key: str) -> Receipt | None:
        """What was done under this key: the way to learn the result of a call that timed out."""


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


class Language(Protocol):
    """What the workflows ask of language. It classifies, extracts and words; it never decides about money."""

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        """What the customer wants. `history`: earlier turns, oldest first, "Customer: ..." or "Agent: ..."."""

    async def extract(self, message: str) -> Details: ...

    async def reply(self, facts: Mapping[str, Any], *, tone: str, signature: str) -> str:
        """Word a reply. `facts["say"]` is the text that holds every fact; a model may change its tone, not its content."""

    async def summarise(self, transcript: Sequence[str]) -> str:
        """Two or three sentences for the colleague who takes over."""


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
    mail: Mail
    tickets: Tickets
    approvals: Approvals
    language: Language
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
