"""The webhooks that are told of events, each with the secret that signs what it is told."""

import base64
import os
import uuid
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select
from typing_extensions import TypedDict

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import outgoing, webhooks
from app.clients.database.text_cipher import TextCipher
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import InvalidInput


class Endpoint(TypedDict):
    webhook_id: str
    url: str
    secret: str
    added_at: str


class Endpoints:
    """The secrets are encrypted, if there is a key."""

    def __init__(self, database: Database, clock: Clock, cipher: TextCipher | None = None) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher or TextCipher()

    async def add(self, url: str) -> Endpoint:
        """With a new secret. It is told what happens from now on. Raises InvalidInput."""
        added: Endpoint = {
            "webhook_id": f"wh_{uuid.uuid4().hex[:12]}",
            "url": _checked(url),
            "secret": f"whsec_{base64.b64encode(os.urandom(32)).decode()}",
            "added_at": iso(self._clock.now()),
        }

        async def written(connection: AsyncConnection) -> Endpoint:
            await connection.execute(insert(webhooks).values({**added, "secret": self._cipher.seal(added["secret"])}))
            return added

        return await self._database.write(written)

    async def remove(self, webhook_id: str) -> bool:
        """Whether there was one. What it was to be told is dropped."""

        async def written(connection: AsyncConnection) -> bool:
            await connection.execute(delete(outgoing).where(outgoing.c.target == webhook_id))
            removed = await connection.execute(delete(webhooks).where(webhooks.c.webhook_id == webhook_id))
            return bool(removed.rowcount)

        return await self._database.write(written)

    async def list(self) -> list[Endpoint]:
        """Oldest first."""

        async def asked(connection: AsyncConnection) -> list[Endpoint]:
            rows = (await connection.execute(select(webhooks).order_by(webhooks.c.added_at))).mappings().all()
            return [
                Endpoint(
                    webhook_id=row["webhook_id"],
                    url=row["url"],
                    secret=self._cipher.open(row["secret"]),
                    added_at=row["added_at"],
                )
                for row in rows
            ]

        return await self._database.ask(asked)


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(letter.isspace() for letter in url):
        raise InvalidInput(f"{url!r} is not an address of a webhook: write it like https://shop.example/hooks.")
    return url
