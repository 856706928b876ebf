"""Failure is part of the graph: what happens when a step has used up its attempts.

    look_for_approval it is unknown whether a request waits: the run fails, and `switchboard resume` tries again
    answer_while_waiting  the request still waits, and the message is kept                       -> await_approval
    withdraw_request  the request still waits                                                   -> await_approval
    notify_withdrawal the request is withdrawn without a mail                                   -> record_decision
    notify_approver   the request waits without a mail; `switchboard pending` lists it          -> await_approval
    classify          the rules read the message, and do without the model in this turn         -> classify_by_rules
    process_refund    ask the gateway whether the money moved                                   -> look_up_refund
    send_confirmation the refund stands, the reply says that no mail was sent                   -> respond
    prepare_handover  the ticket is opened without a summary                                    -> escalate
    respond           the facts are the reply, without a model's wording                        -> the end
    escalate          no ticket was opened: the run fails, and `switchboard resume` tries again
    anything else     a colleague takes over                                                    -> prepare_handover

For a missing setting or a database that is down no ticket is opened: the run stops, says so, and is resumed when that is repaired.

Each arrow is declared with `destinations` where the graph is assembled, so that it is drawn.
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

GOES_ON = {
    "classify": "classify_by_rules",
    "notify_approver": "await_approval",
    "withdraw_request": "await_approval",
    "notify_withdrawal": "record_decision",
}
"""Steps that the run can do without, and the one that comes next."""

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
    """Turn the failure into state and go where the table above says. It calls nothing outside."""
    if shared := shared_path(state, error):
        return shared
    failure = describe(error)
    if error.node in UNKNOWN:
        raise Final(f"{UNKNOWN[error.node]}: {failure['message']}") from error.error
    count = {"failures": state.get("failures", 0) + 1}
    match error.node:
        case node if node in GOES_ON:
            return Command(update=count, goto=GOES_ON[node])
        case "answer_while_waiting":
            return Command(update={**count, **said(state["reply"])}, goto="await_approval")
        case "process_refund":
            return Command(update={**count, "failure": failure}, goto="look_up_refund")
        case "send_confirmation":
            told = f"{state['say']} {worded(NOT_MAILED)}"
            return Command(update={**count, "say": told}, goto="respond")
        case "prepare_handover":
            return Command(update={"summary": ""}, goto="escalate")
        case node if node in UNJUDGED:
            return Command(update={**FORGOTTEN, **count, "failure": failure}, goto="prepare_handover")
        case _:
            return Command(update={**count, "failure": failure}, goto="prepare_handover")


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
