"""The suites that every implementation of a port has to pass (extra `testing`).

Inherit from one in a test module of your own, and write the fixtures that its docstring names:

    class TestMyMail(MailContract):
        @pytest.fixture
        def mail(self) -> MyMail: ...
"""

from app.testing.contracts.approvals_contract import ApprovalsContract
from app.testing.contracts.knowledge_contract import KnowledgeContract
from app.testing.contracts.language_contract import LanguageContract
from app.testing.contracts.mail_contract import MailContract
from app.testing.contracts.orders_contract import OrdersContract
from app.testing.contracts.payments_contract import PaymentsContract
from app.testing.contracts.search_contract import SearchContract
from app.testing.contracts.shipping_contract import ShippingContract
from app.testing.contracts.sources_contract import SourcesContract
from app.testing.contracts.stock_contract import StockContract
from app.testing.contracts.tickets_contract import TicketsContract

__all__ = [
    "ApprovalsContract",
    "KnowledgeContract",
    "LanguageContract",
    "MailContract",
    "OrdersContract",
    "PaymentsContract",
    "SearchContract",
    "ShippingContract",
    "SourcesContract",
    "StockContract",
    "TicketsContract",
]
