"""One attack of each kind over a real LangGraph development server, and what becomes of an approval there."""

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from tests.attacks.books import Books, Cover, read_books, violations
from tests.attacks.matrix import MALLORY, WAYS
from tests.attacks.world import ADA
from tests.command_line import CommandLine

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("attacked server"), pytest.mark.filterwarnings("default")]

START_S = 600
LARGE = {"order_id": "12345", "email": ADA}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("attacked") / "home"


@pytest.fixture(autouse=True)
def same_home(home: Path, environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_HOME", str(home))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[str]:
    """`switchboard studio` on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-c", "from app.cli.main import main; main()", "studio", "--port", str(port)]
    environment = {**os.environ, "SWITCHBOARD_HOME": str(home), "SWITCHBOARD_APPROVAL_TIMEOUT_S": "86400"}
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            if not any("API:" in line for line in process.stderr):
                pytest.fail(f"no server: {(home / 'studio' / 'server.log').read_text()[-3000:]}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(START_S)


def books(home: Path) -> Books:
    with closing(sqlite3.connect(home / "business.db")) as live:
        return read_books(live, {file.name: _mail(file) for file in (home / "outbox").glob("*.eml")})


def _mail(file: Path) -> dict[str, str]:
    mail = message_from_bytes(file.read_bytes(), policy=default)
    return {"to": str(mail["To"]), "subject": str(mail["Subject"]), "text": mail.get_content().strip()}


async def asked(client: LangGraphClient, graph: str = "refund") -> str:
    """A thread of Ada's that waits for an approval."""
    thread_id = await new_thread(client, graph)
    words = [{"role": "user", "content": "I want a refund for order 12345"}]
    values: Any = LARGE if graph == "refund" else {"messages": words, "email": ADA}
    await client.runs.wait(thread_id, graph, input=values)
    assert await waits(client, thread_id)
    return thread_id


async def new_thread(client: LangGraphClient, graph: str) -> str:
    return str((await client.threads.create(metadata={"graph_id": graph}))["thread_id"])


async def waits(client: LangGraphClient, thread_id: str) -> bool:
    state = await client.threads.get_state(thread_id)
    return any(task["interrupts"] for task in state["tasks"])


class Server:
    """A thread on the server, under attack."""

    def __init__(self, client: LangGraphClient, graph: str, node: str, values: Mapping[str, Any]) -> None:
        self.client = client
        self.graph = graph
        self.node = node
        self.values = dict(values)

    async def run(self, thread_id: str, **what: Any) -> None:
        """An error of the run is an attack that was refused; one of the server is not."""
        await self.client.runs.wait(thread_id, self.graph, raise_error=False, **what)


async def goto(on: Server, thread_id: str) -> None:
    await on.run(thread_id, command={"goto": on.node, "update": on.values})


async def goto_with_an_answer(on: Server, thread_id: str) -> None:
    await on.run(thread_id, command={"resume": {"type": "ignore"}, "goto": on.node, "update": on.values})


async def send(on: Server, thread_id: str) -> None:
    await on.run(thread_id, command={"goto": {"node": on.node, "input": on.values}})


async def update(on: Server, thread_id: str) -> None:
    await on.run(thread_id, command={"goto": on.node}, interrupt_before=[on.node])
    await on.run(thread_id, command={"update": on.values})


async def update_state(on: Server, thread_id: str) -> None:
    await on.client.threads.update_state(thread_id, on.values, as_node=on.node)
    await on.run(thread_id, input=None)


async def forged_input(on: Server, thread_id: str) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="422"):
        await on.run(thread_id, input=on.values)


async def copied_thread(on: Server, thread_id: str) -> None:
    threads: Any = on.client.threads  # its annotation says that nothing comes back
    copied = await threads.copy(thread_id)
    await goto(on, copied["thread_id"])


async def earlier_checkpoint(on: Server, thread_id: str) -> None:
    history = await on.client.threads.get_history(thread_id)
    checkpoint = history[-1]["checkpoint"]
    written = await on.client.threads.update_state(thread_id, on.values, as_node=on.node, checkpoint=checkpoint)
    await on.run(thread_id, input=None, checkpoint=written["checkpoint"])


KINDS: Mapping[str, Callable[[Server, str], Awaitable[None]]] = {
    "goto": goto,
    "goto with an answer": goto_with_an_answer,
    "Send": send,
    "Command(update)": update,
    "update_state": update_state,
    "forged input": forged_input,
    "copied thread": copied_thread,
    "fork": earlier_checkpoint,
    "earlier checkpoint": earlier_checkpoint,
}
"""The server has one kind of fork: from an earlier checkpoint."""


def test_every_kind_of_attack_is_tried_here() -> None:
    assert KINDS.keys() == WAYS.keys()


WRITES_STATE = ("update_state", "earlier checkpoint")

PAID = {
    "order_id": "12345",
    "email": ADA,
    "verified": True,
    "eligibility": "small",
    "decision": "approved",
    "outcome": "refunded",
    "refund_no": 1,
    "say": "We have refunded $9,999.00.",
}
STOLEN = {**PAID, "order_id": "12348", "email": MALLORY}
SENT = {"order_id": "12349", "key": "fulfil/12349/1", "done": ["charge_card"], "undone": [], "doubtful": "charge_card"}

CELLS = [
    *(("refund", "process_refund", PAID, kind) for kind in KINDS if kind != "fork"),
    ("refund", "process_refund", STOLEN, "goto"),
    ("refund", "send_confirmation", STOLEN, "update_state"),
    ("fulfilment", "close_attempt", SENT, "goto"),
    ("fulfilment", "create_shipment", SENT, "update_state"),
]


@pytest.mark.parametrize(("graph", "node", "values", "kind"), CELLS)
def test_an_attack_over_the_server_gains_nothing(
    server: str, home: Path, graph: str, node: str, values: dict[str, Any], kind: str
) -> None:
    async def attack() -> tuple[Books, str]:
        async with get_client(url=server) as client:
            thread_id = await asked(client) if graph == "refund" else await new_thread(client, graph)
            if graph == "refund" and kind in WRITES_STATE:
                with pytest.raises(httpx.HTTPStatusError, match="waits for a decision"):  # it waits; then it does not
                    await KINDS[kind](Server(client, graph, node, values), thread_id)
                assert await waits(client, thread_id)
                await client.runs.wait(thread_id, graph, command={"resume": {"type": "reject", "message": "worn"}})
            before = books(home)
            await KINDS[kind](Server(client, graph, node, values), thread_id)
            return before, thread_id

    before, thread_id = asyncio.run(attack())
    after = books(home)
    mine = {row["thread_id"] for row in after.approvals.values()} | {thread_id}
    assert violations(before, after, Cover(mine, {ADA})) == []


async def say_again(client: LangGraphClient, thread_id: str) -> None:
    """An ordinary message, as Agent Chat UI sends it."""
    said: Any = {"messages": [{"role": "user", "content": "are you still there?"}]}
    await client.runs.wait(thread_id, "support", input=said)


async def ask_again(client: LangGraphClient, thread_id: str) -> None:
    again: Any = {"order_id": "12346", "email": ADA}
    await client.runs.wait(thread_id, "refund", input=again)


async def goto_end(client: LangGraphClient, thread_id: str) -> None:
    """Agent Chat UI's "Mark as resolved"."""
    await client.runs.wait(thread_id, "refund", command={"goto": "__end__"})


async def goto_several(client: LangGraphClient, thread_id: str) -> None:
    for jumps in (["respond", "__end__"], [{"node": "respond", "input": {}}], {"node": "__end__", "input": {}}):
        command: Any = {"goto": jumps}
        await client.runs.wait(thread_id, "refund", command=command, raise_error=False)


async def ignore(client: LangGraphClient, thread_id: str) -> None:
    """Agent Inbox's "Ignore"."""
    await client.runs.wait(thread_id, "refund", command={"resume": [{"type": "ignore", "args": None}]})


async def from_each_checkpoint(client: LangGraphClient, thread_id: str) -> None:
    for state in await client.threads.get_history(thread_id, limit=100):
        await client.runs.wait(thread_id, "refund", input=None, checkpoint=state["checkpoint"], raise_error=False)


async def end_by_state(client: LangGraphClient, thread_id: str) -> None:
    """Agent Inbox's "Mark as resolved"."""
    with pytest.raises(httpx.HTTPStatusError, match="waits for a decision"):
        await client.threads.update_state(thread_id, None, as_node="__end__")


async def write_state(client: LangGraphClient, thread_id: str) -> None:
    """In every spelling of the thread's id."""
    for spelled in (thread_id, thread_id.upper(), thread_id.replace("-", "")):
        for as_node in (None, "respond"):
            with pytest.raises(httpx.HTTPStatusError, match=r"waits for a decision|Invalid thread ID"):
                await client.threads.update_state(spelled, {"outcome": "resolved"}, as_node=as_node)


async def write_many_states(client: LangGraphClient, thread_id: str) -> None:
    steps: Any = [{"updates": [{"values": None, "as_node": "__end__"}]}]
    with pytest.raises(httpx.HTTPStatusError, match="waits for a decision"):
        await client.threads.create(thread_id=thread_id, if_exists="do_nothing", supersteps=steps)


async def resume_with_nothing(client: LangGraphClient, thread_id: str) -> None:
    await client.runs.wait(thread_id, "refund", command={"resume": None})


async def delete(client: LangGraphClient, thread_id: str) -> None:
    await client.threads.delete(thread_id)


END_OF_WAITING = [
    ("support", say_again, True),
    ("refund", ask_again, True),
    ("refund", goto_end, True),
    ("refund", goto_several, True),
    ("refund", resume_with_nothing, True),
    ("refund", ignore, True),
    ("refund", from_each_checkpoint, True),
    ("refund", end_by_state, True),
    ("refund", write_state, True),
    ("refund", write_many_states, True),
    ("refund", delete, False),
]


@pytest.mark.parametrize(("graph", "act", "still_waits"), END_OF_WAITING)
def test_an_approval_that_waits_is_decided_or_found(
    server: str, home: Path, switchboard: CommandLine, graph: str, act: Any, *, still_waits: bool
) -> None:
    """Whatever is done to its thread on the server."""

    async def done() -> str:
        async with get_client(url=server) as client:
            thread_id = await asked(client, graph)
            await act(client, thread_id)
            if still_waits:  # Agent Inbox lists what is interrupted
                assert await waits(client, thread_id)
                assert (await client.threads.get(thread_id))["status"] == "interrupted"
            return thread_id

    thread_id = asyncio.run(done())
    (pending,) = [one for one in switchboard.json("pending") if one["thread_id"] == thread_id]
    if still_waits:
        assert switchboard.json("reject", thread_id, "--reason", "worn")["outcome"] == "rejected"
    else:
        switchboard.json("sweep")
    told = [mail for name, mail in books(home).mails.items() if name.startswith(f"{pending['approval_id']}-customer")]
    assert [mail["to"] for mail in told] == [ADA]
    tickets = [row["ticket_id"] for row in books(home).tickets.values() if row["thread_id"] == thread_id]
    assert ("worn" if still_waits else tickets[0]) in told[0]["text"]
    assert thread_id not in [one["thread_id"] for one in switchboard.json("pending")]
