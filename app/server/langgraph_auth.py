"""Who may do what on a LangGraph server: the same people, roles and tokens (langgraph.json, `auth.path`).

A token comes as `Authorization: Bearer TOKEN` or `x-api-key: TOKEN`, which Agent Chat UI and Agent Inbox can send. On a home without
people everybody who reaches the server is the operating-system user: the request guard lets this machine in alone.
"""

import os
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any
from uuid import UUID

from langgraph_sdk import Auth

from app.approvals.sign_in import system_user
from app.records.people import Deed, Person, allowed
from app.server.hosted_graphs import LOOKS, STARTED_BY, opened
from app.server.studio import KEY
from nodes.ports.errors import UnknownThread

DEEDS: dict[tuple[str, str], Deed] = {
    ("assistants", "read"): "read",
    ("assistants", "search"): "read",
    ("threads", "read"): "read",
    ("threads", "search"): "read",
    ("threads", "create"): "start",
}
"""Everything else is for admins: what writes state, deletes, changes assistants, crons and the store."""

WRITING_STATE: Deed = "people"
"""What an admin alone may do."""

auth = Auth()


@auth.authenticate
async def authenticate(headers: dict[bytes, bytes]) -> Auth.types.MinimalUserDict:
    """The person whose token was sent. Raises HTTPException 401."""
    person = await person_of(headers)
    if person is None:
        raise Auth.exceptions.HTTPException(
            status_code=401,
            detail="Send a valid token, as x-api-key or as Authorization: Bearer. `switchboard people token NAME` makes one.",
        )
    return {"identity": person.name, "permissions": [person.role], "is_authenticated": True}


@auth.on
async def permit(ctx: Auth.types.AuthContext, value: dict[str, Any]) -> dict[str, Any] | bool:
    """Whether the person's role allows it. A channel sees and continues the threads that it has made, and no others."""
    role: Any = ctx.permissions[0]
    if not allowed(role, needed(ctx.resource, ctx.action, value)):
        return False
    if ctx.action == "create_run":  # in place: the server keeps this very object, and tells the run's callbacks of it
        value["kwargs"].setdefault("config", {}).setdefault("metadata", {})[STARTED_BY] = ctx.user.identity
    if role != "channel" or ctx.resource != "threads":
        return True
    if ctx.action in ("create", "create_run") and not await _is_free(value.get("thread_id"), ctx.user.identity):
        return False
    mine = {"owner": ctx.user.identity}
    if ctx.action == "create":
        value.setdefault("metadata", {}).update(mine)
    return mine


async def _is_free(thread_id: Any, name: str) -> bool:
    """Whether a channel may have a thread of this id: its own, or one that nobody has and that no name leads to."""
    if not thread_id:
        return True
    threads = opened().threads
    try:
        await threads.get(str(thread_id))
    except UnknownThread:
        return UUID(str(thread_id)).version != 5
    return await threads.opener(str(thread_id)) == name


def needed(resource: str, action: str, value: Mapping[str, Any]) -> Deed:
    """What a person must be allowed to do. A run that resumes decides; one that jumps or writes state is for admins."""
    if (resource, action) != ("threads", "create_run"):
        return DEEDS.get((resource, action), WRITING_STATE)
    run = value.get("kwargs") or {}
    command, configurable = run.get("command") or {}, (run.get("config") or {}).get("configurable") or {}
    if command.get("update") or command.get("goto") or configurable.get("checkpoint_id"):
        return WRITING_STATE
    return "decide" if command.get("resume") is not None else "start"


async def person_of(headers: Mapping[bytes, bytes]) -> Person | None:
    """Whose token a request has."""
    token, key = _token(headers), os.environ.get(KEY, "")
    if key and compare_digest(token.encode(), key.encode()):
        return Person(LOOKS, "admin")
    people = opened().people
    if not await people.any():
        return Person(system_user(), "admin")
    return await people.by_token(token) if token else None


def _token(headers: Mapping[bytes, bytes]) -> str:
    kind, _, token = headers.get(b"authorization", b"").decode(errors="replace").partition(" ")
    return (
        token.strip() if kind.lower() == "bearer" else headers.get(b"x-api-key", b"").decode(errors="replace").strip()
    )
