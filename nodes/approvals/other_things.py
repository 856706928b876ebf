"""Whether words that take something back are of the order that waits: "I'm keeping the carafe", while a grinder's refund waits."""

import re

from nodes.conversation.named_orders import has_things
from nodes.ports import services
from nodes.ports.language import Details

_OF_A_THING = re.compile(
    r"\b(?:keep(?:ing)?|not|refund(?:ing)?(?: (?:for|of))?|return(?:ing)?|request for) (?:the|my|our|those|these) (?P<kept>[a-z]{3,20})\b"
    r"|^\W*(?:the|my|our) (?P<fine>[a-z]{3,20}) (?:works?|(?:is|are) (?:fine|ok|okay|working|good|running))\b",
    re.IGNORECASE,
)
_ANY_THING = re.compile(
    r"(?:appliance|article|claim|device|gadget|gear|good|item|machine|money|one|order|package|parcel|payment|product|purchase"
    r"|refund|request|return|stuff|thing|unit|whole)s?"
)
"""Words for what was bought, whatever it is."""


async def speaks_of_another(text: str, details: Details, order_id: str) -> bool:
    demand = details.get("demand")
    left_out = demand.get("excluded", []) if demand else []
    if left_out and order_id not in map(str.upper, left_out):
        return True  # "don't refund 12346, only 12345"
    named = {(match["kept"] or match["fine"]).lower() for match in _OF_A_THING.finditer(text)}
    things = {thing for thing in named if not _ANY_THING.fullmatch(thing)}
    order = await services().orders.find(order_id) if things else None
    return order is not None and not any(has_things(order, [thing]) for thing in things)
