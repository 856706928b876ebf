"""Forget a customer: what they wrote, and who they are, leaves every store of ours. What accounting needs stays.

Removed: their threads with checkpoints, journal, sources and kept messages; mails and their files. Redacted: tickets, and the
reasons in approvals and refunds. Kept: that something was asked, decided and paid, with amounts, orders and times. The
customers and orders of the shop are the shop's own.
"""

import asyncio
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, closing, suppress
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from sqlalchemy import case, delete, func, or_, select, update
from typing_extensions import TypedDict

from app.clients.database.audit_chain import chain
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.plain_sql import BUSY_TIMEOUT_S
from app.clients.database.schema import (
    approval_questions,
    approval_remarks,
    approval_voices,
    approvals,
    customers,
    deliveries,
    orders,
    outbox,
    provider_refunds,
    refunds,
    repeated_requests,
    tickets,
)
from app.clients.database.text_cipher import TextCipher
from app.clients.mail.addresses import names
from app.clients.tickets.deliveries import of_ticket
from app.clients.tickets.ticket_list import opened
from app.clients.tickets.ticket_table import sealed
from app.engines.langgraph.runner import Runner
from app.engines.temporal.temporal_engine import open_engine
from app.records.delta_history import left_out
from app.records.journal import files
from app.records.sqlite_saver import SqliteSaver
from app.records.threads import Thread, called
from nodes.ports.clock import iso
from nodes.ports.errors import DependencyDown, InvalidInput, NotConfigured, ThreadUnfinished
from nodes.ports.tickets import Ticket

if TYPE_CHECKING:
    from app.engines.temporal.temporal_client import TemporalEngine

GONE = "(forgotten at the customer's wish)"
ACCOUNTED = ("order_id", "amount_cents", "currency", "receipt_id", "approval_id")
"""What the facts of a ticket keep."""


class Forgotten(TypedDict):
    """What was removed or redacted, or would be."""

    email: str
    dry_run: bool
    threads: list[str]
    tickets: list[str]
    mails: list[str]
    mail_files: list[str]
    approvals: list[str]
    refunds: list[str]
    left: list[str]  # sentences about what is kept elsewhere


async def forget(runner: Runner, email: str, *, dry_run: bool) -> Forgotten:
    """Repeatable: what was interrupted is finished by the next call. Raises InvalidInput, ThreadUnfinished, ThreadBusy."""
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", email.strip()):
        raise InvalidInput(
            f"{email!r} is not an e-mail address, and nothing was forgotten. Write it like ada@example.com."
        )
    async with AsyncExitStack() as opened:
        database = Database(runner.settings.business_url)
        opened.push_async_callback(database.aclose)
        customer = _Customer(runner, database, email.strip().lower())
        theirs = await customer.threads()
        temporal, away = None, ""
        if any(one["engine"] == "temporal" for one in theirs):
            try:
                temporal = await opened.enter_async_context(open_engine(runner.settings))
            except (DependencyDown, NotConfigured) as error:
                away = str(error)
        return await customer.forget(theirs, temporal, away, dry_run=dry_run)


class _DryRun(Exception):
    """Undoes what was written to find out what would be."""

    def __init__(self, report: Forgotten) -> None:
        self.report = report


class _Customer:
    """What there is about one customer."""

    def __init__(self, runner: Runner, database: Database, email: str) -> None:
        self._runner = runner
        self._database = database
        self._email = email
        self._cipher = TextCipher(runner.settings.encryption_key)

    async def forget(
        self, theirs: Sequence[Thread], temporal: "TemporalEngine | None", away: str, *, dry_run: bool
    ) -> Forgotten:
        """`away`: why there is no Temporal, though some of their threads ran there."""
        mine = [one for one in theirs if temporal or one["engine"] != "temporal"]
        for thread in mine:
            if await self._runner.services.approvals.waiting(thread["thread_id"]):
                raise ThreadUnfinished(
                    f"Thread {called(thread)} of this customer waits for an approval, and nothing was forgotten. Decide first, or "
                    f"withdraw it with `switchboard delete {called(thread)} --force`."
                )
        thread_ids, at = {one["thread_id"] for one in theirs}, iso(self._runner.services.clock.now())
        eml = await asyncio.to_thread(self._mail_files)

        async def redacted(connection: AsyncConnection) -> Forgotten:
            order_ids = await self._orders(connection, theirs)
            asked = await self._redact_approvals(connection, thread_ids, order_ids, at)
            await self._redact_questions(connection, thread_ids)
            report = Forgotten(
                email=self._email,
                dry_run=dry_run,
                threads=[called(one) for one in mine],
                tickets=await self._redact_tickets(connection, thread_ids),
                mails=await self._redact_mails(connection, asked),
                mail_files=[file.name for file in eml],
                approvals=asked,
                refunds=await self._redact_refunds(connection, order_ids, at),
                left=self._left([one for one in theirs if one not in mine], away),
            )
            answers = repeated_requests.c.thread_id.in_(thread_ids)
            await connection.execute(delete(repeated_requests).where(answers))
            if dry_run:
                raise _DryRun(report)
            return report

        try:
            report = await self._database.write(redacted)
        except _DryRun as undone:
            return undone.report
        await self._remove(mine, eml, temporal)
        return report

    async def threads(self) -> list[Thread]:
        """Those under the customer's address, and those in whose state it stands."""
        known = await self._runner.recent()
        return [one for one in known if one["email"] == self._email or await self._is_named_in(one)]

    async def _is_named_in(self, thread: Thread) -> bool:
        if thread["engine"] != "langgraph":
            return False
        at: Any = {"configurable": {"thread_id": thread["thread_id"]}}
        saver = self._runner.saver
        saved = await saver.aget_tuple(at)
        if saved is None or self._names(saved.checkpoint["channel_values"]):
            return saved is not None
        elsewhere = [*left_out(saved.metadata)]
        return self._names(await saver.aget_delta_channel_history(config=saved.config, channels=elsewhere))

    def _names(self, value: Any) -> bool:
        return any(names(text, self._email) for text in _texts(value))

    def _mail_files(self) -> list[Path]:
        return [file for file in sorted(self._runner.settings.outbox.glob("*.eml")) if self._is_in_mail(file)]

    def _is_in_mail(self, file: Path) -> bool:
        message = message_from_bytes(file.read_bytes(), policy=default)
        body = message.get_body()
        return self._names([str(message["To"]), str(message["Subject"]), body.get_content() if body else ""])

    async def _orders(self, connection: AsyncConnection, theirs: Sequence[Thread]) -> set[str]:
        """Those they bought, and those of shops of one's own that they asked about. What others bought is theirs."""
        asked = {one["order_id"] for one in theirs if one["email"] == self._email and one["order_id"]}
        known = select(orders.c.order_id, func.lower(customers.c.email)).join(customers)
        of_the_shop = (
            await connection.execute(
                known.where(or_(orders.c.order_id.in_(asked), func.lower(customers.c.email) == self._email))
            )
        ).all()
        return {order for order, email in of_the_shop if email == self._email} | asked - {
            order for order, _ in of_the_shop
        }

    async def _redact_approvals(
        self, connection: AsyncConnection, thread_ids: Collection[str], order_ids: Collection[str], at: str
    ) -> list[str]:
        """The reason that the customer gave. What was asked, granted and decided, and by whom, stays."""
        found = []
        for row in (
            (await connection.execute(select(approvals).where(approvals.c.status != "pending"))).mappings().all()
        ):
            args, granted = row["args"], row["granted"]
            theirs = row["thread_id"] in thread_ids or args.get("order_id") in order_ids or self._names(args)
            redacted = {"args": self._without_words(args), "granted": granted and self._without_words(granted)}
            if not theirs or redacted == {"args": args, "granted": granted}:
                continue
            found.append(row["approval_id"])
            this = approvals.c.approval_id == row["approval_id"]
            await connection.execute(update(approvals).where(this).values(redacted))
        await chain(connection, "approval", found, at)
        await self._redact_voices(connection, found, at)
        return found

    async def _redact_voices(self, connection: AsyncConnection, approval_ids: Collection[str], at: str) -> None:
        """What each of several approvers has granted holds the customer's reason too."""
        theirs = select(approval_voices).where(approval_voices.c.approval_id.in_(approval_ids))
        for row in (await connection.execute(theirs.where(approval_voices.c.verdict == "approved"))).mappings().all():
            approval_id, person = row["approval_id"], row["person"]
            this = (approval_voices.c.approval_id == approval_id) & (approval_voices.c.person == person)
            granted = self._without_words(row["granted"])
            await connection.execute(update(approval_voices).where(this).values(granted=granted))
            await chain(connection, "voice", [f"{approval_id}/{person}"], at)

    async def _redact_questions(self, connection: AsyncConnection, thread_ids: Collection[str]) -> None:
        """What approvers have asked the customer, the answers, and what the customer wrote besides."""
        said = approval_remarks.c.thread_id.in_(thread_ids)
        await connection.execute(update(approval_remarks).where(said).values(text=GONE))
        theirs = approval_questions.c.thread_id.in_(thread_ids)
        answer = case((approval_questions.c.answer.is_(None), None), else_=GONE)
        await connection.execute(update(approval_questions).where(theirs).values(text=GONE, put_to=GONE, answer=answer))

    def _without_words(self, args: dict[str, Any]) -> dict[str, Any]:
        return {
            name: GONE if (name == "reason" and value not in ("", GONE)) or self._names(value) else value
            for name, value in args.items()
        }

    async def _redact_refunds(self, connection: AsyncConnection, order_ids: Collection[str], at: str) -> list[str]:
        theirs = refunds.c.order_id.in_(order_ids) & refunds.c.reason.not_in(["", GONE])
        found = list((await connection.scalars(select(refunds.c.receipt_id).where(theirs))).all())
        await connection.execute(update(refunds).where(refunds.c.receipt_id.in_(found)).values(reason=GONE))
        at_provider = provider_refunds.c.order_id.in_(order_ids) & (provider_refunds.c.reason != "")
        await connection.execute(update(provider_refunds).where(at_provider).values(reason=GONE))
        await chain(connection, "refund", found, at)
        return found

    async def _redact_tickets(self, connection: AsyncConnection, thread_ids: Collection[str]) -> list[str]:
        found = []
        for row in (await connection.execute(select(tickets))).mappings().all():
            ticket = opened(row, self._cipher)
            if ticket["summary"] != GONE and (row["thread_id"] in thread_ids or self._names(ticket)):
                redacted: Ticket = {
                    **ticket,
                    "reason": GONE if self._names(ticket["reason"]) else ticket["reason"],
                    "summary": GONE,
                    "transcript": [],
                    "facts": {name: value for name, value in ticket["facts"].items() if name in ACCOUNTED},
                }
                this = update(tickets).where(tickets.c.ticket_id == ticket["ticket_id"])
                await connection.execute(this.values(**sealed(redacted, self._cipher)))
                await connection.execute(delete(deliveries).where(of_ticket(ticket["ticket_id"])))
                found.append(ticket["ticket_id"])
        return found

    async def _redact_mails(self, connection: AsyncConnection, approval_ids: Collection[str]) -> list[str]:
        """Keys stay, so that no mail is sent again; one that was not sent yet is not sent any more."""
        found = []
        for row in (await connection.execute(select(outbox).where(outbox.c.text.is_not(None)))).mappings().all():
            about = row["key"].partition(":")[0] in approval_ids
            if not about and not self._names([row["recipient"], row["subject"], row["text"]]):
                continue
            found.append(row["key"])
            values: dict[str, Any] = {"text": None, "error": None}
            if row["recipient"].lower() == self._email:
                values |= {"recipient": GONE, "subject": GONE}
            if row["state"] != "sent":
                values |= {"state": "failed", "next_try_at": None, "error": GONE, "ticket_id": row["ticket_id"] or GONE}
            await connection.execute(update(outbox).where(outbox.c.key == row["key"]).values(values))
        return found

    async def _remove(self, mine: Sequence[Thread], eml: Sequence[Path], temporal: "TemporalEngine | None") -> None:
        """Files first: as long as the register has a thread, another call finds what there is of it."""
        await self._runner.journal.settle()
        await asyncio.to_thread(self._remove_files, {one["thread_id"] for one in mine}, eml)
        for thread in mine:
            at = temporal if temporal and thread["engine"] == "temporal" else self._runner
            await at.delete(thread["thread_id"])
        if isinstance(self._runner.saver, SqliteSaver):
            await self._runner.saver.compact()
        if self._database.is_sqlite:
            await asyncio.to_thread(_compact, self._database.path)

    def _remove_files(self, thread_ids: Collection[str], eml: Sequence[Path]) -> None:
        for file in eml:
            file.unlink(missing_ok=True)
        for file in files(self._runner.settings.journal_file):
            _without_threads(file, thread_ids)

    def _left(self, kept: Sequence[Thread], away: str) -> list[str]:
        left = [f"Orders and the customer's address in the shop stay: they are the shop's own ({self._email})."]
        if kept:
            names = ", ".join(called(one) for one in kept)
            left.append(f"Threads on Temporal stay: {names}. {away} Then run this command again.")
        if self._runner.settings.smtp_url:
            left.append("Mails that were sent are with their recipients, and perhaps in the mail server.")
        return left


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value of a state, a ticket or a mail, however deep."""
    match value:
        case str():
            yield value
        case BaseModel():
            yield from _texts(value.model_dump())
        case Mapping():
            yield from _texts([*value, *value.values()])
        case list() | tuple() | set() | frozenset():
            for one in value:
                yield from _texts(one)
        case _:
            yield str(value)


def _without_threads(file: Path, thread_ids: Collection[str]) -> None:
    """The file without the lines of these threads. A line that is written at this very moment may be lost: the table has it."""
    with suppress(FileNotFoundError):
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not any(f'"{one}"' in line for one in thread_ids)]
        if len(kept) == len(lines):
            return
        part = file.with_name(f".{file.name}.part")
        part.touch(mode=0o600)
        part.write_text("".join(kept), encoding="utf-8")
        part.replace(file)


def _compact(file: Path) -> None:
    """What was deleted leaves the file too; while other processes are at work, it stays in free pages until the next time."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file, timeout=BUSY_TIMEOUT_S)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
