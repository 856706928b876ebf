"""Clauses that ask for money back, now and for the speaker, from the first word to the last.

Each form is closed: a wish of the first person, an imperative, or a polite question, then what is asked for, then the order,
the amount, the way and the politeness around it. A word that is none of these makes it no request.
"""

import re

from app.clients.language.demand import MAIL, ORDER, SHARE, SUM

NOW = r"(?:please|pls|plz|now|asap|immediately|kindly)"
_OPENING = (
    r"(?:(?:please|kindly|pls|plz|then|so|and|hi|hello|hey|there|team|all|ok|okay|well|sorry|now|yes|again|just|simply|anyway|therefore|but|hence|"
    r"unfortunately|go ahead and|be so kind as to|be kind enough to|(?<=please )to) )*+"
)
_ADVERBS = r"(?:(?:please|now|kindly|just|simply|also|hereby|therefore|pls|plz|only|immediately) )*+"

_NUMBERED = (
    r"(?:(?:my|our|the|this|that|order|number) )*+(?:(?:recent|latest|last|whole|entire|complete|damaged|broken|faulty) )*+"
    rf"(?:(?:orders?|purchase|parcel|item|product|things?|goods) )?{ORDER}"
)
_ID = rf"(?:(?:order|number|nr|for|the|my|our|of|in|on|from) )*+{ORDER}"
_TAIL = (
    r"(?: (?>"
    rf"(?:(?:for|of|on|in|from|to|against|re|regarding|concerning) )?{_NUMBERED}"
    rf"|(?:the |my |our )?(?:remaining |full |other )?{SUM}(?: (?:that )?(?:i|we) (?:have )?paid)?|(?:the |my )?{SHARE}|{MAIL}"
    r"|(?:of )?(?:the|my|our|full|total|whole|entire|complete) (?:full |total |whole |entire |complete )?(?:purchase )?(?:amount|price|sum|cost|value)"
    r"|(?:of )?(?:the |my |our )?(?:full|total|whole|entire|complete) order"
    r"|in full|completely|(?:the )?(?:full|total|whole)"
    r"|(?:back )?(?:to|on|onto|into) (?:my|our|the) (?:(?:original|same|own) )*(?:card|account|payment method|method of payment)(?: (?:that )?(?:i|we) (?:paid with|used|have used))?"
    r"|(?:for|of|on|to|into|back) (?:my|our|the|this|that|these|those)(?: (?:recent|latest|last))?(?: (?:order|orders|purchase|money|item|items|thing|product|goods))?"
    r"|(?:my|our|the|this|that) (?:order|orders|purchase|money|item|items|thing|product|goods)"
    r"|(?:for|of|on|to|into|back) (?:it|them|me|us)|me|us|it|them"
    r"|(?:the )?(?:first|second|third|last|latter|former|other)(?: one| order)?|both(?: orders| of them)?|all of (?:them|it)|everything|all"
    r"|at your earliest convenience|as soon as (?:possible|you can)|right (?:away|now)|straight away|at once|today|quickly"
    r"|as well|too|(?:many )?(?:thanks|thank you|thx|ty)(?: (?:in advance|so much|very much|you))?|and thank you|cheers"
    rf"|(?:that )?(?:i|we) (?:have )?(?:paid|bought|ordered|received)|back|of|for|to|on|into|{NOW}"
    r"))*+"
)
"""What may stand around the refund in a request. Possessive: it never goes back, so that it is linear."""

_NOUN = r"(?:refund|reimbursement|repayment|(?:money|cash)[ -]back|restitution)"
_A = rf"(?:an?|another|full|complete|total|immediate|prompt|quick|{SHARE}|{SUM}|of)"
A_REFUND = rf"(?:{_A} )*+{_NOUN}"
_CASH = r"(?:money|cash|funds)"
_OF_ORDER = rf"(?:(?:for|of|from|in|on) (?:order |number |the |my )*+{ORDER} )?"
_MY_MONEY = (
    rf"(?:(?:{SHARE}|of|all) )*+(?:(?:my|our|the)(?: (?:full|whole|remaining|other|entire))? (?:{_CASH}|{SUM})(?: (?:i|we) paid)?"
    r"|what (?:i|we) (?:have )?paid)"
)
_MONEY_TO_ME = rf"(?:me |us )?(?:back {_MY_MONEY}|{_MY_MONEY} {_OF_ORDER}back|(?:the (?:other|remaining) )?{SUM} (?:{_OF_ORDER}back)|back {SUM})"
_PAY = r"(?:give|send|issue|process|arrange|make|pay|transfer|get|initiate|do|grant)"
_REFUND = r"(?:refund|reimburse|repay)"
_GET = r"(?:get|have|receive|request|claim|obtain|ask for|apply for|demand)"
_PASSIVE = rf"(?:(?:my|our|the|this|it|order|item|purchase|money|full|amount|{ORDER}|{SUM}) )*+(?:to (?:be|get) )?(?:refunded|reimbursed)"
_THIS = rf"(?:(?:order|my|the|it|item|this|them|{ORDER}) )*+"
_DO = (
    rf"(?:(?:(?:cancel|return|take|accept) {_THIS}(?:back )?and (?!refund (?:of|for|on) ))?(?:{_REFUND}(?: (?:only|just)(?= (?:order |number |the |my )*+{ORDER}))?(?= )"
    rf"|{_PAY} (?:me |us )?(?:have )?{A_REFUND}|(?:issue|process|arrange|make|initiate|do|complete) (?:the|my) refund"
    rf"|(?:give|send|pay|return|transfer|put|credit|get) {_MONEY_TO_ME}"
    rf"|(?:return|repay) (?:(?:my|our|the) {_CASH}|what (?:i|we) paid)"
    r"|credit (?:my|our|the) (?:card|account)|reverse (?:the|my) (?:charge|payment)))"
)
"""What the shop is asked to do."""

_REFUNDING = rf"(?:refunding|reimbursing|repaying|(?:giving|sending|issuing|processing|arranging) (?:me |us )?(?:{A_REFUND}|{_MONEY_TO_ME}))"
_BACK = rf"(?:to )?(?:return|send back)(?: (?:my|the|this|it|order|item|{ORDER}))*+ (?:and|for) "
_GAIN = rf"(?:(?:to )?(?:{_GET} )?(?:it refunded|{A_REFUND}|{_MONEY_TO_ME})|(?:to )?(?:have |get )?{_PASSIVE})"
"""What the customer wants to have."""

_GRATEFUL = r"(?:(?:very|most|so) )?(?:grateful|glad|happy|thankful|pleased)"
_WANT = (
    r"(?:(?:must|have to|need to|would like to|want to|am going to|wish to) )?(?:"
    r"want|need|demand|require|request|wish(?: for)?|claim|expect|insist on|ask for|would (?:really )?(?:like|love|appreciate)|"
    r"am (?:requesting|asking for|claiming|after|looking for|demanding|entitled to)|are (?:requesting|asking for)|will (?:take|have|need)|"
    rf"(?:would be|should be|am|are) {_GRATEFUL} (?:for|about|with|to (?:get|have|receive))|"
    r"(?:am|are) (?:writing|contacting you|getting in touch|emailing|mailing|messaging you|here|reaching out)(?: today)?)"
)
_WOULD_BE = (
    rf"(?:(?:i|we) (?:would|should) (?:(?:really|greatly|very much) )?(?:appreciate it|be {_GRATEFUL})"
    r"|it would be (?:(?:very|really|so) )?(?:great|nice|good|lovely|wonderful|appreciated|kind|helpful))"
)

_QUESTIONS = tuple(
    re.compile(_OPENING + form + _TAIL)
    for form in (
        # "can I get a refund for 12346", "could you refund it", "would you mind refunding it"
        rf"(?:can|could|may|might) (?:i|we) {_ADVERBS}(?:{_GET} (?:{A_REFUND}|{_MONEY_TO_ME}|(?:it|this|{_ID}) (?:refunded|reimbursed))|be (?:refunded|reimbursed))",
        rf"(?:can|could) (?:you|u|(?:someone|somebody)(?= (?:please )?(?:refund|issue|process|give|send))) {_ADVERBS}{_DO}",
        rf"(?:would|will) (?:you|u) (?:please|kindly|be so kind as to|be kind enough to|be so kind to|please be so kind as to) {_DO}",
        rf"would (?:you|u) (?:please )?mind {_REFUNDING}",
    )
)
_PLAIN = tuple(
    re.compile(_OPENING + form + _TAIL)
    for form in (
        # "please refund order 12346", "go ahead and give me a refund", "put the money for 12346 back on my card"
        rf"(?:do )?{_DO}",
        rf"(?:let us do|let (?:me|us) (?:have|get)) (?:{A_REFUND}|{_MONEY_TO_ME})",
        # "I want a refund", "I'd like to return it and get my money back", "I need you to refund 12346"
        rf"(?:i|we) {_ADVERBS}{_WANT} (?:{_BACK})?{_GAIN}",
        rf"(?:i|we) {_ADVERBS}(?:{_WANT}|ask|would like to ask) (?:you )?to {_ADVERBS}{_DO}",
        rf"{_WOULD_BE} if (?:you|u) (?:could|would|can) {_ADVERBS}{_DO}",
        rf"(?:requesting|asking for|claiming|looking for|(?:going to )?need|want|would like|ask for|request|demand) {_GAIN}",
        rf"(?:this is|accept this as|take this as|consider this) (?:a|my|our) (?:formal )?request (?:for|to get) {_GAIN}",
        rf"(?:all )?(?:i|we) (?:want|need|ask for|am asking for) is {_GAIN}",
        rf"{A_REFUND}(?: (?:for|of|on) {_ID})? (?:will do|is (?:what|all) (?:i|we) (?:want|need))",
        rf"(?:my |our |the )?(?:order )?(?:{_ID} )?{A_REFUND}(?: (?:for|of|on|my|the|order|number|{ORDER}))*+ (?:is )?(?:requested|needed|wanted|required)",
    )
)
_SAYS_SO = re.compile(rf"\b{NOW}\b")
_BARE = re.compile(rf"{_OPENING}(?:(?:my |our |the )?order )?(?:{ORDER} )?(?:{A_REFUND}|(?:my |our )?(?:money|cash)[ -]back|{SUM} back){_TAIL}")
"""Like "a full refund for 12346 please": a request only with a word that says so."""

_TOPIC = re.compile(rf"{A_REFUND}(?: request)?(?: (?:for|of|on)(?: (?:my|the|order|number|this))*+(?: {ORDER})?)?|{A_REFUND} {ORDER}")
"""A heading: "Refund for order 12346". Alone it asks for nothing."""

_WHICH = re.compile(r"\b(?:first|second|third|last|latter|former|other(?! xsumx)|both|them) ")
_AT_A_PRICE = re.compile(rf"\b(?:on|by|in) {SUM}")


def asks(words: str) -> bool:
    """Whether a clause, not a question, asks for the money of one order."""
    if not _is_about_one(words):
        return False
    return any(form.fullmatch(words) for form in _PLAIN) or bool(_SAYS_SO.search(words) and _BARE.fullmatch(words))


def asks_politely(words: str) -> bool:
    """Whether a clause asks for it in the form of a question."""
    return words.count(ORDER) <= 1 and any(form.fullmatch(words) for form in _QUESTIONS)


def is_topic(words: str) -> bool:
    return _TOPIC.fullmatch(words) is not None


def _is_about_one(words: str) -> bool:
    names_two = ORDER in words and _WHICH.search(f"{words} ")
    return words.count(ORDER) <= 1 and not (names_two or _AT_A_PRICE.search(words))
