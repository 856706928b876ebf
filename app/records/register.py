"""The register of threads as it is read, by lists and to find a thread. In plain SQL, without SQLAlchemy."""

import uuid
from collections.abc import Collection
from typing import Any, Literal

from typing_extensions import TypedDict, Unpack

from app.clients.database.owners import died_here
from app.clients.database.plain_sql import PlainDatabase, Row, Statements, one_of
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import AmbiguousThread, UnknownThread

NAMES = uuid.UUID("6f0b2a0e-8d0c-5d5e-9b57-2f1f6f0f7a11")
"""Namespace of the uuid5 that a thread's own name is mapped to."""

LONGEST_SHOWN = 80  # characters of a reference that is unknown
SHORTEST_PREFIX = 4
SHORTEST_PREFIX_TO_GO_ON = 8
"""A new run takes a shorter word for a name: by chance, it might begin the id of somebody else's thread."""
SHORTEST_SHOWN = SHORTEST_PREFIX_TO_GO_ON

PAGE = 500
"""How many threads are asked for at once."""

Status = Literal["completed", "waiting", "failed", "running"]
EngineName = Literal["langgraph", "temporal", "steps"]

PAYOUT_FAILED = """EXISTS (
    SELECT 1 FROM provider_refunds JOIN tickets ON tickets.ticket_id = provider_refunds.ticket_id
    WHERE provider_refunds.thread_id = threads.thread_id AND tickets.status = 'open'
)"""
"""Whether an open ticket asks people to pay a refund of this thread that has failed."""

_SHORTEN = """
SELECT thread_id,
    (SELECT max(others.thread_id) FROM threads others WHERE others.thread_id < threads.thread_id) AS one,
    (SELECT min(others.thread_id) FROM threads others WHERE others.thread_id > threads.thread_id) AS other
FROM threads WHERE thread_id IN """


class Thread(TypedDict):
    thread_id: str
    name: str | None
    graph: str
    engine: EngineName
    status: Status
    outcome: str | None
    order_id: str | None
    email: str | None
    created_at: str
    updated_at: str


_COLUMNS = {name: name for name in Thread.__annotations__} | {"email": "customer"}


class Wanted(TypedDict, total=False):
    """Which threads are looked for; `since` and `until` are ISO times of the last activity."""

    status: Status | None
    outcome: str | None
    graph: str | None
    order_id: str | None
    email: str | None
    since: str | None
    until: str | None
    opened_by: str | None
    sort: str | None  # a field of Thread, "-" before it: the other way round; left out: most recently active first
    limit: int | None


class Register:
    """Every thread that was ever started, and its last known status."""

    def __init__(self, database: PlainDatabase, clock: Clock, *, engine: EngineName = "langgraph") -> None:
        """`engine`: the one that uses this register."""
        self._plain = database
        self._clock = clock
        self.engine = engine

    async def find(self, reference: str, *, shortest_prefix: int = SHORTEST_PREFIX) -> str:
        """The id of the thread known by this id, name or unique prefix. Raises UnknownThread, AmbiguousThread."""
        try:
            exact = as_uuid(reference) or named(reference)
        except UnicodeEncodeError as error:
            raise unknown(reference) from error
        query, values = "SELECT thread_id FROM threads WHERE thread_id = :exact", {"exact": exact}
        if shortest_prefix <= len(reference) < len(exact):
            query += " OR thread_id LIKE :beginning ESCAPE '/' LIMIT 10"
            values["beginning"] = f"{_literally(reference.lower())}%"
        found = [row["thread_id"] for row in await self._plain.rows(query, values)]
        if exact in found:
            return exact
        if not found:
            raise unknown(reference)
        if len(found) > 1:
            raise AmbiguousThread(f"{reference!r} fits {len(found)} threads. Type more of the id.")
        return str(found[0])

    async def get(self, thread_id: str) -> Thread:
        """Raises UnknownThread."""
        rows = await self._plain.rows("SELECT * FROM threads WHERE thread_id = :thread_id", {"thread_id": thread_id})
        if not rows:
            raise unknown(thread_id)
        return self._thread(rows[0])

    async def recent(self, **wanted: Unpack[Wanted]) -> list[Thread]:
        """Most recently active first, or sorted by a field."""
        conditions, values = _conditions(wanted)
        status, sort, limit = wanted.get("status"), wanted.get("sort") or "-updated_at", wanted.get("limit")
        values["limit"] = 2**63 - 1 if limit is None else limit

        def query(*further: str, cut: bool = True) -> str:
            where = " AND ".join([*conditions, *further]) or "1 = 1"
            return f"SELECT * FROM threads WHERE {where} ORDER BY {_order(sort)}{' LIMIT :limit' if cut else ''}"  # noqa: S608

        if status not in ("failed", "running"):
            return await self._listed([query()], values)
        queries = [query("status = 'running'", cut=False)]  # or failed: only a look at the process tells
        if status == "failed":
            queries.append(query("status = 'failed'"))
        return _sorted([one for one in await self._listed(queries, values) if one["status"] == status], sort)[:limit]

    async def some(self, thread_ids: Collection[str]) -> list[Thread]:
        """Those of these threads that exist, in no order."""
        found: list[Thread] = []
        for page in pages(list(thread_ids)):
            these, values = one_of("thread_id", page)
            found += await self._listed([f"SELECT * FROM threads WHERE thread_id IN {these}"], values)  # noqa: S608
        return found

    async def short_ids(self, thread_ids: Collection[str]) -> dict[str, str]:
        """Of each id the beginning that no other thread's id has."""
        rows: list[Row] = []
        for page in pages(list(thread_ids)):
            these, values = one_of("thread_id", page)
            rows += await self._plain.rows(_SHORTEN + these, values)
        return {
            row["thread_id"]: _beginning(row["thread_id"], [one for one in (row["one"], row["other"]) if one])
            for row in rows
        }

    async def abandoned(self) -> list[Thread]:
        """Threads of this engine that say they are running, and that no living process runs."""
        query = "SELECT * FROM threads WHERE status = 'running' AND engine = :engine"
        return [one for one in await self._listed([query], {"engine": self.engine}) if one["status"] == "failed"]

    async def _listed(self, queries: Collection[str], values: dict[str, Any]) -> list[Thread]:
        async def listed(statements: Statements) -> list[Thread]:
            return [self._thread(row) for query in queries for row in await statements.rows(query, values)]

        return await self._plain.ask(listed)

    def _alive(self, row: Row) -> bool:
        return str(row["lease_until"]) > iso(self._clock.now()) and not died_here(str(row["lease_owner"]))

    def _thread(self, row: Row) -> Thread:
        """A thread that says "running" and that nobody runs has crashed: shown as failed."""
        status: Status = row["status"]
        if status == "running" and not (row["lease_owner"] and self._alive(row)):
            status = "failed"
        return Thread(
            thread_id=row["thread_id"],
            name=row["name"],
            graph=row["graph"],
            engine=row["engine"],
            status=status,
            outcome=row["outcome"],
            order_id=row["order_id"],
            email=row["customer"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
        )


def _conditions(wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """What is asked for, and the values in it."""
    status, email, outcome = wanted.get("status"), wanted.get("email"), wanted.get("outcome")
    equal = {
        "graph": wanted.get("graph"),
        "outcome": outcome if outcome != "needs_attention" else None,
        "order_id": wanted.get("order_id"),
        "opened_by": wanted.get("opened_by"),
        "customer": email and email.strip().lower(),
        "status": status if status in ("completed", "waiting") else None,
    }
    values: dict[str, Any] = {column: value for column, value in equal.items() if value}
    found = [f"{column} = :{column}" for column in values]
    if outcome == "needs_attention":
        found.append(f"(outcome = 'needs_attention' OR {PAYOUT_FAILED})")
    for name, compared in (("since", ">="), ("until", "<=")):
        if moment := wanted.get(name):
            found.append(f"updated_at {compared} :{name}")
            values[name] = moment
    return found, values


def _order(sort: str) -> str:
    name = sort.removeprefix("-")
    column, way = _COLUMNS[name], " DESC" if sort != name else ""
    return f"updated_at{way}" if name == "updated_at" else f"coalesce({column}, ''){way}, updated_at DESC"


def _sorted(listed: list[Thread], sort: str) -> list[Thread]:
    """As `_order`, of what two queries found."""
    name = sort.removeprefix("-")
    latest = sorted(listed, key=lambda one: one["updated_at"], reverse=True)
    return sorted(latest, key=lambda one: str(one.get(name) or ""), reverse=sort != name)


def _literally(text: str) -> str:
    """The text as a pattern of LIKE that fits itself alone."""
    return "".join(f"/{one}" if one in "/%_" else one for one in text)


def pages(found: list[str]) -> list[list[str]]:
    return [found[start : start + PAGE] for start in range(0, len(found), PAGE)]


def _beginning(own: str, others: Collection[str]) -> str:
    lengths = range(SHORTEST_SHOWN, len(own))
    return next((own[:one] for one in lengths if not any(other.startswith(own[:one]) for other in others)), own)


def called(thread: Thread) -> str:
    """What a person calls the thread by, and can type again."""
    return thread["name"] or thread["thread_id"]


def new_thread_id() -> str:
    return str(uuid.uuid4())


def named(name: str) -> str:
    """The thread id that stands for a name of the user's own."""
    return str(uuid.uuid5(NAMES, name))


def as_uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def unknown(reference: str) -> UnknownThread:
    return UnknownThread(f"There is no thread {reference[:LONGEST_SHOWN]!r}. `switchboard threads` lists them.")
