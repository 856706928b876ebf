"""A ticket as a help desk reads it."""

from nodes.ports.tickets import Ticket


def as_text(ticket: Ticket) -> str:
    """Everything that a colleague needs."""
    facts = [f"  {name}: {value}" for name, value in ticket["facts"].items() if value not in (None, "")]
    parts = [
        ticket["reason"],
        ticket["summary"],
        "\n".join(["Facts:", *facts]) if facts else "",
        "\n".join(["What was said:", *(f"  {line}" for line in ticket["transcript"])]) if ticket["transcript"] else "",
        f"Thread {ticket['thread_id']}: switchboard show {ticket['thread_id']}" if ticket["thread_id"] else "",
        f"When it is done: switchboard tickets close {ticket['ticket_id']}",
    ]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return text.encode(errors="ignore").decode().replace("\0", "")
