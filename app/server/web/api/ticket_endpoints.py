"""List what was handed to people."""

from typing import Literal

from app.server.web.api.endpoints import Answered, Body, Call, Endpoint, query


class Filters(Body):
    thread: str | None = None
    status: Literal["open", "closed"] | None = None


async def list_(call: Call) -> Answered:
    asked = query(call, Filters)
    found = await call.state.engine.tickets(asked.thread)
    return Answered([ticket for ticket in found if asked.status in (None, ticket["status"])])


ENDPOINTS = (
    Endpoint(
        "GET", "/tickets", "read", list_, "Tickets, newest first.", query=Filters, answer="Tickets", staff_only=True
    ),
)
