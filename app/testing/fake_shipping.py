"""A carrier, in memory."""

from app.testing.fake_clock import NOON
from app.testing.scripted_failures import Failing
from nodes.ports.clock import iso
from nodes.ports.errors import (
    AttemptClosed,
)
from nodes.ports.shipping import Label


class FakeShipping(Failing):
    def __init__(self) -> None:
        super().__init__()
        self.labels: dict[str, Label] = {}

    async def create(self, *, key: str, order_id: str) -> Label:
        self.called("create")
        made: Label = {
            "shipment_id": f"S-{len(self.labels) + 1}",
            "key": key,
            "order_id": order_id,
            "carrier": "Parcel Post",
            "tracking_number": f"PP-{len(self.labels) + 1}",
            "status": "shipped",
            "at": iso(NOON),
        }
        label = self.labels.setdefault(key, made)
        if label["status"] == "cancelled":
            raise AttemptClosed(key)
        self.replied("create")
        return {**label}

    async def find(self, key: str) -> Label | None:
        self.called("find")
        return self.labels.get(key)

    async def cancel(self, key: str) -> Label | None:
        self.called("cancel")
        if key in self.labels:
            self.labels[key]["status"] = "cancelled"
        self.replied("cancel")
        return self.labels.get(key)

    def valid(self) -> list[Label]:
        return [label for label in self.labels.values() if label["status"] != "cancelled"]
