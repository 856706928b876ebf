"""The address that a message gives as its writer's."""

import re

from app.clients.language.demand import MAIL, ORDER
from app.clients.language.emails import emails
from app.clients.language.plain_spelling import clean
from app.clients.language.quoting import own_words
from app.clients.language.requests.clauses import bare_words, clauses

_OF_REFUNDS = re.compile(r"\b(?:refund|money|reimburse|repay|chargeback|credit)")
_OWN_ADDRESS = re.compile(
    rf"(?:(?:i|am|we|are|me|it|this|here|is|was|my|our|the|e-?mail|mail|address|account|at|under|with|on|for|and|order|{ORDER}|ordered|placed|"
    r"bought|registered|used|using|reach|contact|write to|please|sorry|hi|hello|thanks|yes|ok|refund|a|to) )*"
    rf"{MAIL}(?: (?:here|please|thanks|thank you|is|my|the|e-?mail|mail|address|for|order|{ORDER}))*"
)
_GREETED = re.compile(rf"\b(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)) (?:there )?{MAIL}")
_SOMEBODY = re.compile(
    r"\b(?:by|from|told|asked|not|or|friend|husband|wife|partner|mother|mom|mum|father|dad|sister|brother|son|daughter|boss|colleague|he|she|they"
    r"|his|her|hers|their|him|them|somebody|someone|belongs|instead|wrote|says|said|client|customer|behalf|old|used to|wrong)\b|@\S+'s\b"
)
"""The clause may speak of somebody else's address."""


def own_address(message: str) -> str:
    """The address that the message plainly gives as its writer's: the only one, in a clause that says no more than that.

    Where no money is spoken of, it is enough that the clause speaks of nobody else.
    """
    addresses, _ = emails(clean(own_words(message)[0]))
    holding = [clause for clause in clauses(message) if emails(clause.text)[0]]
    is_own = all(
        clause.kind in ("detail", "request")
        or _OWN_ADDRESS.fullmatch(bare_words(clause.text))
        or not (_OF_REFUNDS.search(message.lower()) or _SOMEBODY.search(clause.text))
        for clause in holding
    )
    is_greeted = any(_GREETED.search(bare_words(clause.text)) for clause in holding)
    return addresses[0] if len(addresses) == 1 and holding and is_own and not is_greeted else ""
