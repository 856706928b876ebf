"""Failure is part of a fulfilment: what happens when one of its steps has used up its attempts.

    reserve_stock, charge_card, create_shipment, confirm
                      what was done is undone in reverse order          -> close_attempt
    cancel_shipment, refund_charge, release_stock, and what they need
                      people are told; `switchboard resume` tries again -> report_stuck
    notify_approver   the request waits without a mail                  -> await_approval
    notify_customer   the reply says that no mail was sent              -> respond
    respond           the facts are the reply, without a model's wording -> the end
    report_stuck      no ticket was opened: the run fails, and `switchboard resume` tries again

A step that failed without saying whether it had worked is in doubt: the undoing begins with it, and asks.
For a missing setting or a database that is down no ticket is opened: the run stops, says so, and is resumed when that is repaired.
"""

from langgraph.errors import NodeError
from langgraph.types import Command

from nodes.failure import UNKNOWN, Failing, describe, shared_path
from nodes.ports.errors import Final


async def undo_or_report(state: Failing, error: NodeError) -> Command[str]:
    """Turn the failure into state and go where the table above says. It calls nothing outside."""
    if shared := shared_path(state, error):
        return shared
    failure = describe(error)
    match error.node:
        case "reserve_stock" | "charge_card" | "create_shipment" | "confirm":
            doubtful = None if isinstance(error.error, Final) or error.node == "confirm" else error.node
            return Command(update={"cause": failure, "doubtful": doubtful}, goto="close_attempt")
        case "notify_approver":
            return Command(goto="await_approval")
        case "notify_customer":
            return Command(update={"say": f"{state['say']} (The customer could not be mailed.)"}, goto="respond")
        case "report_stuck":
            raise Final(f"{UNKNOWN['escalate']}: {failure['message']}") from error.error
        case "open_attempt":
            return Command(update={"failure": failure, "key": "", "done": [], "undone": []}, goto="report_stuck")
        case _:
            return Command(update={"failure": failure}, goto="report_stuck")
