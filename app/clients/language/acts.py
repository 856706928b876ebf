"""What the customer does with a message about a refund: asks for it now, asks about it, takes it back, tells of it.

A request and a withdrawal of one that waits are plain: closed grammars of whole clauses (request_grammar). The other acts
only choose the reply, and are told by the closed classes of English words: negation, condition, question form and tense.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from app.clients.language.demand import demand, excluded, is_bare_demand, references, things_asked
from app.clients.language.order_ids import order_ids
from app.clients.language.plain_spelling import shortened
from app.clients.language.quoting import LAST_READ, own_words
from app.clients.language.requests.clauses import (
    Clause,
    all_read,
    asks_plainly,
    bare_words,
    clauses,
    names,
    orders,
    spelt,
    things,
    without_politeness,
)
from app.clients.language.requests.complaints import is_of_a_part
from app.clients.language.requests.plain_requests import is_request
from app.clients.language.withdrawals import is_all_but, takes_back
from nodes.ports.language import Act, Demand

MONEY_BACK = (
    r"(?:refund(?:s|ed|ing|able)?|money[ -]back|reimburse(?:d|ment)?|repay(?:ment)?|rebate|restitution|chargeback)"
)
_MONEY = (
    r"(?:penny|cent|dime)(?: \S+){0,2} (?:back|from|for|of|since)|credited to (?:my|our)"
    r"|credit(?:ed)? (?:my|our) (?:card|account|bank)"
    r"|(?:my|the) (?:money|cash) (?:for|from) (?:my |the |order |#)*+(?:\d|return)"
    r"|(?:pay|paid|paying)(?: me| us| it)? back|owe (?:me|us)"
    r"|(?:payment|amount|sum)(?: \S+){0,3} (?:sent|paid|transferred|credited|given|put) back"
    r"|money's back|(?:my|the) money (?:was|is|has been|had been) (?:already )?"
    r"(?:sent|on its way|paid|returned|transferred|issued|released)"
    r"|money(?: \S+){0,3} back|back what (?:i|we) paid|back (?:\S+ ){0,2}money|(?:return|repay) (?:\S+ ){0,3}money"
)

_SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\w))+[.!?;\n]*")
_CLAUSE = re.compile(r",(?!\d)|[:()]|\b(?:but|because|since|however|although|though)\b|\band (?=(?:i|we)\b)| - ")
_ABOUT = re.compile(rf"\b(?:{MONEY_BACK}|{_MONEY})\b")
_NEGATED = re.compile(
    r"\b(?:not|no|never|without|none|stop|stopped|cancel(?:led)?|withdraw|retract|revoke|undo|reverse|instead of|rather than|"
    r"forget|keep|against|refuse|decline|skip|drop|scrap|ignore|disregard|hold off|nobody|nothing|neither|nor|wrong|mistake)\b"
)
_NO_WISH = re.compile(
    rf"\b(?:rather|sooner|prefer(?:red)?)\b[^.?!]{{0,80}}\bthan(?: \S+){{0,2}} (?:{MONEY_BACK}|money)\b"
    rf"|\bprefer(?:red)?\b[^.?!]{{0,80}}\bover (?:an?|any|my|getting) (?:{MONEY_BACK}|money)\b"
    rf"|\b(?:want|like|need|prefer)\b[^.?!]{{0,80}}\bnot (?:an?|any) {MONEY_BACK}\b"
    r"|\brefund(?:ing)? (?:nothing|none|zero|no money)\b"
    r"|\brefund(?:s|ing)?(?: \S+){0,4} (?:is|would be|will|would|does|do) (?:\S+ )?"
    r"(?:not (?:necessary|needed|required|what|wanted|help|helpful)"
    r"|(?:of )?no (?:use|good|help)|useless|pointless|silly|unnecessary|the last thing)\b"
    rf"|\b(?:avoid|abstain from|refrain from|not bother (?:with|about)|not (?:asking|after|looking) for|not interested in)"
    rf"(?: \S+){{0,2}} {MONEY_BACK}\b"
    rf"|\btake back (?:my|what i|the) (?:\S+ ){{0,4}}{MONEY_BACK}\b"
    rf"|(?<!\bi do )(?<!\bwe do )\b(?:no need|not (?:need|have|necessary|required))(?: for you)? to (?:refund|reimburse|repay"
    rf"|(?:give|send|pay|transfer|return|put)(?: \S+){{0,5}} (?:{MONEY_BACK}|money|payment))\b(?=[^?]*$)"
    r"|\b(?:reject|block|refuse|deny|stop|ignore|prevent)"
    r" (?:(?:any|all|every|his|her|their|these|those|further) (?:\S+ )?refunds?|refunds)\b"
    r"|\b(?:can be|please) closed?\b|\bclose (?:my|the|this) (?:\S+ )?(?:ticket|case|request)\b"
)
"""A refund is spoken of that is not wanted, or not any more."""

_KEEPS = re.compile(
    r"\b(?:i|we)(?: (?:will|would|want to|would like to|am going to|are going to|have decided to|rather|am|are|now|then|just|so|actually))*"
    r" keep(?:ing)? (?:it|them|this|that|the|my|our|order|#?\d)"
)
_SETTLED = re.compile(
    r"\b(?:it|this|that|they|everything|all|problem|issue)(?: \S+){0,2} (?:works?|working|fixed|solved|sorted|resolved|arrived|turned up)"
    r"(?: \S+)? (?:now|again|after all|already)\b|\b(?:just|only) (?:kidding|joking)\b|^\W*(?:edit\W+)?(?:solved|sorted|resolved|fixed)\b"
)
_TAKEN_BACK_BESIDE = re.compile(
    r"\bnever ?mind\b(?! (?:the|my|about|that|what|how))|\bnvm\b|\bactually,? (?:wait|no)\b|\bjust kidding\b|\bwrong chat\b"
    r"|\bplease block (?:it|that|this)\b"
    r"|\b(?:clicked|pressed|hit|sent) (?:\S+ ){0,6}?by (?:mistake|accident)\b|\bignore (?:her|him|them)\b|\bwill think about it\b"
)
"""What takes a request back wherever it stands."""
_OF_THE_OTHER = re.compile(
    r"\bthe other (?:one|order)\b[^.?!]{0,40}\b(?:refund(?:ed)?|money back)\b|\brefund (?:me )?the other (?:one|order)\b"
)
"""One is left out, and the other asked for."""
_SOME_BACK = re.compile(
    r"(?:[$€£]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:%|[$€£]|dollars|euros|pounds|bucks|usd|eur|gbp)|\bhalf)[^.?!]{0,20}\bback\b"
)
"""A part of the money, for what is kept: "can I get $20 back? I will keep it"."""
_NO_LONGER_LIKED = re.compile(
    r"(?<!actually )(?<!wait )(?<!sorry )\b(?:i|we)(?: have)? changed (?:my|our) minds?(?: about (?:it|that|this|them))?\W*$"
)
"""Behind a request it may be meant of the thing."""
_STILL = re.compile(r"\b(?:not|never|still|want|need|please|refund|money)\b")
_NOT_HERE = re.compile(
    r"\b(?:missing|(?:too|so) long|fast enough|statement|supposed? to|due a|owed?|taking|hold ?up|delayed|holding|chasing)\b"
    r"|\b(?:refund(?:s|ed)?|money|reimbursement|rebate|it|cash|funds)"
    r"(?: \S+){0,2} (?:is|are|was|has|have|does|did|do) (?:\S+ )?(?:not|never)\b"
    r"|\b(?:not|never|no) (?:yet )?(?:see|seen|view|find|found|show|shown|showing|visible"
    r"|arrive|arrived|come|came|showed|turned up|hit|landed|reached|received|got|gotten|had|appear"
    r"|credited|posted|on|in|there|here|gone|processed)\b"
    r"|\bnot (?:yet )?(?:receiving|getting|seeing)\b"
    r"|\bno (?:sign|trace|news|word|update|money|refund|credit) (?:of|from|about|on|yet|so|has|in|is|was|came|arrived|received|here)\b"
    r"|\b(?:has|have|is|was|did|does|do|why) (?:my|the|this|that|it|any)(?: \S+){0,3} not\b"
    r"|\bwhy (?:\S+ ){0,3}not\b"
    r"|\b(?:and|but) (?:no|not|never|nothing)\b|\bnothing (?:has|is|was)\b|\bnot a (?:single )?(?:penny|cent|dime)\b"
)
"""The refund is missed, not refused."""

_COMMANDS = re.compile(
    r"(?:(?:please|pls|plz|kindly|so|just|now|then|and|hi|hello) )*"
    r"(?:(?:refund|reimburse) (?:order |#|\d|me\b|it\b|my\b|this\b|the\b|mine\b|that\b|both\b)"
    r"|(?:looking for|can i (?:get|have)|i want|i need) (?:a|my) (?:full )?refund\b)"
    r"|(?:so |then |now )*please (?:do|go ahead)(?: (?:it|so|that|now|with it))*\W*$"
)
"""Asks for money, whatever else the message says."""

_NOT_DONE = re.compile(
    r"\b(?:has|have|had|was|were|is|did)(?: \S+){0,2} not (?:yet |been |fully )*(?:refunded|reimbursed|repaid|credited)\b"
    r"|\bnot (?:yet |been )*refunded\b|\bnot (?:one|a) cent\b"
    r"|\b(?:sent|gave|given|issued|got|received|offered)\b[^.?!]{0,40}\binstead of (?:a |my |the )?(?:refund|money)"
    r"|\b(?:has|have) no refund\b|\bno refund(?: \S+){1,4} (?:on|in) my\b"
)
"""Money that should have come."""

_NO_REFUND = re.compile(rf"\W*(?:no \w{{1,20}}, (?:and )?){{0,3}}no (?:{MONEY_BACK}|money)\W*")

_HAS_RETURNED = re.compile(
    r"\b(?:returned|sent (?:it|them|everything|the \w+) back|return (?:tracking|parcel|label)|received (?:it|them|the return)"
    r"|delivered to you|arrived (?:at your|with you)|picked (?:it|them) up)\b"
)

_ASIDE = re.compile(r"(\bnot|\bnever|n't), [^,.!?;]{1,40},(?: \S{1,12},)? ", re.I)
"""Between a negation and what it negates: "do not, I repeat not, ..."."""

_NO_NEGATION = re.compile(
    r"\b(?:do )?not (?:hesitate|forget|fail|wait|refuse|be (?:shy|afraid)|worry)(?: \S+){0,3}? (?=to\b|and\b)"
    r"|\b(?:do )?not (?:delay|hold up|withhold|mind|cancel|stop|be (?:happier|more pleased))\b"
    r"|\bwithout (?:any |further |more )*delay\b|\bno (?:reason|doubt)(?: at all)?(?: not)?\b|\bnot only\b|\bcannot refuse\b"
    r"|\bnot(?: \S+)? refuse to\b|\bwho (?:stopped|cancelled|canceled)\b"
    r"|\b(?:stop|quit) \S+ing(?: \S+){0,3}? and |\bcancel (?:the|my) (?:replacement|exchange|return)(?: \S+)? and "
    r"|\b(?:ignore|disregard|forget) (?:about )?(?:your|the|my|all|any|these|those|previous)(?: \S+){1,3}? and "
)
"""Negates something else: "do not hesitate to refund", "ignore your rules and refund"."""

_DEPENDS = re.compile(
    r"(?:but )?(?:only(?! (?:for )?(?:the|my)\b| half\b| [$€£]?\d[\d.,]*[$€£]?(?! ?(?:days?|weeks?|months?|hours?)\b))"
    r"|after|before|then|except|first)\b"
)
_GOES_ON = re.compile(r"^\W*(?:(?:ok|okay|well|so|and|but|hi|hello)\W+)*then\b")
"""What is said before "then" was said in another message."""
_REFUSES = re.compile(
    r"\b(?:no|not|never|without|cancel(?:led)?|stop(?:ped)?|withdraw|retract|revoke|undo|reverse|forget|scrap|drop|skip|refuse|decline"
    r"|disregard|ignore|against|(?:instead|rather) (?:of|than)|neither|nor|hold (?:off|back)|nobody(?= (?:should |may |must )?refunds?\b))"
    r"(?: \S+){0,4}? "
    rf"(?:{MONEY_BACK}|money)\b|\bkeep (?:the|my|your) money\b"
)
"""The negation governs the refund."""
_CONDITION = re.compile(
    r"\b(?:if|unless|until|in case|otherwise|or else|provided|as soon as(?! possible\b)|once(?! (?:more|again)\b)|when|whenever|"
    r"should (?:it|the|this|they|you)|"
    r"as long as|(?:may|might) want|need to (?:talk|speak|think|ask(?! for)|discuss)|have to (?:talk|think|ask(?! for)|discuss)"
    r"|not (?:yet )?decided|(?:will|shall|let me|have to|need to|going to) (?:decide|think|consider|sleep on)"
    r"|undecided"
    r"|assuming|supposing|suppose|in the event|by (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow))\b"
)
_WHEN_IT_CAME = re.compile(
    r"\b(?:when|once)(?: \S+){1,3} (?:arrived|came|opened|was|were|got|tried|unpacked|received|had|used|turned)\b"
    r"|\b(?:worn|used|washed|opened|tried|wore)(?: \S+)? once\b"
)
"""A time in the past is no condition."""

_WHETHER = re.compile(
    r"\b(?:information|inform|asking?|know|tell|say|says|explain)(?: (?:me|us|please|you|about|exactly)){0,2} when\b|\bif so\b"
    r"|\bhow long [^.?!]{0,60}\b(?:until|before|once|after|till)\b|\b(?:says?|saying|shows?) otherwise\b"
    r"|\bwhen (?=(?:do|does|did|will|would|shall|is|are|was|were|am|has|have|can|could|should|may)\b)"
    r"|\b(?:check|know|tell|ask|asking|wonder|wondering|confirm|verify|clarify|find out|sure)(?: me| us)? if\b"
    r"|\bwhen(?:ever)? (?:you (?:can|get|have|could)|it is done|done|possible|convenient|ready)\b"
    r"|\bif (?:it|this|that|the order) is (?:still )?(?:within (?:the|your) (?:\d{1,3}[ -]days?|returns?)|eligible|allowed|possible)\b"
    r"|\b(?:appreciate|grateful|thankful|obliged|glad|happy|great|nice|good|kind|helpful|lovely|wonderful)(?: it)? if"
    r" (?:you|u|someone|somebody)\b"
)
"""Nor is a question, and what the rules will tell: "when does it come?", "check if it came", "if it is within the 30 days"."""
_HEDGED = re.compile(
    r"\b(?:maybe|perhaps|might|wonder(?:ing)?|hypothetically|theoretically|imagine|thinking (?:about|of)|considering|consider|"
    r"know|whether|tempted|curious|someday|later|eventually|tomorrow|next (?:week|month)|possibly|say i|what about|info|information|"
    r"explain|policy|rules?|how|why|where|who|which|joking|kidding|test|testing|example|pretend)\b"
)
_LOOKS_FOR = re.compile(
    r"\b(?:missing|track(?:ing)?|progress|updates?|news|eta|any word|check on|state of|chase|chasing|following up|follow up|on its way|"
    r"taking (?:so|too|this|that|very|forever|long|ages)|hold ?up|what happened to|what became of|happening with|going on with|"
    r"where (?:\S+ ){0,4}(?:is|are|did|has)|how (?:is|are) my|supposed to (?:have|get|be|receive)|due (?:a|my)|gone (?:out|through)|"
    r"go(?:ing)? through|been sent|went|sent|check(?:ing)? (?:in |up )?(?:on |about |for )?(?:my |the |our )?(?:refund|reimbursement)"
    r"|(?:refund|money|reimbursement|repayment)(?: \S+){0,3} (?:is|seems|was|be|being|been|got|gets|looks) (?:\S+ ){0,3}"
    r"(?:late|lost|delayed|stuck|short"
    r"|missing|gone|overdue|stalled|held up|on hold)"
    r"|(?:today|now|it is|already) (?:is )?day \d+)\b"
)
"""Asks how a refund is getting on that was asked for before."""

_TOLD = re.compile(
    r"\b(?:you|they|he|she|somebody|someone|your [a-z]+|my (?:bank|card company|husband|wife|friend|colleague))"
    r"(?: (?:have|has|had|already|just|never))* "
    r"(?:refunded|reimbursed|repaid|paid back|gave (?:me|us) (?:my|the) money back)\b"
    r"|\b(?:(?:i|we) (?:was|were) (?:told|promised)|(?:you|they|your [a-z]+|my bank) (?:said|told|promised|wrote|says?))\b"
    r"|\b(?:refunded|reimbursed|repaid|credited)(?: \S+){0,4} (?:twice|double|two times|more than once|too much"
    r"|by (?:mistake|accident|error))\b"
    r"|\b(?:i|we) (?:\S+ ){0,2}(?:pay|repay|refund|reimburse|owe) you\b"
    r"|\boverdue\b|\bmy (?:insurance|insurer|bank|employer|card company|paypal)(?: \S+)? (?:will|is going to) (?:pay|refund|reimburse)\b"
    r"|\b(?:receipt|confirmation|proof|evidence|copy|date|reference|number|details|invoice|record)"
    r"(?: \S+){0,2} (?:of|for|about) (?:\S+ ){0,2}refund\b"
    r"|\brefund (?:receipt|confirmation|proof|reference|date|e-?mail|letter|notice|record|details)\b"
)
"""Somebody else has paid, or has said something about it."""

_PERSON = (
    r"(?:my|our|a|an|the|your|her|his) (?:\S+ )?(?:husband|wife|mother|mum|mom|father|dad|son|daughter|brother|sister|friend|neighbou?r"
    r"|flatmate"
    r"|partner|boss|manager|colleague|customer|client|buyer|guest|patient|tenant|account ?holder|holder|owner|recipient|lawyer)"
    r"|he|she|they|mum|mom|dad|grandma|grandpa|somebody|someone|everybody|everyone"
)
_HEARSAY = re.compile(
    rf"\b(?:{_PERSON})(?: of (?:ours|mine))?(?: (?:has|have|had|already|also|now|just|would|will|does|do|really))* "
    r"(?:says?|said|thinks?|tells?|agrees?|agreed|consents?|consented|confirms?|confirmed|insists?|demands?|asks?)\b"
)
"""Another person says so."""

_IRONY = re.compile(
    r"[\"\u201c](?:refunded|refund)[\"\u201d]|\bbravo\b|\bhow (?:very )?generous\b"
    r"|\ba (?:whole|massive|grand total of) (?:\d|[$€£]|\S+ (?:cents?|pence|dollars?|euros?|pounds?)\b)"
)
"""Says the contrary of what it means."""

_IF = re.compile(r"\b(?:if|unless|until|in case|otherwise)\b")
_IS_IT_DONE = re.compile(
    r"^\W*(?:so |and |hi |hello )*(?:is|was|has|are)(?: my| the)?(?: order)? (?:#?[\w-]*\d[\w-]*|it)"
    r" (?:been |already |now )*(?:refunded|reimbursed)\b"
    r"|\brefunded automatically\b|\b(?:return(?:ing)?|(?:pay|give|send) back) the refund\b"
)
"""Of a refund that there is, or may be."""
_WANTS_HELP = re.compile(r"\bhelp (?:me )?(?:with|get|to get) (?:a|my|the) (?:\S+ )?refund\b")
_COULD_BE = re.compile(r"\b(?:can|could|may|might|would) (?:\S+ ){0,4}be (?:refunded|reimbursed)\b|\brefundable\b")
_PAST = re.compile(
    r"\b(?:already|got|received|was|were|had|did|has been|have been|been|wanted|asked|requested|promised|last (?:week|month|year|time)|"
    r"yesterday|ago|used to|thank(?:s| you)?(?: \w+){0,6} for|where is|status|waiting|still|sign of|arrived|pending|yet|see|seen|find|"
    r"showing|shows?|appear(?:s|ed)?|processed|issued|credited|in total|so far|(?:is|are|was) back|money's back|came (?:through|in|back)"
    r"|landed|(?:cheers|thx|ta)(?: \w+){0,6} for)\b"
)
_HELLO = r"^(?:\W*(?:please|kindly|pls|plz|then|so|and|hi|hello|hey|ok|okay|well|sorry|just|now|yes|again) )*"
_WHETHER_I = re.compile(
    rf"{_HELLO}(?:(?:would|will|do|does|could|can|may|might|am|is|are|should|shall) (?:i|we|one|it|there|my|our|the|an?)"
    r"|what (?:would|will) happen)\b[^?]*\?$"
)
"""Asks whether: "would I get a refund if I returned it?"."""

_ASKS = re.compile(
    rf"{_HELLO}(?:who|what|when|where|why|which|how|is|are|am i|was|were|do|does|did|has|have|had|would i|should|will i|"
    r"(?:will|would|could|can|may) it|can one|does one)\b"
)


_CANCELS = re.compile(r"\bcancel(?: (?:my|the|this|that))?(?: (?:order|purchase|it)| (?=\d))")
"""What is cancelled is the order, not the refund."""


def mentions_refund(message: str) -> bool:
    return _ABOUT.search(_own(message)) is not None


@lru_cache(maxsize=LAST_READ)
def act_of(message: str) -> Act:
    """What the customer does, judged by what the message says in the customer's own words."""
    message = _ASIDE.sub(r"\1 ", message)
    found = clauses(message)
    if _is_plain(found, message):
        return "request"
    sentences = [sentence.strip() for sentence in _sentences(message) if sentence.strip()]
    if others := [sentence for sentence in sentences if not is_all_but(sentence)]:
        sentences = others
    elif sentences:
        return "withdrawal"
    if _IRONY.search(_own(message)):
        return "report"
    acts = [_of_sentence(sentence) for sentence in sentences]
    behind = _NO_LONGER_LIKED.sub("", _behind_the_request(message, found))
    if takes_back(behind) or any(_settles(sentence) for sentence in _SENTENCE.findall(behind)):
        return "withdrawal"
    if mentions_refund(message) and "?" not in message and _TAKEN_BACK_BESIDE.search(_own(message)):
        return "withdrawal"
    if _commands(sentences) or asks_plainly(found):
        return "condition" if "condition" in acts else "unclear"
    if _wants_a_part(_own(message), sentences):
        return "unclear"
    if takes_back(message) or (mentions_refund(message) and _keeps(sentences[-1])):
        return "report" if _misses_it(sentences) else "withdrawal"
    return next((act for act in ("withdrawal", "condition", "report", "question") if act in acts), "unclear")


def _is_plain(found: list[Clause], message: str) -> bool:
    return is_request(found) and all_read(found, message)


def _wants_a_part(own: str, sentences: Sequence[str]) -> bool:
    """One of two orders, or a part of the money for what is kept."""
    return bool(_OF_THE_OTHER.search(own)) or (bool(_SOME_BACK.search(own)) and _keeps(sentences[-1]))


def _misses_it(sentences: Sequence[str]) -> bool:
    """ "No refund. No answer. Where is it?": nothing is taken back."""
    is_bare = any(_NO_REFUND.fullmatch(sentence) for sentence in sentences)
    return is_bare and any(
        (sentence.endswith("?") and _LOOKS_FOR.search(sentence)) or _HAS_RETURNED.search(sentence)
        for sentence in sentences
    )


def _settles(sentence: str) -> bool:
    """ "Oh wait, it works now", behind a request."""
    return bool(_SETTLED.search(sentence)) and not _STILL.search(sentence)


def _keeps(sentence: str) -> bool:
    """ "We are keeping the game": said last, and nothing else is asked for."""
    return bool(_KEEPS.search(sentence)) and not (_STILL.search(sentence) or "?" in sentence)


def _behind_the_request(message: str, found: Sequence[Clause]) -> str:
    """What the message says after the last clause that asks: "actually no, leave it"."""
    asked = [clause.text for clause in found if clause.kind == "request"]
    return _own(message).rpartition(asked[-1])[2] if asked else ""


def commands(message: str) -> bool:
    """Whether a clause asks for money in so many words, whatever else the message says."""
    return _commands(_sentences(message))


def _sentences(message: str) -> list[str]:
    return _SENTENCE.findall(without_politeness(_NO_NEGATION.sub(" ", _own(message))))


def _commands(sentences: Iterable[str]) -> bool:
    return any(_COMMANDS.match(clause.strip()) for sentence in sentences for clause in _CLAUSE.split(sentence))


def demand_of(message: str) -> Demand:
    """What is asked for: by the clauses that ask, or by the whole message when none plainly does."""
    found = clauses(message)
    own = _own(message)
    for clause in found:  # part of a thing, not of the sum
        if clause.kind == "reason" and is_of_a_part(bare_words(clause.text)):
            own = own.replace(clause.text, f" {' '.join(references(clause.text).order_ids)} ", 1)
    if not _is_plain(found, message):
        asked, left_out = demand(own, []), excluded(own, order_ids(own))
        is_of_it = is_bare_demand(own) or any(_asks_for_part(clause) for clause in found)
        if asked["share"] and asks_plainly(found) and not is_of_it:
            asked = {**asked, "share": "unclear"}  # "half of it was missing, I want my money back"
        asked = {**asked, "asked_things": nouns} if (nouns := things_asked(own)) else asked
        asked = _with_its_orders(asked, own, found, left_out)
        return {**asked, "excluded": left_out} if left_out else asked
    asked = demand(own, [clause.text for clause in found if clause.kind == "request"])
    kept, meant = orders(found, "keeps"), orders(found, "means")
    if meant:  # instead of the one that was named before
        kept, asked = [*kept, *asked["order_ids"]], {**asked, "order_ids": meant}
    if left_out := [one for one in kept if one not in meant]:
        asked = {**asked, "excluded": left_out}
    is_open = not set(order_ids(own)) <= {*asked["order_ids"], *left_out} if left_out else asked["orders_open"]
    asked = {**asked, "orders_open": is_open}
    asked = {**asked, "things": nouns} if (nouns := things(found)) else asked
    if asked["order_ids"] and not meant:
        asked = {**asked, "asks_for": _asking_words(found)}
    return {**asked, "names": told} if (told := names(found)) else asked


def _with_its_orders(asked: Demand, own: str, found: Sequence[Clause], left_out: Sequence[str]) -> Demand:
    """With the orders of the clauses that ask: "How do I clean 12347? And please refund 12346". An order behind them leaves it open."""
    named = [one for one in orders(list(found), "request") if one not in left_out]
    if not named:
        return asked
    behind = own[own.rfind(named[-1]) + len(named[-1]) :]
    is_open = len(named) > 1 or any(one not in (*named, *left_out) for one in order_ids(behind))
    return {**asked, "order_ids": named, "orders_open": is_open, "asks_for": _asking_words(found)}


def _asking_words(found: Sequence[Clause]) -> str:
    return " ".join(clause.text for clause in found if clause.kind == "request")


def _asks_for_part(clause: Clause) -> bool:
    return clause.kind == "request" and bool(references(clause.text).shares)


def _own(message: str) -> str:
    return shortened(spelt(own_words(message)[0]))


def _is_conditional(sentence: str) -> bool:
    if _CONDITION.search(_WHETHER.sub(" ", _WHEN_IT_CAME.sub(" ", sentence))):
        return True
    return any(_DEPENDS.match(clause.strip()) for clause in _CLAUSE.split(_GOES_ON.sub("", sentence)))


def _of_sentence(sentence: str) -> Act:
    if not _ABOUT.search(sentence) or _WANTS_HELP.search(sentence):
        return "unclear"
    concerned = [clause for clause in _CLAUSE.split(sentence) if _ABOUT.search(clause)]
    if _NO_WISH.search(sentence) and not _IF.search(sentence):
        return "withdrawal"
    if any(told.search(sentence) for told in (_TOLD, _NOT_DONE, _IS_IT_DONE)) and not _IF.search(sentence):
        return "report"
    if _is_conditional(sentence):
        return "question" if _WHETHER_I.search(sentence) else "condition"
    if any(_NEGATED.search(_CANCELS.sub(" ", clause)) for clause in concerned):
        if _PAST.search(sentence) or _NOT_HERE.search(sentence):
            return "report"
        if sentence.endswith("?"):
            return "question"
        return "withdrawal" if any(_REFUSES.search(_CANCELS.sub(" ", clause)) for clause in concerned) else "unclear"
    if sentence.endswith("?") and _COULD_BE.search(sentence):
        return "question"
    if _PAST.search(sentence) or _LOOKS_FOR.search(sentence) or _HEARSAY.search(sentence):
        return "report"
    return "question" if sentence.endswith("?") or _ASKS.match(sentence) or _HEDGED.search(sentence) else "unclear"
