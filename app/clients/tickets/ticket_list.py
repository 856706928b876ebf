"""Tickets as they are listed: in plain SQL, without SQLAlchemy."""

from app.clients.database.plain_sql import PlainDatabase, Row
from app.clients.database.text_cipher import TextCipher
from nodes.ports.tickets import Ticket


async def listed(database: PlainDatabase, cipher: TextCipher, thread_id: str | None = None) -> list[Ticket]:
    """Newest first: of one thread, or all."""
    of_thread, values = ("WHERE thread_id = :thread_id", {"thread_id": thread_id}) if thread_id else ("", {})
    query = f"SELECT * FROM tickets {of_thread} ORDER BY CAST(substr(ticket_id, 3) AS INTEGER) DESC"  # noqa: S608
    rows = await database.rows(query, values, json_in=("transcript", "facts"))
    return [opened(row, cipher) for row in rows]


def opened(row: Row, cipher: TextCipher) -> Ticket:
    return {
        "ticket_id": row["ticket_id"],
        "thread_id": row["thread_id"],
        "reason": cipher.open(row["reason"]),
        "summary": cipher.open(row["summary"]),
        "transcript": cipher.open_json(row["transcript"]),
        "facts": cipher.open_json(row["facts"]),
        "status": row["status"],
        "opened_at": row["opened_at"],
        "assigned_to": row["assigned_to"],
    }
