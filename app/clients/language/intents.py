"""Which of the four intents a message has: the strongest evidence decides, more evidence breaks a tie.

The evidence is phrases with a rank, one file per intent in data/evidence:

    10  says so in as many words, and overrides everything below ("i do not want a refund", "in what cases can i ...")
     9  wants this money back, or asks about the refund under way
     8  asks for a rule by name: a policy, a fee for cancelling, a guarantee
     7  mentions money back in any other way; asks a question that names an action ("how do i change my pin")
     6  asks for an action that only a colleague can do, or complains
     5  asks where something is or when it comes; reports that something of theirs does not work
     4  asks how the business works; says that a thing is broken
     3  hints
     2  the shape of a question about the business, and nothing more

The order is the policy: money back outranks a late parcel ("it never came, i want my money back"), an action outranks
the parcel it is about ("cancel the order that has not come"), a rule outranks the thing it is a rule for.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from app.clients.language.acts import act_of, commands, mentions_refund
from app.clients.language.amounts import stated
from app.clients.language.awaited import asks_after_money
from app.clients.language.demand import is_bare_demand
from app.clients.language.foreign import foreign_language
from app.clients.language.order_ids import order_ids
from app.clients.language.phrases import Phrase, framed
from app.clients.language.plain_spelling import plain
from app.clients.language.quoting import own_words
from app.clients.language.requests.afterthoughts import tells_a_defect
from app.clients.language.requests.agreement import agrees, agrees_as_named
from app.clients.language.requests.clauses import bare_words, clauses, is_detail
from app.clients.language.second_thoughts import drops_request
from app.clients.language.withdrawals import takes_back
from app.clients.language.word_lists import alternatives, sections
from app.clients.language.word_lists import words as listed
from nodes.ports.language import Act, Classification, Intent

LONGEST_SMALL_TALK = 14  # words
LONGEST_NOTHING = 3  # words of a message that says nothing the rules know

INTENTS: tuple[Intent, ...] = ("refund", "order_status", "general_question", "other")
HINT = 3  # the highest rank that is no more than a hint
A_DEFECT = 4  # the rank of a thing that is broken

_TOLD_OF = re.compile(
    r"\b(?:following|after|per|in|during|on|since) (?:our|my|the|a|that) (?:phone |telephone |last )?(?:call|chat|conversation)"
    r"(?: with [^ .?]+)?"
    r"|\b(?:after (?:talking|speaking|chatting)|(?:i|we)(?: have)?(?: just| already)? (?:spoke|spoken|talked|chatted))"
    r" (?:to|with)(?: [^ .?]+){1,3}"
    r"|\b(?:every|each) time i (?:call|phone|ring|write|chat)(?: [^ .?]+){0,4} (?:person|agent|one|somebody|someone)"
    r"|\b(?:chat ?bot|(?:chat|phone|support|service) (?:agent|rep|colleague))(?: [^ .?]+){0,2} "
    r"(?:said|says|told|promised|approved|confirmed|wrote|assured|agreed)\b"
    r"|\b(?:was|were|been) (?:in|on|through) (?:your|the) (?:live )?(?:chat|hotline|phone line)"
    r"(?: [^ .?]+){0,6} (?:someone|somebody|person|colleague)"
    r"|\b(?:attempts?|tried|trying|tries) to (?:contact|reach|call|speak|talk)\b(?: [^ .?]+){0,4}"
    r"|\b(?:the|your|an?|one of your) (?:\S+ ){0,2}(?:agent|representative|rep|advisor|adviser|operator|assistant|colleague)"
    r"(?: [^ .?]+)? (?:said|says|told|promised|wrote|confirmed|assured|replied)\b"
)
"""A person that was not reached, or has said something: none is asked for."""

_ASKS_HOW = re.compile(
    r"\b(?:how|where) (?:(?:to|do|can|could|should|would|may|i|we|one|go) ){1,3}"
    r"(?:get|receive|obtain|have|request|ask|claim|demand|apply)\b(?! (?:it|them) )"
)
"""Of a refund that is still to be asked for."""

_CAN_RETURN = re.compile(
    r"\b(?:can|could|may) (?:i|we) (?:still |also )?(?:return|send back|bring back)\b|\bis it too late to (?:return|send back)\b"
)
_ASKS_SOMETHING = re.compile(
    r"(?:who|which|when|where|why|is|are|do|does|can|may) (?!(?:you|u|it|this|that|there|we|i)\b)[a-z]+ "
    r"|(?:what|who) (?:is|are|was|were) (?!(?:you|u|it|this|that|there|we|i|up|wrong|new|next|going)\b)[a-z]"
)
_ASKS_FOR_A_MEANING = re.compile(r"(?:define|explain|describe) (?!(?:it|this|that|me|please)\b)[a-z]")

Strength = tuple[int, int]  # the highest rank, then the sum of the ranks


def classify(message: str, history: Sequence[str] = ()) -> Classification:
    """Small talk first, then a wish for a person, then the evidence; a bare follow-up inherits the earlier intent."""
    text = plain(_with_sums(own_words(message)[0]))
    act, is_friendly = act_of(message), small_talk(text)
    human = wants_human(text) and not is_friendly
    language = "" if act == "request" or is_friendly or agrees(message) else foreign_language(message)
    is_answer = act != "unclear" or is_detail(message) or _earlier(history) is not None
    chatting = is_friendly or (not (human or language or is_answer) and says_nothing(text, message))
    intent = "other" if chatting or human else _meant(text, history)
    if intent in ("order_status", "other") and _strongest(text)[0][0] <= A_DEFECT and _reports_a_defect(message):
        intent = "refund"
    is_told = act != "unclear" or (commands(message) and "?" not in message)  # "please refund 12346 minus the fee"
    if act == "request" or (is_told and mentions_refund(message) and _is_about_one_order(intent, message)):
        intent = "refund"  # where the money is, not where the parcel is
    if intent in ("order_status", "other") and act == "unclear" and is_bare_demand(own_words(message)[0]):
        intent = "refund"
    if intent == "general_question" and order_ids(message) and _CAN_RETURN.search(text):
        intent, act = "refund", "question"
    awaits = not (chatting or human) and act not in ("request", "withdrawal") and awaits_money(text, act)
    if awaits:
        intent = "refund"
    said: Classification = {
        "intent": intent,
        "wants_human": human,
        "asks_progress": intent == "refund"
        and act != "request"
        and not commands(message)
        and (awaits or (_shows("asks for progress", text) and not _ASKS_HOW.search(text))),
        "small_talk": chatting,
        "act": act,
        "is_detail": is_detail(message),
        "drops_request": drops_request(message),
        "agrees": agrees(message),
        "agrees_as_named": agrees_as_named(message),
        "is_plain": act != "withdrawal" or takes_back(message),
    }
    return {**said, "language": language} if language else said


def _with_sums(text: str) -> str:
    """Amounts with a currency in one notation, which the phrases know: "eighteen pounds", "NZ$45", "189,99 zł"."""
    for amount in reversed(stated(text)[0]):
        if amount.currency:
            text = f"{text[: amount.start]} ${amount.cents / 100:.2f} {text[amount.end :]}"
    return text


def _is_about_one_order(intent: Intent, message: str) -> bool:
    """Also where the message speaks of a fee or a rule besides."""
    return intent == "order_status" or (intent == "general_question" and bool(order_ids(message)))


def _meant(text: str, history: Sequence[str]) -> Intent:
    """What the message says in its own words; a message that only hints ("make it 12346") goes on with what came before."""
    found_strength, intent = _strongest(text)
    if found_strength[0] > HINT:
        return intent
    return _earlier(history) or intent


def _reports_a_defect(message: str) -> bool:
    """ "The carafe of 12346 leaks", and nothing that says what is wanted."""
    reasons = (bare_words(clause.text) for clause in clauses(message) if clause.kind == "reason")
    return any(map(tells_a_defect, reasons)) and bool(order_ids(message))


def small_talk(text: str) -> bool:
    """Nothing but greetings, thanks and the like, sentence by sentence."""
    sentences = [sentence.split() for sentence in re.split(r"[.?]", text) if sentence.strip()]
    whole = [_shows("small talk", " ".join(words)) for words in sentences]
    is_friendly = all(
        known or listed("words", "pleasantries").issuperset(words)
        for known, words in zip(whole, sentences, strict=True)
    )
    words = set(text.split())
    return (
        0 < len(text.split()) <= LONGEST_SMALL_TALK
        and is_friendly
        and (any(whole) or not listed("words", "greetings").isdisjoint(words))
    )


def says_nothing(text: str, message: str) -> bool:
    """A few words, or none, of which the rules know none: "asdf", "?", a smile. "Who approves flights?" asks something."""
    words = re.findall(r"[a-z0-9']+", text)
    if _ASKS_FOR_A_MEANING.match(text) or ("?" in message and len(words) > 1 and _ASKS_SOMETHING.match(text)):
        return False
    return len(words) <= LONGEST_NOTHING and not re.search(r"\d|@", message) and _strongest(text)[0] == (0, 0)


def awaits_money(text: str, act: Act) -> bool:
    """Money that was promised, or asked for before, is missed: "still nothing on my card"."""
    if _promised(text) and _shows("money missed", text) and not _shows("promised for a case", text):
        return True
    return act != "condition" and (_shows("awaits money", text) or asks_after_money(text))


def _promised(text: str) -> bool:
    """ "You told me the $12 had been sent back"; also that a thing comes back, where no money is named."""
    return _shows("names money", text) and _shows("money promised", text)


def wants_human(text: str) -> bool:
    text = _TOLD_OF.sub(" ", text)
    return _shows("wants a human", text) and not _shows("wants no human", text)


def _strongest(text: str) -> tuple[Strength, Intent]:
    """The intent with the strongest evidence in a plain text, "other" when there is none at all."""
    strengths = [(strength, intent) for intent in INTENTS if (strength := _strength(intent, text))]
    return max(strengths, key=lambda one: one[0], default=((0, 0), "other"))


def _strength(intent: Intent, text: str) -> Strength | None:
    words = framed(text)
    ranks = [rank for rank, phrase in _phrases(intent) if phrase.is_in(words)]
    return (max(ranks), sum(ranks)) if ranks else None


def _earlier(history: Sequence[str]) -> Intent | None:
    said = (turn.partition(":")[2] for turn in reversed(history) if turn.startswith("Customer:"))
    strongest = (_strongest(plain(words)) for words in said)
    return next((intent for strength, intent in strongest if strength[0] > HINT), None)


def _shows(sign: str, text: str) -> bool:
    words = framed(text)
    return any(phrase.is_in(words) for phrase in _signs(sign))


@cache
def _phrases(intent: Intent) -> tuple[tuple[int, Phrase], ...]:
    return tuple(
        (int(rank), each) for rank, phrases in sections(f"evidence/{intent}").items() for each in _compiled(phrases)
    )


@cache
def _signs(sign: str) -> tuple[Phrase, ...]:
    return tuple(_compiled(sections("signs")[sign]))


def _compiled(phrases: Sequence[str]) -> Iterator[Phrase]:
    families = {name: alternatives("families", name) for name in sections("families")}
    return (Phrase(phrase, families) for phrase in phrases)
