"""Mail to the approver, and the question whether the customer has waited."""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.approvals.approval_steps import awaited
from nodes.ports import Services, services
from nodes.ports.approvals import Approval
from nodes.ports.clock import parse


class ToApprover(TypedDict, total=False):
    origin: str | None


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


NAME_YOURSELF = "Add --by YOUR-NAME when your login name does not tell who you are."
SIGN_IN = "Sign in first, once on each machine: switchboard login YOUR-NAME"


async def notify_approver(state: ToApprover, config: RunnableConfig) -> Nothing:
    """Tell the approver by mail what waits, until when, and how to decide. Sent once per approval.

    The commands are shorter than a line of any encoding of mail: they can be copied from the raw file.
    """
    approval = await awaited({"origin": state.get("origin")}, config)
    action = services().actions[approval["action"]]
    thread_id = config["configurable"]["thread_id"]
    can_be_lowered = "amount" in action.shown(approval["args"])
    less = f"  switchboard approve {thread_id} --amount LESS\n" if can_be_lowered else ""
    deadline = parse(approval["expires_at"]).strftime("%Y-%m-%d %H:%M:%S UTC")
    await services().mail.send(
        key=f"{approval['approval_id']}:approver",
        to=services().approver_email,
        subject=f"Approval needed: {action.headline(approval['args'])}",
        text=f"{await action.describe(approval)}\n\nDecide before {deadline}:\n\n"
        f"{_link(approval['approval_id'])}"
        f"  switchboard approve {thread_id}\n"
        f"{less}"
        f"  switchboard reject {thread_id} --reason WHY\n\n"
        f"{SIGN_IN if await services().has_people() else NAME_YOURSELF}\n",
    )
    return {}


def _link(approval_id: str) -> str:
    """The page that shows the request, if there are pages. Opening it decides nothing: mail scanners follow links."""
    base_url = services().base_url
    return f"  {base_url.rstrip('/')}/approvals/{approval_id}\n\nor on the command line:\n\n" if base_url else ""


async def notify_withdrawal(state: ToApprover, config: RunnableConfig) -> Nothing:
    """Tell the approver by mail that there is nothing to decide any more. Sent once per approval."""
    record = await awaited({"origin": state.get("origin")}, config)
    if record["status"] == "withdrawn":
        await services().mail.send(**withdrawal_letter(record, services()))
    return {}


def withdrawal_letter(record: Approval, these: Services) -> Mail:
    """The mail to the approver about a request that was withdrawn."""
    action = these.actions[record["action"]]
    return {
        "key": f"{record['approval_id']}:approver:withdrawn",
        "to": these.approver_email,
        "subject": f"No approval needed any more: {action.headline(record['args'])}",
        "text": f"The request for a {action.request(record['args'])} was withdrawn by {record['decided_by']}. "
        f"{record['reason']} There is nothing to decide.\n",
    }


async def who_waits(state: Waited) -> Literal["waited", "present"]:
    """Has the customer waited for a decision (and gets a mail), or are they reading the reply right now?"""
    return "waited" if state.get("approval") else "present"
