"""What a thread's workflow refuses, and the sentence that fits. Pure: the client asks before it calls, the validators decide."""

from datetime import datetime
from shlex import quote

from app.engines.refusals import has_nothing_left, has_to_be_decided, has_to_be_resumed, waits_for_nothing
from app.engines.temporal.boundary import Standing, Verdict
from graphs import actions
from nodes.approvals.decision_shapes import read_answer
from nodes.ports.clock import iso, to_the_second
from nodes.ports.errors import (
    AlreadyDecided,
    ApprovalExpired,
    EditRefused,
    NothingPending,
    ThreadBusy,
)


def refuse_turn(called: str, standing: Standing, *, may_wait: bool = False) -> None:
    """`may_wait`: a conversation takes messages also while an approval is pending. Raises ThreadBusy, ThreadUnfinished."""
    match standing.status:
        case "running":
            raise busy(called)
        case "waiting" if not may_wait:
            raise has_to_be_decided(called)
        case "failed":
            raise has_to_be_resumed(called)


def refuse_resume(called: str, standing: Standing) -> None:
    """A thread that waits may be resumed too: when its approval was settled elsewhere. Raises ThreadBusy, NothingToResume."""
    match standing.status:
        case "running":
            raise busy(called)
        case "completed":
            raise has_nothing_left(called)


def refuse_decision(called: str, standing: Standing, verdict: Verdict, now: datetime, *, decided: str | None) -> None:
    """`decided`: the approval that was answered last.

    Raises AlreadyDecided, ThreadBusy, NothingPending, ApprovalExpired, EditRefused.
    """
    if verdict.approval_id == decided:
        raise AlreadyDecided(
            f"Somebody has decided this already; a decision is final. `switchboard show {quote(called)}` tells more."
        )
    if standing.status == "running":
        raise busy(called)
    awaited = standing.awaited
    if awaited is None:
        raise waits_for_nothing(called)
    if (awaited["approval_id"], awaited["args_digest"]) != (verdict.approval_id, verdict.args_digest):
        raise NothingPending(
            f"Thread {called} waits for another decision than this one. `switchboard show {quote(called)}` tells which."
        )
    if awaited["expires_at"] <= iso(now):
        raise ApprovalExpired(
            f"The deadline was {to_the_second(awaited['expires_at'])}; nothing can be approved after it."
        )
    if problem := read_answer(verdict.answer, actions()[awaited["action"]], awaited["args"])["problem"]:
        raise EditRefused(problem)


def busy(called: str) -> ThreadBusy:
    return ThreadBusy(
        f"A worker is at work on thread {called}. Wait for it to finish, then try again; "
        f"`switchboard show {quote(called)}` tells how far it is."
    )
