"""Server-sent events: a page that is open is told when what it shows has changed."""

from collections.abc import AsyncGenerator

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.server.web.pages.page_templates import reader
from app.server.web.state import state_of


async def events(request: Request) -> Response:
    caller, approval_id = await reader(request), request.query_params.get("approval")
    changes = state_of(request).changes.follow(approval_id, caller.person.name)

    async def told() -> AsyncGenerator[dict[str, str], None]:
        async for change in changes:
            yield {"event": change, "data": ""}

    return EventSourceResponse(told(), ping=15)


ROUTES = [Route("/events", events, methods=["GET"])]
