"""Clauses that take a request back, from the first word to the last."""

import re

from app.clients.language.plain_spelling import shortened
from app.clients.language.quoting import own_words
from app.clients.language.requests.clauses import bare_words, spelt

_SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\w))+[.!?;\n]*")
_CLAUSE = re.compile(r",(?!\d)|[:()]|\b(?:but|because|since|however|although|though)\b|\band (?=(?:i|we)\b)| - ")
_TAKES_BACK = re.compile(
    r"(?:(?:please|ok|okay|sorry|no|oh|actually|wait|hold on|hi|hello|so|then|just|i have decided|on second thoughts?) )*"
    r"(?:(?:cancel|stop|withdraw|retract|scrap|drop|forget|revoke|ignore)(?: about)?"
    r"(?: (?:that|it|this|everything|(?:my|the|this|that) (?:refund|request|refund request|request for a refund|claim)))?"
    r"(?: (?:of|for) (?:order )?(?:xorderx|it))?"
    r"|(?:do not|never) (?:refund|reimburse|repay|pay|process|issue|do|make|send)(?: (?:me|it|that|this|order|xorderx|the refund|"
    r"a refund|my refund|anything|for|please))*"
    r"|(?:i|we) (?:(?:do not|no longer) (?:want|need) (?:a|the|my|any|that|this)|(?:want|need) no(?: more)?) (?:refunds?|money)(?: back)?"
    r"(?: (?:any more|anymore|after all|for|order|xorderx|please))*"
    r"|no (?:more )?refund(?: for me| me| after all| needed| necessary| please| for| order| xorderx)*"
    r"|(?:never ?mind|nvm|undo)(?: (?:it|that|this|the refund|my request))?"
    r"|(?:you can |please )?keep (?:the|my) money|(?:(?:i|we) (?:have )?)?changed my mind(?: about (?:it|that|the refund|my refund))?"
    r"|no need(?: (?:any ?more|for (?:it|that|a refund)|to refund(?: it| that| me| order| xorderx)*))?|(?:just )?keeping (?:it|them)"
    r"|(?:i|we) (?:hereby )?withdraw (?:it|that|(?:my|the|that|this) (?:refund )?(?:claim|request|refund)(?: for .{0,30})?)"
    r"|(?:do not approve|reject|decline|deny|refuse)(?: (?:it|that|this|(?:my|the|this|that) (?:refund|request|refund request)))?"
    r"|do not(?: do (?:it|that|this))?|actually no|(?:i|we) (?:would|will) rather not"
    r"|(?:i|we) (?:would rather|would prefer to|prefer to) (?:exchange|swap|replace|repair) (?:it|them|this)"
    r"|(?:i|we) (?:(?:would rather have|would prefer|prefer) (?:an? )?(?:exchange|replacement|repair|new one|another one)"
    r"|(?:want|would like) (?:an? )?(?:exchange|replacement|repair|new one) instead)|send me a new one instead"
    r"|(?:it|everything) works(?: fine)? (?:now|again|after all)|(?:i|we) (?:(?:am|are) keeping|keep) (?:it|them)"
    r"|(?:i|we) (?:would like|want|wish) to (?:cancel|withdraw)"
    r"|my [a-z]+ (?:wrote|typed) (?:it|that|this)|my [a-z]+ sent (?:that|this) message"
    r"|(?:it|they) (?:is|are|was|were) not (?:broken|damaged|defective|faulty|cracked|torn|wrong|missing|late) (?:after all|any ?more)"
    r"|(?:you )?can (?:stop|cancel|forget) (?:about )?(?:it|that|(?:my|the) (?:refund|request|refund request))"
    r"|(?:i|we) (?:take|took) (?:it|that|my request|this|the request) back|(?:i|we) take back my request(?: .{0,30})?"
    r"|(?:it is |this is |that is )?no longer needed|scratch that|call it off|leave it(?: as it is)?"
    r"|(?:i|we) (?:will|would like to|want to|would rather) (?:keep (?:it|that|this|(?:the|my) (?:[a-z]+ ){0,2}[a-z]+)|(?:withdraw"
    r"|cancel) (?:it|that|this|(?:the|my) (?:refund |request )?(?:refund|request|claim|refund request)))"
    r"|there is no need (?:to refund|for a refund)(?: .{0,20})?|stop|cancel)"
    r"(?: (?:please|thanks|thank you|cheers|then|instead|any more|anymore|after all|now))*"
)
_ASKED_FOR = re.compile(
    r"(?:(?:please|sorry|ok|actually|so) )*(?:can|could|would|will) you (?:please |just )*"
    r"(?:(?:cancel|stop|withdraw|retract|drop|forget)(?: about)?"
    r" (?:it|that|this|(?:my|the|this|that) (?:refund|request|refund request|claim))"
    r"|not (?:refund|pay|approve|process) (?:it|that|this|me))"
    r"(?: (?:please|again|after all|for me|thanks|thank you))*"
)
"""A question in form alone: "could you cancel it please?"."""
_CONDITION = re.compile(
    r"\b(?:if|unless|until|otherwise|or else|in case|provided|as soon as|once|when|whenever|as long as|assuming|supposing)\b"
    r"|^\W*(?:(?:and|but|or|please|so) )*(?:should|were|had) (?:it|this|that|the|they|you|i|we|nobody|nothing|my|there)\b"
)
"""What holds only then takes nothing back now: "unless it is paid today, cancel it"."""
_ALL_BUT = re.compile(
    r"(?:(?:please|just|you can|you may|can|could|so|ok) )*do (?:everything|anything)(?: else)?(?: you (?:want|like))? "
    r"(?:except|but|apart from|other than|besides) (?:refund|refunding|a refund)(?: (?:me|it|my|order|xorderx|for|of|the|please))*"
)


def takes_back(message: str) -> bool:
    """Whether a clause of the message plainly takes a request back; a question and a condition never do."""
    own = shortened(spelt(own_words(message)[0]))
    told = [
        one for one in _SENTENCE.findall(own) if not _CONDITION.search(one) and ("?" not in one or _is_asked_for(one))
    ]
    return any(
        is_all_but(sentence)
        or _is_asked_for(sentence)
        or any(_TAKES_BACK.fullmatch(bare_words(clause)) for clause in _CLAUSE.split(sentence))
        for sentence in told
    )


def _is_asked_for(sentence: str) -> bool:
    return _ASKED_FOR.fullmatch(bare_words(sentence)) is not None


def is_all_but(sentence: str) -> bool:
    """ "Do everything except refund order 12346"."""
    return "do " in sentence and _ALL_BUT.fullmatch(bare_words(sentence)) is not None
