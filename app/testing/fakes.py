"""All fakes together, as one set of services."""

from app.records.installation import sealing_with
from app.testing.fake_approvals import FakeApprovals
from app.testing.fake_clock import FakeClock
from app.testing.fake_language import FakeEvaluator, FakeLanguage
from app.testing.fake_mail import FakeMail
from app.testing.fake_shipping import FakeShipping
from app.testing.fake_shop import FakeOrders, FakeShop, order
from app.testing.fake_sources import FakeKnowledge, FakeSearch, FakeSources
from app.testing.fake_stock import FakeStock
from app.testing.fake_tickets import FakeTickets
from graphs import actions
from nodes.ports import Limits, Services
from nodes.ports.orders import Order


class Fakes:
    """All fakes together, as a test sees them; `services` is what the graphs see."""

    def __init__(self, *orders: Order) -> None:
        self.clock = FakeClock()
        self.shop = FakeShop(*(orders or (order(),)))
        self.stock = FakeStock(self.shop)
        self.shop.status_of = self.stock.status_of
        self.shipping = FakeShipping()
        self.mail = FakeMail()
        self.tickets = FakeTickets()
        self.approvals = FakeApprovals(self.clock)
        self.language = FakeLanguage()
        self.rules = FakeLanguage(understands=self.language.understands)
        self.evaluator = FakeEvaluator()
        self.knowledge = FakeKnowledge()
        self.search = FakeSearch()
        self.sources = FakeSources()
        self.services = Services(
            orders=FakeOrders(self.shop),
            payments=self.shop,
            stock=self.stock,
            shipping=self.shipping,
            mail=self.mail,
            tickets=self.tickets,
            approvals=self.approvals,
            language=self.language,
            rules=self.rules,
            evaluator=self.evaluator,
            knowledge=self.knowledge,
            searches={"corpus": self.search},
            sources=self.sources,
            clock=self.clock,
            limits=Limits(approval_limit_cents=10_000, approval_timeout_s=300, return_window_days=30),
            approver_email="approver@shop.example",
            actions=actions(),
            seal=sealing_with("the secret of the tests"),
        )
