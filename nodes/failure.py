"""Failure is part of the graph: what is left in the state when a step has used up its attempts.

    look_for_approval it is unknown whether a request waits: the run fails, and `switchboard resume` tries again
    escalate          no ticket was opened: likewise
    answer_while_waiting  the request still waits, and the message is kept
    send_confirmation the refund stands, the reply says that no mail was sent
    prepare_handover  the ticket is opened without a summary
    respond           the facts are the reply, without a model's wording, and the run ends
    UNJUDGED          what the state says about an earlier request is forgotten
    REPLACEABLE       the run goes on without it
    anything else     the failure is described, for the people who take over, or for the step that finds out what happened

For a missing setting or a database that is down no ticket is opened: the run stops, says so, and is resumed when that is repaired.

Where each of them leads is declared with `destinations` where the graph is assembled (graphs/failure_paths.py).
"""

from langgraph.errors import NodeError
from langgraph.graph import END
from langgraph.types import Command
from typing_extensions import TypedDict

from nodes.conversation.escalation import Failure
from nodes.conversation.reply import said
from nodes.ports.errors import Final, NotConfigured
from nodes.refund.refund_sentences import NOT_MAILED
from nodes.shop_words import worded

UNJUDGED = ("classify_by_rules", "verify_identity", "check_eligibility")
"""Steps before the request has an id of its own. What the state says about a refund is about an earlier one."""

REPLACEABLE = ("classify", "notify_approver", "withdraw_request", "notify_withdrawal")
"""Steps that the run can do without."""

UNKNOWN = {
    "look_for_approval": "It is not known whether an approval waits",
    "escalate": "No ticket could be opened",
}
"""Steps after whose failure nothing safe can be done, in words."""

FORGOTTEN = dict.fromkeys(
    ("refund_id", "due_cents", "currency", "rule", "approval", "decision", "receipt_id", "outcome")
)


class Failing(TypedDict, total=False):
    say: str
    reply: str
    failures: int


async def take_failure_path(state: Failing, error: NodeError) -> Command[str]:
    """Turn the failure into state; the step's arrow says what comes next. It calls nothing outside."""
    if shared := shared_path(state, error):
        return shared
    failure = describe(error)
    if error.node in UNKNOWN:
        raise Final(f"{UNKNOWN[error.node]}: {failure['message']}") from error.error
    count = {"failures": state.get("failures", 0) + 1}
    match error.node:
        case node if node in REPLACEABLE:
            return Command(update=count)
        case "answer_while_waiting":
            return Command(update={**count, **said(state["reply"])})
        case "send_confirmation":
            return Command(update={**count, "say": f"{state['say']} {worded(NOT_MAILED)}"})
        case "prepare_handover":
            return Command(update={"summary": ""})
        case node if node in UNJUDGED:
            return Command(update={**FORGOTTEN, **count, "failure": failure})
        case _:
            return Command(update={**count, "failure": failure})


def shared_path(state: Failing, error: NodeError) -> Command[str] | None:
    """What every workflow does after a failure; None: the workflow's own table decides. Raises NotConfigured."""
    if not isinstance(error.error, BaseException):
        return Command(goto=error.node)  # resumed: of the error only its text was saved, and the step is due again
    if isinstance(error.error, NotConfigured):
        # A new exception: when the handler raises the step's own, LangGraph takes the step for done, and resume skips it.
        raise type(error.error)(str(error.error)) from error.error
    return Command(update=dict(said(state["say"])), goto=END) if error.node == "respond" else None


def describe(error: NodeError) -> Failure:
    """The failure as plain JSON. Across a process boundary the original type is the cause's."""
    cause = error.error.__cause__ if type(error.error).__name__ == "ActivityError" else error.error
    kind = getattr(cause, "type", None) or type(cause).__name__
    return {"node": error.node, "kind": str(kind), "message": str(cause) or str(kind)}
