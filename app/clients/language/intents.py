"""Which of the four intents a message has: the strongest evidence decides, more evidence breaks a tie."""

import re
from collections.abc import Sequence
from functools import cache

from app.clients.language.acts import act_of, mentions_refund, takes_back
from app.clients.language.evidence import EVIDENCE
from app.clients.language.evidence.families import FAMILIES
from app.clients.language.evidence.signs import ASKS_PROGRESS, SMALL_TALK, WANTS_HUMAN, WANTS_HUMAN_NOT
from app.clients.language.foreign import foreign_language
from app.clients.language.lexicon import GREETINGS, PLEASANTRIES
from app.clients.language.order_ids import order_ids
from app.clients.language.phrases import found, pattern
from app.clients.language.quoting import own_words
from app.clients.language.request_grammar import agrees, is_detail
from app.clients.language.wording import plain
from nodes.ports.language import Classification, Intent

LONGEST_SMALL_TALK = 14  # words
LONGEST_NOTHING = 3  # words of a message that says nothing the rules know

HINT = 3  # the highest rank that is no more than a hint

Strength = tuple[int, int]  # the highest rank, then the sum of the ranks


def classify(message: str, history: Sequence[str] = ()) -> Classification:
    """Small talk first, then a wish for a person, then the evidence; a bare follow-up inherits the earlier intent."""
    text = plain(own_words(message)[0])
    act, is_friendly = act_of(message), small_talk(text)
    human = wants_human(text) and not is_friendly
    language = "" if act == "request" or is_friendly or agrees(message) else foreign_language(message)
    is_answer = act != "unclear" or is_detail(message) or _earlier(history) is not None
    chatting = is_friendly or (not (human or language or is_answer) and says_nothing(text, message))
    intent = "other" if chatting or human else _meant(text, history)
    if act == "request" or (act != "unclear" and mentions_refund(message) and _is_about_one_order(intent, message)):
        intent = "refund"  # where the money is, not where the parcel is
    said: Classification = {
        "intent": intent,
        "wants_human": human,
        "asks_progress": intent == "refund" and act != "request" and _any(ASKS_PROGRESS, text),
        "small_talk": chatting,
        "act": act,
        "is_detail": is_detail(message),
        "agrees": agrees(message),
        "is_plain": act != "withdrawal" or takes_back(message),
    }
    return {**said, "language": language} if language else said


def _is_about_one_order(intent: Intent, message: str) -> bool:
    return intent == "order_status" or (intent == "general_question" and bool(order_ids(message)))


def _meant(text: str, history: Sequence[str]) -> Intent:
    """What the message says in its own words; a message that only hints ("make it 12346") goes on with what came before."""
    found_strength, intent = _strongest(text)
    if found_strength[0] > HINT:
        return intent
    return _earlier(history) or intent


def small_talk(text: str) -> bool:
    """Nothing but greetings, thanks and the like, sentence by sentence."""
    sentences = [sentence.split() for sentence in re.split(r"[.?]", text) if sentence.strip()]
    whole = [_any(SMALL_TALK, " ".join(words)) for words in sentences]
    is_friendly = all(known or PLEASANTRIES.issuperset(words) for known, words in zip(whole, sentences, strict=True))
    words = set(text.split())
    return (
        0 < len(text.split()) <= LONGEST_SMALL_TALK and is_friendly and (any(whole) or not GREETINGS.isdisjoint(words))
    )


def says_nothing(text: str, message: str) -> bool:
    """A few words, or none, of which the rules know none: "asdf", "?", a smile."""
    words = re.findall(r"[a-z0-9']+", text)
    return len(words) <= LONGEST_NOTHING and not re.search(r"\d|@", message) and _strongest(text)[0] == (0, 0)


def wants_human(text: str) -> bool:
    return _any(WANTS_HUMAN, text) and not _any(WANTS_HUMAN_NOT, text)


def _strongest(text: str) -> tuple[Strength, Intent]:
    """The intent with the strongest evidence in a plain text, "other" when there is none at all."""
    strengths = [(strength, intent) for intent in EVIDENCE if (strength := _strength(intent, text))]
    return max(strengths, key=lambda one: one[0], default=((0, 0), "other"))


def _strength(intent: Intent, text: str) -> Strength | None:
    ranks = [rank for rank, phrase in _phrases(intent) if found(phrase, text)]
    return (max(ranks), sum(ranks)) if ranks else None


def _earlier(history: Sequence[str]) -> Intent | None:
    said = (turn.partition(":")[2] for turn in reversed(history) if turn.startswith("Customer:"))
    strongest = (_strongest(plain(words)) for words in said)
    return next((intent for strength, intent in strongest if strength[0] > HINT), None)


def _any(phrases: tuple[str, ...], text: str) -> bool:
    return any(found(phrase, text) for phrase in _compiled(phrases))


@cache
def _phrases(intent: Intent) -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple((rank, phrase) for rank, phrases in EVIDENCE[intent].items() for phrase in _compiled(phrases))


@cache
def _compiled(phrases: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern(phrase, FAMILIES) for phrase in phrases)
