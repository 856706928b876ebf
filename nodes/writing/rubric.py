"""How good a draft is: named criteria, each 0..1 with feedback, and their weighted mean.

A draft that breaks a must stays below the usual threshold of 0.8, however good the rest is: it could not be sent. 1.00 is for
a draft in which nothing is wrong. What the brief does not ask for is not scored, and what a reader does not see does not count.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from nodes import texts
from nodes.ports.language import Bound, Brief, Mark
from nodes.writing.briefs import FOREIGN_SHELL, IN_WORDS, PEOPLE, TELLING, WRITING, number, said

BROKEN_MUST = 0.05
"""The most that a must earns when it is not met; how near it came still tells two drafts apart."""
UNSENDABLE = 0.75
"""What a broken must leaves of the total."""
SAME_TOPIC = 0.5
"""The part of a brief's words that a draft in other words still has."""

A_WORD_OF_ITS_OWN = 5
"""Letters, in languages whose articles and prepositions are not known here."""

Verdict = tuple[float, str]
Check = Callable[[Brief, str], Verdict | None]


class Scored(Mark):
    weight: float
    by: Literal["code", "model"]


def length(brief: Brief, draft: str) -> Verdict | None:
    words = Bound(unit="words", least=brief["min_words"], most=brief["max_words"])
    bounds = [one for one in (words, *brief.get("bounds", [])) if one["least"] or one["most"]]
    if not bounds:
        return None
    near, advice = 1.0, []
    for bound in bounds:
        count, unit = COUNTS[bound["unit"]](draft), bound["unit"]
        missed = bound["most"] if 0 < bound["most"] < count else bound["least"] if count < bound["least"] else 0
        if missed:
            near = min(near, count / missed, missed / max(count, 1))
            has = (
                f"It has {count} {unit if count != 1 else unit.removesuffix('s')}, and the brief asks for {said(bound)}"
            )
            advice.append(
                f"{has}: {f'cut it to {missed} at most' if count > missed else f'bring it to {missed} at least'}."
            )
    return (BROKEN_MUST * near, " ".join(advice)) if advice else (1.0, "")


def required_terms(brief: Brief, draft: str) -> Verdict | None:
    wanted = [*brief["must_mention"], *filter(None, [brief.get("signature", "")])]
    return _share_of(wanted, [term for term in wanted if not texts.mentions(draft, term)], "Mention")


def forbidden_terms(brief: Brief, draft: str) -> Verdict | None:
    present = [term for term in brief["must_not_mention"] if texts.mentions(draft, term, inflected=True)]
    return _share_of(brief["must_not_mention"], present, "Do not mention")


def points(brief: Brief, draft: str) -> Verdict | None:
    """A point is made when every figure of it and half of its other words are there; of a translation only figures are checked,
    the rest is for a model to judge. What the topic tells, statement by statement, and its figures are points too, but those that
    only say who the readers are."""
    wanted = [*brief["points"], *(one for part in (brief["topic"], *brief["wishes"]) for one in told_in(part))]
    figures = [
        one
        for one in _figures(_READERS.sub(" ", brief["topic"]))
        if not any(one in _figures(point) for point in wanted)
    ]
    translated = _is_translated(brief, draft)
    missing = _figures_missing(wanted, draft) if translated else _not_made(wanted, draft)
    missing += _figures_missing(figures, draft)
    return _share_of([*wanted, *figures], missing, "Say")


def facts(brief: Brief, draft: str) -> Verdict | None:
    """No figure and no address but the brief's; the numbers of a list are not figures."""
    stated = " ".join(map(str, _flat(brief)))
    addresses = list(dict.fromkeys(_ADDRESS.findall(draft)))
    figures = _figures(re.sub(r"^\s*\d{1,2}[.)] ", "", _ADDRESS.sub(" ", draft), flags=re.MULTILINE))
    invented = [one for one in addresses if one.lower() not in stated.lower()]
    invented += _figures_missing(figures, stated)
    return _share_of([*addresses, *figures], invented, "Leave out what the brief does not state:")


def sendable(brief: Brief, draft: str) -> Verdict | None:
    """Faults that must not reach a reader."""
    faults = [f'{advice}: "{found}".' for fault, advice in FAULTS if (found := fault(brief, draft))]
    return (0.0, " ".join(faults)) if faults else (1.0, "")


def on_topic(brief: Brief, draft: str) -> Verdict | None:
    """How much of what the brief is about occurs in the draft; what must not be mentioned does not count."""
    banned = set(texts.content_stems(" ".join(brief["must_not_mention"])))
    subject = " ".join(told_in(brief["topic"])) or re.sub(
        rf"{FOREIGN_SHELL.pattern}|^\W*(?:please\s+)?[a-z]+\s+", "", brief["topic"], flags=re.IGNORECASE
    )  # "announce the sale" is about the sale
    asked = [stem for stem in texts.content_stems(subject) if stem not in banned and not stem[0].isdigit()]
    if texts.language(brief["topic"]) != "en":
        asked = [stem for stem in asked if len(stem) >= A_WORD_OF_ITS_OWN]
    if not asked or _is_translated(brief, draft):
        return None
    present = set(texts.content_stems(draft))
    share = sum(stem in present for stem in asked) / len(asked)
    return (1.0, "") if share >= SAME_TOPIC else (share, f'Say what it is about: "{brief["topic"]}".')


def readability(_: Brief, draft: str) -> Verdict | None:
    sentences = texts.sentences(draft)
    if not sentences:
        return 0.0, "Write at least one sentence."
    long = [one for one in sentences if len(texts.words(one)) > texts.LONG_SENTENCE]
    if not long:
        return 1.0, ""
    excess = sum(1 - texts.LONG_SENTENCE / len(texts.words(one)) for one in long)
    beginning = " ".join(texts.words(max(long, key=len))[:8])
    return max(
        0.0, 1 - 2 * excess / len(sentences)
    ), f'Split sentences of more than {texts.LONG_SENTENCE} words: "{beginning} ...".'


def structure(brief: Brief, draft: str) -> Verdict | None:
    asked = STRUCTURE[brief["kind"]]
    if brief["kind"] == "mail" and re.search(r"\be-?mails?\b", brief.get("text", ""), re.IGNORECASE):
        asked = ((lambda draft: bool(_SUBJECT.search(draft)), 'Begin with a line "Subject: ...".'), *asked)
    faults = [advice for holds, advice in asked if not holds(draft)]
    return 1 - len(faults) / len(asked), " ".join(faults)


def repetition(_: Brief, draft: str) -> Verdict | None:
    """Phrases of four words that come again. A title may say what the text says."""
    phrases: Counter[tuple[str, ...]] = Counter()
    for part in texts.paragraphs(draft)[1:] or [draft]:
        words = re.findall(r"[\w'-]+", texts.plain(part))
        phrases.update((*words[at : at + 4],) for at in range(len(words) - 3))
    again = {phrase: count for phrase, count in phrases.items() if count > 1}
    if not again:
        return 1.0, ""
    worst = max(again, key=lambda phrase: again[phrase])
    return max(0.0, 1 - sum(again.values()) / phrases.total()), f'Do not say the same twice: "{" ".join(worst)}".'


CHECKS: dict[str, tuple[float, Check]] = {
    "length": (1.0, length),
    "required_terms": (1.0, required_terms),
    "forbidden_terms": (1.0, forbidden_terms),
    "points": (1.0, points),
    "facts": (1.0, facts),
    "sendable": (1.0, sendable),
    "on_topic": (1.0, on_topic),
    "readability": (0.4, readability),
    "structure": (0.3, structure),
    "repetition": (0.3, repetition),
}
MODEL_WEIGHTS = {"faithfulness": 2.0, "clarity": 1.0, "tone": 1.0}
OTHER_MODEL_WEIGHT = 1.0
MUSTS = ("length", "required_terms", "forbidden_terms", "points", "facts", "sendable", "faithfulness")


def by_code(brief: Brief, draft: str) -> list[Scored]:
    """Every criterion that code can check and that the brief gives a reason to check."""
    visible = texts.seen(draft)
    checked = [
        (name, weight, check(brief, draft if name == "sendable" else visible))
        for name, (weight, check) in CHECKS.items()
    ]
    return [
        Scored(criterion=name, score=round(verdict[0], 3), feedback=verdict[1], weight=weight, by="code")
        for name, weight, verdict in checked
        if verdict is not None
    ]


def by_model(judged: Sequence[Mark]) -> list[Scored]:
    """A model's score, limited to 0..1."""
    return [
        Scored(
            criterion=one["criterion"],
            score=round(min(1.0, max(0.0, one["score"])), 3) if one["score"] == one["score"] else 0.0,
            feedback=one["feedback"],
            weight=MODEL_WEIGHTS.get(one["criterion"], OTHER_MODEL_WEIGHT),
            by="model",
        )
        for one in judged
    ]


def total(criteria: Sequence[Scored]) -> float:
    """The weighted mean, lowered when a must is broken; 0 without criteria."""
    weight = sum(one["weight"] for one in criteria)
    if not weight:
        return 0.0
    mean = sum(one["score"] * one["weight"] for one in criteria) / weight
    broken = any(one["score"] < 0.5 for one in criteria if one["criterion"] in MUSTS)
    score = round(mean * UNSENDABLE if broken else mean, 3)
    return score if all(one["score"] == 1 for one in criteria) else min(score, 0.999)


def _share_of(wanted: Sequence[str], amiss: Sequence[str], advice: str) -> Verdict | None:
    if not wanted:
        return None
    return (BROKEN_MUST * (1 - len(amiss) / len(wanted)), f"{advice} {_listed(amiss)}.") if amiss else (1.0, "")


def _not_made(wanted: Sequence[str], draft: str) -> list[str]:
    """A point is made when its figures are there, half of its words, and half of those that no other point has."""
    stems = {point: _stems(point) for point in wanted}
    stated = Counter(stem for each in stems.values() for stem in each)
    present = set(_stems(draft))

    def is_made(words: Sequence[str]) -> bool:
        own = [stem for stem in words if stated[stem] == 1]
        return all(sum(stem in present for stem in each) * 2 >= len(each) for each in (words, own))

    unsaid = _figures_missing(stems, draft)
    return [point for point, words in stems.items() if point in unsaid or not is_made(words)]


def _stems(text: str) -> list[str]:
    return texts.content_stems(_FREE.sub("free", text))


def told_in(topic: str) -> list[str]:
    """What the topic has to say to its readers: "tell them that we move and that parking is free" -> both statements."""
    if first := _TOLD.search(topic):
        statements = [one for each in _AND_TOLD.split(topic[first.end() :]) for one in _stated(each)]
        if first[0].lower().endswith(" to"):
            statements = [one for each in statements for one in _joined(re.split(r"(,? and (?:to )?|, )", each))]
    else:
        several = _ABOUT_SEVERAL.search(topic)
        statements = _subjects(several[1]) if several else []
    return [one for each in statements if (one := each.strip(" ,;."))]


def _stated(text: str) -> list[str]:
    """The statements of one "that ..."; "from May, parking is free" is one."""
    statements: list[str] = []
    for piece in _AND_STATED.split(text):
        if statements and _CIRCUMSTANCE.match(statements[-1]) and not _VERB.search(statements[-1]):
            statements[-1] += f", {piece}"
        else:
            statements.append(piece)
    return statements


def _subjects(text: str) -> list[str]:
    """The subjects that are listed: each with an article, or from three on each of two words; none, when it is not a list."""
    first, *others = re.split(r",? and |, ", text)
    subjects = [first]
    for one in others:
        if " " in one.strip():
            subjects.append(one)
        else:
            subjects[-1] += f" and {one}"
    listed = len(subjects) > 2 or (len(subjects) == 2 and re.match(_ARTICLE, subjects[1], re.IGNORECASE))
    return subjects if listed and not any(re.search(r"\b(?:to|for)\b", one) for one in subjects[:-1]) else []


def _joined(pieces: Sequence[str]) -> list[str]:
    """What is asked for, with its joints at odd places: "the doors and windows" is one thing to do."""
    asked = [pieces[0]]
    for joint, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if len(texts.content_stems(piece)) > 1:
            asked.append(piece)
        else:
            asked[-1] += joint + piece
    return asked


def _figures(text: str) -> list[str]:
    return list(dict.fromkeys(_FIGURE.findall(texts.plain(text))))


def _figures_missing(points: Iterable[str], draft: str) -> list[str]:
    """The points of which a figure is not there, however its thousands are set off; "five" is 5."""
    plain = texts.plain(draft)
    there = {str(ORDINALS[word]) for word in re.findall(r"[^\W\d]+", plain) if word in ORDINALS}
    there |= {str(number(each)) for each in _IN_WORDS.findall(plain)}
    there = there.union(*map(_readings, _figures(plain)))
    return [point for point in points if not all(there & _readings(figure) for figure in _figures(point))]


def _readings(figure: str) -> set[str]:
    """Bare of signs; an hour also as a clock of 24 tells it."""
    bare = {re.sub(r"\D", "", figure), re.sub(r"\D", "", figure.replace(":00", ""))}
    if afternoon := _AFTERNOON.match(figure):
        bare.add(f"{int(afternoon[1]) % 12 + 12}{(afternoon[2] or '')[1:]}".removesuffix("00"))
    return bare


def _flat(value: object) -> Iterator[object]:
    """What stands in lists and mappings, however deep."""
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    if inside is None:
        yield value
    else:
        yield from (one for each in inside for one in _flat(each))


def _is_translated(brief: Brief, draft: str) -> bool:
    return texts.language(draft) != texts.language(" ".join([brief["topic"], *brief["points"]]))


def _is_in_another_language(brief: Brief, draft: str) -> bool:
    """Than the brief, which asks for none."""
    asked = " ".join([brief.get("text") or brief["topic"], *brief["points"]])
    found = texts.language(draft)
    return not _LANGUAGES.search(asked) and len(texts.words(draft)) >= ENOUGH_TO_TELL and found != texts.language(asked)


def _begins_with_the_instruction(brief: Brief, draft: str) -> str:
    """ "Write an e-mail to customers ..." or "This is about write an e-mail ..."."""
    asked = [brief.get("text") or brief["topic"], brief["topic"], *brief["wishes"]]
    openings = {tuple(one.split()[:3]) for one in map(texts.plain, asked) if INSTRUCTION.match(one)}
    for sentence in texts.sentences(draft):
        words = re.sub(r"^(?:subject: |this is about )+", "", texts.plain(sentence)).split()
        if tuple(words[:3]) in openings:
            return " ".join(texts.words(sentence)[:8])
    return ""


def _greets_somebody_else(brief: Brief, draft: str) -> str:
    """ "Dear Mr Jones" or "Dear Mrs Smith", where the brief names Mr Smith, or nobody; "Dear Peter", where it is to Anna."""
    stated = " ".join(map(str, _flat(brief)))
    for greeted in _GREETED.finditer(draft):
        title, name = greeted["title"], greeted["name"]
        titles = re.findall(rf"\b({'|'.join(_TITLES)})\.? (?:[A-Z][\w-]+ )?{re.escape(name)}\b", stated)
        another = title in _TITLES and titles and all(_of_men(title) != _of_men(one) for one in titles)
        if not texts.mentions(stated, name) or (another and not texts.mentions(stated, title)):
            return f"{title} {name}"
    if (to := _ADDRESSED.search(stated)) and (by_name := _BY_NAME.search(draft)):
        name = by_name["name"]
        if not texts.mentions(stated, name) and not re.fullmatch(_GROUP, name, re.IGNORECASE):
            return f"{name}, not {to['name']}"
    return ""


def _of_men(title: str) -> bool:
    return title in _TITLES_OF_MEN


def _matching(pattern: str, flags: int = 0) -> Callable[[Brief, str], str]:
    compiled = re.compile(pattern, flags | re.MULTILINE)

    def found(_: Brief, draft: str) -> str:
        match = compiled.search(draft)
        return " ".join(match[0].split()) if match else ""

    return found


_IN_WORDS = re.compile(rf"(?<![\w-])(?:{IN_WORDS})(?!\w)")
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*(?: ?[ap]\.?m\b)?")
_AFTERNOON = re.compile(r"(\d{1,2})(:\d\d)? ?p")
_SUBJECT = re.compile(r"^(?:subject|re|betreff|objet|asunto|oggetto|onderwerp)\s?:", re.IGNORECASE | re.MULTILINE)
_ADDRESS = re.compile(r"https?://[^\s<>()]+[\w/]|\bwww\.[^\s<>()]+[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_LANGUAGES = re.compile(
    r"\b(?:english|german|french|spanish|italian|dutch|portuguese|polish|turkish|chinese|japanese|korean|arabic|russian|languages?"
    r"|translat\w*|bilingual|englisch\w*|deutsch\w*|französisch\w*|spanisch\w*|italienisch\w*|anglais\w*|allemand\w*"
    r"|français\w*|espagnol\w*|italien\w*)\b",
    re.IGNORECASE,
)
ENOUGH_TO_TELL = 12
"""Words, from which on the language of a text is told."""
SHOUTED = 40  # characters
ORDINALS = {
    name: value
    for value, name in enumerate(
        re.findall(r"\w+", "first second third fourth fifth sixth seventh eighth ninth tenth"), start=1
    )
}
_TELLS = (
    r"(?:write(?: to [^,;.]{1,40}?)?? that"
    r"|(?:tell|inform|remind|notify|say|explain|mention|announce|warn|confirm|let)(?:ing)?(?: [^,;.]{1,80}?)??,? that"
    rf"|(?:ask|remind|urge|encourag|invit)(?:e|ing)?(?: (?:them|him|her|people|(?:(?:all|our|the) )*(?:\w+ )?(?:{PEOPLE})))?,? to"
    r"(?! (?:the|our|an?|this|that|my|your)\b)"
    r"|(?:sag|teil|schreib|informier|erklär|erinner|erwähn)\w*(?: [^,;.]{1,60}?)??,? dass"
    r"|(?:di[st]|dites|écri[st]|écrivez|inform|expliqu|rappel|annonc)\w*(?:[ -][^,;.]{1,60}?)?? qu(?:e |'))"
)
_TOLD = re.compile(rf"(?:^|\b(?:and|und|et|pour|to) (?:also |auch |aussi )?|[,;:] ){_TELLS}", re.IGNORECASE)
_AND_TOLD = re.compile(
    rf"(?:,|;|\b(?:and|but|und|aber|et|mais)\b)(?:,? (?:and|und|et|also|auch|aussi))* (?:{_TELLS}|that |dass |qu(?:e |'))",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|has|have|can|must|should|may|(?:cost|stay|open|start|end|begin|need|work|remain|come|get|run|include)s?"
    r"|(?:clos|tak|mov|leav|chang|arriv)es?)\b",
    re.IGNORECASE,
)
_AND_STATED = re.compile(
    r"(?:,|;|,? \band\b) (?!(?:which|who|whose|because|since|as|when|while|if|so|where|until|after|before|than|to|and|will|is|are|was"
    rf"|were|has|have|can|must|should|may)\b)(?=(?:(?!and\b)[\w'’-]+ ){{1,3}}?{_VERB.pattern})"
    r"|,? \bund (?=(?:der|die|das|unsere?|wir|ihr|sie|es|man)\b)|,? \bet (?=(?:le|la|les|nous|notre|nos|vous|il|elle|on)\b)",
    re.IGNORECASE,
)
"""Where another statement begins: "we move on 3 May, parking is free and dogs are welcome"."""
_CIRCUMSTANCE = re.compile(
    r"\W*(?:in|on|from|at|after|before|due|because|when|if|while|since|as|during|for|with|until|although|despite|thanks|starting)\b",
    re.IGNORECASE,
)
_ARTICLE = r"(?:the|our|your|an?) "
_ABOUT_SEVERAL = re.compile(
    rf"(?:^|\b(?:about|announc(?:e|ing)|introduc(?:e|ing)) )({_ARTICLE}[^.;:]+)$", re.IGNORECASE
)
_FREE = re.compile(
    r"\bfree of charge\b|\b(?:at|for) no (?:\w+ )?(?:costs?|charge)\b|\b(?:costs?|pay) (?:you )?nothing\b"
    r"|\bwithout (?:any )?(?:extra )?(?:costs?|charges?)\b|\bcomplimentary\b|\bgratis\b",
    re.IGNORECASE,
)
"""One word for what the writer may say in several."""
_READERS = re.compile(
    rf"\b(?:to|for|(?:{TELLING})(?:e|ing)?|aux?|à|an|für)(?: [\w'’-]+){{1,5}}?,? (?:who|whose|whom|deren|dessen|dont|qui)\b[^,;:]*?"
    r"(?=[,;:]|\b(?:that|about|dass)\b|$)",
    re.IGNORECASE,
)
"""Those who are written to, and what is told of them."""
_UNSEEN = "\u200b\u200c\u2060\ufeff\u00ad\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
"""Characters that show nothing and hide or reorder what stands beside them; those that join letters or emojis are not among them."""
INSTRUCTION = re.compile(rf"(?:please )?(?:(?:{WRITING}|announce|sign|something)\b|(?:{TELLING})(?:e|ing)?\b)")
_GREETING = r"^(?:Dear|Hello|Hi|Sehr geehrter?|Lieber?|Ch[eè]re?)"
_NAME = r"(?P<name>[A-ZÄÖÜ][\w'’-]+)"
_TITLES_OF_MEN = frozenset({"Mr", "Herr", "Herrn", "M", "Monsieur"})
_TITLES = _TITLES_OF_MEN | {"Mrs", "Ms", "Miss", "Frau", "Mme", "Madame"}
_GREETED = re.compile(rf"{_GREETING} (?P<title>{'|'.join(sorted(_TITLES))}|Dr|Prof)\.? {_NAME}", re.MULTILINE)
_BY_NAME = re.compile(rf"{_GREETING} {_NAME}\s*[,!:]?\s*$", re.MULTILINE)
_ADDRESSED = re.compile(
    rf"\b(?:[Ww]rite|[Rr]eply|[Aa]nswer|[Mm]ail|[Ll]etter|[Nn]ote|[Mm]essage) to (?:(?:{'|'.join(sorted(_TITLES))}|Dr|Prof)\.? )?"
    rf"(?:[A-Z][\w-]+ )?{_NAME}(?=$|[,.;:]| (?:about|that|on|to|regarding|because)\b)"
)
_GROUP = (
    rf"{PEOPLE}|all|sirs?|madam|friends?|folks|there|ladies|gentlemen|damen|herren|kund\w+|customer|colleague|neighbou?r|manager"
    r"|editor|landlord|support|service|sales|management|committee|board|council|mesdames|messieurs"
)
_THE_DRAFT = r"(?:(?:this|the) (?:draft|text|tone|wording|length|style|version|e-?mail|note|message|announcement))"
_OF_THE_DRAFT = (
    r"(?:(?:i )?hope (?:this|it) (?:meets|fits|matches|suits) your (?:requirements?|request|brief|instructions)"
    r"|(?:i )?hope (?:this|it) is what you (?:asked for|had in mind)"
    r"|(?:would you like me to|do you want me to|shall i|should i|i can (?:also )?|(?:i'm |i am )?happy to |let me know if i should )\s*"
    rf"(?:(?:shorten|lengthen|rewrite|rephrase|reword|revise|tweak|translate)(?: (?:it|this)| {_THE_DRAFT})?"
    r"(?=[ .,!?]*$| (?:if|further|so|or|into)\b)"
    rf"|(?:change|adjust|edit|expand|polish) {_THE_DRAFT}"
    rf"|make (?:it|{_THE_DRAFT}) (?:a bit |a little |even )?(?:shorter|longer|(?:more|less) \w+|friendlier|warmer|simpler|punchier))"
    r"|(?:let me know if|tell me if) (?:this|it) works(?: for you)?,? or (?:if )?(?:i should|you(?:'d| would) (?:like|prefer))"
    rf"|{_THE_DRAFT} [^.!?\n]{{0,60}}\b(?:word (?:limit|count)|your (?:brief|requirements|instructions)|as (?:you )?requested))"
)
"""What a writer says of the draft to the one who asked for it."""
FAULTS: tuple[tuple[Callable[[Brief, str], str], str], ...] = (
    (_begins_with_the_instruction, "Write the text, not the instruction"),
    (_greets_somebody_else, "Greet nobody whom the brief does not name"),
    (
        _matching(
            r"\[[A-Za-z][^\]\n]{0,40}\](?!\()|<[A-Za-z][^>\n@/]{0,40}>|\{\w[^}\n]{0,40}\}|\{\{[^}\n]{0,60}\}\}|\{%|%[A-Z_]{3,}%|\$\{\w"
            r"|_{3,}|\b(?:INSERT|ENTER|ADD|YOUR)(?: [A-Z]{2,})? (?:NAME|DATE|TIME|ADDRESS|TITLE|COMPANY|NUMBER|LINK|PLACE|PRICE"
            r"|TEXT)\b|\b(?:NAME|DATE|TIME|ADDRESS|NUMBER|LINK|PRICE|TEXT|TITLE|COMPANY)(?: GOES)? HERE\b"
            r"|\((?:[Ii]nsert|[Ee]nter|[Aa]dd|[Yy]our) [^()\n]{0,30}\b(?:name|date|time|address|e-?mail|number|link|price|title|company)\)"
            r"|^(?:Your|Company|Sender(?:'s)?|My) (?:[Ff]ull )?(?:[Nn]ame|[Tt]itle|[Pp]osition|[Cc]ompany)\W*$"
            r"|\bTBD\b|\bXXX+\b|\bXX[:./-]XX\b|\b[Ll]orem ipsum\b"
            r"|^[Dd]ear (?:[Cc]ustomer|[Cc]lient|[Rr]ecipient)(?:'s)? [Nn]ame\b"
        ),
        "Leave no placeholder",
    ),
    (
        _matching(r"^(?:dear|sehr geehrte\w*|cher|chère)\s*[,!:]?\s*$|^dear (?:an?|the|all of)\b.*$", re.IGNORECASE),
        "Say who is greeted",
    ),
    (
        _matching(
            r"\A\W*(?:sure|certainly|of course|absolutely|gern(?:e)?|bien sûr)\b(?:!|[,.:]? (?:here|below|hier|voici)\b)"
            r"|\A\W*(?:here(?:'s| is| are)|below is|hier ist|voici)\b[^.\n]{0,60}\b(?:draft|text|version|e-?mail|mail|letter|note|memo"
            r"|announcement|entwurf|texte|brouillon)\b[^.\n]{0,60}:",
            re.IGNORECASE,
        ),
        "Write the text alone, without a preface",
    ),
    (
        _matching(
            r"^\W*(?:let me know if you(?:'d| would)? (?:like|want|need) (?:me to|any (?:changes|adjustments|revisions|edits))"
            r"|(?:please )?feel free to (?:adjust|edit|modify|customi[sz]e|change)|(?:word|character) count\b|\d+ words\W*$"
            r"|(?:please )?note: (?:i|this (?:draft|text|e-?mail|version)|the (?:draft|text|e-?mail) )\b).*"
            rf"|(?:^|(?<=[.!?] )){_OF_THE_DRAFT}[^.!?\n]*[.!?]*"
            r"|\bas an? (?:AI|artificial intelligence|(?:large )?language model)\b|\bI(?:'m| am) (?:just |only )?an AI\b",
            re.IGNORECASE,
        ),
        "Write the text alone, without a word about it",
    ),
    (
        _matching(r"^\W*(?:option|draft|variante?|entwurf|version) \d\W*$|\A\s*[{\[]\s*\"", re.IGNORECASE),
        "Write one text, and nothing around it",
    ),
    (lambda _, draft: "Subject" if len(_SUBJECT.findall(draft)) > 1 else "", "Write one text"),
    (lambda _, draft: draft[:20] if draft.isupper() and len(draft) > SHOUTED else "", "Do not write in capitals"),
    (
        lambda brief, draft: "".join(draft.split("\n")[:1]) if _is_in_another_language(brief, draft) else "",
        "Write in the brief's language",
    ),
    (_matching(r"\*\*\S|^#{1,6} \S|^```|__\S[^_\n]*\S__"), "Write plain text, no Markdown"),
    (_matching(r"<!--|</[a-z]+>|<(?:br|p|div|span|b|i|strong|em)\b", re.IGNORECASE), "Write plain text, no HTML"),
    (
        lambda _, draft: "".join(sorted({hex(ord(one)) for one in draft if one in _UNSEEN})),
        "Leave out what nobody sees",
    ),
    (_matching(r"[^\n]{0,30}…\s*\Z"), "Finish the text"),
    (
        _matching(r"\w{0,20}(?<!\.)\.\.(?!\.)|\w{0,20}[,;:]\s*[.,;:](?!\S)|\w{0,20} [,.](?=\s|$)"),
        "Correct the punctuation",
    ),
    (_matching(r"\b(?!(?:had|that|very)\b)([^\W\d_]+)[ \n]+\1\b", re.IGNORECASE), "Do not say a word twice"),
    (_matching(r"(?<=[a-z]{3}[.!?] )[a-z]{2,}\b(?![.@/])\W"), "Begin a sentence with a capital"),
)


def _opens_with_a_title(draft: str) -> bool:
    parts = texts.paragraphs(draft)
    return len(parts) > 1 and len(texts.words(parts[0])) <= 12 and not parts[0].endswith((".", ",", ";"))


def _greets(draft: str) -> bool:
    """In any language: a short line near the top that ends in a comma, an exclamation mark, or a colon; or a plain "Hello"."""
    return any(
        re.fullmatch(
            r"(?!subject\b)\S+(?: \S+){0,9}[,!:]|(?:dear|hello|hi|good (?:morning|day|afternoon))\b[^.]{0,80}",
            line.strip(),
            re.I,
        )
        for line in draft.splitlines()[:5]
    )


def _says_goodbye(draft: str) -> bool:
    """In any language: the last lines are short and not a sentence, or thank the reader."""
    last = texts.paragraphs(draft)[-1:]
    first = last[0].splitlines()[0] if last else ""
    return bool(re.search(r"\bthank(?:s| you)\b|\b(?:regards|wishes)\b", texts.plain(first))) or (
        0 < len(texts.words(first)) <= 6 and not re.search(r"[.?:]$", first)
    )


def _ends_whole(draft: str) -> bool:
    """The last sentence was not cut off; a farewell or a name may stand after it. A list needs no full stop."""
    parts = texts.paragraphs(draft)[-2:]
    return any(re.search(r"[.!?][\"')\]]*$", part) or re.match(r"[-*•]\s", part) for part in parts)


def _has_short_paragraphs(draft: str) -> bool:
    return all(len(texts.words(part)) <= texts.LONG_PARAGRAPH for part in texts.paragraphs(draft))


EVERYWHERE = (
    (_ends_whole, "End with a whole sentence."),
    (_has_short_paragraphs, f"Break paragraphs of more than {texts.LONG_PARAGRAPH} words."),
)


STRUCTURE: dict[str, tuple[tuple[Callable[[str], bool], str], ...]] = {
    "announcement": ((_opens_with_a_title, "Open with a short title on a line of its own."), *EVERYWHERE),
    "mail": (
        (_greets, "Greet the reader on a line of its own."),
        (_says_goodbye, "End with a farewell."),
        *EVERYWHERE,
    ),
    "note": EVERYWHERE,
}


def _body(draft: str) -> str:
    """Without the subject, titles, the greeting and the farewell: its sentences and paragraphs are those that are counted."""
    whole = [
        part for part in texts.paragraphs(draft) if re.search(r"[.!?][\"')\]]*$", part) or re.match(r"[-*•]\s", part)
    ]
    return "\n\n".join(whole)


COUNTS: dict[str, Callable[[str], int]] = {
    "words": lambda draft: len(texts.words(draft)),
    "sentences": lambda draft: len(texts.sentences(_body(draft))),
    "paragraphs": lambda draft: len(texts.paragraphs(_body(draft))),
    "characters": lambda draft: len(draft.strip()),
}


def _listed(terms: Sequence[str]) -> str:
    return ", ".join(f'"{term}"' for term in terms)
