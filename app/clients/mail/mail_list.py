"""What the outbox tells lists: in plain SQL, without SQLAlchemy."""

from collections.abc import Sequence

from app.clients.database.plain_sql import PlainDatabase, one_of


class MailList:
    """The part of app.clients.mail.outbox.Outbox that lists ask."""

    def __init__(self, database: PlainDatabase) -> None:
        self._plain = database

    async def untold(self, keys: Sequence[str]) -> set[str]:
        """Which of these keys have no mail that was sent."""
        these, values = one_of("key", keys)
        query = f"SELECT key FROM outbox WHERE key IN {these} AND sent_at IS NOT NULL"  # noqa: S608
        return set(keys) - {row["key"] for row in await self._plain.rows(query, values)} if keys else set()
