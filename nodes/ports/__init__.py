"""What steps may call: one Protocol per service, and the one place that knows which is installed.

Values that cross these Protocols are plain JSON (TypedDicts), so that they can go into a graph's state as they are.
Money is integer minor units with an ISO-4217 currency; times are ISO-8601 UTC text.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodes.ports.approvals import Approvals
from nodes.ports.clock import Clock
from nodes.ports.errors import NotConfigured
from nodes.ports.knowledge import Knowledge
from nodes.ports.language import Evaluator, Language
from nodes.ports.mail import Mail
from nodes.ports.orders import Orders
from nodes.ports.payments import Payments
from nodes.ports.search import Search
from nodes.ports.shipping import Shipping
from nodes.ports.sources import Sources
from nodes.ports.stock import Stock
from nodes.ports.tickets import Tickets
from nodes.ports.wording import BUILT_IN, Wording

if TYPE_CHECKING:
    from nodes.approvals.action import Action


@dataclass(frozen=True)
class Limits:
    """The numbers of the rules, from Settings."""

    approval_limit_cents: int
    approval_timeout_s: float
    return_window_days: int
    confirm_refunds: bool = False  # every refund of a conversation is offered first
    ship_limit_cents: int | None = None  # US cents; orders above are shipped after an approval; None: without
    other_limits: Mapping[str, int] = field(default_factory=dict)  # by currency, in minor units

    def approval_limit(self, currency: str) -> int | None:
        """Above what refunds need an approval, in minor units; None: a currency without a limit always needs one."""
        return self.approval_limit_cents if currency == "USD" else self.other_limits.get(currency)


async def _nobody() -> bool:
    return False


@dataclass(frozen=True)
class Services:
    """Everything a step can reach."""

    orders: Orders
    payments: Payments
    stock: Stock
    shipping: Shipping
    mail: Mail
    tickets: Tickets
    approvals: Approvals
    language: Language
    rules: Language  # what goes on when the model of `language` is down; may be the same
    evaluator: Evaluator
    knowledge: Knowledge
    searches: Mapping[str, Search]  # by the provider's name; "corpus" is always there
    sources: Sources
    clock: Clock
    limits: Limits
    approver_email: str
    actions: Mapping[str, "Action"]  # what humans are asked to approve, by name
    seal: Callable[[str], str]  # a keyed digest that only this installation can make
    base_url: str | None = None  # where people open Switchboard's pages
    wording: Wording = BUILT_IN
    has_people: Callable[[], Awaitable[bool]] = _nobody  # whether deciders have to sign in


_installed: list[Services] = []


def services() -> Services:
    """The installed services. Raises NotConfigured when none are installed."""
    if not _installed:
        raise NotConfigured(
            "No services are installed. Start the workflow with `async with open_runtime() as switchboard` (docs/python.md), "
            "or put test services around it with nodes.ports.install()."
        )
    return _installed[-1]


def wording() -> Wording:
    """The installed services' words; the built-in ones where rules are asked without services."""
    return _installed[-1].wording if _installed else BUILT_IN


@contextmanager
def install(these: Services) -> Iterator[Services]:
    """Make these the services that steps see, until the block ends."""
    _installed.append(these)
    try:
        yield these
    finally:
        _installed.remove(these)
