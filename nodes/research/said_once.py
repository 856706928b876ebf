"""A statement stands once in a report: what stands before in nearly the same words gets its citations."""

import re
from collections.abc import Sequence

from nodes.reports.report import Cited
from nodes.texts import plain, sentences, stem

_WORD = re.compile(r"\w+(?:[.,:]\w+)*")
_CONTRACTED = ("re", "ll", "ve", "s", "d", "m")  # what is left of "we're"
_IDLE = frozenset(
    re.findall(
        r"\w+",
        "a an the this that these those it its is are be been we our you your they their them i my also please just then so of",
    )
).union(_CONTRACTED)
"""Words that change nothing. Those that may, as "not", "only" and "before", are none of them."""


def once_each(groups: Sequence[Sequence[Cited]]) -> list[list[Cited]]:
    """The groups in order, without statements of which every sentence is said before."""
    kept: list[list[Cited]] = []
    said: dict[str, Cited] = {}
    for group in groups:
        kept.append([])
        for one in group:
            told = [_telling(sentence) for sentence in _sentences(one["text"])]
            if all(each in said for each in told):
                for each in told:
                    _cite(said[each], one)
                continue
            new = Cited(text=one["text"], citations=list(one["citations"]))
            said |= {each: new for each in told if each not in said}
            kept[-1].append(new)
    return kept


def _sentences(text: str) -> list[str]:
    """A list, a table or code is one sentence."""
    return [text] if "\n" in text else sentences(text)


def _telling(sentence: str) -> str:
    """Its words in order, without those that change nothing."""
    found = _WORD.findall(plain(sentence).replace("n't", " not"))
    return " ".join(stem(word) for word in found if word not in _IDLE)


def _cite(one: Cited, other: Cited) -> None:
    one["citations"] += [citation for citation in other["citations"] if citation not in one["citations"]]
