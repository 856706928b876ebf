"""Failure is part of the graph: what happens when a step has used up its attempts.

    notify_approver   the request waits all the same; it is listed by `switchboard pending`     -> await_approval
    process_refund    ask the gateway whether the money moved                                   -> look_up_refund
    send_confirmation the refund stands, the reply says that no mail was sent                   -> respond
    prepare_handover  the ticket is opened without a summary                                    -> escalate
    respond           the facts are said as they are                                            -> the end
    escalate          nobody could be told: the run fails, and `switchboard resume` tries again
    anything else     a colleague takes over                                                    -> prepare_handover

A missing setting or a database that is down is nobody's case: the run stops, says so, and is resumed when that is mended.

Each arrow is declared with `destinations` where the graph is assembled, so that it is drawn.
"""

from langgraph.errors import NodeError
from langgraph.graph import END
from langgraph.types import Command
from typing_extensions import TypedDict

from nodes.conversation.escalation import Failure
from nodes.conversation.reply import said
from nodes.ports.errors import Final, NotConfigured

UNJUDGED = ("classify", "verify_identity", "check_eligibility")
"""Steps before the request has an id of its own. What the state says about a refund is about an earlier one."""

FORGOTTEN = dict.fromkeys(
    ("refund_id", "due_cents", "currency", "rule", "approval", "decision", "receipt_id", "outcome")
)


class Failing(TypedDict, total=False):
    say: str
    failures: int


async def take_failure_path(state: Failing, error: NodeError) -> Command[str]:
    """Turn the failure into state and go where the table above says. Pure: it calls nothing outside."""
    if not isinstance(error.error, BaseException):
        return Command(goto=error.node)  # resumed: of the error only its text was saved, and the step is due again
    if isinstance(error.error, NotConfigured):
        # A new exception: when the handler raises the step's own, LangGraph takes the step for done, and resume skips it.
        raise type(error.error)(str(error.error)) from error.error
    failure = describe(error)
    count = {"failures": state.get("failures", 0) + 1}
    match error.node:
        case "notify_approver":
            return Command(update=count, goto="await_approval")
        case "process_refund":
            return Command(update={**count, "failure": failure}, goto="look_up_refund")
        case "send_confirmation":
            told = f"{state['say']} (We could not send you an e-mail about it.)"
            return Command(update={**count, "say": told}, goto="respond")
        case "prepare_handover":
            return Command(update={"summary": ""}, goto="escalate")
        case "respond":
            return Command(update=dict(said(state["say"])), goto=END)
        case "escalate":
            raise Final(f"No ticket could be opened: {failure['message']}") from error.error
        case node if node in UNJUDGED:
            return Command(update={**FORGOTTEN, **count, "failure": failure}, goto="prepare_handover")
        case _:
            return Command(update={**count, "failure": failure}, goto="prepare_handover")


def describe(error: NodeError) -> Failure:
    """The failure as plain JSON. Across a process boundary the original type is the cause's."""
    cause = error.error.__cause__ if type(error.error).__name__ == "ActivityError" else error.error
    kind = getattr(cause, "type", None) or type(cause).__name__
    return {"node": error.node, "kind": str(kind), "message": str(cause) or str(kind)}
