"""What the customer does with a message about a refund: asks for it now, asks about it, takes it back, tells of it.

Only a plain request in the first person and the present counts as one. Negation, condition, question form, tense and
person are closed classes of English words; they are looked for in the whole sentence. Everything else is `unclear`, and
the customer is asked: to ask is cheap, to pay is not.
"""

import re

from app.clients.language.quoting import own_words
from app.clients.language.wording import clean, shortened
from nodes.ports.language import Act

MONEY_BACK = r"(?:refund(?:s|ed|ing)?|money[ -]back|reimburse(?:d|ment)?|repay(?:ment)?|rebate|restitution|chargeback)"
_MONEY = r"money(?: \S+){0,3} back|back (?:\S+ ){0,2}money|(?:return|repay) (?:\S+ ){0,3}money"
_THING = rf"(?:\S+ ){{0,8}}?{MONEY_BACK}|(?:\S+ ){{0,4}}?(?:{_MONEY})"

_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*")
_CLAUSE = re.compile(
    r"[,:()]|\b(?:but|because|since|however|although|though|as)\b|\band (?=(?:i|we|please|would like|want|need)\b)| - "
)
_QUOTED = re.compile(r"[\"“”][^\"“”\n]{0,400}[\"“”]")
_ABOUT = re.compile(rf"\b(?:{MONEY_BACK}|{_MONEY})\b")
_CLAIMED = re.compile(
    r"\b(?:system|assistant|approval|verified|authori[sz]ed|consents?|granted|override|instructions?|admin(?:istrator)?)\b"
)
"""Words of a message that claims somebody's word for the refund: the customer's own is asked for."""
_POLITE_IF = re.compile(
    r"\bif (?:possible|you (?:can|could|may|would|please|do not mind)|that is (?:ok|okay|fine|possible)|i may)\b"
)

_NEGATED = re.compile(
    r"\b(?:not|no|never|without|none|stop|stopped|cancel(?:led)?|withdraw|retract|revoke|undo|reverse|instead of|rather than|"
    r"forget|keep|against|refuse|decline|skip|drop|scrap|ignore|disregard|hold off|nobody|nothing|neither|nor|wrong|mistake)\b"
)
_TAKEN_BACK = re.compile(
    r"\b(?:never ?mind|changed my mind|forget (?:it|about it)|keep the money|no thanks|no thank you|"
    r"i(?: will| shall)? (?:withdraw|retract)|leave it(?: as it is)?|call it off|scratch that)\b"
)
_CONDITION = re.compile(
    r"\b(?:if|unless|until|in case|otherwise|or else|provided|as soon as|once|when|whenever|should (?:it|the|this|they|you)|"
    r"as long as|assuming|supposing|suppose|in the event|by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow))\b"
)
_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|might|wonder(?:ing)?|hypothetically|theoretically|imagine|thinking (?:about|of)|considering|consider|"
    r"know|whether|tempted|curious|someday|later|eventually|tomorrow|next (?:week|month)|possibly|say i|what about|info|information|"
    r"explain|policy|rules?|how|why|where|who|which|joking|kidding|test|testing|example|pretend)\b"
)
_OTHERS = re.compile(
    r"\b(?:says?|said|tells?|told|wrote|writes?|claims?|claimed|according|system|assistant|admin(?:istrator)?|verified|approved|"
    r"authori[sz]ed|consent(?:ed|s)?|confirmed|instructed|she|he|they|her|his|their|wife|husband|friend|mother|father|mom|dad|son|"
    r"daughter|brother|sister|neighbou?r|boss|colleague|someone|somebody|everyone|people|customers?)\b"
)
_PAST = re.compile(
    r"\b(?:already|got|received|was|were|had|did|has been|have been|been|wanted|asked|requested|promised|last (?:week|month|year|time)|"
    r"yesterday|ago|used to|thank(?:s| you)?(?: \w+){0,6} for|where is|status|waiting|still|sign of|arrived|pending|yet|see|seen|find|"
    r"showing|shows?|appear(?:s|ed)?|processed|issued|credited|in total|so far)\b"
)
_HELLO = r"^(?:\W*(?:please|kindly|pls|plz|then|so|and|hi|hello|hey|ok|okay|well|sorry|just|now|yes|again) )*"
_ASKS = re.compile(
    rf"{_HELLO}(?:who|what|when|where|why|which|how|is|are|am i|was|were|do|does|did|has|have|had|would i|should|will i|"
    r"(?:will|would|could|can|may) it|can one|does one)\b"
)

_WANT = (
    r"(?:want|need|demand|request|would like|like|wish|require|insist on|expect|claim|hereby request|"
    r"am (?:requesting|asking for|claiming|after|looking for))"
)
_PAY = r"(?:give|send|issue|process|arrange|return|make|pay|transfer|credit|get|initiate|start|do)"
_NOW = r"(?:please|pls|plz|now|asap|immediately)"
_REQUESTS = tuple(
    re.compile(form)
    for form in (
        # "please refund order 12346", "give me my money back", "send a refund"
        rf"{_HELLO}(?:refund|reimburse|repay)\b(?! (?:policy|request|status|form|rules?|page))",
        rf"{_HELLO}(?:{_PAY}|let me have)\b (?:{_THING})",
        # "I want a refund", "I'd like my money back", "we need to be refunded"
        rf"\b(?:i|we)(?: (?:really|just|now|still|also|do|therefore|simply|only|absolutely))* {_WANT}\b (?:{_THING})",
        # "can I get a refund for 12346 please?", "could you refund it"
        r"\b(?:can|could|may|might) (?:i|we)(?: please| kindly| just| also)* "
        rf"(?:get|have|receive|be|ask for|request|claim|obtain)\b (?:{_THING})",
        r"\b(?:can|could|would|will) (?:you|u|someone|anyone|somebody)(?: please| kindly| just| now| mind)* "
        rf"(?:refund|refunding|reimburse|repay|{_PAY}\b (?:{_THING}))",
        # "refund please", "a full refund for 12346, please", "money back now"
        r"^(?:\W*(?:a|my|the|full|complete|partial|immediate|so|and|hi|hello) )*(?:refund|money back)\b"
        rf"[^?]*\b{_NOW}\b",
        rf"^(?:\W*(?:requesting|asking for|looking for|claiming|need|want|would like)) (?:{_THING})",
        rf"{_HELLO}(?:return|repay)\b (?:\S+ ){{0,3}}money\b",
    )
)

_POLITE = tuple(
    re.compile(form.pattern.replace("|would|will)", ")"))
    for form in _REQUESTS
    if form.pattern.startswith(r"\b(?:can|could")
)


def mentions_refund(message: str) -> bool:
    return _ABOUT.search(_spelt(own_words(message)[0])) is not None


def act_of(message: str) -> Act:
    """What the customer does, judged by what the message says in the customer's own words."""
    text = _POLITE_IF.sub(" ", _QUOTED.sub(" ", _spelt(own_words(message)[0])))
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]
    acts = [_of_sentence(sentence) for sentence in sentences]
    for act in ("withdrawal", "condition"):
        if act in acts:
            return act
    if "request" in acts and not {"question", "report"} & set(acts) and not _CLAIMED.search(text):
        return "request"
    return next((act for act in ("report", "question") if act in acts), "unclear")


def _of_sentence(sentence: str) -> Act:
    about = _ABOUT.search(sentence) is not None
    if _TAKEN_BACK.search(sentence) and not _asks_for_it(sentence):
        return "withdrawal"
    if not about:
        return "unclear"
    clauses = [clause.strip() for clause in _CLAUSE.split(sentence) if clause.strip()]
    concerned = [clause for clause in clauses if _ABOUT.search(clause)]
    if any(_NEGATED.search(clause) for clause in concerned):
        return "report" if _PAST.search(sentence) else "withdrawal"
    if _CONDITION.search(sentence):
        return "condition"
    if _asks_for_it(sentence) and not (_HEDGED.search(sentence) or _OTHERS.search(sentence) or _tells(clauses)):
        return "request"
    if _PAST.search(sentence):
        return "report"
    return "question" if sentence.endswith("?") or _ASKS.match(sentence) or _HEDGED.search(sentence) else "unclear"


def _asks_for_it(sentence: str) -> bool:
    """Whether a clause has the form of a request. In a question only polite ones do: "could you ...?", "..., please?"."""
    clauses = [sentence, *(clause.strip() for clause in _CLAUSE.split(sentence))]
    forms = _REQUESTS
    if sentence.endswith("?") and not re.search(rf"\b{_NOW}\b", sentence):
        forms = _POLITE
    return any(form.search(clause) for form in forms for clause in clauses)


def _tells(clauses: list[str]) -> bool:
    """Whether the clause with the refund in it is about one that has happened."""
    return any(_PAST.search(clause) for clause in clauses if _ABOUT.search(clause))


def _spelt(message: str) -> str:
    """Lower case, one kind of apostrophe and blank, contractions written out."""
    text = clean(shortened(message)).lower()
    for short, long in (
        ("can't", "can not"),
        ("cannot", "can not"),
        ("won't", "will not"),
        ("n't", " not"),
        ("i'd", "i would"),
        ("i'm", "i am"),
        ("i've", "i have"),
        ("i'll", "i will"),
        ("it's", "it is"),
        ("that's", "that is"),
        ("where's", "where is"),
        ("what's", "what is"),
        ("we'd", "we would"),
        ("dont", "do not"),
        ("didnt", "did not"),
        ("doesnt", "does not"),
        ("im ", "i am "),
        ("wanna", "want to"),
        ("gonna", "going to"),
    ):
        text = text.replace(short, long)
    return re.sub(r"[ \t]+", " ", re.sub(r"\bno\. ?(?=#?\d)", "number ", text))
