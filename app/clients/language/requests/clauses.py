"""The clauses of a message about money, and what each does: every one has to be of a known kind, or the message is no plain request.

A request pays only when nothing in the message is left over: each clause asks for the money, names the order, an amount or
an address, says what is wrong with the thing, refuses something else, or is a courtesy. Whatever else a message says, it is
asked about.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from app.clients.language.demand import MAIL, ORDER, SUM, references
from app.clients.language.order_ids import order_ids
from app.clients.language.plain_spelling import clean, is_misspelt
from app.clients.language.quoting import own_words
from app.clients.language.requests.afterthoughts import stands_behind, tells_a_defect
from app.clients.language.requests.complaints import complaint
from app.clients.language.requests.courtesies import (
    introduced,
    is_aside,
    is_asking_label,
    is_closing,
    is_courtesy,
    is_firm,
    is_label,
    is_name,
    is_signature,
    is_slip,
    is_yes,
    keeps_order,
    means_order,
    refuses_else,
)
from app.clients.language.requests.request_forms import asks, asks_politely, is_topic
from app.clients.language.word_lists import pairs

SO = ("please", "pls", "plz")
LONGEST = 2000  # characters: who asks for money plainly does it in fewer
MOST_JOINTS = 12  # in a part of a sentence
KEPT = 256
"""How many texts are remembered: one message is asked about many times, and its clauses are."""
_GREETINGS = ("hi", "hello", "hey", "good morning", "good evening")
_NAMED = ("name", "customer")
MOST_NAMES = 3  # a person, a department and a firm

Kind = Literal[
    "request",
    "topic",
    "detail",
    "reason",
    "doubt",
    "courtesy",
    "name",
    "aside",
    "refusal",
    "keeps",
    "means",
    "slip",
    "label",
    "yes",
    "other",
]
"""`topic`: a heading, "Refund for 12346". `doubt`: "I changed my mind". `keeps`: an order that is left out. `means`: the
order that was meant instead of the one before. `label`: the name of a field in a form."""


class Clause(NamedTuple):
    text: str
    kind: Kind
    ends_line: bool = False


_SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\w))+[.!?;\n]*")
_PARTS = re.compile(r"(,(?!\d)|[:()]| - )")
_JOINT = re.compile(
    r"\b(?:but|because|since(?! day (?:1|one)\b)|however|although|though|as|and|so|therefore|then|which|that|who)\b(?! (?:well|soon))"
    r"|(?<=\s)(?=(?:i|it|they|we|this|these|please|pls|plz|my|the|can|could|thanks|thank|thx|item|product|parcel)\b)"
    r"|(?<=\s)(?=wrong (?:colou?r|size|item|product|one|model|thing)\b)"
    r"|(?<=\s)(?<!\bno )(?<!\bnot )(?<!\bto )(?<!\bever )(?=(?:refund|reimburse) (?:it|me|us)\b)"
)
"""Where a part of a sentence may go on with another clause, with a conjunction or without one."""

_HANGS = re.compile(
    r"\b(?:but|because|since|however|although|though|as|so|therefore|then|which|that|who)(?: (?:for|to|of|only|not))*\s*$"
)
"""What may not stand right before an order: "all but 12346"."""

_DANGLES = re.compile(
    r"\b(?:but|because|since|however|although|though|as|or|if|unless|when)\b(?! (?:well|soon))"
    r"[\W_]*(?:(?:please|thanks|thank you)[\W_]*)?$|\band[\W_]*(?:please[\W_]*)?$"
)
"""A sentence that breaks off where an exception or a reason would follow."""

_ORDINARY = re.compile(r"(?:[\w\s.,!?';:()$€£¥%&+@-]|#(?=\s?[a-z\d])|(?<=\w)/(?=\w))*")
"""A message with any other sign (quotation marks, bars, boxes, arrows) may quote somebody: it is asked about."""

_UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
"""Letters and turns of the line that are not shown."""

_KIND_FACES = re.compile(
    "[\U0001f44b\U0001f64f\U0001f60a\U0001f642\U0001f600\U0001f603\U0001f604\U0001f622\U0001f61e-\U0001f621\U0001f62d\U0001f615\U0001f641\U0001f614\U0001f616"
    "\U0001f623-\U0001f625\U0001f629\U0001f62b\U0001f97a\U0001f494\u2639\u2764\ufe0f]|(?<=\\s):'?-?[()](?=\\s|$)"
)
"""Faces that ask, thank or complain; any other may take back what it stands behind."""

_STRAY_SIGN = re.compile(
    r"\(\s*\??\s*\)|\((?![^()\n]*\))|!\s?\(|(?<![\w!])!\w|^\s*(?:[!?%:>*]|\.\.|[$€£](?!\s?\d))"
    r"|\+(?!\s?\d)|(?<!\d)(?<!\d )%|\d{4} ?%|\d\s?\.{2,}\s?\d",
    re.MULTILINE,
)
"""Signs that tick, deny, ask or count: "(?)", "! 12346", "12346+", "12345..12348"."""
_LEFT_OPEN = re.compile(
    r"\b(?:as|so) (?:long|far|much) as\b|\bas (?:though|if)\b|\b(?:who|which|why|how)\W*$"
    r"|\b(?:all|everything|anything|whatever|those|ones) (?:that |which |what )"
    r"(?:is|are|was|were|arrived|came|does|do|did|has|have|broke|leaks?)\b"
    r"|\brefund (?:me )?(?:for )?(?:\S+ )?(?:the )?(?:damaged|broken|faulty|defective|wrong|missing) "
    r"(?:items?|ones?|things?|parts?|pieces?)\b",
    re.MULTILINE,
)
"""A condition without "if", a question that breaks off, a part that nobody has named."""
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_TAKEN_BACK = re.compile(
    r"^[ \t]{0,3}-{2,}[ \t]*\n[\W_]*(?:but|only|not|no|nope|never|don'?t|do not|if|unless|except|however|wait)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A text below a line of dashes that is no signature."""

_INTRODUCES = re.compile(r"(?:just )?(?:fyi|for your information|to let you know|example|e g|for example|note)")
_FACE = re.compile(r"[:;]\s?-?[()]")
"""A wink may take back what it stands behind."""

_DETAIL = re.compile(
    r"(?:(?:i am )?(?:writing|contacting you|getting in touch)(?: to you)? (?=about|regarding|concerning|with r|in r))?"
    rf"(?:(?:for|about|regarding|concerning|with regard to|with respect to|in regard to|it is|this is|"
    r"here is|that is|the|my|our|order|number|id|e-?mail|mail|address|is|was|"
    rf"with|under|of|on|amount|please|sorry|ok|okay|so|well|oh|yes|hi|hello) )*+(?:{ORDER}|{MAIL}|{SUM})"
    rf"(?: (?:and|{ORDER}|{MAIL}|{SUM}|order|for|my|our|email|e-mail|address|is|mail|the|number|please|thanks|thank you|of course))*+"
    rf"|(?:i|we) (?:have )?paid {SUM} (?:for|on) (?:it|this|that|them|(?:(?:my|the) )?(?:order )?{ORDER})|paid {SUM}"
)
_CHOICE = re.compile(
    r"(?:please |ok |the |in )*+(?:(?:first|second|third|last|latter|former|other)(?: one| order)?|both(?: of them| orders)?|"
    r"full(?: amount| price| sum)?|whole (?:amount|thing|order|sum|price)|all of it|everything|all)(?: please)?"
    r"|(?:back )?(?:to|on|onto) (?:my|the) (?:original |same )?(?:card|account|payment method|method of payment)"
    r"(?: (?:please|i paid with))*+"
)
_IN_BRACKETS = re.compile(r"\(((?:order |number |no |nr |#)*+[a-z]{0,3}-?\d[\d-]{3,20})\)")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_WORD = re.compile(r"(?<![\w'@.-])[a-z]{4,9}(?![\w'@-]|\.\w)")
_NEEDED = ("refund", "please", "order", "money", "broken", "damaged", "received", "arrived")
_OF_REFUNDS = re.compile(r"\b(?:refund|money|reimburse|repay|chargeback|credit)")
_POLITE_IF = re.compile(
    r"\bif (?:possible|you (?:can|could|may|would|please|do not mind)(?=\W*(?:$|[,.!\n:]|today|please))"
    r"|that is (?:still )?(?:ok|okay|fine|possible)|(?:it|this) is (?:still )?possible"
    r"|(?:it|that|this) is not too much (?:trouble|hassle|to ask)|i may)(?: today)?\b"
)


_LABELLED = re.compile(r"(?<=\w )(order (?:number|no|nr|id)): ?(?=#?\d{4})")
_NUMBERED = re.compile(r"(?:^|(?<=[\s:;.]))\(?\d{1,2}\) (?=[a-z])")
"""The number of an item: "1) please refund 12346"."""
_REF = re.compile(r"\bref\. ?(?=order|#|\d)")
_INITIAL = re.compile(r"(?<=[\s,])([a-z]|mrs?|ms|dr|prof)\. (?=[^\W\d_]{2,20}\W*$)")
"""Of a name at the end: "yours sincerely, E. Mountford"."""
_SENT_FROM = re.compile(r"(?<=[.!?] )sent from my [a-z][a-z\d ]{1,30}\W*$")


@lru_cache(KEPT)
def spelt(message: str) -> str:
    """Lower case, one kind of apostrophe and blank, contractions written out, the commonest slips mended."""
    text = _INITIAL.sub(r"\1 ", _SENT_FROM.sub("", _REF.sub("regarding ", clean(message).lower())))
    for short, long in pairs("spellings", "short forms").items():
        text = re.sub(rf"\b{short}\b" if short[0] != "n" else short, long, text)
    text = _LABELLED.sub(r"\1 ", _NUMBERED.sub(" ", text))
    text = re.sub(
        r"\border_?(?=\d{4})", "order ", re.sub(r"\bno\. ?(?=#?\d)|(?<=\border )no (?=#?\d)", "number ", text)
    )
    text = _IN_BRACKETS.sub(r" \1 ", text)
    return _WORD.sub(_mended, _STRETCHED.sub(r"\1", re.sub(r"[ \t]+", " ", text)))


def _mended(word: re.Match[str]) -> str:
    """A slip of one letter in the words that a request cannot do without."""
    return next((meant for meant in _NEEDED if is_misspelt(word.group(), meant)), word.group())


def clauses(message: str) -> list[Clause]:
    """The customer's own words in small letters, clause by clause; one "other" for a message too long or with odd signs."""
    return list(_clauses(message))


@lru_cache(KEPT)
def _clauses(message: str) -> tuple[Clause, ...]:
    raw = own_words(message)[0]  # what stands behind many blanks counts as well
    own = spelt(_KIND_FACES.sub(" ", raw[: LONGEST + 1]))
    is_odd = (
        _UNSEEN.search(raw)
        or not _ORDINARY.fullmatch(own)
        or _FACE.search(own)
        or _STRAY_SIGN.search(own)
        or _LEFT_OPEN.search(own)
    )
    if len(raw) > LONGEST or is_odd or is_taken_back(message[:LONGEST]):
        return (Clause(own, "other"),)
    found: list[Clause] = []
    for sentence in _SENTENCE.findall(without_politeness(own)):
        said = list(_of_sentence(sentence))
        found += [*said[:-1], *(last._replace(ends_line="\n" in sentence) for last in said[-1:])]
        if _DANGLES.search(sentence):
            found.append(Clause(sentence.strip(), "other"))
    return tuple(_unwritten(clause, raw) for clause in _in_context(found))


def _unwritten(clause: Clause, raw: str) -> Clause:
    """A name of several words that is not written like one, "Ada withdrawn", says something."""
    words = re.findall(r"[^\W\d_]+", clause.text)
    if clause.kind != "name" or len(words) < 2 or not is_name(" ".join(words)):
        return clause
    written = re.search(r"[\W\d_]+".join(words), raw, re.IGNORECASE)
    parts = re.findall(r"[^\W\d_]+", written.group()) if written else []
    is_written = bool(parts) and all(part[0].isupper() and _LATIN.fullmatch(part) for part in parts)
    return clause if is_written else clause._replace(kind="other")


def without_politeness(text: str) -> str:
    """The text without "if possible", "if it is not too much trouble": no conditions."""
    return _POLITE_IF.sub(" ", text)


def is_taken_back(message: str) -> bool:
    """Whether what stands below a line of dashes goes on with the message."""
    return _TAKEN_BACK.search(message) is not None


def orders(found: list[Clause], kind: Kind) -> list[str]:
    """The order numbers in the clauses of a kind."""
    return [one for clause in found if clause.kind == kind for one in references(clause.text).order_ids]


def all_read(found: list[Clause], message: str) -> bool:
    """Whether each number that a clause takes for an order is one in the whole message, too: in "refund 12372, 4000" it is not."""
    ids = order_ids(own_words(message)[0])
    return all(one in ids for clause in found for one in references(clause.text).order_ids)


def asks_plainly(found: list[Clause]) -> bool:
    """Whether a clause is a request, whatever else the message says."""
    return any(clause.kind == "request" for clause in found)


def things(found: list[Clause]) -> list[str]:
    """The nouns of the reasons that only the order can confirm: "my carafe is broken" concerns it, "my son is late" does not."""
    reasons = [complaint(bare_words(clause.text)) for clause in found if clause.kind == "reason"]
    return [noun for reason in reasons if reason for noun in reason.things]


def names(found: list[Clause]) -> list[str]:
    """Who the writer says they are."""
    told = (bare_words(clause.text) for clause in found if clause.kind == "name")
    return [introduced(words) or words for words in told]


def is_detail(message: str) -> bool:
    """Nothing but an order, an address, an amount or a choice, and courtesies: an answer to what we have asked."""
    kinds = {clause.kind for clause in clauses(message)}
    is_corrected = "slip" not in kinds or "means" in kinds  # "12346, sorry, wrong order"
    return (
        is_corrected
        and not kinds.isdisjoint({"detail", "means"})
        and kinds <= {"detail", "means", "slip", "courtesy", "yes"}
    )


@lru_cache(KEPT)
def bare_words(part: str) -> str:
    """The clause without marks, every order, address and amount in it as one word. A number that is none of these stays."""
    words = " ".join(re.sub(r"[^\w' -]", " ", references(part).words).split())
    words = re.sub(rf"\b(?:(?:number|nr|ids?|order) )+(?={ORDER}\b)", "", words)
    several = (
        rf"{ORDER}(?: (?:and (?:also )?)?(?:(?:order|number|for) )*{ORDER})+"
        if " and " in f" {words} "
        else rf"{ORDER}"
    )
    return re.sub(several, ORDER, re.sub(rf"\banother (?={SUM}\b)", "", words))


def _of_sentence(sentence: str) -> Iterator[Clause]:
    *pieces, last = _PARTS.split(sentence)  # each part but the last one with the mark behind it
    parts = [
        (part, mark) for part, mark in zip([*pieces[::2], last], [*pieces[1::2], ""], strict=True) if bare_words(part)
    ]
    asked = [part for part, _ in parts if not is_courtesy(bare_words(part))][-1:] if "?" in sentence else []
    for part, mark in parts:
        said = _of_part(part, is_question=part in asked)
        if sentence.lstrip().startswith("- ") and part is parts[0][0]:
            said[0] = said[0]._replace(text=f"- {said[0].text}")  # what stands behind a line is a name
        introduces = mark == ":" and (  # "wrong button: please refund it", "FYI: refund 12346"
            said[-1].kind in ("reason", "doubt") or _INTRODUCES.fullmatch(bare_words(said[-1].text))
        )
        is_bare_label = mark != ":" and said[-1].kind == "label"
        yield from [*said[:-1], said[-1]._replace(kind="other")] if introduces or is_bare_label else said


def _of_part(part: str, *, is_question: bool) -> list[Clause]:
    """The part as one clause, or as several where all of them are of a known kind."""
    whole = Clause(part.strip(), _kind(bare_words(part), is_question=is_question))
    if whole.kind != "other":
        return [whole]
    joints = [(0, 0), *((joint.start(), joint.end()) for joint in _JOINT.finditer(part)), (len(part), len(part))]
    if not 2 < len(joints) <= MOST_JOINTS:
        return [whole]
    return _split(part, joints, is_question=is_question) or [whole]


def _split(part: str, joints: list[tuple[int, int]], *, is_question: bool) -> list[Clause]:
    """The clauses between some of the joints that leave nothing over, the longest first; [] when there are none."""
    ways: list[list[Clause] | None] = [[], *(None for _ in joints[1:])]
    for end in range(1, len(joints)):
        for begin in range(end):
            before = ways[begin]
            text = part[joints[begin][1] : joints[end][0]].strip()
            if before is None or ways[end] is not None:
                continue
            words = bare_words(text)
            is_asked = is_question and end == len(joints) - 1
            kind = _kind(words, is_question=is_asked) if words else "courtesy"
            if _hangs(part[: joints[begin][1]], kind, words, before):
                kind = "other"
            if (
                kind in ("doubt", "other")
                and part[slice(*joints[begin])] in ("which", "that")
                and complaint(f"it {words}")
            ):
                kind = "reason"  # of the order, not of the money
            if kind not in ("other", "topic"):
                ways[end] = [*before, *([Clause(text, kind)] if words else [])]
    return ways[-1] or []


def _hangs(text: str, kind: Kind, words: str, before: list[Clause]) -> bool:
    """Whether the words before hang an order, an amount or a request on themselves: "all but 12346", "it is wrong that ..."."""
    joined = text.split()[-1:]
    if kind == "request":
        is_told = bool(before) and before[-1].kind == "courtesy"  # "I would like to inform you that I want a refund"
        return joined in [["that"], ["which"], ["who"]] and not is_told
    is_bare = words in (ORDER, SUM, MAIL) and joined == ["and"]
    return kind == "detail" and (is_bare or bool(_HANGS.search(text)))


def _kind(words: str, *, is_question: bool) -> Kind:
    if asks_politely(words):
        return "request"
    if is_question:
        return "aside" if is_aside(words) or (words.startswith("how are you") and is_courtesy(words)) else "other"
    if asks(words):
        return "request"
    if _DETAIL.fullmatch(words) or _CHOICE.fullmatch(words):
        return "detail"
    reason = None if _OF_REFUNDS.search(words) or is_courtesy(words) else complaint(words)
    kinds: tuple[tuple[Kind, bool], ...] = (
        ("keeps", keeps_order(words)),
        ("means", means_order(words)),
        ("slip", is_slip(words)),
        ("refusal", refuses_else(words)),
        ("doubt", reason is not None and not reason.is_clear),
        ("reason", reason is not None),
        ("yes", is_yes(words)),
        ("courtesy", is_courtesy(words)),
        ("name", bool(introduced(words))),
        ("label", is_label(words)),
        ("topic", is_topic(words)),
    )
    return next((kind for kind, fits in kinds if fits), "other")


def _in_context(found: list[Clause]) -> list[Clause]:
    """Clauses that their neighbours explain: a name behind a closing, what a form asks for, a change of mind before a request."""
    found = _signed(found)
    read = [
        clause._replace(kind=_beside(before, clause, found[at + 1 :]))
        for at, (before, clause) in enumerate(zip([Clause("", "courtesy"), *found], found, strict=False))
    ]
    if not asks_plainly(read):
        return read
    first = next(at for at, clause in enumerate(read) if clause.kind == "request")
    return [clause._replace(kind=_at_the_side(clause, at - first)) for at, clause in enumerate(read)]


def _at_the_side(clause: Clause, place: int) -> Kind:
    """In front of the request what may be meant of it is a reason; behind it only what names the thing."""
    words = bare_words(clause.text)
    if place == -1 and words.startswith(("i wanted", "we wanted")):  # "I wanted to say: I want a refund"
        return "other"
    if clause.kind not in ("doubt", "reason"):
        return clause.kind
    return "doubt" if place > 0 and not stands_behind(words) else "reason"


def _signed(found: list[Clause]) -> list[Clause]:
    """Up to three names behind a closing at the end: the writer's, and firms: "best regards, Ada Byron, Nordberg AB"."""
    names = 0
    while names < min(MOST_NAMES, len(found)) and _may_be_a_name(found[-1 - names]):
        names += 1
    closing = found[-1 - names] if 0 < names < len(found) else None
    if closing is None or closing.kind != "courtesy" or not is_closing(bare_words(closing.text)):
        return found
    first, *others = found[-names:]  # a person, or a firm; then firms
    is_of_a_firm = is_firm(first.text.strip(" .!-\n"))
    signer = first._replace(kind="courtesy" if is_of_a_firm else "name")
    return [*found[:-names], signer, *(one._replace(kind=_kind_below(one)) for one in others)]


def _kind_below(clause: Clause) -> Kind:
    """Below the writer's name: a firm, or one more name that has to fit the address."""
    return "courtesy" if is_firm(clause.text.strip(" .!-\n")) else "name"


def _may_be_a_name(clause: Clause) -> bool:
    return clause.kind == "other" and (is_name(name := clause.text.strip(" .!-\n")) or is_firm(name))


def _says_so(words: str, before: Clause, following: list[Clause]) -> bool:
    """ "Refund request", "refund, please"; "order 12346, refund. Thank you"; "Refund for order 12346: it arrived broken"."""
    next_words = bare_words(following[0].text) if following else ""
    reasons = [bare_words(clause.text) for clause in (before, *following) if clause.kind in ("reason", "doubt")]
    if reasons or any(clause.kind == "aside" for clause in following):  # of the thing, or of a refund that is under way
        return any(map(tells_a_defect, reasons))
    is_note = before.kind == "detail" and " for " not in words and is_closing(next_words)
    return "request" in words or next_words.partition(" ")[0] in SO or is_note


def _beside(before: Clause, clause: Clause, following: list[Clause]) -> Kind:
    words, words_before = bare_words(clause.text), bare_words(before.text)
    name = clause.text.strip(" .!-\n")
    is_end = all(one.kind in ("courtesy", "name") for one in following)
    is_labelled = before.kind == "label"
    is_asked_for = is_asking_label(words_before)
    match clause.kind:
        case "topic" if is_asked_for or (not is_labelled and _says_so(words, before, following)):
            return "request"
        case "request" if is_labelled and not is_asked_for:
            return "topic"
        case "detail" if before.kind == "slip" and ORDER in words:
            return "means"
        case "other" if is_end and is_closing(words_before) and (is_name(name) or is_firm(name)):
            return "courtesy" if is_firm(name) else "name"
        case "other" if not following and (before.ends_line or clause.text.startswith("-")) and is_name(name):
            return "name"
        case "other" if is_labelled and words_before.endswith(_NAMED) and is_name(name):
            return "name"
        case "other" if words_before in _GREETINGS and introduced(f"{words_before} {words}"):
            return "name"
        case "other" if is_end and is_signature(name):
            return "courtesy"
        case "other" if is_labelled and complaint(f"it is {words}"):
            return "reason"
    return clause.kind
