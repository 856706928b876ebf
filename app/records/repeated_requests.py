"""Requests that carry an Idempotency-Key: each is done once, and a repeated one gets the first one's answer."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Row, delete, insert, select, update

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.owners import died_here, owner
from app.clients.database.schema import repeated_requests as requests
from app.clients.database.text_cipher import TextCipher
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import InvalidInput, Refused

KEPT = timedelta(days=7)
LONGEST_KEY = 255


class RequestInFlight(Refused):
    """A request with this key is being answered."""


class RequestCutOff(Refused):
    """The process that answered a request with this key has died: nobody knows how far it came."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: str


class RepeatedRequests:
    def __init__(self, database: Database, clock: Clock, cipher: TextCipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher

    async def claim(self, key: str, person: str, digest: str) -> Answer | None:
        """None: the caller answers this request now, and then calls `keep` or `release`. Else the answer it got before.

        Raises InvalidInput for a key that stands for another request, RequestInFlight, RequestCutOff.
        """
        if not (0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            raise InvalidInput(f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters.")
        now = self._clock.now()
        mine = (requests.c.key == key) & (requests.c.person == person)

        async def written(connection: AsyncConnection) -> Answer | None:
            await connection.execute(delete(requests).where(requests.c.at < iso(now - KEPT)))
            known = (await connection.execute(select(requests).where(mine))).first()
            if known is None:
                row = {"key": key, "person": person, "digest": digest, "owner": owner(), "at": iso(now)}
                await connection.execute(insert(requests).values(row))
            return self._answer(known, digest) if known else None

        return await self._database.write(written)

    async def keep(self, key: str, person: str, answer: Answer, thread_id: str | None) -> None:
        values = {"status": answer.status, "body": self._cipher.seal(answer.body), "thread_id": thread_id}
        mine = (requests.c.key == key) & (requests.c.person == person)
        await self._database.execute(update(requests).where(mine).values(values))

    async def release(self, key: str, person: str) -> None:
        """Nothing was done: the request may be sent again, also a corrected one."""
        mine = (requests.c.key == key) & (requests.c.person == person)
        await self._database.execute(delete(requests).where(mine))

    def _answer(self, known: Row[tuple[object, ...]], digest: str) -> Answer:
        if known.digest != digest:
            raise InvalidInput("This Idempotency-Key was used for another request: take a new key.")
        if known.status is not None:
            return Answer(known.status, self._cipher.open(known.body))
        if died_here(known.owner):
            raise RequestCutOff(
                "The request with this Idempotency-Key was cut off. Look at where its thread stands, and go on from there "
                "with a new key."
            )
        raise RequestInFlight("A request with this Idempotency-Key is being answered. Try again in a moment.")
