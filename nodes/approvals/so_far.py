"""What has been said about an approval that still waits: voices, and what approvers have asked."""

from nodes.money import shown
from nodes.ports import services
from nodes.ports.approvals import Approval, Question, Remark, Voice
from nodes.ports.clock import to_the_second

LONGEST_REMARK = 500  # characters that are shown


def so_far(record: Approval) -> list[str]:
    """Lines for the approver; none when one decision is enough and nothing was asked. What other people wrote is quoted."""
    questions = (line for question in record.get("questions", []) for line in _question(question))
    return [*_escalated(record), *_voices(record), *questions, *map(_remark, record.get("remarks", []))]


def open_question(record: Approval) -> Question | None:
    """What was put to the customer last, and is not answered."""
    unanswered = [one for one in record.get("questions", []) if one["answer"] is None and one["put_to"] != "ticket"]
    return unanswered[-1] if unanswered else None


def _escalated(record: Approval) -> list[str]:
    since = record.get("escalated_at")
    return [f"Escalated to {record['rule']['escalate_to']} at {to_the_second(since)}."] if since else []


def _voices(record: Approval) -> list[str]:
    quorum = record.get("rule", {}).get("quorum", 1)
    if quorum == 1:
        return []
    voices = record.get("voices", [])
    return [f"Approved by {len(voices)} of {quorum}.", *(f"  {_voice(voice)}" for voice in voices)]


def _voice(voice: Voice) -> str:
    granted = voice["granted"] or {}
    amount = f", {shown(granted['amount_cents'], granted['currency'])}" if "amount_cents" in granted else ""
    note = f": {voice['reason']!r}" if voice["reason"] else ""
    return f"{voice['person']}{amount}{note}"


def _question(question: Question) -> list[str]:
    whom = f"ticket {question['ticket_id']}" if question["put_to"] == "ticket" else "the customer"
    asked = f"{question['asked_by']} has asked {whom}: {question['text']!r}"
    if question["answer"] is None:
        return [f"{asked} (no answer yet)"]
    return [asked, f"  Answer of {question['answered_by']}: {question['answer']!r}"]


def _remark(remark: Remark) -> str:
    text = remark["text"]
    shown = text if len(text) <= LONGEST_REMARK else f"{text[:LONGEST_REMARK]}..."
    return f"The customer has written at {remark['said_at'][:16].replace('T', ' ')} UTC: {shown!r}"


async def description(record: Approval) -> str:
    """Everything that an approver needs to decide: what the action says, and what was said about it so far."""
    known = await services().approvals.get(record["approval_id"]) or record
    return "\n".join([await services().actions[record["action"]].describe(record), *so_far(known)])
