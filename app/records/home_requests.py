"""Requests that wait, of a home in order with the demo shop: told without SQLAlchemy, and without the other services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from app.approvals.approval_rules import ApprovalRules
from app.approvals.money_limits import limits
from app.clients.database.plain_sql import PlainDatabase
from app.clients.shop.shop_orders import ShopOrders
from app.clients.wording.chosen import wording
from app.providers import has_providers
from app.records.approval_list import ApprovalList
from app.records.home_lists import HomeLists, open_lists
from app.settings import Settings
from app.system_clock import SystemClock
from graphs import actions, asks
from nodes.ports import Services, install


class _NotHere:
    """A service that no built-in request asks when it is described."""


@asynccontextmanager
async def open_requests(settings: Settings) -> AsyncIterator[HomeLists | None]:
    """None: the home is not in order, or something that is not built in has a say. Raises NotConfigured."""
    if has_providers(settings) or settings.orders_file.exists() or settings.payments != "demo":
        yield None
        return
    async with open_lists(settings) as lists:
        if lists is None or not all(asks(record["action"]) for record in await lists.pending()):
            yield None
            return
        ApprovalRules(settings.approvals_file).rules()
        with install(_services(settings, lists.database)):
            yield lists


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
