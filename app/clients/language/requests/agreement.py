"""A plain yes to what was offered."""

import re
from collections.abc import Sequence

from app.clients.language.demand import ORDER, SUM
from app.clients.language.quoting import own_words
from app.clients.language.requests.clauses import LONGEST, Clause, all_read, bare_words, clauses, is_taken_back, spelt
from app.clients.language.requests.courtesies import is_small_talk, is_yes

_BEFORE_A_YES = re.compile(
    r"(?:many )?(?:thanks|thank you|thx)(?: (?:so|very) much| a lot)?|fine|great|perfect|good|all ?right"
)
_PLAIN_YES = re.compile(
    r"(?:yes|yeah|yep|please do|go ahead|do it)(?: (?:please|do|do it|go ahead|please do|refund it|refund me))*"
)
"""What is a yes also behind a thank-you."""

_AND_ANOTHER = re.compile(
    r"(?:yes|yeah|yep|yup|sure|please do|go ahead|do it)(?: please)? (?:and|also|plus)"
    rf"(?: (?:also|please|the|same|for|with|do|it|refund|order|number|my|now))*+ {ORDER}(?: (?:too|as well|also|please|thanks|thank you))*+"
)
"""A yes, and another order besides: it takes the offer, and the other one stays open."""


_ODD = re.compile(
    r"(?<!\d)(?<!\d\s)[$€£¥%](?!\s?[\d.])|^\s*!|\d\s?%|^\W*(?:although|though|since|because|unless|if|as|but|however)\b"
    r"|\band(?: then)?\W*$|^\W*ok(?:ay)?\W+and\b",
    re.IGNORECASE,
)
"""A currency or a share that nobody has offered; a sign that may mean "not"; the rest of a sentence."""

_REPEATS = re.compile(
    rf"(?:(?:for|of|order|number|the|amount) )*+(?:{ORDER}|{SUM})(?: (?:for|of|order|number|the))*+(?: (?:{ORDER}|{SUM}))?"
    r"(?: (?:please|thanks|thank you))*+"
    r"|(?:back )?(?:to|on|onto) (?:my|the) (?:original |same )?card(?: i paid with)?(?: (?:please|thanks|thank you))*+"
)


_YES_TO_ONE = re.compile(
    rf"(?:yes|yeah|yep|yup|sure)(?: please)? (?:(?:for|of|order|number|the|refund) )*+(?:{ORDER}|{SUM})(?: (?:please|thanks|thank you))*+"
)


def agrees_as_named(message: str) -> bool:
    """A yes that repeats an order, an amount or the card, or that is signed: "yes, 12346". Whether these are what was offered
    is for the workflow to check."""
    own, quoted = own_words(message)
    first, *others = clauses(message) or [Clause("", "other")]
    if _is_to_something_else(quoted) or re.search(r"\.\.|[():;?]", own) or _ODD.search(own):
        return False
    if _YES_TO_ONE.fullmatch(bare_words(own.lower())):
        return not is_taken_back(message)
    if first.kind != "yes":
        return False
    before = (first, *others)
    is_plain = all(
        (clause.kind == "courtesy" and not is_small_talk(bare_words(clause.text)))
        or clause.kind == "yes"
        or (clause.kind == "detail" and _REPEATS.fullmatch(bare_words(clause.text)))
        or (clause.kind == "name" and clause is others[-1] and before[-2].ends_line)
        for clause in others
    )
    names_each_once = all_read(list(before), message) and all(bare_words(own).count(word) <= 1 for word in (ORDER, SUM))
    return is_plain and names_each_once and not _is_closing(before) and not is_taken_back(message)


def _is_closing(found: Sequence[Clause]) -> bool:
    """ "Ok, thank you very much"."""
    return len(found) > 1 and bare_words(found[0].text) in ("ok", "okay")


def _is_to_something_else(quoted: str) -> bool:
    return bool(quoted) and "refund" not in quoted.lower() and ">" in quoted


def agrees(message: str) -> bool:
    """A plain yes, and nothing but courtesies, or another order, beside it."""
    own, quoted = own_words(message)
    if _is_to_something_else(quoted) or _ODD.search(own):
        return False
    if (
        len(own) <= LONGEST
        and _AND_ANOTHER.fullmatch(bare_words(spelt(own)))
        and not re.search(r"\?|[.:;!()]\W*\w", own)
    ):
        return True
    found = clauses(message)
    is_odd = [clause.kind for clause in found] == ["other"]
    is_one_yes = is_yes(bare_words(own.lower())) and not re.search(r"[.:;?!()]\W*\w", own)
    if is_one_yes and not is_odd and not is_taken_back(message):
        found = [Clause(own, "yes")]
    if (
        len(found) > 1
        and _BEFORE_A_YES.fullmatch(bare_words(found[0].text))
        and _PLAIN_YES.fullmatch(bare_words(found[1].text))
    ):
        found = found[1:]
    kinds = [clause.kind for clause in found]
    is_doubtful = _is_closing(found) or re.search(r"\.\.|[():;?]", own) is not None
    is_doubtful = is_doubtful or any(is_small_talk(bare_words(clause.text)) for clause in found)
    return kinds[:1] == ["yes"] and set(kinds) <= {"yes", "courtesy"} and not is_doubtful
