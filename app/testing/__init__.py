"""For tests of workflows and adapters: fakes of every service, and the suites that an adapter has to pass (contracts).

Fakes are small, in memory, and idempotent like the real services; they remember what they were asked, and fail when told to.
"""

from app.testing.fake_approvals import FakeApprovals
from app.testing.fake_clock import NOON, FakeClock
from app.testing.fake_language import FakeEvaluator, FakeLanguage, brief
from app.testing.fake_mail import FakeMail
from app.testing.fake_shipping import FakeShipping
from app.testing.fake_shop import FakeOrders, FakeShop, order
from app.testing.fake_sources import FakeKnowledge, FakeSearch, FakeSources
from app.testing.fake_stock import FakeStock
from app.testing.fake_tickets import FakeTickets
from app.testing.fakes import Fakes
from app.testing.scripted_failures import PASSES, Failing

__all__ = [
    "NOON",
    "PASSES",
    "Failing",
    "FakeApprovals",
    "FakeClock",
    "FakeEvaluator",
    "FakeKnowledge",
    "FakeLanguage",
    "FakeMail",
    "FakeOrders",
    "FakeSearch",
    "FakeShipping",
    "FakeShop",
    "FakeSources",
    "FakeStock",
    "FakeTickets",
    "Fakes",
    "brief",
    "order",
]
