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

from typing_extensions import TypedDict

from app.clients.database.owners import died_here, owner
from app.clients.database.plain_sql import PlainDatabase, Statements
from app.clients.database.text_cipher import TextCipher
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


class DelegatedDecisions:
    def __init__(self, database: PlainDatabase, clock: Clock, cipher: TextCipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher
        self._me = owner()

    async def beat(self) -> None:
        """This process is a server. What is old is forgotten."""
        now = self._clock.now()
        mine = {"me": self._me, "now": iso(now)}

        async def beaten(statements: Statements) -> None:
            if not await statements.change("UPDATE servers SET seen_at = :now WHERE owner = :me", mine):
                await statements.change("INSERT INTO servers (owner, seen_at) VALUES (:me, :now)", mine)
            await statements.change("DELETE FROM servers WHERE seen_at < :old", {"old": iso(now - SILENT)})
            await statements.change("DELETE FROM handovers WHERE at < :old", {"old": iso(now - timedelta(hours=1))})

        await self._database.write(beaten)

    async def leave(self) -> None:
        await self._database.change("DELETE FROM servers WHERE owner = :me", {"me": self._me})

    async def server_lives(self) -> bool:
        """Whether a server on this home has been heard of lately, and is not known to have died since."""
        query, heard = "SELECT owner FROM servers WHERE seen_at > :old", iso(self._clock.now() - SILENT)
        rows = await self._database.rows(query, {"old": heard})
        return any(not died_here(row["owner"]) for row in rows)

    async def ask(self, thread_id: str, answer: Mapping[str, Any], decider: Decider) -> str:
        request = self._cipher.seal(json.dumps({"answer": dict(answer), "decider": asdict(decider)}))
        row = {"id": uuid.uuid4().hex, "thread_id": thread_id, "at": iso(self._clock.now()), "request": request}
        new = "INSERT INTO handovers (handover_id, thread_id, at, request) VALUES (:id, :thread_id, :at, :request)"
        await self._database.change(new, row)
        return row["id"]

    async def requests(self) -> list[Request]:
        """What no server has begun."""
        query = "SELECT * FROM handovers WHERE at > :late AND claimed_by IS NULL ORDER BY at"
        rows = await self._database.rows(query, {"late": iso(self._clock.now() - FRESH)})
        return [self._request(row["handover_id"], row["thread_id"], row["request"]) for row in rows]

    async def claim(self, handover_id: str) -> bool:
        """Whether this server carries it out."""
        claimed = "UPDATE handovers SET claimed_by = :me WHERE handover_id = :id AND claimed_by IS NULL"
        return bool(await self._database.change(claimed, {"id": handover_id, "me": self._me}))

    async def done(self, handover_id: str, answer: Answer) -> None:
        sealed = self._cipher.seal(json.dumps(answer, default=str))
        written = "UPDATE handovers SET result = :result WHERE handover_id = :id AND claimed_by = :me"
        await self._database.change(written, {"id": handover_id, "me": self._me, "result": sealed})

    async def answer(self, handover_id: str) -> Answer | None:
        """None: it is not there yet. Fetched once."""
        this = {"id": handover_id}
        rows = await self._database.rows("SELECT result FROM handovers WHERE handover_id = :id", this)
        if not rows or rows[0]["result"] is None:
            return None
        await self._database.change("DELETE FROM handovers WHERE handover_id = :id", this)
        found: Answer = json.loads(self._cipher.open(rows[0]["result"]))
        return found

    async def taken_back(self, handover_id: str) -> Literal["untouched", "begun"] | None:
        """Take the request back when no server will carry it out. `begun`: one had claimed it, and died.

        None: it is a server's, or it is answered. A server that has not begun within FRESH will not begin.
        """
        rows = await self._database.rows("SELECT * FROM handovers WHERE handover_id = :id", {"id": handover_id})
        if not rows:
            return "begun"
        claimed_by = rows[0]["claimed_by"]
        is_late = claimed_by is None and rows[0]["at"] <= iso(self._clock.now() - FRESH)
        is_dead = claimed_by is not None and died_here(claimed_by)
        if not is_late and not is_dead and await self.server_lives():
            return None
        unchanged = "DELETE FROM handovers WHERE handover_id = :id AND result IS NULL AND coalesce(claimed_by, '') = :claimed_by"
        gone = await self._database.change(unchanged, {"id": handover_id, "claimed_by": claimed_by or ""})
        if not gone:
            return None
        return "begun" if claimed_by else "untouched"

    def _request(self, handover_id: str, thread_id: str, sealed: str) -> Request:
        request = json.loads(self._cipher.open(sealed))
        decider = Decider(**request["decider"])
        return {"handover_id": handover_id, "thread_id": thread_id, "answer": request["answer"], "decider": decider}
