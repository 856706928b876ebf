"""What went wrong, as application/problem+json (RFC 9457), with the sentence and the code of the command line."""

import re
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from app.server.web.callers import Forbidden, Unauthenticated
from nodes.ports.errors import (
    InvalidInput,
    MayNotDecide,
    NotConfigured,
    Refused,
    Retryable,
    SwitchboardError,
    UnknownThread,
    UnknownTicket,
)

STATUSES: dict[type[Exception], int] = {
    Unauthenticated: 401,
    Forbidden: 403,
    MayNotDecide: 403,
    UnknownThread: 404,
    UnknownTicket: 404,
    Refused: 409,
    InvalidInput: 422,
    NotConfigured: 503,
    Retryable: 503,
}
"""The first that fits counts: what the command line refuses with 4 is a 409, and with 2 a 422."""


class UnknownApproval(Refused):
    """No approval has this id."""


class BadRequest(Exception):
    """The request itself cannot be read. `status`: what it is answered with."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


STATUSES = {UnknownApproval: 404, **STATUSES}


def status_of(error: Exception) -> int:
    if isinstance(error, BadRequest):
        return error.status
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)


def code_of(error: Exception) -> str:
    """unknown_thread, like `error.code` of the command line's --json."""
    return re.sub(r"(?<=.)(?=[A-Z])", "_", type(error).__name__).lower()


def problem(
    status: int, sentence: str, code: str | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "code": code or HTTPStatus(status).name.lower(),
    }
    return JSONResponse(body, status, headers=headers, media_type="application/problem+json")


async def told_as_problem(_: Request, error: Exception) -> JSONResponse:
    """The handler of every error that has a sentence for the caller."""
    if isinstance(error, HTTPException):
        return problem(error.status_code, error.detail, headers=error.headers)
    status = status_of(error)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return problem(status, str(error), code_of(error), headers)


SAID = (SwitchboardError, Unauthenticated, Forbidden, BadRequest, HTTPException)
"""Errors that have a sentence for the caller."""
