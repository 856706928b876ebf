"""Requests that wait, and threads at rest, of a home in order with the demo shop: told without SQLAlchemy and LangGraph."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.approvals.approval_rules import ApprovalRules
from app.approvals.money_limits import limits
from app.clients.database.plain_sql import PlainDatabase, PlainFile
from app.clients.demo_shop.shop_orders import ShopOrders
from app.clients.wording.chosen import wording
from app.engines.run_results import result, shown_again
from app.providers import has_providers
from app.records.approval_list import ApprovalList
from app.records.home_lists import HomeLists, open_lists
from app.records.plain_state import NotPlain, state_at_rest
from app.settings import Settings
from app.system_clock import SystemClock
from graphs import BUILT_IN, actions, asks
from nodes.ports import Services, install

if TYPE_CHECKING:
    from app.engines.contract import RunResult


class _NotHere:
    """A service that no built-in request asks when it is described."""


@dataclass(frozen=True)
class HomeRequests(HomeLists):
    settings: Settings
    services: Services
    with_messages: bool

    async def show(self, thread: str) -> "RunResult":
        """Where the thread stands. Raises UnknownThread, and NotPlain when only an engine can tell."""
        known = await self.threads.get(await self.threads.find(thread))
        if {self.settings.engine, known["engine"]} != {"langgraph"} or known["graph"] not in BUILT_IN:
            raise NotPlain
        with closing(PlainFile(self.settings.checkpoint_path)) as checkpoints:
            values = await state_at_rest(checkpoints, known, with_messages=self.with_messages)
        shown = await result(known, values, self.services, status=known["status"])
        return await shown_again(shown, known, self.services)


@asynccontextmanager
async def open_requests(settings: Settings, *, with_messages: bool = True) -> AsyncIterator[HomeRequests | None]:
    """None: the home is not in order, or something that is not built in has a say. Raises NotConfigured.

    `with_messages`: those of a thread that is shown are wanted, too.
    """
    if has_providers(settings) or settings.orders_file.exists() or settings.payments != "demo":
        yield None
        return
    async with open_lists(settings) as lists:
        if lists is None or not all(asks(record["action"]) for record in await lists.pending()):
            yield None
            return
        ApprovalRules(settings.approvals_file).rules()
        with install(_services(settings, lists.database)) as installed:
            yield HomeRequests(lists.threads, lists.database, lists.cipher, settings, installed, with_messages)


def _services(settings: Settings, database: PlainDatabase) -> Services:
    clock = SystemClock()
    others: dict[str, Any] = dict.fromkeys(Services.__annotations__, _NotHere())
    needed: dict[str, Any] = {
        "orders": ShopOrders(database),
        "approvals": ApprovalList(database, clock),
        "clock": clock,
        "limits": limits(settings),
        "actions": actions(),
        "wording": wording(settings),
    }
    return Services(**others | needed)
