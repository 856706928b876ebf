"""Clauses that say why: what is wrong with a thing, how it came, whom it was for. They change nothing about a request.

A complaint is made of words that complaints are made of, and of nothing else. What is bad is said of the thing, and what
would be good is denied of it: "it works" or "it is not broken" is no complaint, and no unknown word passes, except as the
noun of a thing that only the order can confirm.
"""

import re
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from app.clients.language.demand import MAIL, ORDER, SHARE, SUM
from app.clients.language.word_lists import alternatives
from app.clients.language.word_lists import words as listed

LONGEST = 40  # words
REACH = 4  # words between a negation and what it denies
MOST_THINGS = 2

_SADLY = re.compile(r"^(?:(?:and|but|so|unfortunately|sadly|honestly|regrettably|anyway) )*")
_DENIES = frozenset("not never no stopped nobody nothing hardly barely".split())
_DETERMINERS = frozenset("the my our your this that a an wrong these those".split())
_SUBJECTS = frozenset("i we it they this that these everything you he she there".split())
_OBJECTS = frozenset("it this that these them those any the my order one as what".split()) | {ORDER}
_NO_BEGINNING = frozenset("when after and for in of on at to with up off down by than as from what without instead".split())
_NO_END = frozenset("of for with to than as from the a an my and i we at by so very is are".split())
_BARE_EVENTS = frozenset("bought ordered purchased received delivered".split())
_PERHAPS_MONEY = "event of money"
_SECTIONS = (
    "bad", "sizes", "wanted", "event", _PERHAPS_MONEY, "thing", "person", "time", "number", "plain"
)  # fmt: skip


class Complaint(NamedTuple):
    things: list[str]  # nouns that only the order can confirm
    is_clear: bool = True  # "I got it" is not: behind a request it may speak of the money


def complaint(words: str) -> Complaint | None:
    """The clause as a complaint; None when it says, or may say, anything else."""
    if _idioms("idioms").fullmatch(_SADLY.sub("", words)):
        return Complaint([])
    if changed := _idioms("second thoughts").fullmatch(words):  # of the purchase, or of the request behind which it stands
        return Complaint([changed["thing"]] if changed["thing"] else [], is_clear=False)
    if words in _listed("bad") - {"supposed"} and words.endswith(("ed", "en", "ive", "ty")):
        return Complaint([])
    said = words.replace("no longer", "never").replace("any more", "anymore").split()
    if not 2 <= len(said) <= LONGEST or {SUM, SHARE, MAIL} & set(said) or said.count(ORDER) > 1:
        return None
    things = _unknown(said)
    if things is None or not (_begins(said) and _is_told(said) and _persons_fit(said)):
        return None
    if not all(_stands(said, at) for at in range(len(said))):
        return None
    return Complaint(things, _is_clear(said, things))


def has_vocabulary(words: frozenset[str]) -> bool:
    return not words.isdisjoint(_vocabulary())


def _begins(said: list[str]) -> bool:
    """With a subject, or with what is wrong: "arrived broken", "too small"; and nothing is left open at the end."""
    events = _listed("event") | _listed(_PERHAPS_MONEY)
    is_past = said[0] == "when" and not events.isdisjoint(said[2:4]) and _is_wrong(said)
    is_begun = said[0] not in _NO_BEGINNING or said[:2] == ["of", "the"] or is_past
    return is_begun and said[-1] not in _NO_END and (said[0] not in _DENIES or _denies_good(said))


def _is_told(said: list[str]) -> bool:
    """Whether something is wrong, or something was done by somebody."""
    has_subject = said[0] in _DETERMINERS | _BARE_EVENTS or not (_SUBJECTS | {ORDER}).isdisjoint(said)
    events = _listed("event") | _listed(_PERHAPS_MONEY)
    return _is_wrong(said) or (has_subject and not events.isdisjoint(said))


def _is_clear(said: list[str], things: list[str]) -> bool:
    named = _listed("thing") | _listed("person") | _listed("event") | {ORDER, *things}
    return _is_wrong(said) or not named.isdisjoint(said)


def _is_wrong(said: list[str]) -> bool:
    is_without = any(word == "no" and after in _listed("thing") for word, after in pairwise(said))
    return not _listed("bad").isdisjoint(said) or "too" in said or is_without or _denies_good(said)


def _denies_good(said: list[str]) -> bool:
    good = _listed("wanted") | {"what", "piece"}
    return any(word in _DENIES and not good.isdisjoint(said[at + 1 : at + 1 + REACH]) for at, word in enumerate(said))


def _stands(said: list[str], at: int) -> bool:
    """Whether the word stands where a complaint has it."""
    word, before, after = said[at], said[max(at - REACH, 0) : at], said[at + 1 : at + 1 + REACH]
    is_denied = not _DENIES.isdisjoint(before)
    is_compared = is_denied or "than" in before
    events = _listed("event") | _listed(_PERHAPS_MONEY)
    match word:
        case "too":
            return after[:1] != [] and (after[0] in _listed("sizes") or after[0] in ("many", "much"))
        case "can" | "could" | "will":
            return after[:1] == ["not"]
        case "when" | "after":
            return not (events | _listed("time")).isdisjoint(after)
        case "should":
            return before[-1:] in (["it"], ["they"]) and not {"what", "as", "like", "than"}.isdisjoint(before)
        case "instead" | "supposed":
            return after[:1] == [{"instead": "of", "supposed": "to"}[word]]
        case "mistake" | "accident":
            return before[-1:] == ["by"]
        case "piece":
            return before[-2:] == ["in", "one"] and not _DENIES.isdisjoint(before)
        case "been":
            return not {"has", "have", "had"}.isdisjoint(before)
        case "you":
            return not {"sent", "delivered", "shipped", "packed", "gave"}.isdisjoint(after) and _is_wrong(said)
    if word in _DENIES:
        is_without = word == "no" and not _listed("thing").isdisjoint(after[:2])
        return is_without or _denies_good(said[at:]) or not events.isdisjoint(after)
    if word in _listed("sizes") and before[-1:] == ["too"]:
        return True
    if word in _listed("wanted"):
        has_object = word not in _listed("takes an object") or not _OBJECTS.isdisjoint(after[:2]) or "what" in before
        return is_compared and has_object
    if word in _listed("bad"):
        return not is_denied
    return not _is_number(word) or _counts_time(before, after)


def _is_number(word: str) -> bool:
    return word.isdigit() or word == "one" or word in _listed("number") - _listed("plain") - _listed("bad")


def _counts_time(before: list[str], after: list[str]) -> bool:
    """ "two days", "the last few weeks"; and "the wrong one"."""
    of_time = _listed("time") | _listed("number")
    return (after[:1] != [] and after[0] in of_time | {"piece"}) or before[-1:] in (["wrong"], ["the"], ["this"], ["day"])


def _persons_fit(said: list[str]) -> bool:
    """Somebody else's likes are a reason; what they do is not the customer's act."""
    places = (place for place, word in enumerate(said) if word in _listed("person"))
    outside = [place for place in places if {"for", "to"}.isdisjoint(said[max(place - 2, 0) : place])]
    return not outside or _denies_good(said) or not {"hate", "hates", "hated", "dislikes"}.isdisjoint(said)


def _unknown(said: list[str]) -> list[str] | None:
    """The nouns behind "the" or "my" that no list has; None when another word is unknown."""
    nouns: list[str] = []
    for before, word in zip(["", *said], said, strict=False):
        if word == ORDER or word in _vocabulary() or (word.isdigit() and len(word) <= 2):
            continue
        if before in _DETERMINERS:
            nouns.append(word)
        elif nouns[-1:] == [before]:
            nouns[-1] = word
        else:
            return None
    return nouns if len(nouns) <= MOST_THINGS else None


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset().union(*map(_listed, _SECTIONS))


def _listed(section: str) -> frozenset[str]:
    return listed("complaints", section)


@cache
def _idioms(section: str) -> re.Pattern[str]:
    return re.compile(alternatives("complaints", section))
