"""What to search for: the topic as it is, its parts, and its telling words alone."""

import re
from collections.abc import Iterator, Sequence

from app.clients.language.question_topic import stem
from app.clients.language.question_topic import words as words_of
from app.clients.language.research.topic import parts, read_topic, tells_nothing
from nodes.ports.language import Finding

MOST_READ = 8  # findings
MOST_NAMES = 6
SAID = 0.5  # what a word counts that stands for a word of the topic
_NAME = re.compile(
    r"[^\W\d_a-z][\w'\u2019-]*(?:(?: (?:of|the|de|van|von|for|and))* [^\W_a-z][\w'\u2019-]*)*"
    r"(?: (?:policy|guide|page|documentation|reference|specification|tutorial))?"
)
_STARTS = re.compile(r"(?:^|[.!?:\n]\s*|\s[-*] )$")


def queries(topic: str, limit: int) -> list[str]:
    """At most so many, the topic itself first."""
    whole = " ".join(topic.split())
    asked = parts(topic)
    wanted = [whole, *(asked if len(asked) > 1 else ()), _key_terms(whole)]
    return [each for each in dict.fromkeys(wanted) if each][:limit]


def named_in(topic: str, findings: Sequence[Finding]) -> list[str]:
    """The names that the best findings have, and the topic has not, as one query; [] when all of the topic is said."""
    best = sorted(findings, key=lambda one: -one["relevance"])[:MOST_READ]
    terms = read_topic(topic).terms
    said = {word for one in findings for word in _stems(one["quote"])}
    if all(any(term.match(word) >= SAID for word in said) for term in terms):
        return []
    asked = {term.stem for term in terms}
    names = dict.fromkeys(name for one in best for name in _names(one["quote"]) if not _stems(name) <= asked)
    query = " ".join(list(names)[:MOST_NAMES])
    return [query] if query else []


def _names(quote: str) -> Iterator[str]:
    """A capital tells nothing of a single word that begins a sentence."""
    for found in _NAME.finditer(quote):
        name = found[0]
        is_first = _STARTS.search(quote[: found.start()]) is not None
        if _stems(name) and not (is_first and " " not in name):
            yield name


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words_of(text) if not tells_nothing(word)}


def _key_terms(topic: str) -> str:
    """The words that carry the topic; "" when they are few, or all there is."""
    terms = [term.word for term in read_topic(topic).terms if term.weight >= 1]
    return " ".join(terms) if len(terms) > 1 else ""
