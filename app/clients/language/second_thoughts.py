"""A customer who does not want what waits for an approval any more: in a whole message of a few words, or in a sentence of a
mail that says so of the refund or the request.

Elsewhere such words answer a question, or are a reason. "I don't want it any more" takes nothing back: it is the reason of
many a request. "Wait" and "it's fine" do not, either: they may be said of the waiting. The forms are data.
"""

import re
from functools import cache

from app.clients.language.quoting import own_words
from app.clients.language.requests.clauses import spelt
from app.clients.language.word_lists import pairs, pattern

LONGEST = 200  # characters of a whole message that takes something back
LONGEST_MAIL = 1500

_FILE = "second_thoughts"
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*")


def drops_request(message: str) -> bool:
    """ "No", "we keep it", "it works now"; "Dear team, please consider my request withdrawn"."""
    own, quoted = own_words(message)
    if len(own) > LONGEST_MAIL:
        return False
    lines = [_corrected(line) for line in spelt(own).splitlines()]
    if any(_has("asks for it", line) for line in lines):
        return False
    if any(_says_so(sentence) for line in lines for sentence in _SENTENCE.findall(line)):
        return True
    said = " ".join(filter(None, lines))
    is_short = len(said) <= LONGEST and "?" not in said.replace("refund?", "refund") + quoted  # "no" to whose question?
    return is_short and bool(pattern(_FILE, "whole message").fullmatch(said)) and not _has("still wanted", said)


def _says_so(sentence: str) -> bool:
    """A condition, a question that is not polite, and what is denied take nothing back."""
    said = " ".join(pattern(_FILE, "polite if").sub("please", sentence).split())
    is_question = "?" in said and not _has("asks to", said)
    return not is_question and _has("in so many words", said) and not _has("unless", said)


def _has(section: str, text: str) -> bool:
    return pattern(_FILE, section).search(text) is not None


def _corrected(line: str) -> str:
    said = " ".join(line.split())
    for slip, meant in _slips():
        said = slip.sub(meant, said)
    return said


@cache
def _slips() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(rf"\b(?:{slip})\b"), meant) for slip, meant in pairs(_FILE, "slips").items())
