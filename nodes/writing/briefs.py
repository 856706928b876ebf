"""A brief in plain words, read into bounds by code.

    "announce the new 30-day return window to customers, under 120 words, mention the returns page"
    -> topic "announce the new 30-day return window", audience "customers", max_words 120, must_mention ["returns page"]

Each reader below takes its part out of the text; what nobody takes is the topic and the points. Bounds that hold at
once are taken together; of bounds that cannot, no text would come, and they are refused.
"""

import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from typing_extensions import TypedDict

from nodes import texts
from nodes.ports.errors import InvalidInput
from nodes.ports.language import Brief

Kind = Literal["announcement", "mail", "note"]

MOST_WORDS = 100_000
TENS = {
    "ten": 10,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_COUNT = rf"((?<![\d,])\d[\d,]{{0,6}}(?![\d,])|(?:a|one|two|three) hundred|{'|'.join(TENS)})"
_WORDS = r"[\s-]*words?\b"
_LENGTHS: tuple[tuple[str, str], ...] = (
    (rf"(?:between\s+)?{_COUNT}\s*(?:-|–|to|and)\s*{_COUNT}{_WORDS}(?:\s+long)?", "between"),
    (rf"(?:exactly|precisely)\s+{_COUNT}{_WORDS}", "exactly"),
    (
        r"(?:at most|no more than|not more than|up to|within|max(?:imum)?(?: of)?:?|under|below|less than|fewer than"
        rf"|shorter than|not (?:over|longer than)|no longer than)\s+{_COUNT}{_WORDS}",
        "most",
    ),
    (rf"{_COUNT}{_WORDS}\s*(?:or (?:less|fewer)|max(?:imum)?\b|at (?:the )?most|tops)", "most"),
    (
        rf"(?:at least|no(?:t)? (?:less|fewer) than|min(?:imum)?(?: of)?:?|over|more than|longer than)\s+{_COUNT}{_WORDS}",
        "least",
    ),
    (rf"{_COUNT}{_WORDS}\s*(?:or more|min(?:imum)?\b|at least)", "least"),
    (rf"(?:in|about|around|roughly|approximately|some|circa|~|a|an)?\s*{_COUNT}{_WORDS}", "about"),
)
_UNCHECKED = re.compile(
    r"[,;]?\s*\b(?:(?:in|with|and|at most|at least|exactly|precisely|no more than|up to|under|below|max(?:imum)?(?: of)?|about"
    r"|around)\s+)*(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten)[\s-]+"
    r"(?:characters?|sentences?|paragraphs?)\b(?:\s+(?:or (?:less|fewer)|max(?:imum)?|at most|long))?"
    r"|[,;]?\s*\b(?:and\s+)?sign(?:ed)?\s+(?:it\s+)?(?:as|by)\s+[^,.;\n]+",
    re.IGNORECASE,
)
_LENGTH_LEAD = r"(?:\s*\b(?:and\s+)?(?:keep (?:it|this)|make it|it (?:should|must) be|the text (?:should|must) be|in|with|using|of))?\s*"

_THEIRS = re.compile(r"\b(?:the|these|those|all|first|last|our|your|their|my|its|his|her)\s+$", re.IGNORECASE)

_CLAUSE_END = (
    r"(?=\s*(?:[.!?](?:\s|$)|[;\n]|$|,?\s*(?:and\s+|but\s+|,\s*)?(?:please\s+)?(?:do not|don't|dont|never|without|avoid(?:ing)?|"
    r"(?:be sure|make sure|remember) to|must (?:not )?(?:mention|include)|should (?:not )?(?:mention|include)|"
    r"mention(?:ing)?\b|includ(?:e|ing)\b|keep\b|leave out|tone:|audience:|in an? [\w -]{3,40} tone|not mentioning)))"
)
_TYPED = {0: " ", 0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'}
_QUOTED = "\x00"  # stands around the number of a quotation while a list is split
_OF = r"(?:the (?:words?|terms?|phrases?|expressions?)\s+)?"
_MUST_NOT = re.compile(
    r"(?:[,;]\s*)?(?:\b(?:and|but)\s+)?(?:please\s+)?\b(?:"
    r"(?:(?:it\s+)?(?:must|should|may) not|do not|don't|dont|never|not|without)\s+"
    r"(?:mention(?:ing)?|say(?:ing)?|us(?:e|ing)|includ(?:e|ing)|nam(?:e|ing)|refer(?:ring)? to)"
    r"|avoid(?:ing)?(?:\s+(?:mentioning|saying|using))?|leav(?:e|ing) out|no mention of|omit(?:ting)?)\s*:?\s*"
    rf"{_OF}(.+?){_CLAUSE_END}",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"(?:[,;]\s*)?(?:\b(?:and|but)\s+)?(?:please\s+)?(?:\b(?:be sure|make sure|remember|don't forget|do not forget)\s+to\s+)?"
    r"\b(?:(?:it\s+)?(?:must|should|has to)\s+)?(?:mention(?:ing|s)?|includ(?:e|ing)|refer(?:ring)? to|link(?:ing)? to|"
    rf"point(?:ing)? to)\s*:?\s+{_OF}(.+?){_CLAUSE_END}",
    re.IGNORECASE,
)

_TONES = (
    "friendly|warm|formal|informal|neutral|casual|professional|polite|cheerful|upbeat|serious|plain|apologetic|firm|"
    "enthusiastic|factual|calm|reassuring|relaxed|humorous|playful|respectful|confident|empathetic|sympathetic|encouraging|concise|simple|personal|sober|matter-of-fact"
)
_TONE_WORDS = rf"(?:{_TONES})(?:(?:,| and| but)\s+(?:{_TONES}))*"
_TONE = re.compile(
    rf"(?:[,;]\s*)?(?:\band\s+)?(?:\btone\s*:\s*(?P<named>[\w ,-]{{3,40}}?)(?=[.;\n,]|$)"
    rf"|\b(?:in|with|using)\s+an?\s+(?P<in>[\w ,-]{{3,40}}?)\s+(?:tone|voice|manner|style)(?:\s+of voice)?"
    rf"|\b(?:keep (?:it|the tone)|make it|be)\s+(?P<keep>{_TONE_WORDS})\b"
    rf"|(?P<after>{_TONE_WORDS})\s+(?:in\s+)?tone\b|(?<=,)\s*(?P<bare>{_TONE_WORDS})(?=\s*(?:[.,;\n]|$)))",
    re.IGNORECASE,
)

_PEOPLE = (
    "customers?|clients?|staff|employees?|teams?|colleagues?|members?|subscribers?|partners?|suppliers?|developers?|users?|"
    "parents?|students?|pupils?|teachers?|everyone|everybody|investors?|shareholders?|visitors?|guests?|residents?|tenants?|"
    "neighbou?rs?|readers?|managers?|volunteers?|patients?|drivers?|shoppers?|buyers?|sellers?|vendors?|players?|fans?|"
    "donors?|participants?|attendees?|applicants?|passengers?|travell?ers?|engineers?|department|board|community|public|press"
)
_WHO = (
    rf"((?:(?:all|our|the|every|my|your)\s+)*(?:[\w-]+\s+){{0,2}}?(?:{_PEOPLE}))\b"
    rf"(?!['-]|\s+(?:service|support|account|portal|area|care))"
)
_AUDIENCE = (
    re.compile(r"(?:[,;]\s*)?\b(?:the\s+)?audience\s*(?::|is|are)\s*([^,.;\n]+)", re.IGNORECASE),
    re.compile(rf"\s*\b(?:aimed at|addressed to|directed at|intended for)\s+{_WHO}", re.IGNORECASE),
    re.compile(rf"\s*\b(?:to|for)\s+{_WHO}", re.IGNORECASE),
)
TELLING = (
    "tell|telling|inform|informing|remind|reminding|notify|notifying|invite|inviting|thank|thanking|ask|asking|warn|warning|"
    "encourage|encouraging|congratulate|congratulating|advise|advising|welcome|welcoming|urge|urging"
)
_TOLD = re.compile(rf"\b(?P<verb>{TELLING})\s+{_WHO}", re.IGNORECASE)

_MAIL = r"(?:e-?mails?|mails?|letters?|newsletters?|messages?)"
_NOTE = r"(?:notes?|memos?|notices?|reminders?|posts?|texts?|paragraphs?|blurbs?|summar(?:y|ies)|thank-you notes?)"
_ANNOUNCEMENT = r"(?:announcements?|press releases?|news items?)"
_FORM = rf"(?:{_MAIL}|{_NOTE}|{_ANNOUNCEMENT})"
_SHELL = re.compile(
    rf"^\W*(?:please\s+)?(?:(?:can|could) you\s+|(?:i|we)(?:'d| would)? (?:need|want|like)\s+(?:to\s+)?)?"
    rf"(?:(?:write|draft|compose|prepare|create|make|send)\s+)?(?:us\s+|me\s+)?(?:an?|the|one)?\s*"
    rf"(?P<adjectives>(?:[\w-]+\s+){{0,3}}?)(?P<form>{_FORM})\b\s*(?P<link>about|on|that|saying that|saying|which|to say that|to|"
    rf"explaining that|stating that|for|regarding|concerning|announcing|:)?\s*",
    re.IGNORECASE,
)


_WISH = re.compile(
    r"(?:please\s+)?(?:be|sound|keep (?:it|the)|make (?:it|sure)|use|focus on|highlight|emphasi[sz]e|write|try to|add|start with|"
    r"end with|address (?:them|the reader)|sign (?:it|off)|(?:do not|don't|never) (?:promise|sound|use|be|make|add|write)|no)\b",
    re.IGNORECASE,
)
"""How a sentence begins that speaks to the writer, not to the reader."""


class Bound(NamedTuple):
    """A bound as it is said, and as numbers of words; 0 is none."""

    said: str
    least: int
    most: int


class Fields(TypedDict, total=False):
    """Bounds that were given by name; they go before what the text says."""

    kind: Kind | None
    points: list[str]
    audience: str
    tone: str
    min_words: int
    max_words: int
    must_mention: list[str]
    must_not_mention: list[str]


def understand(text: str, given: Fields) -> Brief:
    """The brief as its text and its named fields state it together. Raises InvalidInput for what cannot both be."""
    found: dict[str, Any] = {}
    rest = _typed(text)
    for reader in (_lengths, _unchecked, _banned, _required, _tone, _audience):
        rest = reader(rest, found)
    kind, topic = _form(rest, found)
    topic, said = _topic(topic)
    wishes = [one for one in said if _WISH.match(one)]
    points = [one for one in said if one not in wishes]
    least, most = _bounds(found.get("bounds", []), given)
    must = _once([*(given.get("must_mention") or []), *found.get("must", [])])
    must_not = _once([*(given.get("must_not_mention") or []), *found.get("must_not", [])])
    _refuse_both(must, must_not)
    return Brief(
        kind=given.get("kind") or kind,
        topic=re.sub(r"^about\s+", "", topic, flags=re.IGNORECASE),
        points=_once([*(given.get("points") or []), *points, *found.get("points", [])]),
        wishes=_once([*found.get("wishes", []), *wishes]),
        audience=given.get("audience") or found.get("audience", ""),
        tone=given.get("tone") or found.get("tone", ""),
        min_words=least,
        max_words=most,
        must_mention=must,
        must_not_mention=must_not,
    )


def kind_of(form: str) -> Kind | None:
    """ "e-mail", "memo", "press release" -> the kind of text that is meant; None for what is none."""
    known = re.fullmatch(_FORM, form.strip(), re.IGNORECASE)
    return _kind(known[0]) if known else None


def _typed(text: str) -> str:
    """Ordinary quotes and blanks; line breaks stay, they end a statement."""
    lines = (" ".join(line.split()) for line in text.translate(_TYPED).splitlines())
    return "\n".join(line for line in lines if line)


def _lengths(text: str, found: dict[str, Any]) -> str:
    """Every bound; a bare number of words is one only where nothing firmer is said of both ends."""
    bounds: list[Bound] = []
    for pattern, meaning in _LENGTHS:
        while match := re.search(rf"[,(;]?{_LENGTH_LEAD}(?<!\w){pattern}\)?", text, re.IGNORECASE):
            bound = _bound(meaning, sorted(_number(each) for each in match.groups() if each))
            if meaning == "about" and _is_no_bound(bound, bounds, text[: match.start(1)]):
                break
            bounds.append(bound)
            text = f"{text[: match.start()]} {text[match.end() :]}"
            if meaning == "about":
                break
    found["bounds"] = bounds
    return text


def _bound(meaning: str, numbers: Sequence[int]) -> Bound:
    low, high = numbers[0], numbers[-1]
    return {
        "between": Bound(f"{low}-{high} words", low, high),
        "exactly": Bound(f"exactly {low} words", low, low),
        "most": Bound(f"at most {high} words", 0, high),
        "least": Bound(f"at least {low} words", low, 0),
        "about": Bound(f"about {low} words", int(low * 0.8), int(low * 1.2)),
    }[meaning]


def _is_no_bound(about: Bound, others: Sequence[Bound], before: str) -> bool:
    """ "exactly 40 words" leaves nothing to say; and "the 50 words" are others' words, when 200 are asked for."""
    if any(other.least and other.most for other in others):
        return True
    return bool(_THEIRS.search(before)) and any(_apart(about, other) for other in others)


def _bounds(found: Sequence[Bound], given: Fields) -> tuple[int, int]:
    """The narrowest that all of them allow; (0, 0) is no bound. Those given by name replace those of the text."""
    least, most = given.get("min_words") or 0, given.get("max_words") or 0
    lower = [Bound(f"at least {least} words", least, 0)] if least else [one for one in found if one.least]
    upper = [Bound(f"at most {most} words", 0, most)] if most else [one for one in found if one.most]
    for low in lower:
        for high in upper:
            if low.least > high.most:
                raise _refusal(low.said, high.said)
    return max((one.least for one in lower), default=0), min((one.most for one in upper), default=0)


def _apart(one: Bound, other: Bound) -> bool:
    return 0 < one.most < other.least or 0 < other.most < one.least


def _refuse_both(must: Sequence[str], must_not: Sequence[str]) -> None:
    """A term that holds a forbidden one cannot be mentioned either."""
    everything = " | ".join(must)
    for banned in must_not:
        if texts.mentions(everything, banned, inflected=True):
            wanted = next((one for one in must if texts.mentions(one, banned, inflected=True)), everything)
            raise _refusal(f'"{wanted}"', f'no mention of "{banned}"')


def _refusal(one: str, other: str) -> InvalidInput:
    return InvalidInput(f"The brief asks for {one} and {other}; keep one.")


def _unchecked(text: str, found: dict[str, Any]) -> str:
    """Bounds that code does not keep, and who signs: said to be unchecked, and no part of the topic."""
    found["wishes"] = [_tidy(one[0]).strip(" ,;.") for one in _UNCHECKED.finditer(text)]
    return _UNCHECKED.sub(" ", text)


def _banned(text: str, found: dict[str, Any]) -> str:
    while match := _MUST_NOT.search(text):
        found["must_not"] = [*found.get("must_not", []), *_terms(match[1])]
        text = text[: match.start()] + text[match.end() :]
    return text


def _required(text: str, found: dict[str, Any]) -> str:
    while match := _MUST.search(text):
        statement = re.match(r"that\s+(.+)", match[1], re.IGNORECASE | re.DOTALL)
        if statement:
            found["points"] = [*found.get("points", []), statement[1].strip(" ,")]
        else:
            found["must"] = [*found.get("must", []), *_terms(match[1])]
        text = text[: match.start()] + text[match.end() :]
    return text


def _tone(text: str, found: dict[str, Any]) -> str:
    match = _TONE.search(text)
    if not match:
        return text
    found["tone"] = next(value for value in match.groupdict().values() if value).strip()
    return text[: match.start()] + text[match.end() :]


def _audience(text: str, found: dict[str, Any]) -> str:
    if told := _TOLD.search(text):
        found["audience"] = _bare(told[2])
        return f"{text[: told.start()]}{told['verb']}{text[told.end() :]}"
    for pattern in _AUDIENCE:
        if match := pattern.search(text):
            found["audience"] = _bare(match[1])
            return text[: match.start()] + text[match.end() :]
    return text


def _form(text: str, found: dict[str, Any]) -> tuple[Kind, str]:
    """What kind of text is asked for, and the rest: "write a short note about the sale" is a note on the sale."""
    shell = _SHELL.match(text)
    if not shell:
        announces = re.match(r"\W*(?:please\s+)?(?:announc|introduc|launch|present)", text, re.IGNORECASE)
        return ("announcement" if announces else "note"), text
    if not found.get("tone") and (tone := re.search(_TONE_WORDS, shell["adjectives"], re.IGNORECASE)):
        found["tone"] = tone[0]
    rest, link = text[shell.end() :], (shell["link"] or "").lower()
    if link == "announcing":
        return _kind(shell["form"]), f"announce {rest}"
    return _kind(shell["form"]), rest


def _kind(form: str) -> Kind:
    if re.fullmatch(_MAIL, form, re.IGNORECASE):
        return "mail"
    return "announcement" if re.fullmatch(_ANNOUNCEMENT, form, re.IGNORECASE) else "note"


def _topic(text: str) -> tuple[str, list[str]]:
    """The first statement, and those after it."""
    parts = [_tidy(each) for line in text.splitlines() for each in _statements(line)]
    stated = [each for each in parts if re.search(r"\w", each)]
    return (stated[0], stated[1:]) if stated else ("", [])


def _statements(line: str) -> list[str]:
    return [part for sentence in texts.sentences(line) for part in re.split(r";\s+", sentence)]


def _tidy(text: str) -> str:
    cleaned = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
    cleaned = re.sub(r"([,;:])(?:\s*[,;:.])+", r"\1", cleaned)
    return re.sub(r"(?:[,;:\s]|\s(?:and|but|in))+$", "", cleaned.strip(" ,;:-").rstrip(".")).strip(" .")


def _terms(text: str) -> list[str]:
    """The things a list names; what stands in quotes is one thing."""
    quoted: list[str] = []

    def keep(match: re.Match[str]) -> str:
        quoted.append(match[1] or match[2])
        return f"{_QUOTED}{len(quoted) - 1}{_QUOTED}"

    listed = re.sub(r"\"([^\"]+)\"|(?<!\w)'([^']+)'(?!\w)", keep, text)
    pieces = re.split(r",\s*(?:and|or|nor)\s+|,\s*|\s+(?:and|or|nor|as well as)\s+", listed)
    terms = [_term(piece) for piece in pieces if re.search(r"\w", piece)]
    return [re.sub(rf"^.*{_QUOTED}(\d+){_QUOTED}.*$", lambda found: quoted[int(found[1])], term) for term in terms]


def _term(piece: str) -> str:
    bare = re.sub(r"^(?:both|any|a link to|the link to)\s+", "", piece.strip(" .,:"), flags=re.IGNORECASE)
    return re.sub(r"^(?:the|an?|our|your|its|their|any)\s+(?=\S)", "", bare, flags=re.IGNORECASE)


def _bare(people: str) -> str:
    return re.sub(r"^(?:(?:all|our|the|every|my|your)\s+)+", "", people.strip(), flags=re.IGNORECASE)


def _number(text: str) -> int:
    lower = text.lower()
    if lower in TENS:
        return TENS[lower]
    if lower.endswith("hundred"):
        return 100 * {"a": 1, "one": 1, "two": 2, "three": 3}[lower.split()[0]]
    return min(int(text.replace(",", "")), MOST_WORDS)


def _once(values: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(value.strip() for value in values if value.strip()))
