"""Whether an answer takes or refuses what was offered, and nothing else."""

import re
from collections.abc import Sequence

from nodes.conversation.amount_asked import minor_units
from nodes.conversation.open_question import Offer
from nodes.conversation.speaker import fits
from nodes.ports.language import Classification, Details


def without_things(offer: Offer | None, text: str) -> str:
    """The text without the very things of the offer, where it names each: "yes, refund the carafe"."""
    things = offer.get("things", []) if offer else []
    if not things:
        return text
    one = "|".join(re.escape(noun.removesuffix("s")) for noun in things)
    named = rf"(?:the |my )(?:\w+ )?(?:{one})s?(?! \w)"
    pattern = rf"(?:,? (?:please )?(?:refund|for))?,? (?:just |only )?({named}(?:,? (?:and )?{named})*)"
    match = re.search(pattern, text, re.IGNORECASE)
    said = {word.lower().removesuffix("s") for word in re.findall(r"\w+", match[1])} if match else set()
    if match is None or not said.issuperset(noun.removesuffix("s") for noun in things):
        return text
    return f"{text[: match.start()]}{text[match.end() :]}"


def takes(offer: Offer, others: Sequence[str], said: Classification, details: Details, email: str | None) -> bool:
    """Whether a yes is for exactly the offer: "yes, 12346" for another order, "yes, $20" for another amount are not."""
    if said.get("agrees"):
        return not any(same_order(one, offer["order_id"]) for one in others)
    demand = details.get("demand")
    if not said.get("agrees_as_named") or demand is None or demand["share"]:
        return False
    names_it = all(same_order(one, offer["order_id"]) for one in others)
    amount = demand["amount_cents"]
    is_amount = amount is None or minor_units(amount, offer["currency"]) == offer["amount_cents"]
    is_its_currency = demand["currency"] in ("", offer["currency"])
    return names_it and is_amount and is_its_currency and fits(details.get("signed", []), email or "")


def leaves_out(offer: Offer, details: Details) -> bool:
    """ "No, I said 12346 is fine": the very order is to stay as it is, and no other one is named."""
    demand = details.get("demand")
    left_out = demand.get("excluded", []) if demand else []
    return any(same_order(one, offer["order_id"]) for one in left_out) and set(details["order_ids"]) <= set(left_out)


def same_order(order_id: str, other: str) -> bool:
    return order_id.upper() == other.upper()
