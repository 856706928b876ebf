"""What kind of answer a question asks for, and whether a text has one."""

import re
from typing import NamedTuple

Pattern = re.Pattern[str]


class Kind(NamedTuple):
    """`form`: the words of a question that only say what kind of answer is asked for; an answer need not have them."""

    name: str
    asks: Pattern
    shows: Pattern | None
    form: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBERS = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|ninety|hundred|thousand|million|single|half|twice|once|several|no maximum|unlimited)"
)
_UNIT = (
    r"(?:ms|milliseconds?|secs?|seconds?|mins?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|decades?)"
)
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_DURATION = (
    rf"\b(?:\d[\d.,]*|{_NUMBERS})(?:\s?(?:-|to|or)\s?\d+)?[\s-]+(?:\w+[\s-]+){{0,2}}?{_UNIT}\b|\b\d+(?:ns|ms|s|m|h|d)\b"
)
_DATE = rf"\b(?:1[6-9]|20)\d\d(?:-\d\d)?\b|\b{_MONTH}\.? \d|\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\b|\b{_DAY}\b|\b{_MONTH} and {_MONTH}\b|\bin {_MONTH}\b"
_CLOCK = r"\b\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m|p\.m)\b|\b\d{1,2}:\d\d\b"
_SOON = (
    r"\b(?:never|immediately|at once|right away|same day|the (?:same|next|following) (?:\w+ )?day|any ?time|instantly"
    r"|after (?:the|your|each|every)|when (?:the|you|your)|by the end of|as soon as|forever|every)\b"
)
_MONEY = (
    r"[$€£]\s?\d|\d\s?(?:USD|EUR|GBP|dollars?|euros?|pounds?|cents?)\b|\d\s?(?:%|percent)|\bfree\b|\bno (?:extra |additional )?"
    r"(?:cost|fee|charge)s?\b|\bat (?:no|our|your) cost\b"
)
_CODE = r"--?[a-z][\w-]*|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\b[\w-]+\.(?:toml|lock|yml|yaml|json|md|txt|cfg|conf|ini|py|sh|html?)\b|[/~.]\w"

KINDS: tuple[Kind, ...] = tuple(
    Kind(name, re.compile(asks, re.IGNORECASE), shows and re.compile(shows, re.IGNORECASE), form)
    for name, asks, shows, form in (
        ("phone", r"\b(?:phone|telephone) number\b|\bwhat number\b.*\bcall\b|\bnumber (?:to|do i) call\b", r"\d{3}[\s).-]*\d{3,4}", _words("phone telephone number call")),
        ("mail", r"\b(?:which|what)(?: e-?mail)? address\b|\b(?:what|which) is .*\be-?mail\b", r"\S@\S|\b\d{5}\b", _words("address write email mail")),
        ("percent", r"\b(?:what|which) (?:percentage|percent|share|discount|uptime)\b|\bhow (?:big|large|much)(?: is)?(?: the| a)? discount\b", r"\d\s?(?:%|percent)", _words("percentage percent share")),
        ("port", r"\b(?:which|what) port\b", r"\b\d{2,5}\b", frozenset()),
        ("version", r"\b(?:which|what|since which|oldest|lowest|minimum)(?: \w+){0,2} versions?\b|\bsince which\b", r"\d", frozenset()),
        ("day", r"\b(?:which|what)(?: \w+)? days?\b", rf"\b{_DAY}\b|{_DATE}", _words("day days")),
        ("flag", r"\b(?:which|what)(?: \w+)? (?:option|flag|switch|parameter|argument)\b", r"(?<!\w)--?[a-z][\w.-]*", _words("option flag switch parameter argument")),
        ("variable", r"\b(?:which|what)(?: environment)? variable\b", r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\$\w+", _words("variable")),
        ("command", r"\b(?:which|what)(?: \w+)? (?:command|program)\b", None, _words("command")),
        ("price", r"\bhow (?:much|expensive)\b(?!.*\b(?:memory|more|time|notice|leave|vacation|sick|credit|space|storage|disk)\b)(?=.*\b(?:is|are|cost|costs|charge|charged|pay|fee|fees|price|does|do|will|for)\b)"
                  r"|\bwhat (?:\w+ ){0,6}?costs?\b|\bwhat (?:is|are) (?:\w+ ){0,4}?(?:price|prices|cost|costs|fee|fees)\b|\b(?:price|cost) of\b", _MONEY, _words("price prices cost costs fee fees expensive much")),
        ("time", rf"\bhow (?:long|soon|quickly|fast|late|old|often|frequently)\b|\bwhen\b|\bwhat time\b|\bhow many (?:\w+ )?{_UNIT}\b|\bhours\b|\bby what date\b"
                 r"|\bhow much (?:time|notice)\b|\b(?:since|until) when\b|\b(?:what|which) (?:year|month|date)\b|\bhow far (?:in advance|ahead)\b", rf"{_DURATION}|{_DATE}|{_CLOCK}|{_SOON}", _words("long soon quickly often when time hours date")),
        ("number", r"\bhow (?:many|much|big|large|high|far|heavy|tall|deep|wide)\b|\bwhat (?:is|are) (?:the )?(?:\w+ ){0,2}?(?:most|least|maximum|minimum|limit|size|number|amount|longest|largest|biggest|code|rate)\b"
                   r"|\bwhat number\b|\bup to (?:which|what)\b", rf"\d|\b{_NUMBERS}\b", _words("many much number amount")),
        ("steps", r"^\W*(?:and |so )?(?:how (?:do|can|could|should|would|to|does)|what (?:do|should) i do|what are the steps|steps to)\b", None, frozenset()),
        ("reason", r"^\W*why\b", None, frozenset()),
        ("definition", r"^\W*what (?:is|are) (?:an? |the )?(?:[\w-]+ ?){1,2}\W*$|\bwhat does .* (?:mean|stand for)\b|\bshort for\b", None, _words("mean stand short")),
        ("person", r"^\W*who(?:se|m)?\b", None, frozenset()),
        ("place", r"^\W*where\b", None, frozenset()),
        ("name", r"\b(?:what|which)\b", None, frozenset()),
    )
)  # fmt: skip
YES_NO = Kind("yes-no", re.compile("^$"), None)
CHOICE = Kind("choice", re.compile("^$"), None)
OTHER = Kind("other", re.compile("^$"), None)


_AUXILIARY = re.compile(
    r"^\W*(?:and |so |but )?(?:is|are|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|was|were)\b",
    re.I,
)
_CLAUSE = re.compile(r"\s(?:when|if|after|before|so that|because|while|once|until i|that|which|who|where)\s", re.I)
SHORTEST_CLAUSE = 3  # words


def kind_of(question: str) -> Kind:
    """The first that the main clause of the question asks for."""
    asked = [one for one in re.split(r"(?<=[.!?])\s+", question.strip()) if one.endswith("?")]
    main = asked[-1] if asked else question.strip()
    clause = _CLAUSE.split(main)[0]
    main = clause if len(clause.split()) >= SHORTEST_CLAUSE else main
    if _AUXILIARY.match(main):
        return CHOICE if re.search(r"\w or \w", main) else YES_NO
    return next((kind for kind in KINDS if kind.asks.search(main)), OTHER)
