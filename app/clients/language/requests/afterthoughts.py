"""What may stand behind a request as its reason. Behind it "it was a joke" or "wrong button" takes back what was asked for.

A reason names the thing and what is wrong with it, or is one of the short list of things that a customer does. Whatever
else is said behind a request is a doubt.
"""

import re
from functools import cache
from itertools import pairwise

from app.clients.language.demand import ORDER
from app.clients.language.requests.complaints import is_of_a_part
from app.clients.language.word_lists import grammar, sections
from app.clients.language.word_lists import words as listed

_LEADS = re.compile(
    r"^(?:(?:and|but|so|because|since|as|which|unfortunately|sadly|honestly|regrettably|anyway|actually|sorry) )*"
)
_IT_IS = re.compile(r"^it is (?:the|my) [a-z]+ that (?!i\b|we\b)")
_RECEIVED = re.compile(
    r"^(?:i|we) (?:(?:have|only|just|was|were) )*(?:received|got|sent|given|ordered|bought)(?= (?:it|them|an?|the|my|xorderx)\b)"
)
REACH = 5  # words between a negation and what it denies


def stands_behind(words: str) -> bool:
    """Whether a complaint says what is wrong with the thing, whatever was said before it."""
    words = _LEADS.sub("", words)
    if any(form.fullmatch(words) for form in _reasons()):
        return True
    said = _RECEIVED.sub("", _IT_IS.sub("it ", words)).split()
    return _is_of_the_thing(said) and (_is_wrong(said) or is_of_a_part(words))


def tells_a_defect(words: str) -> bool:
    """Whether it says so of a thing, and of nothing else: "it took too long" and "it has not arrived" may speak of money."""
    return stands_behind(words) and (
        _has_defect(said := _LEADS.sub("", words).split()) or _words("of money too").isdisjoint(said)
    )


def _has_defect(said: list[str]) -> bool:
    defects = _words("bad") - _words("not only of things")
    is_another = _words("kinds") & set(said) and {"wrong", "different", "incorrect", "poor", "bad"} & set(said)
    return not defects.isdisjoint(said) or bool(is_another)


def _is_of_the_thing(said: list[str]) -> bool:
    """Nobody is spoken of, and "this" has its noun: "this kettle leaks"."""
    others = {"", *_words("plain"), *_words("wanted"), *_words("bad")} - _words("thing") - _words("time")
    points = any(word in ("this", "these") and after in others for word, after in pairwise([*said, ""]))
    return not points and _words("not of the thing").isdisjoint(said)


def _is_wrong(said: list[str]) -> bool:
    return (
        _has_defect(said)
        or any(word == "too" and after in _words("sizes") - {"late"} for word, after in pairwise(said))
        or any(word in ("fell", "falls") and after in ("apart", "off", "out", "down") for word, after in pairwise(said))
        or bool({"late", "twice"} & set(said) and _words("event of money") & set(said))
        or any(
            word in ("not", "never", "no", "stopped", "nothing", "hardly", "barely")
            and not _words("missed").isdisjoint(said[at + 1 : at + 1 + REACH])
            for at, word in enumerate(said)
        )
    )


def _words(section: str) -> frozenset[str]:
    return listed("complaints", section)


@cache
def _reasons() -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(grammar("complaints", form, {"ORDER": ORDER})) for form in sections("complaints")["reasons"]
    )
