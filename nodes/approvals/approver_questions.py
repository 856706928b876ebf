"""An approver asks back before deciding: the mail to the customer, and the answer that comes back to the approver."""

from contextlib import suppress

from nodes.approvals.approval_sentences import QUESTION, QUESTION_SUBJECT
from nodes.ports import services
from nodes.ports.approvals import Approval, Question
from nodes.ports.clock import parse
from nodes.ports.errors import SwitchboardError
from nodes.shop_words import letter, worded

CLOSER = "switchboard"
"""Who ends a question that has no answer."""


async def mail_question(record: Approval, question: Question, *, to: str, in_conversation: bool) -> None:
    """Put it to the customer. The deadline stands. Sent once; what could not be sent is in the outbox."""
    request = services().actions[record["action"]].request(record["args"])
    until = parse(record["expires_at"]).strftime("%Y-%m-%d %H:%M UTC")
    with suppress(SwitchboardError):
        await services().mail.send(
            key=f"{question['question_id']}:customer",
            to=to,
            subject=worded(QUESTION_SUBJECT, request=request),
            text=letter(
                worded(
                    QUESTION, request=request, question=question["text"], in_conversation=in_conversation, until=until
                )
            ),
        )


async def pass_on_answer(record: Approval, question: Question, answer: str, *, by: str) -> None:
    """Tell the approver who has asked, and note the answer. Repeatable: the mail is sent once, the first answer stands."""
    action, asked_by = services().actions[record["action"]], question["asked_by"]
    with suppress(SwitchboardError):
        await services().mail.send(
            key=f"{question['question_id']}:answer",
            to=asked_by if "@" in asked_by else services().approver_email,
            subject=f"Answer to your question: {action.headline(record['args'])}",
            text=f"You have asked:\n\n  {question['text']}\n\nThe answer of {by}, in their words:\n\n  {answer!r}\n\n"
            f"To decide: switchboard approve {record['thread_id']}\n",
        )
    await services().approvals.answer_question(question["question_id"], answer=answer, by=by)


async def close_questions(record: Approval) -> None:
    """Nobody needs an answer any more: close the tickets of open questions, and note why. Repeatable.

    A help desk that is down holds up no decision.
    """
    known = await services().approvals.get(record["approval_id"]) or record
    for question in known.get("questions", []):
        if question["ticket_id"] and question["answer"] is None:
            with suppress(SwitchboardError):
                await services().tickets.change(question["ticket_id"], status="closed")
                note = f"No answer came before the request was {record['status']}; none is needed any more."
                await services().approvals.answer_question(question["question_id"], answer=note, by=CLOSER)
