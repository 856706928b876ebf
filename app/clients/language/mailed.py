"""What a message says itself, apart from what it quotes, and whether the order is the quote's."""

import re
from collections.abc import Sequence

from typing_extensions import TypedDict

from app.clients.language.demand import excluded
from app.clients.language.emails import emails
from app.clients.language.quoting import own_words, signature_of
from app.clients.language.requests.clauses import clauses, names

_MARKED = (
    r"(?:^[^\w\n]{0,10}|\b(?:where(?: is|'s)|status of) "
    r"|\b(?:order|bestellung|commande|pedido|encomenda|ordine|bestelling)\b[^.!?\d\n]{0,25}?)#?"
)


_LEFT_OUT = re.compile(
    r"\b(?:not|never|no|don't|keep|kept|touch|except|but|without|instead)\b[^.!?\n]*$", re.IGNORECASE
)


def quoted_order(quoted: str, order_ids: Sequence[str]) -> list[str]:
    """The one order that a quoted mail is about: called an order, and not left out ("not order 12346", "order 12346 is great")."""
    if len(order_ids) != 1 or excluded(quoted, [order_ids[0]]):
        return []
    marked = re.search(rf"{_MARKED}{re.escape(order_ids[0])}(?![\w-])", quoted, re.IGNORECASE | re.MULTILINE)
    return [*order_ids] if marked and not _LEFT_OUT.search(quoted[max(marked.start() - 40, 0) : marked.end()]) else []


class Mailed(TypedDict, total=False):
    own_words: str
    quotes_order: bool
    signed: list[str]


def mailed(message: str, *, quotes_order: bool) -> Mailed:
    own, _ = own_words(message)
    signed = names(clauses(message))
    said: Mailed = {"signed": signed} if signed else {}
    return said if own == message else {**said, "own_words": own, "quotes_order": quotes_order}


def with_signature(addresses: Sequence[str], message: str) -> list[str]:
    """The addresses, and those of the message's signature: somebody else may have signed."""
    return list(dict.fromkeys((*addresses, *emails(signature_of(message))[0])))
