"""What a human can be asked to approve. A workflow that asks has an action, and every surface shows what it describes."""

from collections.abc import Mapping
from typing import Any, Protocol

from nodes.ports.approvals import Approval


class Action(Protocol):
    """One kind of thing that waits for a human. Stateless: everything it says comes from the record and the database."""

    @property
    def name(self) -> str:
        """Stands in the record and in the request that the public inboxes show."""

    def headline(self, args: Mapping[str, Any]) -> str:
        """What is asked for, in a few words: "Refund $149.00 for order 12345"."""

    def request(self, args: Mapping[str, Any]) -> str:
        """The same as the customer would call it: "refund of $149.00 for order 12345"."""

    async def describe(self, record: Approval) -> str:
        """Everything that an approver needs to decide, as text, read from the database."""

    def shown(self, args: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments as a person may edit them."""

    def tightened(self, args: Mapping[str, Any], edited: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments after an approver's edit. Raises ValueError, with the sentence, for an edit that asks for more
        or for something else."""
