"""Which update a thread takes where it stands: a table."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.engines.temporal.boundary import Limits, Standing, Verdict
from app.engines.temporal.update_refusals import refuse_decision, refuse_resume, refuse_turn
from nodes.ports.approvals import Approval
from nodes.ports.clock import iso
from nodes.ports.errors import (
    AlreadyDecided,
    ApprovalExpired,
    EditRefused,
    NothingPending,
    NothingToResume,
    ThreadBusy,
    ThreadUnfinished,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ASKED: Approval = {
    "approval_id": "a",
    "thread_id": "t",
    "action": "process_refund",
    "args": {"order_id": "1", "amount_cents": 14900, "currency": "USD", "reason": ""},
    "args_digest": "d",
    "requested_at": iso(NOW),
    "expires_at": iso(NOW + timedelta(minutes=5)),
    "status": "pending",
    "granted": None,
    "decision_id": None,
    "decided_by": None,
    "decided_at": None,
    "reason": None,
}
RUNNING = Standing(status="running", values={})
WAITING = Standing(status="waiting", values={}, awaited=ASKED)
FAILED = Standing(status="failed", values={})
COMPLETED = Standing(status="completed", values={})

GOOD = Verdict("a", "d", {"type": "approve"}, Limits(60, 1))

DECISIONS: list[tuple[Standing, dict[str, Any], timedelta, str | None, type[Exception] | None]] = [
    # (where it stands, what is wrong with the verdict, how late it is, what was answered last, the refusal)
    (WAITING, {}, timedelta(0), None, None),
    (WAITING, {}, timedelta(0), "an earlier one", None),
    (WAITING, {"approval_id": "b"}, timedelta(0), None, NothingPending),
    (WAITING, {"args_digest": "e"}, timedelta(0), None, NothingPending),
    (WAITING, {"answer": {"type": "ignore"}}, timedelta(0), None, EditRefused),
    (WAITING, {"answer": {"type": "edit", "args": {"amount": "149.01"}}}, timedelta(0), None, EditRefused),
    (WAITING, {"answer": {"type": "expire"}}, timedelta(0), None, EditRefused),
    (WAITING, {}, timedelta(minutes=5), None, ApprovalExpired),
    (WAITING, {}, timedelta(0), "a", AlreadyDecided),
    (RUNNING, {}, timedelta(0), "a", AlreadyDecided),
    (RUNNING, {}, timedelta(0), None, ThreadBusy),
    (COMPLETED, {}, timedelta(0), None, NothingPending),
    (FAILED, {}, timedelta(0), None, NothingPending),
]


@pytest.mark.parametrize(("standing", "wrong", "late", "decided", "refusal"), DECISIONS)
def test_a_decision_has_to_fit(
    standing: Standing, wrong: dict[str, Any], late: timedelta, decided: str | None, refusal: type[Exception] | None
) -> None:
    verdict = Verdict(**{**vars(GOOD), **wrong})
    if refusal is None:
        refuse_decision("t", standing, verdict, NOW + late, decided=decided)
        return
    with pytest.raises(refusal):
        refuse_decision("t", standing, verdict, NOW + late, decided=decided)


@pytest.mark.parametrize(
    ("standing", "turn", "resume"),
    [
        (COMPLETED, None, NothingToResume),
        (FAILED, ThreadUnfinished, None),
        (WAITING, ThreadUnfinished, None),
        (RUNNING, ThreadBusy, ThreadBusy),
    ],
)
def test_a_thread_does_one_thing_at_a_time(
    standing: Standing, turn: type[Exception] | None, resume: type[Exception] | None
) -> None:
    for refuse, refusal in ((refuse_turn, turn), (refuse_resume, resume)):
        if refusal is None:
            refuse("t", standing)
        else:
            with pytest.raises(refusal, match="t"):
                refuse("t", standing)
