"""Whether the server runs, whether it can work, and its figures."""

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from app.approvals.approval_rules import ApprovalRules
from app.server.web.state import state_of
from nodes.ports.errors import SwitchboardError


async def healthz(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """The databases answer too, and the table of approvals can be read."""
    state = state_of(request)
    try:
        await state.engine.recent(limit=1)
        ApprovalRules(state.settings.approvals_file).rules()
    except SwitchboardError as error:
        return JSONResponse({"ready": False, "reason": str(error)}, 503)
    return JSONResponse({"ready": True})


async def metrics(request: Request) -> Response:
    return Response(await state_of(request).metrics.text(), media_type=CONTENT_TYPE_LATEST)


ROUTES = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
