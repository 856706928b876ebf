"""Whether a message asks for money in plain words and does nothing else: then it is paid without another question."""

import re

from app.clients.language.demand import ORDER
from app.clients.language.requests.clauses import Clause, bare_words, orders
from app.clients.language.requests.complaints import is_of_a_charge
from app.clients.language.requests.request_forms import asks_politely

_HARMLESS = frozenset({"detail", "reason", "courtesy", "name", "aside", "refusal", "keeps", "label", "yes", "topic"})
_WHICH = re.compile(r"(?:please |ok |the |in )*(?:first|second|third|last|latter|former|other|both|all(?! of it))\b")
"""One of several, or all of them: not the order that is named."""
_OF_ITS_SIZE = re.compile(
    r"\btoo (?:low|little|slow|long|late|small|big)\b|\btook\b|\b(?:in)?complete\b|\bsmall(?:er)?\b|\bexpect(?:ed)?\b|\bshort\b"
    r"|\bbutton\b|\bconfirm\b"
)
"""Said of a thing, and of a refund as well."""

_AWAITS_AN_ANSWER = re.compile(
    r"\blet me know\b|\blook(?:ing)? forward\b|\bhear(?:ing)? from you\b|\byour (?:reply|answer)\b"
)


def is_request(found: list[Clause]) -> bool:
    kinds = {clause.kind for clause in found}
    is_plain = "request" in kinds and kinds <= _HARMLESS | {"request", "means", "slip"}
    return (
        is_plain
        and not ("slip" in kinds and "means" not in kinds)
        and not (_asks_only(found) and _wants_an_answer(found))
        and not (_contradicts(found) or _may_be_of_a_part(found) or _may_be_a_heading(found))
    )


def _asks_only(found: list[Clause]) -> bool:
    """Whether every request has the form of a question."""
    return all(asks_politely(words) for words in _words_of(found, "request"))


def _wants_an_answer(found: list[Clause]) -> bool:
    """ "Can I get a refund? How long does it take?", "... Please let me know"."""
    courtesies = _words_of(found, "courtesy")
    return any(clause.kind == "aside" for clause in found) or any(map(_AWAITS_AN_ANSWER.search, courtesies))


def _may_be_a_heading(found: list[Clause]) -> bool:
    """ "Refund order 12346: it was too low", "refund 12346, how long does it take?": of a refund that there is."""
    behind = found[_first_request(found) + 1 :]
    is_bare = (
        re.fullmatch(rf"refund (?:(?:for|of|on|my|the|order) )*{ORDER}", _words_of(found, "request")[0]) is not None
    )
    is_of_its_size = any(map(_OF_ITS_SIZE.search, _words_of(behind, "reason", "doubt", "courtesy")))
    is_asked_for = any(words.startswith(("please", "pls", "plz")) for words in _words_of(behind, "courtesy", "yes"))
    return is_bare and not is_asked_for and (is_of_its_size or any(clause.kind == "aside" for clause in behind))


def _may_be_of_a_part(found: list[Clause]) -> bool:
    """ "The shipping was late, please refund it": what is said of a part, and asked for without the order."""
    names_order = any({ORDER, "order", "purchase"} & set(words.split()) for words in _words_of(found, "request"))
    return not names_order and any(map(is_of_a_charge, _words_of(found, "reason", "doubt")))


def _contradicts(found: list[Clause]) -> bool:
    """Whether an order is asked for and left out, or meant and not asked for before."""
    asked, kept, meant = (orders(found, kind) for kind in ("request", "keeps", "means"))
    if asked and not set(orders(found, "reason")) <= {*asked, *meant}:  # "12345 is broken, refund 12346"
        return True
    is_early = any(clause.kind in ("means", "slip") for clause in found[: _first_request(found)])
    return (
        bool(set(asked) & set(kept))
        or (bool(asked) and any(clause.kind == "detail" and _WHICH.match(clause.text) for clause in found))
        or len(meant) > 1
        or (bool(meant) and is_early)
        or (bool(kept or meant) and not asked)
    )


def _first_request(found: list[Clause]) -> int:
    return next(at for at, clause in enumerate(found) if clause.kind == "request")


def _words_of(found: list[Clause], *kinds: str) -> list[str]:
    return [bare_words(clause.text) for clause in found if clause.kind in kinds]
