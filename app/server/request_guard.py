"""What may reach the development server: this machine's own pages and Studio, JSON, and input of the right shape.

Without it any page in the user's browser could list threads and answer approvals: the server takes text/plain for JSON,
any `Host`, and input that it does not check.
"""

import asyncio
import json
import re
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

from app.engines.workflow_input import MESSAGES, checked, refuse_unknown
from app.records.people import Role, allowed
from app.server.channel_view import ChannelView
from app.server.langgraph_auth import WRITING_STATE, person_of
from app.server.request_checks import (
    LOOPBACK,
    TOO_LARGE,
    WRITES,
    App,
    Receive,
    Send,
    content_type,
    foreign_host,
    foreign_origin,
    has_body,
    host_of,
    read_body,
    replayed,
)
from app.server.waiting_threads import STILL_WAITS, would_end_waiting
from app.settings import load
from graphs import build, names
from nodes.conversation.messages import of_readable_length, read, spoken
from nodes.ports.errors import InvalidInput, SwitchboardError

STUDIO = "https://smith.langchain.com"
WAITING = "await_approval"
"""The step that waits for a human, in each workflow that asks one."""

INSIDE = "api"
"""The host name under which the server calls itself, without a socket."""

_RUNS = re.compile(r"/(?:threads/[^/]+/)?runs(?:/(?:wait|stream|batch))?/?")
_CRONS = re.compile(r"/(?:threads/[^/]+/)?runs/crons\b")
_OTHER_PROTOCOL = re.compile(r"/threads/[^/]+/(?:commands|stream/events)\b")
"""LangGraph's second way to begin runs and to stream them: nobody asked for it, and input would not be checked there."""

_ASSISTANTS = UUID("6ba7b821-9dad-11d1-80b4-00c04fd430c8")
"""The server's namespace of the ids that it gives to a graph's own assistant."""


class RequestGuard:
    """Middleware that refuses foreign origins, foreign hosts, bodies that are not JSON, and input that does not fit."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._origins: frozenset[str] = frozenset()
        self._hosts: frozenset[str] = frozenset()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # a page of any origin may open one
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if not self._hosts:
            await self._configure()
        refusal = self._refusal(scope, headers := Headers(scope=scope))
        role = await _role(scope) if refusal is None else None
        sees_all = role not in (None, "channel")  # others are not shown what approvers see
        if refusal is None and scope["method"] in WRITES and has_body(headers):
            body = await read_body(receive)
            refusal = _unfit(scope["path"], body) or await _out_of_place(scope["path"], body or b"", role)
            receive = replayed(body or b"", receive)
        if refusal:
            status, sentence = refusal
            await JSONResponse({"detail": sentence}, status_code=status)(scope, receive, send)
            return
        await self._app(scope, receive, send if sees_all else ChannelView(send))

    async def _configure(self) -> None:
        """At the first request: the module is imported without looking at the environment."""
        others = (await asyncio.to_thread(load)).allowed_origins
        self._origins = frozenset({STUDIO, *others})
        self._hosts = LOOPBACK | {str(urlsplit(origin).hostname) for origin in others}

    def _refusal(self, scope: Mapping[str, Any], headers: Headers) -> tuple[int, str] | None:
        host = host_of(headers)
        if host not in self._hosts and not (host == INSIDE and "origin" not in headers):
            return 403, foreign_host(host)
        if foreign := foreign_origin(headers, self._origins):
            return 403, foreign
        if _CRONS.match(scope["path"]):
            return 403, "Crons are off: deadlines and retries are `switchboard sweep`'s."
        if _OTHER_PROTOCOL.match(scope["path"]):
            return 403, "Event streaming is off: begin a run with /threads/ID/runs/stream."
        if scope["method"] in WRITES and has_body(headers) and content_type(headers) != "application/json":
            return 415, "Send JSON as application/json."
        return None


async def _role(scope: Mapping[str, Any]) -> Role | None:
    """Of whose token it is; None when the server refuses the request itself."""
    with suppress(SwitchboardError):
        person = await person_of(dict(scope["headers"]))
        return person.role if person else None
    return None


async def _out_of_place(path: str, body: bytes, role: Role | None) -> tuple[int, str] | None:
    """A search can ask for any part of a thread, under a name of its own; a channel's cannot. A thread that waits stays where
    it is, also for those whose role lets them write state."""
    try:
        asked = json.loads(body)
    except ValueError:
        return None
    if role in (None, "channel") and isinstance(asked, dict) and "extract" in asked:
        return 403, "The role channel does not allow `extract`."
    if role and allowed(role, WRITING_STATE) and await would_end_waiting(path, asked):
        return 409, STILL_WAITS
    return None


def _unfit(path: str, body: bytes | None) -> tuple[int, str] | None:
    """Why a body is not taken: too large, or a run whose input does not fit its workflow."""
    if body is None:
        return 413, TOO_LARGE
    if not _RUNS.fullmatch(path):
        return None
    try:
        asked = json.loads(body)
    except ValueError:
        return 422, "The body is not JSON."
    for run in asked if isinstance(asked, list) else [asked]:
        try:
            _check(run, has_thread=path.startswith("/threads/"))
        except InvalidInput as error:
            return 422, str(error)
    return None


def _check(run: Any, *, has_thread: bool) -> None:
    """Raises InvalidInput for an input that the workflow does not take, and for a run that would wait without a thread."""
    graph = _graph_of(run.get("assistant_id")) if isinstance(run, dict) else None
    values = run.get("input") if isinstance(run, dict) else None
    if graph is None:
        return
    if values is not None:
        if not isinstance(values, dict):
            raise InvalidInput("The input has to be an object.")
        refuse_unknown(graph, values)
        checked(graph, {name: value for name, value in values.items() if name != MESSAGES}, strict=True)
        of_readable_length(_said(values.get(MESSAGES, [])))
    if not has_thread and WAITING in build(graph).nodes:
        raise InvalidInput(f"{graph} may wait for an approval: make a thread (POST /threads), and run it there.")


def _said(messages: Any) -> str:
    """The text of what is said, as the workflow reads it; what cannot be read is refused by the run itself."""
    with suppress(ValueError, TypeError, NotImplementedError, AttributeError, RecursionError):
        return "".join(map(spoken, read(messages if isinstance(messages, list) else [messages])))
    return ""


def _graph_of(assistant: Any) -> str | None:
    known = {str(uuid5(_ASSISTANTS, name)): name for name in names()}
    return known.get(str(assistant), str(assistant) if assistant in names() else None)
