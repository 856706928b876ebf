"""Messages that ask for nothing: greetings, thanks, a joke, a word that nobody understands."""

import re

from typing_extensions import TypedDict

from nodes.conversation.conversation_sentences import (
    ALL_RIGHT,
    FAREWELL,
    GOODBYE,
    GREETING,
    HOW_I_AM,
    NOT_UNDERSTOOD,
    TAKE_YOUR_TIME,
    WHO_I_AM,
)
from nodes.conversation.open_question import Asked, Offer, Question, question
from nodes.shop_words import worded

_MOMENT = r"(?:moment|second|sec|minute)"
HOLDS_ON = re.compile(
    rf"(?=.{{0,60}}\b(?:{_MOMENT}|hold|hang|wait|let me|brb|look|decide|think|sleep)\b)"
    rf"\W*(?:(?:ok|okay|please|just|sorry|hold on|hang on|wait|(?:one|a|give me (?:a|one)) {_MOMENT}|"
    r"let me (?:look|check|see|find it|think(?: about (?:it|that))?)|brb|let me get it|i will look"
    r"|i(?:'ll| will| have to| need to| must) (?:decide|think about (?:it|that)|sleep on it)(?: (?:tomorrow|later|tonight|first))?)\W*)+",
    re.IGNORECASE,
)
THANKS = re.compile(r"\b(?:thanks|thank you|thx|cheers|appreciate(?:d)?|ta|ty)\b", re.IGNORECASE)
_HELLO = re.compile(r"\b(?:hello|hi|hey|hiya|yo|greetings|good (?:morning|afternoon|evening|day))\b", re.IGNORECASE)
_BYE = re.compile(r"\b(?:good ?bye|bye|cya|ciao|see you|good night|take care)\b", re.IGNORECASE)
_HOW = re.compile(r"\bhow (?:are|r|is|do) (?:you|u|ya|it|things|everything)\b|\bhow'?s it\b", re.IGNORECASE)
_ABOUT_ME = re.compile(
    r"\b(?:are|r) (?:you|u)\b(?! (?:ok|okay|well|there))|\b(?:who|what) are (?:you|u)\b|\bwhat (?:can|do) (?:you|u)\b|\bis this a\b"
    r"|\bam i (?:talking|speaking|chatting) (?:to|with)\b|^\W*help\W*(?:me\W*|please\W*)?$|\bhow does this work\b|\byour name\b",
    re.IGNORECASE,
)
_CONTENT = re.compile(
    r"\b(?:ok(?:ay)?|k|yes|yep|no|nope|sure|fine|cool|great|nice|good|perfect|awesome|lol|lmao|ha(?:ha)+|alright|right|wow|"
    r"love(?:ly)?|best|rock|wonderful|excellent|amazing|brilliant|super|got it|i see|understood|later|hmm+|all good|no problem|"
    r"no worries|never ?mind|welcome|well done|done|sorry)\b|[:;]-?[)dp]|[\u2764\U0001f300-\U0001faff]",
    re.IGNORECASE,
)

_DO_NOT = r"(?:do not|don'?t)"
_NO = re.compile(
    r"[\s\U0001f44e]*(?:(?:yes|ok|okay|oh|please|fine|well|hmm|but|then|that would be nice|that'?s fine|thanks|thank you|i)\W+)*"
    rf"(?:no|n|nope|nah|never|not (?:now|yet|really|today)|(?:rather|better) not|"
    rf"{_DO_NOT}(?: (?:do (?:it|that)|agree|want (?:it|that)|refund(?: it)?))?"
    r"|i(?:'d| would)(?: much)? (?:rather|prefer(?: to)?) (?:have|get|keep|take)(?! (?:\w+ )*(?:refund|money))(?: (?!yes\b)[\w']+){1,6}"
    r"|(?:absolutely|certainly|definitely|of course|probably|please) (?:not|no)|withdraw it|(?:i(?:'ll| will)? )?(?:rather )?keep it|"
    r"(?:do it |maybe )?later|(?:(?:i(?:'ll| will)|let me) )?think about it|(?:that'?s|that is) all i wanted to know|good to know|"
    r"(?:maybe|perhaps)(?: later| not)?|i(?:'ll| will) (?:let you know|get back to you)(?: (?:later|tomorrow|soon))?|"
    r"(?:i |we )?(?:have to|need to|must|would like to|want to|should|will|let me) (?:think(?: (?:about|on) (?:it|that|this))?|decide)|"
    r"(?:i )?only wanted to know|(?:(?:i was |i am |i'm )?(?:only|just) )(?:asking|wondering|curious|checking)"
    r"|(?:i|we|my \w+)(?:'ve| have)? (?:fixed|repaired) it|it(?:'?s| is) (?:fine|ok|okay|all right)(?: (?:now|again))?"
    r"|it (?:is not|isn'?t|was not|wasn'?t) broken(?: after all)?|it works"
    r"|no way|i do(?:n'?t| not) think so|not that one|wrong (?:chat|order|number|one)|i did(?:n'?t| not) ask for that"
    r"|tomorrow|(?:i am |i'?m )?not sure(?: yet)?"
    r"|do(?:n'?t| not) know(?: yet)?|(?:i(?:'ll| will| have to| must) )?ask my \w+"
    r"|keep (?:your|the|my) money|leave it(?: for now)?|\U0001f44e"
    r"|nein|non|nej|nei|nee|não|nie|hayır|нет|いいえ|不用了?)"
    r"(?:\W+(?:thanks|thank you|not now|please|rather not|sorry|yet|now|then|no|for now|let me think(?: about it)?|i(?:'ll"
    r"| will) (?:think about it|let you know|see)|i love it|i(?:'ll| will)? keep it"
    r"|danke|merci|gracias|grazie|tak|tack|takk|bedankt|obrigad[oa]|teşekkürler|dziękuję|спасибо|谢谢|結構です))*\W*",
    re.IGNORECASE,
)
"""A plain no to a question of ours."""


class Chat(Asked, total=False):
    turn: int
    question: str
    was_asked: bool  # the last turn ended with a question of ours


class AskedAgain(Question):
    offer: Offer | None


class Friendly(TypedDict):
    outcome: str
    say: str


async def greet(state: Chat) -> Friendly | Question:
    """Answer a greeting or a thank-you. A question of ours that is open stays open meanwhile, and is asked again for a word
    that does not answer it."""
    text, begins = state.get("question") or "", state.get("turn", 0) <= 1
    answers = (
        (HOLDS_ON.fullmatch(text), TAKE_YOUR_TIME),
        (THANKS.search(text), FAREWELL),
        (_HOW.search(text), HOW_I_AM),
        (_ABOUT_ME.search(text), WHO_I_AM),
        (_BYE.search(text), GOODBYE),
        (_HELLO.search(text), GREETING),
        (_CONTENT.search(text), GREETING if begins else ALL_RIGHT),
    )
    say = next((say for matches, say in answers if matches), None)
    if say is None:
        return question(state, "anything", worded(NOT_UNDERSTOOD), at_once=True)
    is_open = state.get("was_asked") and say in (GREETING, ALL_RIGHT) and not declines(text)
    if is_open and state.get("asked_words"):
        return _asked_again(state)
    if is_open or say == TAKE_YOUR_TIME:
        return {"outcome": "needs_information" if state.get("was_asked") else "resolved", "say": worded(TAKE_YOUR_TIME)}
    return {"outcome": "resolved", "say": worded(say)}


def _asked_again(state: Chat) -> AskedAgain:
    """The open question in the same words. An offer is made anew: a yes in the turn after this one takes it."""
    before: Offer | None = state.get("asked_offer")
    offer: Offer | None = {**before, "turn": state.get("turn", 0)} if before else None
    asked = question(state, state.get("asked_for", ""), state.get("asked_words", ""), offer=offer)
    return {**asked, "offer": offer}


def declines(text: str) -> bool:
    """A plain no."""
    return _NO.fullmatch(text.strip()) is not None
