"""What a thread's workflow refuses, and the sentence that fits. Pure: the client asks before it calls, the validators decide."""

from datetime import datetime

from app.engines.temporal.boundary import Standing, Verdict
from graphs import actions
from nodes.approvals.decision_shapes import read_answer
from nodes.ports.clock import iso, to_the_second
from nodes.ports.errors import (
    AlreadyDecided,
    ApprovalExpired,
    EditRefused,
    NothingPending,
    NothingToResume,
    ThreadBusy,
    ThreadUnfinished,
)


def refuse_turn(called: str, standing: Standing, *, may_wait: bool = False) -> None:
    """`may_wait`: a conversation takes messages also while an approval is pending. Raises ThreadBusy, ThreadUnfinished."""
    match standing.status:
        case "running":
            raise busy(called)
        case "waiting" if not may_wait:
            raise ThreadUnfinished(
                f"Thread {called} waits for an approval. Decide with `switchboard approve {called}` first."
            )
        case "failed":
            raise ThreadUnfinished(f"Thread {called} stopped half way. Run `switchboard resume {called}` first.")


def refuse_resume(called: str, standing: Standing) -> None:
    """A thread that waits may be resumed too: when its approval was settled elsewhere. Raises ThreadBusy, NothingToResume."""
    match standing.status:
        case "running":
            raise busy(called)
        case "completed":
            raise NothingToResume(f"Thread {called} has nothing left to do. `switchboard show {called}` tells more.")


def refuse_decision(called: str, standing: Standing, verdict: Verdict, now: datetime, *, decided: str | None) -> None:
    """`decided`: the approval that was answered last.

    Raises AlreadyDecided, ThreadBusy, NothingPending, ApprovalExpired, EditRefused.
    """
    if verdict.approval_id == decided:
        raise AlreadyDecided(
            f"Somebody has decided this already; a decision is final. `switchboard show {called}` tells more."
        )
    if standing.status == "running":
        raise busy(called)
    awaited = standing.awaited
    if awaited is None:
        raise NothingPending(
            f"Thread {called} does not wait for an approval. `switchboard pending` lists those that do."
        )
    if (awaited["approval_id"], awaited["args_digest"]) != (verdict.approval_id, verdict.args_digest):
        raise NothingPending(
            f"Thread {called} waits for another decision than this one. `switchboard show {called}` tells which."
        )
    if awaited["expires_at"] <= iso(now):
        raise ApprovalExpired(
            f"The deadline was {to_the_second(awaited['expires_at'])}; nothing can be approved after it. A ticket takes care of it."
        )
    if problem := read_answer(verdict.answer, actions()[awaited["action"]], awaited["args"])["problem"]:
        raise EditRefused(problem)


def busy(called: str) -> ThreadBusy:
    return ThreadBusy(
        f"A worker is at work on thread {called}. Wait for it to finish, then try again; "
        f"`switchboard show {called}` tells how far it is."
    )
