"""A Zendesk that remembers, written from its documentation: idempotency keys, external ids, follow-ups, closed tickets."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class FakeZendesk:
    def __init__(self) -> None:
        self.tickets: list[dict[str, Any]] = []
        self.made = 0
        self.keys: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.lost: Callable[[str], bool] = lambda _: False
        """Whether the answer to "METHOD path" is lost, after the effect."""
        self.down = 0
        self.odd: dict[str, bytes] = {}
        """What is answered to "METHOD path", under 200, before anything is done."""
        app = Starlette(
            routes=[
                Route("/api/v2/tickets", self._list, methods=["GET"]),
                Route("/api/v2/tickets", self._create, methods=["POST"]),
                Route("/api/v2/tickets/{id:int}", self._change, methods=["PUT"]),
                Route("/api/v2/tickets/{id:int}/comments", self._comments, methods=["GET"]),
            ]
        )
        self.transport = _Faulty(self, httpx.ASGITransport(app=app))

    def forget_keys(self) -> None:
        """After two hours."""
        self.keys.clear()

    def bodies(self, at: int = -1) -> list[str]:
        return [comment["body"] for comment in self.tickets[at]["comments"]]

    async def _list(self, request: Request) -> JSONResponse:
        ids = request.query_params["external_id"].split(",")
        found = [one for one in self.tickets if one["external_id"] in ids]
        at = int(request.query_params.get("page[after]", "0"))
        page = found[at : at + 2]  # small pages
        more = at + 2 < len(found)
        meta = {"has_more": more, "after_cursor": str(at + 2) if more else None}
        return JSONResponse({"tickets": [_shown(one) for one in page], "meta": meta})

    async def _create(self, request: Request) -> JSONResponse:
        given, key = (await request.json())["ticket"], request.headers["Idempotency-Key"]
        if before := self.keys.get(key):
            if before["given"] != given:
                return JSONResponse({"error": "IdempotentRequestError"}, 400)
            return JSONResponse({"ticket": _shown(before["ticket"])}, 201)
        source = given.get("via_followup_source_id")
        if source and next(one for one in self.tickets if one["id"] == source)["status"] != "closed":
            return JSONResponse({"error": "RecordInvalid"}, 422)
        self.made += 1
        ticket = {**given, "id": self.made, "status": "new", "comments": [given["comment"]]}
        self.tickets.append(ticket)
        self.keys[key] = {"given": given, "ticket": ticket}
        return JSONResponse({"ticket": _shown(ticket)}, 201)

    async def _change(self, request: Request) -> JSONResponse:
        given, ticket = (await request.json())["ticket"], self._ticket(request)
        if ticket is None:
            return JSONResponse({"error": "RecordNotFound"}, 404)
        if ticket["status"] == "closed":
            return JSONResponse({"error": "RecordInvalid"}, 422)
        ticket["status"] = given.get("status", ticket["status"])
        ticket["comments"].append(given["comment"])
        return JSONResponse({"ticket": _shown(ticket)})

    async def _comments(self, request: Request) -> JSONResponse:
        ticket = self._ticket(request)
        return JSONResponse({"comments": ticket["comments"][::-1]}) if ticket else JSONResponse({"error": "?"}, 404)

    def _ticket(self, request: Request) -> dict[str, Any] | None:
        return next((one for one in self.tickets if one["id"] == request.path_params["id"]), None)


class _Faulty(httpx.AsyncBaseTransport):
    def __init__(self, zendesk: FakeZendesk, inner: httpx.ASGITransport) -> None:
        self._zendesk = zendesk
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = f"{request.method} {request.url.path}"
        self._zendesk.calls.append(call)
        if self._zendesk.down:
            return httpx.Response(self._zendesk.down, request=request, content=_once(b'{"error": "no"}'))
        if call in self._zendesk.odd:
            return httpx.Response(200, request=request, content=_once(self._zendesk.odd[call]))
        answer = await self._inner.handle_async_request(request)
        if self._zendesk.lost(call):
            raise httpx.ReadTimeout("lost", request=request)
        return answer


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _shown(ticket: dict[str, Any]) -> dict[str, Any]:
    return {name: ticket[name] for name in ("id", "external_id", "status", "subject")}
