"""One approval: everything needed to decide, and the decision."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.server.web import decisions
from app.server.web.callers import Caller
from app.server.web.pages.approval_view import whole
from app.server.web.pages.page_templates import field, page, reader, sent_form
from app.server.web.problems import status_of
from app.server.web.state import state_of
from nodes.ports.errors import InvalidInput, SwitchboardError

TYPED = ("amount", "note", "reason", "text")
NOTHING: Mapping[str, str] = dict.fromkeys(("verdict", *TYPED), "")


async def show(request: Request) -> Response:
    return await _approval(request, await reader(request))


async def decide(request: Request) -> Response:
    """Approve, approve less, reject, or ask first. A form that is sent a second time is answered with the decision."""
    caller, form = await sent_form(request, "decide")  # who may decide may ask
    approval_id, verdict = request.path_params["id"], field(form, "verdict")
    amount = field(form, "amount") if verdict == "lower" else ""
    reason = field(form, "reason" if verdict == "reject" else "note")
    try:
        match verdict:
            case "approve" | "reject":
                await decisions.decide(state_of(request), caller, approval_id, verdict, "", reason)
            case "lower" if amount:
                await decisions.decide(state_of(request), caller, approval_id, "approve", amount, reason)
            case "ask":
                await decisions.ask(state_of(request), caller, approval_id, field(form, "text"))
            case "lower":
                raise InvalidInput("Write the lower amount, like 80.00.")
            case _:
                raise InvalidInput("Choose what to do: approve, approve less, or reject.")
    except SwitchboardError as error:
        typed = {name: field(form, name) for name in ("verdict", *TYPED)}
        return await _approval(request, caller, status=status_of(error), refused=str(error), typed=typed)
    return RedirectResponse(f"/approvals/{approval_id}{'?said=asked' if verdict == 'ask' else ''}", 303)


async def _approval(
    request: Request, caller: Caller, *, status: int = 200, refused: str = "", typed: Mapping[str, str] = NOTHING
) -> Response:
    """`typed`: what a form that was refused had in it; it stands there again."""
    state = state_of(request)
    record = await decisions.known(state, request.path_params["id"])
    shown = await whole(state, record, caller.person.name)
    events = f"/events?approval={record['approval_id']}"
    return page(request, "approval.html", caller, status=status, refused=refused, one=shown, typed=typed, events=events)


ROUTES = [
    Route("/approvals/{id}", show, methods=["GET"]),
    Route("/approvals/{id}", decide, methods=["POST"]),
]
