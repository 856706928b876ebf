"""The HTTP API: JSON and refusals of the command line, roles, tokens, and requests that are sent twice."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.language_models import FakeMessagesListChatModel
from langchain_core.messages import AIMessage
from langchain_core.messages.ai import UsageMetadata

from app.server.web.pages.page_templates import csrf_token
from nodes.ports import install
from tests.app.server.conftest import Served

REFUND = {"workflow": "refund", "input": {"order_id": "12346", "email": "ada@example.com"}}


async def test_an_approval_over_http_pays_once(served: Served) -> None:
    waiting = await served.waiting_refund()
    (pending,) = (await served.api("GET", "/approvals", "viewer")).json()
    path = f"/approvals/{pending['approval_id']}"
    assert (pending["thread_id"], pending["args"]["amount_cents"]) == (waiting["thread_id"], 14900)
    assert (await served.api("GET", path, "viewer")).json() == pending
    decision = {"verdict": "approve", "amount": "80.00"}
    decided = await asyncio.gather(
        *(served.api("POST", f"{path}/decision", "approver", json=decision) for _ in range(3))
    )
    assert sorted(one.status_code for one in decided) == [200, 409, 409]
    done = next(one.json() for one in decided if one.status_code == 200)
    assert (done["outcome"], done["approval"]["decided_by"]) == ("refunded", "the approver")
    assert await served.refunds() == [8000]
    again = await served.api("POST", f"{path}/decision", "admin", json={"verdict": "reject", "reason": "no"})
    assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")
    assert again.json()["detail"].startswith("This was approved by the approver at")
    assert (await served.api("GET", f"/threads/{waiting['thread_id']}")).json()["outcome"] == "refunded"


async def test_a_decision_is_about_the_approval_that_was_shown(served: Served) -> None:
    """Decided meanwhile, with another approval of the same thread waiting by now."""
    first = await served.waiting_refund()
    old = first["approval"]["approval_id"]
    rejected = await served.api("POST", f"/approvals/{old}/decision", json={"verdict": "reject", "reason": "used"})
    assert rejected.status_code == 200
    again = {
        "workflow": "refund",
        "name": first["thread_id"],
        "input": {"order_id": "12345", "email": "ada@example.com"},
    }
    new = (await served.api("POST", "/threads", json=again)).json()["approval"]
    assert new["status"] == "pending"
    late = await served.api("POST", f"/approvals/{old}/decision", json={"verdict": "approve"})
    assert late.status_code == 409
    assert late.json()["detail"].startswith("This was rejected by the admin")
    assert await served.refunds() == []


async def test_a_conversation(served: Served) -> None:
    asked = {
        "workflow": "support",
        "name": "conv-1",
        "input": {"messages": "Where is my order 12349?", "email": "grace@example.com"},
    }
    started = await served.api("POST", "/threads", "operator", json=asked)
    assert started.json()["name"] == "conv-1"
    said = {"text": "I want to talk to a human"}
    answer = await served.api("POST", "/threads/conv-1/messages", "operator", json=said)
    assert answer.json()["outcome"] == "escalated"
    (ticket,) = (await served.api("GET", "/tickets?status=open", "viewer")).json()
    assert ticket["thread_id"] == started.json()["thread_id"]
    found = (await served.api("GET", "/threads?email=Grace@example.com&limit=5", "viewer")).json()
    assert [thread["thread_id"] for thread in found] == [started.json()["thread_id"]]


async def test_a_request_that_is_sent_twice_is_done_once(served: Served) -> None:
    once = {"headers": {"Idempotency-Key": "k1"}, "json": REFUND}
    first, *others = [await served.api("POST", "/threads", "operator", **once) for _ in range(2)]
    assert (first.status_code, first.json()["outcome"]) == (201, "refunded")
    assert [one.content for one in others] == [first.content]
    assert others[0].headers["idempotency-replayed"] == "true"
    assert await served.refunds("12346") == [3950]
    other = {**REFUND, "name": "another"}
    refused = await served.api("POST", "/threads", "operator", headers={"Idempotency-Key": "k1"}, json=other)
    assert (refused.status_code, "new key" in refused.json()["detail"]) == (422, True)
    theirs = await served.api("POST", "/threads", "admin", **once)  # another person's keys are others
    assert (theirs.json()["outcome"], await served.refunds("12346")) == ("declined", [3950])


async def test_a_request_sent_twice_at_once(served: Served) -> None:
    asked = {"headers": {"Idempotency-Key": "k2"}, "json": REFUND}
    both = await asyncio.gather(*(served.api("POST", "/threads", "operator", **asked) for _ in range(2)))
    assert sorted(one.status_code for one in both) == [201, 409]
    assert await served.refunds("12346") == [3950]


async def test_a_refused_request_may_be_sent_again_under_its_key(served: Served) -> None:
    key = {"Idempotency-Key": "k3"}
    wrong = {"workflow": "refund", "input": {"order_id": "12346"}}
    assert (await served.api("POST", "/threads", "operator", headers=key, json=wrong)).status_code == 422
    assert (await served.api("POST", "/threads", "operator", headers=key, json=REFUND)).status_code == 201


async def test_a_client_that_does_not_wait(served: Served) -> None:
    later = await served.api("POST", "/threads", "operator", headers={"Prefer": "respond-async"}, json=REFUND)
    assert (later.status_code, later.json()["status"]) == (202, "running")
    path = later.headers["location"].removeprefix("/api/v1")
    await asyncio.gather(*served.state.at_work)
    assert (await served.api("GET", path)).json()["outcome"] == "refunded"


WRONG = [
    ("/threads", {"workflow": "no"}, "There is no workflow 'no'."),
    ("/threads", {"workflow": "refund", "input": {"order_id": 7, "email": "ada@example.com"}}, "order_id cannot be"),
    ("/threads", {"workflow": "refund", "input": {"order": "7"}}, "refund takes no order"),
    ("/threads", {"workflow": "answer", "input": {"question": "why?", "knowledge_dir": "/etc"}}, "over HTTP"),
    ("/threads", {"workflow": "support", "input": {"messages": "x" * 300_000}}, "characters"),
    ("/threads", {"workflow": "support", "by": "me"}, "by: nothing has that name."),
    ("/threads", [], "The body: it has to be a JSON object"),
    ("/approvals/{id}/decision", {"verdict": "maybe"}, "verdict: it has to be 'approve' or 'reject'."),
    ("/approvals/{id}/decision", {"verdict": "reject"}, "needs a reason"),
    ("/approvals/{id}/decision", {"verdict": "reject", "reason": "no", "amount": "1"}, "no amount"),
]


async def test_what_cannot_be_used_is_a_422_in_plain_words(served: Served) -> None:
    approval_id = (await served.waiting_refund())["approval"]["approval_id"]
    for path, body, sentence in WRONG:
        response = await served.api("POST", path.format(id=approval_id), json=body)
        assert (response.status_code, sentence in response.json()["detail"]) == (422, True), response.text
    more = await served.api("POST", f"/approvals/{approval_id}/decision", json={"verdict": "approve", "amount": "150"})
    assert (more.status_code, more.json()["code"]) == (409, "edit_refused")
    assert await served.refunds() == []


async def test_what_is_unknown_is_a_404(served: Served) -> None:
    for method, path in [
        ("GET", "/threads/nobody"),
        ("POST", "/threads/nobody/resume"),
        ("GET", "/approvals/x"),
        ("POST", "/approvals/x/decision"),
        ("GET", "/nothing"),
    ]:
        response = await served.api(method, path, json={"verdict": "approve"} if "decision" in path else None)
        assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json"), path


async def test_a_channel_has_its_own_threads_and_sees_no_approval(served: Served) -> None:
    staff = await served.waiting_refund()
    asked = {
        "workflow": "support",
        "name": "chat",
        "input": {"messages": "I want a refund for order 12345", "email": "ada@example.com"},
    }
    own = (await served.api("POST", "/threads", "channel", json=asked)).json()
    assert own["status"] == "waiting"
    assert set(own["approval"]) == {"status", "requested_at", "expires_at"}
    assert set(own["values"]) == {"messages"}
    listed = (await served.api("GET", "/threads", "channel")).json()
    assert [thread["thread_id"] for thread in listed] == [own["thread_id"]]
    assert (await served.api("GET", "/threads/chat", "channel")).json()["approval"] == own["approval"]
    theirs = staff["thread_id"]
    said = {"text": "yes"}
    for response, status in [
        (await served.api("GET", f"/threads/{theirs}", "channel"), 404),
        (await served.api("POST", "/threads", "operator", json={**asked, "name": "chat"}), 403),
        (await served.api("GET", f"/threads/{own['thread_id'][:8]}", "channel"), 404),
        (await served.api("POST", f"/threads/{theirs}/messages", "channel", json=said), 404),
        (await served.api("POST", "/threads", "channel", json={**asked, "name": theirs}), 403),
        (
            await served.api(
                "POST", "/threads", "channel", json={"workflow": "fulfilment", "input": {"order_id": "12351"}}
            ),
            403,
        ),
        (await served.api("POST", "/threads/chat/resume", "channel"), 403),
        (await served.api("GET", "/approvals", "channel"), 403),
        (await served.api("GET", "/tickets", "channel"), 403),
    ]:
        assert response.status_code == status, response.text


async def test_a_single_user_home_has_a_token_of_its_own(alone: Served) -> None:
    token = (alone.state.settings.home / "server-token").read_text()
    headers = {"Authorization": f"Bearer {token}"}
    assert (await alone.client.get("/api/v1/approvals")).status_code == 401
    assert (await alone.client.get("/api/v1/approvals", headers=headers)).status_code == 200
    await alone.add_people()
    assert (await alone.client.get("/api/v1/approvals", headers=headers)).status_code == 401


async def test_a_broken_table_of_approvals_decides_nothing(served: Served) -> None:
    approval = (await served.waiting_refund())["approval"]["approval_id"]
    table = served.state.settings.approvals_file
    table.write_text("[[approval]")
    asked = {"workflow": "refund", "name": "next", "input": {"order_id": "12371", "email": "hedy@example.com"}}
    for response in (
        await served.api("POST", f"/approvals/{approval}/decision", json={"verdict": "approve"}),
        await served.api("POST", "/threads", json=asked),
    ):
        assert (response.status_code, "is not TOML" in response.json()["detail"]) == (503, True), response.text
    ready = await served.client.get("/readyz")
    assert (ready.status_code, "is not TOML" in ready.json()["reason"]) == (503, True)
    table.unlink()
    assert (await served.api("POST", "/threads/next/resume")).json()["status"] == "waiting"  # not decided by nobody
    assert (await served.api("POST", f"/approvals/{approval}/decision", json={"verdict": "approve"})).status_code == 200
    assert (await served.refunds(), await served.refunds("12371")) == ([14900], [])


async def test_health_and_figures(served: Served) -> None:
    await served.waiting_refund()
    assert (await served.client.get("/healthz")).text == "ok\n"
    assert (await served.client.get("/readyz")).json() == {"ready": True}
    figures = (await served.client.get("/metrics")).text
    assert "switchboard_approvals_waiting 1.0" in figures
    assert 'switchboard_threads{outcome="",status="waiting",workflow="refund"} 1.0' in figures
    assert 'switchboard_step_seconds_count{event="end",step="check_eligibility",workflow="refund"} 1.0' in figures


class Wordy:
    """E-mail that a model words: five tokens each."""

    def __init__(self, mail: Any) -> None:
        self._mail = mail

    async def send(self, **letter: Any) -> None:
        spent = UsageMetadata(input_tokens=2, output_tokens=3, total_tokens=5)
        said = AIMessage("Dear Ada", usage_metadata=spent, response_metadata={"model_name": "small"})
        await FakeMessagesListChatModel(responses=[said]).ainvoke("Word it.")
        await self._mail.send(**letter)


async def test_tokens_are_counted_whoever_waits_for_the_run(served: Served) -> None:
    services = served.state.engine.services
    wordy: Any = Wordy(services.mail)
    with install(replace(services, mail=wordy)):
        waiting = await served.waiting_refund()  # one to the approver
        later = {"Prefer": "respond-async"}
        await served.api("POST", "/threads", "operator", headers=later, json=REFUND)  # one to the customer
        await asyncio.gather(*served.state.at_work)
        path = f"/approvals/{waiting['approval']['approval_id']}"
        token = served.tokens["approver"]
        form = {"csrf": csrf_token(token), "verdict": "approve"}  # one to the customer
        await served.client.post(path, data=form, headers={"Cookie": f"switchboard_session={token}"})
    assert await served.refunds() == [14900]
    figures = (await served.client.get("/metrics")).text
    assert [line for line in figures.splitlines() if line.startswith("switchboard_tokens_total")] == [
        'switchboard_tokens_total{model="small"} 15.0'
    ]


@pytest.mark.parametrize("size", [600_000, 1_000_000])
async def test_a_message_that_is_too_large(served: Served, size: int) -> None:
    asked = {"workflow": "support", "input": {"messages": "x" * size}}
    response = await served.api("POST", "/threads", json=asked)
    assert (response.status_code, "512 KB" in response.json()["detail"]) == (413, True)


async def test_no_name_leads_to_the_thread_of_a_key(served: Served) -> None:
    """A channel could wait there for somebody else's conversation."""
    hello = {"workflow": "support", "input": {"messages": "hello", "email": "ada@example.com"}}
    squat = {**hello, "name": "the operator\norder-12346"}
    await served.api("POST", "/threads", "channel", json=squat)
    theirs = await served.api("POST", "/threads", "operator", headers={"Idempotency-Key": "order-12346"}, json=hello)
    assert theirs.status_code == 201
    assert (await served.api("GET", f"/threads/{theirs.json()['thread_id']}", "channel")).status_code == 404
