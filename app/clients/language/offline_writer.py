"""The offline writer: lays out what a brief says, and adds nothing.

    announce the new return window, to customers; point: sale items are excluded
    -> a title, "Dear customers,", "We are announcing the new return window. Sale items are excluded."

A brief that takes more than that (words to be found, another language, wishes about how it is written) needs a model.
"""

import re

from nodes import texts
from nodes.ports.errors import NotConfigured
from nodes.ports.language import Brief
from nodes.writing.briefs import PEOPLE, TELLING, WRITING

FAREWELL = "Kind regards"
SENTENCES_OF_A_PARAGRAPH = 4
_LEADS: tuple[tuple[str, str], ...] = (
    # what the topic says -> how it is said to the reader
    (
        r"(?:announce|tell|inform|notify|advise|write|say|let)(?: them)?(?: know)?(?:,? that|:)? "
        rf"(?!(?:{PEOPLE}) )(?P<statement>.+)",
        "{0}.",
    ),
    (r"remind(?:ing)?(?: them)? that (?P<statement>.+)", "Please remember that {0}."),
    (r"warn(?: them)? that (?P<statement>.+)", "Please be aware that {0}."),
    (r"confirm(?:ing)?(?: that)? (?P<statement>.+)", "We confirm that {0}."),
    (r"(?P<statement>.+)", "{0}."),
    (r"announc(?:e|ing) (?P<thing>.+)", "We are announcing {0}."),
    (r"introduc(?:e|ing) (?P<thing>.+)", "We are introducing {0}."),
    (r"launch(?:ing)? (?P<thing>.+)", "We are launching {0}."),
    (r"confirm(?:ing)? (?P<thing>.+)", "We confirm {0}."),
    (r"remind(?:ing)? (?:about|of) (?P<thing>.+)", "This is a reminder about {0}."),
    (r"(?:notify|inform) (?:about|of) (?P<thing>.+)", "This is to let you know about {0}."),
    (r"warn(?:ing)? (?:about|of) (?P<thing>.+)", "Please be aware of {0}."),
    (r"remind(?:ing)? to (?P<action>.+)", "Please remember to {0}."),
    (r"(?:ask|urge|tell)(?:ing)? to (?P<action>.+)", "Please {0}."),
    (r"(?:ask|urge|tell|warn|remind) not to (?P<action>.+)", "Please do not {0}."),
    (r"encourag(?:e|ing) to (?P<action>.+)", "We encourage you to {0}."),
    (r"invit(?:e|ing) to (?P<action>.+)", "You are invited to {0}."),
    (r"welcom(?:e|ing) to (?P<action>.+)", "Welcome to {0}."),
    (r"thank(?:ing)? for (?P<action>.+)", "Thank you for {0}."),
    (r"apologi[sz](?:e|ing) for (?P<thing>.+)", "We apologise for {0}."),
    (r"congratulat(?:e|ing) on (?P<action>.+)", "Congratulations on {0}."),
)
_VERBS = "open|close|move|start|begin|end|take|cost|come|run|get|change|arrive|leave|stay|ship|pay|accept|receive|work|apply|need"
_VERB = re.compile(
    r"(?<!to )\b(?:is|are|was|were|will|can|cannot|can't|has|have|must|(?-i:may)|should|does|don't|doesn't|won't|no longer"
    rf"|(?:we|you|they|it)'(?:re|ll|s|ve)|(?:{_VERBS})s (?:on|at|in|from|until|with|within|again|only|by|open|[\d$€£])"
    rf"|moves to|(?<=we )(?:{_VERBS})|(?<=you )(?:{_VERBS})|(?<=s )(?:{_VERBS}) (?:on|at|from|by|until|within|[\d$€£]))\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    rf"(?:^|[,;:] (?:and |but )?|\band )(?:{WRITING}|(?:{TELLING})(?:e|ing)?|answer|announce|give|use (?:bullet|emoji)"
    r"|(?:could|can) you|(?:we|i) (?:need|want|are looking for|would like)|something)\b|\bwithout \w+ing\b|, no \w+$",
    re.IGNORECASE,
)
_NO_SUBJECT = re.compile(
    r"[,;:]|\b(?:that|which|who|whose|how|what|why|when|where|if)\b|^(?:of|about|on|for|to|at|in|by|not|says?)\b",
    re.IGNORECASE,
)
_THIRD_PERSON = re.compile(r"\b(?:they|them|their|theirs|he|she|him|his|her|hers)\b", re.IGNORECASE)
_YOURS = {"their": "your", "theirs": "yours", "them": "you", "they": "you"}
_BEFORE_THE_THING = re.compile(
    r"^(?:(?:announc|introduc|launch|confirm)\w* |(?:invit|welcom|remind|warn|apologi[sz]|congratulat)\w* (?:to|about|of|for|on) )?"
    r"(?:(?:the|an?|our) )?",
    re.IGNORECASE,
)
_OTHER_LANGUAGE = re.compile(
    r"\b(?:in|into) (?:german|french|spanish|italian|dutch|portuguese|polish|turkish|chinese|japanese|korean|arabic)\b|\btranslat",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:pages?|web ?sites?|sites?|links?|faqs?|guides?|portal|handbook|calendar)$|^https?:|\w\.[a-z]{2,7}/\S*$", re.I
)
_ADDRESS = re.compile(r"\S+@\S+\.\w+$")


def draft(brief: Brief) -> str:
    """The text, the same every time. Raises NotConfigured for a brief that takes a model."""
    _refuse_what_takes_a_model(brief)
    topic = brief["topic"]
    lead = _lead(brief) if topic else ""
    if not lead and not (brief["points"] and (not topic or _is_a_title(topic))):
        raise _needs_a_model(f'no sentence can be made of "{topic[:80]}"')
    listed = brief["points"] if _is_a_list(brief["points"]) else []
    told = [one for one in (lead, *(map(_sentence, brief["points"]) if not listed else ())) if one]
    items = "\n".join(f"- {_raised(one.rstrip('.'))}" for one in listed)
    greeting = f"Dear {brief['audience']}," if brief["audience"] else "Hello," if brief["kind"] == "mail" else ""
    pointers = _pointers(brief, " ".join([*told, items]))
    before, after = (told, pointers) if items else ([*told, *pointers], [])
    parts = (_headline(brief), greeting, *_paragraphs(before), items, *_paragraphs(after), _farewell(brief))
    return "\n\n".join(part for part in parts if part)


def _paragraphs(sentences: list[str]) -> list[str]:
    step = SENTENCES_OF_A_PARAGRAPH
    return [" ".join(sentences[at : at + step]) for at in range(0, len(sentences), step)]


def _refuse_what_takes_a_model(brief: Brief) -> None:
    given = " ".join([brief.get("text", ""), brief["topic"], *brief["points"]])
    if texts.language(given) != "en" or _OTHER_LANGUAGE.search(given):
        raise _needs_a_model("it is not, or not only, in English")
    for wish in brief["wishes"]:
        if not re.match(r"(?:do not|don't|never|no)\b", wish, re.IGNORECASE):
            raise _needs_a_model(f'"{wish[:80]}" is an instruction to a writer')


def _needs_a_model(why: str) -> NotConfigured:
    return NotConfigured(
        f"This brief needs a model: {why}, and the offline writer only lays out what a brief states. Set SWITCHBOARD_MODEL "
        "(with OPENAI_API_KEY or OPENAI_BASE_URL) and resume the thread, or give a file whose `points` are the sentences to say."
    )


def _lead(brief: Brief) -> str:
    """The topic said to the reader; "" when no pattern fits it as a whole."""
    topic = re.sub(
        r"^(?:please |kindly |to |we (?:want|need|would like) to )+", "", brief["topic"], flags=re.IGNORECASE
    )
    for pattern, said in _LEADS:
        match = re.fullmatch(pattern, topic, re.IGNORECASE | re.DOTALL)
        if match and (told := _told(match[1], match.lastgroup or "")):
            return _sentence(said.format(re.sub(r"(, (?:and |but )?| and | but )that (?=\w+ )", r"\1", told)))
    return ""


def _told(words: str, kind: str) -> str:
    """The words if they can be said to the reader as they are, and their pronouns with them; else ""."""
    if _INSTRUCTION.search(words) or (kind == "statement" and not _is_statement(words)):
        return ""
    if kind == "thing" and "," in words and _VERB.search(words):
        return ""
    if not _THIRD_PERSON.search(words):
        return words
    if kind == "thing" or re.search(rf"\b(?:{PEOPLE}|he|she|him|his|her|hers)\b", words, re.IGNORECASE):
        return ""
    if kind == "statement" and not words.lower().startswith(("they ", "their ")):
        return ""
    return _THIRD_PERSON.sub(lambda found: _YOURS[found[0].lower()], words)


def _is_statement(words: str) -> bool:
    """Whether a finite verb comes after its subject, and not in a relative clause only."""
    verb = _VERB.search(words)
    subject = words[: verb.start()] if verb else ""
    return bool(verb and (subject or "'" in verb[0])) and not _NO_SUBJECT.search(subject)


def _is_a_title(topic: str) -> bool:
    return 0 < len(topic.split()) <= 10 and not (
        _INSTRUCTION.search(topic) or _VERB.search(topic) or _THIRD_PERSON.search(topic)
    )


def _headline(brief: Brief) -> str:
    """For an announcement, a mail and a list, the thing itself: "announce the new return window" -> "New return window"."""
    thing = _raised(_BEFORE_THE_THING.sub("", brief["topic"]))
    title = (
        thing if _is_a_title(thing) and not re.search(rf"^not |{_VERB.pattern}|{_THIRD_PERSON.pattern}", thing) else ""
    )
    if brief["kind"] == "mail":
        first = next((one for one in (title, _lead(brief), *brief["points"]) if 0 < len(one.split()) <= 14), "")
        return f"Subject: {_raised(first.rstrip('.'))}" if first else ""
    if brief["kind"] == "announcement":
        return title or "Announcement"
    return title if _is_a_list(brief["points"]) or not _lead(brief) else ""


def _is_a_list(points: list[str]) -> bool:
    return any(len(one.split()) <= 3 and not re.search(r"[.!?]$|:", one) for one in points)


def _pointers(brief: Brief, said: str) -> list[str]:
    """Where to look or write, for pages and addresses that have to be mentioned; of other terms nothing is known to say."""
    missing = [term for term in brief["must_mention"] if not texts.mentions(said, term)]
    places = [term if re.search(r"^[A-Z]|[/.:]", term) else f"the {term}" for term in missing if _PLACE.search(term)]
    addresses = [term for term in missing if _ADDRESS.search(term)]
    told = ("For more, see", " and ".join(places)), ("For questions, write to", " or ".join(addresses))
    return [f"{opening} {named}." for opening, named in told if named]


def _farewell(brief: Brief) -> str:
    signature = brief.get("signature", "")
    if re.match(
        r"(?:\w+ )?(?:regards|wishes|sincerely|faithfully|thanks|thank you|cheers)\b", signature, re.IGNORECASE
    ):
        return signature
    return "\n".join(one for one in (FAREWELL if brief["kind"] == "mail" else "", _raised(signature)) if one)


def _sentence(text: str) -> str:
    said = _raised(" ".join(text.split()).strip(" ,;"))
    return said if re.search(r"[.!?][\"')\]]*$", said) else f"{said.rstrip(':')}."


def _raised(text: str) -> str:
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() and not re.search(r"[@/.]\w", first) else text
