"""What every route of the API shares: the token, the body, the Idempotency-Key, and JSON as the command line prints it."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.plain_words import what_is_wrong
from app.records.people import Deed
from app.records.repeated_requests import Answer
from app.server.web.callers import Caller, api_caller
from app.server.web.problems import BadRequest
from app.server.web.state import ServerState, state_of
from nodes.ports.errors import InvalidInput

PREFIX = "/api/v1"
_NOT_TEXT = re.compile("[\x00\ud800-\udfff]")


class Body(BaseModel):
    """A request's body. What it does not name is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


B = TypeVar("B", bound=Body)


@dataclass(frozen=True)
class Call:
    """One request: who sends it, and what."""

    request: Request
    state: ServerState
    caller: Caller
    raw: bytes

    @property
    def id(self) -> str:
        """Raises InvalidInput."""
        return str(_text_alone(self.request.path_params["id"]))

    @property
    def key(self) -> str | None:
        return self.request.headers.get("idempotency-key")

    def body(self, model: type[B]) -> B:
        """Raises InvalidInput, and BadRequest for what is not JSON."""
        try:
            return model.model_validate(_text_alone(_json(self.raw)))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"]) or "The body"
            raise InvalidInput(f"{name}: {what_is_wrong(first)}.") from error


@dataclass(frozen=True)
class Answered:
    value: Any
    status: int = 200
    thread_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Awaitable[Answered]]


@dataclass(frozen=True)
class Endpoint:
    """A route and what OpenAPI says about it."""

    method: Literal["GET", "POST"]
    path: str
    deed: Deed
    handler: Handler
    summary: str
    body: type[Body] | None = None
    query: type[Body] | None = None
    answer: str = "Run"
    """The schema of the answer: a name in the OpenAPI document."""
    staff_only: bool = False

    def route(self) -> Route:
        return Route(PREFIX + self.path, self._respond, methods=[self.method])

    async def _respond(self, request: Request) -> Response:
        caller = await api_caller(request, self.deed)
        if self.staff_only:
            caller.refuse_channel()
        call = Call(request, state_of(request), caller, await request.body())
        answered = await (_once(call, self.handler) if self.method == "POST" else _answered(call, self.handler))
        return Response(answered[1], answered[0], headers=answered[2], media_type="application/json")


async def _answered(call: Call, handler: Handler) -> tuple[int, str, Mapping[str, str]]:
    answered = await handler(call)
    return answered.status, _text(answered.value), answered.headers


async def _once(call: Call, handler: Handler) -> tuple[int, str, Mapping[str, str]]:
    """Do what the request asks; with an Idempotency-Key once, and a repeated request gets the first one's answer."""
    if call.key is None:
        return await _answered(call, handler)
    key, person, repeats = call.key, call.caller.person.name, call.state.repeats
    path = f"{call.request.method} {call.request.url.path}\n"
    if known := await repeats.claim(key, person, hashlib.sha256(path.encode() + call.raw).hexdigest()):
        return known.status, known.body, {"Idempotency-Replayed": "true"}
    try:
        answered = await handler(call)
    except Exception:
        await repeats.release(key, person)
        raise
    text = _text(answered.value)
    await repeats.keep(key, person, Answer(answered.status, text), answered.thread_id)
    return answered.status, text, answered.headers


def _text(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=True)


def _text_alone(value: Any) -> Any:
    """The value, when every text in it can be stored. Raises InvalidInput for halves of characters, and for NUL."""
    match value:
        case str() if _NOT_TEXT.search(value):
            raise InvalidInput("A value has characters that are not text (half of a character, or NUL): type it again.")
        case dict():
            for name, one in value.items():
                _text_alone(name), _text_alone(one)
        case list():
            for one in value:
                _text_alone(one)
    return value


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadRequest(422, "The body is not JSON.") from error


def query(call: Call, model: type[B]) -> B:
    """The query of the address, checked. Raises InvalidInput."""
    given = _text_alone(dict(call.request.query_params))
    try:
        return model.model_validate_strings(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise InvalidInput(f"{'.'.join(str(part) for part in first['loc'])}: {what_is_wrong(first)}.") from error
