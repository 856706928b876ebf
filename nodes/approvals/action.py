"""What a human can be asked to approve. A workflow that asks has an action, and every surface shows what it describes."""

from collections.abc import Mapping
from typing import Any, Protocol

from nodes.ports.approvals import Approval


class Action(Protocol):
    """One kind of thing that waits for a human. Stateless: everything it says comes from the record and the database.

    Inherit from it for the defaults: arguments that cannot be edited, and no customer who waits for an answer.
    """

    @property
    def name(self) -> str:
        """The name in the record, and in the request that the public inboxes show."""

    def headline(self, args: Mapping[str, Any]) -> str:
        """What is asked for, in a few words: "Refund $149.00 for order 12345"."""

    def request(self, args: Mapping[str, Any]) -> str:
        """The same as the customer would call it: "refund of $149.00 for order 12345"."""

    async def describe(self, record: Approval) -> str:
        """Everything that an approver needs to decide, as text, read from the database."""

    def shown(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as a person may edit them."""
        return dict(args)

    def tightened(self, args: Mapping[str, Any], edited: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments after an approver's edit. Raises ValueError, with the sentence, for an edit that asks for more
        or for something else."""
        raise ValueError("This request cannot be edited; approve or reject it as it is")

    async def customer(self, record: Approval) -> str | None:
        """The address of the customer who was promised an answer, if there is one."""
        return None

    async def restored(self, record: Approval) -> dict[str, Any]:
        """State that the steps after the decision read: a new input may have replaced that of the run that asked."""
        return {}


class UnknownAction(Action):
    """An action that no installed workflow has: its package was removed, or is broken. It can be read, and not decided."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    @property
    def problem(self) -> str:
        return f"No installed workflow has the action {self.name!r}, so it cannot be decided: install the package that asked."

    def headline(self, args: Mapping[str, Any]) -> str:
        return f"{self.name}, of a workflow that is not installed"

    request = headline

    async def describe(self, record: Approval) -> str:
        given = "".join(f"\n{name}: {value}" for name, value in record["args"].items())
        return f"{self.headline(record['args'])}?\n{given}\n\n{self.problem}"
