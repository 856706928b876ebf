"""Who is asking: an order number and the e-mail address it was placed under."""

from typing import Literal

from typing_extensions import TypedDict

from nodes.ports import services
from nodes.refund.refund_rules import belongs_to


class Claim(TypedDict, total=False):
    order_id: str
    email: str


class Identity(TypedDict):
    verified: bool


async def verify_identity(state: Claim) -> Identity:
    """Look the order up and compare its e-mail address. An unknown order counts as not verified."""
    order = await services().orders.find(state.get("order_id") or "")
    return {"verified": belongs_to(order, state.get("email") or "")}


async def identity(state: Identity) -> Literal["verified", "unknown"]:
    return "verified" if state["verified"] else "unknown"
