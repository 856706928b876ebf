"""Fulfilment above a limit: asked before anything is put aside or charged; off unless it is set."""

import asyncio
from pathlib import Path

import pytest

from app.composition import open_runner
from app.settings import load
from tests.app.cli.test_fulfil import books
from tests.command_line import CommandLine

UNTOUCHED: dict[str, list[object]] = {"payments": [], "refunds": [], "reservations": [], "shipments": []}
FULFIL = ("fulfil", "--order", "12351", "--thread", "job")


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_SHIP_LIMIT_CENTS", "5000")


def letters(address: str) -> list[str]:
    return [text for path in Path("home/outbox").glob("*.eml") if f"To: {address}" in (text := path.read_text())]


def test_an_order_above_the_limit_waits_and_is_charged_when_it_is_approved(switchboard: CommandLine) -> None:
    asked = switchboard.json(*FULFIL, code=3)
    assert (asked["outcome"], asked["approval"]["action"], books("12351")) == (None, "ship_order", UNTOUCHED)
    assert "Ship order 12351 and charge $75.00" in switchboard("pending").out
    assert "needs an approval" in switchboard("show", "job").out
    (request,) = letters("approver@shop.example")
    assert "Subject: Approval needed: Ship order 12351 and charge $75.00" in request
    assert switchboard("approve", "job", "--amount", "10.00").code == 4
    done = switchboard.json("approve", "job", "--by", "Mia")
    assert (done["outcome"], books("12351")["payments"]) == ("fulfilled", [7500])
    assert switchboard.json(*FULFIL)["outcome"] == "fulfilled"
    assert books("12351")["payments"] == [7500]


def test_a_rejected_order_is_left_as_it_was_and_can_be_asked_for_again(switchboard: CommandLine) -> None:
    first = switchboard.json(*FULFIL, code=3)
    refused = switchboard.json("reject", "job", "--reason", "looks like fraud", "--by", "Mia")
    assert (refused["status"], refused["outcome"], books("12351")) == ("completed", "rejected", UNTOUCHED)
    assert "rejected by Mia: looks like fraud" in refused["reply"]
    again = switchboard.json(*FULFIL, code=3)
    assert again["approval"]["approval_id"] != first["approval"]["approval_id"]


def test_an_approval_that_expires_opens_a_ticket(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_TIMEOUT_S", "0.001")
    switchboard.json(*FULFIL, code=3)
    (swept,) = switchboard.json("sweep")
    assert (swept["outcome"], books("12351")) == ("expired", UNTOUCHED)
    assert [ticket["ticket_id"] for ticket in switchboard.json("tickets")] == [swept["values"]["ticket_id"]]


def test_an_approval_is_for_its_own_thread(switchboard: CommandLine) -> None:
    switchboard.json(*FULFIL, code=3)
    other = switchboard.json("fulfil", "--order", "12351", "--thread", "other", code=3)
    switchboard.json("approve", "job")
    assert switchboard.json("approve", "other")["outcome"] in ("fulfilled", "compensated")
    assert books("12351")["payments"] == [7500]
    assert other["approval"]["thread_id"] == other["thread_id"]


def test_whoever_writes_the_state_gains_nothing(switchboard: CommandLine) -> None:
    """The state says that all is ready; the charge asks the database."""
    switchboard.json("demo")

    async def forged() -> str:
        async with open_runner(load()) as runner:
            from app.engines.compiled_graphs import compiled, config_of

            graph = compiled("fulfilment", saver=runner.saver)
            key = "fulfil/12351/1"
            values = {
                "order_id": "12351",
                "key": key,
                "standing": "ready",
                "done": [],
                "undone": [],
                "decision": "approved",
            }
            config = config_of("00000000-0000-0000-0000-000000000001")
            await graph.aupdate_state(config, values, as_node="open_attempt")
            return str((await graph.ainvoke(None, config))["outcome"])

    assert asyncio.run(forged()) == "compensated"
    assert books("12351")["payments"] == []


def test_without_a_limit_and_below_it_nobody_is_asked(
    switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_SHIP_LIMIT_CENTS", "7500")
    assert switchboard.json(*FULFIL)["outcome"] == "fulfilled"
    monkeypatch.delenv("SWITCHBOARD_SHIP_LIMIT_CENTS")
    assert switchboard.json("fulfil", "--order", "12352")["outcome"] == "compensated"
