"""Who is told of an approval that waits, and reminded before its deadline: written down, and sent as messages are.

A link leads to a page that shows the request. Opening it decides nothing.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, select

from app.approvals.approval_rules import escalates_at, terms_of
from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import outgoing
from app.clients.mail.addresses import is_address
from app.clients.webhooks.outgoing_messages import Message
from nodes.ports import Services
from nodes.ports.approvals import Approval
from nodes.ports.clock import iso, parse

Key = tuple[str, str]
"""Of a message: its event, and its receiver."""

APPROVER = "approver"
"""The receiver of reminders by mail."""


@dataclass(frozen=True)
class Notices:
    database: Database
    services: Services
    chats: Sequence[str]
    reminders_s: Sequence[float] = ()
    """Seconds before the deadline, where `approvals.toml` names none."""
    base_url: str | None = None

    async def write(self, pending: Iterable[Approval]) -> None:
        """Repeatable: each notice is written once."""
        wanted = {(str(one["event_id"]), str(one["target"])): one for record in pending for one in self._due(record)}
        if not wanted or not await self._new(wanted):
            return

        async def written(connection: AsyncConnection) -> None:
            known = await _written(connection, wanted)
            if new := [one for key, one in wanted.items() if key not in known]:
                await connection.execute(insert(outgoing), new)

        await self.database.write(written)

    async def _new(self, wanted: Collection[Key]) -> bool:
        async def asked(connection: AsyncConnection) -> bool:
            return not set(wanted) <= await _written(connection, wanted)

        return await self.database.ask(asked)

    async def send_reminder(self, message: Message) -> None:
        told = json.loads(message["body"])
        await self.services.mail.send(
            key=message["event_id"],
            to=told.get("to") or self.services.approver_email,
            subject=told["title"],
            text=f"{told['text']}\n",
        )

    def _due(self, record: Approval) -> Iterator[dict[str, object]]:
        now, deadline = self.services.clock.now(), parse(record["expires_at"])
        if now >= deadline:
            return
        headline = self.services.actions[record["action"]].headline(record["args"])
        for target in self.chats:
            yield self._message(record, "asked", target, f"Approval needed: {headline}")
        terms, asked = terms_of(record), parse(record["requested_at"])
        every = terms["remind_s"] or self.reminders_s
        reminders = [one for one in every if asked < deadline - timedelta(seconds=one)]
        past = [one for one in reminders if deadline - timedelta(seconds=one) <= now]
        if past:
            for target in (*self.chats, APPROVER):
                title = f"Still to be decided: {headline}"
                yield self._message(record, f"reminder-{min(past):g}", target, title)
        above, since = terms["escalate_to"], escalates_at(terms, record["requested_at"], record["expires_at"])
        if above and since and since <= iso(now):
            to = above if is_address(above) else None
            for target in (*self.chats, APPROVER):
                yield self._message(record, "escalation", target, f"Escalated to {above}: {headline}", to=to)

    def _message(
        self, record: Approval, what: str, target: str, title: str, *, to: str | None = None
    ) -> dict[str, object]:
        told = {"title": title, "text": self._text(record)} | ({"to": to} if to else {})
        now = iso(self.services.clock.now())
        return {
            "event_id": f"{record['approval_id']}:{what}",
            "target": target,
            "kind": "notice",
            "body": json.dumps(told, ensure_ascii=False),
            "at": now,
            "tries": 0,
            "next_try_at": now,
        }

    def _text(self, record: Approval) -> str:
        deadline = parse(record["expires_at"]).strftime("%Y-%m-%d %H:%M UTC")
        if self.base_url:
            return f"Decide before {deadline}: {self.base_url.rstrip('/')}/approvals/{record['approval_id']}"
        thread_id = record["thread_id"]
        return (
            f"Decide before {deadline}: switchboard approve {thread_id}, or switchboard reject {thread_id} --reason WHY"
        )


async def _written(connection: AsyncConnection, keys: Collection[Key]) -> set[Key]:
    """Which messages there are for these events."""
    mine = outgoing.c.event_id.in_({event_id for event_id, _ in keys})
    rows = await connection.execute(select(outgoing.c.event_id, outgoing.c.target).where(mine))
    return {(event_id, target) for event_id, target in rows.all()}
