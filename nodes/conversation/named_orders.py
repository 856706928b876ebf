"""Which order a message means that gives no number: "the second one", "both", "the grinder"."""

import re
from collections.abc import Sequence

from typing_extensions import TypedDict

from nodes.ports.language import Details
from nodes.ports.orders import Line, Order

MOST = 10
"""Orders that a conversation remembers."""

_ONE = r"(?:one|order|parcel|package|purchase)"
_PLACES = {"first": 0, "former": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "last": -1, "latter": -1}
_PLACE = re.compile(
    rf"\b({'|'.join(_PLACES)})(?= {_ONE}\b)|\bthe (former|latter)\b"
    rf"|^\W*(?:the )?({'|'.join(_PLACES)})\W*(?:please\W*)?$",
    re.IGNORECASE,
)
_OTHER = re.compile(
    rf"\b(?:the|my|our) other {_ONE}\b|\b(?:another|a different) {_ONE}\b|\b(?:the other|another one)\W*(?:please\W*)?$",
    re.IGNORECASE,
)
AND_THE_OTHER = re.compile(
    r"\b(?:and|also|plus)(?: also)? (?:the|my) other(?: one| order)?\W*(?:too|as well|please|\W)*$", re.IGNORECASE
)
_LEFT_OUT = re.compile(r"\b(?:not|no|never|except|but|without|keep|besides|apart from)(?: \w+){0,2} $", re.IGNORECASE)
_ALL = re.compile(
    r"\bboth\b|\ball of (?:them|these|those)\b|\ball (?:(?:my|the|these|those) )?orders\b|\b(?:my|these|those) orders\b|\bthem all\b",
    re.IGNORECASE,
)


class OrdersBefore(TypedDict, total=False):
    order_id: str | None
    candidates: list[str]
    named_orders: list[str]
    excluded: list[str]


class Orders(TypedDict):
    """Which order the turn is about, and which others the conversation has named."""

    order_id: str | None
    candidates: list[str]  # between which the customer has not chosen
    named_orders: list[str]
    other_orders: list[str]
    excluded: list[str]  # named to say that they are not meant
    names_order: bool  # the words of this message do, by its number or as "the second one"


def orders_meant(before: OrdersBefore, text: str, details: Details, *, asks_without_number: bool) -> Orders:
    """A number that stands in the words which ask comes first, then a single one, then words like "the second one".

    A request that names none of several orders leaves them open.
    """
    demand = details.get("demand")
    excluded_now = demand.get("excluded", []) if demand else []
    stated = [one for one in details["order_ids"] if one not in excluded_now]
    excluded = [*(one for one in before.get("excluded") or [] if one not in details["order_ids"]), *excluded_now]
    current = before.get("order_id") if before.get("order_id") not in excluded else None
    known = [one for one in before.get("named_orders") or filter(None, [current]) if one not in excluded]
    named = list(dict.fromkeys((*known, *stated)))[-MOST:]
    names_order = bool(stated)
    chosen = list(dict.fromkeys((*(demand["order_ids"] if demand else []), *stated)))
    candidates = [one for one in before.get("candidates") or [] if one not in excluded]
    if stated and AND_THE_OTHER.search(text) and len(others := [one for one in named if one not in stated]) == 1:
        chosen, candidates = [*stated, *others], []
    elif stated:
        candidates = stated if demand and demand["orders_open"] and len(stated) > 1 else []
    elif (meant := referred(text, named, None if before.get("candidates") else current)) is not None:
        chosen, candidates, names_order = meant, [] if meant else named, len(meant) == 1
        current = current if len(named) > 1 else None
    elif len(candidates) == 1:
        chosen, candidates = candidates, []
    elif asks_without_number and len(named) > 1:
        candidates = named
    return {
        "order_id": next(iter([*chosen, *filter(None, [current]), *excluded_now]), None),
        "candidates": candidates,
        "named_orders": named,
        "other_orders": chosen[1:],
        "excluded": excluded,
        "names_order": names_order,
    }


def referred(text: str, named: Sequence[str], current: str | None) -> list[str] | None:
    """The orders that the words point at, of those the conversation has named; [] when they fit none; None: no such words."""
    if _ALL.search(text):
        return list(named) if len(named) > 1 else []
    if _OTHER.search(text):
        others = [one for one in named if one != current]
        return others if len(others) == 1 else []
    if place := _PLACE.search(text):
        if _LEFT_OUT.search(text[: place.start()]):
            return []
        at = _PLACES[next(filter(None, place.groups())).lower()]
        return [named[at]] if len(named) > max(at, 1) or (named and not at) else []
    return None


def lines_named(text: str, order: Order) -> list[Line]:
    """The lines of the order whose things the text speaks of."""
    words = {_stem(word) for word in re.findall(r"[a-z]+", text.lower())}
    return [line for line in order["lines"] if _stem(noun(line["title"])) in words]


def lines_shared(text: str, order: Order) -> list[Line]:
    """The lines of the order of which a part is spoken of: "half of the carafe"."""
    shared = {_stem(word) for words in _SHARED.findall(text.lower()) for word in words.split()}
    return [line for line in order["lines"] if _stem(noun(line["title"])) in shared]


class Told(TypedDict, total=False):
    question: str
    earlier_words: list[str]  # of the request that the question belongs to


def names_some_things(told: Told, order: Order) -> bool:
    """Whether the words name some of the order's things, wanted or kept, and not all."""
    return any(0 < len(lines_named(text, order)) < len(order["lines"]) for text in latest_first(told))


def handles_some_things(told: Told, order: Order) -> bool:
    """Whether some of the order's things were returned, are kept or did not come: "I returned the filters"."""
    parts = (part for text in latest_first(told) for part in _PARTS.split(text))
    return any(_HANDLED.search(part) and 0 < len(lines_named(part, order)) < len(order["lines"]) for part in parts)


def things_meant(told: Told, order: Order) -> list[Line]:
    """The lines that the words name, the latest words first; [] when they name none, or all, or later words ask for the
    whole order: "no, the whole order please"."""
    for text in latest_first(told):
        if _WHOLE.search(text) and not _NOT_WHOLE.search(text):
            return []
        if lines := some_lines_named(text, order):
            return lines
    return []


def latest_first(told: Told) -> list[str]:
    return [told.get("question") or "", *reversed(told.get("earlier_words") or [])]


_WHOLE = re.compile(
    r"\b(?:whole|entire|full|complete) (?:order|purchase|amount|sum|thing|price|lot)\b|\beverything\b|\ball of (?:it|them)\b"
    r"|\brefund (?:the|my|this|that) (?:order|purchase)\b(?! of\b)|\ball (?:of )?(?:the|my) (?:items|things)\b",
    re.IGNORECASE,
)
_NOT_WHOLE = re.compile(
    r"\b(?:not|n't|except|without|apart|besides|only|just|nothing) (?:\w+ ){0,3}(?:whole|entire|full|complete|everything|all|order)\b"
    r"|\b(?:everything|all of (?:it|them)|(?:order|purchase|items|things))(?: is| was)? "
    r"(?:except|but|apart|besides|without|other|else|fine|ok|okay|good|works?)\b",
    re.IGNORECASE,
)


def leaves_some(text: str, order: Order) -> bool:
    """Whether things of the order are named to be kept: "without the filters"."""
    return bool(_WITHOUT.search(text)) and 0 < len(lines_named(text, order)) < len(order["lines"])


def has_things(order: Order, nouns: Sequence[str]) -> bool:
    """Whether each of the nouns is a word of a thing in the order."""
    titles = {_stem(word) for line in order["lines"] for word in re.findall(r"[a-z]+", line["title"].lower())}
    return titles.issuperset(map(_stem, nouns))


_KEPT = re.compile(
    r"\b(?:keep(?:s|ing)?|kept|fine|ok|okay|great|good|perfect|love|works|(?<!not )(?<!un)happy|except|but|besides|apart|without|than|other"
    r"|not (?:the|my))\b",
    re.IGNORECASE,
)
"""Words by which a thing may be named that is not to be paid back."""

_HOLDS_BACK = re.compile(r"\bkeep(?:ing)? (?:the|my|those|these)\b", re.IGNORECASE)
_WITHOUT = re.compile(
    r"\b(?:(?:without|except(?: for)?|but not|other than|apart from|(?:everything|all)\b[^.,;?!]{0,40} but)(?: the| my)?"
    r"|not (?:the|my)) [a-z]+",
    re.IGNORECASE,
)


def some_lines_named(text: str, order: Order) -> list[Line]:
    """The same without those that are to be kept, when these are not all of them."""
    wanted: list[Line] = []
    kept: list[Line] = []
    for part in _PARTS.split(text):
        (kept if _KEPT.search(part) else wanted).extend(lines_named(part, order))
    if not wanted and _HOLDS_BACK.search(text):  # "but keep the filters": the others are meant
        wanted = [line for line in order["lines"] if line not in kept]
    found = [line for line in order["lines"] if line in wanted and line not in kept]
    return found if len(found) < len(order["lines"]) else []


def lines_alone(text: str, order: Order) -> list[Line]:
    """The lines of the order that alone are spoken of: "only the filters"."""
    alone = {_stem(word) for words in _ALONE.findall(text.lower()) for word in words.split()}
    return [line for line in order["lines"] if _stem(noun(line["title"])) in alone]


_HANDLED = re.compile(
    r"\b(?:return(?:ed|ing)?|sen[dt](?:ing)? (?:\w+ ){0,3}back|keep(?:ing)?|kept|without|missing|incomplete|forgot(?:ten)?|only)\b",
    re.IGNORECASE,
)
"""What happened to a thing that is no fault of the order: it was returned, is kept, or did not come."""

_PARTS = re.compile(
    r"[,.;!?\n]|\b(?:and|but|while|though|although)\b|\b(?=(?:not|except|without) (?:the|my)\b)", re.IGNORECASE
)
_ALONE = re.compile(r"\b(?:only|just) (?:for )?(?:the|my) ((?:[a-z]+ ?){1,3})")


_SHARED = re.compile(r"(?:\bhalf|%|\bper ?cent|\d/\d)(?: of| off| for| on)? (?:the |my |our |this )((?:[a-z]+ ?){1,3})")


def noun(title: str) -> str:
    """The thing itself: the last word before a comma ("Paper filters, 100")."""
    words = re.findall(r"[a-z]+", title.lower().partition(",")[0])
    return words[-1] if words else ""


def _stem(word: str) -> str:
    return word.removesuffix("s")
