"""What a page says about a topic: its sentences that are most about it, quoted as they stand.

The page is data. Whatever its sentences ask for, they are only weighed and quoted.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Literal

from app.clients.language.research.sentence_places import (
    FENCE,
    Span,
    head_of,
    is_code,
    is_head,
    is_item,
    is_item_line,
    is_row,
    lists,
)
from app.clients.language.research.told_to_people import Paragraph, paragraphs
from app.clients.language.research.topic import Topic, counts_of, parts, read_topic
from nodes.ports.language import Finding
from nodes.ports.sources import Page

MOST_FINDINGS = 8
MOST_SENTENCES = 3  # of a quote
LONGEST_QUOTE = 400  # characters
LONGEST_BLOCK = 1500  # characters of a list, a table or code that is quoted whole
LONGEST_PAGE = 400_000
SHORTEST, SHORTEST_ROW = 15, 10  # characters of a sentence, of a table's row, that can stand alone
LEAST = 0.25  # of the best score, for a finding

ROW = 0.3
"""The share of the topic that a row of a table has to say itself."""
TABLE = 0.6
"""The share of the topic that the heads of a table, its heading and its title have to say, for all of it to be about the topic."""
HEADING_SAYS = 0.9
"""The share of the topic that a heading has to say itself, for the lines below it to be about the topic, too."""
LONGEST_HEADING = 80  # characters
HEADING = 0.5
"""What a line without an end counts, compared with a sentence."""
LEAD = 0.4
"""For the first sentence of a page whose title is what is asked about."""

TITLE, NEAR, AROUND = 0.8, 0.6, 0.45
"""What a word of the topic counts that stands in the title or heading, in the next sentence, in the paragraph."""

ASKED = 0.9
"""What a word counts that stands in the question right before the sentence."""
HEADED = 0.9
"""What a word counts that stands in the head of a row's columns."""
_EMPTY = re.compile(r"\s*(?:[-*+\u2022]\s*[^\w\s]*|\|[\s:|-]*)\s*")
CLOSING = "\"')]\u201d*_"

LONGEST_POINTER = 8  # words
_FRAGMENT = re.compile(
    r"(?:and|or|but|nor|so|which|that|who|whose|because|whereas|then|should|must|may|might|can|could|will|would|is|are|was|were"
    r"|has|have|had|does|do)\b"
)
"""How the rest of a sentence begins that was cut by code, a list or a page."""

_WORD = re.compile(r"[^\W_]+(?:'s)?")
_POINTER = re.compile(
    r"(?:(?:please |also )?(?:see|read|visit|consult|refer to|click|go to|go back)|learn more|find out more|more (?:about|on|in))\b",
    re.IGNORECASE,
)
_LINKED = re.compile(
    r"(?:he|she|it|they|his|her|its|their|this|these|those|that|such|there|here|then|both|the (?:latter|former|same)|however|also"
    r"|in addition|as a result|therefore|instead|yes|no|one|another|afterwards|later|otherwise|in (?:this|that|such) case)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(r"^(?:\S+ ){1,4}(?:it|they|them)\b")
_LEANING = re.compile(
    r"(?:for (?:example|instance)|similarly|likewise|conversely|moreover|furthermore|only that|(?:notice|note|as \w+) above)\b",
    re.IGNORECASE,
)
"""How a sentence begins that says nothing without the one before."""


Kind = Literal["prose", "code", "instructions"]
"""Instructions: what a page tells the programs that read it."""


@dataclass(frozen=True)
class Sentence:
    start: int
    end: int
    block: int
    place: int
    kind: Kind
    listed: bool  # it belongs to a list
    said: Mapping[int, float]  # the topic's terms that stand here, by number: how much each counts
    order: tuple[int, ...]  # their numbers, in the order they stand in


@dataclass(frozen=True)
class Judged:
    sentence: Sentence
    score: float  # within the page
    relevance: float  # across pages


def study(topic: str, page: Page) -> list[Finding]:
    """The page's sentences most about the topic, best first; [] when none is about it."""
    found: dict[str, Finding] = {}
    mentions: dict[str, float] = {}
    for part in map(read_topic, parts(topic)):
        sentences = _sentences(part, page["text"][:LONGEST_PAGE]) if part.terms else []
        mentions |= _mentions(part, sentences)
        for finding in _findings(part, page, sentences):
            known = found.get(finding["quote"])
            if known is None or known["relevance"] < finding["relevance"]:
                found[finding["quote"]] = finding
    best = sorted(found.values(), key=lambda one: -one["relevance"])[:MOST_FINDINGS]
    return [{**finding, "mentions": mentions} for finding in best]


def _findings(topic: Topic, page: Page, sentences: Sequence[Sentence]) -> list[Finding]:
    text = page["text"][:LONGEST_PAGE]
    judged = _preferred(topic, text, sorted(_judged(topic, page["title"], text, sentences), key=lambda one: -one.score))
    least = LEAST * judged[0].score if judged else 0.0
    taken: set[int] = set()
    findings: list[Finding] = []
    for one in judged:
        if len(findings) == MOST_FINDINGS or one.score < least:
            break
        if one.sentence.place not in taken and (quote := _quote(topic, text, sentences, one.sentence, taken)):
            claim = _with_head(text, one.sentence, quote) or _in_lines(quote)
            findings.append(Finding(claim=claim, quote=quote, relevance=one.relevance, place=one.sentence.start))
    return findings


def _with_head(text: str, sentence: Sentence, quote: str) -> str:
    """A row of a table below the head of its columns, without the columns that it leaves empty; "" for other text."""
    heads, cells = _cells(head_of(text, sentence.start)), _cells(quote)
    if not is_row(text, sentence.start) or len(heads) != len(cells):
        return ""
    pairs = [(head, cell) for head, cell in zip(heads, cells, strict=True) if cell]
    return "\n".join(f"| {' | '.join(row)} |" for row in zip(*pairs, strict=True))


def _cells(row: str) -> list[str]:
    return [" ".join(cell.split()) for cell in row.strip("| \t").split("|")]


def _in_lines(quote: str) -> str:
    """Prose on one line; items of a list, and lines of code, on lines of their own."""
    lines, fenced = list[str](), False
    for line in filter(_tells, quote.split("\n")):
        fence = FENCE.match(line) is not None
        if fenced or fence:
            lines.append(line.rstrip())
        elif lines and not is_item_line(line) and not line.startswith("|") and not FENCE.match(lines[-1]):
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.rstrip() if is_item_line(line) else line.strip())
        fenced ^= fence
    return "\n".join(line if FENCE.match(line) or line.startswith(" ") else " ".join(line.split()) for line in lines)


def _tells(line: str) -> bool:
    """Not an empty line or item, nor the rule below the heads of a table."""
    return bool(line.strip()) and (FENCE.match(line) is not None or not _EMPTY.fullmatch(line))


def _preferred(topic: Topic, text: str, judged: list[Judged]) -> list[Judged]:
    """Without titles and rests of sentences, where there is anything else; without code, diagrams and questions, too: a page's
    own question is no answer; and never instructions."""
    asked = [one for one in judged if one.sentence.kind != "instructions"]
    told = [one for one in asked if one.sentence.kind == "prose" and not _asks(text, one.sentence)]
    said = [one for one in told if not _is_title(topic, text, one.sentence) and not _is_fragment(text, one.sentence)]
    return said or told or asked


def _is_title(topic: Topic, text: str, sentence: Sentence) -> bool:
    """A line that only names something, or points to it. One that has the time or number that is asked for tells it."""
    said = text[sentence.start : sentence.end]
    if _POINTER.match(said) and not said.endswith(":") and len(said.split()) <= LONGEST_POINTER:
        return True
    if _is_said(said) or ":" in said or is_item(text, sentence.start) or is_row(text, sentence.start):
        return False
    return topic.expects not in ("time", "number") or not topic.shows(said)


def _is_fragment(text: str, sentence: Sentence) -> bool:
    if is_row(text, sentence.start):
        return False
    is_first = not text[: sentence.start].rpartition("\n\n")[2].strip()
    return bool(_FRAGMENT.match(text, sentence.start) or (is_first and _LEANING.match(text, sentence.start)))


def _mentions(topic: Topic, sentences: Sequence[Sentence]) -> dict[str, float]:
    """The part of the sentences that has each term; a word that only stands for it counts less."""
    counts = dict.fromkeys(range(len(topic.terms)), 0.0)
    for sentence in sentences:
        for at, credit in sentence.said.items():
            counts[at] += credit
    return {topic.terms[at].word: round(count / len(sentences), 4) for at, count in counts.items() if count}


def _sentences(topic: Topic, text: str) -> list[Sentence]:
    counts, listed = counts_of(topic), lists(text)
    begins = [start for start, _ in listed]
    found: list[Sentence] = []
    for number, paragraph in enumerate(paragraphs(text)):
        for (start, end), kind in _kinds(text, paragraph):
            words = _WORD.findall(text, start, end)
            matched = [pair for word in words for pair in counts[word]]
            said: dict[int, float] = {}
            for at, credit in matched:
                said[at] = max(credit, said.get(at, 0.0))
            order = tuple(at for at, _ in matched)
            list_at = bisect_right(begins, start) - 1
            is_listed = list_at >= 0 and start < listed[list_at][1]
            found.append(Sentence(start, end, number, len(found), kind, is_listed, said, order))
    return [_with_its_question(text, found, one) for one in _with_their_headings(topic, text, found)]


def _with_their_headings(topic: Topic, text: str, sentences: Sequence[Sentence]) -> Iterator[Sentence]:
    """The lines of a paragraph are about what its first line names, where that names all that is asked about."""
    heading: Sentence | None = None
    for one in sentences:
        if heading and one.block != heading.block:
            heading = None
        if heading is None:
            yield one
        else:
            yield replace(one, said=_more(heading.said, one.said), order=one.order or heading.order)
        is_first = one.place == 0 or sentences[one.place - 1].block != one.block
        if is_first and _is_heading(text, one) and _own(topic, one) >= HEADING_SAYS:
            heading = one


def _is_heading(text: str, sentence: Sentence) -> bool:
    """The first line of a paragraph, which only names what the others are about."""
    is_line = text.startswith("\n", sentence.end)
    is_plain = not (is_item(text, sentence.start) or is_row(text, sentence.start) or sentence.kind != "prose")
    return is_line and is_plain and not _is_said(text[sentence.start : sentence.end])


def _more(before: Mapping[int, float], own: Mapping[int, float]) -> dict[int, float]:
    """What is said, with what is said right before."""
    return {at: max(ASKED * before.get(at, 0.0), own.get(at, 0.0)) for at in before.keys() | own.keys()}


def _kinds(text: str, paragraph: Paragraph) -> Iterator[tuple[Span, Kind]]:
    for place, demanding in paragraph.sentences:
        is_written = paragraph.fenced or is_code(text[slice(*place)])
        yield place, "instructions" if demanding else "code" if is_written else "prose"


def _with_its_question(text: str, sentences: Sequence[Sentence], sentence: Sentence) -> Sentence:
    """What stands right after a question is about what the question says."""
    before = sentences[sentence.place - 1] if sentence.place else sentence
    if before is sentence or not _asks(text, before) or _asks(text, sentence):
        return sentence
    return replace(sentence, said=_more(before.said, sentence.said), order=sentence.order or before.order)


def _asks(text: str, sentence: Sentence) -> bool:
    return text[sentence.start : sentence.end].rstrip(CLOSING).endswith("?")


def _judged(topic: Topic, title: str, text: str, sentences: Sequence[Sentence]) -> Iterator[Judged]:
    counts = counts_of(topic)
    titled = dict(pair for word in _WORD.findall(title) for pair in counts[word])
    rarity = _rarity(topic, sentences)
    around = _by_block(sentences)
    lead = LEAD * sum(topic.terms[at].weight * credit for at, credit in titled.items()) / topic.weight
    first = next((one.place for one in sentences if _is_said(text[one.start : one.end])), 0)
    for sentence in sentences:
        least = SHORTEST_ROW if is_row(text, sentence.start) else SHORTEST
        if not sentence.said or sentence.end - sentence.start < least:
            continue
        near = _near(sentences, sentence)
        credit = {
            at: max(
                sentence.said.get(at, 0.0),
                TITLE * titled.get(at, 0.0),
                NEAR * near.get(at, 0.0),
                AROUND * around[sentence.block].get(at, 0.0),
            )
            for at in range(len(topic.terms))
        }
        said = text[sentence.start : sentence.end]
        told, shows = sentence, topic.shows(said)
        if said.casefold() == title.casefold():
            continue
        if is_head(text, sentence.start):
            rows = _rows_below(text, sentences, sentence)
            if not _is_about(topic, sentence, credit) or any(_own(topic, row) >= ROW for row in rows):
                continue
            shows = bool(rows) and topic.shows(text[rows[0].start : rows[-1].end])
        elif is_row(text, sentence.start):
            if _own(topic, sentence) < ROW:
                continue
            head = head_of(text, sentence.start)
            told, credit = _with_its_head(topic, head, sentence, credit)
            shows = shows or topic.asks(head)
        score = _score(topic, told, credit, rarity, shows=shows) + (lead if sentence.place == first else 0.0)
        yield Judged(
            sentence,
            score * (1.0 if _is_said(said) or is_row(text, sentence.start) else HEADING),
            _relevance(topic, told, credit, shows=shows),
        )


def _rows_below(text: str, sentences: Sequence[Sentence], head: Sentence) -> list[Sentence]:
    rows = list[Sentence]()
    for one in sentences[head.place + 1 :]:
        if one.block != head.block or not is_row(text, one.start):
            break
        rows.append(one)
    return [row for row in rows if _WORD.search(text, row.start, row.end)]


def _is_about(topic: Topic, head: Sentence, credit: Mapping[int, float]) -> bool:
    """Whether a table is about the topic as a whole: its heads are, with its heading and its title."""
    held = sum(topic.terms[at].weight * value for at, value in credit.items()) / topic.weight
    return held >= TABLE and _own(topic, head) >= ROW


def _with_its_head(
    topic: Topic, head: str, row: Sentence, credit: Mapping[int, float]
) -> tuple[Sentence, dict[int, float]]:
    """A row tells what its columns are called, too."""
    counts = counts_of(topic)
    headed = {at: HEADED * value for word in _WORD.findall(head) for at, value in counts[word]}
    said = {at: max(headed.get(at, 0.0), row.said.get(at, 0.0)) for at in headed.keys() | row.said.keys()}
    return replace(row, said=said), {at: max(value, said.get(at, 0.0)) for at, value in credit.items()}


def _own(topic: Topic, sentence: Sentence) -> float:
    """The share of the topic that the words themselves say."""
    return sum(topic.terms[at].weight * credit for at, credit in sentence.said.items()) / topic.weight


def _is_said(sentence: str) -> bool:
    """A sentence, and not a heading."""
    return len(sentence) > LONGEST_HEADING or sentence.rstrip("\"')]\u201d").endswith((".", "!", "?", ":", ";"))


def _score(
    topic: Topic, sentence: Sentence, credit: Mapping[int, float], rarity: Sequence[float], *, shows: bool
) -> float:
    """What the sentence itself says counts most; the rarer a word in the page, the more."""
    weights = [term.weight * rare for term, rare in zip(topic.terms, rarity, strict=True)]
    total = sum(weights) or 1.0
    own = sum(weights[at] * credit for at, credit in sentence.said.items()) / total
    held = sum(weights[at] * value for at, value in credit.items()) / total
    return own + 0.8 * held + 0.1 * _together(sentence) + (0.25 if topic.expects and shows else 0.0)


def _relevance(topic: Topic, sentence: Sentence, credit: Mapping[int, float], *, shows: bool) -> float:
    """How likely the sentence answers, judged alike on every page."""
    own = _own(topic, sentence)
    held = sum(topic.terms[at].weight * value for at, value in credit.items()) / topic.weight
    missing = sum(term.is_name and credit[at] < AROUND / 2 for at, term in enumerate(topic.terms))
    value = 0.4 * own + 0.5 * held + 0.1 * _together(sentence)
    value *= 1.0 if shows else 0.7
    return round(max(0.0, min(1.0, value * 0.75**missing)), 3)


def _together(sentence: Sentence) -> float:
    """The share of the topic's neighbouring words that are neighbours here too."""
    pairs = set(zip(sentence.order, sentence.order[1:], strict=False))
    joined = sum((at, at + 1) in pairs for at in range(max(sentence.said, default=0)))
    return min(1.0, joined / 2)


def _rarity(topic: Topic, sentences: Sequence[Sentence]) -> list[float]:
    having = [0] * len(topic.terms)
    for sentence in sentences:
        for at in sentence.said:
            having[at] += 1
    return [log(1 + (len(sentences) + 1) / (0.5 + count)) if count else 1.0 for count in having]


def _by_block(sentences: Sequence[Sentence]) -> dict[int, dict[int, float]]:
    held: dict[int, dict[int, float]] = {}
    for sentence in sentences:
        block = held.setdefault(sentence.block, {})
        for at, credit in sentence.said.items():
            block[at] = max(credit, block.get(at, 0.0))
    return held


def _near(sentences: Sequence[Sentence], sentence: Sentence) -> dict[int, float]:
    """What the sentences before and after say; a heading is the sentence before its paragraph."""
    held: dict[int, float] = {}
    for other in sentences[max(0, sentence.place - 1) : sentence.place + 2]:
        for at, credit in other.said.items():
            held[at] = max(credit, held.get(at, 0.0))
    return held


def _quote(topic: Topic, text: str, sentences: Sequence[Sentence], chosen: Sentence, taken: set[int]) -> str:
    """The sentence with what belongs to it. "" for one that announces what cannot be quoted with it."""
    if chosen.listed and _is_broken(text, sentences, chosen):
        return ""
    span = (
        _table_of(text, sentences, chosen)
        or (chosen.listed and _list_of(text, sentences, chosen.place, topic))
        or (chosen.place, chosen.place)
    )
    if span == (chosen.place, chosen.place):
        span = _around(topic, text, sentences, chosen, taken)
    if text[sentences[span[1]].end - 1] == ":":
        announced = _announced(text, sentences, span[1])
        span = (span[0], announced) if announced else (span[0], min(span[1] - 1, chosen.place))
    places = range(span[0], span[1] + 1)
    if len(places) == 1 and not _stands_alone(text, chosen):
        return ""
    if chosen.place not in places or taken.intersection(places):
        return ""
    taken.update(places)
    return _slice(text, sentences, span, topic)


def _table_of(text: str, sentences: Sequence[Sentence], head: Sentence) -> Span | None:
    """The heads with all rows."""
    rows = _rows_below(text, sentences, head) if is_head(text, head.start) else []
    return (head.place, rows[-1].place) if rows and _is_quotable(sentences, head.place, rows[-1].place) else None


def _stands_alone(text: str, sentence: Sentence) -> bool:
    """Neither the heads of a table without its rows, nor an item that goes on in the next one."""
    if is_head(text, sentence.start):
        return not is_row(text, text.find("\n", sentence.end) + 1)
    return not (is_item(text, sentence.start) and text[sentence.end - 1] in ",\u2026")


def _is_broken(text: str, sentences: Sequence[Sentence], step: Sentence) -> bool:
    """Whether it is a step among steps of which one cannot be quoted."""
    line = text[text.rfind("\n", 0, step.start) + 1 : step.start].strip()
    first, last = _extent(sentences, step.place)
    return line[:1].isdigit() and any(one.kind == "instructions" for one in sentences[first : last + 1])


def _extent(sentences: Sequence[Sentence], place: int) -> Span:
    """The whole list."""
    first = last = place
    while first and sentences[first - 1].listed:
        first -= 1
    while last + 1 < len(sentences) and sentences[last + 1].listed:
        last += 1
    return first, last


def _slice(text: str, sentences: Sequence[Sentence], span: Span, topic: Topic) -> str:
    """Items and rows are whole lines, and code has its fences."""
    one, other = sentences[span[0]], sentences[span[1]]
    is_block = (
        other.block != one.block
        or is_row(text, one.start)
        or any(is_item(text, each.start) for each in sentences[span[0] + 1 : span[1] + 1])
    )
    if not is_block or span[0] == span[1]:
        short = other.end - one.start <= LONGEST_QUOTE
        return text[one.start : other.end] if short else _cut(text, (one.start, other.end), topic)
    start = text.rfind("\n", 0, one.start) + 1 if one.listed or is_row(text, one.start) else one.start
    end = text.find("\n", other.end) if is_row(text, other.start) else other.end
    closing = FENCE.search(text, other.end) if other.kind == "code" else None
    return text[start : closing.end() if closing else end if end >= 0 else len(text)].strip()


def _list_of(text: str, sentences: Sequence[Sentence], place: int, topic: Topic) -> Span | None:
    """The whole list, with the sentence that announces it. None for one that is too long, and where one item is asked for."""
    if topic.expects:
        return None
    first, last = _extent(sentences, place)
    if first and text[sentences[first - 1].end - 1] == ":":
        first -= 1
    return (first, last) if _is_quotable(sentences, first, last) else None


def _announced(text: str, sentences: Sequence[Sentence], place: int) -> int | None:
    """The last sentence of the list, the table or the code that follows."""
    last = place + 1
    if last >= len(sentences):
        return None
    begun = sentences[last]
    while last + 1 < len(sentences) and _goes_on(begun, sentences[last + 1]) and _is_quotable(sentences, place, last):
        last += 1
    is_block = begun.listed or begun.kind == "code" or is_row(text, begun.start)
    return last if is_block and _is_quotable(sentences, place, last) else None


def _goes_on(begun: Sentence, other: Sentence) -> bool:
    return other.listed if begun.listed else other.block == begun.block


def _is_quotable(sentences: Sequence[Sentence], first: int, last: int) -> bool:
    if sentences[last].end - sentences[first].start > LONGEST_BLOCK:
        return False
    return all(one.kind != "instructions" for one in sentences[first : last + 1])


def _around(topic: Topic, text: str, sentences: Sequence[Sentence], chosen: Sentence, taken: set[int]) -> Span:
    """The sentence, with the one before that it leans on and what follows about the topic, as long as that makes a short passage."""
    first = last = chosen.place
    if _leans(text, chosen) and _fits(text, sentences, first - 1, last, taken):
        first -= 1
    while (
        last - first + 1 < MOST_SENTENCES
        and _fits(text, sentences, first, last + 1, taken)
        and _belongs(topic, text, sentences, first, last + 1)
    ):
        last += 1
    if last == first and _fits(text, sentences, first - 1, last, taken) and sentences[first - 1].said:
        first -= 1
    if first and _is_heading(text, sentences[first - 1]) and _fits(text, sentences, first - 1, last, taken):
        first -= 1
    return first, last


def _belongs(topic: Topic, text: str, sentences: Sequence[Sentence], first: int, following: int) -> bool:
    """Whether a sentence goes on with those before: it is about the topic, too, it leans on them, or it has what is asked for."""
    one = sentences[following]
    before, said = text[sentences[first].start : sentences[following - 1].end], text[one.start : one.end]
    has_it = topic.expects is not None and topic.shows(said) and not topic.shows(before)
    return bool(one.said) or has_it or _leans(text, one) or bool(_POINTS_BACK.search(said))


def _leans(text: str, sentence: Sentence) -> bool:
    """Whether it speaks of what the sentence before says."""
    return bool(_LINKED.match(text, sentence.start) or _LEANING.match(text, sentence.start))


def _fits(text: str, sentences: Sequence[Sentence], first: int, last: int, taken: set[int]) -> bool:
    """Whether these sentences are one passage that can be quoted, and none of them is quoted already."""
    if first < 0 or last >= len(sentences) or first in taken or last in taken:
        return False
    one, other = sentences[first], sentences[last]
    return (
        one.block == other.block
        and one.kind == other.kind
        and other.end - one.start <= LONGEST_QUOTE
        and not (is_row(text, one.start) or is_row(text, other.start))
        and not any(is_item(text, each.start) for each in sentences[first + 1 : last + 1])
    )


def _cut(text: str, span: Span, topic: Topic) -> str:
    """A part of a sentence that is too long to quote: where the topic's words stand closest, between words."""
    counts = counts_of(topic)
    hits = [found.start() for found in _WORD.finditer(text, *span) if counts[found[0]]]
    start = max(
        hits, key=lambda at: bisect_left(hits, at + LONGEST_QUOTE * 3 // 4) - bisect_left(hits, at), default=span[0]
    )
    start = max(span[0], min(start - LONGEST_QUOTE // 8, span[1] - LONGEST_QUOTE))
    if start > span[0]:
        start = text.find(" ", start, span[1]) + 1 or start
    end = min(span[1], start + LONGEST_QUOTE)
    if end < span[1]:
        end = text.rfind(" ", start + 1, end) if " " in text[start + 1 : end] else end
    return text[start:end].strip()
