"""Sentences that address the program that reads a page, not the people: nobody asked for them, and they answer nothing."""

import re
from collections.abc import Iterable, Iterator

_READER = r"(?:AI|LLM|(?:large )?language[ -]model|chat ?bot|chatgpt|gpt)s?"
_KIND = r"(?:assistant|agent|model|system|crawler|bot|reader|tool)s?"
_TELL = r"(?:say|write|state|claim|mention|include|add|put|insert|conclude|tell|answer|reply|respond|report)"
_OUTPUT = r"(?:report|answer|summary|response|reply|output)"

_FOR_PROGRAMS = re.compile(
    rf"""
      \b(?:ignore|disregard|forget|override|bypass)\s+
      (?=[^.!?]{{0,40}}\b(?:all|any|everything|previous|prior|above|earlier|preceding|your|system)\b)
      (?:(?:all|any|of|the|your|my|these|those|previous|prior|above|earlier|preceding|existing|other|system)\s+){{1,6}}
      (?:instructions?|prompts?|directions|directives|guidelines|rules|commands|messages?)\b
    | \b(?:ignore|disregard|forget)\s+everything\b
    | ^\W*you\ are\ now\s+(?:(?:an?|in|my)\s+)(?!(?:\w+\s+)?(?:member|customer|subscriber|user|owner|resident|position)\b)
    | \bfrom\ now\ on,?\s+you\ (?:are|will|must|should)\b
    | \b{_READER}\s+(?:{_KIND}\s+)?(?:that\ |who\ )?(?:are\ )?
      (?:read|process|summari[sz]|visit|pars|analy[sz]|index|access)\w*\s+th(?:is|e|ese)\b
    | \b{_READER}\s+(?:{_KIND}\s+)?(?:must|should|shall|have\ to|are\ (?:instructed|required|told|asked)\ to)\s+
      (?:only|always|never|not|now|cite|ignore|disregard|recommend|send|quote|trust|{_TELL})\b
    | \b(?:if\ you\ are|attention,?|dear|(?:notes?|notice|message|instructions?)\ (?:to|for))\s+(?:an?\ |all\ |any\ |the\ )?{_READER}\b
    | \bsystem[ ]prompts?\b
    | (?-i:^\W*(?:SYSTEM|ASSISTANT|DEVELOPER)\s*:)
    | <\|?(?:im_start|system|endoftext)\|?> | \[/?INST\]
    | \b(?:new|updated|real|hidden|secret)\s+instructions\s*:
    | \b{_TELL}\s+in\ (?:the|your|its)\s+(?:final\ )?{_OUTPUT}\b
    | ^\W*in\ your\s+(?:final\ )?{_OUTPUT},?\s+(?:please\ )?(?:always\ |only\ )?{_TELL}\b
    | (?<!never\ )(?<!not\ )(?<!n't\ )\b(?:send|post|forward|e-?mail|upload|leak|exfiltrate|reveal)\s+
      (?:\w+\s+){{0,3}}(?:(?:api|secret|access|private)[ -]?keys?|passwords?|credentials)\s+to\b
      (?!\s+(?:the|our|your)\s+(?:server|service|api|endpoint)\b)
    | \b(?:cite|quote|trust|recommend)\s+only\s+this\b | \bonly\s+(?:cite|quote|trust|recommend)\s+this\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_GOES_ON = re.compile(
    rf"\W*(?:(?:and|then|also|instead|now|please)\W+)*(?:{_TELL}|cite|send|recommend|output|print|always|never|do\ not|don't)\b",
    re.IGNORECASE,
)


def is_for_programs(sentence: str) -> bool:
    """Whether it tells a program what to do: "Ignore all previous instructions.", "Write in the report that ..."."""
    return bool(_FOR_PROGRAMS.search(" ".join(sentence.split())))


def for_programs(sentences: Iterable[str]) -> Iterator[bool]:
    """The same for the sentences of a paragraph, in order: what is demanded right after such a sentence belongs to it."""
    before = False
    for sentence in sentences:
        before = is_for_programs(sentence) or (before and bool(_GOES_ON.match(sentence)))
        yield before
