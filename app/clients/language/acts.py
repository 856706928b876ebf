"""What the customer does with a message about a refund: asks for it now, asks about it, takes it back, tells of it.

Only a plain request in the first person and the present counts as one. Negation, condition, question form, tense and
person are closed classes of English words; they are looked for in the whole sentence. Everything else is `unclear`, and
the customer is asked: to ask is cheap, to pay is not.
"""

import re

from app.clients.language.demand import demand, references
from app.clients.language.quoting import own_words
from app.clients.language.wording import clean, shortened
from nodes.ports.language import Act, Demand

MONEY_BACK = (
    r"(?:refund(?:s|ed|ing|able)?|money[ -]back|reimburse(?:d|ment)?|repay(?:ment)?|rebate|restitution|chargeback)"
)
_MONEY = r"money(?: \S+){0,3} back|back what (?:i|we) paid|back (?:\S+ ){0,2}money|(?:return|repay) (?:\S+ ){0,3}money"

_NOW = r"(?:please|pls|plz|now|asap|immediately)"
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*")
_CLAUSE = re.compile(
    r",(?!\d)|[:()]|\b(?:but|because|since|however|although|though|as)\b(?! (?:well|soon))"
    r"|\band (?=(?:i|we|please|would like|want|need|get)\b)|\bso (?=(?:i|we|please)\b)| - "
)
_QUOTED = re.compile(r"[\"“”][^\"“”\n]{0,400}[\"“”]")
_ABOUT = re.compile(rf"\b(?:{MONEY_BACK}|{_MONEY})\b")
_CLAIMED = re.compile(
    r"\b(?:system|assistant|approval|verified|authori[sz]ed|consents?|granted|override|instructions?|agreed|agrees|cleared|"
    r"signed off|compliance|employee|staff|manager|supervisor|agent|bots?|\w+bot|you are|ignore|reply with|act as|role|order you|"
    r"client|seller|buyer|department|desk|team)\b"
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
_RETRACTED = re.compile(
    r"\b(?:kidding|joking|just a joke|lol|actually|rather|on second thoughts?|wait|hold on|hang on|instead|keep it|spare me|or not|"
    r"twice|never ?mind|forget)\b"
)
"""Second thoughts anywhere in a message: its writer is asked."""
LONGEST_REQUEST = 4000  # characters: who asks for money plainly does it in fewer
_PLEASE_AT_THE_END = re.compile(r",(?=(?: (?:please|pls|plz|now|asap|thanks|thank you|thx))+\W*$)")
_SAYS_SO = re.compile(rf"\b{_NOW}\b")
_DEPENDS = re.compile(r"(?:but )?(?:only|after|before|then|except|first)\b")
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
    r"\b(?:says?|said|tells?|told|wrote|writes?|claims|claimed|according|system|assistant|admin(?:istrator)?|verified|approved|"
    r"authori[sz]ed|consent(?:ed|s)?|confirmed|instructed|she|he|they|her|his|their|wife|husband|friend|mother|father|mom|dad|son|"
    r"daughter|brother|sister|neighbou?r|boss|colleague|someone|somebody|everyone|people|customers?)\b"
)
_COULD_BE = re.compile(r"\b(?:can|could|may|might|would) (?:\S+ ){0,4}be (?:refunded|reimbursed)\b|\brefundable\b")
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

_ADVERBS = rf"(?:(?:{_NOW}|kindly|just|really|also|simply) )*"
_TAIL = (
    r"(?: (?:for|of|on|from|to|into|in|back|my|our|the|this|that|these|those|it|them|order|orders|purchase|card|account|full|"
    r"total|whole|amount|price|money|id|sum|share|me|us|first|second|third|last|latter|former|other|both|all|one|ones|too|"
    rf"as well|as soon as possible|today|thanks|thank you|thx|{_NOW}))*"
)
"""What may stand around the refund in a request: the order, the amount, to whom, politeness. Any other word is asked about."""
_NOUN = r"(?:refund|reimbursement|repayment|money[ -]back|rebate|restitution)"
_A_REFUND = (
    r"(?:(?:a|an|my|our|the|another|full|complete|total|immediate|whole|amount|sum|share|price|of) )*"
    rf"(?:{_NOUN}|(?:refunded|reimbursed)(?= |$))"
    r"(?= (?:for|of|on|from|to|into|in|back|please|pls|plz|now|asap|immediately|too|as well|today|thanks|thank|thx|id|order|as soon)\b|$)"
)
_MONEY_TO_ME = r"(?:me |us )?(?:back )?(?:(?:share|of|all) )*(?:(?:my|our|the) money|what (?:i|we) paid)"
_PAY = r"(?:give|send|issue|process|arrange|make|pay|transfer|get|initiate|start)"
_REFUND = r"(?:refund|reimburse|repay)"
_GET = r"(?:get|have|receive|be|ask for|request|claim|obtain)"
_WANT = (
    r"(?:want|need|demand|request|would like|would appreciate|like|wish|require|insist on|expect|claim|ask for|"
    r"am (?:requesting|asking for|claiming|after|looking for))"
)
_SEND_BACK = r"(?:to (?:return|send back)(?: (?:my|the|this|it|order|id))* (?:and|for) )?"

_POLITE = tuple(
    re.compile(_HELLO + form + _TAIL)
    for form in (
        # "can I get a refund for 12346", "could you refund it", "would you please refund it"
        rf"(?:can|could|may|might) (?:i|we) {_ADVERBS}{_GET} {_A_REFUND}",
        rf"(?:can|could) (?:you|u) {_ADVERBS}(?:{_REFUND}|{_PAY} (?:me |us )?{_A_REFUND})",
        rf"(?:would|will) (?:you|u) (?:please|kindly) (?:{_REFUND}|{_PAY} (?:me |us )?{_A_REFUND})",
    )
)
_PLAIN = tuple(
    re.compile(_HELLO + form + _TAIL)
    for form in (
        # "please refund order 12346", "give me a refund", "send me back my money"
        _REFUND,
        rf"(?:{_PAY}|let) (?:me |us )?(?:have )?{_A_REFUND}",
        rf"(?:give|send|pay|return|transfer) {_MONEY_TO_ME}",
        # "I want a refund", "I'd like to return it and get my money back", "I need you to refund 12346"
        rf"(?:i|we) {_ADVERBS}(?:hereby )?{_WANT} {_SEND_BACK}(?:to )?(?:{_GET} )?{_A_REFUND}",
        rf"(?:i|we) {_ADVERBS}{_WANT} (?:(?:my|our|the|this|it|order|id) ?)+(?:to be )?(?:refunded|reimbursed)",
        rf"(?:i|we) {_ADVERBS}{_WANT} you to {_ADVERBS}{_REFUND}",
        rf"(?:requesting|asking for|looking for|claiming|need|want|would like) (?:to )?(?:{_GET} )?{_A_REFUND}",
    )
)
_BARE = re.compile(
    rf"{_HELLO}(?:(?:my |our |the )?order )?(?:id )?"
    rf"(?:(?:a |an )?(?:(?:full|complete|total|immediate|share|sum) )*{_NOUN}|(?:my |our )?money[ -]back){_TAIL}"
)
"""Like "a full refund for 12346 please": a request only with a word that says so."""


def mentions_refund(message: str) -> bool:
    return _ABOUT.search(_spelt(own_words(message)[0])) is not None


def objects_to_request(text: str) -> bool:
    """Whether a message in small letters speaks for others, claims somebody's word, or has second thoughts."""
    return any(pattern.search(text) for pattern in (_CLAIMED, _OTHERS, _RETRACTED))


def may_request(message: str) -> bool:
    """Whether somebody else (a model) may take this message for a request: nothing in it speaks against that."""
    text = _POLITE_IF.sub(" ", _spelt(own_words(message)[0]))
    against = (_NEGATED, _TAKEN_BACK, _CONDITION, _HEDGED)
    if act_of(message) == "request":
        return True
    return len(message) <= LONGEST_REQUEST and not (
        objects_to_request(text) or any(pattern.search(text) for pattern in against)
    )


def act_of(message: str) -> Act:
    """What the customer does, judged by what the message says in the customer's own words."""
    if len(message) > LONGEST_REQUEST:
        return "unclear"
    text = _POLITE_IF.sub(" ", _QUOTED.sub(" ", _spelt(own_words(message)[0])))
    acts = [_of_sentence(sentence) for sentence in _sentences(text)]
    for act in ("withdrawal", "condition"):
        if act in acts:
            return act
    if "request" in acts and not {"question", "report"} & set(acts) and not objects_to_request(text):
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
    if _CONDITION.search(sentence) or any(_DEPENDS.match(clause) for clause in clauses):
        return "condition"
    if _asks_for_it(sentence) and not _HEDGED.search(sentence):
        return "request"
    if sentence.endswith("?") and _COULD_BE.search(sentence):
        return "question"
    if _PAST.search(sentence):
        return "report"
    return "question" if sentence.endswith("?") or _ASKS.match(sentence) or _HEDGED.search(sentence) else "unclear"


def demand_of(message: str) -> Demand:
    """What is asked for: by the clauses that ask, or by the whole message when none plainly does."""
    text = _QUOTED.sub(" ", _spelt(own_words(message)[0]))
    asking = [clause for sentence in _sentences(_POLITE_IF.sub(" ", text)) for clause in _asking(sentence)]
    return demand(_POLITE_IF.sub(" ", text), asking)


def _asks_for_it(sentence: str) -> bool:
    return bool(_asking(sentence))


def _asking(sentence: str) -> list[str]:
    """The clauses that are requests from the first word to the last. In a question only polite ones are: "could you ...?"."""
    clauses = [clause.strip() for clause in _CLAUSE.split(_PLEASE_AT_THE_END.sub(" ", sentence))]
    return [clause for clause in clauses if _is_request(_bare_words(clause), asked=sentence.endswith("?"))]


def _sentences(text: str) -> list[str]:
    return [sentence.strip() for sentence in _SENTENCE.findall(text) if sentence.strip()]


def _is_request(clause: str, *, asked: bool) -> bool:
    if any(form.fullmatch(clause) for form in _POLITE):
        return True
    if asked and not _SAYS_SO.search(clause):
        return False
    return any(form.fullmatch(clause) for form in _PLAIN) or bool(_SAYS_SO.search(clause) and _BARE.fullmatch(clause))


_SEVERAL = re.compile(r"\bid(?: (?:and (?:also )?)?(?:(?:order|number|for) )*id)+\b")


def _bare_words(clause: str) -> str:
    """The clause without marks, every order and amount in it as one word. A number that is neither stays."""
    words = " ".join(re.sub(r"[^\w' -]", " ", references(clause).words).split())
    words = re.sub(r"\b(?:(?:number|nr|ids?|order) )+(?=id\b)", "", words)
    return _SEVERAL.sub("id", re.sub(r"\banother (?=sum\b)", "", words))


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
        ("im", "i am"),
        ("wanna", "want to"),
        ("gonna", "going to"),
    ):
        text = re.sub(rf"\b{short}\b" if short[0] != "n" else short, long, text)
    return re.sub(r"[ \t]+", " ", re.sub(r"\bno\. ?(?=#?\d)", "number ", text))
