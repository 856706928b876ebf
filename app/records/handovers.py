"""Decisions that a command leaves to a server, so that the command need not load an engine.

The command writes a request. A server claims it, decides by the same way as everybody else, and writes the result beside it.
A server is known by its heartbeat. When it dies, the command takes the request back and does it itself.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import delete, insert, select, update
from typing_extensions import TypedDict

from app.clients.database.database import Database
from app.clients.database.schema import handovers, servers
from app.clients.database.text_cipher import TextCipher
from app.records.owners import died_here, owner
from nodes.ports.approvals import Decider
from nodes.ports.clock import Clock, iso

HEARTBEAT_S = 5
SILENT = timedelta(seconds=3 * HEARTBEAT_S)
FRESH = timedelta(minutes=1)
"""An older request is not carried out: its command is gone, or has done it itself."""


class Request(TypedDict):
    handover_id: str
    thread_id: str
    answer: dict[str, Any]
    decider: Decider


class Answer(TypedDict, total=False):
    """A result, or an error: the name of its class, and its sentence."""

    result: Any
    error: str
    message: str


class Handovers:
    def __init__(self, database: Database, clock: Clock, cipher: TextCipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher
        self._me = owner()

    async def beat(self) -> None:
        """This process is a server. What is old is forgotten."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            mine = update(servers).where(servers.c.owner == self._me).values(seen_at=iso(now))
            if not (await connection.execute(mine)).rowcount:
                await connection.execute(insert(servers).values(owner=self._me, seen_at=iso(now)))
            await connection.execute(delete(servers).where(servers.c.seen_at < iso(now - SILENT)))
            await connection.execute(delete(handovers).where(handovers.c.at < iso(now - timedelta(hours=1))))

    async def leave(self) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(servers).where(servers.c.owner == self._me))

    async def server_lives(self) -> bool:
        """Whether a server on this home has been heard of lately, and is not known to have died since."""
        query = select(servers.c.owner).where(servers.c.seen_at > iso(self._clock.now() - SILENT))
        async with self._database.read() as connection:
            return any(not died_here(name) for name in (await connection.scalars(query)).all())

    async def ask(self, thread_id: str, answer: Mapping[str, Any], decider: Decider) -> str:
        request = self._cipher.seal(json.dumps({"answer": dict(answer), "decider": asdict(decider)}))
        row = {"handover_id": uuid.uuid4().hex, "thread_id": thread_id, "request": request}
        async with self._database.begin() as connection:
            await connection.execute(insert(handovers).values(**row, at=iso(self._clock.now())))
        return row["handover_id"]

    async def requests(self) -> list[Request]:
        """What no server has begun."""
        fresh = handovers.c.at > iso(self._clock.now() - FRESH)
        query = select(handovers).where(fresh, handovers.c.claimed_by.is_(None)).order_by(handovers.c.at)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [self._request(row["handover_id"], row["thread_id"], row["request"]) for row in rows]

    async def claim(self, handover_id: str) -> bool:
        """Whether this server carries it out."""
        free = (handovers.c.handover_id == handover_id) & handovers.c.claimed_by.is_(None)
        async with self._database.begin() as connection:
            return bool((await connection.execute(update(handovers).where(free).values(claimed_by=self._me))).rowcount)

    async def done(self, handover_id: str, answer: Answer) -> None:
        sealed = self._cipher.seal(json.dumps(answer, default=str))
        mine = (handovers.c.handover_id == handover_id) & (handovers.c.claimed_by == self._me)
        async with self._database.begin() as connection:
            await connection.execute(update(handovers).where(mine).values(result=sealed))

    async def answer(self, handover_id: str) -> Answer | None:
        """None: it is not there yet. Fetched once."""
        this = handovers.c.handover_id == handover_id
        async with self._database.read() as connection:
            sealed = await connection.scalar(select(handovers.c.result).where(this))
        if sealed is None:
            return None
        async with self._database.begin() as connection:
            await connection.execute(delete(handovers).where(this))
        found: Answer = json.loads(self._cipher.open(sealed))
        return found

    async def taken_back(self, handover_id: str) -> Literal["untouched", "begun"] | None:
        """Take the request back when no server will carry it out. `begun`: one had claimed it, and died.

        None: it is a server's, or it is answered. A server that has not begun within FRESH will not begin.
        """
        this = handovers.c.handover_id == handover_id
        async with self._database.read() as connection:
            row = (await connection.execute(select(handovers).where(this))).mappings().first()
        if row is None:
            return "begun"
        claimed_by = row["claimed_by"]
        is_late = claimed_by is None and row["at"] <= iso(self._clock.now() - FRESH)
        is_dead = claimed_by is not None and died_here(claimed_by)
        if not is_late and not is_dead and await self.server_lives():
            return None
        unchanged = handovers.c.claimed_by.is_(None) if claimed_by is None else handovers.c.claimed_by == claimed_by
        async with self._database.begin() as connection:
            gone = await connection.execute(delete(handovers).where(this, unchanged, handovers.c.result.is_(None)))
        if not gone.rowcount:
            return None
        return "begun" if claimed_by else "untouched"

    def _request(self, handover_id: str, thread_id: str, sealed: str) -> Request:
        request = json.loads(self._cipher.open(sealed))
        decider = Decider(**request["decider"])
        return {"handover_id": handover_id, "thread_id": thread_id, "answer": request["answer"], "decider": decider}
