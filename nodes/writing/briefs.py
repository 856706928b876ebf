"""A brief in plain words, read by code into what code checks: bounds, terms, statements.

    "announce the new 30-day return window to customers, under 120 words, mention the returns page"
    -> topic "announce the new 30-day return window", audience "customers", max_words 120, must_mention ["returns page"]

A model gets the words of the brief as well. A brief that asks for two things that exclude each other is refused.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from typing_extensions import TypedDict

from nodes import texts
from nodes.ports.errors import InvalidInput
from nodes.ports.language import Bound, Brief, Unit

Kind = Literal["announcement", "mail", "note"]

MOST = 100_000
A_STATEMENT = 3
"""From so many words on, what is not to be said is more than a word that the topic needs."""
FEWEST: dict[Unit, int] = {"characters": 40, "words": 5}
"""A bare number below that is not a bound: "2 words of advice"."""
_DIGITS = re.findall(r"\w+", "one two three four five six seven eight nine")
_TENS = re.findall(r"\w+", "ten twenty thirty forty fifty sixty seventy eighty ninety")
_HUNDREDS = ("a hundred", "two hundred", "three hundred")
_TEENS = re.findall(r"\w+", "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
_DOZENS = {"a dozen": 12, "half a dozen": 6, "two dozen": 24}
_FOREIGN = {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5}
NUMBERS = {
    name: value * factor
    for names, factor in ((_DIGITS, 1), (_TENS, 10), (_HUNDREDS, 100))
    for value, name in enumerate(names, start=1)
}
NUMBERS |= {name: value for value, name in enumerate(_TEENS, start=11)} | _DOZENS | _FOREIGN
NUMBERS |= {
    f"{ten}{joint}{digit}": NUMBERS[ten] + NUMBERS[digit] for ten in _TENS[1:] for digit in _DIGITS for joint in "- "
}
UNITS: dict[Unit, str] = {
    "words": "words?|wörtern?|worten?|mots?",
    "sentences": "sentences?|sätzen?|satz|phrases?",
    "paragraphs": "paragraph(?:e?s)?|absätzen?",
    "characters": "characters?|chars|zeichen|caractères",
}
_IN_WORDS = "|".join(sorted(NUMBERS, key=len, reverse=True))
_COUNT = rf"(?<![\d,.])(?:\d{{1,3}}(?:[.,'’\u00a0\u202f]\d{{3}})+|\d{{1,6}}|\b(?:{_IN_WORDS}))(?![\d\w]|[.,]\d)"
_NEVER = r"(?:(?:do|does|must|should|may|can|could|will)(?:n't| not)|cannot|never|nicht|darf nicht|soll nicht|ne)\s+(?:[\w']+\s+){0,3}?"
_BOUND = re.compile(
    r"[,(;]?\s*(?:\b(?:and|und|et)\s+)?(?P<of_each>\b(?:each|every|jede[rsmn]?|chaque)\s(?:\w+\s){0,3}?)?"
    rf"(?:\b(?P<never>{_NEVER}))?"
    r"(?:\b(?:keep (?:it|this)|make it|it (?:should|must) be|in|with|using|of|en|de|mit)\s+)?(?<!\w)"
    r"(?:(?P<most>at most|(?:no|not) (?:more|longer) than|not over|up to|within|(?:an? )?max(?:imum)?(?: of)?[.:]?|under|below"
    r"|(?:less|fewer|shorter) than|höchstens|maximal|bis zu|unter|weniger als|kürzer als|(?:nicht|keine) (?:mehr|länger) als"
    r"|au plus|au maximum|moins de|pas plus de)"
    r"|(?P<least>at least|(?:no|not) (?:less|fewer|shorter) than|(?:an? )?min(?:imum)?(?: of)?[.:]?|over|exceed|(?:more|longer) than"
    r"|mindestens|(?:mehr|länger) als|nicht (?:weniger|kürzer) als|au moins|au minimum|plus de|pas moins de|dépass\w+)"
    r"|(?P<exact>exactly|precisely|genau|exactement)|(?P<about>about|around|roughly|circa|ca\.|etwa|ungefähr|environ|~)"
    r"|between|zwischen|entre|in|an?)?\s*"
    rf"(?P<low>{_COUNT})(?:\s*(?:-|–|to|and|or|bis|und|oder|à|et|ou)\s*(?P<high>{_COUNT}))?[\s-]*"
    r"(?:(?:short|brief|long|full|complete|kurzen?|vollständigen?|courte?s)\s+){0,2}"
    rf"(?:{'|'.join(f'(?P<{unit}>{names})' for unit, names in UNITS.items())})\b"
    r"(?:\s*(?P<or_less>or (?:less|fewer)|(?:au )?max(?:imum)?\b|at (?:the )?most|tops\b|maximal\b|höchstens|oder weniger|au plus"
    rf"|ou moins)(?!\s+{_COUNT})|\s*(?P<or_more>or more|(?:au )?min(?:imum)?\b|at (?:the very )?least|mindestens|oder mehr|au moins"
    rf"|ou plus)(?!\s+{_COUNT})|\s+long)?"
    r"(?P<each>\s+(?:each|apiece|chacune?|(?:in each|per|pro|par|je)\s+\w+)\b)?\)?",
    re.IGNORECASE,
)
_THEIRS = re.compile(r"\b(?:the|these|those|all|first|last|our|your|their|my|its|his|her)\s*$", re.IGNORECASE)

TONES = (
    "friendly|warm|formal|informal|neutral|casual|professional|polite|cheerful|upbeat|serious|plain|apologetic|firm|enthusiastic"
    "|factual|calm|reassuring|relaxed|humorous|playful|respectful|confident|empathetic|encouraging"
)
OPPOSITE_TONES = (("formal", "informal"), ("formal", "casual"), ("serious", "humorous"), ("serious", "playful"))
_TONE = rf"((?:{TONES}|short|brief|simple)(?:(?:,| and| but) (?:{TONES}|short|brief|simple))*)"
_SAY = r"(?:(?:mention|say|includ|nam|refer|link)(?:e|ing)?(?: to)?|us(?:e|ing)(?= the (?:word|term|phrase)))"
_CLAUSES = {
    "must_not_mention": rf"(?:(?:it )?(?:must|should|may) not|do not|don't|never|not|without) {_SAY}:? (?P<not>.+)"
    r"|(?:avoid(?:ing)?|leav(?:e|ing) out|no mention of|omit(?:ting)?)(?: (?:using|mentioning|saying))?:? (?P<out>.+)"
    r"|erwähnen? (?:sie )?(?:nicht|keine?[nrms]?) (?P<nicht>.+)|erwähnen? (?:sie )?(?P<nichts>.+) nicht|ne mentionne[zr]? pas (?P<pas>.+)"
    r"|ohne (?P<ohne>.+) zu (?:erwähnen|nennen)|sans (?:mentionner|citer|nommer|parler d(?:e |u |es |'))(?P<sans>.+)",
    "must_mention": r"(?:(?:be|make) sure to |(?:remember|don't forget) to |(?:it )?(?:must|should|has to) )?"
    r"(?:mention|includ|refer|link)(?:e|ing|s)?(?: to)?:? (?P<must>.+)|erwähnen? (?:sie )?(?P<nennt>.+)|mentionne[zr]? (?P<dit>.+)",
    "tone": rf"(?:keep (?:it|the tone) |make it |be )?{_TONE}(?: in)?(?: tone)?|tone: ?(.+)"
    r"|(?:in|with) an? ([\w -]{3,40}) (?:tone|voice|manner|style)",
    "signature": r"sign(?:ed)?:? (?:it )?(?:as |by )?(?:the )?(?!up |in |off )(.{2,60})",
    "audience": r"(?:the )?audience(?::| is| are) ?(.+)",
}
"""How a clause begins that does not belong to the topic."""

PEOPLE = (
    r"customers?|clients?|staff|employees|teams?|colleagues|members|subscribers|partners|suppliers?|developers|users|parents|students"
    r"|pupils|teachers|everyone|everybody|investors|shareholders|visitors|guests|residents|tenants|neighbou?rs|readers|managers"
    r"|volunteers|patients|drivers|shoppers|players|fans|donors|participants|attendees|applicants|passengers|engineers"
)
_WHO = (
    rf"((?:(?:all|our|the|every|my|your) )*(?:[\w-]+ )?(?:{PEOPLE})|(?-i:(?:Mr|Mrs|Ms|Dr|Prof)\.? [A-Z][\w-]+))"
    r"(?=$|[.,;:\n]| (?:that|about|to|for|on|of|in|with|against|not|know|apologi[sz]ing|reminding|announcing|saying{more})\b)"
)
TELLING = "tell|inform|remind|notify|invit|thank|ask|warn|encourag|congratulat|advis|welcom|urg|let"
_AUDIENCES = (
    re.compile(rf"\b(?:{TELLING})(?:e|ing)?(?P<who> {_WHO.replace('{more}', '|the|our|we|it|there')})", re.IGNORECASE),
    re.compile(rf"(?P<who> ?\b(?:to|for|aimed at|addressed to) {_WHO.replace('{more}', '')})", re.IGNORECASE),
)
FORMS: dict[Kind, str] = {
    "mail": "e-?mails?|mails?|letters?|newsletters?|messages?|repl(?:y|ies)",
    "note": "(?:release |thank-you )?notes?|memos?|notices?|reminders?|posts?|texts?|product (?:texts?|descriptions?)",
    "announcement": "announcements?|press releases?|news items?",
}
_SHELL = re.compile(
    r"(?:please )?(?:(?:can|could) you |(?:i|we)(?:'d| would)? (?:need|want|like) (?:to )?)?"
    r"(?:(?:write|draft|compose|prepare|create|make|send) )?(?:an? |the |one )?"
    rf"(?P<adjectives>(?:(?:{TONES}|short|brief|quick|internal|new|nice),? (?:and )?){{0,3}})(?P<form>{'|'.join(FORMS.values())})"
    r"(?: ?:| (?P<link>about|on|that|to say that|(?:saying|explaining|stating)(?: that)?|(?:that )?says|to|for|regarding|announcing)\b"
    r"|[.,]?\s|[.,]?$)\s*",
    re.IGNORECASE,
)
_FOREIGN_FORMS: dict[Kind, str] = {
    "mail": "e-?mails?|mails?|brief|nachricht|newsletter|courriel|lettre|message|letter",
    "note": "mitteilung|notiz|hinweis|aushang|note",
    "announcement": "ankündigung|pressemitteilung|annonce|communiqué",
}
FOREIGN_SHELL = re.compile(
    r"\W*(?:please |bitte )?(?:write|draft|compose|schreib\w*|verfass\w*|formulier\w*|entwirf|écri\w*|rédige\w*)\b(?:\W+[\w'’-]+){0,4}?\W+"
    rf"(?:{'|'.join(f'(?P<{kind}>{names})' for kind, names in _FOREIGN_FORMS.items())})\b",
    re.IGNORECASE,
)
"""Of other languages, and of words that the shell does not know."""
_STATEMENT_END = re.compile(r";\s+|(?<=[a-z]{3})\.\s+|(?<=\d)\.\s+(?=[a-z])")
_BUT_NOT = re.compile(
    r"(?:^|,?\s+)(?:(?:but|and|aber|und|mais|et)\s+)?(?:not|neither|nicht|keine[nrms]?|pas)\s+", re.IGNORECASE
)
_ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s+")
WRITING = (
    "write|draft|compose|describe|explain|say|state|apologi[sz]e|reply|respond|suggest|mention|make sure|put together"
)
_WISH = re.compile(
    rf"(?:(?:and|also|but|please|kindly) )*(?:{WRITING}|(?:could|can|would) you|be|sound|keep|make|try to|add|start with|end with"
    r"|address|focus on|highlight|emphasi[sz]e|use (?:bullets?|short|simple|plain|emojis?)|offer|(?:tell|thank|ask) (?:her|him|them)"
    r"|(?:do not|don't|never) (?:promise|sound|exaggerate|be|write)|no (?:superlatives|jargon|slang|emojis?|hype|promises)|thanks)\b",
    re.IGNORECASE,
)
"""How a sentence begins that speaks to the writer, not to the reader."""


class Fields(TypedDict, total=False):
    """What was given by name; it goes before what the text says, and bounds hold together with the text's."""

    kind: Kind | None
    points: list[str]
    audience: str
    tone: str
    signature: str
    length: str
    min_words: int
    max_words: int
    must_mention: list[str]
    must_not_mention: list[str]


def understand(text: str, given: Fields) -> Brief:
    """The brief as its text and its named fields state it together. Raises InvalidInput for demands that exclude each other."""
    bounds, rest = lengths(texts.typed(text))
    clauses = list(_clauses(rest))
    found = {name: [value for kind, value in clauses if kind == name] for name in (*_CLAUSES, "topic", "points")}
    content, audience = _audience("\n".join(found["topic"]))
    kind, tone, content = _form(content)
    topic, *told = [one for one in map(_tidy, content.split("\n")) if re.search(r"\w", one)] or [""]
    listed = _listed(topic)
    least = Bound(unit="words", least=given.get("min_words", 0), most=0)
    most = Bound(unit="words", least=0, most=given.get("max_words", 0))
    words, *others = _bounds([least, most, *lengths(given.get("length", ""))[0], *bounds])
    brief = Brief(
        kind=given.get("kind") or kind,
        text=text.strip(),
        topic=listed[0] if listed else topic,
        points=_once(
            given.get("points"), listed[1:], [_ended(one) for one in told if not _WISH.match(one)], found["points"]
        ),
        wishes=[one for one in told if _WISH.match(one)],
        audience=bare(given.get("audience") or audience or "".join(found["audience"][:1])),
        tone=given.get("tone") or ", ".join(found["tone"]) or tone,
        signature=given.get("signature") or ", ".join(found["signature"]),
        min_words=words["least"],
        max_words=words["most"],
        bounds=[one for one in others if one["least"] or one["most"]],
        must_mention=_once(given.get("must_mention"), found["must_mention"]),
        must_not_mention=_once(given.get("must_not_mention"), found["must_not_mention"]),
    )
    whole = [one for one in brief["must_not_mention"] if len(one.split()) >= A_STATEMENT]
    _refuse_both([*brief["must_mention"], *brief["points"]], brief["must_not_mention"])
    _refuse_both([brief["topic"]], whole)
    subject = set(texts.content_stems(re.sub(r"^\W*[a-z]+\s+(?=\w)", "", brief["topic"], flags=re.IGNORECASE)))
    if banned := [one for one in brief["must_not_mention"] if subject and subject <= set(texts.content_stems(one))]:
        raise _refusal(f'"{brief["topic"]}"', f'no mention of "{banned[0]}"')
    _refuse_tones(brief["tone"])
    return brief


def kind_of(form: str) -> Kind | None:
    """ "e-mail", "memo", "press release" -> the kind of text that is meant; None for other words."""
    return next((kind for kind, names in FORMS.items() if re.fullmatch(names, form.strip(), re.IGNORECASE)), None)


def lengths(text: str) -> tuple[list[Bound], str]:
    """The bounds that a text names, and the text without them."""
    bounds: list[Bound] = []

    def taken(match: re.Match[str]) -> str:
        comparison = any(match[name] for name in ("most", "least"))
        qualified = comparison or any(match[name] for name in ("exact", "or_less", "or_more", "high"))
        theirs = _THEIRS.search(text[max(0, match.start("low") - 9) : match.start("low")])
        few = _number(match["low"]) < next((least for unit, least in FEWEST.items() if match[unit]), 0)
        if (not qualified and (theirs or few)) or (match["never"] and not comparison):
            return match[0]  # "the 50 words of the poem", "a password has 14 characters"
        if match["each"] or match["of_each"]:
            return f"\nmake it {re.sub(r'[.,;()]', '', match[0]).strip()}\n"  # a bound of the parts, not of the whole
        bounds.append(_bound(match))
        return "\n" if "\n" in match[0] else "" if match[0].startswith(",") else " "

    return bounds, _BOUND.sub(taken, text)


def _bound(match: re.Match[str]) -> Bound:
    unit = next(unit for unit in get_args(Unit) if match[unit])
    low, high = sorted((_number(match["low"]), _number(match["high"] or match["low"])))
    fewer, more = match["most"] or match["or_less"], match["least"] or match["or_more"]
    if match["never"]:
        fewer, more = more, fewer
    if fewer:
        low = 0
    elif more:
        high = 0
    elif match["about"] or not (match["exact"] or match["high"] or unit in ("sentences", "paragraphs")):
        low, high = int(low * 0.8), int(high * 1.2)
    return Bound(unit=unit, least=low, most=high)


def said(bound: Bound) -> str:
    """ "80-120 words", "at most 3 sentences"."""
    least, most, unit = bound["least"], bound["most"], bound["unit"]
    if least and most:
        return f"exactly {most} {unit}" if least == most else f"{least}-{most} {unit}"
    return f"at least {least} {unit}" if least else f"at most {most} {unit}"


def _bounds(stated: Sequence[Bound]) -> list[Bound]:
    """For each unit the narrowest that all of them allow."""
    together: list[Bound] = []
    for unit in get_args(Unit):
        none = Bound(unit=unit, least=0, most=0)
        of_unit = [one for one in stated if one["unit"] == unit]
        low = max((one for one in of_unit if one["least"]), key=lambda one: one["least"], default=none)
        high = min((one for one in of_unit if one["most"]), key=lambda one: one["most"], default=none)
        if 0 < high["most"] < low["least"]:
            raise _refusal(said(low), said(high))
        together.append(Bound(unit=unit, least=low["least"], most=high["most"]))
    words, sentences, paragraphs, characters = together
    # a paragraph has a sentence at least, a sentence a word, and a word two characters with the blank beside it
    for many, few, each in (
        (paragraphs, sentences, 1),
        (sentences, words, 1),
        (paragraphs, words, 1),
        (words, characters, 2),
    ):
        if 0 < few["most"] < many["least"] * each:
            raise _refusal(said({**many, "most": 0}), said({**few, "least": 0}))
    return together


def _refuse_both(wanted: Sequence[str], must_not: Sequence[str]) -> None:
    """A term or a statement that holds a forbidden term cannot be said either."""
    everything = " | ".join(wanted)
    for banned in must_not:
        forms = (banned, re.sub(r"(?<=\w\w\w)s$", "", banned))
        if any(texts.mentions(everything, form, inflected=True) for form in forms):
            clash = next(one for one in wanted for form in forms if texts.mentions(one, form, inflected=True))
            raise _refusal(f'"{clash}"', f'no mention of "{banned}"')


def _refuse_tones(tone: str) -> None:
    asked = re.findall(r"\w+", tone.lower())
    for one, other in OPPOSITE_TONES:
        if one in asked and other in asked:
            raise _refusal(f"a tone that is {one}", f"one that is {other}")


def _refusal(one: str, other: str) -> InvalidInput:
    return InvalidInput(f"The brief asks for {one} and {other}; keep one.")


def _clauses(text: str) -> Iterator[tuple[str, str]]:
    """What each clause is, and its value; a list goes on after a comma, and what stands in quotes is one thing."""
    quoted = re.sub(
        r"\"[^\"\n]+\"", lambda found: found[0].replace(" ", "\0"), re.sub(r"\s\(\d{1,2}\)\s+", "\n- ", text)
    )
    for line in quoted.splitlines():
        if item := _ITEM.match(line):
            yield "points", _tidy(line[item.end() :])
            continue
        for statement in (part for sentence in texts.sentences(line) for part in _STATEMENT_END.split(sentence)):
            yield from _parts(statement)


def _parts(statement: str) -> Iterator[tuple[str, str]]:
    topic: list[str] = []
    last = ""
    pieces = re.split(
        r",\s+|\s+(?=(?:without|not) mentioning\b|ohne\b|sans (?:mentionner|citer|nommer|parler)\b"
        r"|(?:and|but) (?:(?:do not|don't|never) )?mention\b"
        r"|(?:aber|und) erwähne|(?:mais|et) (?:ne )?mentionne)",
        statement,
        flags=re.IGNORECASE,
    )
    clauses = [
        re.sub(r"^(?:(?:and|but|please|aber|und|bitte|mais|et) )+", "", one.strip(), flags=re.IGNORECASE).rstrip(" .,")
        for one in pieces
    ]
    for at, clause in enumerate(clauses):
        kind, value = next(_matching(clause), ("", ""))
        if kind == "tone" and topic and any(not next(_matching(one), None) for one in clauses[at + 1 :]):
            kind = ""  # "our new, simple, fast checkout"
        if (
            not kind
            and last in ("must_mention", "must_not_mention", "signature")
            and len(clause.split()) <= 4
            and not re.match(r"(?:to|for|about) ", clause)
        ):
            kind, value = last, clause
        last = kind
        if kind == "must_mention" and value.startswith("that "):
            yield "points", value.removeprefix("that ")
        elif kind.startswith("must"):
            wanted, *banned = _BUT_NOT.split(value, 1) if kind == "must_mention" else [value]
            yield from ((kind, _term(one)) for one in _split(wanted))
            yield from (("must_not_mention", _term(one)) for each in banned for one in _split(each))
        elif kind:
            yield kind, value
        else:
            topic.append(pieces[at])
    yield "topic", ", ".join(topic).replace("\0", " ")


def _matching(clause: str) -> Iterator[tuple[str, str]]:
    for kind, pattern in _CLAUSES.items():
        if match := re.fullmatch(pattern, clause, re.IGNORECASE):
            yield kind, next(value for value in match.groups() if value)


def _audience(text: str) -> tuple[str, str]:
    for pattern in _AUDIENCES:
        if match := pattern.search(text):
            return text[: match.start("who")] + text[match.end("who") :], match[2]
    return text, ""


def _form(text: str) -> tuple[Kind, str, str]:
    """What kind of text is asked for, its tone, and the rest: "write a short note about the sale" is a note on the sale."""
    shell = _SHELL.match(text)
    if not shell:
        announces = re.match(r"\W*(?:please )?(?:announc|introduc|launch|present)", text, re.IGNORECASE)
        foreign = FOREIGN_SHELL.match(text)
        named: Kind = next((kind for kind in FORMS if foreign and foreign[kind]), "note")
        return ("announcement" if announces else named), "", text
    verb = "announce " if shell["link"] == "announcing" else ""
    tones = re.findall(rf"\b(?:{TONES})\b", shell["adjectives"], re.IGNORECASE)
    return kind_of(shell["form"]) or "note", ", ".join(tones), verb + text[shell.end() :]


def _listed(topic: str) -> list[str]:
    """ "version 2.4: dark mode, faster search, a bug fixed" -> the subject, and the items of its list."""
    subject, _, rest = topic.partition(": ")
    items = _split(rest)
    return [subject, *items] if len(items) >= 3 and all(len(one.split()) <= 6 for one in items) else []


def _tidy(text: str) -> str:
    cleaned = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
    return re.sub(r"(?:[,;:\s]|\s(?:and|but|in))+$", "", cleaned.strip(" ,;:-").rstrip(".")).strip(" .")


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _split(text: str) -> list[str]:
    return [
        one
        for one in re.split(
            r",\s*(?:(?:and|or|nor)\s+)?|\s+(?:and|or|nor|as well as)\s+(?!\d)|(?<!\d)\s+and\s+(?=\d)", text
        )
        if one.strip()
    ]


def _term(piece: str) -> str:
    bare_term = re.sub(
        r"^(?:(?:both|(?:a|the) link to|words?|terms?|phrases?|that|aber|auch|the|an?|our|your|any|der|die|das|den|le|la|les) )+",
        "",
        piece.strip(),
        flags=re.I,
    )
    return bare_term.strip(" .,:\"'").replace("\0", " ")


def bare(people: str) -> str:
    """ "all our customers" -> "customers"."""
    return re.sub(r"^(?:(?:all|our|the|every|my|your)\s+)+(?=\S)", "", people.strip(" .,"), flags=re.IGNORECASE)


def _number(text: str) -> int:
    return NUMBERS.get(text.lower()) or min(int(re.sub(r"\D", "", text)), MOST)


def _once(*values: Sequence[str] | None) -> list[str]:
    return list(dict.fromkeys(one.strip() for several in values for one in several or () if re.search(r"\w", one)))
