"""The closed grammar of a plain request for money: every clause of the message has to be one of its kinds.

A request pays only when nothing in the message is left over: each clause asks for the money, names the order, the amount or
an address, says what is wrong with the thing, or is a courtesy. Whatever else a message says, it is asked about.
"""

import re
from functools import cache
from typing import Literal, NamedTuple

from app.clients.language.demand import MAIL, ORDER, SHARE, SUM, references
from app.clients.language.emails import emails
from app.clients.language.quoting import own_words
from app.clients.language.word_lists import alternatives, pairs
from app.clients.language.word_lists import words as listed
from app.clients.language.wording import clean

LONGEST = 2000  # characters: who asks for money plainly does it in fewer

Kind = Literal["request", "detail", "reason", "courtesy", "yes", "other"]


class Clause(NamedTuple):
    text: str
    kind: Kind


_SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\w))+[.!?;\n]*")
_PARTS = re.compile(
    r",(?!\d)|[:()]| - |\b(?:but|because|since|however|although|though|as)\b(?! (?:well|soon))"
    r"|\b(?:and|so) (?=(?:i|we|please|would like|want|need|it|they|the)\b)"
)
_DANGLES = re.compile(
    r"\b(?:but|because|since|however|although|though|as)\b(?! (?:well|soon))[\W_]*(?:(?:please|thanks|thank you)[\W_]*)?$"
)
"""A sentence that breaks off where an exception or a reason would follow."""

_ORDINARY = re.compile(r"(?:[\w\s.,!?';:()$€£¥%&+@-]|#(?=\s?[a-z\d])|(?<=\w)/(?=\w))*")
"""A message with any other sign (quotation marks, bars, boxes, arrows) may quote somebody: it is asked about."""

_EMPTY_BOX = re.compile(r"\(\s*\)|!\s?\(")
_TAKEN_BACK = re.compile(
    r"^[ \t]{0,3}-{2,}[ \t]*\n[\W_]*(?:but|only|not|no|nope|never|don'?t|do not|if|unless|except|however|wait)\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A text below a line of dashes that is no signature."""

_FACE = re.compile(r"[:;]\s?-?[()]")
"""A wink may take back what it stands behind."""

_NOW = r"(?:please|pls|plz|now|asap|immediately)"
_SAYS_SO = re.compile(rf"\b{_NOW}\b")
_HELLO = r"(?:(?:please|kindly|pls|plz|then|so|and|hi|hello|hey|ok|okay|well|sorry|now|yes|again) )*"
_ADVERBS = rf"(?:(?:{_NOW}|kindly) )*"
_ID = rf"(?:order |number |for |the |my |our |of |in |on )*{ORDER}"
_TAIL = (
    rf"(?: (?:{_ID}|{SUM}|{SHARE}|{MAIL}|(?:for|of|on|to|into|back) (?:my|our|the|this|that|these|those|it|them|me|us)|"
    r"(?:my|our|the|this|that) (?:order|orders|purchase|card|account|money|item|items|price|amount|sum)|(?:to|for) (?:me|us)|me|us|it|"
    r"(?:the |in )?(?:full|total|whole)(?: amount| price| order| sum)?|of|for|to|on|into|back|"
    r"(?:the )?(?:first|second|third|last|latter|former|other)(?: one| order)?|both(?: orders| of them)?|all of (?:them|it)|them|"
    rf"as well|too|as soon as possible|today|thanks|thank you|thx|{_NOW}))*"
)
"""What may stand around the refund in a request: the order, the amount, to whom, politeness."""

_NOUN = r"(?:refund|reimbursement|repayment|money[ -]back|restitution)"
_A = rf"(?:a|an|another|full|complete|total|immediate|{SHARE}|{SUM}|of)"
_A_REFUND = rf"(?:{_A} )*{_NOUN}"
_MY_MONEY = rf"(?:(?:{SHARE}|of|all) )*(?:(?:my|our|the) money|what (?:i|we) paid)"
_MONEY_TO_ME = rf"(?:me |us )?(?:back {_MY_MONEY}|{_MY_MONEY} back|{SUM} back|back {SUM})"
_PAY = r"(?:give|send|issue|process|arrange|make|pay|transfer|get|initiate)"
_REFUND = r"(?:refund|reimburse|repay)"
_GET = r"(?:get|have|receive|request|claim|obtain)"
_WANT = (
    r"(?:want|need|demand|request|would like|would appreciate|wish|require|insist on|expect|claim|ask for|"
    r"am (?:requesting|asking for|claiming|after|looking for))"
)
_BACK = r"(?:to (?:return|send back)(?: (?:my|the|this|it|order|item|" + ORDER + r"))* (?:and|for) )?"

_POLITE = tuple(
    re.compile(_HELLO + form + _TAIL)
    for form in (
        # "can I get a refund for 12346", "could you refund it", "would you please refund it"
        rf"(?:can|could|may|might) (?:i|we) {_ADVERBS}(?:{_GET} (?:{_A_REFUND}|{_MONEY_TO_ME})|be (?:refunded|reimbursed))",
        rf"(?:can|could) (?:you|u) {_ADVERBS}(?:{_REFUND}|{_PAY} (?:me |us )?{_A_REFUND}|give {_MONEY_TO_ME})",
        rf"(?:would|will) (?:you|u) (?:please|kindly) (?:{_REFUND}|{_PAY} (?:me |us )?{_A_REFUND})",
    )
)
_PLAIN = tuple(
    re.compile(_HELLO + form + _TAIL)
    for form in (
        # "please refund order 12346", "give me a refund", "send me back my money"
        rf"{_REFUND}(?= )",
        rf"(?:{_PAY}|let) (?:me |us )?(?:have )?{_A_REFUND}",
        rf"(?:(?:give|send|pay|return|transfer) {_MONEY_TO_ME}|return (?:(?:my|our|the) money|what (?:i|we) paid))",
        # "I want a refund", "I'd like to return it and get my money back", "I need you to refund 12346"
        rf"(?:i|we) {_ADVERBS}(?:hereby )?{_WANT} {_BACK}(?:to )?(?:{_GET} )?(?:{_A_REFUND}|{_MONEY_TO_ME})",
        rf"(?:i|we) {_ADVERBS}{_WANT} (?:(?:my|our|the|this|it|order|item|{ORDER}) )*(?:to (?:be|get) )?(?:refunded|reimbursed)",
        rf"(?:i|we) {_ADVERBS}{_WANT} you to {_ADVERBS}{_REFUND}",
        rf"(?:requesting|asking for|claiming|need|want|would like) (?:to )?(?:{_GET} )?(?:{_A_REFUND}|{_MONEY_TO_ME})",
    )
)
_BARE = re.compile(
    rf"{_HELLO}(?:(?:my |our |the )?order )?(?:{ORDER} )?(?:{_A_REFUND}|(?:my |our )?money[ -]back){_TAIL}"
)
"""Like "a full refund for 12346 please": a request only with a word that says so."""

_DETAIL = re.compile(
    rf"(?:(?:for|about|regarding|concerning|it is|this is|here is|that is|the|my|our|order|number|id|e-?mail|mail|address|is|was|"
    rf"with|under|of|on|amount|please|sorry|ok|okay|so|well|oh|yes|hi|hello) )*(?:{ORDER}|{MAIL}|{SUM})"
    rf"(?: (?:and|{ORDER}|{MAIL}|{SUM}|order|for|my|our|email|e-mail|address|is|mail|the|number|please|thanks|thank you))*"
)
_CHOICE = re.compile(
    r"(?:please |ok |the |in )*(?:(?:first|second|third|last|latter|former|other)(?: one| order)?|both(?: of them| orders)?|"
    r"full(?: amount| price| sum)?|whole (?:amount|thing|order|sum|price)|all of it|everything|all)(?: please)?"
)

_HELLO_THERE = (
    r"(?:hi|hello|hey|hiya|dear|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|team|all|everyone|folks|guys|"
    r"support|support team|customer service|customer support|customer care|sir|madam|sir or madam|sirs|shop|again|and))*"
)
_CLOSING = re.compile(
    r"(?:(?:ok|okay|great|many|and|with) )*(?:thanks|thank you|thx|cheers|ta|much appreciated)"
    r"(?: (?:so|very|a lot|much|in advance|again|for your (?:help|time|support|understanding)|you|all|team|bye))*"
    r"|(?:(?:with|best|kind|kindest|warm|many) )*(?:regards|wishes|best)|sincerely|yours(?: (?:sincerely|faithfully|truly))?"
    r"|bye|have a (?:nice|good|great|lovely) (?:day|evening|weekend|one)"
)
_COURTESY = re.compile(
    rf"{_HELLO_THERE}|{_NOW}|sorry|excuse me|(?:i )?hope (?:you are|this finds you|all is) well|yes|ok|okay"
)
_NAME = re.compile(r"[a-z]{2,20}(?: [a-z]\.?| [a-z]{2,20}){0,2}")
_VERY = r"(?:(?:just|only|already|also|all|completely|totally|badly|really|very|so|quite|and) )*"
_WHEN = (
    r"(?: (?:at all|anymore|any more|properly|again|on arrival|out of the box|when it (?:came|arrived)|yesterday|immediately|"
    r"after (?:a|one|two|three|\d{1,2}) (?:day|days|week|weeks|use|uses)))*"
)


def _the(owner: str, place: int) -> str:
    """A thing by its noun: a word for goods, or one that only the order can confirm."""
    return rf"{owner} (?:[a-z]+ ){{0,2}}(?:(?:{alternatives('classes', 'object')})|(?P<noun{place}>[a-z]+))"


_IS = r"(?:is|are|was|were|arrived|came|turned up|showed up|has arrived|have arrived|has been|got here|looks|seems)"


@cache
def _reason() -> re.Pattern[str]:
    """What is wrong with a thing, from the first word of the clause to the last."""
    defect, fails = rf"(?:{alternatives('classes', 'defect')})", rf"(?:{alternatives('classes', 'fails')})"
    thing = rf"(?:{ORDER}|it|this|that|they|these|everything|{_the('(?:the|my|your|this)', 1)}|(?:my |the )?order(?: {ORDER})?)"
    return re.compile(
        rf"(?:unfortunately |sadly )?{thing} {_VERY}(?:{_IS} {_VERY}{defect}(?: (?:and|or) {_VERY}{defect})*|{fails}){_WHEN}"
        rf"|(?:arrived|came) {_VERY}{defect}{_WHEN}"
        rf"|(?:i|we) (?:received|got) (?:it {defect}|the wrong (?:item|size|colour|color|one|product))"
        r"|(?:i|we) (?:am|are) (?:(?:very|really|so|quite) )*(?:unhappy|disappointed|dissatisfied|upset|angry|not happy|not satisfied)"
        rf"(?: with (?:it|this|them|{_the('the', 2)}))?"
        r"|(?:i|we) (?:(?:want|would like|need) to (?:return|send back)|am (?:returning|sending back)) "
        rf"(?:it|this|them|{_the('the', 3)}|{ORDER})"
        rf"|(?:i|we) (?:bought|ordered|purchased|received|got) (?:it|this|them|{_the('(?:an?|the)', 4)})"
        r"(?: (?:from you|online|yesterday|today|last (?:week|month)|(?:a|one|two|three|\d{1,2}) (?:days?|weeks?) ago))*"
    )


_OF_REFUNDS = re.compile(r"\b(?:refund|money|reimburse|repay|chargeback|credit)")

_OWN_ADDRESS = re.compile(
    rf"(?:(?:i|am|we|are|me|it|this|here|is|was|my|our|the|e-?mail|mail|address|account|at|under|with|on|for|and|order|{ORDER}|ordered|placed|"
    r"bought|registered|used|using|reach|contact|write to|please|sorry|hi|hello|thanks|yes|ok|refund|a|to) )*"
    rf"{MAIL}(?: (?:here|please|thanks|thank you|is|my|the|e-?mail|mail|address|for|order|{ORDER}))*"
)
_SOMEBODY = re.compile(
    r"\b(?:by|from|told|asked|not|or|friend|husband|wife|partner|mother|mom|mum|father|dad|sister|brother|son|daughter|boss|colleague|he|she|they"
    r"|his|her|hers|their|him|them|somebody|someone|belongs|instead|wrote|says|said|client|customer|behalf|old|used to|wrong)\b|@\S+'s\b"
)
"""The clause may speak of somebody else's address."""

_YES = re.compile(
    r"(?!(?:ok|okay) (?:thanks?|danke|merci))(?:(?:ok|okay) )?(?:yes|yeah|yep|yup|y|sure|ok|okay|please|correct|"
    r"absolutely|definitely|of course|certainly|please do|go ahead|go for it|do it|"
    r"that would be (?:great|nice|good|lovely)|that is (?:correct|right)|i would like that|agreed|(?:thanks|thank you) yes|"
    r"(?:yes|yeah|yep|yup) (?:thx|that is fine|that is ok|that is okay)|ja|oui|si|sí|sim)"
    r"(?: (?:yes|please|do|do it|go ahead|go for it|thanks|thank you|refund (?:it|me)(?: (?:to my card|in full))?|"
    r"(?:the )?full amount|all of it|i would like that|now|fine|sure|ok|okay|it is fine|bitte|danke|"
    r"merci|por favor|per favore|obrigado|obrigada|that would be (?:great|nice|good|lovely)))*"
)

_THANKS = re.compile(r"(?:many )?(?:thanks|thank you|thx)(?: (?:so|very) much| a lot)?")
_PLAIN_YES = re.compile(
    r"(?:yes|yeah|yep|please do|go ahead|do it)(?: (?:please|do|do it|go ahead|please do|refund it|refund me))*"
)
"""What is a yes also behind a thank-you."""

_POLITE_IF = re.compile(
    r"\bif (?:possible|you (?:can|could|may|would|please|do not mind)|that is (?:ok|okay|fine|possible)|i may)\b"
)


def spelt(message: str) -> str:
    """Lower case, one kind of apostrophe and blank, contractions written out."""
    text = clean(message).lower()
    for short, long in pairs("spellings", "short forms").items():
        text = re.sub(rf"\b{short}\b" if short[0] != "n" else short, long, text)
    text = re.sub(r"\border_?(?=\d{4})", "order ", re.sub(r"\bno\. ?(?=#?\d)", "number ", text))
    return re.sub(r"[ \t]+", " ", text)


def clauses(message: str) -> list[Clause]:
    """The customer's own words in small letters, clause by clause; one "other" for a message too long or with odd signs."""
    own = spelt(own_words(message)[0][: LONGEST + 1])
    is_odd = not _ORDINARY.fullmatch(own) or _FACE.search(own) or _EMPTY_BOX.search(own)
    if len(own) > LONGEST or is_odd or _TAKEN_BACK.search(message[:LONGEST]):
        return [Clause(own, "other")]
    found: list[Clause] = []
    for sentence in _SENTENCE.findall(_POLITE_IF.sub(" ", own)):
        parts = [part for part in _PARTS.split(sentence) if bare_words(part)]
        asked = [part for part in parts if not _is_courtesy(bare_words(part))][-1:] if "?" in sentence else []
        for part in parts:
            is_question = part in asked or (not asked and "?" in sentence)
            found.append(Clause(part.strip(), _kind(bare_words(part), is_question=is_question)))
        if _DANGLES.search(sentence):
            found.append(Clause(sentence.strip(), "other"))
    return _with_name(found)


def is_request(found: list[Clause]) -> bool:
    kinds = {clause.kind for clause in found}
    return "request" in kinds and "other" not in kinds


def asks_plainly(found: list[Clause]) -> bool:
    """Whether a clause is a request, whatever else the message says."""
    return any(clause.kind == "request" for clause in found)


def own_address(message: str) -> str:
    """The address that the message plainly gives as its writer's: the only one, in a clause that says no more than that.

    Where no money is spoken of, it is enough that the clause speaks of nobody else.
    """
    addresses, _ = emails(clean(own_words(message)[0]))
    holding = [clause for clause in clauses(message) if emails(clause.text)[0]]
    is_own = all(
        clause.kind in ("detail", "request")
        or _OWN_ADDRESS.fullmatch(bare_words(clause.text))
        or not (_OF_REFUNDS.search(message.lower()) or _SOMEBODY.search(clause.text))
        for clause in holding
    )
    return addresses[0] if len(addresses) == 1 and holding and is_own else ""


def things(found: list[Clause]) -> list[str]:
    """The nouns of the reasons that only the order can confirm: "my carafe is broken" concerns it, "my son is late" does not."""
    reasons = [_reason().fullmatch(bare_words(clause.text)) for clause in found if clause.kind == "reason"]
    return [noun for reason in reasons if reason for noun in reason.groupdict().values() if noun]


def is_detail(message: str) -> bool:
    """Nothing but an order, an address, an amount or a choice, and courtesies: an answer to what we have asked."""
    kinds = {clause.kind for clause in clauses(message)}
    return "detail" in kinds and kinds <= {"detail", "courtesy", "yes"}


def agrees(message: str) -> bool:
    """A plain yes, and nothing but courtesies beside it."""
    own, quoted = own_words(message)
    if quoted and "refund" not in quoted.lower() and ">" in quoted:  # a yes to something else
        return False
    found = clauses(message)
    is_odd = [clause.kind for clause in found] == ["other"]
    is_one_yes = _YES.fullmatch(bare_words(own)) and not re.search(r"[.:;?!()]\W*\w", own)
    if is_one_yes and not is_odd and not _TAKEN_BACK.search(message):
        found = [Clause(own, "yes")]
    if (
        len(found) > 1
        and _THANKS.fullmatch(bare_words(found[0].text))
        and _PLAIN_YES.fullmatch(bare_words(found[1].text))
    ):
        found = found[1:]
    kinds = [clause.kind for clause in found]
    is_closing = len(found) > 1 and bare_words(found[0].text) in ("ok", "okay")  # "ok, thank you very much"
    is_doubtful = is_closing or re.search(r"\.\.|[():;?]", own) is not None
    return kinds[:1] == ["yes"] and set(kinds) <= {"yes", "courtesy"} and not is_doubtful


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


def _kind(words: str, *, is_question: bool) -> Kind:
    if words.count(ORDER) <= 1 and any(form.fullmatch(words) for form in _POLITE):
        return "request"
    if is_question:
        return "other"
    if words.count(ORDER) <= 1 and _asks(words):
        return "request"
    if _DETAIL.fullmatch(words) or _CHOICE.fullmatch(words):
        return "detail"
    if _reason().fullmatch(words) and not _OF_REFUNDS.search(words):
        return "reason"
    if _YES.fullmatch(words):
        return "yes"
    return "courtesy" if _is_courtesy(words) else "other"


def _is_courtesy(words: str) -> bool:
    return bool(_COURTESY.fullmatch(words) or _CLOSING.fullmatch(words))


def _asks(words: str) -> bool:
    names_two = ORDER in words and re.search(
        r"\b(?:first|second|third|last|latter|former|other|both|them) ", f"{words} "
    )
    if names_two or re.search(rf"\b(?:on|by|in) {SUM}", words):
        return False
    return any(form.fullmatch(words) for form in _PLAIN) or bool(_SAYS_SO.search(words) and _BARE.fullmatch(words))


def _with_name(found: list[Clause]) -> list[Clause]:
    """A name that ends the message, after a closing."""
    if len(found) < 2 or found[-1].kind != "other" or not _CLOSING.fullmatch(bare_words(found[-2].text)):
        return found
    words = found[-1].text.strip(" .!").split()
    is_name = _NAME.fullmatch(" ".join(words)) and not (
        listed("words", "not names") | listed("words", "vocabulary")
    ) & set(words)
    return [*found[:-1], Clause(found[-1].text, "courtesy")] if is_name else found
