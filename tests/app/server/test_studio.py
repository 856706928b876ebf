"""A real LangGraph development server on the command line's home: one file, every surface."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from langgraph_sdk import get_client

from tests.command_line import CommandLine
from tests.new_package import NAME, letters, my_letters

__all__ = ["letters", "my_letters"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("studio"), pytest.mark.filterwarnings("default")]

START_S = 600
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
]


@pytest.mark.parametrize("values", BAD_INPUT)
def test_input_that_does_not_fit_is_refused_at_the_door(server: str, values: dict[str, Any]) -> None:
    refused = httpx.post(f"{server}/runs/wait", json={"assistant_id": "refund", "input": values}, timeout=60)
    assert refused.status_code == 422, refused.text


def test_what_nobody_asked_for_is_off(server: str) -> None:
    off = [
        httpx.post(f"{server}{path}", json={}).status_code
        for path in ("/runs/crons", "/mcp/", "/a2a/x", "/store/items/search")
    ]
    assert [code for code in off if code < 400] == []


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
