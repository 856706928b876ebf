"""The record of approvals, in memory."""

from collections.abc import Mapping
from typing import Any

from app.testing.scripted_failures import Failing
from nodes.digests import digest
from nodes.ports.approvals import Approval, Decider, Question
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import (
    GateRefused,
)


class FakeApprovals(Failing):
    """The record, with the same compare-and-set as the real one."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.records: dict[str, Approval] = {}
        self.noted: set[str] = set()

    async def ask(
        self, *, approval_id: str, thread_id: str, action: str, args: Mapping[str, Any], expires_at: str
    ) -> Approval:
        self.called("ask")
        record: Approval = {
            "approval_id": approval_id,
            "thread_id": thread_id,
            "action": action,
            "args": dict(args),
            "args_digest": digest(args),
            "requested_at": iso(self.clock.now()),
            "expires_at": expires_at,
            "status": "pending",
            "granted": None,
            "decision_id": None,
            "decided_by": None,
            "decided_at": None,
            "reason": None,
        }
        return {**self.records.setdefault(approval_id, record)}

    async def decide(
        self,
        approval_id: str,
        *,
        decision_id: str,
        args_digest: str,
        verdict: Any,
        granted: Mapping[str, Any] | None,
        by: str,
        reason: str,
        decider: Decider | None = None,
    ) -> Approval:
        self.called("decide")
        record = self._known(approval_id)
        if record["args_digest"] != args_digest:
            raise GateRefused("another digest")
        if (await self.expire(approval_id))["status"] == "pending":
            record["status"] = verdict
            record["granted"] = dict(granted) if granted and verdict == "approved" else None
            record["decision_id"] = decision_id
            record["decided_by"] = by
            if decider:
                record["decided_as"] = decider.name
            record["decided_at"] = iso(self.clock.now())
            record["reason"] = reason
        return {**record}

    async def expire(self, approval_id: str) -> Approval:
        record = self._known(approval_id)
        if record["status"] == "pending" and record["expires_at"] <= iso(self.clock.now()):
            record["status"] = "expired"
            record["decided_at"] = iso(self.clock.now())
        return {**record}

    async def withdraw(self, approval_id: str, *, reason: str, by: str) -> Approval:
        self.called("withdraw")
        record = self._known(approval_id)
        if record["status"] == "pending":
            record["status"] = "withdrawn"
            record["decided_by"] = by
            record["decided_at"] = iso(self.clock.now())
            record["reason"] = reason
        return {**record}

    async def get(self, approval_id: str) -> Approval | None:
        record = self.records.get(approval_id)
        return {**record} if record else None

    async def latest(self, thread_id: str) -> Approval | None:
        mine = [record for record in self.records.values() if record["thread_id"] == thread_id]
        newest: Approval | None = max(reversed(mine), key=lambda record: record["requested_at"]) if mine else None
        return {**newest} if newest else None

    async def waiting(self, thread_id: str) -> Approval | None:
        self.called("waiting")
        mine = [one for one in self.records.values() if one["thread_id"] == thread_id and one["status"] == "pending"]
        return {**max(mine, key=lambda record: record["requested_at"])} if mine else None

    async def pending(self) -> list[Approval]:
        waiting: list[Approval] = [{**record} for record in self.records.values() if record["status"] == "pending"]
        return sorted(waiting, key=lambda record: record["expires_at"])

    async def put_question(
        self, approval_id: str, *, question_id: str, text: str, by: str, put_to: str, ticket_id: str | None = None
    ) -> Question:
        record = self._known(approval_id)
        if record["status"] != "pending":
            raise GateRefused(f"the approval is {record['status']}")
        question: Question = {
            "question_id": question_id,
            "put_to": put_to,
            "text": text,
            "asked_by": by,
            "asked_at": iso(self.clock.now()),
            "ticket_id": ticket_id,
            "answer": None,
            "answered_by": None,
            "answered_at": None,
        }
        asked = record.setdefault("questions", [])
        known = next((one for one in asked if one["question_id"] == question_id), None)
        if known is None:
            asked.append(question)
        return {**(known or question)}

    async def answer_question(self, question_id: str, *, answer: str, by: str) -> Question | None:
        every = [question for record in self.records.values() for question in record.get("questions", [])]
        found = next((question for question in every if question["question_id"] == question_id), None)
        if found and found["answer"] is None:
            found["answer"], found["answered_by"], found["answered_at"] = answer, by, iso(self.clock.now())
        return {**found} if found else None

    async def note_remark(self, approval_id: str, *, remark_id: str, text: str) -> None:
        record = self._known(approval_id)
        if remark_id not in self.noted:
            self.noted.add(remark_id)
            record.setdefault("remarks", []).append({"text": text, "said_at": iso(self.clock.now())})

    def _known(self, approval_id: str) -> Approval:
        if approval_id not in self.records:
            raise GateRefused(f"no approval {approval_id}")
        return self.records[approval_id]
