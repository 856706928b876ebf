"""Templates, forms, and what every page shares."""

import hmac
import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.cli.times import relative
from app.records.people import Deed
from app.server.web.callers import Caller, Forbidden, page_caller, permitted
from app.server.web.problems import BadRequest, status_of
from nodes.money import shown
from nodes.reports.safe_text import JOINERS

STATIC = files("app.server.web.pages") / "static"


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("app.server.web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    made.filters |= {"ago": relative, "money": shown, "minute": _minute, "words": _words, "json": json.dumps}
    return made


def _visible(value: Any) -> Any:
    """Text from users and services cannot reorder, overprint or hide what stands beside it. HTML made by a template stays."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "".join(
        one for one in value if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cf", "Cs") or one in JOINERS
    )


def page(request: Request, template: str, caller: Caller | None, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page as HTML. Everything that comes from outside is escaped by the templates."""
    said = request.query_params.get("said", "")
    common = {
        "caller": caller,
        "csrf": csrf_token(caller.secret) if caller else "",
        "path": request.url.path,
        "said": SAID.get(said, ""),
        "refused": "",
        "may": caller.may if caller else lambda _: False,
    }
    return HTMLResponse(_templates().get_template(template).render({**common, **values}), status)


SAID = {
    "asked": "Your question is on its way. The deadline stands.",
    "resumed": "The thread has gone on.",
    "ticket": "The ticket is changed.",
}
"""What a page says after a form was sent: the address carries the key alone."""


async def reader(request: Request, deed: Deed = "read") -> Caller:
    """Who is signed in. Raises SignInFirst, Forbidden."""
    caller = await page_caller(request)
    if caller is None:
        raise SignInFirst
    return permitted(caller, deed)


class SignInFirst(Exception):
    """Nobody is signed in."""


async def to_sign_in(request: Request, _: Exception) -> Response:
    wanted = request.url.path if request.method == "GET" else "/inbox"
    return RedirectResponse(f"/login?next={wanted}", 303)


async def told_as_page(request: Request, error: Exception) -> Response:
    """The handler of every error that has a sentence, on pages."""
    told = error.detail if isinstance(error, HTTPException) else str(error)
    status = error.status_code if isinstance(error, HTTPException) else status_of(error)
    heading = HTTPStatus(status).phrase
    return page(request, "problem.html", await page_caller(request), status=status, heading=heading, sentence=told)


async def sent_form(request: Request, deed: Deed) -> tuple[Caller, Mapping[str, Any]]:
    """Who sends a form, and its fields. Raises SignInFirst, Forbidden, also for a form that is not of this session's pages."""
    caller = await reader(request, deed)
    form = await request.form()
    check_csrf(str(form.get("csrf", "")), caller.secret)
    return caller, {**{name: form.getlist(name) for name in form}, "_": form}


def field(form: Mapping[str, Any], name: str) -> str:
    """The only value of a field, without space around it. Raises BadRequest for a file."""
    values = form.get(name) or [""]
    if not isinstance(values[0], str):
        raise BadRequest(422, f"{name} cannot be a file.")
    return values[0].replace("\0", "").strip()


def csrf_token(secret: str) -> str:
    """Of this session: another site cannot read it, and cannot make it."""
    return hmac.new(secret.encode(), b"csrf", "sha256").hexdigest()


def check_csrf(given: str, secret: str) -> None:
    """Raises Forbidden."""
    if not secret or not hmac.compare_digest(given.encode(), csrf_token(secret).encode()):
        raise Forbidden(
            "This form is not of a page of yours, or you have signed in again: load the page, and try again."
        )


def _minute(at: str | None) -> str:
    return f"{at[:16].replace('T', ' ')} UTC" if at else ""


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ")
