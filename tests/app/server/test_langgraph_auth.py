"""Who may do what on a LangGraph server: the table of roles and deeds, and the tokens that it takes."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from langgraph_sdk import Auth

from app.approvals.sign_in import system_user
from app.engines.langgraph.runner import Runner
from app.records.people import ROLES, acting, allowed
from app.records.threads import NAMES
from app.server import hosted_graphs
from app.server.hosted_graphs import STARTED_BY
from app.server.langgraph_auth import authenticate, needed, permit


@pytest.fixture
async def served(runner: Runner) -> AsyncIterator[Runner]:
    """The installation that a server has open."""
    hosted_graphs._open.append(runner)
    yield runner
    hosted_graphs._open.remove(runner)


def run(**kwargs: Any) -> dict[str, Any]:
    return {"kwargs": kwargs}


JUMP = {"configurable": {"checkpoint_id": "1ef"}}
NEEDED: list[tuple[str, str, dict[str, Any], str]] = [
    ("threads", "read", {}, "read"),
    ("threads", "search", {}, "read"),
    ("threads", "create", {}, "start"),
    ("threads", "update", {}, "people"),  # also `update_state`
    ("threads", "delete", {}, "people"),
    ("threads", "create_run", run(input={"order_id": "12345"}), "start"),
    ("threads", "create_run", run(input=None, command=None), "start"),
    ("threads", "create_run", run(command={"resume": {"type": "approve"}}), "decide"),
    ("threads", "create_run", run(command={"resume": False}), "decide"),
    (
        "threads",
        "create_run",
        run(command={"resume": {"type": "approve"}, "update": {"decision": "approved"}}),
        "people",
    ),
    ("threads", "create_run", run(command={"goto": "process_refund"}), "people"),
    ("threads", "create_run", run(input={}, config=JUMP), "people"),
    ("assistants", "search", {}, "read"),
    ("assistants", "create", {}, "people"),
    ("crons", "create", {}, "people"),
    ("store", "put", {}, "people"),
    ("something", "new", {}, "people"),
]


@pytest.mark.parametrize(("resource", "action", "value", "deed"), NEEDED)
async def test_what_each_request_needs(resource: str, action: str, value: dict[str, Any], deed: Any) -> None:
    assert needed(resource, action, value) == deed
    for role in ROLES:
        told = await permit(context(role, resource, action), {**value})
        assert bool(told) is allowed(role, deed)


async def test_a_channel_has_its_own_threads(served: Runner) -> None:
    made: dict[str, Any] = {"metadata": (kept := {"graph_id": "support"})}
    mine = {"owner": "web"}
    assert await permit(context("channel", "threads", "create"), made) == mine
    assert kept == {"graph_id": "support", **mine}
    assert await permit(context("channel", "threads", "search"), {}) == mine
    assert await permit(context("approver", "threads", "search"), {}) is True


@pytest.mark.parametrize("action", ["create", "create_run"])
async def test_a_channel_takes_no_thread_that_is_known_or_may_get_a_name(served: Runner, action: str) -> None:
    """A run makes its thread too, with `if_not_exists`."""
    acting.set("web")
    await served.threads.register(own := str(uuid4()), graph="support")
    acting.set("mia")
    await served.threads.register(theirs := str(uuid4()), graph="support")
    told = {name: await permit(context("channel", "threads", action), {"thread_id": UUID(name), "kwargs": {}})
            for name in (own, str(uuid4()), theirs, str(uuid5(NAMES, "job-9")))}  # fmt: skip
    assert [bool(one) for one in told.values()] == [True, True, False, False]


async def test_who_begins_a_run_is_written_over_what_was_sent(served: Runner) -> None:
    """Who asks for something may not decide about it too."""
    value = run(input={}, config={"metadata": {STARTED_BY: "somebody else"}})
    assert await permit(context("approver", "threads", "create_run"), value)
    assert value["kwargs"]["config"]["metadata"] == {STARTED_BY: "web"}


def context(role: str, resource: str, action: str) -> Any:
    class User:
        identity = "web"

    class Context:
        user = User
        permissions = (role,)

    Context.resource, Context.action = resource, action  # type: ignore[attr-defined]
    return Context


async def test_without_people_the_system_user_acts(served: Runner) -> None:
    assert await authenticate({}) == {"identity": system_user(), "permissions": ["admin"], "is_authenticated": True}


async def test_with_people_a_token_is_needed(served: Runner) -> None:
    await served.people.add("mia", "approver")
    token = (await served.people.token("mia")).encode()
    for headers in ({b"x-api-key": token}, {b"authorization": b"Bearer " + token}):
        assert await authenticate(headers) == {"identity": "mia", "permissions": ["approver"], "is_authenticated": True}
    for headers in (
        {},
        {b"x-api-key": b"swb_x"},
        {b"authorization": b"Basic " + token},
        {b"authorization": b"Bearer \xff"},
    ):
        with pytest.raises(Auth.exceptions.HTTPException) as refused:
            await authenticate(headers)
        assert refused.value.status_code == 401
