"""A plain yes to what was offered."""

import re

from app.clients.language.demand import ORDER
from app.clients.language.quoting import own_words
from app.clients.language.requests.clauses import LONGEST, Clause, bare_words, clauses, is_taken_back, spelt
from app.clients.language.requests.courtesies import is_small_talk, is_yes

_THANKS = re.compile(r"(?:many )?(?:thanks|thank you|thx)(?: (?:so|very) much| a lot)?")
_PLAIN_YES = re.compile(
    r"(?:yes|yeah|yep|please do|go ahead|do it)(?: (?:please|do|do it|go ahead|please do|refund it|refund me))*"
)
"""What is a yes also behind a thank-you."""

_AND_ANOTHER = re.compile(
    r"(?:yes|yeah|yep|yup|sure|ok|okay|please do|go ahead|do it)(?: please)? (?:and|also|plus)"
    rf"(?: (?:also|please|the|same|for|with|do|it|refund|order|number|my|now))*+ {ORDER}(?: (?:too|as well|also|please|thanks|thank you))*+"
)
"""A yes, and another order besides: it takes the offer, and the other one stays open."""


def agrees(message: str) -> bool:
    """A plain yes, and nothing but courtesies, or another order, beside it."""
    own, quoted = own_words(message)
    if quoted and "refund" not in quoted.lower() and ">" in quoted:  # a yes to something else
        return False
    if _AND_ANOTHER.fullmatch(bare_words(spelt(own[:LONGEST]))) and not re.search(r"\?|[.:;!()]\W*\w", own):
        return True
    found = clauses(message)
    is_odd = [clause.kind for clause in found] == ["other"]
    is_one_yes = is_yes(bare_words(own)) and not re.search(r"[.:;?!()]\W*\w", own)
    if is_one_yes and not is_odd and not is_taken_back(message):
        found = [Clause(own, "yes")]
    if (
        len(found) > 1
        and _THANKS.fullmatch(bare_words(found[0].text))
        and _PLAIN_YES.fullmatch(bare_words(found[1].text))
    ):
        found = found[1:]
    kinds = [clause.kind for clause in found]
    is_closing = len(found) > 1 and bare_words(found[0].text) in ("ok", "okay")  # "ok, thank you very much"
    is_doubtful = is_closing or re.search(r"\.\.|[():;?]", own) is not None
    is_doubtful = is_doubtful or any(is_small_talk(bare_words(clause.text)) for clause in found)
    return kinds[:1] == ["yes"] and set(kinds) <= {"yes", "courtesy"} and not is_doubtful
