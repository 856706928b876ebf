"""Who speaks in a conversation: the address that the channel gives, or one that a message plainly gives as its writer's."""

import re
from collections.abc import Sequence

from typing_extensions import TypedDict

from nodes.ports.language import Demand, Details
from nodes.refund.refund_rules import same_address

SHORTEST_NAME = 3  # letters; a shorter one is a part of many addresses
_FOR_ANOTHER = re.compile(r"(?:pp|p p|for|per|on behalf of)\b", re.IGNORECASE)


class Before(TypedDict, total=False):
    """What the last turn left."""

    email: str | None
    stated_email: str | None
    order_id: str | None
    outcome: str | None
    rule: str | None
    asked_for: str


def speaker(state: Before, details: Details) -> tuple[str | None, str | None, bool]:
    """The customer's address, the one that only the messages have stated, and whether somebody else's was named.

    An address that the channel gives (`--email`) is who speaks; one in a text never replaces it. One that a message gives
    is the speaker's when the message plainly says so, and only where we could not find an order it is replaced by another.
    """
    known, stated = state.get("email"), state.get("stated_email")
    others = bool(known) and any(not same_address(one, known or "") for one in details["emails"])
    if known and (known != stated or (others and not _was_unknown(state, known))):
        return known, stated, others
    named = details.get("own_email", (details["emails"] or [""])[0])
    return named or known, named or stated, bool(details["emails"]) and not named and bool(known)


def names_fit(demand: Demand | None, email: str) -> bool:
    """Whether the address has a part of each name that the writer gives: "Grace here" is not ada@example.com."""
    return fits(demand.get("names", []) if demand else [], email)


def fits(names: Sequence[str], email: str) -> bool:
    local = email.partition("@")[0].lower()
    return all(_fits(name.split(), local) and not _FOR_ANOTHER.match(name) for name in names)


def _fits(words: Sequence[str], local: str) -> bool:
    """The first name, or the initial and the last one."""
    if not words:
        return False
    is_initial = len(words[0]) == 1 or local.startswith(words[0][0])
    return _is_part(words[0], local) or (len(words) > 1 and is_initial and _is_part(words[-1], local))


def _is_part(word: str, local: str) -> bool:
    return word in re.split(r"[^a-z]+", local) if len(word) < SHORTEST_NAME else word in local


def _was_unknown(state: Before, email: str) -> bool:
    """Whether we have just said that we do not find an order under this address."""
    is_declined = state.get("outcome") == "declined" and state.get("rule") == "identity"
    return is_declined or state.get("asked_for") == f"{state.get('order_id')} {email}"
