"""Which of the four intents a message has: the strongest evidence decides, more evidence breaks a tie."""

import re
from collections.abc import Sequence
from functools import cache

from app.clients.language.evidence import EVIDENCE
from app.clients.language.evidence.families import FAMILIES
from app.clients.language.phrases import found, pattern
from app.clients.language.wording import plain
from app.services import Classification, Intent

HUMAN = (
    "(talk|talking|speak|speaking|chat|chatting|contact|contacting|reach|reaching|connect|transfer|put|get|call|calling|give|want|need|like|prefer|find|is there|have|send|pass|escalate|switch) ... (human|humans|agent|agents|representative|representatives|manager|supervisor|somebody|someone|operator|advisor|adviser|specialist|real person|actual person|live person|person|staff|team member|member of staff|customer service|customer support|customer care|customer assistance|support team|live chat|employee|your boss|in charge|higher up|consultant|team leader)",
    "(human|agent|representative|operator|manager|supervisor|person) (please|now|needed|right now|asap|!|.)", "(real|actual|live|human) (person|human|agent|being|operator|representative|people|support|chat|assistance)",
    "(call|phone|ring) (me|us)", "(call|phone|ring) ... back", "not ... (robot|bot|machine|chatbot)", "(phone|telephone) call", "(free phone|phone|telephone|customer service|customer support) number",
)  # fmt: skip

NOT_HUMAN = (
    "(someone|somebody|person|manager) ... (stole|stolen|used|using|else|else)", "(what|which) (time|times|hours) ...", "(hours|available|availability|opening)",
    "(can|could|will|would) (someone|somebody|anyone) (please)? (tell|help|explain|check|look|track|find|send|refund|let|update|give|advise)",
)  # fmt: skip

PROGRESS = (
    "(where|when|status|track|tracking|progress|update|updates|news|waiting|wait|how long|how much longer|anything new|check on|checking on|follow up|following up|chasing|state of) ... (REFUND|money)",
    "(REFUND|money) (status|progress|update|yet)", "(REFUND|money) ... (not|never|still) ... (gone through|come through|arrived|received|shown|showing|show|appeared|hit|credited|processed|posted|reached|come|here|back|been|got|get|see|seen|pending)",
    "(has|have|did|is|was|will) ... (REFUND) ... (gone through|go through|come through|processed|issued|sent|approved|arrived|completed|done|been|posted|arrive|on its way|confirmed)",
    "(not|never|still) ... (received|got|seen|see|get|gotten|had|waiting|credited|no) ... (REFUND)", "(wrong|problem|issue|happening|happened|happen|going on) ... (OWN) ... (REFUND)",
)  # fmt: skip

PLEASANTRIES = frozenset(
    """
    hi hello hey hiya yo greetings good morning afternoon evening day night thanks thank you so very much a lot again
    for your the help helping ok okay k cool great perfect awesome nice wonderful excellent brilliant lovely bye goodbye
    cheers that is all have one see later take care welcome yes yep no nope sure alright fine got it appreciate there
    team sir madam everyone all right nothing else more and i now really quick that's it was helpful support today
    done amazing super ta cya ciao kind kindly sounds will be you are too my everything how are things going doing
    """.split()
)
CORE = frozenset(
    "hi hello hey hiya yo greetings morning afternoon evening thanks thank ok okay k cool great perfect awesome nice bye goodbye "
    "cheers ta appreciate alright later ciao cya wonderful excellent brilliant lovely yes no yep nope sure welcome day fine".split()
)


def classify(message: str, history: Sequence[str] = ()) -> Classification:
    text = plain(message)
    if small_talk(text):
        return {"intent": "other", "wants_human": False, "asks_progress": False, "small_talk": True}
    human = wants_human(text)
    scores = _scores(text)
    intent: Intent = "other" if human or not scores else max(scores, key=lambda i: scores[i])
    if not scores and not human and history:
        intent = _earlier(history)
    return {
        "intent": intent,
        "wants_human": human,
        "asks_progress": intent == "refund" and _any(PROGRESS, text),
        "small_talk": False,
    }


def small_talk(text: str) -> bool:
    words = re.findall(r"[a-z0-9']+", text)
    return bool(words) and len(words) <= 14 and all(w in PLEASANTRIES for w in words) and any(w in CORE for w in words)


def wants_human(text: str) -> bool:
    return _any(HUMAN, text) and not _any(NOT_HUMAN, text)


def _scores(text: str) -> dict[Intent, tuple[int, int]]:
    scores: dict[Intent, tuple[int, int]] = {}
    for intent, rank, patterns in _table():
        hits = sum(found(p, text) for p in patterns)
        if hits:
            best, total = scores.get(intent, (0, 0))
            scores[intent] = (max(best, rank), total + rank * hits)
    return scores


def _earlier(history: Sequence[str]) -> Intent:
    for turn in reversed(history):
        if turn.startswith("Customer:"):
            scores = _scores(plain(turn.removeprefix("Customer:")))
            if scores:
                return max(scores, key=lambda i: scores[i])
    return "other"


def _any(phrases: tuple[str, ...], text: str) -> bool:
    return any(found(p, text) for p in _compiled(phrases))


@cache
def _table() -> tuple[tuple[Intent, int, tuple[re.Pattern[str], ...]], ...]:
    return tuple((intent, rank, _compiled(phrases)) for intent, ranks in EVIDENCE.items() for rank, phrases in ranks.items())


@cache
def _compiled(phrases: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(pattern(phrase, FAMILIES) for phrase in phrases)
