"""Races between real processes: they line up, and start when the last one is there."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from threading import Barrier

from app.clients.demo_shop.ledger import LedgerPayments
from app.clients.tickets.ticket_table import DatabaseTickets
from app.system_clock import SystemClock
from nodes.ports.errors import SwitchboardError
from tests.processes import CONTEXT, WAIT_S, barrier
from tests.stored import open_database

Act = Callable[..., Coroutine[None, None, str]]

_lines: list[Barrier] = []


def race(act: Act, *runners: tuple[object, ...]) -> list[str]:
    """What `act` returned for each runner's arguments, or the name of the error that it met."""
    line = barrier(len(runners))
    with ProcessPoolExecutor(len(runners), CONTEXT, initializer=line_up, initargs=(line,)) as processes:
        return list(processes.map(run, [act] * len(runners), runners))


def line_up(line: Barrier) -> None:
    _lines.append(line)


def run(act: Act, arguments: tuple[object, ...]) -> str:
    _lines[0].wait(WAIT_S)
    try:
        return asyncio.run(act(*arguments))
    except SwitchboardError as error:
        return type(error).__name__


async def refund(url: str, order_id: str, key: str, cents: int) -> str:
    async with open_database(url) as database:
        payments = LedgerPayments(database, SystemClock())
        receipt = await payments.refund(
            key=key, order_id=order_id, amount_cents=cents, currency="USD", reason="A race."
        )
        return receipt["receipt_id"]


async def open_ticket(url: str, key: str) -> str:
    async with open_database(url) as database:
        tickets = DatabaseTickets(database, SystemClock())
        ticket = await tickets.open(key=key, thread_id="t", reason="race", summary="", transcript=[], facts={})
        return ticket["ticket_id"]


async def open_home(url: str) -> str:
    async with open_database(url, fill_demo=True):
        return "opened"
