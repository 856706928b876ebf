"""The record of what a human was asked, and what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NotRequired, Protocol

from typing_extensions import TypedDict


@dataclass(frozen=True)
class Decider:
    """Who decides, as far as that is proven."""

    name: str
    signed_in: bool  # by a token or a login; if not, this is the operating-system user


CUSTOMER = "the customer"
"""Who withdrew a request, when the customer did."""


class Voice(TypedDict):
    """What one person said to an approval that needs several."""

    person: str
    verdict: Literal["approved", "rejected"]
    granted: dict[str, Any] | None
    reason: str
    at: str


class Question(TypedDict):
    """What an approver wants to know before deciding."""

    question_id: str
    put_to: str  # the customer's address, or "ticket"
    text: str
    asked_by: str
    asked_at: str
    ticket_id: str | None
    answer: str | None
    answered_by: str | None
    answered_at: str | None


class Remark(TypedDict):
    """What the customer has written while the request waits."""

    text: str
    said_at: str


class Approval(TypedDict):
    approval_id: str
    thread_id: str
    action: str  # the name of what is asked for, as in `Services.actions`
    args: dict[str, Any]  # plain JSON, as the action reads it
    args_digest: str
    requested_at: str
    expires_at: str
    status: Literal["pending", "approved", "rejected", "expired", "withdrawn"]
    granted: dict[str, Any] | None  # the arguments that were approved: those asked for, or tighter ones
    decision_id: str | None
    decided_by: str | None
    decided_at: str | None
    reason: str | None
    rule: NotRequired[dict[str, Any]]  # app.approvals.approval_rules.Terms, when they are not the default
    escalated_at: NotRequired[str]  # since then whom the rule names above may decide too
    decided_as: NotRequired[str]  # whose token or login it was, or which operating-system user
    said_by: NotRequired[str]  # the name given with the decision, when another one was signed in
    voices: NotRequired[list[Voice]]  # when more than one is needed
    questions: NotRequired[list[Question]]
    remarks: NotRequired[list[Remark]]


class Approvals(Protocol):
    async def ask(
        self, *, approval_id: str, thread_id: str, action: str, args: Mapping[str, Any], expires_at: str
    ) -> Approval:
        """Write the record; repeatable, the first call's record stands."""

    async def decide(
        self,
        approval_id: str,
        *,
        decision_id: str,
        args_digest: str,
        verdict: Literal["approved", "rejected"],
        granted: Mapping[str, Any] | None,
        by: str,
        reason: str,
        decider: Decider | None = None,
    ) -> Approval:
        """Compare and set: only a pending, unexpired record with this digest takes the decision.

        Returns the record as it stands afterwards: decided as asked, decided earlier by somebody else, expired because
        the deadline has passed, or pending because more people have to approve. Raises GateRefused for an unknown record
        or another digest, MayNotDecide for a decider who may not, AlreadyDecided for one who has approved before.
        """

    async def expire(self, approval_id: str) -> Approval:
        """Mark an overdue pending record expired; any other record is returned as it is."""

    async def withdraw(self, approval_id: str, *, reason: str, by: str) -> Approval:
        """Mark a pending record withdrawn; any other record is returned as it is."""

    async def get(self, approval_id: str) -> Approval | None:
        """With its voices, questions and remarks."""

    async def latest(self, thread_id: str) -> Approval | None:
        """The thread's newest record, of any status."""

    async def waiting(self, thread_id: str) -> Approval | None:
        """The thread's newest record that is pending; overdue or not."""

    async def pending(self) -> list[Approval]:
        """Records that wait, oldest deadline first; overdue ones included."""

    async def put_question(
        self, approval_id: str, *, question_id: str, text: str, by: str, put_to: str, ticket_id: str | None = None
    ) -> Question:
        """Note a question about a pending record. Repeatable. Raises GateRefused when the record is not pending."""

    async def answer_question(self, question_id: str, *, answer: str, by: str) -> Question | None:
        """Note the answer; the first one stands. None: there is no such question."""

    async def note_remark(self, approval_id: str, *, remark_id: str, text: str) -> None:
        """Note what the customer has written since. Repeatable. Raises GateRefused for an unknown record."""
