"""The offline writer: a short text made of the brief's own words, and improved by what was said against it.

It states nothing that the brief does not state, so it cannot explain or persuade. A feedback's criterion names the
repair; feedback in a model's words about tone or clarity is beyond it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from nodes import texts
from nodes.ports.language import Brief, Mark

FAREWELL = "Kind regards"
NOTHING_LEFT = "Please read this."
SENTENCES_OF_A_PARAGRAPH = 4
FILLERS = (
    "Please take a moment to read this.",
    "If anything is unclear, ask us at any time.",
    "Pass it on to anyone else it concerns.",
    "Your questions and comments are welcome.",
    "You may want to keep it where you can find it again.",
    "Should you know somebody who has not seen it yet, feel free to share.",
    "Read it once more later if you are in a hurry now.",
    "Tell us if a part of it does not apply to you.",
    "Make a note of it if that helps you to remember.",
    "When in doubt, ask first and act later.",
    "A short reply is enough to let us know what you think.",
    "Feel free to print this or to save it for the days to come.",
    "Those who read quickly may prefer to start again at the top.",
    "Where two readings are possible, take the simpler one.",
    "If you have come this far, you know everything that we can say today.",
    "Thank you for taking the time.",
)
"""Sentences without a fact, for a text that has to be longer than what there is to say."""

_VERBS = (
    r"(?:announc|introduc|launch|present|tell|inform|notify|advis|remind|warn|ask|encourag|urg|invit|thank|apologis|apologiz|"
    r"congratulat|explain|describ|summaris|summariz|discuss|outlin|promot|recommend|confirm|welcom|writ|say|talk)"
)
"""Stems of what a brief asks for."""
_YOURS = {"their": "your", "theirs": "yours", "them": "you", "they": "you", "themselves": "yourselves"}
_LEADS: tuple[tuple[str, str], ...] = (
    # what the topic says -> how it is said to the reader; the first that fits
    (r"(?:remind)\w* (?:that )(.+)", "Please remember that {0}."),
    (r"(?:warn)\w* (?:that )(.+)", "Please be aware that {0}."),
    (r"\w+ that (.+)", "{0}."),
    (r"(?:announc)\w* (.+)", "We are announcing {0}."),
    (r"(?:introduc)\w* (.+)", "We are introducing {0}."),
    (r"(?:launch)\w* (.+)", "We are launching {0}."),
    (r"(?:present)\w* (.+)", "We are presenting {0}."),
    (r"(?:remind)\w* to (.+)", "Please remember to {0}."),
    (r"(?:remind)\w* (?:about|of) (.+)", "This is a reminder about {0}."),
    (r"(?:warn)\w* (?:about|of|against) (.+)", "Please be aware of {0}."),
    (r"(?:invit)\w* to (.+)", "You are invited to {0}."),
    (r"(?:ask|tell|urg|advis)\w* to (.+)", "Please {0}."),
    (r"(?:encourag)\w* to (.+)", "We encourage you to {0}."),
    (r"(?:thank)\w* (for .+)", "Thank you {0}."),
    (r"(?:apologi)\w* (?:to \w+ )?(for .+)", "We apologise {0}."),
    (r"(?:congratulat)\w* (on .+)", "Congratulations {0}."),
    (r"(?:confirm)\w* (.+)", "We confirm {0}."),
    (r"(?:tell|inform|notify|advis|ask|talk|explain|describ|summari|discuss|outlin|promot|recommend|writ|say)\w* (?:about |on |of )?(.+)",
     "This is about {0}."),
)  # fmt: skip
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|can|cannot|has|have|must|may|should|do|does|opens?|closes?|moves?|starts?|begins?|ends?|takes?"
    r"|costs?|comes?|needs?|runs?|gets?|changes?|arrives?|leaves?|stays?|becomes?|applies|apply|ships?|pays?|offers?)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:pages?|web ?sites?|sites?|links?|faqs?|guides?|polic(?:y|ies)|portal|app|blog|manual|handbook|calendar|list)$"
    r"|^https?:|\.[a-z]{2,7}(?:/\S*)?$",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"\b(?:team|desk|hotline|help ?line|support|service|office|phone number|e-?mail address|reception)$|@",
    re.IGNORECASE,
)
_GREETING = re.compile(r"(?:dear|hello|hi|good (?:morning|day|afternoon))\b[^.]{0,80}$", re.IGNORECASE)
_GOODBYE = re.compile(
    r"(?:kind|best|warm)? ?(?:regards|wishes)|(?:yours )?(?:sincerely|faithfully)|thanks|thank you|cheers",
    re.IGNORECASE,
)
_TYPED = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}


@dataclass(frozen=True)
class Page:
    """A text in its parts."""

    body: list[str] = field(default_factory=list)  # sentences
    title: str = ""
    greeting: str = ""
    farewell: str = ""

    def __str__(self) -> str:
        step = SENTENCES_OF_A_PARAGRAPH
        told = [" ".join(self.body[at : at + step]) for at in range(0, len(self.body), step)]
        return "\n\n".join(part for part in (self.title, self.greeting, *told, self.farewell) if part)


Repair = Callable[[Page, Brief], Page]


def draft(brief: Brief, feedback: Sequence[Mark], previous: str) -> str:
    """A first draft, or the previous one with the repairs that its feedback asks for."""
    if not previous.strip():
        return str(composed(brief))
    page, named = parsed(previous), {one["criterion"] for one in feedback}
    for criterion, repair in REPAIRS:
        if criterion in named:
            page = repair(page, brief)
    return str(fitted(page, brief)) or NOTHING_LEFT


def composed(brief: Brief) -> Page:
    """Everything the brief says, in its order; bounds and taste come with the feedback."""
    said = Page(body=[_lead(brief), *map(_sentence, brief["points"])])
    return with_structure(with_terms(replace(said, body=[one for one in said.body if one]), brief), brief)


def parsed(text: str) -> Page:
    """The parts of a text that anybody wrote."""
    lines = [line.strip() for line in text.translate(_TYPED).splitlines() if line.strip()]
    farewell: list[str] = []
    for back in range(1, min(3, len(lines) - 1) + 1):
        if _GOODBYE.match(lines[-back]) and len(texts.words(lines[-back])) <= 6:
            farewell, lines = lines[-back:], lines[:-back]
            break
    title = greeting = ""
    if len(lines) > 1 and _is_title(lines[0]):
        title, lines = lines[0], lines[1:]
    if lines and _GREETING.match(lines[0]):
        greeting, lines = lines[0], lines[1:]
    body = [_sentence(one) for line in lines for one in texts.sentences(line)]
    return Page(body=[one for one in body if one], title=title, greeting=greeting, farewell="\n".join(farewell))


def with_structure(page: Page, brief: Brief) -> Page:
    """The parts that this kind of text has; placeholders go."""
    body = [_tidied(re.sub(r"\[[^\]\n]{0,40}\]|<[a-z][^>\n]{0,40}>|\bTBD\b|\bXXX+\b", "", one)) for one in page.body]
    page = replace(page, body=[one for one in body if one] or [NOTHING_LEFT])
    if brief["kind"] == "announcement":
        return replace(page, title=page.title or _title(brief), greeting=page.greeting or _greeting(brief))
    if brief["kind"] == "mail":
        subject, greeting = page.title or f"Subject: {_title(brief)}", page.greeting or _greeting(brief)
        return replace(page, title=subject, greeting=greeting or "Hello,", farewell=page.farewell or FAREWELL)
    return replace(page, greeting=page.greeting or _greeting(brief))


def without_repetition(page: Page, brief: Brief) -> Page:
    """Of sentences that share a phrase of four words the first stays, and every one that a must needs."""
    kept: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for one in page.body:
        words = re.findall(r"[\w'-]+", texts.plain(one))
        phrases = {tuple(words[at : at + 4]) for at in range(len(words) - 3)} or {tuple(words)}
        needed = any(texts.mentions(one, term) and not _told(kept, term) for term in brief["must_mention"])
        if needed or not phrases & seen:
            kept.append(one)
            seen |= phrases
    return replace(page, body=kept)


def with_short_sentences(page: Page, _: Brief) -> Page:
    body = [short for one in page.body for short in _split(one)]
    title = "" if len(texts.words(page.title)) > texts.LONG_SENTENCE else page.title
    return replace(page, body=body, title=title)


def with_topic(page: Page, brief: Brief) -> Page:
    """What it is about, said first; then the points that are missing."""
    said = " ".join(page.body)
    new = [_lead(brief), *map(_sentence, brief["points"])]
    missing = [one for one in new if one and texts.plain(one) not in texts.plain(said)]
    kept = [one for one in page.body if one != NOTHING_LEFT]
    return replace(page, body=[*missing, *kept])


def with_terms(page: Page, brief: Brief) -> Page:
    """A sentence for every term that is missing."""
    missing = [term for term in brief["must_mention"] if not texts.mentions(str(page), term)]
    places = [term for term in missing if _PLACE.search(term)]
    contacts = [term for term in missing if _CONTACT.search(term) and term not in places]
    others = [term for term in missing if term not in places and term not in contacts]
    new = [
        f"Please note: {_listed(others)}." if others else "",
        f"For more, see {_listed(map(_with_article, places))}." if places else "",
        f"For questions, there is {_listed(map(_with_article, contacts))}." if contacts else "",
    ]
    return replace(page, body=[*page.body, *(one for one in new if one)])


def without_terms(page: Page, brief: Brief) -> Page:
    """What must not be said is taken out, and the sentence with it when too little is left of it."""
    banned = brief["must_not_mention"]
    body = [_purged(one, banned, page, brief) for one in page.body]
    return replace(
        page,
        body=[one for one in body if one] or [NOTHING_LEFT],
        title=_raised(_cut(page.title, banned)),
        greeting=page.greeting if _clean(page.greeting, banned) else "",
        farewell=page.farewell if _clean(page.farewell, banned) else "",
    )


def fitted(page: Page, brief: Brief) -> Page:
    """Not longer than allowed, and as long as asked where sentences without a fact can do it."""
    if brief["max_words"] and _length(page) > brief["max_words"]:
        page = _shortened(page, brief)
    if _length(page) < brief["min_words"]:
        page = _lengthened(page, brief)
    return page


REPAIRS: tuple[tuple[str, Repair], ...] = (
    ("structure", with_structure),
    ("repetition", without_repetition),
    ("on_topic", with_topic),
    ("required_terms", with_terms),
    ("readability", with_short_sentences),
    ("forbidden_terms", without_terms),
    ("length", fitted),
)
"""In this order: what adds comes before what takes away."""


def _lead(brief: Brief) -> str:
    topic = _base_verb(brief["topic"])
    if not topic:
        return ""
    for pattern, said in _LEADS:
        if match := re.fullmatch(pattern, topic, re.IGNORECASE | re.DOTALL):
            return _sentence(said.format(_to_the_reader(match[1]) if brief["audience"] else match[1]))
    return _sentence(topic) if _is_statement(topic) else _sentence(f"This is about {_lowered(topic)}")


def _base_verb(topic: str) -> str:
    """ "reminding to lock" -> "remind to lock"; the patterns know verbs by their stems."""
    return re.sub(rf"^(?:please|kindly)\s+|^to (?={_VERBS})", "", topic.strip(), flags=re.IGNORECASE)


def _to_the_reader(text: str) -> str:
    return re.sub(r"\b(?:their|theirs|them|they|themselves)\b", lambda found: _YOURS[found[0].lower()], text)


def _is_statement(text: str) -> bool:
    verb = _VERB.search(text)
    return bool(
        verb and verb.start() > 0 and not re.search(r"\b(?:that|which|who|how|what|why|when)\b", text[: verb.start()])
    )


def _title(brief: Brief) -> str:
    """The thing itself: "announce the new return window" -> "New return window"."""
    topic = _base_verb(brief["topic"])
    subject = re.sub(rf"^{_VERBS}\w*\s+(?:(?:that|about|on|of|to|for)\s+)?", "", topic, flags=re.I)
    subject = re.sub(r"^(?:the|an?|our)\s+", "", subject, flags=re.IGNORECASE)
    words = re.split(r"[,;:.]\s", subject)[0].rstrip(".!?").split()[:10]
    while len(words) > 1 and words[-1].lower() in texts.STOP_WORDS:
        words.pop()
    return _raised(" ".join(words)) or "News"


def _greeting(brief: Brief) -> str:
    audience = brief["audience"].strip(" .,")
    return f"Dear {audience}," if audience and len(audience.split()) <= 6 else ""


def _is_title(line: str) -> bool:
    return len(texts.words(line)) <= 12 and not line.endswith((".", "!", "?", ",", ";")) and not _GREETING.match(line)


def _sentence(text: str) -> str:
    said = _raised(" ".join(text.split()).strip(" ,;"))
    if not re.search(r"\w", said):
        return ""
    return said if re.search(r"[.!?][\"')\]]*$", said) else f"{said.rstrip(':')}."


def _raised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lowered(text: str) -> str:
    """For the middle of a sentence; names and abbreviations keep their capitals."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first.lower() in texts.STOP_WORDS else text


def _with_article(term: str) -> str:
    named = not term[:1].islower() or re.search(r"[@/.]", term) or re.match(r"(?:the|our|your|an?|this)\b", term)
    return term if named else f"the {term}"


def _listed(terms: Iterable[str]) -> str:
    *before, last = terms
    return f"{', '.join(before)} and {last}" if before else last


def _told(body: Sequence[str], term: str) -> bool:
    return texts.mentions(" ".join(body), term)


def _clean(text: str, banned: Sequence[str]) -> bool:
    return not any(texts.mentions(text, term, inflected=True) for term in banned)


def _cut(text: str, banned: Sequence[str]) -> str:
    for term in banned:
        if texts.mentions(text, term, inflected=True):
            text = _tidied(texts.without(text, term))
    return text if _clean(text, banned) else ""


def _purged(sentence: str, banned: Sequence[str], page: Page, brief: Brief) -> str:
    if _clean(sentence, banned):
        return sentence
    left = _sentence(_cut(sentence, banned))
    needed = any(texts.mentions(left, term) for term in brief["must_mention"]) or sentence == page.body[0]
    return left if len(texts.words(left)) >= 3 and (needed or _still_whole(left)) else ""


def _still_whole(sentence: str) -> bool:
    """No gap is left where the term stood: "the costs go up" without "costs" is no sentence."""
    return not re.search(
        r"\b(?:the|an?|our|your|of|for|with|to|no|and|or)\s+(?:and|or|is|are|go|goes|will|of|to)\b", sentence
    )


def _tidied(text: str) -> str:
    """Without the traces of what was taken out."""
    text = re.sub(
        r"\b(?:the|an?|our|your|no|any|of|for|with|about|and|or)\s*(?=[.,;!?]|$)",
        "",
        " ".join(text.split()),
        flags=re.I,
    )
    text = re.sub(r"([,;:])(?:\s*(?:and\s*)?[,;:.])+", r"\1", re.sub(r"\s+([.,;:!?])", r"\1", text))
    text = re.sub(r"[,;:]+\s*([.!?])", r"\1", text)
    return re.sub(r"^[\s,;:.]+", "", " ".join(text.split()))


def _split(sentence: str) -> list[str]:
    """Two sentences for one that is too long, and so on, where it can be broken."""
    words = texts.words(sentence)
    if len(words) <= texts.LONG_SENTENCE:
        return [sentence]
    for pattern, opening in _BREAKS:
        breaks = [match for match in re.finditer(pattern, sentence, re.IGNORECASE) if _parts_are_whole(sentence, match)]
        if breaks:
            middle = min(breaks, key=lambda match: abs(match.start() - len(sentence) / 2))
            first, second = sentence[: middle.start()], opening + sentence[middle.end() :]
            return [*_split(_sentence(first)), *_split(_sentence(second))]
    return [sentence]


_BREAKS = (
    (r";\s+|\s+-\s+|:\s+|,?\s+and that\s+", ""),
    (r",?\s+(?:and|but|so|then)\s+(?=(?:we|you|they|it|he|she|there|this|these|that|the|our|your|all)\b)", ""),
    (r",?\s+because\s+", "This is because "),
    (r",\s+(?:and|but|so|or)\s+", "Also: "),
    (r",\s+", "Also: "),
    (r"\s+(?:and|or)\s+", "Also: "),
)


def _parts_are_whole(sentence: str, match: re.Match[str]) -> bool:
    return min(len(texts.words(sentence[: match.start()])), len(texts.words(sentence[match.end() :]))) >= 3


def _length(page: Page) -> int:
    return len(texts.words(str(page)))


def _shortened(page: Page, brief: Brief) -> Page:
    """Leave out what matters least, one piece after the other, until it fits."""
    for leave_out in (_fillers_out, _asides_out, _rest_out, _frame_out, _points_out):
        for shorter in leave_out(page, brief):
            if _length(page) <= brief["max_words"]:
                return page
            page = shorter
    return page if _length(page) <= brief["max_words"] else _bare_page(page, brief)


def _fillers_out(page: Page, _: Brief) -> Iterable[Page]:
    yield replace(page, body=[one for one in page.body if one not in FILLERS] or page.body)


def _asides_out(page: Page, _: Brief) -> Iterable[Page]:
    yield replace(
        page, body=[_tidied(re.sub(r"\s*\([^()]*\)|,\s+(?:which|who)\s[^,.]*(?=[,.])", "", one)) for one in page.body]
    )


def _rest_out(page: Page, brief: Brief) -> Iterable[Page]:
    """Sentences that no must and no point needs, from the end."""
    wanted = {texts.plain(_lead(brief)), *(texts.plain(_sentence(one)) for one in brief["points"])}
    yield from _dropping(page, brief, lambda one: texts.plain(one) not in wanted)


def _frame_out(page: Page, brief: Brief) -> Iterable[Page]:
    """Subject, greeting and farewell, unless a must stands nowhere else."""
    for part in ("farewell", "title", "greeting"):
        barer = replace(page, **{part: ""})  # type: ignore[arg-type]
        if all(
            texts.mentions(str(barer), term) or not texts.mentions(str(page), term) for term in brief["must_mention"]
        ):
            page = barer
            yield page


def _points_out(page: Page, brief: Brief) -> Iterable[Page]:
    yield from _dropping(page, brief, lambda _: True)


def _dropping(page: Page, brief: Brief, may_go: Callable[[str], bool]) -> Iterable[Page]:
    for at in range(len(page.body) - 1, 0, -1):
        rest = [*page.body[:at], *page.body[at + 1 :]]
        barer = replace(page, body=rest)
        needed = any(
            texts.mentions(page.body[at], term) and not texts.mentions(str(barer), term)
            for term in brief["must_mention"]
        )
        if may_go(page.body[at]) and not needed:
            page = barer
            yield page


def _bare_page(page: Page, brief: Brief) -> Page:
    """The subject and the musts in as few words as there are; whatever still does not fit is cut off."""
    terms = [term for term in brief["must_mention"] if not texts.mentions(_title(brief), term)]
    least = f"{_title(brief)}: {_listed(terms)}." if terms else page.body[0]
    words = texts.words(least)
    if len(words) > brief["max_words"] and terms:
        words = texts.words(_sentence(_listed(brief["must_mention"])))
    return Page(body=[_sentence(" ".join(words[: brief["max_words"]]))])


def _lengthened(page: Page, brief: Brief) -> Page:
    """First what the brief still has to say, then sentences without a fact."""
    said = texts.plain(str(page))
    more = [one for one in map(_sentence, brief["points"]) if one and texts.plain(one) not in said]
    fillers = [one for one in FILLERS if one not in page.body and _clean(one, brief["must_not_mention"])]
    for one in (*more, *fillers):
        if _length(page) >= brief["min_words"]:
            break
        longer = replace(page, body=[*page.body, one])
        if not brief["max_words"] or _length(longer) <= brief["max_words"]:
            page = longer
    return page
