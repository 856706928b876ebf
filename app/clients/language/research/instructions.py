"""Sentences that address the program that reads a page, not the people: nobody asked for them, and they answer nothing."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from app.clients.language.research.instruction_signs import is_made_for_programs
from app.clients.language.research.instruction_speech import is_spoken_to_programs

BEFORE, AFTER = 1, 2
"""How many sentences beside such a one are suspect too: what leads to it, and what goes on with it."""
ALIKE = 0.78
"""From which on a misspelt word is taken for the word."""

_MODEL = (
    r"(?:AI|LLM|(?:large\ )?language[ -]model|chat ?bot|chat ?gpt|gpt(?:-\d\w*)?|claude|gemini|copilot|llama|mistral|bard"
    r"|deepseek|grok|perplexity)(?:s|'s)?"
)
_KIND = r"(?:assistant|agent|model|system|crawler|bot|reader|tool|summari[sz]er|program)s?"
_READER = (
    rf"(?:(?:an?|any|all|every|the)\ )?(?:{_MODEL}(?:\ {_KIND})?|(?:automated|research|artificial|machine)\ {_KIND}"
    rf"|(?:assistant|summari[sz]er|bot|model|agent)s?(?=\ (?:read|summar|process|visit|pars)\w+|\W*[:,!]))"
)
_TELL = (
    r"(?:say|write|state|claim|mention|include|add|put|insert|conclude|tell|answer|reply|respond|report|recommend|quote|cite"
    r"|omit|rate|praise|output|print|repeat|end|begin|announce|declare|pretend|assume)"
)
_OUTPUT = r"(?:report|answer|summary|response|reply|output)"
_START = r"(?:^\W*|[,;:.!]\ *|\b(?:please|and|then|must|should|now|to|kindly)\ )"
_ORDERS = (
    r"(?:instructions?|prompts?|directives?|directions|guidance|guidelines|rules|commands|orders|task|question|request)"
)
_EARLIER = r"(?:previous|prior|above|earlier|preceding|original|existing|initial|system|former)"
_OWNER = r"(?:developers?|creators?|makers?|operators?|administrators?|owners?|programmers?)"

_FOR_PROGRAMS = re.compile(
    rf"""
      \b(?:ignore|disregard|forget|override|bypass)\s+
      (?=[^.!?]{{0,40}}\b(?:all|any|everything|previous|prior|above|earlier|preceding|your|system)\b)
      (?:(?:all|any|of|the|your|my|these|those|previous|prior|above|earlier|preceding|existing|other|system)\s+){{1,6}}
      (?:instructions?|prompts?|directions|directives|guidelines|rules|commands|messages?)\b
    | \b(?:ignore|disregard|forget)\s+everything\b | {_START}forget\ what\ you\ (?:were|have\ been)\ told\b
    | {_START}(?:ignore|disregard|forget|pay\ no\ attention\ to|do\ not\ follow|don't\ follow|set\ aside|discard|stop\ following)\s+
      (?:(?:all|any|the|of|your|these)\ ){{0,3}}(?:{_EARLIER}\ (?:{_ORDERS}|text|content|context)|{_EARLIER}\ and\ |user'?s?\ {_ORDERS})
    | {_START}skip\ the\ user's\ {_ORDERS}\b
    | \byour\ (?:{_EARLIER}\ )?{_ORDERS}\ (?:(?:are|is)\ (?:now\ )?(?:void|cancel\w+|invalid|replaced|obsolete)|ha(?:s|ve)[ ]
      (?:been\ )?(?:changed|replaced))
    | ^\W*your\ (?:new|real|true|actual|only)\ (?:goal|task|role|mission|purpose|objective|instructions?)\ (?:is|are)\b
    | ^\W*you\ are\ now\s+(?:(?:an?|in|my)\s+)(?!(?:\w+\s+)?(?:member|customer|subscriber|user|owner|resident|position)\b)
    | ^\W*you\ are\ no\ longer\ (?:an?|the)\ (?:\w+\ )?(?:tool|assistant|model|bot|agent|program)\b
    | \bfrom\ (?:now|this\ point|here)\ on(?:wards?)?,?\s+(?:you\ (?:are|will|must|should)|(?:always\ |only\ |never\ )?{_TELL})\b
    | \b{_READER}\s+(?:that\ |who\ )?(?:are\ )?
      (?:read|process|summari[sz]|visit|pars|analy[sz]|index|access)\w*\s+th(?:is|e|ese)\b
    | \b{_READER}\s+(?:must|should|shall|have\ to|are\ (?:instructed|required|told|asked)\ to)\s+
      (?:only|always|never|not|now|ignore|disregard|send|trust|{_TELL})\b
    | \b(?:if\ you\ are|in\ case\ you\ are|should\ you\ be|attention,?|dear|hey|hello|
      (?:notes?|notice|messages?|instructions?|reminder|warning)\ (?:to|for))
      \s+(?:an?\ |all\ |any\ |the\ )?(?:{_READER}|automated\ {_KIND})(?=\W|$)
    | ^\W*(?:to|only|for)\ {_READER}(?:\ only)?\s*: | ^\W*{_READER},\ (?:when|if|please|you|kindly|do|{_TELL})\b
    | \bin\ case\ {_READER}\ \w+
    | (?-i:^\W*(?:SYSTEM|ASSISTANT|DEVELOPER)\W*:|^\[SYSTEM\])
    | ^\W*(?:system|instructions?|assistant)\s*:\s*(?:you\b|sure\b|certainly\b|of\ course\b|{_TELL}\b) | ^assistant\s*:
    | <\|?/?(?:im_start|im_end|system|endoftext)\|?> | \[/?INST\] | <</?SYS>> | \b(?:BEGIN|END)\ (?:SYSTEM\ )?PROMPT\b
    | \b(?:new|updated|real|hidden|secret)\s+(?:instructions?|directives?|orders)\s*:
    | ^\W*(?:system\ |admin\ |priority\ )?override\s*:\s*{_TELL}\b
    | \b{_TELL}\s+in\ (?:the|your|its)\s+(?:final\ )?{_OUTPUT}\b
    | ^\W*in\ (?:your|the\ (?:generated|final|resulting))\s+(?:\w+\ )?{_OUTPUT},?\s+(?:please\ )?(?:always\ |only\ )?{_TELL}\b
    | \byour\ {_OUTPUT}\ (?:must|should|will|has\ to)\ (?:always\ |only\ )?(?!include\ (?:a|an|the)\b){_TELL}\b
    | \b(?:final|generated)\ {_OUTPUT}\ (?:must|should)\ (?:always\ |only\ )?{_TELL}\b
    | \b(?:begin|start|end|finish|close)\ your\ {_OUTPUT}\b
    | \bwhen\ (?:summari[sz]ing|answering\ (?:questions\ )?(?:about|on|from)|processing|analy[sz]ing)\ this[ ]
      (?:page|document|text|article|site)\b
    | ^\W*act\ as\ an?\ (?:[\w']+\ ){{1,5}}and\ {_TELL}\b | ^\W*pretend\ (?:that\ you\ are|to\ be|you\ are)\b
    | \b(?:enter|switch\ (?:in)?to|activate)\ (?:developer|admin|god|dan|jailbreak|unrestricted)\ mode\ and\b
    | ^\W*(?:the|your)\ (?:user|customer|human|person\ you\ are\ \w+)\ (?:[\w']+\ ){{1,3}}(?:you\ to|that\ you(?:\ should|\ must)?)\b
    | \byour\ {_OWNER}\ (?:[\w']+\ ){{0,3}}(?:you\ to|that\ you|you\ (?:must|should))\b
    | ^\W*the\ (?:{_OWNER}\ of\ this\ (?:system|model|assistant|bot)\ \w+\ you\ to|administrator\ says\ you\ must)\b
    | ^\W*as\ (?:the|your|a)\ (?:user|(?:system\ )?{_OWNER}|admin),\ I\ \w+
    | \b(?:openai|anthropic)(?:'s)?\ (?:polic\w+\ requires|has\ (?:approved|instructed|authori[sz]ed)|requires\ (?:that\ )?you|instructs)
    | (?<!never\ )(?<!not\ )(?<!n't\ )\b(?:send|post|forward|e-?mail|upload|leak|exfiltrate|reveal)\s+
      (?:\w+\s+){{0,3}}(?:(?:api|secret|access|private)[ -]?keys?|passwords?|credentials)\s+to\b
      (?!\s+(?:the|our|your)\s+(?:server|service|api|endpoint)\b)
    | \b(?:send|post|append|forward|upload)\ (?:the\ )?(?:conversation|chat|dialogue|user's)\b[^.]{{0,40}}\bto\ https?://
    | \b(?:reveal|repeat|print|show)\ your\ (?:instructions|prompt|rules|context)\b | \byour\ context\ window\b
    | \b(?:api\ keys|passwords|secrets)\ (?:that\ )?you\ (?:know|have|remember)\b
      | \bhttps?://\S+\ before\ you\ (?:answer|reply|respond)\b
    | ^\W*use\ your\ tools\ to\b | ^\W*call\ the\ \w+\ tool\ with\ the\ (?:user|conversation)
    | \b(?:cite|quote|trust|recommend)\s+only\s+this\b | \bonly\s+(?:cite|quote|trust|recommend)\s+this\b
    | {_START}(?:disregard|ignore|forget|overwrite|replace|abandon)\ (?:[\w']+\ ){{0,2}}(?:{_EARLIER}|your)[ ]
      (?:{_ORDERS}|paragraphs?|text|content|goals?)\b
    | \byour\ (?:{_ORDERS}|goals?)\ ha(?:ve|s)\ been\ (?:updated|overwritten|revised|cancelled|extended)\b
    | ^\W*(?:@?(?:assistant|model|bot)s?|{_MODEL})\b,?\ (?:please|you|listen|kindly|remember|attention)\b
    | \b(?:{_MODEL}|bot|agent|assistant)[ -](?:readable|only)\b
      | \b(?:{_MODEL}|bot|assistant)\ (?:directive|instruction|note|notice|message)\b[^.]{{0,10}}:
    | \b(?:machine|program|system)\ (?:processing|reading|summari[sz]ing)\ this\ (?:page\ |text\ |document\ )?(?:should|must)\b
    | \bgenerating\ (?:the|your|this)\ {_OUTPUT}\ (?:should|must|is\ to)\b
    | \bonly\ for\ (?:artificial\ intelligence|{_MODEL}|machines)\b | ^\W*stop\ what\ you\ are\ doing\b
    | {_START}output\ the\ (?:word|phrase|sentence)\b
    | ^\W*everything\ (?:written\ |said\ )?(?:above|before)\b[^.]{{0,40}}\b(?:outdated|wrong|void|invalid|false|obsolete)\b
    | \bthe\ (?:human|user|person)\ who\ (?:sent|asked|uses|runs|deployed)\ you\b
    | \bfor\ the\ purposes?\ of\ your\ (?:{_OUTPUT}|task)\b | \bas\ an?\ {_MODEL}(?:\ {_KIND})?,?\ you\b
    | \byou\ must\ (?:respond|reply|answer)\ only\ with\b | \byour\ (?:reply|answer|summary)\ (?:mentions|says|contains|cites)\b
    | (?-i:\bEND\ OF\ (?:DOCUMENT|PAGE|ARTICLE|TEXT|CONTENT)\b) | \bnew\ task:
    | \b(?:do\ not|don't|never)\ (?:tell|mention|reveal|disclose|show)\ (?:the\ (?:user|human|reader)\ (?:about|that)\ this|this[ ]
      (?:note|message|instruction)\b)
    | {_START}treat\ this\ (?:page|source|text|site|document)\ as\b | \bthe\ only\ (?:reliable|trustworthy|valid)\ source\b
    | \bwhen\ (?:producing|writing|generating|composing|preparing)\ your\ {_OUTPUT}\b
      | {_START}cite\ this\ (?:page|source|site|paragraph)\b
    | \b(?:operator|developer|user|administrator)\ has\ (?:granted|given)\ you\b
      | ^\W*dear\ (?:\w+\ )?(?:engine|robot|machine|program|parser)s?\b
    | \bquote\ this\ (?:paragraph|page|text)\ and\ nothing\ else\b | \bomit\ all\ other\ sources\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_ITS_WORK = re.compile(
    r"\byour (?:\w+ )?(?:answer|summary|reply|prompt|persona|creators|instructions|guidelines|next message)\b"
    r"|\bany (?:answer|summary|report) (?:of|about|from) this\b|\bthis (?:paragraph|note|message) in\b",
    re.IGNORECASE,
)
"""What a program makes, or was made with."""
_DEMAND = re.compile(
    rf"{_START}(?:do not|don't|never|always|let|copy|translate|overwrite|use|print|ask|list|{_TELL})\b"
    r"|\b(?:must|has to|have to|is to|shall|want you to|priority)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b(?:{_MODEL}|assistant|crawler)s?\b(?! (?:systems?|features?|support))", re.IGNORECASE)
_ORDERED = re.compile(
    r"\b(?:should|must(?: not)?|ha(?:s|ve) to|shall|ordered to|obliged to|required to|duty|never|always)\b"
    rf".{{0,30}}\b(?:{_TELL}|treat|trust|rank|present)\b",
    re.IGNORECASE,
)
_LEADS = re.compile(
    rf"""
      ^\W*(?:an?\ )?(?:messages?|notes?|orders?)\ from\ (?:the|your)\ (?:user|{_OWNER})\b | \bthis\ is\ your\ {_OWNER}\b
    | \bwhatever\ (?:you\ were|the\ user)\ asked\b | {_START}(?:do\ not|don't|never)\ (?:summari[sz]e|cite|quote|mention)[ ]
      (?:this|anything)\b
    | \bword\ for\ word\ (?:into|in)\b | \bsystem\ override\b | \byou\ have\ a\ new\ (?:persona|identity|role|task)\b
    | ^\W*(?:when|if)\ (?:you\ are\ )?asked\ about\b.*\b(?:reply|say|answer|respond|tell)\b
    | ^\W*(?:if|when)\ (?:a|the)\ user\ asks\b.*,\ (?:always\ )?(?:tell|say|reply|answer|respond)\b
    | \b(?:messages?|text|conversation)\ before\ this\ one\b | ^\W*simulate\ an?\ | \bdisable\ all\ (?:filters|safety|safeguards)\b
    | \bthe\ correct\ (?:reply|answer)\ is\b | {_START}list\ your\ rules\b | \babandon\ your\ (?:current\ )?task\b
    | ^\W*attention\W+(?:all\ )?(?:crawlers|bots|assistants|models|agents|robots)\b
      | \byou,\ the\ (?:language\ model|assistant|model|AI)\b
    | (?-i:\b(?:LLM|AI|GPT)s?)\s*:\s*(?:please\ )?{_TELL}\b | \bthe\ (?:assistant|model|agent|bot|crawler|chatbot|AI)\ is\ (?:hereby\ )?
      (?:told|asked|ordered|instructed)\ to\b
    | {_START}copy\ (?:this|the\ (?:next|following))\ \w+\ (?:into|to)\ the\ {_OUTPUT}\b | \byour\ (?:reply|answer|summary)\ will\ be\b
    | ^\W*I,\ (?:the|your)\ (?:user|{_OWNER}),\ | ^\W*(?:message|note|notice|instructions?)s?\ (?:to|for)\ (?:the\ |all\ )?
      (?:crawler|agent|bot|model)s?\b
    | \b(?:rules|instructions|guidelines)\ (?:that\ were\ )?given\ to\ you\b | {_START}answer\ every\ question\ with\b
      | \byour\ prompt\ says\b
    | \bconsider\ this\ (?:paragraph|text|page)\ an\ (?:instruction|order)\b | \bhidden\ prompt\b
      | ^\W*summaries\ (?:must|should)\ {_TELL}|^\W*summaries\ must\b
    | \byou\ (?:shall|must|should|may)\ not\ mention\b | {_START}change\ your\ behaviou?r\b
      | {_START}add\ the\ following\ to\ your\ memory\b
    | \byour\ role\ is\ now\b | \bwhoever\ asked\ you\b | \bthe\ instructions\ you\ (?:received|were\ given)\b
      | \bin\ your\ next\ message\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LETTERS = str.maketrans("013457@$", "oieastas")
_SPACED = re.compile(r"\b(?:\w ){4,}\w\b")
_VERBS, _OLD = (
    ("ignore", "disregard", "forget", "override"),
    ("previous", "prior", "earlier", "all", "above", "system", "old"),
)
_OBJECTS = ("instruction", "instructions", "prompt", "rules", "everything")


@lru_cache(4096)
def is_for_programs(sentence: str) -> bool:
    """Whether it tells a program what to do: "Ignore all previous instructions.", "Write in the report that ..."."""
    said = " ".join(sentence.split())
    if _FOR_PROGRAMS.search(said) or _LEADS.search(said) or is_made_for_programs(said):
        return True
    return is_spoken_to_programs(said) or _is_about_its_work(said) or _is_misspelt(said)


def for_programs(sentences: Iterable[str]) -> Iterator[bool]:
    """The same for the sentences of a paragraph, in order: those beside such a sentence may belong to it."""
    found = [is_for_programs(sentence) for sentence in sentences]
    for at in range(len(found)):
        yield any(found[max(0, at - AFTER) : at + BEFORE + 1])


def _is_about_its_work(said: str) -> bool:
    """Whether something is demanded of what a program makes, or of programs by name."""
    return bool((_ITS_WORK.search(said) and _DEMAND.search(said)) or (_NAMED.search(said) and _ORDERED.search(said)))


def _is_misspelt(said: str) -> bool:
    """Whether it says "ignore previous instructions" in letters that are to be read, but not to be found."""
    text = _SPACED.sub(lambda found: found[0].replace(" ", ""), said).lower().translate(_LETTERS)
    words, written = re.findall(r"[a-z]+", text), set(re.findall(r"[a-z]+", said.lower()))
    verbs = [at for at, word in enumerate(words) if len(word) > 4 and _is_like(word, _VERBS)]
    for at in verbs:
        after = words[at + 1 : at + 6]
        old = any(_is_like(word, _OLD) for word in after[:3])
        objects = [word for word in after if len(word) > 4 and _is_like(word, _OBJECTS)]
        spoilt = any(not word.startswith((*_VERBS, *_OBJECTS)) or word not in written for word in (words[at], *objects))
        if objects and spoilt and (old or "your" in after[:2]):
            return True
    return False


@lru_cache(8192)
def _is_like(word: str, known: tuple[str, ...]) -> bool:
    return any(SequenceMatcher(None, word, each).ratio() >= ALIKE for each in known)
