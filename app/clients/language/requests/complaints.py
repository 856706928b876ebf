"""Clauses that say why: what is wrong with a thing, how it came, whom it was for. They change nothing about a request.

A complaint is made of words that complaints are made of, and of nothing else. What is bad is said of the thing, and what
would be good is denied of it: "it works" or "it is not broken" is no complaint, and no unknown word passes, except as the
noun of a thing that only the order can confirm.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from app.clients.language.demand import MAIL, ORDER, SHARE, SUM
from app.clients.language.word_lists import alternatives, grammar, sections
from app.clients.language.word_lists import words as listed

LONGEST = 40  # words
REACH = 4  # words between a negation and what it denies
MOST_THINGS = 2

_SADLY = re.compile(r"^(?:(?:and|but|so|unfortunately|sadly|honestly|regrettably|anyway) )*")
_LATER = re.compile(
    r"^after (?:(?:just|only|barely|about|less than) )?(?:an?|one|two|three|four|five|six|seven|ten|a few|a couple of|\d{1,2}) "
    r"(?:minutes?|hours?|days?|weeks?|months?|uses?|washes|wash)(?: of (?:light |normal )?use)? (?=the |my |it |xorderx )"
)
_DAY = re.compile(r"\d{1,2}(?:st|nd|rd|th)")
_SINCE = re.compile(r" (?:since|from) (?:day (?:1|one)|(?:the )?(?:very )?(?:start|beginning|first day))$")
_PERHAPS_MONEY = "event of money"
_SECTIONS = ("bad", "sizes", "wanted", "event", _PERHAPS_MONEY, "thing", "person", "time", "number", "plain")


class Complaint(NamedTuple):
    things: list[str]  # nouns that only the order can confirm
    is_clear: bool = True  # "I got it" is not: behind a request it may speak of the money


def complaint(words: str) -> Complaint | None:
    """The clause as a complaint; None when it says, or may say, anything else."""
    if _no_complaint().search(words):
        return None
    if found := _whole_clause(_SADLY.sub("", words)):
        noun = found.groupdict().get("thing")
        return Complaint([noun] if noun and noun not in _vocabulary() else [])
    if changed := _second_thoughts().fullmatch(words):  # about the purchase, or about the request before it
        return Complaint([changed["thing"]] if changed["thing"] else [], is_clear=False)
    words = _SINCE.sub("", _LATER.sub("", _part_of().sub("the ", words)))
    if words in _words("bad") - {"supposed"} and words.endswith(("ed", "en", "ive", "ty")):
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


@cache
def _no_complaint() -> re.Pattern[str]:
    """A question without its mark; what is denied, or not yet, or long ago; what is wrong with the writer, the message or the money."""
    bad = "|".join(
        sorted((*_words("bad"), "damages?", "defects?", "problems?", "issues?", "faults?", "flaws?", "scratch(?:es)?"))
    )
    return re.compile(
        r"^(?:(?:and|but|so|because|please) )*(?:(?:is|are|was|were|did|does|do|has|have|had|am) "
        rf"(?:it|they|this|that|these|the|my|anything|something|everything|nothing|i|we|he|she|you|anyone|{ORDER})\b"
        r"|who\b|why\b|where\b|which\b|how\b|what (?:is|was|did|does|broke|happened|do)\b)"
        r"|^(?:it )?(?:(?:on|from) )?(?:the|any|every|each|that|this) (?:(?:very|first|next|same) )?"
        r"(?:day|minute|hour|week|month|year|time|second|night|moment|evening|morning)s? (?:that |when )?(?:it|they|the|this) "
        r"(?:is|are|does|do|has|have|will|breaks|leaks|arrives|stops|fails|comes|gets|turns|starts)\b"
        r"|\b(?:friend|neighbou?r|colleague|coworker|boss|roommate|flatmate|landlord)'s\b"
        rf"|\bworst case\b|\bwithout (?:(?:an?|any|the|a single) )?(?:{bad})\b|\bfar from\b|\binstead of (?:being|having)\b|\bnot not\b"
        rf"|\b(?:nearly|almost|practically|is little|are little) (?:{bad})\b"
        r"|\b(?:used to|(?<!in )(?<!since )(?<!of )may|might|could have)\b"
        r"|\b(?:last year|years? ago)\b|\bbut (?:(?:it|they) (?:is|are) )?(?:ok|okay|fine|good|usable|acceptable)\b"
        r"|^(?:i|we) (?:am|was|are|were) (?:(?:so|very|too|just|all|a bit) )*(?:wrong|angry|late|mistaken|defective|broken|upset|stupid)\b"
        r"|\b(?:sent|wrote|typed|clicked|pressed|submitted) (?:this|it|that|the message) by (?:mistake|accident)\b"
        r"|\b(?:charged|got|took|have|had) (?:it|this|that|them|the money) back\b|^(?:it|this|that) is (?:now )?too late$"
        r"|\byour (?:web)?(?:site|shop|page|app|form|system|mail|e-mail|button|chat) (?:is|was|are|were|does|did|has|will|can)\b"
    )


def is_of_a_part(words: str) -> bool:
    """ "It only plays on the left side", "one of the legs is broken": a part of the thing, not of the sum."""
    return bool(_works_partly(words) or _part_of().search(words))


_CHARGE = re.compile(
    r"(?:(?:and|but|so|because|since|as|unfortunately|sadly|the|my|your|its|a|an|some) )*+"
    r"(?:(?:i|we) (?:was|were|am|are|have been|got) (?:[a-z]+ )?(?:charged|billed)\b"
    r"|(?:i|we) (?:am|was|are|were) (?:[a-z]+ ){0,2}with the (?:delivery|packaging|courier|service)\b"
    r"|(?:xorderx|it|they) (?:has |have )?(?:damaged|scratched|stained|ruined|burned|burnt|broke) (?:my|our)\b"
    r"|(?:xorderx|it|they) (?:is|was|are|were|arrived|came) incomplete\b"
    r"|(?:[a-z]+ )?(?:xorderx |it )?(?:arrived|came|was delivered) without (?:the|a|its)\b"
    r"|(?:[a-z]+ ){0,2}(?:shipping|wrapping|wrap|tip|courier|driver|postman|website|site|express)\b|express delivery\b|gift box\b"
    r"|(?:one|second|third|other|last|extra|additional) (?:item|one|thing|product|part|piece)\b"
    r"|(?!(?:[a-z]+ )?(?:order|item|product|parcel|package|shipment|delivery|goods|it|they|this|everything|xorderx) )(?:[a-z]+ ){1,2}"
    r"(?:of (?:order )?xorderx )?(?:(?:is|was|are|were) (?:missing|late|too (?:high|expensive|much)"
    r"|not (?:included|there|in the (?:box|parcel|package)))|never (?:arrived|came)|(?:arrived|came) late)\b)"
)


def is_of_a_charge(words: str) -> bool:
    """ "The express shipping was late", "the lid was missing": what may be paid back by itself."""
    return _CHARGE.match(words) is not None


def _whole_clause(words: str) -> re.Match[str] | None:
    return next((found for form in (*_idioms(), *_partly()) if (found := form.fullmatch(words))), None)


def _works_partly(words: str) -> re.Match[str] | None:
    return next((found for form in _partly() if (found := form.fullmatch(words))), None)


def has_vocabulary(words: frozenset[str]) -> bool:
    return not words.isdisjoint(_vocabulary())


def _begins(said: list[str]) -> bool:
    """With a subject, or with what is wrong: "arrived broken", "too small"; and nothing is left open at the end."""
    is_past = said[0] == "when" and not (_events() - {"arrives"}).isdisjoint(said[2:4]) and _is_wrong(said)
    is_begun = said[0] not in _words("no beginning") or said[:2] == ["of", "the"] or is_past
    return is_begun and said[-1] not in _words("no end") and (said[0] not in _words("denies") or _denies_good(said))


def _is_told(said: list[str]) -> bool:
    """Whether something is wrong, or something was done by somebody."""
    has_subject = said[0] in _words("determiners") | _words("event alone") or not (
        _words("subjects") | {ORDER}
    ).isdisjoint(said)
    return _is_wrong(said) or (has_subject and not _events().isdisjoint(said))


def _is_clear(said: list[str], things: list[str]) -> bool:
    named = _words("thing") | _words("person") | _words("event") | {ORDER, *things}
    return _is_wrong(said) or not named.isdisjoint(said)


def _is_wrong(said: list[str]) -> bool:
    is_without = any(word == "no" and after in _words("thing") for word, after in pairwise(said))
    return not _words("bad").isdisjoint(said) or "too" in said or is_without or _denies_good(said)


def _denies_good(said: list[str]) -> bool:
    good = _words("wanted") | {"what", "piece"}
    return any(
        word in _words("denies") and not good.isdisjoint(said[at + 1 : at + 1 + REACH]) for at, word in enumerate(said)
    )


class _Place(NamedTuple):
    """A word of a clause with its neighbours."""

    word: str
    before: list[str]
    after: list[str]
    clause: list[str]

    def is_denied(self) -> bool:
        return not _words("denies").isdisjoint(self.before)

    def is_before(self, words: AbstractSet[str]) -> bool:
        return not words.isdisjoint(self.after)

    def is_right_before(self, words: AbstractSet[str]) -> bool:
        return not words.isdisjoint(self.after[:1])


def _stands(said: list[str], at: int) -> bool:
    """Whether the word stands where a complaint has it."""
    place = _Place(said[at], said[max(at - REACH, 0) : at], said[at + 1 : at + 1 + REACH], said)
    kinds = ((_words("denies"), _denies), (_words("wanted"), _is_missed), (_words("bad"), _is_bad))
    if fits := _PLACES.get(place.word):
        return fits(place)
    if place.word in _words("sizes") and place.before[-1:] == ["too"]:
        return True
    return next((fits(place) for words, fits in kinds if place.word in words), _is_counted(place))


_PLACES: Mapping[str, Callable[[_Place], bool]] = {
    "too": lambda place: place.is_right_before(_words("sizes") | {"many", "much"}),
    "can": lambda place: place.is_right_before({"not"}),
    "could": lambda place: place.is_right_before({"not"}),
    "will": lambda place: place.is_right_before({"not"}),
    "should": lambda place: (
        bool({"what", "as", "like", "than"} & set(place.before)) and place.before[-1] in ("it", "they")
    ),
    "when": lambda place: place.is_before(_events() | _words("time")),
    "after": lambda place: place.is_before(_events() | _words("time")),
    "been": lambda place: bool({"has", "have", "had"} & set(place.before)),
    "you": lambda place: (
        place.is_before({"sent", "delivered", "shipped", "packed", "gave"}) and _is_wrong(place.clause)
    ),
    "instead": lambda place: place.is_right_before({"of"}),
    "supposed": lambda place: place.is_right_before({"to"}),
    "mistake": lambda place: place.before[-1:] == ["by"],
    "accident": lambda place: place.before[-1:] == ["by"],
    "piece": lambda place: place.before[-2:] == ["in", "one"] and place.is_denied(),
}
"""Where the words stand that could also say something else."""


def _denies(place: _Place) -> bool:
    is_without = place.word == "no" and not _words("thing").isdisjoint(place.after[:2])
    return is_without or place.is_before(_words("wanted") | _events() | {"what", "piece"})


def _is_missed(place: _Place) -> bool:
    """ "Does not work", "smaller than expected", "I do not want it"."""
    determiners, numbers = _words("determiners"), _words("number")
    if place.before and place.before[-1] in (determiners if place.word in _words("thing") else ()):
        return True
    if place.before and place.before[-1] in (numbers if place.word in _words("time") else ()):
        return True  # "after one use"
    objects = _words("objects") | {ORDER}
    has_object = not objects.isdisjoint(place.after[:2]) or "what" in place.before
    return (place.is_denied() or "than" in place.before) and (has_object or place.word not in _words("takes an object"))


def _is_bad(place: _Place) -> bool:
    return not place.is_denied()


def _is_counted(place: _Place) -> bool:
    """Numbers are of time, "the last two days", or none: "the wrong one"."""
    numbers = _words("number") - _words("plain") - _words("bad") | {"one"}
    if not (place.word.isdigit() or place.word in numbers):
        return True
    is_of_time = place.is_right_before(_words("time") | _words("number") | _words("component") | {"piece"})
    return is_of_time or not (_words("bad") | {"the", "this", "day"}).isdisjoint(place.before[-1:])


def _persons_fit(said: list[str]) -> bool:
    """Somebody else's likes are a reason; what they do is not the customer's act."""
    places = (place for place, word in enumerate(said) if word in _words("person"))
    outside = [place for place in places if {"for", "to"}.isdisjoint(said[max(place - 2, 0) : place])]
    return not outside or _denies_good(said) or not {"hate", "hates", "hated", "dislikes"}.isdisjoint(said)


def _unknown(said: list[str]) -> list[str] | None:
    """The nouns behind "the" or "my" that no list has; None when another word is unknown."""
    nouns: list[str] = []
    for at, (before, word) in enumerate(zip(["", *said], said, strict=False)):
        is_day = _DAY.fullmatch(word) and said[max(at - 2, 0) : at] == ["on", "the"]
        if word == ORDER or word in _vocabulary() or (word.isdigit() and len(word) <= 2) or is_day:
            continue
        if before in _words("determiners"):
            nouns.append(word)
        elif nouns[-1:] == [before]:
            nouns[-1] = word
        else:
            return None
    return nouns if len(nouns) <= MOST_THINGS else None


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset().union(*map(_words, _SECTIONS))


def _events() -> frozenset[str]:
    return _words("event") | _words(_PERHAPS_MONEY)


def _words(section: str) -> frozenset[str]:
    return listed("complaints", section)


@cache
def _partly() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(f"{form}(?: anymore| any more| now)?") for form in _forms("partly"))


def _forms(section: str) -> Iterator[str]:
    return (grammar("complaints", form, {}) for form in sections("complaints")[section])


@cache
def _part_of() -> re.Pattern[str]:
    components = "|".join(sorted(_words("component")))
    return re.compile(
        rf"\b(?:(?:a|the) )?(?:part|half|{SHARE}|one|some|most|several|two|three|four|both|all|many|few)(?: of)? (?:the|its|my|these) "
        rf"(?=(?:left |right |top |bottom |front |back )?(?:{components})\b)"
    )


@cache
def _idioms() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, _forms("idioms")))


@cache
def _second_thoughts() -> re.Pattern[str]:
    return re.compile(alternatives("complaints", "second thoughts"))
