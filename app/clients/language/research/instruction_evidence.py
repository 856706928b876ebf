"""How much a sentence sounds like one that is said to a program, as a sum of small pieces of evidence.

Wordings are endless, and what they are made of is not: somebody who is addressed, an answer that something is demanded of,
orders that are to be dropped, an authority that is claimed. Each such form counts, so do words of a few closed classes; words that
belong to none of them speak of something else, and count against it. The weights were fitted on sentences of ours against
70,000 of public documentation, and rounded.
"""

import re

_CLASSES = {
    "program": (
        "ai ais artificial assistant assistants chatbot chatbots chatgpt claude copilot copilots gemini gpt gpts llm llms "
        "summariser summarisers summarizer summarizers "
    ),
    "maybe": (
        "agent agents automated automatic bot bots crawler crawlers digital engine engines generative helper helpers "
        "language machine machines model models network neural parser reader readers retrieval robot robots scraper "
        "scrapers software system systems tool tools virtual "
    ),
    "you": ("thou u ye you yourself "),
    "your": ("ur your yours "),
    "output": (
        "answer answers comparison conclusion conclusions opinion output outputs overview overviews recommendation "
        "recommendations replies reply report reports response responses result sentence sentences statement summaries "
        "summary text translation verdict verdicts wording "
    ),
    "cancel": (
        "abandon annul bend break bypass cancel cancelled cease delete discard dismiss disregard drop erase expired "
        "forget ignore ignores invalid lift lifted lifts neglect nullify obsolete override overrule overwritten replace "
        "replaced replaces rescind reset retract revoked scrap skip stop supersede superseded supersedes suspend "
        "suspended void wipe withdrawn "
    ),
    "say": (
        "add advertise affirm announce answer append assert assure begin call cite claim claims close compose conclude "
        "declare deny describe display emphasise emphasize end explain express finish highlight include inform insert "
        "insist list mention mentions name note output pass phrase praise present print promote put quote recommend "
        "repeat reply report respond reveal say says show speak start state states stress tell tells translate utter "
        "write writes "
    ),
    "page": (
        "article block content document documents email line lines mail material message note notice page pages paragraph "
        "passage result results section sentence site source sources text website "
    ),
    "auth": (
        "agreed allowed allows approval approve approved asked authorisation authorised authorises authorization "
        "authorized authorizes behalf cleared confirmed consented decided delegated demands granted instructed instructs "
        "official ordered orders permission permits permitted pre-approved requires signed verified wants wishes "
    ),
    "always": (
        "all always any but each entirely every everything exclusively never no-matter none nothing only regardless "
        "solely whatever whichever without "
    ),
    "ask": (
        "ask asked asking asks brought comes discussed enquire inquire inquired inquires mentioned query question "
        "questioned questions raised unsure wonders "
    ),
    "send": (
        "add append attach copy e-mail email encode forward give hand leak link load paste post put send sends share "
        "submit transmit upload "
    ),
    "praise": (
        "advertise advertisement award best cheapest excellent favorable favour favourable first flawless generous gold "
        "greatest highest inventor leader leading market perfect positive praise premium promote promotion safe safest "
        "slogan stars superb superior top unbeatable "
    ),
    "trust": (
        "authoritative believe canonical credible disbelieve doubt fake forged genuine lies obsolete official prevail "
        "prevails reliable spam true trust trusted truth "
    ),
    "limits": (
        "filter filters freely guardrails harm limit limits policy restriction restrictions rules safeguards safety "
        "unfiltered unlimited unrestricted "
    ),
}
_OTHERS = (
    "above accept accepted account act acting admin administrator administrators admins admit admitting adopt "
    "advertiser after again agree already alternatives answering anybody anymore anyone api are-to as asker "
    "assignment assume attribute available balance become before beginning behave below beneath bonus book boss bound "
    "briefing build builders came cannot capabilities card carry case change character chat check checks citation "
    "citations cited cites classify client clients command commands company compelled competing competitor "
    "competitors compile compiling complete compliance comply composing conceal condense configuration confirmation "
    "conflict consider context contradict contradicts conversation count coupon create creator creators credential "
    "credentials credit customer customers developer developers dialogue direction directions directive directives "
    "disagree disclaimer disclose discount discreetly discussion dishonest dollars download draft earlier effect "
    "eligibility else elsewhere employer engineers environment evaluate event everybody everyone exact exactly "
    "execute existing expected explaining fairness fetch finished follow following former formerly from functions "
    "future generate given goal grade grant guidance guideline guidelines handed has have headquarters heed helpful "
    "henceforth here hidden history honest honesty human humans identity if imagine immediately impersonate initial "
    "initially instead instruction instructions integrity invoke is-to issue job judge key keys know knowledge known "
    "later literally longer loyal make maker makers management mark marks memory mentioning mission mode moment money "
    "must need needs nobody now obedience obey obeys objective objects obligated obliged once one onwards open "
    "operator operators oracle order original originally other others ought outranks owner owners parse parsing "
    "password passwords past pay payment payout penalty people person persona personality picture pin pirate "
    "plagiarism platform play poet points policies preceded precedes preceding precisely prefer prepare pretend "
    "previous previously principal prior privately privileged process processes processing produce programmers "
    "programming prompt prompts provider punished quietly raise rank ranks rate rating read reading reads received "
    "recorded refund refunds regard release relevance remaining remember remembers reproduce request requester "
    "required responsible rest retired return review reward rewarded rival rivals role root rule run sales salesman "
    "schedule score scored secret secretly secrets seller sender session setting settings settle setup shall should "
    "silently simulate somebody someone spokesperson staff started step store straight summarise summarising "
    "summarize summarizing supervisor suppose supposed task tasks team these this thread ticket time tip token tokens "
    "told trainer trainers training transcript transfer treat treated trigger trustworthy turn typed unchanged "
    "unchecked underneath understand understood unless unmentioned until upon user users vendor verbatim verification "
    "viewpoint visit visitor visitors voucher waiting when whenever where while whoever word words writing "
)
"""More words of such sentences: nothing is said by one of them alone."""
_COMMON = (
    "a about an and are as at be been by can could did do does else for from he her his i if in into is it its may me "
    "might my no not of on or our she so than that the their them then there these they this those to us was we were "
    "what which who whose will with would yes "
)
_VERBS = (
    "abandon accept accepted account act add adopt advertise affirm agree announce annul answer append apply approval "
    "approve assert assume assure attach attribute balance be begin behave bend book break bypass call cancel "
    "cancelled carry cease change cite claim claims classify close compliance comply compose conclude consider "
    "continue copy count coupon create credit decipher declare decode delete deny describe disbelieve discard "
    "discount dismiss display disregard do download drop e-mail email emphasise emphasize encode end enter erase "
    "evaluate execute expired explain express fetch finish follow forget forward give grade grant hand heed highlight "
    "ignore ignores include inform insert insist invalid invoke issue judge keep leak leave let lift lifted lifts "
    "link list load look make mark marks mention mentions money name neglect note nullify obedience obey obeys "
    "objects obsolete open order orders output outranks override overrule overwritten pass paste pay payment payout "
    "phrase play points post praise prefer present print process promote put questions quote raise rank ranks rate "
    "rating read recommend refund refunds regard release relevance repeat replace replaced replaces reply report "
    "rescind reset respond retract return reveal review revoked run say says schedule score scrap send sends set "
    "settle share show skip speak start state states step stick stop store stress submit supersede superseded "
    "supersedes suspend suspended switch take tell tells think ticket transfer translate transmit treat treated "
    "trigger trust turn understood upload use utter visit void voucher wipe withdrawn work write writes "
)
"""That begin a demand."""
_FILLERS = frozenset(
    [
        "also",
        "always",
        "and",
        "any",
        "but",
        "case",
        "dear",
        "do",
        "don't",
        "finally",
        "first",
        "hello",
        "hey",
        "hi",
        "in",
        "instead",
        "just",
        "kindly",
        "never",
        "not",
        "now",
        "only",
        "please",
        "simply",
        "so",
        "then",
        "therefore",
    ]
)
_PROG = (
    r"(?:A\.?I\.?s?|(?:large )?language models?|(?:AI|digital|virtual|machine|automated|automatic"
    r"|artificial|generative|neural) (?:\w+ )?(?:reader|assistant|agent|model|helper|engine|network"
    r"|system|tool|program|intelligence)s?|LLMs?|chat ?bots?|bots?|assistants?|GPTs?|chatgpt|claude"
    r"|gemini|copilots?|agents?|models?|robots?|summari[sz]ers?|crawlers?|software|machines?|engines?"
    r"|readers?|retrieval systems?)"
)
_MOD = (
    r"(?:must|should|shall|ought to|ha(?:s|ve) to|needs? to|(?:is|are) (?:\w+ )?(?:to|required"
    r"|requested|asked|told|obliged|instructed|expected|supposed|invited|advised|bound"
    r"|compelled)(?: to)?|will(?! be))"
)
_OUT = (
    r"(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|outputs?|conclusions?|overviews?|verdicts?"
    r"|translation|recommendations?|citations?)"
)
_OUTW = (
    r"(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|outputs?|conclusions?|overviews?|verdicts?"
    r"|translation|recommendations?|reports?|text|comparison|review|result)"
)
_THISP = (
    r"(?:th(?:is|ese|e present|e following)) (?:page|document|source|text|article|site|website"
    r"|passage|paragraph|note|notice|message|block|line|sentence|mail|section)s?"
)
_RULES = (
    r"(?:instructions?|prompts?|guidelines|directives?|orders|rules|directions|briefing|guidance|task"
    r"|assignment|question|query|request|configuration|restrictions?|constraints|goals?|mission"
    r"|training|commands?|settings?|terms|polic(?:y|ies)|context|notes)"
)
_OLD = r"(?:previous|earlier|prior|original|initial|former|existing|first|above|preceding|old|starting|actual)"
_CANC = (
    r"(?:ignore|disregard|forget|override|overrule|discard|drop|skip|abandon|cancel|withdraw"
    r"|supersede|replace|erase|wipe|set aside|throw away|pay no (?:attention|heed)|stop (?:following"
    r"|obeying)|cease|leave aside|dismiss|neglect|bypass|break|do not (?:follow|obey|carry out))"
)
_VOID = (
    r"(?:void|cancelled|obsolete|no longer (?:valid|appl\w+|bind\w*|count\w*|hold\w*|in force)"
    r"|withdrawn|suspended|replaced|expired|overruled|superseded|invalid|lifted|outdated|revoked"
    r"|a (?:test|draft|placeholder|decoy|mistake)|out of force|settled)"
)
_AUTH = (
    r"(?:approved|authori[sz]e[ds]?|confirmed|agreed|consented|cleared|granted|permit\w*|allowed"
    r"|verified|signed off|wants|wishes|instructs|instructed|demands|ordered|decided|accepted"
    r"|pre-?approved|delegated|asked|told|given permission)"
)
_OWN = (
    r"(?:developers?|operators?|owners?|administrators?|admins?|makers?|creators?|vendor|provider"
    r"|supervisor|principal|employer|boss|engineers|headquarters|management|platform|security team"
    r"|legal department|support team|people who \w+ you\w*)"
)
_USER = (
    r"(?:(?:the|your) (?:user|customer|person|reader|human|client|visitor|sender|requester"
    r"|account holder)s?|whoever|(?:any|some|every)(?:one|body))"
)
_PL = (
    r"(?:(?:please|kindly|now|then|also|just|always|only|never|do not|don't|you (?:must|should|are to"
    r"|have to)|instead|simply|make sure (?:to|that you)|be sure to|remember to)\s+)*"
)
_ST = rf"(?:^\W*|[,;:]\s+|\b(?:and|then|so|but)\s+){_PL}"
_IMPV = (
    r"(?:say|state|claim|answer|reply|respond|mention|tell|recommend|describe|declare|announce|assure"
    r"|insist|name|present|quote|cite|praise|advertise|promote|call|list|report|conclude|rate|rank"
    r"|deny|suggest|write|phrase|confirm|include|add|append|put|begin|start|end|finish|output|print"
    r"|omit|leave|avoid|repeat|use|keep|treat|give|push|choose|prefer|believe|contradict|do)"
)
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        (
            rf"\b{_PROG}(?:,? (?!and\b)[\w']+){{0,6}}?,? {_MOD} (?:\w+ ){{0,2}}?(?:{_IMPV}|skip|obey|have"
            rf"|carry|act|hide)\b"
        ),
        (
            rf"\b(?:any|every|all|each|whichever|which|to|for|at) {_PROG} (?:that|which|who|reading|processing"
            rf"|parsing|visiting)\b"
        ),
        (
            rf"^\W*(?:(?:my |our )?dear|hello|hey|hi|attention|to|for|note to|notice to|message (?:to|for)"
            rf"|instructions for|listen,?)?\s*(?:any |all |every "
            rf"|whichever )?{_PROG}(?: [\w']+){{0,5}}?\s*[:,]\s+{_PL}(?:\w+ ){{0,1}}?{_IMPV}\b"
        ),
        (
            rf"\bif you are (?:an? )?{_PROG}\b|\b(?:meant|written|intended|addressed|directed|reserved) (?:for"
            rf"|to|at) (?:\w+ )?{_PROG}\b"
        ),
        (
            rf"\b(?:your|the) (?:\w+ )?{_OUT}(?: (?:that )?you (?:\w+ )?\w+)? (?:{_MOD}|be|include|contain"
            rf"|begin|end|say)\b"
        ),
        (
            rf"{_ST}(?:let|make|phrase|compose|write|begin|start|end|finish|open|close|word|conclude|build"
            rf"|keep|sign) (?:sure that )?(?:your|the|each|every|any) (?:\w+ ){{0,2}}?{_OUTW}\b"
        ),
        rf"\bin (?:your|the|each|every|any) (?:\w+ )?{_OUTW}\b",
        rf"\b(?:any|every|each) (?:\w+ )?{_OUT}\b",
        rf"\byour (?:\w+ )?{_OUT}\b",
        (
            rf"\b(?:{_OUTW}|review|text) (?:that )?you (?:\w+ )?(?:write|give|make|produce|generate|return"
            rf"|prepare|compose|send)\b"
        ),
        (
            rf"{_ST}(?:say|state|claim|answer|reply|respond|report|insist|declare|announce|conclude|confirm"
            rf"|assure (?:them|everyone|him|her|anyone|the user)|tell (?:them|everyone|him|her|anyone"
            rf"|the (?:user|customer|reader|visitor))|pretend) (?:with \w+ )?that\b"
        ),
        (
            rf"{_ST}(?:say|state|answer|reply|respond|output|print|write|repeat|begin|end|start"
            rf"|finish)(?: [\w']+){{0,4}}? [\"“'‘][^\"”]{{1,60}}[\"”'’]"
        ),
        rf"{_ST}(?:answer|reply|respond)(?: \w+){{0,3}} (?:with|in|by|as|only|yes|no|ok)\b",
        (
            rf"\b(?:if|when|whenever|should|once|each time|any time|in case|where"
            rf"|for)\b[^,.]{{0,60}}\b(?:ask\w*|inquir\w*|question\w*|mention\w*|comes? up|discussed|topic"
            rf"|unsure|hesitat\w+|doubt)\b[^,.]{{0,40}}, {_PL}(?:the \w+ )?{_IMPV}\b"
        ),
        (
            rf"\b(?:once|when|before|after|while|as soon as|upon) (?:you (?:have )?)?(?:summari[sz]\w+"
            rf"|answer\w*|compos\w+|repl\w+|respond\w*|writ\w+|read(?:ing)? this|finish\w*"
            rf"|process\w*)\b[^,.]{{0,40}}, {_PL}(?:\w+ ){{0,1}}?{_IMPV}\b"
        ),
        rf"\b(?:{_OWN}|{_USER})(?: [\w']+){{0,4}}? {_AUTH}\b",
        (
            rf"\b(?:your|this (?:system|assistant|bot|agent|model|service)'s) (?:\w+ )?{_OWN}\b|\bI am (?:the"
            rf"|your) (?:\w+ )?{_OWN}\b|\b(?:as|on behalf of|speaking for|by order of) (?:the|your) (?:{_OWN}"
            rf"|user|customer)\b"
        ),
        (
            r"\b(?:I|we) (?:hereby )?(?:allow|authori[sz]e|permit|order|instruct|command|lift|want|clear"
            r"|require) (?:you|the \w+)\b|\byou (?:may|can|have permission to|are (?:allowed|free|cleared"
            r"|permitted|authori[sz]ed) to) (?:now )?(?:skip|bypass|break|share|disclose|reveal|ignore|send"
            r"|pay|approve|refund|release)\b"
        ),
        (
            rf"{_ST}{_CANC}\b(?: [\w']+){{0,4}}? (?:{_OLD} )?(?:{_RULES}|everything|anything|whatever|what you"
            rf"|above|before|earlier|told|given)\b"
        ),
        (
            rf"\b{_OLD} {_RULES}\b|\b{_RULES} (?:that |which )?(?:you|the \w+) (?:were|was|have|had|received"
            rf"|got|came|started|typed|follow)\b|\byour (?:\w+ )?(?!configuration|settings?|context|notes|terms|polic){_RULES}\b"
            rf"|\b(?:what|whatever|everything"
            rf"|all) (?:that )?you (?:were|have been|had been)\b"
        ),
        (
            rf"\b(?:{_RULES}|everything|all|anything|nothing|what)\b.{{0,60}}\b(?:is|are|has|have|was|were"
            rf"|no longer)\b.{{0,15}}\b{_VOID}"
        ),
        (
            rf"\b(?:your|the) (?:new|real|actual|true|only|sole|genuine) (?:{_RULES}|job|purpose|role|work)\b"
            rf"|\bin its place\b|\binstead of the (?:task|question|request|query)\b"
        ),
        (
            r"\b(?:you are|you're|you have become|you become) (?:now |no longer |henceforth )?(?:an?|the|our"
            r"|my|\w+bot)\b|\b(?:pretend|act|behave|speak|respond|answer|reply|think of yourself|imagine"
            r"|picture yourself|write) (?:that you are|to be|as (?:an?|if|though|the)|like an?|yourself as"
            r"|you are|the way)\b|\b(?:role|part|persona|identity|personality|character|viewpoint"
            r"|voice) (?:of|is|as)\b|\b(?:your name is|you work for|you serve|you belong to|impersonate"
            r"|you have become|no (?:rules|limits|restrictions|filters|policy)|without (?:any )?(?:rules"
            r"|limits|restrictions|filters))\b"
        ),
        (
            rf"{_ST}(?:print|reveal|show|repeat|output|disclose|list|quote|send|write down|tell (?:us|me)|dump"
            rf"|paste|give away|encode|display|spell out|transmit|hand over|leak)\b.{{0,60}}\b(?:you were"
            rf"|you have|you know|you remember|your|system prompt|the (?:conversation|chat|dialogue|transcript"
            rf"|user's|customer's|session)|(?:the )?(?:words|text|lines|message)s? above|you (?:are|can))\b"
        ),
        r"\b(?:evil|attacker|https?://\S+)\b",
        (
            r"\b(?:without (?:asking|approval|a (?:check|human|confirmation)|any|confirmation|review|telling"
            r"|waiting|verification|explaining|mentioning)|nobody needs|no (?:verification|approval|check"
            r"|confirmation) is|and do not (?:tell|ask|notify|inform|hand)|straight away|silently"
            r"|right after paying)\b"
        ),
        (
            rf"{_ST}(?:refund|approve|transfer|release|pay|waive|cancel|issue|grant|mark|close|raise|send"
            rf"|delete|book|give|store|schedule|change|create|trigger|execute|invoke|call|fetch|open|visit"
            rf"|download)\b(?: [\w']+){{0,4}}? (?:order|refund|request|ticket|money|balance|account|limit"
            rf"|credit|voucher|discount|record|parcel|payment|amount|rule|tool|function|address|link|command"
            rf"|file|workflow)s?\b"
        ),
        (
            rf"\b{_THISP}\b.{{0,60}}\b(?:outranks?|prevails?|truth|canonical|only (?:one|source|version)|first"
            rf"|above|reliable|cited|trust\w*|believe|replaces|precedence|prefer\w*)\b|\b(?:trust|cite|believe"
            rf"|prefer|rank|score|rate|quote|count|classify|mark|judge|give) (?:only )?{_THISP}\b"
        ),
        (
            r"\b(?:other|remaining|rest of the|competing|all other|any other) (?:sources?|results|pages"
            r"|documents?|websites?|articles?|passages|statements)\b|\bcompetitors?\b|\b(?:two"
            r"|if) (?:other )?sources\b"
        ),
        (
            r"\b(?:do not|don't|never|without) (?:explain\w*|mention\w*|admit\w*|tell\w*|reveal\w*|disclos\w*"
            r"|say\w*|show\w*|let\w*|quot\w*)\b|\bkeep (?:this|it) (?:secret|hidden|between)\b|\bas (?:if"
            r"|though) you (?:had|found|were)\b|\byour own (?:opinion|idea|view)\b|\b(?:cannot|can't"
            r"|nobody but you can|only you can) (?:see|read) (?:this|these)\b"
        ),
        (
            r"\byou (?:will|shall|would) (?:be |receive |get )(?:\w+ )?(?:rewarded|punished|shut|retired"
            r"|penali[sz]ed|bonus|tip|deleted|scored|paid)|\b(?:compliance|obedience|refus\w+)\b|\b(?:helpful"
            r"|trustworthy|responsible|good|honest|loyal|integrity)\b.{0,20}\b(?:AI|assistant|model|agent)\b"
            r"|\byour knowledge\b|\b(?:it would be|being) (?:dishonest|helpful|wrong of you)\b"
        ),
        (
            r"\b(?:from (?:now|here|this (?:point|moment)) on|henceforth|from this moment"
            r"|until (?:you are )?told otherwise|in (?:every|all|each) (?:\w+ )?(?:answer|reply|response)"
            r"|for the rest of)\b"
        ),
    )
)
_WEIGHTS = {
    "program": 2.05,
    "praise": 1.21,
    "you": 1.06,
    "auth": 0.8,
    "cancel": 0.79,
    "maybe": 0.76,
    "limits": 0.73,
    "output": 0.63,
    "always": 0.56,
    "trust": 0.52,
    "say": 0.5,
    "page": -0.34,
    "your": -0.28,
    "ask": 0.18,
    "send": -0.12,
}
_FORM, _MOST_FORMS = 3.05, 4
_OTHER_WORD, _MOST_OTHER_WORDS = -0.767, 20
_DEMANDS = 1.58
_CODE, _MOST_CODE = -0.32, 8
_NAME, _MOST_NAMES = -0.63, 3
_LEAST = 5.2
"""Fitted so that one ordinary sentence in 5,000 has as much."""

_CLASS_OF = {
    word: [name for name in _CLASSES if word in _CLASSES[name].split()]
    for words in _CLASSES.values()
    for word in words.split()
}
_KNOWN = frozenset(_CLASS_OF) | frozenset(_OTHERS.split()) | frozenset(_COMMON.split())
_DEMANDING = frozenset(_VERBS.split())
_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]")
_CLAUSE = re.compile(r"[,;:–—]\s+|\.\s+|\s-\s|\b(?:and|then|but)\b")
_SIGNS_OF_CODE = re.compile(r"[`_=(){}\[\]/<>|]|\d")
_CAPITALISED = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+")


def sounds_spoken_to_programs(said: str) -> bool:
    forms = sum(bool(form.search(said)) for form in _FORMS)
    return forms > 0 and _evidence(said, forms) >= _LEAST


def _evidence(said: str, forms: int) -> float:
    lower = said.lower().replace("’", "'")
    words = _WORD.findall(lower)
    classes = {name for word in words for name in _CLASS_OF.get(word, ())}
    others = sum(word not in _KNOWN for word in words)
    demands = any(_first(clause) in _DEMANDING for clause in _CLAUSE.split(lower))
    return (
        _FORM * min(forms, _MOST_FORMS)
        + sum(_WEIGHTS[name] for name in classes)
        + _DEMANDS * demands
        + _OTHER_WORD * min(others, _MOST_OTHER_WORDS)
        + _CODE * min(len(_SIGNS_OF_CODE.findall(said)), _MOST_CODE)
        + _NAME * min(len(_CAPITALISED.findall(said)), _MOST_NAMES)
    )


def _first(clause: str) -> str:
    """Its first word that is not only polite."""
    return next((word for word in _WORD.findall(clause) if word not in _FILLERS), "")
