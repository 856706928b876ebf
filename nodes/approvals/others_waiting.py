"""What else waits about the same order: the approver of one should know of the others."""

from nodes.ports import services
from nodes.ports.approvals import Approval


async def others_waiting(record: Approval) -> list[str]:
    """One line for each other approval of this record's order that is pending; none without an order."""
    order_id = record["args"].get("order_id")
    others = [
        one
        for one in await services().approvals.pending()
        if order_id and one["args"].get("order_id") == order_id and one["approval_id"] != record["approval_id"]
    ]
    return [
        f"Also waiting for this order: {services().actions[one['action']].headline(one['args'])} (thread {one['thread_id']})"
        for one in others
    ]
