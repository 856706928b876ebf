"""What a message says itself, apart from what it quotes, and whether the order is the quote's."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from app.clients.language.quoting import own_words
from app.clients.language.requests.clauses import clauses, names


class Mailed(TypedDict, total=False):
    own_words: str
    quotes_order: bool
    signed: list[str]


def mailed(message: str, order_ids: Sequence[str]) -> Mailed:
    own, quoted = own_words(message)
    signed = names(clauses(message))
    said: Mailed = {"signed": signed} if signed else {}
    if not quoted:
        return said
    is_quoted = bool(order_ids) and not any(one.lower() in own.lower() for one in order_ids)
    return {**said, "own_words": own, "quotes_order": is_quoted}
