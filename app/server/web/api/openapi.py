"""The API as an OpenAPI document, made from the same table as the routes; and a page of it, without scripts from other sites."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.engines.contract import RunResult
from app.extras import DISTRIBUTION
from app.records.threads import Thread
from app.server.web.api.approval_endpoints import ENDPOINTS as APPROVALS
from app.server.web.api.endpoints import PREFIX, Body, Endpoint
from app.server.web.api.thread_endpoints import ENDPOINTS as THREADS
from app.server.web.api.ticket_endpoints import ENDPOINTS as TICKETS
from nodes.ports.approvals import Approval
from nodes.ports.tickets import Ticket

ENDPOINTS: tuple[Endpoint, ...] = (*THREADS, *APPROVALS, *TICKETS)

REFUSALS = {
    401: "No valid token.",
    403: "The role does not allow it, or the page or the host is a foreign one.",
    404: "It does not exist, or is not this channel's.",
    409: "It cannot be done now; nothing was changed. The detail says what to do.",
    422: "What was sent cannot be used. The detail says why.",
    503: "A setting is missing, or a dependency is down.",
}
PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail", "code"],
}


def document() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(PREFIX + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Switchboard", "version": version(DISTRIBUTION), "description": "docs/server.md tells more."},
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


async def openapi_json(_: Request) -> Response:
    return JSONResponse(document())


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    parameters = [_path_parameter()] if "{id}" in endpoint.path else []
    parameters += _query_parameters(endpoint.query) if endpoint.query else []
    parameters += _headers(endpoint) if endpoint.method == "POST" else []
    answers = {
        str(status): {"description": text, "content": {"application/problem+json": {"schema": _ref("Problem")}}}
        for status, text in REFUSALS.items()
    }
    ok = {"description": "Done.", "content": {"application/json": {"schema": _ref(endpoint.answer)}}}
    done = {status: ok for status in _statuses(endpoint)}
    body = (
        {"required": True, "content": {"application/json": {"schema": _ref(endpoint.body.__name__)}}}
        if endpoint.body
        else None
    )
    return {
        "summary": endpoint.summary,
        "parameters": parameters,
        **({"requestBody": body} if body else {}),
        "responses": {**done, **answers},
    }


def _statuses(endpoint: Endpoint) -> Sequence[str]:
    if endpoint.path == "/threads" and endpoint.method == "POST":
        return "201", "202"
    return ("200", "202") if endpoint.path.endswith("/messages") else ("200",)


def _path_parameter() -> dict[str, Any]:
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def _headers(endpoint: Endpoint) -> list[dict[str, Any]]:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "maxLength": 255},
        "description": "The same key and body get the same answer, and are done once.",
    }
    later = {"name": "Prefer", "in": "header", "schema": {"type": "string", "enum": ["respond-async"]}}
    return [key, later] if "202" in _statuses(endpoint) else [key]


def _query_parameters(model: type[Body]) -> list[dict[str, Any]]:
    fields = model.model_json_schema()["properties"]
    return [{"name": name, "in": "query", "schema": schema} for name, schema in fields.items()]


def _schemas() -> dict[str, Any]:
    bodies = [(endpoint.body, "validation") for endpoint in ENDPOINTS if endpoint.body]
    _, made = models_json_schema(bodies, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    answers: dict[str, Any] = {"Run": RunResult, "Approval": Approval}
    lists: dict[str, Any] = {"Threads": Thread, "Approvals": Approval, "Tickets": Ticket}
    schemas = {name: _schema(kind) for name, kind in answers.items()}
    schemas |= {name: {"type": "array", "items": _schema(kind)} for name, kind in lists.items()}
    return {**made.get("$defs", {}), **schemas, "Problem": PROBLEM}


def _schema(kind: Any) -> dict[str, Any]:
    """Without references of its own: each answer is told in full."""
    schema = TypeAdapter(kind).json_schema(ref_template="#/$defs/{model}")
    return _resolved(schema, schema.pop("$defs", {}))  # type: ignore[no-any-return]


def _resolved(value: Any, definitions: dict[str, Any]) -> Any:
    match value:
        case {"$ref": str() as name}:
            return _resolved(definitions[name.rpartition("/")[2]], definitions)
        case dict():
            return {key: _resolved(one, definitions) for key, one in value.items()}
        case list():
            return [_resolved(one, definitions) for one in value]
    return value


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
