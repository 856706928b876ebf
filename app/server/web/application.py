"""The server's application: the open installation, the API, the pages, and what guards them."""

from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from app.background.loop import check, keeping_going
from app.clients.database.database import Database
from app.clients.database.text_cipher import TextCipher
from app.records.repeated_requests import RepeatedRequests
from app.runtime import open_runtime
from app.server.request_checks import App, Receive, Send
from app.server.web import stripe_webhook
from app.server.web.api.endpoints import PREFIX
from app.server.web.api.openapi import ENDPOINTS, openapi_json
from app.server.web.health import ROUTES as HEALTH
from app.server.web.live_changes import LiveChanges
from app.server.web.local_token import local_token
from app.server.web.metrics import Metrics
from app.server.web.pages import (
    api_page,
    approval_page,
    inbox_page,
    live_events,
    login_page,
    thread_pages,
    tickets_page,
)
from app.server.web.pages.page_templates import SignInFirst, to_sign_in, told_as_page
from app.server.web.problems import SAID, problem, told_as_problem
from app.server.web.state import ServerState
from app.server.web.web_guard import Guard, hosts_of, origins_of
from app.settings import Settings
from nodes.ports.approvals import Approval

LOCALLY = "127.0.0.1"
PAGES = [
    *login_page.ROUTES,
    *inbox_page.ROUTES,
    *approval_page.ROUTES,
    *thread_pages.ROUTES,
    *tickets_page.ROUTES,
    *api_page.ROUTES,
    *live_events.ROUTES,
]


def application(settings: Settings, *, host: str = LOCALLY) -> Starlette:
    """`host`: the address that the server is bound to."""
    routes = [
        *HEALTH,
        *(endpoint.route() for endpoint in ENDPOINTS),
        Route(f"{PREFIX}/openapi.json", openapi_json),
        *PAGES,
        Mount("/static", StaticFiles(packages=[("app.server.web.pages", "static")])),
        *stripe_webhook.routes(settings),
    ]
    return Starlette(
        routes=routes,
        lifespan=partial(_lifespan, settings),
        middleware=[
            Middleware(_Counted),
            Middleware(Guard, hosts=hosts_of(settings, host), origins=origins_of(settings)),
        ],
        exception_handlers={
            **dict.fromkeys(SAID, _told),
            SignInFirst: to_sign_in,
            Exception: _unexpected,
        },
    )


@asynccontextmanager
async def open_state(settings: Settings) -> AsyncIterator[ServerState]:
    """Everything open that requests need. Raises NotConfigured, DependencyDown."""
    check(settings)
    async with open_runtime(settings) as switchboard:
        engine, database = switchboard.engine, Database(settings.business_url)
        clock = engine.services.clock

        async def waiting() -> dict[str, str]:
            return {one["approval_id"]: _standing(one) for one in await engine.pending()}

        state = ServerState(
            settings=settings,
            switchboard=switchboard,
            database=database,
            people=engine.people,
            repeats=RepeatedRequests(database, clock, TextCipher(settings.encryption_key)),
            changes=LiveChanges(waiting),
            metrics=Metrics(database, clock),
            local_token=await local_token(settings.home),
        )
        try:
            yield state
        finally:
            await state.end_background()
            await state.changes.aclose()
            await database.aclose()


def _standing(record: Approval) -> str:
    """What makes an approval that still waits different from a moment ago: voices, questions, answers and remarks."""
    answers = [bool(question["answer"]) for question in record.get("questions", [])]
    return f"{len(record.get('voices', []))} {answers} {len(record.get('remarks', []))}"


@asynccontextmanager
async def _lifespan(settings: Settings, app: Starlette) -> AsyncIterator[None]:
    async with open_state(settings) as state, keeping_going(state.engine, state.database):
        app.state.server = state
        yield


async def _told(request: Request, error: Exception) -> Response:
    """To programs as JSON, to people as a page."""
    if request.url.path.startswith("/api/"):
        return await told_as_problem(request, error)
    return await told_as_page(request, error)


async def _unexpected(_: Request, __: Exception) -> JSONResponse:
    """Starlette logs the traceback; the caller is told no more than that."""
    return problem(500, "Something went wrong in the server; its log tells more.")


class _Counted:
    """Middleware that counts answers, for /metrics."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        async def counted(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and (state := getattr(scope["app"].state, "server", None)):
                state.metrics.answered(scope["method"], message["status"])
            await send(message)

        await self._app(scope, receive, counted if scope["type"] == "http" else send)
