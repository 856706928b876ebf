"""Why a customer wants money back, quoted from the message itself."""

import re

LONGEST = 80  # characters of a quoted clause

_NOT = r"(?:n't|nt| not| never)"
_CAUSES = tuple(re.compile(cause, re.I) for cause in (
    r"\b(?:arriv\w+|came|turned up|showed up|got here|delivered)\s(?:\w+\s){0,2}(?:broken|damaged|cracked|torn|smashed|shattered|defective|faulty|late|empty|dead|open|opened|used|dirty|stained|scratched|ripped|incomplete|bent|leaking|spoiled|expired|in pieces)",
    rf"\b(?:never|has{_NOT}|have{_NOT}|had{_NOT}|did{_NOT})\s(?:\w+\s)?(?:arriv\w+|came|come|showed up|shown up|show up|turned up|turn up|received?|got|get|delivered|been delivered|shipped|been sent|reached me)\b(?:\s(?:it|them|my \w+|the \w+|anything))?",
    r"\b(?:sent|got|received|delivered|shipped)\s(?:me\s)?(?:the|a)\s(?:wrong|different|used|fake|broken|damaged|defective|faulty)\s\w+",
    r"\b(?:the\s)?wrong\s(?:size|item|colou?r|product|one|model|order|thing|amount|price|address|shoes?|version|part|quantity|style|fit)\b",
    rf"\b(?:does{_NOT}|do{_NOT}|did{_NOT}|wo{_NOT}|wo?n't|will{_NOT}|is{_NOT}|was{_NOT})\s(?:even\s|actually\s|really\s)?(?:fit(?:\sme)?|work(?:ing)?|turn on|charge|match(?:\s\w+){0,3}|as (?:described|advertised|pictured|expected)|what i (?:ordered|wanted|expected)|like (?:it|them)|need(?:\s(?:it|them))?|want(?:\s(?:it|them))?)(?:\sany\s?more)?",
    r"\b(?:not as (?:described|advertised|pictured|expected)|not what i (?:ordered|wanted|expected)|changed my mind|no longer (?:need|want)(?:\s(?:it|them|this))?|stopped working|fell apart|broke(?:\s(?:after|on|within|in|the)(?:\s\w+){1,4})?|missing (?:parts?|pieces?|items?|components?|accessories|buttons?)|too (?:small|big|large|tight|loose|short|long|late|expensive|heavy)|poor quality|bad quality|ordered (?:it |this |them )?(?:by (?:mistake|accident)|twice)|by (?:mistake|accident)|accidentally ordered(?: \w+){0,2}|charged (?:me )?(?:twice|double)|double charged|overcharged|found (?:it |one )?(?:cheaper|for less)(?: elsewhere)?|quality (?:is|was) (?:\w+\s)?(?:poor|bad|terrible|awful))",
    r"\b(?:is|was|are|were|it's|its|came|all|completely|totally)\s(?:already\s|completely\s|totally\s|all\s)?(?:broken|damaged|defective|faulty|cracked|torn|ripped|smashed|shattered|fake|counterfeit|stained|scratched|leaking|expired|dead|lost|late|incomplete|empty|spoiled)\b",
    r"\b(?:broken|damaged|defective|faulty|counterfeit|unauthori[sz]ed)\b(?:\s(?:screen|item|product|zip|zipper|part|charge))?",
    r"\blost in (?:the )?(?:mail|post|transit)\b",
))  # fmt: skip
_GIVEN = re.compile(r"\b(?:because(?: of)?|cuz|bc|since|due to|reason(?: is| was|:| being)|on account of)\s+(?:that\s)?(?!yesterday|last|(?:mon|tues|wednes|thurs|fri|satur|sun)day|the\s\d|then|when|\d|[a-z]+\s\d)([^.!?\n;]{3,200})", re.I)


def reason(text: str) -> str:
    """A short quotation, or "" when the message gives no reason."""
    causes = [match for cause in _CAUSES if (match := cause.search(text))]
    if causes:
        return min(causes, key=lambda match: (match.start(), -match.end())).group().strip()
    given = _GIVEN.search(text)
    return _trimmed(given.group(1)) if given else ""


def _trimmed(clause: str) -> str:
    clause = re.split(r",|\band i\b|\bso i\b|\bplease\b|\bcan (?:i|you)\b", clause, maxsplit=1, flags=re.I)[0].strip()
    return clause if len(clause) <= LONGEST else clause[:LONGEST].rsplit(" ", 1)[0]
