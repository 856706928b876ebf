"""Tickets: read, assign, answer, close and open again."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.approvals.approval_questions import answer
from app.server.web.callers import Caller
from app.server.web.pages.page_templates import field, page, reader, sent_form
from app.server.web.problems import status_of
from app.server.web.state import state_of
from nodes.ports.approvals import Decider
from nodes.ports.errors import InvalidInput, SwitchboardError, UnknownTicket


async def list_(request: Request) -> Response:
    return await _tickets(request, await reader(request))


async def change(request: Request) -> Response:
    caller, form = await sent_form(request, "tickets")
    ticket_id, what = field(form, "ticket"), field(form, "what")
    tickets = state_of(request).engine.services.tickets
    try:
        match what:
            case "assign" if to := field(form, "to")[:200]:
                changed = await tickets.change(ticket_id, assigned_to=to)
            case "close" | "reopen":
                changed = await tickets.change(ticket_id, status="closed" if what == "close" else "open")
            case "answer" if text := field(form, "text"):
                decider = Decider(caller.person.name, signed_in=not caller.is_owner)
                await answer(state_of(request).engine, ticket_id, text, decider=decider)
                changed = None
            case _:
                raise InvalidInput("Write a name, or an answer.")
        if changed is None and what != "answer":
            raise UnknownTicket(f"There is no ticket {ticket_id!r}.")
    except SwitchboardError as error:
        return await _tickets(request, caller, status=status_of(error), refused=str(error))
    return RedirectResponse(f"/tickets?said=ticket#{ticket_id}", 303)


async def _tickets(request: Request, caller: Caller, *, status: int = 200, refused: str = "") -> Response:
    engine, wanted = state_of(request).engine, request.query_params.get("status", "open")
    found = [one for one in await engine.tickets() if wanted == "all" or one["status"] == wanted]
    pending = await engine.pending()
    asked = {one["ticket_id"] for record in pending for one in record.get("questions", []) if not one["answer"]}
    return page(
        request, "tickets.html", caller, status=status, refused=refused, tickets=found, wanted=wanted, questions=asked
    )


ROUTES = [
    Route("/tickets", list_, methods=["GET"]),
    Route("/tickets", change, methods=["POST"]),
]
