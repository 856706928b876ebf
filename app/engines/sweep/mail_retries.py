"""Mails that a step could not send: tried again in the background, and handed to a person after the last try."""

from contextlib import suppress

from app.clients.mail.outbox import Outbox, QueuedMail
from nodes.ports import Services
from nodes.ports.errors import DependencyDown, SwitchboardError
from nodes.ports.tickets import closed_there, deliver_due


async def send_due(outbox: Outbox, services: Services, *, now_at_all: bool = False, asks: bool = True) -> int:
    """Try what is due, also what help desks are told; close what they have closed; open a ticket for what failed for good.

    `asks`: whether help desks are asked what they have closed; they limit how often. Returns how many mails were sent.
    """
    await deliver_due(services.tickets)
    if asks:
        await _close_what_is_closed_there(services)
    due = await outbox.due(now_at_all=now_at_all)
    sent = [mail for mail in due if await _sent(mail, services)]
    for mail in await outbox.without_ticket():
        await _hand_over(mail, outbox, services)
    return len(sent)


async def _close_what_is_closed_there(services: Services) -> None:
    with suppress(DependencyDown):  # the next sweep asks again
        for ticket_id in await closed_there(services.tickets):
            await services.tickets.change(ticket_id, status="closed")


async def _sent(mail: QueuedMail, services: Services) -> bool:
    """Whether the mail is sent now. Why not is written in the outbox."""
    with suppress(SwitchboardError):
        await services.mail.send(
            key=mail["key"], to=mail["recipient"], subject=mail["subject"], text=mail["text"] or ""
        )
        return True
    return False


async def _hand_over(mail: QueuedMail, outbox: Outbox, services: Services) -> None:
    """One ticket for each mail, with its text, so that a person can tell the recipient in another way."""
    approval = await services.approvals.get(mail["key"].partition(":")[0])
    ticket = await services.tickets.open(
        key=f"mail/{mail['key']}",
        thread_id=approval["thread_id"] if approval else "",
        reason=f"An e-mail to {mail['recipient']} could not be sent: {mail['error'] or 'no reason is known'}",
        summary=f"{mail['subject']}: tried {mail['tries']} times. Please tell {mail['recipient']} another way.",
        transcript=[mail["text"] or ""],
        facts={"recipient": mail["recipient"], "subject": mail["subject"], "message_id": mail["message_id"]},
    )
    await outbox.has_ticket(mail["key"], ticket["ticket_id"])
