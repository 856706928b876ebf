"""Facts about this installation that are written once: its id, and the secret that seals what people have answered."""

import hashlib
import hmac
from collections.abc import Callable

from sqlalchemy import select

from app.clients.database.database import Database
from app.clients.database.schema import installation


async def fact(database: Database, name: str) -> str:
    """The fact of this name: "id" or "secret"."""
    async with database.read() as connection:
        found = await connection.scalar(select(installation.c.value).where(installation.c.name == name))
    return str(found)


def sealing_with(secret: str) -> Callable[[str], str]:
    """A keyed digest: whoever can write a thread's state, but does not know the secret, cannot make one."""

    def seal(text: str) -> str:
        return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()

    return seal
