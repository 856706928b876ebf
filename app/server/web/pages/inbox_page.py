"""The inbox: what waits, and deciding about several at once."""

from collections.abc import Collection
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.server.web import decisions
from app.server.web.callers import Caller
from app.server.web.pages.approval_view import row
from app.server.web.pages.page_templates import field, page, reader, sent_form
from app.server.web.problems import status_of
from app.server.web.state import state_of
from nodes.ports.errors import SwitchboardError

MOST_AT_ONCE = 100


async def home(_: Request) -> Response:
    return RedirectResponse("/inbox", 303)


async def show(request: Request) -> Response:
    return await _inbox(request, await reader(request))


async def decide(request: Request) -> Response:
    """Each ticked row on its own: one that cannot be decided does not stop the others."""
    caller, form = await sent_form(request, "decide")
    state, verdict, reason = state_of(request), field(form, "verdict"), field(form, "reason")
    results, refused, status = [], [], 200
    if verdict not in ("approve", "reject"):
        ticked = form.get("approval") or []
        return await _inbox(
            request, caller, status=422, refused="Choose what to do: approve or reject.", ticked=ticked, reason=reason
        )
    for approval_id in list(dict.fromkeys(form.get("approval") or []))[:MOST_AT_ONCE]:
        headline = approval_id
        try:
            headline = await _headline(state, approval_id)
            result = await decisions.decide(state, caller, approval_id, verdict, "", reason)  # type: ignore[arg-type]
            results.append({"headline": headline, "ok": True, "text": result["outcome"] or result["status"]})
        except SwitchboardError as error:
            status = status_of(error)
            refused.append(approval_id)
            results.append({"headline": headline, "ok": False, "text": str(error)})
    if not results:
        return await _inbox(request, caller, status=422, refused="Tick at least one row.", reason=reason)
    return await _inbox(
        request, caller, status=status, results=results, ticked=refused, reason=reason if refused else ""
    )


async def _headline(state: Any, approval_id: str) -> str:
    record = await decisions.known(state, approval_id)
    return str(state.engine.services.actions[record["action"]].headline(record["args"]))


async def _inbox(
    request: Request,
    caller: Caller,
    *,
    status: int = 200,
    refused: str = "",
    results: list[dict[str, Any]] | None = None,
    ticked: Collection[str] = (),
    reason: str = "",
) -> Response:
    """`ticked`, `reason`: of a form that was refused; they stand there again."""
    state = state_of(request)
    rows = [await row(state, record, caller.person.name) for record in await state.engine.pending()]
    return page(
        request,
        "inbox.html",
        caller,
        status=status,
        rows=rows,
        refused=refused,
        results=results or [],
        ticked=ticked,
        reason=reason,
        events="/events",
    )


ROUTES = [
    Route("/", home, methods=["GET"]),
    Route("/inbox", show, methods=["GET"]),
    Route("/inbox", decide, methods=["POST"]),
]
