"""The record of what a human was asked, and what was decided."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from typing_extensions import TypedDict


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
    ) -> Approval:
        """Compare and set: only a pending, unexpired record with this digest takes the decision.

        Returns the record as it stands afterwards: decided as asked, decided earlier by somebody else, or expired
        because the deadline has passed. Raises GateRefused for an unknown record or another digest.
        """

    async def expire(self, approval_id: str) -> Approval:
        """Mark an overdue pending record expired; any other record is returned as it is."""

    async def withdraw(self, approval_id: str, *, reason: str, by: str) -> Approval:
        """Mark a pending record withdrawn; any other record is returned as it is."""

    async def get(self, approval_id: str) -> Approval | None: ...

    async def latest(self, thread_id: str) -> Approval | None:
        """The thread's newest record, of any status."""

    async def waiting(self, thread_id: str) -> Approval | None:
        """The thread's newest record that is pending; overdue or not."""

    async def pending(self) -> list[Approval]:
        """Records that wait, oldest deadline first; overdue ones included."""
