"""What a record of approvals has to do."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.testing.fake_clock import NOON, FakeClock
from nodes.digests import digest
from nodes.ports.approvals import Approval, Approvals
from nodes.ports.clock import iso
from nodes.ports.errors import GateRefused

ARGS = {"order_id": "12345", "amount_cents": 14900, "currency": "USD", "reason": "Broken, sadly."}
LESS = {**ARGS, "amount_cents": 8000}
DEADLINE = NOON + timedelta(minutes=5)


async def ask(approvals: Approvals, approval_id: str = "a", **changes: Any) -> Approval:
    asked: dict[str, Any] = {"thread_id": "t", "action": "process_refund", "args": ARGS, "expires_at": iso(DEADLINE)}
    return await approvals.ask(approval_id=approval_id, **{**asked, **changes})


async def decide(approvals: Approvals, approval_id: str = "a", **changes: Any) -> Approval:
    approved: dict[str, Any] = {
        "decision_id": "d",
        "args_digest": digest(ARGS),
        "verdict": "approved",
        "granted": ARGS,
        "by": "Mia",
        "reason": "Fine.",
    }
    return await approvals.decide(approval_id, **{**approved, **changes})


@pytest.mark.asyncio
class ApprovalsContract:
    """Fixtures: `approvals`, empty, and the `clock` it reads, a FakeClock."""

    async def test_a_request_is_on_record(self, approvals: Approvals) -> None:
        record = await ask(approvals)
        assert record == {
            "approval_id": "a",
            "thread_id": "t",
            "action": "process_refund",
            "args": ARGS,
            "args_digest": digest(ARGS),
            "requested_at": iso(NOON),
            "expires_at": iso(DEADLINE),
            "status": "pending",
            "granted": None,
            "decision_id": None,
            "decided_by": None,
            "decided_at": None,
            "reason": None,
        }
        assert await approvals.get("a") == await approvals.latest("t") == record
        assert await approvals.pending() == [record]

    async def test_asking_again_changes_nothing(self, approvals: Approvals, clock: FakeClock) -> None:
        first = await ask(approvals)
        clock.advance(timedelta(minutes=1))
        later: dict[str, Any] = {
            "args": {**ARGS, "amount_cents": 1},
            "expires_at": iso(DEADLINE + timedelta(days=1)),
            "thread_id": "other",
        }
        assert await ask(approvals, **later) == first
        await decide(approvals)
        assert (await ask(approvals))["status"] == "approved"

    async def test_nothing_is_known_of_what_was_never_asked(self, approvals: Approvals) -> None:
        assert await approvals.get("a") is None
        assert await approvals.latest("t") is None
        assert await approvals.pending() == []

    @pytest.mark.parametrize(
        ("decision", "expected"),
        [
            ({}, {"status": "approved", "granted": ARGS}),
            ({"granted": LESS}, {"status": "approved", "granted": LESS}),
            ({"verdict": "rejected", "granted": None}, {"status": "rejected", "granted": None}),
            # an amount beside a rejection must never look like an approved one
            ({"verdict": "rejected", "granted": ARGS}, {"status": "rejected", "granted": None}),
        ],
    )
    async def test_a_decision_is_on_record(
        self, approvals: Approvals, clock: FakeClock, decision: dict[str, Any], expected: dict[str, Any]
    ) -> None:
        asked = await ask(approvals)
        clock.advance(timedelta(minutes=4))
        record = await decide(approvals, **decision)
        told = {"decision_id": "d", "decided_by": "Mia", "decided_at": iso(clock.now()), "reason": "Fine."}
        assert record == {**asked, **told, **expected}
        assert await approvals.get("a") == record
        assert await approvals.pending() == []

    @pytest.mark.parametrize(
        "second",
        [
            {},  # the same decision again, as after a crash
            {"decision_id": "e", "by": "Tom"},
            {"decision_id": "e", "by": "Tom", "verdict": "rejected", "granted": None},
            {"granted": LESS},  # the same id for another amount
        ],
    )
    async def test_the_first_decision_stands(
        self, approvals: Approvals, clock: FakeClock, second: dict[str, Any]
    ) -> None:
        await ask(approvals)
        first = await decide(approvals)
        clock.advance(timedelta(minutes=1))
        assert await decide(approvals, **second) == first
        clock.advance(timedelta(days=1))
        assert await decide(approvals, **second) == first
        assert await approvals.expire("a") == first

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(days=9)])
    async def test_after_the_deadline_nothing_can_be_decided(
        self, approvals: Approvals, clock: FakeClock, late: timedelta
    ) -> None:
        await ask(approvals)
        clock.advance(DEADLINE - NOON + late)
        record = await decide(approvals)
        assert (record["status"], record["granted"], record["decided_by"]) == ("expired", None, None)
        assert record["decided_at"] == iso(clock.now())
        assert await approvals.get("a") == record

    async def test_a_moment_before_the_deadline_is_in_time(self, approvals: Approvals, clock: FakeClock) -> None:
        await ask(approvals)
        clock.advance(DEADLINE - NOON - timedelta(microseconds=1))
        assert (await decide(approvals))["status"] == "approved"

    @pytest.mark.parametrize(
        "changes",
        [
            {"args_digest": digest({**ARGS, "amount_cents": 99900})},
            {"args_digest": digest({**ARGS, "order_id": "12346"})},
            {"args_digest": ""},
            {"approval_id": "b"},
        ],
    )
    async def test_the_gate_refuses_what_was_not_asked(self, approvals: Approvals, changes: dict[str, Any]) -> None:
        asked = await ask(approvals)
        with pytest.raises(GateRefused):
            await decide(approvals, **changes)
        assert await approvals.get("a") == asked
        assert await approvals.get("b") is None

    async def test_the_gate_refuses_another_digest_also_when_all_is_decided(self, approvals: Approvals) -> None:
        await ask(approvals)
        await decide(approvals)
        with pytest.raises(GateRefused):
            await decide(approvals, args_digest="")

    async def test_only_what_is_overdue_expires(self, approvals: Approvals, clock: FakeClock) -> None:
        asked = await ask(approvals)
        assert await approvals.expire("a") == asked
        clock.advance(DEADLINE - NOON)
        expired = await approvals.expire("a")
        assert (expired["status"], expired["decided_at"]) == ("expired", iso(DEADLINE))
        clock.advance(timedelta(minutes=1))
        assert await approvals.expire("a") == expired
        assert await decide(approvals) == expired
        with pytest.raises(GateRefused):
            await approvals.expire("b")

    async def test_what_waits_is_listed_by_its_deadline(self, approvals: Approvals, clock: FakeClock) -> None:
        for approval_id, minutes in (("late", 9), ("overdue", -1), ("soon", 2), ("decided", 1), ("gone", 0)):
            await ask(approvals, approval_id, expires_at=iso(NOON + timedelta(minutes=minutes, microseconds=1)))
        await decide(approvals, "decided")
        clock.advance(timedelta(seconds=1))
        await approvals.expire("gone")
        assert [record["approval_id"] for record in await approvals.pending()] == ["overdue", "soon", "late"]

    async def test_the_latest_is_the_one_that_was_asked_last(self, approvals: Approvals, clock: FakeClock) -> None:
        for approval_id in ("z", "a", "m"):
            await ask(approvals, approval_id)
            clock.advance(timedelta(seconds=1))
        await ask(approvals, "elsewhere", thread_id="other")
        latest = await approvals.latest("t")
        assert latest
        assert latest["approval_id"] == "m"

    async def test_what_the_customer_writes_is_on_record_once(self, approvals: Approvals, clock: FakeClock) -> None:
        await ask(approvals)
        for remark_id, text in (("1", "make it 12346"), ("2", "please"), ("1", "make it 12346")):
            await approvals.note_remark("a", remark_id=remark_id, text=text)
            clock.advance(timedelta(seconds=1))
        record = await approvals.get("a")
        (waiting,) = await approvals.pending()
        assert record
        assert record.get("remarks") == waiting.get("remarks")
        assert [one["text"] for one in record.get("remarks", [])] == ["make it 12346", "please"]
        assert record.get("remarks", [])[0]["said_at"] == iso(NOON)
        with pytest.raises(GateRefused):
            await approvals.note_remark("unknown", remark_id="1", text="hello")

    async def test_of_tasks_that_decide_at_once_one_wins(self, approvals: Approvals) -> None:
        await ask(approvals)
        told = await asyncio.gather(*(decide(approvals, decision_id=name, by=name) for name in "bcdefg"))
        assert len({record["decided_by"] for record in told}) == 1
        assert told[0] == await approvals.get("a")

    async def test_tasks_that_ask_at_once_get_one_record(self, approvals: Approvals) -> None:
        asked = await asyncio.gather(*(ask(approvals, args={**ARGS, "amount_cents": cents}) for cents in range(1, 7)))
        assert all(record == asked[0] for record in asked)
