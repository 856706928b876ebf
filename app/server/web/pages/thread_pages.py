"""Threads: the list with its search, and one thread with its path through the graph."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.engines.contract import Engine
from app.engines.langgraph.runner import Runner
from app.records.threads import Wanted
from app.server.web.callers import Caller
from app.server.web.moments import moment
from app.server.web.pages.graph_picture import picture
from app.server.web.pages.page_templates import page, reader, sent_form
from app.server.web.pages.timeline import arrows_of, states_of, timeline
from app.server.web.problems import status_of
from app.server.web.state import state_of
from nodes.ports.errors import InvalidInput, SwitchboardError

FILTERS = ("order", "email", "status", "outcome", "since", "until")
STATUSES = ("waiting", "running", "failed", "completed")
MOST = 100


async def list_(request: Request) -> Response:
    caller, state = await reader(request), state_of(request)
    asked = {name: request.query_params.get(name, "").strip()[:320] for name in FILTERS}
    refused, found = "", []
    try:
        found = await state.engine.recent(**_wanted(asked))
    except InvalidInput as error:
        refused = str(error)
    return page(
        request,
        "threads.html",
        caller,
        status=422 if refused else 200,
        refused=refused,
        asked=asked,
        threads=found[:MOST],
        more=len(found) > MOST,
        statuses=STATUSES,
    )


async def show(request: Request) -> Response:
    return await _thread(request, await reader(request))


async def resume(request: Request) -> Response:
    (caller, _), state = await sent_form(request, "resume"), state_of(request)
    try:
        state.metrics.used((await state.switchboard.resume(request.path_params["id"]))["usage"])
    except SwitchboardError as error:
        return await _thread(request, caller, status=status_of(error), refused=str(error))
    return RedirectResponse(f"/threads/{request.path_params['id']}?said=resumed", 303)


async def _thread(request: Request, caller: Caller, *, status: int = 200, refused: str = "") -> Response:
    engine = state_of(request).engine
    result = await engine.show(request.path_params["id"])
    entries = await engine.trace(result["thread_id"])
    graph, states, taken = result["graph"], states_of(entries), arrows_of(entries)
    return page(
        request,
        "thread.html",
        caller,
        status=status,
        refused=refused,
        result=result,
        known=await engine.threads.get(result["thread_id"]),
        steps=timeline(entries, await _outputs(engine, result["thread_id"])),
        path=await asyncio.to_thread(picture, graph, states, taken, whole=False),
        drawn=await asyncio.to_thread(picture, graph, states, taken, whole=True),
        said_by_all=[one for one in result["values"].get("messages") or [] if isinstance(one, dict)],
        tickets=await engine.tickets(result["thread_id"]),
    )


async def _outputs(engine: Engine, thread_id: str) -> Mapping[tuple[int, str], Sequence[Any]]:
    """What each step has changed; nothing where the engine keeps no checkpoints here."""
    return await engine.archive.outputs(thread_id, most=MOST) if isinstance(engine, Runner) else {}


def _wanted(asked: dict[str, str]) -> Wanted:
    """Raises InvalidInput."""
    status = asked["status"]
    wanted: Wanted = {
        "status": status if status in STATUSES else None,  # type: ignore[typeddict-item]
        "outcome": asked["outcome"] or None,
        "order_id": asked["order"].lstrip("#") or None,
        "email": asked["email"] or None,
        "since": moment(asked["since"]) if asked["since"] else None,
        "until": moment(asked["until"], end_of_day=True) if asked["until"] else None,
        "limit": MOST + 1,
    }
    return wanted


ROUTES = [
    Route("/threads", list_, methods=["GET"]),
    Route("/threads/{id}", show, methods=["GET"]),
    Route("/threads/{id}", resume, methods=["POST"]),
]
