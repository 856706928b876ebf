"""A report made of quotations, and whether they answer.

Whether they do is decided by `confidence`; which of them do, by how relevant they are and how much of the topic they say.
"""

from collections.abc import Sequence

from app.clients.language.questions import stem
from app.clients.language.questions import words as words_of
from app.clients.language.research.confidence import confidence, credit, share
from app.clients.language.research.topic import Topic, parts, read_topic
from app.services import Evidence, Report, Section, Statement

ENOUGH = 0.38
"""How sure it has to be that the sources answer."""
MOST_ANSWERS = 2  # quotations
NEARLY = 0.9  # of the best, for a second quotation
MOST_IN_SUMMARY = 3

NOTE = "No language model is configured: this report quotes its sources and adds no words of its own."
Numbered = tuple[int, Evidence]
"""A piece of evidence and its place in the list."""


def report(topic: str, evidence: Sequence[Evidence]) -> Report:
    """Quotations by source, or by question when the topic asks several."""
    asked = [read_topic(part) for part in parts(topic)]
    numbered = list(enumerate(evidence))
    answers = {each.text: _answer(each, numbered) for each in asked}
    answering = [one for chosen in answers.values() for one in chosen]
    return Report(
        answer=_said(answering) if answering else None,
        note=NOTE,
        summary=_summary(answering, numbered),
        sections=_by_question(asked, numbered) if len(asked) > 1 else _by_source(numbered),
    )


def _answer(topic: Topic, evidence: Sequence[Numbered]) -> list[Numbered]:
    """The quotations that answer, best first; [] when none does."""
    about = [pair for pair in evidence if any(_credit(topic, pair[1]).values())]
    if confidence(topic, [one for _, one in about]) < ENOUGH:
        return []
    return _best(topic, about)


def _best(topic: Topic, evidence: Sequence[Numbered]) -> list[Numbered]:
    """The best quotation, and one that has names it has not, or one that is nearly as good."""
    worth = {at: _worth(topic, one) for at, one in evidence}
    first, *others = sorted(evidence, key=lambda pair: -worth[pair[0]])
    said = _credit(topic, first[1])
    unsaid = [at for at, term in enumerate(topic.terms) if term.is_name and not said[at]]
    adding = [pair for pair in others if any(_credit(topic, pair[1])[at] for at in unsaid)]
    nearly = [pair for pair in others if worth[pair[0]] >= NEARLY * worth[first[0]]]
    return [first, *(adding or nearly)[: MOST_ANSWERS - 1]]


def _worth(topic: Topic, one: Evidence) -> float:
    return one["relevance"] + 0.3 * share(topic, _credit(topic, one))


def _credit(topic: Topic, one: Evidence) -> dict[int, float]:
    return credit(topic, map(stem, words_of(one["quote"])))


def _summary(answering: Sequence[Numbered], evidence: Sequence[Numbered]) -> list[Statement]:
    """The quotations that answer, and the best of the other sources."""
    best = sorted(evidence, key=lambda pair: -pair[1]["relevance"])
    chosen = {at: (at, one) for at, one in [*answering, *_different(best)]}
    return _quoted(list(chosen.values())[:MOST_IN_SUMMARY])


def _different(evidence: Sequence[Numbered]) -> list[Numbered]:
    """The best of each source, in turn."""
    return list({one["source"]: (at, one) for at, one in reversed(evidence)}.values())[::-1]


def _by_source(evidence: Sequence[Numbered]) -> list[Section]:
    titles = {one["source"]: one["title"] for _, one in evidence}
    return [
        Section(heading=titles[number], statements=_quoted([pair for pair in evidence if pair[1]["source"] == number]))
        for number in sorted(titles)
    ]


def _by_question(asked: Sequence[Topic], evidence: Sequence[Numbered]) -> list[Section]:
    """Each quotation under the question that it is most about."""
    groups: dict[str, list[Numbered]] = {topic.text: [] for topic in asked}
    for pair in evidence:
        groups[max(asked, key=lambda topic: _worth(topic, pair[1])).text].append(pair)
    return [Section(heading=text, statements=_quoted(pairs)) for text, pairs in groups.items() if pairs]


def _quoted(evidence: Sequence[Numbered]) -> list[Statement]:
    return [Statement(text=one["claim"], evidence=[at]) for at, one in evidence]


def _said(evidence: Sequence[Numbered]) -> str:
    return "\n\n".join(one["claim"] for _, one in evidence)
