"""Failure is part of a fulfilment: what is left in the state when one of its steps has used up its attempts.

    reserve_stock, charge_card, create_shipment, confirm
                      the cause of the undoing that follows; the step is in doubt unless it said that it had not worked
    notify_approver   the request waits without a mail
    notify_customer   the reply says that no mail was sent
    respond           the facts are the reply, without a model's wording, and the run ends
    report_stuck      no ticket was opened: the run fails, and `switchboard resume` tries again
    anything else     the failure is described: people are told, and `switchboard resume` tries again

A step that failed without saying whether it had worked is in doubt: the undoing begins with it, and asks.
For a missing setting or a database that is down no ticket is opened: the run stops, says so, and is resumed when that is repaired.

Where each of them leads is declared with `destinations` where the graph is assembled (graphs/failure_paths.py).
"""

from langgraph.errors import NodeError
from langgraph.types import Command

from nodes.failure import UNKNOWN, Failing, describe, shared_path
from nodes.ports.errors import Final


async def undo_or_report(state: Failing, error: NodeError) -> Command[str]:
    """Turn the failure into state; the step's arrow says what comes next. It calls nothing outside."""
    if shared := shared_path(state, error):
        return shared
    failure = describe(error)
    match error.node:
        case "reserve_stock" | "charge_card" | "create_shipment" | "confirm":
            doubtful = None if isinstance(error.error, Final) or error.node == "confirm" else error.node
            return Command(update={"cause": failure, "doubtful": doubtful})
        case "notify_approver":
            return Command()
        case "notify_customer":
            return Command(update={"say": f"{state['say']} (The customer could not be mailed.)"})
        case "report_stuck":
            raise Final(f"{UNKNOWN['escalate']}: {failure['message']}") from error.error
        case "open_attempt":
            return Command(update={"failure": failure, "key": "", "done": [], "undone": []})
        case _:
            return Command(update={"failure": failure})
