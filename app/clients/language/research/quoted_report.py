"""A report made of quotations, and whether they answer.

Whether they do is decided by `confidence`; which of them do, by how relevant they are and how much of the topic they say.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from itertools import groupby

from app.clients.language.answer_kinds import kind_of
from app.clients.language.extracts import weights
from app.clients.language.question_topic import stem
from app.clients.language.question_topic import words as words_of
from app.clients.language.research.confidence import confidence, credit, share
from app.clients.language.research.instructions import is_for_programs
from app.clients.language.research.sentence_places import Span, blocks, spans
from app.clients.language.research.topic import WORD, Topic, parts, read_topic
from nodes.ports.language import Evidence, Report, Section, Statement
from nodes.texts import plain

ENOUGH = 0.42
"""How sure it has to be that the sources answer, for the one of them that is most about it to confirm a likely answer."""
LIKELY = 0.7
"""How sure it has to be that certain words answer, when that source confirms them: a share of what an answer alone needs."""
ALONE = 0.6
"""How sure it has to be where nothing but the sources that were read is known, as on the web."""
LEAST, RELEVANT = 0.25, 0.7
"""How relevant a finding has to be to be shown: at all, and compared with the best."""
OF_SOURCE, PERHAPS = 0.85, 0.2
"""How relevant the best finding of a source has to be, compared with the best of all, for a section on one question; or how sure
it has to be that a finding answers, which is then shown."""
OF_SUBJECT = 0.77
"""How relevant a finding on a subject has to be, compared with the best."""
AS_MUCH = 0.8
"""How much of what the answer says of the question another quotation has to say, to stand beside it in the summary."""
LITTLE = 0.05
"""How much less of the question a quotation may say that has more of what is asked for than the likely answer."""
HALF = 0.6
"""How much of what the best quotation says of the question the others have to say, to be part of the answer."""
SAID_TOGETHER = 0.8
"""How much of the question an answer and the source that it leads to have to say together."""
AT_LEAST = 0.55
"""Where nothing answers."""
MOST_ANSWERS = 2  # quotations
NEARLY = 0.9  # of the best, for a second quotation
MOST_IN_SUMMARY = 3
MOST_OF_SOURCE = 4  # findings, for one question

NOTE = "No language model is configured: this report quotes its sources and adds no words of its own."
_NAME = re.compile(r"(?<=[\w,;:(] )[^\W\d_a-z]\w+|(?<!\w)[^\W_]*[^\W\d_][^\W_]*\d\w*")
Numbered = tuple[int, Evidence]
"""A piece of evidence and its place in the list."""


def report(topic: str, evidence: Sequence[Evidence]) -> Report:
    """Quotations by source, or by question when the topic asks several."""
    asked = [read_topic(part) for part in parts(topic)]
    told = _told(list(enumerate(evidence)))
    numbered = _relevant(asked, told)
    answers = {each.text: _answer(each, _most_about(asked, each, numbered)) for each in asked}
    for each in asked if len(asked) == 1 else ():
        if led := _led_to(each, answers[each.text] or _best_alone(each, numbered), told):
            answers[each.text] = led
            numbered = [pair for pair in told if pair in numbered or pair in led]
    answering = [one for chosen in answers.values() for one in chosen]
    return Report(
        answer="\n\n".join(one["text"] for one in _once(_tables_in_order(answering), numbered)) or None,
        note=NOTE,
        summary=_summary(asked, answering, numbered) if answering else [],
        sections=_sections(
            asked, _few(asked, numbered if answering or _are_about(asked, numbered) else _good(numbered))
        ),
    )


def _few(asked: Sequence[Topic], evidence: Sequence[Numbered]) -> list[Numbered]:
    """For one question the best of each source."""
    if len(asked) > 1 or not asked[0].is_question:
        return list(evidence)
    best = sorted(evidence, key=lambda pair: -max(pair[1]["relevance"], pair[1].get("sure", 0.0)))
    of_source: dict[int, list[int]] = {}
    for at, one in best:
        of_source.setdefault(one["source"], []).append(at)
    kept = {at for places in of_source.values() for at in places[:MOST_OF_SOURCE]}
    return [pair for pair in evidence if pair[0] in kept]


def _are_about(asked: Sequence[Topic], evidence: Sequence[Numbered]) -> bool:
    return any(_sureness(topic, evidence)[0] >= ENOUGH for topic in asked)


def _good(evidence: Sequence[Numbered]) -> list[Numbered]:
    return [one for one in evidence if one[1]["relevance"] >= AT_LEAST or one[1].get("sure", 0.0) >= PERHAPS]


def _told(evidence: list[Numbered]) -> list[Numbered]:
    """Without what pages tell the programs that read them."""
    return [pair for pair in evidence if not any(_tells_programs(line) for line in pair[1]["claim"].split("\n"))]


def _tells_programs(line: str) -> bool:
    return any(map(is_for_programs, _sentences(line)))


def _relevant(asked: Sequence[Topic], evidence: list[Numbered]) -> list[Numbered]:
    """Without what says nothing about the topic, judged alone and beside the best. Of every name the best stays."""
    compared = RELEVANT if len(asked) > 1 or asked[0].is_question else OF_SUBJECT
    least = max(LEAST, compared * max((one["relevance"] for _, one in evidence), default=0.0))
    best = {
        at for topic in asked for term in topic.terms if term.is_name for at in _best_of(topic, term.word, evidence)
    }
    best |= _likeliest(evidence)
    about = _sources_about(asked, evidence)
    return [
        pair for pair in evidence if pair[0] in best or (pair[1]["relevance"] >= least and pair[1]["source"] in about)
    ]


def _likeliest(evidence: Sequence[Numbered]) -> set[int]:
    """What is the likeliest to answer, though nothing may be sure to."""
    sure = max((one.get("sure", 0.0) for _, one in evidence), default=0.0)
    return {at for at, one in evidence if sure >= PERHAPS and one.get("sure", 0.0) == sure}


def _sources_about(asked: Sequence[Topic], evidence: Sequence[Numbered]) -> set[int]:
    """All, but for one question those that say as much about it as any."""
    least = max((one["relevance"] for _, one in evidence), default=0.0) * OF_SOURCE
    is_one = len(asked) == 1 and asked[0].is_question
    return {
        one["source"]
        for _, one in evidence
        if not is_one or one["relevance"] >= least or one.get("sure", 0.0) >= PERHAPS
    }


def _best_of(topic: Topic, name: str, evidence: Sequence[Numbered]) -> list[int]:
    place = next(at for at, term in enumerate(topic.terms) if term.word == name)
    saying = [pair for pair in evidence if _credit(topic, pair[1])[place]]
    return [max(saying, key=lambda pair: pair[1]["relevance"])[0]] if saying else []


def _most_about(asked: Sequence[Topic], topic: Topic, evidence: Sequence[Numbered]) -> list[Numbered]:
    """Without what is likely to answer another one of the questions."""
    others = [one for one in asked if one is not topic]
    return [
        pair
        for pair in evidence
        if not pair[1].get("sure") or all(_worth(topic, pair[1]) >= _worth(other, pair[1]) for other in others)
    ]


def _answer(topic: Topic, evidence: Sequence[Numbered]) -> list[Numbered]:
    """The quotations that answer, best first; [] when none is sure to."""
    sure, fit = _sureness(topic, evidence)
    best = _best(topic, fit) if sure >= ENOUGH else []
    alone = weights().sure
    if not topic.is_question:
        return best or [pair for pair in evidence if pair[1].get("sure", 0.0) >= alone]
    if likely := [pair for pair in evidence if pair[1].get("sure", 0.0) >= LIKELY * alone]:
        agree = {one["source"] for _, one in best[:1]} & {one["source"] for _, one in likely}
        return _fuller(topic, likely, evidence) if agree or likely[0][1]["sure"] >= alone else []
    if sure < ALONE:
        return []
    if not any("sure" in one for _, one in fit):
        return _fuller(topic, best, evidence)
    return [pair for pair in best if _says_names_and_all(topic, pair[1])]


def _fuller(topic: Topic, chosen: list[Numbered], evidence: Sequence[Numbered]) -> list[Numbered]:
    """The chosen quotations that have most of what is asked for; or one that says as much of the question and has more."""
    missing = min(_missing(topic, one) for _, one in chosen)
    said = max(_share(topic, one) for _, one in chosen)
    fuller = [
        pair for pair in evidence if _missing(topic, pair[1]) < missing and _share(topic, pair[1]) >= said - LITTLE
    ]
    best = sorted(fuller, key=lambda pair: (_missing(topic, pair[1]), -_worth(topic, pair[1])))[:1]
    least = HALF * said
    return (
        best
        or [pair for pair in chosen if _missing(topic, pair[1]) == missing and _share(topic, pair[1]) >= least]
        or chosen
    )


def _missing(topic: Topic, one: Evidence) -> tuple[int, bool]:
    """How many names of the question it does not say, and whether it lacks the kind of thing that is asked for."""
    shows = kind_of(topic.text).shows
    said = _with_title(topic, one)
    named = sum(term.is_name and not said[at] for at, term in enumerate(topic.terms))
    return named, shows is not None and not shows.search(one["claim"])


def _says_names_and_all(topic: Topic, one: Evidence) -> bool:
    """Whether names are asked about, and it says them and every other word that tells something."""
    said = _with_title(topic, one)
    telling = [at for at, term in enumerate(topic.terms) if term.weight >= WORD]
    return any(term.is_name for term in topic.terms) and all(said[at] for at in telling)


def _best_alone(topic: Topic, evidence: Sequence[Numbered]) -> list[Numbered]:
    """What is most about the question, though it may not answer."""
    return sorted(evidence, key=lambda pair: -_worth(topic, pair[1]))[:1]


def _led_to(topic: Topic, chosen: list[Numbered], evidence: Sequence[Numbered]) -> list[Numbered]:
    """The chosen quotations with one of another source that they lead to: they have its title; or they name something that it
    speaks of, and it says a word of the question that they do not say. [] when they lead to none."""
    said, told = _joined(topic, chosen), plain(" ".join(one["claim"] for _, one in chosen))
    unsaid = [at for at, term in enumerate(topic.terms) if term.weight >= WORD and not said[at]]
    named = _names(" ".join(one["claim"] for _, one in chosen)) - {term.stem for term in topic.terms}
    sources = {one["source"] for _, one in chosen}

    def leads(one: Evidence) -> bool:
        if " " in one["title"] and plain(one["title"]) in told and plain(one["title"]) not in plain(topic.text):
            return True
        adds = any(_credit(topic, one)[at] for at in unsaid)
        return adds and bool(named & _names(f"{one['title']} {one['claim']}"))

    others = [
        pair
        for pair in evidence
        if pair[1]["source"] not in sources
        and leads(pair[1])
        and share(topic, _joined(topic, [*chosen, pair])) >= SAID_TOGETHER
    ]
    return [*chosen, max(others, key=lambda pair: _worth(topic, pair[1]))] if chosen and others else []


def _joined(topic: Topic, evidence: Sequence[Numbered]) -> dict[int, float]:
    return {at: max((_credit(topic, one)[at] for _, one in evidence), default=0.0) for at, _ in enumerate(topic.terms)}


def _names(text: str) -> set[str]:
    """Words with a figure or a capital, as they stand inside a sentence."""
    return {stem(word) for name in _NAME.findall(text) for word in words_of(name)}


def _share(topic: Topic, one: Evidence) -> float:
    return share(topic, _with_title(topic, one))


def _with_title(topic: Topic, one: Evidence) -> dict[int, float]:
    return _credit_of(topic, f"{one['title']} {one['claim']}")


def _tables_in_order(chosen: Sequence[Numbered]) -> list[Numbered]:
    """Rows of one table stand together, where the first of them stands, and in the table's own order."""
    tables: dict[Hashable, list[Numbered]] = {}
    for at, one in chosen:
        head, *rows = one["claim"].split("\n")
        tables.setdefault((one["source"], head) if rows and head.startswith("|") else at, []).append((at, one))
    return [pair for rows in tables.values() for pair in sorted(rows, key=lambda pair: pair[1].get("place", 0))]


def _sureness(topic: Topic, evidence: Sequence[Numbered]) -> tuple[float, list[Numbered]]:
    """How sure it is that the sources say it, and what of them is of the kind that is asked for."""
    about = [pair for pair in evidence if any(_credit(topic, pair[1]).values())]
    fit = [pair for pair in about if topic.shows(pair[1]["quote"])]
    return confidence(topic, [one for _, one in about]) if fit else 0.0, fit


def _best(topic: Topic, evidence: Sequence[Numbered]) -> list[Numbered]:
    """The best quotation, and one that has names it has not, or one that is nearly as good."""
    worth = {at: _worth(topic, one) for at, one in evidence}
    first, *others = _different([topic], sorted(evidence, key=lambda pair: -worth[pair[0]]))
    said = _credit(topic, first[1])
    unsaid = [at for at, term in enumerate(topic.terms) if term.is_name and not said[at]]
    adding = [pair for pair in others if any(_credit(topic, pair[1])[at] for at in unsaid)]
    nearly = [pair for pair in others if worth[pair[0]] >= NEARLY * worth[first[0]]]
    return [first, *(adding or nearly)[: MOST_ANSWERS - 1]]


def _worth(topic: Topic, one: Evidence) -> float:
    return one["relevance"] + 0.3 * share(topic, _credit(topic, one))


def _credit(topic: Topic, one: Evidence) -> dict[int, float]:
    return _credit_of(topic, one["quote"])


def _credit_of(topic: Topic, text: str) -> dict[int, float]:
    return credit(topic, map(stem, words_of(text)))


def _summary(asked: Sequence[Topic], answering: Sequence[Numbered], evidence: Sequence[Numbered]) -> list[Statement]:
    """The quotations that answer, and the best of the other sources."""
    best = sorted(evidence, key=lambda pair: -pair[1]["relevance"])
    if len(asked) == 1:
        least = AS_MUCH * max(_share(asked[0], one) for _, one in answering)
        best = [pair for pair in best if _share(asked[0], pair[1]) >= least]
    return _once(_different(asked, [*answering, *_by_turns(best)])[:MOST_IN_SUMMARY], evidence)


def _by_turns(evidence: Sequence[Numbered]) -> list[Numbered]:
    """The best of each source."""
    return _firsts(evidence, lambda one: one["source"])


def _different(asked: Sequence[Topic], evidence: Sequence[Numbered]) -> list[Numbered]:
    """Of those that say the same about the topics the first."""
    return _firsts(evidence, lambda one: _said(asked, one["claim"]))


def _firsts(evidence: Sequence[Numbered], key: Callable[[Evidence], Hashable]) -> list[Numbered]:
    found: dict[Hashable, Numbered] = {}
    for at, one in evidence:
        found.setdefault(key(one), (at, one))
    return list(found.values())


def _said(asked: Sequence[Topic], claim: str) -> tuple[str, ...]:
    said = [plain(each) for each in _sentences(claim)]
    about = [each for each in said if any(any(_credit_of(topic, each).values()) for topic in asked)]
    return tuple(about or said)


def _sections(asked: Sequence[Topic], evidence: Sequence[Numbered]) -> list[Section]:
    return _by_question(asked, evidence) if len(asked) > 1 else _by_source(evidence)


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
    return [Section(heading=text, statements=_once(pairs, evidence)) for text, pairs in groups.items() if pairs]


def _quoted(evidence: Sequence[Numbered]) -> list[Statement]:
    """In the source's own order."""
    ordered = sorted(evidence, key=lambda pair: pair[1].get("place", 0))
    return [Statement(text=one["claim"], evidence=[at]) for at, one in ordered]


def _once(chosen: Sequence[Numbered], evidence: Sequence[Numbered]) -> list[Statement]:
    """What the chosen ones say, each sentence once, with all the evidence that says it."""
    sayers: dict[str, list[int]] = {}
    for at, one in evidence:
        for sentence in set(map(plain, _sentences(one["claim"]))):
            sayers.setdefault(sentence, []).append(at)
    said: set[str] = set()
    return [statement for _, one in chosen for statement in _unsaid(one["claim"], sayers, said)]


def _unsaid(claim: str, sayers: Mapping[str, list[int]], said: set[str]) -> Iterator[Statement]:
    """The parts of a claim that are not said yet: one for each group of neighbouring sentences that the same evidence has."""
    places = {place: plain(claim[slice(*place)]) for place in _places(claim)}
    for evidence, group in groupby(places, key=lambda place: [] if places[place] in said else sayers[places[place]]):
        first, *others = group
        if evidence:
            yield Statement(text=claim[first[0] : [first, *others][-1][1]], evidence=evidence)
    said.update(places.values())


def _sentences(claim: str) -> list[str]:
    return [claim[start:end] for start, end in _places(claim)]


def _places(claim: str) -> list[Span]:
    """A list, a table or code is one statement."""
    if "\n" in claim:
        return [(0, len(claim))]
    return [place for block in blocks(claim) for place in spans(claim, block)]
