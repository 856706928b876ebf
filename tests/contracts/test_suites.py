"""The suites that adapters' authors run, on our own adapters and on the fakes: SQLite, PostgreSQL, memory."""

import email
import email.policy
from pathlib import Path

import pytest

from app.clients.database.database import Database
from app.clients.demo_shop.carrier import DemoCarrier
from app.clients.demo_shop.ledger import LedgerPayments
from app.clients.demo_shop.shop_orders import ShopOrders
from app.clients.demo_shop.warehouse import WarehouseStock
from app.clients.mail.delivery import FolderMail
from app.clients.tickets.ticket_table import DatabaseTickets
from app.testing import Fakes, order
from app.testing.contracts import (
    MailContract,
    OrdersContract,
    PaymentsContract,
    ShippingContract,
    StockContract,
    TicketsContract,
)
from app.testing.contracts.mail_contract import Sent
from nodes.ports.mail import Mail
from nodes.ports.orders import Order, Orders
from nodes.ports.payments import Payments
from nodes.ports.shipping import Shipping
from nodes.ports.stock import Reserved, Stock
from nodes.ports.tickets import Tickets
from tests.contracts.conftest import Watch


@pytest.fixture(params=["sqlite", "postgres", "fake"])
def engine(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def fakes() -> Fakes:
    return Fakes(order("12346", total_cents=3950, captured_cents=3950), order("12351", status="placed"))


@pytest.fixture
def shop(engine: str, request: pytest.FixtureRequest) -> Database | None:
    """The database; None: the fakes are tested."""
    return None if engine == "fake" else request.getfixturevalue("database")


@pytest.fixture
def order_id() -> str:
    return "12351"


class TestOrders(OrdersContract):
    @pytest.fixture
    def orders(self, shop: Database | None, fakes: Fakes) -> Orders:
        return ShopOrders(shop) if shop else fakes.services.orders

    @pytest.fixture
    def order_id(self) -> str:
        return "12346"


class TestPayments(PaymentsContract):
    @pytest.fixture
    def payments(self, shop: Database | None, fakes: Fakes, clock: Watch) -> Payments:
        return LedgerPayments(shop, clock) if shop else fakes.shop

    @pytest.fixture
    async def order(self, shop: Database | None, fakes: Fakes) -> Order:
        found = await (ShopOrders(shop) if shop else fakes.services.orders).find("12346")
        assert found
        return found


class TestStock(StockContract):
    @pytest.fixture
    def stock(self, shop: Database | None, fakes: Fakes, clock: Watch) -> Stock:
        return WarehouseStock(shop, clock) if shop else fakes.stock

    @pytest.fixture
    def items(self) -> list[Reserved]:
        return [{"sku": "APRON", "quantity": 2}, {"sku": "SCALE", "quantity": 1}]


class TestShipping(ShippingContract):
    @pytest.fixture
    def shipping(self, shop: Database | None, fakes: Fakes, clock: Watch) -> Shipping:
        return DemoCarrier(shop, clock, slow_s=0) if shop else fakes.shipping


class TestTickets(TicketsContract):
    @pytest.fixture
    def tickets(self, shop: Database | None, fakes: Fakes, clock: Watch) -> Tickets:
        return DatabaseTickets(shop, clock) if shop else fakes.tickets


class TestMail(MailContract):
    @pytest.fixture
    def mail(self, shop: Database | None, fakes: Fakes, clock: Watch, tmp_path: Path) -> Mail:
        return FolderMail(tmp_path / "outbox", shop, clock, "support@shop.example") if shop else fakes.mail

    @pytest.fixture
    def sent(self, shop: Database | None, fakes: Fakes, tmp_path: Path) -> Sent:
        return (lambda: in_folder(tmp_path / "outbox")) if shop else lambda: list(fakes.mail.sent.values())


def in_folder(folder: Path) -> list[dict[str, str]]:
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    letters = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    return [{"to": one["To"], "subject": one["Subject"], "text": str(one.get_content())} for one in letters]
