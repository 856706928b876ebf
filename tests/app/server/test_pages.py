"""The pages: who gets in, what is decided there, and what is never run: forms of others, and words of customers."""

import html
import json
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from langchain_core.messages import AIMessage

from app.records.people import ROLES
from app.server.web.application import application
from app.server.web.failed_logins import MOST_FAILURES
from app.server.web.pages.timeline import state_text
from app.server.web.server_process import configured
from app.settings import Settings
from tests.app.server.conftest import ADDRESS, Served
from tests.new_package import NAME, letters, my_letters

__all__ = ["letters", "my_letters"]

PASSWORD = "a long password"
STATE = re.compile(r'aria-label="State after ([^"]+)">State</summary><pre>(.*?)</pre>', re.DOTALL)


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page.text)
    assert found, page.text[:2000]
    return found[1]


async def signed_in(served: Served, role: str = "approver") -> str:
    """A session of this role's person in the client's cookies; returns the token of its forms."""
    client = served.client
    client.cookies.clear()
    form = {"csrf": token_in(await client.get("/login")), "token": served.tokens[role], "next": "/inbox"}
    assert (await client.post("/login", data=form)).status_code == 303
    return token_in(await client.get("/tickets"))


async def test_an_approver_decides_in_the_browser_and_it_is_paid_once(served: Served) -> None:
    waiting = await served.waiting_refund()
    csrf = await signed_in(served)
    inbox = await served.client.get("/inbox")
    assert all(text in inbox.text for text in ("$149.00", "Ada Lovelace", "Refunds above $100.00 need an approval."))
    path = f"/approvals/{waiting['approval']['approval_id']}"
    page = await served.client.get(path)
    assert all(text in page.text for text in ("Approve $149.00", "at most 149.00", "Order 12345"))
    assert await served.refunds() == []  # looking decides nothing
    form = {"csrf": csrf, "verdict": "lower", "amount": "80.00"}
    assert (await served.client.post(path, data=form)).headers["location"] == path
    done = await served.client.get(path)
    assert all(text in done.text for text in ("Approved", "$80.00", "the approver"))
    again = await served.client.post(path, data={"csrf": csrf, "verdict": "approve"})
    assert (again.status_code, "a decision is final" in again.text) == (409, True)
    assert await served.refunds() == [8000]


@pytest.mark.usefixtures("my_letters")
async def test_a_request_of_a_package_is_not_told_as_one_for_money(served: Served) -> None:
    asked = (
        await served.api("POST", "/threads", "operator", json={"workflow": NAME, "input": {"topic": "the lamp"}})
    ).json()
    await signed_in(served)
    page = (await served.client.get(f"/approvals/{asked['approval']['approval_id']}")).text
    assert all(text in page for text in ("Send a letter to ada@example.com", "about the lamp", "nothing of it is done"))
    assert [text for text in ("paid", "amount", "Reason given", "the customer reads") if text in page] == []


async def test_each_ticked_row_is_decided_on_its_own(served: Served) -> None:
    first = await served.waiting_refund()
    second = await served.waiting_refund("12371", "hedy@example.com")
    ids = [one["approval"]["approval_id"] for one in (first, second)]
    csrf = await signed_in(served)
    assert (await served.client.post("/inbox", data={"csrf": csrf, "verdict": "approve"})).status_code == 422
    no_reason = {"csrf": csrf, "verdict": "reject", "approval": ids}
    assert "needs a reason" in (await served.client.post("/inbox", data=no_reason)).text
    form = {"csrf": csrf, "verdict": "approve", "approval": [ids[0], "unknown", ids[1]]}
    decided = await served.client.post("/inbox", data=form)
    assert "There is no approval" in decided.text
    assert (await served.refunds(), await served.refunds("12371")) == ([14900], [4500])


async def test_reject_ask_and_what_the_form_lacks(served: Served) -> None:
    approval_id = (await served.waiting_refund())["approval"]["approval_id"]
    path, csrf = f"/approvals/{approval_id}", await signed_in(served)
    for form, status in [
        ({"verdict": "maybe"}, 422),
        ({"verdict": "lower"}, 422),
        ({"verdict": "lower", "amount": "150"}, 409),
        ({"verdict": "lower", "amount": "80,50"}, 409),
        ({"verdict": "reject"}, 422),
        ({"verdict": "ask", "text": " "}, 422),
        ({"verdict": "ask", "text": "Which photo?"}, 303),
        ({"verdict": "reject", "reason": "The seal is broken."}, 303),
    ]:
        assert (await served.client.post(path, data={"csrf": csrf, **form})).status_code == status, form
    page = (await served.client.get(path)).text
    assert all(text in page for text in ("Rejected", "The seal is broken.", "Which photo?"))
    assert await served.refunds() == []


async def test_a_ticket_of_a_question_is_answered_on_its_page(served: Served) -> None:
    """By who may change tickets; the approver reads the answer, and the form is there no more."""
    approval_id = (await served.waiting_refund())["approval"]["approval_id"]
    csrf = await signed_in(served)
    await served.client.post(f"/approvals/{approval_id}", data={"csrf": csrf, "verdict": "ask", "text": "Which photo?"})
    csrf = await signed_in(served, "operator")
    page = (await served.client.get("/tickets")).text
    (ticket_id,) = re.findall(r'<article class="card ticket" id="([^"]+)">', page)
    assert 'value="answer">Answer</button>' in page
    for text, status in [("", 422), ("x" * 2001, 422), ("The red one.", 303), ("Another.", 409)]:
        form = {"csrf": csrf, "ticket": ticket_id, "what": "answer", "text": text}
        answered = await served.client.post("/tickets", data=form)
        assert answered.status_code == status, answered.text
    page = (await served.client.get("/tickets?status=all")).text
    assert ('value="answer">' in page, "Open again" in page) == (False, True)
    csrf = await signed_in(served)
    assert "The red one." in (await served.client.get(f"/approvals/{approval_id}")).text


async def test_sign_in_and_out(alone: Served) -> None:
    client, token = alone.client, alone.state.local_token
    assert (await client.get("/inbox")).headers["location"] == "/login?next=/inbox"
    assert (await client.get("/login?token=wrong")).status_code == 403
    opened = await client.get(f"/login?token={token}")
    cookie = opened.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax"))
    assert (await client.get("/inbox")).status_code == 200
    await alone.state.people.add("mia", "approver", PASSWORD)
    assert (await client.get("/inbox")).status_code == 303  # the home's own token counts no more
    client.cookies.clear()
    csrf = token_in(await client.get("/login"))
    login = {"csrf": csrf, "name": "mia", "password": "wrong"}
    assert (await client.post("/login", data=login)).status_code == 403
    forged = {**login, "password": PASSWORD, "csrf": "0" * 64}
    assert (await client.post("/login", data=forged)).status_code == 403
    into = await client.post("/login", data={**login, "password": PASSWORD, "next": "//evil.example"})
    assert (into.status_code, into.headers["location"]) == (303, "/inbox")
    session = client.cookies["switchboard_session"]
    await client.post("/logout", data={"csrf": token_in(await client.get("/inbox"))})
    client.cookies.set("switchboard_session", session)
    assert (await client.get("/inbox")).status_code == 303  # a copy of the cookie is worth nothing either


async def test_passwords_cannot_be_guessed_by_trying(alone: Served) -> None:
    """Not even the right one signs in after five wrong ones; a token does."""
    await alone.state.people.add("mia", "approver", PASSWORD)
    token = await alone.state.people.token("mia")
    form = {"csrf": token_in(await alone.client.get("/login")), "name": "mia"}
    tried = [await alone.client.post("/login", data={**form, "password": f"guess {n}"}) for n in range(MOST_FAILURES)]
    assert {one.status_code for one in tried} == {403}
    assert (await alone.client.post("/login", data={**form, "password": PASSWORD})).status_code == 429
    assert (await alone.client.post("/login", data={**form, "token": token})).status_code == 303


async def test_only_a_proxy_of_ours_says_who_tries_passwords(settings: Settings) -> None:
    """Who is locked out is the address that tried, as a known proxy tells it; a stranger's header helps nobody."""
    config = configured(settings.model_copy(update={"trusted_proxies": ("10.0.0.0/8",)}), host="127.0.0.1")
    config.load()
    async with config.app.router.lifespan_context(config.app):  # type: ignore[union-attr]
        await config.app.state.server.people.add("mia", "approver", PASSWORD)  # type: ignore[union-attr]

        async def tries(peer: str, told: str, password: str) -> int:
            transport = httpx.ASGITransport(config.loaded_app, client=(peer, 1))
            async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
                form = {"csrf": token_in(await client.get("/login")), "name": "mia", "password": password}
                return (await client.post("/login", data=form, headers={"X-Forwarded-For": told})).status_code

        for peer in ("10.1.2.3", "203.0.113.9"):
            for number in range(MOST_FAILURES):
                assert await tries(peer, "198.51.100.1", f"guess {number}") == 403
            assert await tries(peer, "198.51.100.1", PASSWORD) == 429
        assert await tries("10.1.2.3", "198.51.100.2", PASSWORD) == 303
        assert await tries("203.0.113.9", "198.51.100.2", PASSWORD) == 429


EVERYBODY: set[str] = set(ROLES)
STAFF = EVERYBODY - {"channel"}
GATES: list[tuple[str, str, dict[str, Any], set[str]]] = [
    (
        "POST",
        "/api/v1/threads",
        {"workflow": "answer", "input": {"question": "why?"}},
        {"operator", "approver", "admin", "channel"},
    ),
    ("POST", "/api/v1/threads/{thread}/messages", {"text": "hello"}, {"operator", "approver", "admin", "channel"}),
    ("POST", "/api/v1/threads/{thread}/resume", {}, {"operator", "approver", "admin"}),
    ("POST", "/api/v1/approvals/{approval}/decision", {"verdict": "maybe"}, {"approver", "admin"}),
    ("POST", "/api/v1/approvals/{approval}/question", {"text": ""}, {"approver", "admin"}),
    ("GET", "/api/v1/threads", {}, EVERYBODY),
    ("GET", "/api/v1/threads/{thread}", {}, EVERYBODY),
    ("GET", "/api/v1/approvals", {}, STAFF),
    ("GET", "/api/v1/approvals/{approval}", {}, STAFF),
    ("GET", "/api/v1/tickets", {}, STAFF),
    ("GET", "/inbox", {}, STAFF),
    ("GET", "/approvals/{approval}", {}, STAFF),
    ("GET", "/threads", {}, STAFF),
    ("GET", "/threads/{thread}", {}, STAFF),
    ("GET", "/tickets", {}, STAFF),
    ("POST", "/inbox", {"verdict": "maybe"}, {"approver", "admin"}),
    ("POST", "/approvals/{approval}", {"verdict": "maybe"}, {"approver", "admin"}),
    ("POST", "/threads/{thread}", {}, {"operator", "approver", "admin"}),
    ("POST", "/tickets", {"ticket": "T-1", "what": "close"}, {"operator", "approver", "admin"}),
]
"""Every route, a request that changes nothing, and the roles that get past the gate."""

OPEN = {
    "/": "leads to the inbox",
    "/login": "is how people get in",
    "/logout": "ends a session, with the token of its forms",
    "/events": "is a stream: a test of its own",
    "/healthz": "for probes",
    "/readyz": "for probes",
    "/metrics": "for Prometheus",
    "/static": "style and scripts",
    "/api/v1/docs": "describes the API",
    "/api/v1/openapi.json": "describes the API",
}
"""Routes that need nobody's token, or are not in the table, and why."""


async def test_the_table_has_every_route(served: Served) -> None:
    named = {(method, re.sub(r"{\w+}", "{id}", path)) for method, path, _, _ in GATES}
    there = {
        (method, path)
        for route in application(served.state.settings).routes
        for path in [str(getattr(route, "path", route))]
        for method in getattr(route, "methods", None) or {"GET"}
        if method != "HEAD" and path not in OPEN
    }
    assert named == there


async def test_who_hears_of_changes(served: Served) -> None:
    for cookie in ("", served.tokens["channel"], "swb_wrong"):
        refused = await served.client.get("/events", headers={"Cookie": f"switchboard_session={cookie}"})
        assert (refused.status_code, refused.headers["location"][:6]) == (303, "/login")


async def test_every_route_refuses_who_may_not(served: Served) -> None:
    waiting = await served.waiting_refund()
    ids = {"thread": waiting["thread_id"], "approval": waiting["approval"]["approval_id"]}
    expired = await served.state.people.token("the admin", lasts=timedelta(0))
    withdrawn = await served.state.people.token("the admin")
    await served.state.people.revoke(withdrawn)
    worthless: list[dict[str, str]] = [{}]
    for token in ("swb_wrong", expired, withdrawn):
        worthless += [{"Authorization": f"Bearer {token}"}, {"Cookie": f"switchboard_session={token}"}]
    for method, path, body, roles in GATES:
        address, is_api = path.format(**ids), path.startswith("/api/")
        for role in ROLES:
            asked = _asked(served, role, body, is_api=is_api)
            foreign = {**asked["headers"], "Origin": "https://evil.example"}
            host = {**asked["headers"], "Host": "evil.example"}
            crossed = {**asked["headers"], "Sec-Fetch-Site": "cross-site"}
            for headers in [foreign, host, *([crossed] if method == "POST" else [])]:
                status = (await served.client.request(method, address, **{**asked, "headers": headers})).status_code
                assert status == 403, (method, path, role, headers)
            status = (await served.client.request(method, address, **asked)).status_code
            refused = {401, 303, 403} if not is_api else {401, 403}
            assert (status not in refused) == (role in roles), (method, path, role, status)
        for headers in worthless:
            sent: dict[str, Any] = {"json": body} if is_api else {"data": body}
            answer = await served.client.request(method, address, headers=headers, **(sent if method == "POST" else {}))
            assert (answer.status_code, answer.headers.get("location", "")[:6]) == (
                (401, "") if is_api else (303, "/login")
            )
        if not is_api and method == "POST":
            for csrf in ("", "0" * 64, "é"):
                asked = _asked(served, "admin", {**body, "csrf": csrf}, is_api=False)
                assert (await served.client.post(address, **asked)).status_code == 403, (path, csrf)
    assert await served.refunds() == []


def _asked(served: Served, role: str, body: dict[str, Any], *, is_api: bool) -> dict[str, Any]:
    """The request of somebody with this role, as a program or as a browser with a form of its own session."""
    from app.server.web.pages.page_templates import csrf_token

    token = served.tokens[role]
    if is_api:
        return {"headers": {"Authorization": f"Bearer {token}"}, **({"json": body} if body else {})}
    form = {"csrf": csrf_token(token), **body}
    return {"headers": {"Cookie": f"switchboard_session={token}", "Origin": ADDRESS}, "data": form}


async def test_a_session_is_no_token_of_the_api(served: Served) -> None:
    """Or a page of another site could use it."""
    await signed_in(served, "admin")
    assert (await served.client.get("/api/v1/approvals")).status_code == 401


SCRIPT = "<script>alert(1)</script>"
ATTRIBUTE = '"><img src=x onerror=alert(1)>'


async def test_words_of_customers_are_text(served: Served) -> None:
    hostile = f"{SCRIPT}{ATTRIBUTE}{{{{7*7}}}}"
    asked = {
        "workflow": "refund",
        "name": hostile,
        "input": {"order_id": "12345", "email": "ada@example.com", "reason": hostile},
    }
    waiting = (await served.api("POST", "/threads", json=asked)).json()
    talk = {"workflow": "support", "input": {"messages": f"I want a human. {hostile}"}}
    thread = (await served.api("POST", "/threads", json=talk)).json()["thread_id"]
    csrf = await signed_in(served)
    approval = f"/approvals/{waiting['approval']['approval_id']}"
    await served.client.post(approval, data={"csrf": csrf, "verdict": "ask", "text": hostile})
    seen = ""
    for path in [
        "/inbox",
        approval,
        "/threads",
        f"/threads/{waiting['thread_id']}",
        f"/threads/{thread}",
        "/tickets?status=all",
        f"/threads?order={ATTRIBUTE}&since={SCRIPT}",
        f"/login?next={ATTRIBUTE}",
        f"/approvals/{SCRIPT}",
    ]:
        page = await served.client.get(path)
        assert "<script>alert" not in page.text, path
        assert "<img" not in page.text, path
        assert " onerror=" not in page.text.replace("&gt;&lt;img src=x onerror=", ""), path
        assert "script-src 'self'" in page.headers["content-security-policy"], path
        seen += page.text
    assert seen.count("&lt;script&gt;alert(1)&lt;/script&gt;") > 5
    assert "{{7*7}}" in seen


async def test_a_thread_shows_its_path(served: Served) -> None:
    waiting = await served.waiting_refund()
    await signed_in(served, "viewer")
    page = (await served.client.get(f"/threads/{waiting['thread_id']}")).text
    assert '<g class="node done"><title>check eligibility: done</title>' in page
    assert '<g class="node waits"><title>await approval: waits</title>' in page
    assert '<g class="node "><title>process refund</title>' in page
    assert "Resume" not in page
    found = (await served.client.get("/threads?order=12345&email=ada@example.com&status=waiting&since=today")).text
    assert waiting["thread_id"] in found
    assert waiting["thread_id"] not in (await served.client.get("/threads?order=12346")).text


async def test_a_thread_shows_the_state_of_each_step(served: Served) -> None:
    """What the step has changed: as text, without a seal, and without signs that reorder what stands beside it."""
    asked = {"order_id": "12345", "email": "ada@example.com", "reason": "Worn \u202e</pre><b>"}
    request = {"workflow": "refund", "input": asked}
    waiting = (await served.api("POST", "/threads", "operator", json=request)).json()
    path = f"/threads/{waiting['thread_id']}"
    verdict = {"verdict": "reject", "reason": "Worn."}
    await served.api("POST", f"/approvals/{waiting['approval']['approval_id']}/decision", "approver", json=verdict)
    await signed_in(served, "viewer")
    page = (await served.client.get(path)).text
    states = {name: html.unescape(text) for name, text in STATE.findall(page)}
    assert '"decision": "rejected"' in states["record decision"]
    assert '"message": "Worn."' in states["await approval"]
    assert {"verify identity", "check eligibility", "request approval"} <= states.keys()
    shown = "".join(states.values())
    assert (len(shown) > 500, '"seal"' in shown, "\u202e" in page, "<b>" in page) == (True, False, False, False)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"a": 1, "seal": "x", "answer": {"by": "Mia", "seal": "x"}}, {"a": 1, "answer": {"by": "Mia"}}),
        ({"messages": [AIMessage("Hello")]}, {"messages": [{"type": "ai", "content": "Hello"}]}),
        ({"of": ("a", 1)}, {"of": ["a", 1]}),
    ],
)
def test_a_state_is_json(values: dict[str, Any], shown: dict[str, Any]) -> None:
    assert json.loads(state_text(values)) == shown


def test_a_long_state_is_cut() -> None:
    assert state_text({"text": "x" * 30_000}).endswith("characters more")
