"""The composition root: settings choose the implementations, and one block opens and closes all of them.

What takes long to import is imported where it is made: lists of threads need no LangGraph, and no web.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from app.approvals.approval_rules import ApprovalRules
from app.approvals.money_limits import limits
from app.clients.database.database import Database
from app.clients.database.text_cipher import TextCipher
from app.clients.demo_shop.carrier import DemoCarrier
from app.clients.demo_shop.ledger import LedgerPayments
from app.clients.demo_shop.no_stock import NoStock
from app.clients.demo_shop.shop_orders import ShopOrders
from app.clients.demo_shop.warehouse import WarehouseStock
from app.clients.mail.outbox import Outbox
from app.clients.tickets.mailed_tickets import MailedTickets
from app.clients.tickets.ticket_table import DatabaseTickets
from app.clients.web.kept_sources import KeptSources
from app.clients.wording.chosen import wording
from app.engines.contract import Unwatched, Watcher
from app.engines.thread_records import ThreadRecords
from app.extras import missing_extra
from app.logs import configure
from app.providers import provided
from app.records.approval_table import DatabaseApprovals
from app.records.checkpoint_outages import told_plainly
from app.records.installation import fact, open_business, sealing_with
from app.records.journal import Journal
from app.records.people import People
from app.records.threads import EngineName, Threads
from app.settings import Settings, variables
from app.system_clock import SystemClock
from graphs import actions
from nodes.ports import Services, install
from nodes.ports.clock import Clock
from nodes.ports.errors import NotConfigured
from nodes.ports.language import Evaluator, Language
from nodes.ports.mail import Mail
from nodes.ports.orders import Orders
from nodes.ports.payments import Payments
from nodes.ports.search import Search
from nodes.ports.stock import Stock
from nodes.ports.tickets import Tickets

if TYPE_CHECKING:
    from app.clients.knowledge.folder import FolderKnowledge
    from app.clients.knowledge.shipped_model import ShippedModel
    from app.clients.knowledge.vectors import EmbeddingModel
    from app.clients.language.research.instruction_probe import InstructionProbe
    from app.clients.language.rules import RulesLanguage
    from app.clients.payments.stripe_api import StripeApi
    from app.clients.tickets.zendesk_tickets import ZendeskApi
    from app.clients.web.limits import WebLimits
    from app.clients.web.reader import WebReader
    from app.engines.langgraph.runner import Runner
    from app.engines.steps.steps_engine import PipelineEngine

T = TypeVar("T")


def at_once(make: Callable[[], T]) -> T:
    return make()


def later(make: Callable[[], T]) -> T:
    """What is made, and imported, when one of its methods is first looked up."""
    return cast("T", _Later(make))


class Made(Protocol):
    def __call__(self, make: Callable[[], T], /) -> T: ...


class _Later:
    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    @cached_property
    def _made(self) -> Any:
        return self._make()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made, name)


def language(settings: Settings) -> Language:
    """The chat model named by SWITCHBOARD_MODEL, or the built-in rules."""
    if settings.model:
        from app.clients.language.chat import ChatLanguage
        from app.clients.language.model_server import ModelServer

        return quoting_for_people(
            settings, reading_numbers(settings, ChatLanguage(ModelServer.from_settings(settings)))
        )
    return offline_language(settings)


def offline_language(settings: Settings) -> Language:
    return quoting_for_people(settings, reading_numbers(settings, _rules()))


def quoting_for_people(settings: Settings, language: Language) -> Language:
    """The language; with the extra `meaning` it quotes nothing that is said to programs in wordings that no rule knows."""
    if settings.embedding_model == "off":
        return language
    from app.clients.language.quotes_for_people import QuotesForPeople

    return cast("Language", QuotesForPeople(language, _instruction_probe))


@cache
def _instruction_probe() -> "InstructionProbe | None":
    from app.clients.language.research.instruction_probe import InstructionProbe

    model = _shipped_model()
    return InstructionProbe(model) if model else None


def reading_numbers(settings: Settings, language: Language) -> Language:
    """The language; where `orders.toml` tells the form of the shop's order numbers, it reads those too."""
    if not settings.orders_file.exists():
        return language
    from app.clients.orders.orders_file import read_file

    form = read_file(settings.orders_file, variables(settings.home)).number
    if form is None:
        return language
    from app.clients.language.shop_numbers import ShopNumbers

    return cast("Language", ShopNumbers(language, form))


def evaluator(settings: Settings) -> Evaluator:
    """The chat model named by SWITCHBOARD_EVALUATOR_MODEL, else the writer's model in a separate call; without a model, none."""
    if settings.evaluator_model or settings.model:
        from app.clients.language.chat import ChatLanguage
        from app.clients.language.model_server import ModelServer

        return ChatLanguage(ModelServer.from_settings(settings, model=settings.evaluator_model))
    return _rules()


def _rules() -> "RulesLanguage":
    from app.clients.language.rules import RulesLanguage

    return RulesLanguage()


def mail(settings: Settings, database: Database, clock: Clock) -> Mail:
    """The SMTP server named by SWITCHBOARD_SMTP_URL, or a folder of .eml files."""
    from app.clients.mail.delivery import FolderMail, SmtpMail

    if settings.smtp_url:
        url = settings.smtp_url.get_secret_value()
        return SmtpMail(url, database, clock, settings.mail_from, approvers=settings.approver_email)
    return FolderMail(settings.outbox, database, clock, settings.mail_from, approvers=settings.approver_email)


def kept_orders(settings: Settings, database: Database, clock: Clock) -> Orders:
    """The orders that `orders.toml` of the home describes, or the demo shop's."""
    if not settings.orders_file.exists():
        return ShopOrders(database)
    from app.clients.orders.own_orders import open_orders

    return open_orders(settings.orders_file, variables(settings.home), clock)


def orders_and_payments(settings: Settings, database: Database, clock: Clock) -> tuple[Orders, Payments]:
    """By Stripe when it is set up; else the demo's gateway for the demo's orders, and people for all others."""
    orders = kept_orders(settings, database, clock)
    if settings.payments == "stripe":
        from app.clients.payments.refund_records import RefundRecords
        from app.clients.payments.stripe_payments import StripeOrders, StripePayments

        api = stripe_api(settings)
        return StripeOrders(orders, api), StripePayments(api, orders, RefundRecords(database, clock))
    if settings.orders_file.exists():
        from app.clients.payments.by_hand import PaymentsByHand

        return orders, PaymentsByHand()
    return orders, LedgerPayments(database, clock)


def stripe_api(settings: Settings) -> "StripeApi":
    """Raises NotConfigured."""
    if not settings.stripe_api_key:
        raise NotConfigured("SWITCHBOARD_PAYMENTS=stripe needs a key: set STRIPE_API_KEY.")
    try:
        from app.clients.payments.stripe_api import StripeApi
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_PAYMENTS=stripe", "stripe") from error
    return StripeApi(settings.stripe_api_key.get_secret_value(), base_url=settings.stripe_base_url)


def stock(settings: Settings, database: Database, clock: Clock) -> Stock:
    """The demo's warehouse; orders of `orders.toml` have none here."""
    return NoStock(database, clock) if settings.orders_file.exists() else WarehouseStock(database, clock)


def tickets(settings: Settings, database: Database, clock: Clock, post: Mail, cipher: TextCipher) -> Tickets:
    """The business database keeps them; a helpdesk gets them by e-mail, in Zendesk or by a webhook when one is named."""
    kept: Tickets = DatabaseTickets(database, clock, cipher)
    if settings.tickets_email:
        kept = MailedTickets(kept, post, settings.tickets_email)
    if settings.zendesk_url:
        from app.clients.tickets.zendesk_tickets import ZendeskTickets

        kept = ZendeskTickets(kept, zendesk(settings), database, clock, cipher)
    return _told_by_webhook(kept, settings, database, clock, cipher) if settings.tickets_webhook else kept


def zendesk(settings: Settings) -> "ZendeskApi":
    """Raises NotConfigured."""
    if not (settings.zendesk_url and settings.zendesk_email and settings.zendesk_token):
        raise NotConfigured("SWITCHBOARD_ZENDESK_URL needs SWITCHBOARD_ZENDESK_EMAIL and SWITCHBOARD_ZENDESK_TOKEN.")
    from app.clients.tickets.zendesk_tickets import ZendeskApi

    return ZendeskApi(settings.zendesk_url, settings.zendesk_email, settings.zendesk_token.get_secret_value())


def _told_by_webhook(
    kept: Tickets, settings: Settings, database: Database, clock: Clock, cipher: TextCipher
) -> Tickets:
    if not (settings.tickets_webhook and settings.tickets_webhook_secret):
        raise NotConfigured("SWITCHBOARD_TICKETS_WEBHOOK needs SWITCHBOARD_TICKETS_WEBHOOK_SECRET, like whsec_...")
    try:
        from app.clients.tickets.webhook_tickets import WebhookTickets
        from app.clients.webhooks.hook import Hook
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_TICKETS_WEBHOOK", "webhooks") from error
    hook = Hook(settings.tickets_webhook, settings.tickets_webhook_secret.get_secret_value())
    return WebhookTickets(kept, hook, database, clock, cipher)


def searches(settings: Settings, knowledge: "FolderKnowledge") -> dict[str, Search]:
    """The corpus, and every web search that is configured."""
    from app.clients.search.corpus import CorpusSearch

    found: dict[str, Search] = {"corpus": CorpusSearch(knowledge)}
    if settings.searxng_url:
        from app.clients.search.searxng import SearxngSearch

        found["searxng"] = SearxngSearch(settings.searxng_url)
    if settings.tavily_api_key:
        from app.clients.search.tavily import TavilySearch

        found["tavily"] = TavilySearch(settings.tavily_api_key.get_secret_value(), base_url=settings.tavily_base_url)
    return found


def web_limits(settings: Settings) -> "WebLimits":
    from app.clients.web.limits import WebLimits

    return WebLimits(
        timeout_s=settings.web_timeout_s,
        per_host=settings.web_per_host,
        per_host_delay_s=settings.web_per_host_delay_s,
        robots=settings.web_robots,
        allowed=settings.web_allow,
    )


def embeddings(settings: Settings) -> "EmbeddingModel | None":
    """The embedding model named by SWITCHBOARD_EMBEDDING_MODEL, the one of the extra `meaning`, or none. Raises NotConfigured."""
    if settings.embedding_model == "off":
        return None
    if not settings.embedding_model:
        return _shipped_model()
    from app.clients.knowledge.embedding_server import EmbeddingServer

    return EmbeddingServer.from_settings(settings)


@cache
def _shipped_model() -> "ShippedModel | None":
    """One for the process, which has 200 MB more with it."""
    from app.clients.knowledge.shipped_model import ShippedModel, is_installed

    return ShippedModel() if is_installed() else None


def knowledge(settings: Settings) -> "FolderKnowledge":
    """The folders of documents. Raises NotConfigured."""
    from app.clients.knowledge.folder import FolderKnowledge

    return FolderKnowledge(settings.knowledge_folder, settings.knowledge_index, embeddings=embeddings(settings))


def _web(settings: Settings) -> "WebReader":
    from app.clients.web.reader import WebReader

    return WebReader(web_limits(settings))


def approval_rules(settings: Settings) -> ApprovalRules:
    """Raises NotConfigured: a table that cannot be read must not stand for the default."""
    table = ApprovalRules(settings.approvals_file)
    table.rules()
    return table


def services(
    settings: Settings,
    database: Database,
    clock: Clock,
    seal: Callable[[str], str],
    cipher: TextCipher,
    made: Made = at_once,
) -> Services:
    """`made`: when what takes long to import is made. What cannot fail is made later in any case."""
    pages = later(lambda: knowledge(settings))
    rules = later(lambda: offline_language(settings))
    orders, payments = orders_and_payments(settings, database, clock)
    return Services(
        orders=orders,
        payments=payments,
        stock=stock(settings, database, clock),
        shipping=DemoCarrier(database, clock),
        mail=(post := made(lambda: mail(settings, database, clock))),
        tickets=tickets(settings, database, clock, post, cipher),
        approvals=DatabaseApprovals(database, clock, approval_rules(settings)),
        language=made(lambda: language(settings)) if settings.model else rules,
        rules=rules,
        knowledge=pages,
        searches=made(lambda: searches(settings, pages)),
        sources=KeptSources(database, clock, web=later(lambda: _web(settings)), corpus=pages, cipher=cipher),
        evaluator=made(lambda: evaluator(settings)) if settings.evaluator_model or settings.model else later(_rules),
        clock=clock,
        limits=limits(settings),
        approver_email=settings.approver_email,
        actions=actions(),
        seal=seal,
        base_url=settings.base_url,
        wording=wording(settings),
        has_people=People(database, clock).any,
    )


@asynccontextmanager
async def open_installation(
    settings: Settings,
    *,
    watcher: Watcher | None = None,
    clock: Clock | None = None,
    engine: EngineName = "langgraph",
    made: Made = at_once,
) -> AsyncIterator[ThreadRecords]:
    """Databases and services, open until the block ends. Raises PartsDoNotFit, NotConfigured, DependencyDown."""
    configure(settings.log_level)
    now = clock or SystemClock()
    async with open_business(settings, engine=engine, clock=now) as database:
        seal, cipher = sealing_with(await fact(database, "secret")), TextCipher(settings.encryption_key)
        async with provided(settings, services(settings, database, now, seal, cipher, made)) as brought:
            with install(brought.services) as installed:
                async with aclosing(Journal(database, settings.journal_file, now)) as journal:
                    yield ThreadRecords(
                        settings=settings,
                        services=installed,
                        origins=brought.origins,
                        threads=Threads(database, now, lease_s=settings.lease_s, engine=engine, cipher=cipher),
                        journal=journal,
                        outbox=Outbox(database, now),
                        people=People(database, now),
                        watcher=watcher or Unwatched(),
                    )


@asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[ThreadRecords]:
    """What the databases know of threads, without an engine, unless a crash left something that only an engine can tell.

    Raises NotConfigured, DependencyDown.
    """
    async with AsyncExitStack() as stack:
        records = await stack.enter_async_context(open_installation(settings, engine=settings.engine, made=later))
        if settings.engine == "langgraph" and await records.threads.abandoned():
            records = await stack.enter_async_context(open_runner(settings, signals=False))
        yield records


@asynccontextmanager
async def open_runner(
    settings: Settings, *, watcher: Watcher | None = None, clock: Clock | None = None, signals: bool = True
) -> AsyncIterator["Runner"]:
    """The default engine, with everything a run needs. Raises NotConfigured, DependencyDown."""
    from app.engines.langgraph.runner import Runner
    from app.records.checkpoints import open_checkpointer

    async with (
        open_installation(settings, watcher=watcher, clock=clock) as opened,
        open_checkpointer(settings) as saver,
    ):
        with told_plainly(settings):
            yield Runner(**vars(opened), saver=saver, signals=signals)


@asynccontextmanager
async def open_pipelines(settings: Settings, *, watcher: Watcher | None = None) -> AsyncIterator["PipelineEngine"]:
    """The engine without a framework, which keeps no checkpoints. Raises NotConfigured, DependencyDown."""
    from app.engines.steps.steps_engine import PipelineEngine

    async with open_installation(settings, watcher=watcher, engine="steps") as opened:
        yield PipelineEngine(**vars(opened))
