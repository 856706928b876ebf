"""Who sends a request: the person of a Bearer token, or of a session's cookie. And what that person may do."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from app.approvals.sign_in import system_user
from app.records.people import Deed, Person, acting, allowed
from app.server.web.local_token import same
from app.server.web.state import ServerState, state_of

SESSION = "switchboard_session"
SESSION_LASTS = timedelta(hours=12)


class Unauthenticated(Exception):
    """No token, or an unknown one (401)."""


class Forbidden(Exception):
    """The person's role does not allow it (403)."""


@dataclass(frozen=True)
class Caller:
    person: Person
    secret: str
    """The token or the session that was sent."""
    is_owner: bool = False
    """The operating-system user of a home that nobody was added to."""

    @property
    def decider(self) -> Person | str:
        """As `Switchboard.decide` wants to know who decides."""
        return self.person.name if self.is_owner else self.person

    def may(self, deed: Deed) -> bool:
        return allowed(self.person.role, deed)

    @property
    def is_channel(self) -> bool:
        """A program that acts for customers: it sees what it has started itself, and nothing of what approvers see."""
        return self.person.role == "channel"

    def refuse_channel(self) -> None:
        """Raises Forbidden."""
        if self.is_channel:
            raise Forbidden("The role channel does not allow this.")


async def by_token(state: ServerState, token: str) -> Caller | None:
    """Whose token this is. The home's own token counts as long as nobody was added."""
    if await state.people.any():
        person = await state.people.by_token(token)
        return Caller(person, token) if person else None
    if not same(token, state.local_token):
        return None
    return Caller(Person(system_user(), "admin"), token, is_owner=True)


async def api_caller(request: Request, deed: Deed) -> Caller:
    """Raises Unauthenticated, Forbidden."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    caller = await by_token(state_of(request), token.strip()) if kind.lower() == "bearer" and token.strip() else None
    if caller is None:
        raise Unauthenticated(
            "Send a valid token: `Authorization: Bearer TOKEN`. `switchboard people token NAME` makes one."
        )
    return permitted(caller, deed)


async def page_caller(connection: HTTPConnection) -> Caller | None:
    """Who is signed in; a channel's token opens no page."""
    secret = connection.cookies.get(SESSION, "")
    caller = await by_token(state_of(connection), secret) if secret else None
    return None if caller is None or caller.is_channel else caller


def permitted(caller: Caller, deed: Deed) -> Caller:
    """The caller, from here on the one who acts. Raises Forbidden."""
    if not caller.may(deed):
        raise Forbidden(f"The role {caller.person.role} does not allow this ({WORDS[deed]}).")
    acting.set(caller.person.name)
    return caller


WORDS: dict[Deed, str] = {
    "read": "to read",
    "start": "to start a workflow",
    "say": "to send a message",
    "resume": "to resume a thread",
    "tickets": "to work on tickets",
    "decide": "to decide about approvals",
    "ask": "to ask back",
    "people": "to manage people",
}


def sign_in(response: Response, state: ServerState, secret: str) -> None:
    """The browser keeps the session; scripts of the page cannot read it."""
    response.set_cookie(
        SESSION,
        secret,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=state.is_secure,
    )


def sign_out(response: Response) -> None:
    response.delete_cookie(SESSION, httponly=True, samesite="lax")
