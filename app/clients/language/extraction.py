"""What a message states: order ids, e-mail addresses, amounts and a reason, every one of them from its own text.

Each reader takes what it knows and leaves a gap, so that the digits of an address or a price are not read again as
the number of an order.
"""

from app.clients.language.amounts import amounts
from app.clients.language.emails import emails
from app.clients.language.order_ids import order_ids
from app.clients.language.plain_spelling import clean
from app.clients.language.reasons import reason
from nodes.ports.language import Details

LONGEST_READ = 20_000  # characters; nobody states an order further in


def details(message: str) -> Details:
    text = clean(message[:LONGEST_READ])
    addresses, rest = emails(text)
    cents, rest = amounts(rest)
    return {"order_ids": order_ids(rest), "emails": addresses, "amounts_cents": cents, "reason": reason(text)}
