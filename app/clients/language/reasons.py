"""Why a customer wants money back, quoted from the message itself."""

import re

LONGEST = 80  # characters of a quoted clause

_NOT = r"(?:n't|nt| not| never)"
_DAMAGE = (
    r"(?:broken|damaged|cracked|torn|ripped|smashed|shattered|defective|faulty|stained|scratched|leaking|spoiled|expired"
    r"|incomplete|empty|dead|bent|dirty|fake|counterfeit)"
)
_CAUSES = tuple(
    re.compile(cause, re.I)
    for cause in (
        rf"\b(?:arriv\w+|came|turned up|showed up|got here|delivered)\s(?:\w+\s){{0,2}}(?:{_DAMAGE}|late|open|opened|used)",
        rf"\b(?:never|has{_NOT}|have{_NOT}|had{_NOT}|did{_NOT})\s(?:\w+\s)?(?:arriv\w+|came|come|show(?:ed|n)? up"
        r"|turn(?:ed)? up|received?|got|get|delivered|been delivered|shipped|been sent|reached me)\b"
        r"(?:\s(?:it|them|my \w+|the \w+|anything))?",
        r"\b(?:sent|got|received|delivered|shipped)\s(?:me\s)?(?:the|a)\s(?:wrong|different|used|fake|broken|damaged"
        r"|defective|faulty)\s\w+",
        r"\b(?:the\s)?wrong\s(?:size|item|colou?r|product|one|model|order|thing|amount|price|shoes?|version|part|quantity"
        r"|style|fit)\b",
        rf"\b(?:(?:does|do|did|will|is|was){_NOT}|won't|wont)\s(?:even\s|actually\s|really\s)?(?:fit(?:\sme)?|work(?:ing)?"
        r"|turn on|charge|match(?:\s\w+){0,3}|as (?:described|advertised|pictured|expected)"
        r"|what i (?:ordered|wanted|expected)|(?:like|need|want)(?:\s(?:it|them))?)(?:\sany\s?more)?",
        r"\bnot as (?:described|advertised|pictured|expected)\b|\bnot what i (?:ordered|wanted|expected)\b",
        r"\bchanged my mind\b|\bno longer (?:need|want)(?:\s(?:it|them|this))?\b|\bstopped working\b|\bfell apart\b",
        r"\bbroke\b(?:\s(?:after|on|within|in|the)(?:\s\w+){1,4})?",
        r"\bmissing (?:parts?|pieces?|items?|components?|accessories|buttons?)\b",
        r"\btoo (?:small|big|large|tight|loose|short|long|late|expensive|heavy)\b|\b(?:poor|bad) quality\b",
        r"\bordered (?:it |this |them )?(?:by (?:mistake|accident)|twice)\b|\bby (?:mistake|accident)\b",
        r"\bcharged (?:me )?(?:twice|double)\b|\bdouble charged\b|\bovercharged\b|\blost in (?:the )?(?:mail|post|transit)\b",
        r"\bfound (?:it |one )?(?:cheaper|for less)(?: elsewhere)?\b",
        rf"\b(?:is|was|are|were|it's)\s(?:already\s|completely\s|totally\s|all\s)?(?:{_DAMAGE}|lost|late)\b",
        rf"\b{_DAMAGE}\b(?:\s(?:screen|item|product|zip|zipper|part))?|\bunauthori[sz]ed (?:charge|payment)\b",
    )
)
_GIVEN = re.compile(
    r"\b(?:because(?: of)?|cuz|bc|since|due to|reason(?: is| was|:| being)|on account of)\s+(?:that\s)?"
    r"(?!yesterday|last|(?:mon|tues|wednes|thurs|fri|satur|sun)day|the\s\d|then|when|\d|[a-z]+\s\d)([^.!?\n;]{3,200})",
    re.I,
)
_AFTERTHOUGHT = re.compile(r",|\bso i\b|\bplease\b|\bcan (?:i|you)\b", re.I)


def reason(text: str) -> str:
    """A short quotation, or "" when the message gives no reason."""
    causes = [match for cause in _CAUSES if (match := cause.search(text))]
    if causes:
        return min(causes, key=lambda match: (match.start(), -match.end())).group().strip()
    given = _GIVEN.search(text)
    return _short(given.group(1)) if given else ""


def _short(clause: str) -> str:
    clause = _AFTERTHOUGHT.split(clause, maxsplit=1)[0].strip()
    return clause if len(clause) <= LONGEST else clause[:LONGEST].rsplit(" ", 1)[0]
