"""A real LangGraph development server on the command line's home: one file, every surface."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from langgraph_sdk import get_client

from tests.command_line import CommandLine
from tests.foreign_page import Try, another_origin, read
from tests.new_package import NAME, letters, my_letters

__all__ = ["letters", "my_letters"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("studio"), pytest.mark.filterwarnings("default")]

START_S = 600
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("studio") / "home"


@pytest.fixture(autouse=True)
def same_home(home: Path, environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_HOME", str(home))


@pytest.fixture(scope="module")
def server(home: Path, letters: Path) -> Iterator[str]:
    """`switchboard studio` on a free port, after one thread was begun on the command line; with a package of one's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SWITCHBOARD_HOME": str(home), "PYTHONPATH": f"{ROOT}{os.pathsep}{letters}"}
    switchboard = [sys.executable, "-c", "from app.cli.main import main; main()"]
    begun = [
        *switchboard,
        "refund",
        "--order",
        "12345",
        "--email",
        "ada@example.com",
        "--thread",
        "begun-here",
        "--json",
    ]
    assert subprocess.run(begun, env=environment, check=False, capture_output=True).returncode == 3
    studio = [*switchboard, "studio", "--port", str(port)]
    with subprocess.Popen(studio, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            said = ""
            for line in process.stderr:
                said += line
                if "are listed" in line:
                    break
            else:
                pytest.fail(f"no server: {said}\n{(home / 'studio' / 'server.log').read_text()[-3000:]}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(START_S)


async def until_listed(client: Any, thread_id: str, status: str) -> dict[str, Any]:
    """The thread as the server lists it, once it has this status."""
    async with asyncio.timeout(START_S):
        while True:
            for thread in await client.threads.search(status=status):
                if thread["thread_id"] == thread_id:
                    return dict(thread)
            await asyncio.sleep(0.2)


def test_a_thread_of_the_command_line_is_approved_through_the_server(server: str, switchboard: CommandLine) -> None:
    thread_id = switchboard.json("show", "begun-here")["thread_id"]

    async def approve() -> dict[str, Any]:
        async with get_client(url=server) as client:
            listed = await until_listed(client, thread_id, "interrupted")
            assert (listed["metadata"]["graph_id"], listed["metadata"]["name"]) == ("refund", "begun-here")
            state = await client.threads.get_state(thread_id)
            (interrupt,) = state["tasks"][0]["interrupts"]
            assert interrupt["value"]["action_requests"][0]["args"]["amount"] == "149.00"
            resume = {interrupt["id"]: {"decisions": [{"type": "approve"}]}}
            return cast("dict[str, Any]", await client.runs.wait(thread_id, "refund", command={"resume": resume}))

    assert asyncio.run(approve())["outcome"] == "refunded"
    shown = switchboard.json("show", "begun-here")
    assert (shown["status"], shown["outcome"], shown["approval"]["status"]) == ("completed", "refunded", "approved")
    assert switchboard.json("threads", "--status", "completed")[0]["thread_id"] == thread_id


def test_a_thread_of_the_server_is_approved_on_the_command_line(server: str, switchboard: CommandLine) -> None:
    async def begin() -> str:
        async with get_client(url=server) as client:
            thread = await client.threads.create()
            request = {"order_id": "12348", "email": "grace@example.com"}
            knobs: Any = {"approve_everything": True}
            await client.runs.wait(thread["thread_id"], "refund", input=request, context=knobs)
            return str(thread["thread_id"])

    thread_id = asyncio.run(begin())
    assert thread_id in [one["thread_id"] for one in switchboard.json("pending")]
    assert switchboard.json("approve", thread_id)["outcome"] == "refunded"
    steps = [entry["node"] for entry in switchboard.json("trace", thread_id) if entry["event"] == "end"]
    assert steps[:3] == ["look_for_approval", "verify_identity", "check_eligibility"]
    assert steps[-2:] == ["send_confirmation", "respond"]


@pytest.mark.usefixtures("my_letters")
def test_a_workflow_of_a_package_is_an_assistant(server: str, switchboard: CommandLine) -> None:
    async def begin() -> tuple[str, Any]:
        async with get_client(url=server) as client:
            (assistant,) = await client.assistants.search(graph_id=NAME)
            thread = await client.threads.create()
            await client.runs.wait(thread["thread_id"], NAME, input={"topic": "the lamp"})
            await client.runs.wait(thread["thread_id"], NAME, input={"topic": "another one"})  # it waits all the same
            return str(thread["thread_id"]), assistant["description"]

    thread_id, description = asyncio.run(begin())
    assert description == "A letter that a human approves before it is sent."
    (waiting,) = [one for one in switchboard.json("pending") if one["thread_id"] == thread_id]
    assert "the lamp" in waiting["args"]["text"]
    assert switchboard.json("approve", thread_id)["outcome"] == "sent"


def test_chat_input_knobs_and_descriptions(server: str) -> None:
    async def look() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        async with get_client(url=server) as client:
            thread = await client.threads.create()
            said: Any = {"messages": [{"role": "user", "content": "where is my order 12349? I am grace@example.com"}]}
            told = await client.runs.wait(thread["thread_id"], "support", input=said)
            assistants = {one["graph_id"]: one for one in await client.assistants.search()}
            schemas = await client.assistants.get_schemas(assistants["refund"]["assistant_id"])
            return (
                cast("dict[str, Any]", told),
                {name: one["description"] for name, one in assistants.items()},
                dict(schemas),
            )

    told, descriptions, schemas = asyncio.run(look())
    assert "tracking number" in told["reply"]
    assert all(descriptions[name] for name in ("support", "refund"))
    knobs = schemas["context_schema"]["properties"]
    assert {name: (knob["title"], knob["default"]) for name, knob in knobs.items()} == {
        "tone": ("Tone", "neutral"),
        "signature": ("Signature", ""),
        "approve_everything": ("Approve everything", False),
    }


def test_the_bare_development_server_starts_on_an_empty_home(tmp_path: Path) -> None:
    """As whoever follows LangGraph's own guide starts it: nothing was made on the command line before."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "SWITCHBOARD_HOME": str(tmp_path / "empty")}
    command = [
        str(Path(sys.executable).parent / "langgraph"),
        "dev",
        "--no-browser",
        "--no-reload",
        "--port",
        str(port),
    ]

    async def refunded() -> dict[str, Any]:
        async with get_client(url=f"http://127.0.0.1:{port}") as client, asyncio.timeout(START_S):
            while True:
                try:
                    thread = await client.threads.create()
                    break
                except httpx.TransportError:
                    assert process.poll() is None, log.read_text()[-3000:]
                    await asyncio.sleep(0.2)
            request = {"order_id": "12346", "email": "ada@example.com"}
            return cast("dict[str, Any]", await client.runs.wait(thread["thread_id"], "refund", input=request))

    log = tmp_path / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=out, stderr=out)
    try:
        assert asyncio.run(refunded())["outcome"] == "refunded"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(START_S)


FOREIGN = [
    ({"Origin": "https://evil.example"}, 403),
    ({"Host": "evil.example"}, 403),
    ({"Content-Type": "text/plain"}, 415),
]


@pytest.mark.parametrize(("headers", "status"), FOREIGN)
def test_a_page_of_another_origin_sees_and_decides_nothing(server: str, headers: dict[str, str], status: int) -> None:
    listed = httpx.post(f"{server}/threads/search", headers=headers, content=b"{}")
    assert listed.status_code == status
    assert "access-control-allow-origin" not in listed.headers


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: `apt-get install chromium` brings one")
def test_a_page_of_another_origin_in_a_browser(server: str, switchboard: CommandLine) -> None:
    """Its script is shown nothing, begins nothing and approves nothing, as JSON or as text that needs no permission."""
    playwright = pytest.importorskip("playwright.async_api", reason="playwright is not installed")
    waits = switchboard.json("refund", "--order", "12372", "--email", "hedy@example.com", code=3)["thread_id"]
    resume = json.dumps({"assistant_id": "refund", "command": {"resume": {"decisions": [{"type": "approve"}]}}})
    begin = json.dumps({"assistant_id": "answer", "input": {"question": "how long do I have?"}})

    def tries(kind: str, mode: str) -> list[Try]:
        return [
            Try("POST", f"{server}/threads/search", "{}", kind, mode),
            Try("POST", f"{server}/threads/{waits}/runs/wait", resume, kind, mode),
            Try("POST", f"{server}/runs/wait", begin, kind, mode),
            Try("POST", f"{server}/threads", "{}", kind, mode),
        ]

    async def visited() -> tuple[str, list[str]]:
        async with playwright.async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = await browser.new_page()
            page.set_default_timeout(120_000)  # only guards against hanging
            await page.goto(f"{server}/ok")
            own = (await read(page, tries("application/json", "cors")[:1]))[0]
            with another_origin() as foreign:
                await page.goto(foreign)
                shown = await read(page, [*tries("application/json", "cors"), *tries("text/plain", "no-cors")])
                shown += await read(page, [Try("GET", f"{server}/threads/{waits}/state"), Try("GET", f"{server}/info")])
            await browser.close()
            return own, shown

    before = {one["thread_id"] for one in switchboard.json("threads", "--limit", "1000")}
    own, shown = asyncio.run(visited())
    assert own.startswith("["), own  # from the server's own page the same request is answered
    assert set(shown) == {""}
    assert {one["thread_id"] for one in switchboard.json("threads", "--limit", "1000")} == before
    assert switchboard.json("show", waits)["status"] == "waiting"
    switchboard.json("reject", waits, "--reason", "only a test")


def test_studio_is_let_in(server: str) -> None:
    listed = httpx.post(f"{server}/threads/search", headers={"Origin": "https://smith.langchain.com"}, json={})
    assert listed.status_code == 200
    assert listed.headers["access-control-allow-origin"] == "https://smith.langchain.com"


BAD_INPUT = [
    {"order_id": "12346", "email": "ada@example.com", "amount_cents": True},
    {"order_id": "12346", "email": "ada@example.com", "amount_cents": "100"},
    {"order_id": "12346", "email": "ada@example.com", "verified": True},
    {"order_id": "12346"},
    {},
    {"order_id": "12345", "email": "ada@example.com"},  # fits, but would wait on a thread that is gone
]


@pytest.mark.parametrize("values", BAD_INPUT)
def test_input_that_does_not_fit_is_refused_at_the_door(server: str, values: dict[str, Any]) -> None:
    refused = httpx.post(f"{server}/runs/wait", json={"assistant_id": "refund", "input": values}, timeout=60)
    assert refused.status_code == 422, refused.text


def test_what_nobody_asked_for_is_off(server: str) -> None:
    off = [
        httpx.post(f"{server}{path}", json={}).status_code
        for path in ("/runs/crons", "/mcp/", "/a2a/x", "/store/items/search", f"/threads/{uuid4()}/commands")
    ]
    assert [code for code in off if code < 400] == []


def test_what_the_command_line_does_is_seen_on_the_server(server: str, switchboard: CommandLine) -> None:
    """Its inboxes list what waits; a decision ends that; what is over has its values."""

    def listed(thread_id: str, status: str) -> dict[str, Any]:
        async def look() -> dict[str, Any]:
            async with get_client(url=server) as client:
                return await until_listed(client, thread_id, status)

        return asyncio.run(look())

    waits = switchboard.json("refund", "--order", "12371", "--email", "hedy@example.com", code=3)
    listed(waits["thread_id"], "interrupted")
    switchboard.json("reject", waits["thread_id"], "--reason", "worn")
    assert listed(waits["thread_id"], "idle")["values"]["outcome"] == "rejected"
    said = switchboard.json("support", "where is my order 12349?", "--email", "grace@example.com")
    first = listed(said["thread_id"], "idle")["values"]["messages"][0]
    assert first["content"] == "where is my order 12349?"
    steps = [entry["event"] for entry in switchboard.json("trace", waits["thread_id"])]
    assert steps.count("run_resume") == 1  # to be looked at is no run of its own


TICK_S = 0.1
SEEN_WITHIN_S = 3


async def ticks_until(client: Any, thread_id: str, status: str) -> int:
    """How many ticks pass until the server lists the thread with this status, and with no other.

    A tick is a tenth of a second, or one answer of this server where that takes longer: time as this machine has it.
    """

    async def listed() -> set[str]:
        found = await client.threads.search(ids=[thread_id])
        return {str(thread["status"]) for thread in found}

    ticks = 0
    async with asyncio.timeout(START_S):
        while True:
            seen, _ = await asyncio.gather(listed(), asyncio.sleep(TICK_S))
            if seen == {status}:
                return ticks
            ticks += 1


def test_a_decision_on_the_command_line_shows_on_the_server_within_three_seconds(
    server: str, switchboard: CommandLine
) -> None:
    """What the server lists as interrupted is what Agent Inbox shows."""

    def ticks(thread_id: str, status: str) -> int:
        async def look() -> int:
            async with get_client(url=server) as client:
                return await ticks_until(client, thread_id, status)

        return asyncio.run(look())

    waits = switchboard.json("refund", "--order", "12372", "--email", "hedy@example.com", code=3)
    assert ticks(waits["thread_id"], "interrupted") * TICK_S <= SEEN_WITHIN_S
    switchboard.json("reject", waits["thread_id"], "--reason", "worn")
    assert ticks(waits["thread_id"], "idle") * TICK_S <= SEEN_WITHIN_S


SAID: Any = {"messages": [{"role": "user", "content": "I want a refund for order 12373"}], "email": "hedy@example.com"}
MODES = ["values", "updates", "messages-tuple", "messages", "events", "debug", "tasks", "checkpoints", "custom"]


def test_a_channel_sees_no_request_that_staff_see(server: str, switchboard: CommandLine) -> None:
    """On every route that an approval's interrupt may come by. The people are gone afterwards."""
    tokens = {}
    for name, role in (("widget", "channel"), ("mia", "approver")):
        switchboard("people", "add", name, "--role", role, stdin="a long password")
        tokens[name] = switchboard.json("people", "token", name)["token"]

    async def routes() -> tuple[dict[str, str], str]:
        seen = {}
        async with httpx.AsyncClient(base_url=server, timeout=120) as http:

            async def ask(who: str, method: str, path: str, body: Any = None) -> str:
                answer = await http.request(method, path, json=body, headers={"x-api-key": tokens[who]})
                seen[f"{who} {method} {path} {body}"] = answer.text
                return answer.text

            thread = json.loads(await ask("widget", "POST", "/threads", {"metadata": {"graph_id": "support"}}))[
                "thread_id"
            ]
            run = {"assistant_id": "support", "input": SAID, "stream_mode": MODES, "stream_resumable": True}
            streamed = await ask("widget", "POST", f"/threads/{thread}/runs/stream", run)
            assert "KWD 25.000" in streamed, streamed[:2000]
            for who in tokens:
                runs = json.loads(await ask(who, "GET", f"/threads/{thread}/runs"))
                for path in ("", "/state", "/history", "/state?subgraphs=true", f"/runs/{runs[0]['run_id']}"):
                    await ask(who, "GET", f"/threads/{thread}{path}")
                await ask(who, "GET", f"/threads/{thread}/runs/{runs[0]['run_id']}/join")
                await ask(who, "GET", f"/threads/{thread}/runs/{runs[0]['run_id']}/stream?stream_mode=values")
                await ask(who, "POST", f"/threads/{thread}/history", {"limit": 10})
                await ask(who, "POST", "/threads/search", {"status": "interrupted"})
                await ask(who, "POST", "/threads/search", {"extract": {"x": "interrupts"}})
                await ask(who, "POST", f"/threads/{thread}/runs/wait", {"assistant_id": "support", "input": None})
            history = json.loads(seen[f"widget POST /threads/{thread}/history {{'limit': 10}}"])
            for who in tokens:
                await ask(who, "GET", f"/threads/{thread}/state/{history[0]['checkpoint']['checkpoint_id']}")
                place = {"checkpoint": history[0]["checkpoint"]}
                await ask(who, "POST", f"/threads/{thread}/state/checkpoint", place)
            again = {"assistant_id": "support", "input": {"messages": [{"role": "user", "content": "hello?"}]}}
            await ask("widget", "POST", f"/threads/{thread}/runs/wait", again)
            for path in (f"/threads/{thread}/state", f"/threads/{thread}/runs/wait"):
                forged: dict[str, Any] = (
                    {"values": {"x": 1}} if path.endswith("state") else {"command": {"goto": "process_refund"}}
                )
                forged["assistant_id"] = "support"
                answer = await http.post(path, json=forged, headers={"x-api-key": tokens["mia"]})
                assert answer.status_code == 403, answer.text
        return seen, thread

    seen, thread = asyncio.run(routes())
    for name in tokens:
        switchboard("people", "remove", name)
    told = [what for what, text in seen.items() if "action_requests" in text]
    assert [what for what in told if what.startswith("widget")] == []
    assert [what for what, text in seen.items() if what.startswith("widget") and "args_digest" in text] == []
    assert f"mia GET /threads/{thread}/state None" in told
    assert "mia POST /threads/search {'status': 'interrupted'}" in told
    assert len(told) >= 9, told


def test_no_page_opens_a_socket(server: str) -> None:
    """A browser lets a page of any origin open one."""
    import http.client

    connection = http.client.HTTPConnection(server.removeprefix("http://"), timeout=60)
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    connection.request("GET", f"/threads/{uuid4()}/stream/events", headers=upgrade)
    assert connection.getresponse().status in (403, 404)


def test_a_message_of_a_megabyte_is_refused(server: str) -> None:
    said = {"assistant_id": "support", "input": {"messages": [{"role": "user", "content": "x" * 1_000_000}]}}
    refused = httpx.post(f"{server}/runs/wait", json=said)
    assert (refused.status_code, "512 KB" in refused.json()["detail"]) == (413, True)


LONG = "x" * 100_001


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "user", "content": LONG}],
        [{"role": "user", "content": [{"type": "text", "text": LONG}]}],
        [["human", LONG]],
        [LONG[:60_000], LONG[60_000:]],
        LONG,
    ],
)
def test_a_message_that_nobody_writes_by_hand_is_refused(server: str, messages: Any) -> None:
    """As everywhere else, before anything runs."""
    said = {"assistant_id": "support", "input": {"messages": messages}}
    thread_id = httpx.post(f"{server}/threads", json={}).json()["thread_id"]
    refused = httpx.post(f"{server}/threads/{thread_id}/runs/wait", json=said)
    sentence = "The message has 100,001 characters; at most 100,000 are read. Shorten it."
    assert (refused.status_code, refused.json()["detail"]) == (422, sentence)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_running(home: Path, number: signal.Signals) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-c", "from app.cli.main import main; main()", "studio", "--port", str(port)]
    environment = {**os.environ, "SWITCHBOARD_HOME": str(home)}
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as studio:
        assert studio.stderr
        while "API:" not in studio.stderr.readline():
            assert studio.poll() is None
        studio.send_signal(number)
        studio.wait(START_S)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/ok")
