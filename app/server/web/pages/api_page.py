"""The API for people to read: the OpenAPI document as a page, without scripts from other sites."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.server.web.api.openapi import document
from app.server.web.callers import page_caller
from app.server.web.pages.page_templates import page


async def show(request: Request) -> Response:
    return page(request, "api.html", await page_caller(request), document=document())


ROUTES = [Route("/api/v1/docs", show, methods=["GET"])]
