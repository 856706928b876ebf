"""The id under which a refund is asked for, approved and paid once."""

import uuid

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.ports import services
from nodes.refund.refund_action import ACTION

REFUNDS = uuid.UUID("0a0f4c1e-54ab-5c0f-8a43-7d6b7c1c7e42")
"""Namespace of refund ids."""


class RefundNamed(TypedDict, total=False):
    """What a refund's id is made of. Steps that act make it anew, and never take an id from the state."""

    order_id: str
    amount_cents: int | None  # as it was asked for; None: all that can be refunded
    key: str | None  # the caller's own idempotency key
    refund_no: int  # how many refunds this thread has asked for
    origin: str | None  # the thread that this one is a copy or a fork of
    refund_id: str


def refund_id_of(state: RefundNamed, config: RunnableConfig) -> str:
    """The same request has the same id, wherever and whenever it runs; another amount or order has another one.

    A caller's key stands for one refund for ever. Otherwise the id comes from the thread on which the request was made
    (the origin, for a fork), its number there, the order and the amount that was asked for.
    """
    if key := state.get("key"):
        return _id("key", key)
    thread_id = state.get("origin") or str(config["configurable"]["thread_id"])
    request = (thread_id, state.get("refund_no", 0), state.get("order_id"))
    if state.get("refund_id") == (of_0_1_0 := _id(*request)):
        return of_0_1_0  # a request that version 0.1.0 has begun, which left the amount out
    amount_cents = state.get("amount_cents")
    return _id(*request, "all" if amount_cents is None else amount_cents)


async def refund_on_record(state: RefundNamed, config: RunnableConfig) -> str:
    """The id of the refund that this thread is about: the one it has asked a human for, if the state names such a record
    and the record names this thread (or its origin); else the id of the request in the state."""
    if claimed := state.get("refund_id"):
        record = await services().approvals.get(claimed)
        threads = (str(config["configurable"]["thread_id"]), state.get("origin"))
        if record and record["action"] == ACTION and record["thread_id"] in threads:
            return record["approval_id"]
    return refund_id_of(state, config)


def _id(*parts: object) -> str:
    return str(uuid.uuid5(REFUNDS, "/".join(map(str, parts))))
