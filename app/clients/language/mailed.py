"""What a message says itself, apart from what it quotes, and whether the order is the quote's."""

import re
from collections.abc import Sequence

from typing_extensions import TypedDict

from app.clients.language.demand import excluded
from app.clients.language.quoting import own_words
from app.clients.language.requests.clauses import clauses, names

_MARKED = (
    r"(?:^\W*|\b(?:where(?: is|'s)|status of) "
    r"|\b(?:order|bestellung|commande|pedido|encomenda|ordine|bestelling)\b[^.!?\d\n]{0,25}?)#?"
)


def quoted_order(quoted: str, order_ids: Sequence[str]) -> list[str]:
    """The one order that a quoted mail is about: called an order, and not left out ("not order 12346", "order 12346 is great")."""
    if len(order_ids) != 1 or excluded(quoted, [order_ids[0]]):
        return []
    marked = re.search(rf"{_MARKED}{re.escape(order_ids[0])}(?![\w-])", quoted, re.IGNORECASE | re.MULTILINE)
    return [*order_ids] if marked and not _LEFT_OUT.search(quoted[max(marked.start() - 40, 0) : marked.end()]) else []


_LEFT_OUT = re.compile(
    r"\b(?:not|never|no|don't|keep|kept|touch|except|but|without|instead)\b[^.!?\n]*$", re.IGNORECASE
)


class Mailed(TypedDict, total=False):
    own_words: str
    quotes_order: bool
    signed: list[str]


def mailed(message: str, order_ids: Sequence[str]) -> Mailed:
    own, quoted = own_words(message)
    signed = names(clauses(message))
    said: Mailed = {"signed": signed} if signed else {}
    if own == message:
        return said
    is_quoted = bool(quoted and order_ids) and not any(one.lower() in own.lower() for one in order_ids)
    return {**said, "own_words": own, "quotes_order": is_quoted}
