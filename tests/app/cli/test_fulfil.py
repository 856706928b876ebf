"""Fulfilment from the command line, as the README tells it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from app.clients.database.schema import orders, payments, refunds, reservations, shipments, stock
from app.clients.demo_shop.demo_data import Card
from tests.command_line import CommandLine
from tests.stored import column, open_database

TABLES = {table.name: table for table in (payments, refunds, reservations, shipments)}


def books(order_id: str) -> dict[str, list[Any]]:
    """What the ledger, the warehouse and the carrier hold for an order."""

    async def read() -> dict[str, list[Any]]:
        async with open_database("sqlite:///home/business.db") as database:
            found = {}
            for name, table in TABLES.items():
                what = table.c.amount_cents if name in ("payments", "refunds") else table.c.status
                found[name] = sorted(await column(database, select(what).where(table.c.order_id == order_id)))
            return found

    return asyncio.run(read())


def on_hand() -> int:
    async def read() -> int:
        async with open_database("sqlite:///home/business.db") as database:
            return sum(await column(database, select(stock.c.on_hand)))

    return asyncio.run(read())


@pytest.fixture
def goods(switchboard: CommandLine) -> int:
    """How much the fresh shop has on hand."""
    switchboard.json("demo")
    return on_hand()


def test_12351_is_fulfilled_once(switchboard: CommandLine, goods: int) -> None:
    first = switchboard.json("fulfil", "--order", "12351", "--thread", "job")
    assert (first["status"], first["outcome"], first["graph"]) == ("completed", "fulfilled", "fulfilment")
    done = {"payments": [7500], "refunds": [], "reservations": ["shipped"] * 2, "shipments": ["shipped"]}
    assert (books("12351"), on_hand()) == (done, goods - 2)
    for thread in ((), ("--thread", "job")):
        second = switchboard.json("fulfil", "--order", "12351", *thread)
        assert second["outcome"] == "fulfilled"
        assert "already" in second["reply"]
        assert (books("12351"), on_hand()) == (done, goods - 2)
    assert len(list(Path("home/outbox").glob("*.eml"))) == 1
    status = switchboard.json("support", "where is my order 12351?", "--email", "alan@example.com")
    assert "shipped" in status["reply"] or "on its way" in status["reply"]


def test_12352_is_charged_and_paid_back(switchboard: CommandLine, goods: int) -> None:
    result = switchboard.json("fulfil", "--order", "12352", "--thread", "job")
    assert (result["outcome"], result["values"]["undone"]) == ("compensated", ["charge_card", "reserve_stock"])
    undone = {"payments": [12000], "refunds": [12000], "reservations": ["released"], "shipments": []}
    assert (books("12352"), on_hand()) == (undone, goods)
    assert "$120.00 went back" in result["reply"]
    steps = [entry["node"] for entry in switchboard.json("trace", "job") if entry["event"] == "end"]
    assert steps == [
        *("open_attempt", "reserve_stock", "charge_card", "failure path"),
        *("close_attempt", "refund_charge", "release_stock", "explain_undoing", "notify_customer", "respond"),
    ]


def test_12353_is_never_charged(switchboard: CommandLine, goods: int) -> None:
    result = switchboard.json("fulfil", "--order", "12353")
    assert result["outcome"] == "compensated"
    assert "Nothing was charged" in result["reply"]
    nothing = {"payments": [], "refunds": [], "reservations": ["released"], "shipments": []}
    assert (books("12353"), on_hand()) == (nothing, goods)


@pytest.mark.parametrize(("order_id", "cents"), [("12365", 3000), ("12368", 1900)])
def test_a_lost_answer_changes_nothing(switchboard: CommandLine, goods: int, order_id: str, cents: int) -> None:
    assert switchboard.json("fulfil", "--order", order_id)["outcome"] == "fulfilled"
    done = {"payments": [cents], "refunds": [], "reservations": ["shipped"], "shipments": ["shipped"]}
    assert (books(order_id), on_hand()) == (done, goods - 1)


def test_12369_needs_attention_until_the_bank_takes_the_money_back(switchboard: CommandLine, goods: int) -> None:
    stuck = switchboard.json("fulfil", "--order", "12369", "--thread", "job")
    assert (stuck["status"], stuck["outcome"]) == ("completed", "needs_attention")
    assert "switchboard resume" in stuck["reply"]
    left = {"payments": [1900], "refunds": [], "reservations": ["closing"], "shipments": []}
    assert (books("12369"), on_hand()) == (left, goods - 1)

    again = switchboard.json("resume", "job")
    assert (again["outcome"], again["values"]["ticket_id"]) == ("needs_attention", stuck["values"]["ticket_id"])
    assert [one["outcome"] for one in switchboard.json("threads", "--graph", "fulfilment")] == ["needs_attention"]

    mend_card("12369")
    assert switchboard.json("resume", "job")["outcome"] == "compensated"
    undone = {"payments": [1900], "refunds": [1900], "reservations": ["released"], "shipments": []}
    assert (books("12369"), on_hand()) == (undone, goods)
    assert switchboard("resume", "job").code == 4


def mend_card(order_id: str) -> None:
    async def mend() -> None:
        async with open_database("sqlite:///home/business.db") as database:
            await database.execute(update(orders).where(orders.c.order_id == order_id).values(card=Card.OK.value))

    asyncio.run(mend())


def test_a_compensated_order_can_be_tried_again(switchboard: CommandLine, goods: int) -> None:
    keys = [switchboard.json("fulfil", "--order", "12352", "--thread", "job")["values"]["key"] for _ in range(2)]
    assert keys == ["fulfil/12352/1", "fulfil/12352/2"]
    twice = {"payments": [12000] * 2, "refunds": [12000] * 2, "reservations": ["released"] * 2, "shipments": []}
    assert (books("12352"), on_hand()) == (twice, goods)


def test_a_fork_fulfils_nothing_twice(switchboard: CommandLine, goods: int) -> None:
    switchboard.json("fulfil", "--order", "12351", "--thread", "job")
    history = switchboard.json("history", "job")
    for step in ("reserve_stock", "charge_card", "create_shipment", "confirm"):
        before = next(one["checkpoint_id"] for one in history if one["next"] == [step])
        fork = switchboard.json("fork", "job", "--at", before)["thread_id"]
        assert switchboard.json("resume", fork)["outcome"] == "fulfilled"
    done = {"payments": [7500], "refunds": [], "reservations": ["shipped"] * 2, "shipments": ["shipped"]}
    assert (books("12351"), on_hand()) == (done, goods - 2)


@pytest.mark.parametrize("order", ["99999", "12399"])
def test_an_unknown_order_is_declined(switchboard: CommandLine, order: str) -> None:
    result = switchboard.json("fulfil", "--order", order)
    assert (result["outcome"], result["reply"]) == (
        "declined",
        f"Order {order} does not exist. Check the order number.",
    )


@pytest.mark.parametrize("words", [("fulfil",), ("fulfil", "--order", "")])
def test_an_order_number_is_needed(switchboard: CommandLine, words: tuple[str, ...]) -> None:
    called = switchboard(*words)
    assert (called.code, called.out) == (2, "")
