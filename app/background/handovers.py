"""Decisions that a command records and leaves to a server: the server is known by its heartbeat, and answers in a row."""

import json
import uuid
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from app.clients.database.database import Database
from app.clients.database.schema import handovers, servers
from app.clients.database.text_cipher import TextCipher
from app.engines.contract import RunResult
from app.records.owners import died_here, owner
from nodes.ports.clock import Clock, iso

HEARTBEAT_S = 5
SILENT = timedelta(seconds=3 * HEARTBEAT_S)
KEPT = timedelta(hours=1)
"""A result that no command has fetched."""


class Handovers:
    def __init__(self, database: Database, clock: Clock, cipher: TextCipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher
        self._me = owner()

    async def beat(self) -> None:
        """This process is a server. Those that are silent for long are forgotten."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            mine = update(servers).where(servers.c.owner == self._me).values(seen_at=iso(now))
            if not (await connection.execute(mine)).rowcount:
                await connection.execute(insert(servers).values(owner=self._me, seen_at=iso(now)))
                await connection.execute(delete(servers).where(servers.c.seen_at < iso(now - KEPT)))

    async def leave(self) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(servers).where(servers.c.owner == self._me))

    async def server_lives(self) -> bool:
        """Whether a server on this home has been heard of lately, and is not known to have died since."""
        query = select(servers.c.owner).where(servers.c.seen_at > iso(self._clock.now() - SILENT))
        async with self._database.read() as connection:
            return any(not died_here(name) for name in (await connection.scalars(query)).all())

    async def ask(self, thread_id: str) -> str:
        """A command wants to know how the thread's run ends; written before its decision."""
        handover_id = uuid.uuid4().hex
        row = {"handover_id": handover_id, "thread_id": thread_id, "at": iso(self._clock.now())}
        async with self._database.begin() as connection:
            await connection.execute(insert(handovers).values(row))
        return handover_id

    async def done(self, result: RunResult) -> None:
        """Tell the commands that wait for this thread."""
        waiting = update(handovers).where(handovers.c.thread_id == result["thread_id"], handovers.c.result.is_(None))
        async with self._database.read() as connection:
            mine = handovers.c.thread_id == result["thread_id"]
            if await connection.scalar(select(handovers.c.handover_id).where(mine).limit(1)) is None:
                return
        sealed = self._cipher.seal(json.dumps(result))
        async with self._database.begin() as connection:
            await connection.execute(waiting.values(result=sealed))

    async def result(self, handover_id: str) -> RunResult | None:
        """None: it is not there yet."""
        query = select(handovers.c.result).where(handovers.c.handover_id == handover_id)
        async with self._database.read() as connection:
            sealed = await connection.scalar(query)
        found: RunResult | None = json.loads(self._cipher.open(sealed)) if sealed else None
        return found

    async def forget(self, handover_id: str) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(handovers).where(handovers.c.handover_id == handover_id))

    async def forget_old(self) -> None:
        async with self._database.begin() as connection:
            old = handovers.c.at < iso(self._clock.now() - KEPT)
            await connection.execute(delete(handovers).where(old))
