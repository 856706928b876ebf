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
_DIGITS = "one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_GERMAN_DIGITS = "zwei drei vier fünf sechs sieben acht neun"
_GERMAN_TEENS = "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
_GERMAN_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_FRENCH_DIGITS = "deux trois quatre cinq six sept huit neuf"
_FRENCH_TEENS = "dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf"
_FRENCH_TENS = "vingt trente quarante cinquante soixante"
_BY_NAME = {"ein": 1, "un": 1, "une": 1} | {
    name: value
    for names, first, step in (
        (_DIGITS, 1, 1),
        (_TEENS, 10, 1),
        (_TENS, 20, 10),
        (_GERMAN_DIGITS, 2, 1),
        (_GERMAN_TEENS, 10, 1),
        (_GERMAN_TENS, 20, 10),
        (_GERMAN_TENS.casefold(), 20, 10),
        (_FRENCH_DIGITS, 2, 1),
        (_FRENCH_TEENS, 10, 1),
        (_FRENCH_TENS, 20, 10),
    )
    for value, name in zip(range(first, 100, step), names.split(), strict=False)
}
_PHRASES = {
    "a dozen": 12, "half a dozen": 6, "two dozen": 24, "a thousand": 1000, "one thousand": 1000,
    "a single": 1, "one single": 1, "nur ein": 1, "nur eine": 1, "nur einen": 1, "nur einem": 1, "ein einziger": 1,
    "ein einziges": 1, "einen einzigen": 1, "einem einzigen": 1, "ein dutzend": 12, "ein halbes dutzend": 6,
    "hundert": 100, "einhundert": 100, "zweihundert": 200, "dreihundert": 300, "une seule": 1, "un seul": 1,
    "une dizaine de": 10, "une douzaine de": 12, "une centaine de": 100, "soixante-dix": 70, "quatre-vingt": 80,
    "quatre-vingts": 80, "quatre-vingt-dix": 90, "cent": 100, "deux cents": 200, "trois cents": 300,
}  # fmt: skip


def _any_of(*names: str) -> str:
    return "|".join(sorted((name for each in names for name in each.split()), key=len, reverse=True))


_SMALL = rf"(?:{_any_of(_TENS)})(?:[ -](?:{_any_of(_DIGITS)}))?|{_any_of(_DIGITS, _TEENS)}"
IN_WORDS = (
    rf"{'|'.join(sorted(_PHRASES, key=len, reverse=True))}"
    rf"|(?:an?|{_any_of(_DIGITS)})[ -]hundred(?:(?: and)?[ -](?:{_SMALL}))?|{_SMALL}"
    rf"|(?:ein|{_any_of(_GERMAN_DIGITS)})und(?:{_any_of(_GERMAN_TENS, _GERMAN_TENS.casefold())})"
    rf"|(?:{_any_of(_FRENCH_TENS)})(?:-(?:{_any_of(_FRENCH_DIGITS)})| et une?)"
    rf"|{_any_of(_GERMAN_DIGITS, _GERMAN_TEENS, _GERMAN_TENS, _GERMAN_TENS.casefold())}"
    rf"|{_any_of(_FRENCH_DIGITS, _FRENCH_TEENS, _FRENCH_TENS)}"
)
"""A number in words, up to hundreds; what it says is `number`."""
UNITS: dict[Unit, str] = {
    "words": "words?|wörtern?|worten?|mots?",
    "sentences": "sentences?|sätzen?|satz|phrases?",
    "paragraphs": "paragraph(?:e?s)?|absätzen?",
    "characters": "characters?|chars|zeichen|caractères",
}
_COUNT = rf"(?<![\d,.])(?:\d{{1,3}}(?:[.,'’\u00a0\u202f]\d{{3}})+|\d{{1,6}}|(?<![\w-])(?:{IN_WORDS}))(?![\d\w]|[.,]\d)"
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
_MANNERS = {
    **{word: word for pair in OPPOSITE_TONES for word in pair},
    **{"formally": "formal", "informally": "informal", "casually": "casual", "seriously": "serious"},
    **{"humorously": "humorous", "playfully": "playful", "förmlich": "formal", "formell": "formal"},
    **{"informell": "informal"},
    **{"locker": "casual", "lässig": "casual", "ernst": "serious", "humorvoll": "humorous", "formel": "formal"},
    **{"soutenu": "formal", "décontracté": "casual", "familier": "casual", "informel": "informal"},
    **{"sérieux": "serious", "humoristique": "humorous"},
}
_MANNER = rf"(?:{'|'.join(sorted(_MANNERS, key=len, reverse=True))})(?:en|e|le)?"
_ADVERB = (
    "(?:(?:in)?formally|casually|seriously|humorously|playfully|förmlich|formell|informell|locker|lässig|humorvoll)"
)
_JOINT = r",? (?:but|and|yet|aber|und|doch|mais|et) "
_HOW = re.compile(
    rf"(?:^|[.;,:!?]\s+|{_JOINT})(?:(?:please|also|still|bitte) )*(?:"
    r"(?:(?:keep|make|leave) (?:it|this|the (?:tone|text|style|wording|\w*mail|note|letter|message))|be|sound|stay|remain|sei|bleibe?"
    rf"|halte? (?:es|den ton)|reste[zr]?|sois|soyez)(?: (?:very|rather|quite|really))? (?P<kept>{_MANNER})"
    rf"|(?:write|draft|compose|reply|schreib\w*|verfass\w*)(?: (?:it|this|es|das))? (?P<written>{_ADVERB})"
    rf"|(?:written )?(?:in|with|on|auf|sur|dans|avec|d'|mit)\s?(?:an?|une?|einem|einer) (?:(?:tone?|ton|style) )?(?P<toned>{_MANNER})"
    rf"(?=(?:{_JOINT}(?:an? )?\w+)?(?: (?:tone|voice|manner|style|way|ton|stil)\b|\W*$))"
    rf"|(?P<apart>(?<=[,;] ){_ADVERB})(?={_JOINT}|[.,;]|$)|(?P<first>(?<![,;] ){_ADVERB})(?= (?:about|but|aber)\b)"
    rf")\b(?! (?:for|with|at|when|where|toward\w*|in (?!tone|style)))(?:{_JOINT}(?:an? )?(?P<also>{_MANNER})\b)?",
    re.IGNORECASE | re.MULTILINE,
)
"""How the whole text is to sound, said to the writer; "formally open the shop" is not."""
_PARTS = re.compile(
    r"\b(?:first|second|last|opening|beginning|ending|greeting|closing line|subject line|then|half|parts?|versions?|neither"
    r"|not|never|less|rather than|instead of|nicht|kein\w*|pas)\b",
    re.IGNORECASE,
)
"""Where a text may sound one way and another way, or one of the two is not wished for."""
_TONGUES = {
    name: code
    for code, names in {
        "English": "english englisch anglais",
        "German": "german deutsch allemand",
        "French": "french französisch français",
        "Spanish": "spanish spanisch espagnol",
        "Italian": "italian italienisch italien",
        "Dutch": "dutch niederländisch néerlandais",
    }.items()
    for name in names.split()
}
_TONGUE = rf"(?:in|auf|en) (?P<{{0}}>{'|'.join(_TONGUES)})"
_TWO_TONGUES = re.compile(
    r"^\W*(?:(?:please|bitte) )*(?:write|draft|compose|reply|answer|make|schreib\w*|verfass\w*|écri\w*|rédige\w*)"
    r"(?:(?! (?:that|not?|is|are|was|were|will|from|dass|nicht|que|pas)\b) [\w'’-]+){0,12}?"
    rf" {_TONGUE.format('one')}(?:(?! (?:not|nicht|pas)\b)[^.;\n]){{0,80}}?,? (?:but|aber|mais) (?:please |bitte )?"
    rf"(?:(?:write|make|keep) (?:it |this )?)?{_TONGUE.format('other')}(?=\W*$|[.,;])",
    re.IGNORECASE | re.MULTILINE,
)
_TOLD_AND_NOT = re.compile(
    r"^\W*(?:please )?announc(?:e|ing) (?:the|our) (?P<act>\w+ing)(?: down)?(?P<of> of (?:the|our|my) \w+)?\W.*?"
    r"\b(?:do not|don't|never) (?:say|mention|state|tell \w+|write) that (?P<denied>[^,.;]+)",
    re.IGNORECASE | re.DOTALL,
)
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
    _refuse_tones([brief["tone"]] if given.get("tone") else [brief["tone"], tone, *manners(rest)])
    _refuse_by_words(rest)
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
        cited = match["low"].lower() in _PHRASES and re.match(
            r" (?:of|by|from|von|aus|de) [A-ZÄÖÜ]", text[match.end() :]
        )
        few = number(match["low"]) < next((least for unit, least in FEWEST.items() if match[unit]), 0)
        if (not qualified and (theirs or few or cited)) or (match["never"] and not comparison):
            return match[0]  # "the 50 words of the poem", "a single sentence of Kafka", "a password has 14 characters"
        if match["each"] or match["of_each"]:
            return f"\nmake it {re.sub(r'[.,;()]', '', match[0]).strip()}\n"  # a bound of the parts, not of the whole
        bounds.append(_bound(match))
        return "\n" if "\n" in match[0] else "" if match[0].startswith(",") else " "

    return bounds, _BOUND.sub(taken, text)


def _bound(match: re.Match[str]) -> Bound:
    unit = next(unit for unit in get_args(Unit) if match[unit])
    low, high = sorted((number(match["low"]), number(match["high"] or match["low"])))
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
    named = unit if (most or least) != 1 else unit.removesuffix("s")
    if least and most:
        return f"exactly {most} {named}" if least == most else f"{least}-{most} {named}"
    return f"at least {least} {named}" if least else f"at most {most} {named}"


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


def _refuse_tones(tones: Sequence[str]) -> None:
    asked = re.findall(r"\w+", " ".join(tones).lower())
    for one, other in OPPOSITE_TONES:
        if one in asked and other in asked:
            raise _refusal(f"a tone that is {one}", f"one that is {other}")


def manners(text: str) -> list[str]:
    """The tones that the text asks of its writer, in words of any form: "write formally but keep it casual"."""
    bare_text = re.sub(r"\"[^\"\n]*\"", "", text)
    if _PARTS.search(bare_text):
        return []
    found = (match[name] for match in _HOW.finditer(bare_text) for name in match.re.groupindex)
    return [_MANNERS[word] for one in found if one and (word := _manner(one.lower()))]


def _manner(word: str) -> str:
    """ "förmlichen" -> "förmlich"."""
    return next((one for one in (word, re.sub(r"(?:en|e|le)$", "", word)) if one in _MANNERS), "")


def _refuse_by_words(text: str) -> None:
    """Two languages for one text, and an act that is announced and must not be said."""
    if (two := _TWO_TONGUES.search(text)) and _TONGUES[two["one"].lower()] != _TONGUES[two["other"].lower()]:
        raise _refusal(*(f"a text in {_TONGUES[two[name].lower()]}" for name in ("one", "other")))
    if denies := _TOLD_AND_NOT.search(text):
        act, denied = texts.content_stems(denies["act"]), texts.content_stems(denies["denied"])
        if set(act) <= set(denied) <= {*act, *texts.content_stems(denies["of"] or "")}:
            raise _refusal(f'"{denies["act"]}{denies["of"] or ""}"', f'no mention of "{denies["denied"].strip()}"')


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


def number(text: str) -> int:
    """ "1,200", "twenty-five", "two hundred and fifty", "fünfundzwanzig", "half a dozen"."""
    named = text.casefold()
    if named in _PHRASES or named in _BY_NAME:
        return _PHRASES.get(named) or _BY_NAME[named]
    if digits := re.sub(r"\D", "", text):
        return min(int(digits), MOST)
    before, hundred, rest = named.rpartition("hundred")
    small = sum(_BY_NAME.get(word, 0) for word in re.split(r"und|\W+", rest))
    return small + 100 * max(1, _BY_NAME.get(before.strip(" -"), 0)) if hundred else small


def _once(*values: Sequence[str] | None) -> list[str]:
    return list(dict.fromkeys(one.strip() for several in values for one in several or () if re.search(r"\w", one)))
