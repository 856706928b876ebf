"""A customer who does not want what waits for an approval any more: in a whole message of a few words, or in a sentence of a
mail that says so of the refund or the request.

Elsewhere such words answer a question, or are a reason. "I don't want it any more" takes nothing back: it is the reason of
many a request. "Wait" and "it's fine" do not, either: they may be said of the waiting. The forms are data, and with them the
words of a message are weighed: `python -m tests.second_thoughts_weights`.
"""

import re
from functools import cache

from app.clients.language.acts import act_of, commands
from app.clients.language.awaited import word_groups
from app.clients.language.plain_spelling import plain
from app.clients.language.quoting import own_words
from app.clients.language.requests.clauses import spelt
from app.clients.language.withdrawals import takes_back
from app.clients.language.word_lists import pairs, pattern

LONGEST = 200  # characters of a whole message that takes something back
LONGEST_MAIL = 1500
SHORT_ANSWER = 3  # words
MOST_FIVES = 6
AS_KNOWN = -1.0
"""What the weights have to tell of a message in a known form."""

_FILE = "second_thoughts"
_SENTENCE = re.compile(r"[^.!?;\n]*\w[^.!?;\n]*[.!?;\n]*")


def drops_request(message: str) -> bool:
    """ "No", "we keep it", "it works now"; "Dear team, please consider my request withdrawn"."""
    own, quoted = own_words(message)
    if "?" in quoted and len(own.split()) <= SHORT_ANSWER:
        return False  # "no", to whose question?
    if len(own) > LONGEST_MAIL or commands(message) or act_of(message) == "request" or _wants_it(own):
        return False
    told = max((_told(found) for one in sentences(own) if _may_take_back(found := signs(one))), default=AS_KNOWN)
    return told > AS_KNOWN if _in_known_form(message) else told > 0


def sentences(own: str) -> list[str]:
    """One of them is enough to take a request back."""
    return _SENTENCE.findall(own)


def signs(sentence: str) -> set[str]:
    """What is weighed: the words, how many there are, the first one, and what the forms and the grammar say."""
    said, act = plain(sentence), act_of(sentence)
    words = said.split()
    found = {f"act {act}", f"fives of words {min(len(words) // 5, MOST_FIVES)}", f"first {words[0] if words else ''}"}
    found |= {"known form"} if _in_known_form(sentence) else set()
    found |= {"plain withdrawal"} if act == "withdrawal" and takes_back(sentence) else set()
    found |= {"asks to" if _has("asks to", said) else "asks"} if "?" in said else set()
    return found | word_groups(said)


def _may_take_back(found: set[str]) -> bool:
    return "act condition" not in found or "known form" in found


def _told(found: set[str]) -> float:
    weights = _weights()
    return weights["constant of all"] + sum(weights.get(group, 0.0) for group in found)


def _in_known_form(message: str) -> bool:
    """In one of the forms of data/second_thoughts.txt."""
    own, quoted = own_words(message)
    lines = _lines(own)
    if any(_says_so(sentence) for line in lines for sentence in _SENTENCE.findall(line)):
        return True
    said = pattern(_FILE, "polite if").sub("please", " ".join(filter(None, lines)))
    is_short = len(said) <= LONGEST and "?" not in said.replace("refund?", "refund") + quoted  # "no" to whose question?
    return is_short and bool(pattern(_FILE, "whole message").fullmatch(said)) and not _has("still wanted", said)


def _wants_it(own: str) -> bool:
    return any(_has(section, line) for line in _lines(own) for section in ("asks for it", "kept"))


def _says_so(sentence: str) -> bool:
    """A condition, a question that is not polite, and what is denied take nothing back."""
    said = " ".join(pattern(_FILE, "polite if").sub("please", sentence).split())
    is_question = "?" in said and not _has("asks to", said)
    return not is_question and _has("in so many words", said) and not _has("unless", said)


def _has(section: str, text: str) -> bool:
    return pattern(_FILE, section).search(text) is not None


def _lines(own: str) -> list[str]:
    return [_corrected(line) for line in spelt(own).splitlines()]


def _corrected(line: str) -> str:
    said = " ".join(line.split())
    for slip, meant in _slips():
        said = slip.sub(meant, said)
    return said


@cache
def _slips() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b(?:{slip})\b"), meant) for slip, meant in pairs(_FILE, "slips").items())


@cache
def _weights() -> dict[str, float]:
    return {group: float(weight) for group, weight in pairs("second_thoughts_weights", "words", " = ").items()}
