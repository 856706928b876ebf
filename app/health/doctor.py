"""Is this installation able to work? And: what is in the demo shop?"""

import asyncio
import platform
from importlib.metadata import version

from typing_extensions import TypedDict

from app.approvals.approval_rules import ApprovalRules, problems
from app.approvals.sign_in import signed_in
from app.clients.database.database import Database, damage, is_empty, is_there, prepare
from app.clients.database.foreign_tables import TablesOfOthers
from app.clients.demo_shop.demo_data import NAMED_ORDERS, TEST_ORDERS
from app.clients.demo_shop.demo_data import reset as make_anew
from app.clients.demo_shop.shop_orders import ShopOrders
from app.clients.mail.delivery import SmtpMail
from app.clients.mail.outbox import Outbox
from app.clients.notices.chats import Chats
from app.clients.search.searxng import SearxngSearch
from app.clients.web.allowed_machines import Guard
from app.clients.web.reader import need_web_extra
from app.clients.wording.chosen import wording
from app.composition import embeddings, knowledge, open_installation, stripe_api, zendesk
from app.extras import DISTRIBUTION
from app.records.approval_table import DatabaseApprovals
from app.records.checkpoint_mark import read_mark
from app.records.checkpoints import open_checkpointer
from app.records.installation import PartsDoNotFit, look_at_business, open_business
from app.records.people import People
from app.settings import Settings, origins, unknown_names, variables
from app.shown_addresses import shown
from app.system_clock import SystemClock
from graphs import BUILT_IN, actions, left_out, origin, usable
from nodes.ports.errors import MayNotDecide, SwitchboardError
from nodes.ports.orders import Order

NO_ORDERS = "no orders yet; `switchboard demo --fill` puts the demo shop into it"
SHORTEST_DEADLINE_S = 3600
"""A person who is asked by e-mail needs about so long."""


class Check(TypedDict):
    name: str
    ok: bool
    detail: str


class Report(TypedDict):
    ok: bool
    home: str
    version: str
    settings: dict[str, str]  # where each comes from: "environment", a .env file, "default"
    checks: list[Check]


async def examine(settings: Settings, *, check_files: bool = False) -> Report:
    """Open everything once, and say what answers. `check_files`: read every page of the database files too."""
    checks = [
        _fine(
            "switchboard",
            f"{version(DISTRIBUTION)} on Python {platform.python_version()}, LangGraph {version('langgraph')}",
        ),
        _fine("home", str(settings.home)),
        *([await asyncio.to_thread(_files, settings)] if check_files else []),
        *await _databases(settings),
        _settings(settings),
        _encryption(settings),
        await _orders(settings),
        await _payments(settings),
        await _tickets(settings),
        await _people(settings),
        _chats(settings),
        _wording(settings),
        await _language(settings),
        await _knowledge(settings),
        await _embeddings(settings),
        await _engine(settings),
        await _web_search(settings),
        await _mail(settings),
        _workflows(),
        _fine(
            "rules",
            f"approval above {settings.approval_limit_cents} cents, within {settings.approval_timeout_s:g} s; "
            f"{settings.return_window_days}-day return window",
        ),
    ]
    if all(check["ok"] for check in checks):  # what is wrong above keeps the services from opening, too
        checks.append(await _services(settings))
    return {
        "ok": all(check["ok"] for check in checks),
        "home": str(settings.home),
        "version": version(DISTRIBUTION),
        "settings": origins(settings.home),
        "checks": checks,
    }


async def demo_orders(settings: Settings, *, fill: bool = False, reset: bool = False) -> list[Order]:
    """The orders that README and tests share, test cards and test addresses too. First, when asked, an empty shop is filled
    with them, or any shop made anew."""
    async with open_business(settings) as database:
        if reset:
            await make_anew(database, SystemClock().now())
        elif fill:
            await prepare(database, fill_demo=True, clock=SystemClock())
        shop = ShopOrders(database)
        found = [await shop.find(order_id) for order_id in (*NAMED_ORDERS, *TEST_ORDERS)]
    return sorted((order for order in found if order), key=lambda order: order["order_id"])


async def adopt(settings: Settings) -> None:
    """Go on without checkpoints that are lost. Raises NotConfigured for a home that lacks anything else."""
    async with open_business(settings, adopt=True):
        pass


async def _databases(settings: Settings) -> list[Check]:
    """Business database and checkpoints, opened as every command opens them: only if they are of one installation."""
    try:
        await asyncio.to_thread(read_mark, settings)
    except SwitchboardError as error:
        return [await _database_alone(settings), _bad("checkpoints", error)]
    try:
        async with open_business(settings) as database:
            await ShopOrders(database).find("0")
            await database.change("DELETE FROM installation WHERE false", {})  # fails where nothing can be written
            empty = await database.ask(is_empty)
    except PartsDoNotFit as error:
        return [_bad("installation", error)]
    except TablesOfOthers as error:
        return [_bad("database", error)]
    except SwitchboardError as error:
        return [_bad("database", error), await _checkpoints(settings)]
    return [_database_is_fine(settings, empty=empty), await _checkpoints(settings)]


async def _database_alone(settings: Settings) -> Check:
    """While the checkpoints cannot be looked at, nothing is made or changed."""
    try:
        await look_at_business(settings)
    except SwitchboardError as error:
        return _bad("database", error)
    return _database_is_fine(settings)


def _database_is_fine(settings: Settings, *, empty: bool = False) -> Check:
    unfilled = f" ({NO_ORDERS})" if empty and not settings.orders_file.exists() else ""
    return _fine("database", f"{'PostgreSQL' if settings.database_url else f'SQLite in {settings.home}'}{unfilled}")


def _files(settings: Settings) -> Check:
    """PRAGMA quick_check of every database file of the home."""
    files = [settings.home / name for name in ("business.db", "checkpoints.db", "knowledge.db")]
    try:
        found = {file: damage(file) for file in files if is_there(file)}
    except SwitchboardError as error:
        return _bad("files", error)
    damaged = [f"{file} cannot be read whole ({problem})" for file, problem in found.items() if problem]
    if damaged:
        return _bad("files", f"{'; '.join(damaged)}: if it is damaged, restore it from a backup.")
    return _fine("files", f"{len(found)} files, every page can be read")


def _settings(settings: Settings) -> Check:
    """A misspelt name is no error: it may belong to a newer version, or to an extension."""
    unknown = unknown_names(settings.home)
    warned = [f"{name} is unknown{f'; did you mean {near}?' if near else ''}" for name, near in unknown.items()]
    by_place: dict[str, list[str]] = {}
    for name, place in origins(settings.home).items():
        by_place.setdefault(place, []).append(name)
    defaults = len(by_place.pop("default", []))
    said = [f"from {_place(place)}: {', '.join(names)}" for place, names in by_place.items()]
    known = f"WARNING: {', '.join(warned)}" if warned else "every name is known"
    return _fine("settings", "; ".join([known, *said, f"{defaults} defaults"]))


def _encryption(settings: Settings) -> Check:
    """What the key covers, and what it does not. Whether it can be used is told with the checkpoints."""
    covered = "checkpoints, texts of sources, tickets and kept messages"
    if settings.encryption_key is None:
        return _fine("encryption", f"off (SWITCHBOARD_ENCRYPTION_KEY encrypts {covered})")
    open_still = (
        "register of threads, approvals, mails, ledger, knowledge index and journal (which has no customer's words)"
    )
    return _fine("encryption", f"{covered}; not encrypted: {open_still}")


def _place(place: str) -> str:
    return "the environment" if place == "environment" else place


async def _orders(settings: Settings) -> Check:
    """Where the orders are. Those of `orders.toml` are asked for one that does not exist."""
    if not settings.orders_file.exists():
        return _fine("orders", f"the demo shop's (write {settings.orders_file} for your own)")
    from app.clients.orders.own_orders import open_orders

    try:
        own = open_orders(settings.orders_file, variables(settings.home), SystemClock())
        await own.source.check()
    except SwitchboardError as error:
        return _bad("orders", error)
    form = f"; numbers like {own.number}" if own.number else ""
    return _fine("orders", f"{own.source.named}{form}; `switchboard doctor --order ID` shows one")


async def _payments(settings: Settings) -> Check:
    """Who pays refunds. Stripe is asked whether it knows the key."""
    own = settings.orders_file.exists()
    if settings.payments == "demo":
        return _fine(
            "payments", "by hand: refunds are handed to people (set SWITCHBOARD_PAYMENTS)" if own else "the demo's"
        )
    try:
        await stripe_api(settings).greet()
    except SwitchboardError as error:
        return _bad("payments", error)
    return _fine("payments", f"Stripe{f' at {shown(settings.stripe_base_url)}' if settings.stripe_base_url else ''}")


async def _tickets(settings: Settings) -> Check:
    """Where tickets are told. Zendesk is asked for one that does not exist."""
    try:
        if settings.zendesk_url:
            await zendesk(settings).find(["switchboard-doctor"])
    except SwitchboardError as error:
        return _bad("tickets", error)
    told = {"Zendesk": settings.zendesk_url, "e-mail": settings.tickets_email, "webhook": settings.tickets_webhook}
    return _fine("tickets", ", ".join(["kept here", *(name for name, configured in told.items() if configured)]))


async def _people(settings: Settings) -> Check:
    """Who may decide here, and whether `approvals.toml` can be kept to."""
    try:
        async with open_business(settings) as database:
            known = People(database, SystemClock())
            everybody = await known.list()
            try:
                person = await signed_in(known, settings)
            except MayNotDecide as error:
                return _bad("people", error)
    except SwitchboardError:
        return _fine("people", "not looked at")  # the database's own line says what is wrong
    try:
        rules = ApprovalRules(settings.approvals_file).rules()
    except SwitchboardError as error:
        return _bad("people", error)
    if wrong := problems(rules, everybody, actions()):
        return _bad("people", f"{settings.approvals_file}: {'; '.join(wrong)}")
    if not everybody:
        said = "nobody was added: the user of this system decides"
    else:
        said = f"{len(everybody)}, you are {f'{person.name} ({person.role})' if person else 'not signed in'}"
    return _fine("people", f"{said}; {len(rules)} rules of your own" if rules else said)


def _chats(settings: Settings) -> Check:
    """Nothing is sent: people would read it."""
    chats = Chats(settings.notify)
    try:
        chats.check()
    except SwitchboardError as error:
        return _bad("chats", error)
    return _fine("chats", f"{len(chats.targets)} are told" if chats.targets else "none (set SWITCHBOARD_NOTIFY)")


def _wording(settings: Settings) -> Check:
    """The shop's own words, checked as `wording check` does."""
    folder = settings.wording_folder
    try:
        wording(settings)
    except SwitchboardError as error:
        return _bad("wording", error)
    if not folder.exists():
        return _fine("wording", f"built in (`switchboard wording` lists it; your own words go into {folder})")
    from app.clients.wording.shop_sentences import SENTENCES
    from app.clients.wording.shop_wording import files

    return _fine("wording", f"{len(files(folder))} of {len(SENTENCES)} sentences are in your own words")


async def _language(settings: Settings) -> Check:
    """A configured model is asked for one token."""
    if not settings.model:
        return _fine("language", "offline rules (set SWITCHBOARD_MODEL for a chat model)")
    from app.clients.language.model_server import ModelServer

    try:
        for model in dict.fromkeys([settings.model, settings.evaluator_model or settings.model]):
            await ModelServer.from_settings(settings, model=model).greet()
    except SwitchboardError as error:
        return _bad("language", error)
    return _fine("language", f"model {settings.model} answers")


async def _mail(settings: Settings) -> Check:
    """How mail is sent, and what could not be sent. The server is greeted. Unsent mail is a warning."""
    said = ["SMTP server" if settings.smtp_url else f"folder {settings.outbox} (set SWITCHBOARD_SMTP_URL for a server)"]
    if settings.smtp_url and settings.approval_timeout_s < SHORTEST_DEADLINE_S:
        said.append(
            f"WARNING: an approver who gets an e-mail has only {settings.approval_timeout_s:g} s to decide; "
            "set SWITCHBOARD_APPROVAL_TIMEOUT_S to an hour (3600) or more"
        )
    try:
        async with open_business(settings) as database:
            outbox, approvals = Outbox(database, SystemClock()), DatabaseApprovals(database, SystemClock())
            counts = await outbox.counts()
            untold = await outbox.untold([f"{one['approval_id']}:approver" for one in await approvals.pending()])
            problem = await _greeted(settings, database)
    except SwitchboardError:
        return _fine("mail", "; ".join(said))  # the database's own line says what is wrong
    if counts["pending"] or counts["failed"]:
        said.append(f"{counts['pending']} pending, {counts['failed']} failed: `switchboard mails` lists them")
    if untold:
        said.append(f"WARNING: of {len(untold)} pending approvals the approver has not been told")
    return {"name": "mail", "ok": not problem, "detail": "; ".join(filter(None, [problem, *said]))}


async def _greeted(settings: Settings, database: Database) -> str:
    """What the mail server has against us; "" when it lets us in, and for a folder."""
    if not settings.smtp_url:
        return ""
    try:
        await SmtpMail(settings.smtp_url.get_secret_value(), database, SystemClock(), settings.mail_from).greet()
    except SwitchboardError as error:
        return str(error)
    return ""


async def _checkpoints(settings: Settings) -> Check:
    try:
        async with open_checkpointer(settings) as saver:
            await saver.aget_tuple({"configurable": {"thread_id": "doctor"}})
    except SwitchboardError as error:
        return _bad("checkpoints", error)
    return _fine("checkpoints", "PostgreSQL" if settings.checkpoint_url else f"SQLite, {settings.checkpoint_path.name}")


async def _knowledge(settings: Settings) -> Check:
    folder = settings.knowledge_folder
    try:
        passages = await knowledge(settings).refresh()
    except SwitchboardError as error:
        return _bad("knowledge", error)
    if not passages:
        return _bad("knowledge", f"{folder} has no document that can be read. Put some there.")
    return _fine("knowledge", f"{passages} passages in {folder}")


async def _embeddings(settings: Settings) -> Check:
    """Whether the embedding model answers. Without it folders are searched by their words."""
    try:
        model = embeddings(settings)
        if model is None:
            return _fine("embeddings", "off (SWITCHBOARD_EMBEDDING_MODEL finds passages by what they mean, too)")
        await asyncio.to_thread(model.vectors, ["Hello"])
    except SwitchboardError as error:
        return _bad("embeddings", error)
    return _fine("embeddings", f"model {model.name} answers")


async def _engine(settings: Settings) -> Check:
    if settings.engine != "temporal":
        return _fine("engine", f"{settings.engine}, in this process")
    from app.engines.temporal.temporal_engine import open_engine

    try:
        async with open_engine(settings) as engine:
            at = f"Temporal at {settings.temporal_address}, task queue {settings.temporal_task_queue}"
            if await engine.calls.workers():
                return _fine("engine", at)
            return _bad("engine", f"{at}: no worker; start one with `switchboard worker`.")
    except SwitchboardError as error:
        return _bad("engine", error)


async def _web_search(settings: Settings) -> Check:
    """SearXNG is asked for something; a question to Tavily would be paid for."""
    found = {"SearXNG": settings.searxng_url, "Tavily": settings.tavily_api_key}
    try:
        Guard(settings.web_allow)
        if any(found.values()):
            need_web_extra()
        if settings.searxng_url:
            await SearxngSearch(settings.searxng_url).search("switchboard", 1)
    except SwitchboardError as error:
        return _bad("web search", error)
    named = ", ".join(name for name, configured in found.items() if configured)
    return _fine("web search", named or "none (set SWITCHBOARD_SEARXNG_URL or TAVILY_API_KEY)")


def _bad(name: str, problem: object) -> Check:
    return {"name": name, "ok": False, "detail": str(problem)}


def _workflows() -> Check:
    """The workflows of installed packages, each loaded once."""
    own = "".join(f"; {name} of {origin(name)}" for name in usable())
    detail = f"{len(BUILT_IN)} built in{own}"
    problems = left_out()
    return {"name": "workflows", "ok": not problems, "detail": ". ".join([detail, *problems]) if problems else detail}


async def _services(settings: Settings) -> Check:
    """Which services are not the built-in ones, and which provider each comes from."""
    replaced: dict[str, list[str]] = {}
    try:
        async with open_installation(settings) as opened:
            for service, provider in opened.origins.items():
                replaced.setdefault(provider, []).append(service)
    except SwitchboardError as error:
        return {"name": "services", "ok": False, "detail": str(error)}
    own = "; ".join(f"{', '.join(services)} of {provider}" for provider, services in replaced.items())
    return _fine("services", own or "all built in (set SWITCHBOARD_SERVICES for your own)")


def _fine(name: str, detail: str) -> Check:
    return {"name": name, "ok": True, "detail": detail}
