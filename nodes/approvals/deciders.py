"""Who gives an answer: carried inside it, under a seal that only this installation can make.

An answer reaches the graph through a server that anybody may talk to: a name in it proves nothing. The seal does, for this
name, this answer and this approval alone.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nodes.digests import digest
from nodes.ports import Services, services
from nodes.ports.approvals import Approval, Decider

if TYPE_CHECKING:
    from langchain_core.runnables import RunnableConfig

KEY = "decider"


def signed(answer: Mapping[str, Any], record: Approval, decider: Decider, these: Services) -> dict[str, Any]:
    """The answer with its decider in it."""
    seal = these.seal(_content(answer, record, decider))
    return {**answer, KEY: {"name": decider.name, "signed_in": decider.signed_in, "seal": seal}}


def decider_of(answer: Any, record: Approval, config: "RunnableConfig") -> Decider | None:
    """The decider that the answer proves, else the user whom the server has authenticated; None when there is neither."""
    told = answer.get(KEY) if isinstance(answer, Mapping) else None
    if isinstance(told, Mapping):
        found = Decider(str(told.get("name")), told.get("signed_in") is True)
        return found if told.get("seal") == services().seal(_content(answer, record, found)) else None
    user = config.get("configurable", {}).get("langgraph_auth_user_id")
    return Decider(str(user), signed_in=True) if user else None


def _content(answer: Mapping[str, Any], record: Approval, decider: Decider) -> str:
    said = {name: value for name, value in answer.items() if name != KEY}
    return digest([record["approval_id"], record["args_digest"], decider.name, decider.signed_in, said])
