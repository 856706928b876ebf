"""Sign in and out."""

import secrets

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.server.web.callers import SESSION_LASTS, Caller, by_token, page_caller, sign_in, sign_out
from app.server.web.pages.page_templates import check_csrf, csrf_token, field, page, sent_form
from app.server.web.state import ServerState, state_of

VISIT = "switchboard_visit"
WAIT = "Too many wrong passwords for this name. Try again in a quarter of an hour, or sign in with a token."
WRONG = "The name and the password, or the token, do not fit."


async def show(request: Request) -> Response:
    """The form; or, with the link that the server has printed, the inbox of a home that nobody was added to."""
    state = state_of(request)
    if token := request.query_params.get("token"):
        caller = await by_token(state, token)
        if caller and caller.is_owner:
            return _signed_in(state, token, "/inbox")
        return _form(request, "This link is not valid (any more).", 403)
    if await page_caller(request):
        return RedirectResponse("/inbox", 303)
    return _form(request)


async def send(request: Request) -> Response:
    state, form = state_of(request), await request.form()
    fields = {name: form.getlist(name) for name in form}
    check_csrf(field(fields, "csrf"), request.cookies.get(VISIT, ""))
    name, address = field(fields, "name"), request.client.host if request.client else ""
    now = state.engine.services.clock.now()
    if not field(fields, "token") and state.failed_logins.must_wait(name, address, now):
        return _form(request, WAIT, 429)
    caller = await _caller(state, name, field(fields, "password"), field(fields, "token"))
    if caller is None or caller.is_channel:
        state.failed_logins.note(name, address, now)
        return _form(request, WRONG, 403)
    state.failed_logins.forget(name, address)
    secret = caller.secret
    if not caller.is_owner:
        secret = await state.people.token(caller.person.name, lasts=SESSION_LASTS)
    return _signed_in(state, secret, field(fields, "next"))


async def leave(request: Request) -> Response:
    caller, _ = await sent_form(request, "read")
    if not caller.is_owner:
        await state_of(request).people.revoke(caller.secret)
    response = RedirectResponse("/login", 303)
    sign_out(response)
    return response


async def _caller(state: ServerState, name: str, password: str, token: str) -> Caller | None:
    if token:
        return await by_token(state, token)
    person = await state.people.by_password(name, password) if name else None
    return Caller(person, "") if person else None


def _signed_in(state: ServerState, secret: str, wanted: str) -> Response:
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    response = RedirectResponse(wanted if is_ours else "/inbox", 303)
    sign_in(response, state, secret)
    return response


def _form(request: Request, refused: str = "", status: int = 200) -> Response:
    """Its token belongs to this browser: nobody can sign somebody else in from another site."""
    visit = request.cookies.get(VISIT) or secrets.token_urlsafe(24)
    wanted = request.query_params.get("next", "/inbox")
    response = page(request, "login.html", None, status=status, refused=refused, csrf=csrf_token(visit), wanted=wanted)
    response.set_cookie(VISIT, visit, httponly=True, samesite="lax", secure=state_of(request).is_secure)
    return response


ROUTES = [
    Route("/login", show, methods=["GET"]),
    Route("/login", send, methods=["POST"]),
    Route("/logout", leave, methods=["POST"]),
]
