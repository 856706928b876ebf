"""Mail that leaves the house: to the approver, and to the customer who waits."""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.money import shown
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.clock import parse

SUBJECTS = {
    "refunded": "Your refund for order {order_id}",
    "rejected": "About your refund request for order {order_id}",
    "withdrawn": "Your refund request for order {order_id} is withdrawn",
    "expired": "Your refund request for order {order_id}",
    "escalated": "Your refund request for order {order_id}",
    "fulfilled": "Your order {order_id} is on its way",
    "compensated": "We could not send your order {order_id}",
}


class ToApprover(TypedDict, total=False):
    approval: Approval
    request: str


class ToCustomer(TypedDict, total=False):
    refund_id: str
    order_id: str
    email: str
    outcome: str
    say: str


class Letter(TypedDict, total=False):
    key: str
    order_id: str
    email: str
    outcome: str
    letter: str
    say: str  # for the failure path, which sees what the failed step saw


class Waited(TypedDict, total=False):
    approval: Approval | None


class Mail(TypedDict):
    """The arguments of the port's `send`."""

    key: str
    to: str
    subject: str
    text: str


class Nothing(TypedDict):
    """A node that changes no state."""


async def notify_approver(state: ToApprover, config: RunnableConfig) -> Nothing:
    """Tell the approver by mail what waits, until when, and how to decide. Sent once per approval."""
    approval = state["approval"]
    args = approval["args"]
    thread_id = config["configurable"]["thread_id"]
    deadline = parse(approval["expires_at"]).strftime("%Y-%m-%d %H:%M:%S UTC")
    await services().mail.send(
        key=f"{approval['approval_id']}:approver",
        to=services().approver_email,
        subject=f"Approval needed: {shown(args['amount_cents'], args['currency'])} for order {args['order_id']}",
        text=f"{state['request']}\n\nDecide before {deadline}:\n\n"
        f"  switchboard approve {thread_id} --by YOUR-NAME\n"
        f"  switchboard approve {thread_id} --amount LESS --by YOUR-NAME\n"
        f"  switchboard reject {thread_id} --reason WHY --by YOUR-NAME\n",
    )
    return {}


async def notify_withdrawal(state: ToApprover) -> Nothing:
    """Tell the approver by mail that there is nothing to decide any more. Sent once per approval."""
    await services().mail.send(**withdrawal_letter(state["approval"], services().approver_email))
    return {}


def withdrawal_letter(approval: Approval, approver_email: str) -> Mail:
    """The mail to the approver about a request that was withdrawn."""
    args = approval["args"]
    refund = f"{shown(args['amount_cents'], args['currency'])} for order {args['order_id']}"
    return {
        "key": f"{approval['approval_id']}:approver:withdrawn",
        "to": approver_email,
        "subject": f"No approval needed any more: {refund}",
        "text": f"The request for a refund of {refund} was withdrawn by {approval['decided_by']}. "
        f"{approval['reason']} There is nothing to decide.\n",
    }


async def send_confirmation(state: ToCustomer) -> Nothing:
    """Tell the customer how it ended. Sent once per refund and outcome."""
    outcome = state["outcome"]
    await services().mail.send(
        key=f"{state['refund_id']}:customer:{outcome}",
        to=state["email"],
        subject=SUBJECTS[outcome].format(order_id=state["order_id"]),
        text=f"{state['say']}\n",
    )
    return {}


async def notify_customer(state: Letter) -> Nothing:
    """Tell the customer what became of the order. Sent once per attempt and outcome."""
    outcome = state["outcome"]
    await services().mail.send(
        key=f"{state['key']}/customer/{outcome}",
        to=state["email"],
        subject=SUBJECTS[outcome].format(order_id=state["order_id"]),
        text=f"{state['letter']}\n",
    )
    return {}


async def who_waits(state: Waited) -> Literal["waited", "present"]:
    """Has the customer waited for a decision (and gets a mail), or are they reading the reply right now?"""
    return "waited" if state.get("approval") else "present"
