"""Whether the audit is whole: approvals, voices, payments, refunds and journal against the chains that were made as they were written."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from sqlalchemy import func, select
from typing_extensions import TypedDict

from app.clients.database.audit_chain import CHAINED, OF_THE_SHOP, REF, RESET, START, UNLINKED, linked, row_digest
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import audit, journal, journal_heads
from app.records.journal import Entry, link_of

MOST_PROBLEMS = 100


class Audit(TypedDict):
    ok: bool
    records: int  # of the chain of approvals, payments and refunds
    head: str  # its last link: kept elsewhere, it tells later whether the chain was made anew
    entries: int  # of the journal
    unlinked: int  # entries of the journal that are older than its links
    problems: list[str]


async def verify(database: Database, *, head: str | None = None) -> Audit:
    """Read everything once. `head`: a link that the chain had earlier, and has to have still."""
    return await database.ask(lambda connection: _verified(connection, head))


async def _verified(connection: AsyncConnection, head: str | None) -> Audit:
    records = (await connection.execute(select(audit).order_by(audit.c.seq))).mappings().all()
    links = [row["link"] for row in records]
    problems = _broken(records)
    if head and head not in links:
        problems.append(f"The chain has no link {head} any more: it was made anew, or cut off.")
    for kind in CHAINED:
        problems += [one async for one in _changed_rows(connection, kind, _latest(records, kind))]
    problems += [one async for one in _changed_entries(connection, _unlinked(records))]
    problems += await _cut_off(connection)
    counts = (await connection.execute(select(func.count(), func.count(journal.c.link)).select_from(journal))).one()
    return {
        "ok": not problems,
        "records": len(records),
        "head": links[-1] if links else START,
        "entries": counts[0],
        "unlinked": counts[0] - counts[1],
        "problems": problems[:MOST_PROBLEMS],
    }


def _broken(records: Any) -> list[str]:
    """Records of the chain whose link is not made from the one before; each is compared with what stands there."""
    found, before = [], START
    for row in records:
        if linked(before, row["kind"], row["ref"], row["digest"], row["at"]) != row["link"]:
            found.append(
                f"Record {row['seq']} of the chain ({row['kind']} {row['ref']}) was changed, or one before it is gone."
            )
        before = row["link"]
    return found


def _latest(records: Any, kind: str) -> dict[str, str]:
    """What each row of this kind was last written as."""
    latest: dict[str, str] = {}
    for row in records:
        if row["kind"] == kind:
            latest[row["ref"]] = row["digest"]
        elif row["kind"] == RESET and kind in OF_THE_SHOP:
            latest.clear()
    return latest


async def _changed_rows(connection: AsyncConnection, kind: str, latest: Mapping[str, str]) -> AsyncIterator[str]:
    table, name = CHAINED[kind]
    missing = set(latest)
    async for row in connection.stream(select(table, name.label(REF))):
        missing.discard(row[REF])
        if row[REF] not in latest:
            yield f"The {kind} {row[REF]} was not written by Switchboard."
        elif row_digest(row) != latest[row[REF]]:
            yield f"The {kind} {row[REF]} was changed."
    for ref in sorted(missing):
        yield f"The {kind} {ref} is gone."


def _unlinked(records: Any) -> int:
    return max((int(row["ref"]) for row in records if row["kind"] == UNLINKED), default=0)


async def _cut_off(connection: AsyncConnection) -> list[str]:
    """Threads whose journal does not end as it was written."""
    last = select(func.max(journal.c.entry_id)).group_by(journal.c.thread_id)
    ends = select(journal.c.thread_id, journal.c.link).where(journal.c.entry_id.in_(last), journal.c.link.is_not(None))
    links = {row.thread_id: row.link for row in await connection.execute(ends)}
    heads = {row.thread_id: row.link for row in await connection.execute(select(journal_heads))}
    return [
        f"The journal of thread {thread} does not end with the entry that was written last: entries are gone, or were added."
        for thread in sorted({*links, *heads})
        if links.get(thread) != heads.get(thread)
    ]


async def _changed_entries(connection: AsyncConnection, unlinked: int) -> AsyncIterator[str]:
    columns = [journal.c[name] for name in (*Entry.__annotations__, "entry_id", "link")]
    thread, before = None, START
    async for row in connection.stream(select(*columns).order_by(journal.c.thread_id, journal.c.entry_id)):
        if row["thread_id"] != thread:
            thread, before = row["thread_id"], START
        if row["link"] is None and row["entry_id"] <= unlinked:
            continue  # of an older home
        if row["link"] != link_of(dict(row), before):
            yield f"Entry {row['entry_id']} of the journal (thread {thread}) was changed, or one before it is gone."
        before = row["link"] or "?"
