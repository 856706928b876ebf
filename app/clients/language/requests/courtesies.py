"""Clauses that change nothing about a request: greetings, thanks, names, labels of a form, and what is not wanted instead."""

import re

from app.clients.language.demand import MAIL, ORDER, SUM
from app.clients.language.requests.complaints import has_vocabulary
from app.clients.language.requests.request_forms import NOW
from app.clients.language.word_lists import words as listed

_HELLO = (
    r"(?:hi|hello|hey|hiya|hallo|yo|dear|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|team|all|everyone|folks|guys|"
    r"support|support team|customer service|customer support|customer care|sir or madam|sir|madam|sirs|shop|again|and|ladies|gentlemen))*+"
)
_THANKS = (
    r"(?:(?:ok|okay|great|many|and|with|kind|best) )*+(?:thanks|thank you|thx|ty|cheers|ta|much appreciated|appreciated)"
    r"(?: (?:so|very|a lot|much|in advance|again|for (?:your|the|a) (?:help|time|support|understanding|trouble|quick (?:help|reply|answer|delivery)|fast delivery)|"
    r"you|all|team|bye|kindly|and best wishes))*+"
)
_REGARDS = (
    r"(?:(?:with|best|kind|kindest|warm|many|all|the) )*+(?:regards|wishes|best|greetings)|(?:yours )?(?:sincerely|faithfully|truly)"
    r"|yours(?: (?:sincerely|faithfully|truly))?|best wishes to (?:all|everybody|everyone)"
)
_CLOSING = re.compile(rf"{_THANKS}|{_REGARDS}|bye|(?:have|wish you) a (?:very )?(?:nice|good|great|lovely) (?:day|evening|weekend|week|one)|take care")
_COURTESY = re.compile(
    rf"{_HELLO}|{NOW}|ps|p s|(?:(?:so|very) )?sorry(?: (?:again|to (?:bother|trouble) you(?: again)?|for (?:my (?:bad )?english|the (?:trouble|inconvenience|hassle|bother))))?"
    r"|excuse me|(?:i )?hope (?:you are|this finds you|all is|you are all|everyone is|you are doing)(?: (?:all|very))? well|how are you(?: doing)?(?: today)?"
    r"|yes|ok|okay|oh|oh sorry|here you go|good|great|perfect|fine|alright|all right|cool|i see|understood|anyway|(?:i )?(?:really )?(?:love|like) your (?:shop|store|products|site|website)|my (?:address|details|card) (?:is|are) (?:unchanged|the same|still the same)"
    r"|(?:looking|i look) forward to (?:your (?:reply|answer)|hearing from you)|(?:please )?let me know|(?:i )?(?:would )?appreciate (?:it|your help)"
    r"|(?:please )?confirm(?: (?:this|it|by (?:mail|e-mail|email)))?|(?:if you need|should you need) (?:photos|pictures|anything|more|more details|anything else)(?: from me)?"
)
_YES = re.compile(
    r"(?!(?:ok|okay) (?:thanks?|danke|merci))(?:(?:ok|okay) )?(?:yes|yeah|yep|yup|y|sure|ok|okay|please|correct|"
    r"absolutely|definitely|of course|certainly|please do|go ahead|go for it|do it|"
    r"that would be (?:great|nice|good|lovely)|that is (?:correct|right)|i would like that|agreed|(?:thanks|thank you) yes|"
    r"(?:yes|yeah|yep|yup) (?:thx|that is fine|that is ok|that is okay)|ja|oui|si|sí|sim)"
    r"(?: (?:yes|please do|please|do it|do|go ahead|go for it|thanks|thank you|refund (?:it|me)(?: (?:to my card|in full))?|"
    r"(?:the )?full amount|all of it|i would like that|now|fine|sure|ok|okay|it is fine|bitte|danke|"
    r"merci|por favor|per favore|obrigado|obrigada|that would be (?:great|nice|good|lovely)))*+"
)

_ASIDE = re.compile(
    r"(?:and )?(?:how long (?:does|will|would) (?:it|this|that|the refund) take|when (?:will|can|do) i (?:get|see|have|receive|expect) (?:it|(?:my|the) (?:money|refund)))"
    r"(?: (?:back|to (?:arrive|show up|be on my card)|on my card|please))*"
)
"""What may be asked beside a request."""

_LABEL = re.compile(
    r"(?:my |the )?(?:order|order (?:number|no|id|nr)|number|reason|request|subject|re|regarding|problem|issue|item|name|e-?mail|mail|customer|action|what i want|wish)"
)
_ASKS_BY_LABEL = frozenset({"request", "action", "wish", "what i want"})
_NAME = re.compile(r"[a-z]{1,20}(?: [a-z]\.?| [a-z]{2,20}){0,2}")
_INTRODUCES = re.compile(r"(?:this is|my name is|i am) (?P<name>[a-z]{2,20}(?: [a-z]{2,20})?)|(?P<here>[a-z]{2,20}) here")

_ELSE = r"(?:(?:an?|any|another|the|your|some) )*(?:replacements?|exchange|vouchers?|store credit|credit|gift ?cards?|repair|new one|one|discount|coupons?|substitute)"
_REFUSES = re.compile(
    rf"(?:and |so |please |i |we |there is )*(?:no {_ELSE}|never ?mind {_ELSE}|forget (?:about )?{_ELSE}|no need (?:to send (?:me )?|for ){_ELSE}|not {_ELSE}|do not (?:want|need|send(?: me)?) {_ELSE}|would not like {_ELSE})"
    rf"(?: (?:or|nor|and) (?:no |not )?{_ELSE})*(?: (?:for|please|this time|xorderx))*|(?:please )?do not ask (?:me )?why|no questions(?: please)?"
)
_KEEPS = re.compile(
    rf"(?:please |and |but |i |we |am |are |want to |would like to |will |do |to )*(?:not(?: refund)?|keep(?:ing)?|love|like|do not (?:refund|touch)|leave)"
    rf"(?: (?:for|the|my|order|thing|things|item|items|in|from|of|number|one))* {ORDER}(?: (?:alone|please|as it is))*"
    rf"|(?:(?:order|number) )*{ORDER} (?:is|was|are) (?:fine|ok|okay|good|great|perfect)"
)
_MEANS = re.compile(
    r"(?=.*\b(?:sorry|oops|typo|wait|correction|wrong|mistake|mean|meant|should|make|right|correct|actually)\b)"
    r"(?:(?:sorry|oops|no|typo|wait|correction|wrong (?:number|order|one)|a typo|my mistake|that was (?:wrong|a typo|the wrong (?:number|one|order))|"
    r"i|we|it|is|mean|meant|should be|should have been|make (?:it|that)|actually|the (?:right|correct) (?:number|one|order) is|of course|please) )++"
    rf"{ORDER}(?: (?:sorry|please|instead|of course))*"
)
_SLIP = re.compile(
    r"(?:(?:sorry|oops|oh|no|wait) )*(?:oops|typo|a typo|wrong (?:number|order|one|shop|order number)|i mistyped|that was (?:a typo|the wrong number))"
)


def is_yes(words: str) -> bool:
    return _YES.fullmatch(words) is not None


def is_courtesy(words: str) -> bool:
    return bool(_COURTESY.fullmatch(words) or _CLOSING.fullmatch(words))


def is_closing(words: str) -> bool:
    return _CLOSING.fullmatch(words) is not None


def is_label(words: str) -> bool:
    return _LABEL.fullmatch(words) is not None


def is_asking_label(words: str) -> bool:
    return words in _ASKS_BY_LABEL


def is_aside(words: str) -> bool:
    return _ASIDE.fullmatch(words) is not None


def refuses_else(words: str) -> bool:
    """ "I don't want a voucher": what could be done instead is refused."""
    return _REFUSES.fullmatch(words) is not None


def keeps_order(words: str) -> bool:
    """ "I am keeping 12345": an order that is left out."""
    return _KEEPS.fullmatch(words) is not None


def means_order(words: str) -> bool:
    """ "Sorry, I mean 12346"."""
    return _MEANS.fullmatch(words) is not None


def is_slip(words: str) -> bool:
    return _SLIP.fullmatch(words) is not None


def is_name(text: str) -> bool:
    """One to three words that are none the rules know."""
    known = (listed("words", section) for section in ("not names", "vocabulary", "real words", "pleasantries"))
    words = frozenset(text.split())
    return bool(_NAME.fullmatch(text)) and all(words.isdisjoint(section) for section in known) and not has_vocabulary(words)


def introduced(words: str) -> str:
    """The name that the writer gives: "this is Ada", "Ada here"; "" in any other clause."""
    found = _INTRODUCES.fullmatch(words)
    name = (found["name"] or found["here"]) if found else ""
    return name if name and is_name(name) else ""
