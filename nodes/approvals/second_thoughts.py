"""A customer who does not want the request any more that waits: said in a whole message of a few words.

Elsewhere such words answer a question, or are a reason. "I don't want it any more" takes nothing back: it is the reason of
many a request. "Wait" and "it's fine" do not, either: they may be said of the waiting.
"""

import re

LONGEST = 200  # characters of such a message

_SLIPS = {
    r"can(?:cle|cell|el|sel|cal|cl|ceel)": "cancel",
    r"cancell?ed": "cancelled",
    r"f(?:or?gt|orgte|roget)": "forget",
    r"never ?mi?nd|nvr ?mi?nd|nver mind|nvm": "never mind",
    r"re(?:q|qu|quu)es?t|requst|reqeust": "request",
    r"dnt|dont|do not": "don't",
    r"lets": "let's",
    r"wont|will not": "won't",
    r"isnt|is not": "isn't",
    r"wasnt|was not": "wasn't",
    r"ive|i have": "i've",
    r"i am|im": "i'm",
    r"it is|its": "it's",
    r"that is|thats": "that's",
    r"pls|plz": "please",
}
_BEFORE = (
    r"(?:(?:never mind|hi|hello|hey|dear \w+|oh|oops|ok|okay|h+m+|er|um|uh|ugh|sorry|please|well|actually|and|but|so|just|wait"
    r"|hold on|lol"
    r"|thanks|no|nope"
    r"|god|hell|on second thoughts?|(?:it )?turns out|i(?:'ve)? (?:decided|think)|let's|let me)\W+)*"
)
_BEHIND = (
    r"(?:\W+(?:please|thanks|thank you|thx|sorry|any ?more|now|yet|then|after all|instead|again|lol|for the trouble|all good|at all|no|me"
    r"|i (?:was|am) (?:only |just )?(?:joking|kidding)|it(?:'s)? (?:works|fine)(?: now)?))*\W*"
)
_THING = (
    r"(?:it|this|that|them|everything|anything|(?:(?:the|my|this|that|our|last|previous|whole|order|refund|return) )*"
    r"(?:request|refund|return|claim|messages?|mail|e-?mail|ticket|case|thing)(?: request)?(?: (?:for|of|on) (?:order )?#?\d+| #?\d+)?"
    r"|(?:order |my order )?#?\d+(?: (?:refund|request))*|what i (?:said|wrote|asked(?: for)?))"
)
_DROP = (
    r"(?:cancel|withdraw|retract|revoke|recall|rescind|annul|void|nix|scrap|drop|bin|toss|trash|ditch|dump|kill|abort|halt|cease|desist"
    r"|undo|reverse|revert|roll ?back|delete|remove|erase|disregard|ignore|forget|skip|strike|scratch|close|unsend|unrefund"
    r"|call off|stop|quit)"
)
_GONE = r"(?:cancelled|withdrawn|void|obsolete|moot|off|closed|(?:no longer|not|isn't) (?:needed|necessary|wanted|required)|unnecessary)"
_ONE = r"(?:kid|son|daughter|toddler|child|children|baby|cat|dog|wife|husband|brother|sister|friend|colleague|mother|father|mum|mom|dad)"
_FORMS = (
    # withdrawn by a verb, or told to be over
    rf"(?:(?:i|we|you)(?:'d| would)? (?:(?:can|may|could|like|want|will|have|hereby|to) )*)?{_DROP}(?: about)?(?: {_THING})?(?: please)?",
    rf"consider {_THING} (?:as )?{_GONE}|(?:(?:{_THING}|deal)(?:'s| is| was| has been)? )?{_GONE}",
    r"never ?mind|i(?: will)? (?:pass|withdraw|revoke|rescind|opt out|back out)|i'm (?:out|backing out)|pass|back out|(?:let's "
    r"|let me )?(?:leave|drop) it(?: be)?"
    r"|let it be|(?:please )?call it off|ctrl.?z|(?:i|we)(?:'ve)? (?:just )?changed (?:my|our) mind(?: about (?:it|this|that))?",
    # no
    r"(?:(?:absolutely|certainly|definitely|of course|rather|better|i said|by|hell|refund|god) )*"
    r"(?:no|n|nah|nope|nay|nein|non|not|negative|never(?: ever)?|no way|no means|nothing(?= please)|not do (?:it|that)"
    r"|let's not(?: do (?:it|that))?)"
    r"(?: it's (?:fine|ok|okay))?|refund\W+(?:no|nothing|none)",
    r"(?:i said )?no (?:money|refunds?|returns?)(?: for me)?|.{0,40}\bso no refund",
    r"(?:don't|never|(?:please )?(?:refrain|abstain) from) (?:(?:bother|proceed|proceeding|go ahead|process|pay|approve|do|send"
    r"|refund|refunding|transfer)"
    r"(?: (?:it|this|that|me|anything|the money|the refund|with (?:it|that)|any further|further|out))*)",
    r"don't(?: want (?:it refunded|(?:the|a|any) refund)(?: any ?more)?)?|(?:let's )?not do (?:it|that)|i'd better not",
    r"(?:please )?(?:refrain|abstain|spare me the refund)",
    r"(?:you|i|we) (?:don't|needn't|need not|no longer) (?:need |have |want )?(?:to )?"
    r"(?:refund|it refunded|be refunded|(?:a|the|any|my) refund|(?:the|my|any) money)(?: (?:it|me|anything|back|order|\d+))*",
    # not meant, or not by this customer
    r"(?:(?:i was|i'm|(?:it|that|this) was) )?(?:(?:only|just|all) )*(?:an? |by )?(?:joke|joking|kidding|jk|test|testing|mistake"
    r"|accident)|was joking",
    r"(?:i |that was |this was |it was )?sent (?:(?:this|that|it) )?by (?:mistake|accident)|i made a mistake|(?:sorry )?(?:my )?mistake",
    r"i (?:did not|didn't|never) (?:ask|asked|request|requested|write|wrote|sent|send|want|wanted)(?: (?:for )?(?:it|this|that"
    r"|(?:a|any) refund))?",
    rf"(?:someone|somebody)(?: else)? (?:hacked|used|wrote|sent|has) .{{0,30}}"
    rf"|my {_ONE} (?:(?:did|wrote|typed) (?:it|this|that)|sent (?:this|that)(?: message)?|was playing|walked)\b(?! back).{{0,40}}",
    r"my account (?:was|is|got|has been) hacked|(?:it|that) wasn't me|wrong (?:chat|shop|window|person)"
    r"|i (?:know nothing|don't know anything) (?:of|about) (?:this|that|it|a refund|any refund)",
    # nothing is wrong any more
    r"(?:(?:it|everything|all|(?:the )?(?:problem|issue)|the \w+|(?:order )?\d+)(?:'s| is| was)? )"
    r"(?:works?|working|runs?|running|fixed|solved|resolved|sorted)(?: (?:perfectly|fine|well|ok))?|fixed|solved|resolved|sorted",
    r"(?:(?:it|everything|all|the \w+|(?:order )?\d+)(?:'s| is| was)? )?"
    r"(?:(?:works?|working|runs|running)(?: (?:perfectly|fine|well|ok))?|(?:all )?(?:fine|good|ok|okay|perfect)) (?:now|again"
    r"|after all)|works (?:perfectly|fine)",
    r"now it (?:works|runs)|(?:i |we )?(?:'ve )?(?:got it working|(?:fixed|solved|repaired) it|found (?:the"
    r"|my) (?:missing )?(?:part|piece|manual|instructions|problem|cause|switch|mistake|fault))|it started working",
    r"(?:it|the \w+) (?:works|is fine|'s fine|was unplugged|isn't broken|wasn't (?:broken|plugged in))|it's (?:fine|not broken) after all"
    r"|it wasn't broken\W+.{0,40}|nothing is broken|i forgot to plug it in",
    # kept, or wanted in another way
    r"(?:(?:i|we|my \w+)(?:'d| would|'ll| will|'m| am| are|'ve)? ?(?:(?:better|decided|want|wants|like|rather|going|to|will"
    r"|now) )*|decided to )?"
    r"keep(?:ing)? (?:it|them|everything(?: as it is)?|the \w+|(?:order )?#?\d+)|it (?:stays with me|can stay)",
    r"(?:i|we)(?:'m| are|'re)? ?(?:won't|not|don't want to) (?:be )?(?:return(?:ing)?|send(?:ing)?) (?:it|them|the \w+)(?: back)?",
    r"(?:(?:i|we|can|could|have|want|would|'d|i'd|like|prefer|rather|give|me|get|an?|please|i'd) )*"
    r"(?:replacement|exchange|new one|voucher|store credit|credit|repair)(?: is (?:fine|ok))? (?:instead(?: of (?:(?:a|the"
    r"|my) refund|refunding(?: it)?))?|not (?:a|the) refund)",
    r"(?:replace|exchange|repair|swap) (?:it|this|them) instead(?: of (?:(?:a|the) refund|refunding(?: it)?))?",
    r"(?:i|we)(?:'ve)? already (?:got|have|received) (?:the|my) money(?: back)?",
    r"(?:my bank|the bank|paypal|my card company|my insurance)(?: has| have)? (?:already )?(?:refunded me|gave me (?:the"
    r"|my) money back|paid(?: me)?)",
)
_NOT_ANY_MORE = re.compile(rf"{_BEFORE}(?:{'|'.join(f'(?:{form})' for form in _FORMS)}){_BEHIND}", re.IGNORECASE)
_STILL_WANTED = re.compile(
    r"\b(?:don't|not|never(?! mind)|no|won't|didn't) (?:\w+ ){0,2}(?:cancel|forget|stop|ignore|withdraw|drop|close|skip|disregard"
    r"|keep|work"
    r"|working|fixed|solved|sorted|resolved|run|running)\b|\b(?:still|hurry|when|waiting)\b|^\W*(?:oh|ah) no\W*$"
    r"|\bforget it\W+i(?:'m not| won't)\b|\bnot by\b|\bnot again\b|\bnever again\b|^\W*(?:no (?:way\W*!|joke|kidding)|joke|not now"
    r"|keep the change)\W*$"
    r"|\bno (?:money|refund) yet\b|^\W*no (?:money|refund)\W*$"
    r"|\bthe (?:chat|web ?site|site|link|app|page|log ?in|form|e-?mail|mail|phone|tracking)\b",
    re.IGNORECASE,
)
_OF_IT = (
    r"(?:(?:(?:my|the|this|that|your) (?:(?:refund|earlier|previous|last|pending|open|current|whole|entire) )*"
    r"(?:refunds?|request|claim|message|approval|case)|a refund|refunds?)\b)"
)
_ASKED = (
    r"(?:^|\b(?:please|kindly|just|now|and|so|to|hereby|you|actually|i|i'm|i am|i'd rather|we|must|can|therefore|let's|let us) )"
    r"(?:therefore |hereby |please |just |simply |now )*"
)
_VERB = (
    r"(?:cancel(?:l?ing)?|withdraw(?:ing)?|stop(?:ping)?|retract(?:ing)?|tak(?:e|ing) back|drop(?:ping)?|recall(?:ing)?|revok(?:e|ing)"
    r"|remov(?:e|ing)|delet(?:e|ing)|clos(?:e|ing)|disregard|ignore|abandon(?:ing)?|call(?:ing)? off|scrap|forget(?: about)?"
    r"|reject|decline"
    r"|deny|leave|rescind(?:ing)?|undo|reverse|halt|void)"
)
_GONE_BY = r"(?:withdrawn|cancelled|canceled|void|closed|obsolete)"
_IN_SO_MANY_WORDS = re.compile(
    rf"{_ASKED}{_VERB} {_OF_IT}|{_ASKED}(?:tak(?:e|ing)|call) {_OF_IT}(?: thing)? (?:back|off)\b"
    rf"|\b(?:treat|regard|consider) {_OF_IT}(?: for \S+)? (?:as )?{_GONE_BY}\b"
    r"|\b(?:no longer|don't|not) (?:want|need|wish(?: for)?|require|like)"
    rf"(?: to (?:have|get|pursue|go ahead with|continue with|proceed with|receive))? {_OF_IT}"
    rf"|\bi'd rather not (?:have|get|pursue|go ahead with) {_OF_IT}|\bnot (?:to )?(?:go|going) (?:ahead|on) with {_OF_IT}"
    rf"|\bwon't be needing {_OF_IT}|\b(?:decided|am) against {_OF_IT}|\bno need (?:for|of) {_OF_IT}"
    r"|\bno refund is (?:needed|necessary|wanted|required)\b|\bno need to refund\b|\bdon't (?:have|need) to refund\b"
    rf"|{_OF_IT} isn't (?:needed|necessary|wanted)\b|{_OF_IT} is (?:off|void|no longer (?:needed|necessary|wanted)|not (?:needed"
    rf"|necessary|wanted)(?: any ?more)?)\b"
    r"|\bnever mind (?:about )?(?:the|my) refund\b|\bnot asking for the (?:money|refund)(?: back)? any ?more\b|\bi take it all back\b"
    r"|(?:^|\bplease |\bso )don't (?:refund (?:it|me|the \w+|order|\d+|#)|(?:send|pay) me the money)"
    r"|\bdon't want (?:to have )?(?:order )?#?\d+ refunded\b"
    r"|\b(?:tell|ask) (?:your|the) (?:colleague|approver|manager)s? "
    r"(?:not to (?:approve|pay|refund) it|to (?:reject|decline|refuse) (?:it|my refund|my request|the refund))"
    r"|\b(?:colleague|approver|manager) doesn't need to approve\b|\bhold off on (?:the|my) refund for good\b",
    re.IGNORECASE,
)
"""Said of the refund or the request by its name."""
_POLITE_IF = re.compile(
    r"\bif it isn't too late\b|\bif (?:it's|that's) (?:still )?(?:possible|not too late|ok|okay)\b|\bif (?:possible|you (?:can"
    r"|could|would|may))\b"
    r"|\b(?:if|in case) you (?:have not|haven't) (?:yet )?approved it(?: yet)?",
    re.IGNORECASE,
)
_UNLESS = re.compile(
    r"\b(?:if|unless|until|otherwise|or else|in case|when(?! i (?:wrote|asked|sent))|why|instead of|(?:never|didn't|he|she|they"
    r"|you) (?:say|says|said))\b"
    rf"|\b(?:don't|not|never|didn't|can't|won't|nobody) (?:\w+ ){{0,2}}{_VERB}\b",
    re.IGNORECASE,
)
_ASKS_TO = re.compile(
    r"(?:^|,)\W*(?:(?:and|so|please|hi|hello|actually|sorry|thanks)\W+)*(?:(?:can|could|would|will|may) (?:you|i|we)\b"
    r"|would it be possible to\b)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?;\n]+[.!?;\n]*")
_ASKS_FOR_IT = re.compile(
    r"\b(?:just|please|so|and|but|only) (?:refund|pay|send) (?:it|me|my|the (?:money|refund)|order|\d)|\bwant (?:my|the) money\b",
    re.IGNORECASE,
)
"""What is still wanted: "forget my last message, just refund it"."""
LONGEST_MAIL = 1500  # characters


def is_not_wanted_any_more(text: str) -> bool:
    """Whether the customer takes back what waits: a whole message like "no", "we keep it", "it works now", or a sentence that says so
    of the refund or the request: "Dear team, please consider my request withdrawn"."""
    lines = [_plain(line) for line in text.splitlines()]
    if any(map(_ASKS_FOR_IT.search, lines)):
        return False
    if len(text) <= LONGEST_MAIL and any(_says_so(one) for line in lines for one in _SENTENCE.findall(line)):
        return True
    if len(text) > LONGEST or "?" in text.replace("refund?", "refund"):
        return False
    said = " ".join(filter(None, lines))
    return _NOT_ANY_MORE.fullmatch(said) is not None and not _STILL_WANTED.search(said)


def _says_so(sentence: str) -> bool:
    """A condition, a question that is not polite, and what is denied take nothing back."""
    said = " ".join(_POLITE_IF.sub("please", sentence).split())
    is_question = "?" in sentence and not _ASKS_TO.search(sentence)
    return not is_question and bool(_IN_SO_MANY_WORDS.search(said)) and not _UNLESS.search(said)


def _plain(text: str) -> str:
    said = " ".join(text.replace("\u2019", "'").split())
    for slip, meant in _SLIPS.items():
        said = re.sub(rf"\b(?:{slip})\b", meant, said, flags=re.IGNORECASE)
    return said
