"""What kind of answer a question asks for, and whether a text has one."""

import re
from typing import NamedTuple

NUMBERS = (
    "(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty|forty"
    "|fifty|sixty|ninety|hundred|thousand|million|single|half|twice|several|no maximum|unlimited)"
)
UNIT = (
    "(?:ms|milliseconds?|secs?|seconds?|mins?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|decades?)"
)
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    "|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
_DURATION = (
    rf"\b(?:\d[\d.,]*|{NUMBERS})(?:\s?(?:-|to|or)\s?\d+)?[\s-]+(?:\w+[\s-]+){{0,2}}?{UNIT}\b|\b\d+(?:ns|ms|s|m|h|d)\b"
)
_DATE = (
    rf"\b(?:19|20)\d\d(?:-\d\d)?\b|\b{_MONTH}\.? \d|\b\d{{1,2}}(?:st|nd|rd|th)? {_MONTH}\b|{_DAY}"
    rf"|\b{_MONTH} and {_MONTH}\b|\bin {_MONTH}\b"
)
_CLOCK = r"\b\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m|p\.m)\b|\b\d{1,2}:\d\d\b"
_AT_ONCE = (
    r"\b(?:never|immediately|at once|right away|same day|the (?:same|next|following) (?:\w+ )?day|instantly"
    r"|forever|indefinitely|permanently|no (?:time )?limit|as long as)\b"
)
_SOON = r"\b(?:after|when|once|while|until|before|during|by the end of|as soon as|any ?time|every)\b"
_OFTEN = (
    r"\b(?:every|each|per|once|twice|hourly|daily|nightly|(?:bi-?)?weekly|fortnightly|(?:bi-?)?monthly|quarterly|(?:bi-?)?annual(?:ly)?"
    r"|yearly|never|continuously)\b"
)
_OFTEN_BY_TIME = (
    rf"\b(?:every|each|per|an?|once|twice) (?:\w+ )?{UNIT}\b|\b(?:hourly|daily|nightly|(?:bi-?)?weekly|fortnightly|(?:bi-?)?monthly"
    r"|quarterly|(?:bi-?)?annual(?:ly)?|yearly|continuously)\b"
)
_SIZE = r"\d\s?(?:[kmgt]i?b|bytes?|kilobytes?|megabytes?|gigabytes?|terabytes?|%|percent)\b"
_CHARGE = r"(?:fees?|charges?|charged|costs?|prices?|commission|surcharge|tax|vat|discount|deposit|off|order|bill|sum|salary)\b"
_SHARE_OF_MONEY = rf"\b{_CHARGE}[^.\n]{{0,60}}?\d\s?(?:%|percent)|\d\s?(?:%|percent)[^.\n]{{0,60}}?\b{_CHARGE}"
_MONEY = (
    rf"[$€£]\s?\d|\d\s?(?:USD|EUR|GBP|dollars?|euros?|pounds?|cents?|pence)\b|{_SHARE_OF_MONEY}|\bfree\b"
    r"|\bno (?:extra |additional )?(?:cost|fee|charge)s?\b|\bat (?:no|our|your) cost\b"
)
_CODE = r"(?:code|pin|password|passcode|passphrase|combination)"
_VARIABLE = r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\$\w+"
_WHICH = r"\b(?:which|what)"


class Kind(NamedTuple):
    """`shows`: what an answer has. `hints`: what it may have instead, and other texts often have, too. `form`: words that
    only say what is asked for; an answer need not have them."""

    name: str
    asks: re.Pattern[str]
    shows: re.Pattern[str] | None
    form: frozenset[str]
    hints: re.Pattern[str] | None = None

    def told(self, text: str) -> bool:
        """Whether a text has, or may have, what is asked for."""
        if self.shows is None or self.shows.search(text):
            return True
        return bool(self.hints and self.hints.search(text))


def _kind(name: str, asks: str, shows: str = "", form: str = "", hints: str = "") -> Kind:
    def pattern(text: str) -> re.Pattern[str] | None:
        return re.compile(text, re.IGNORECASE) if text else None

    return Kind(name, re.compile(asks, re.IGNORECASE), pattern(shows), frozenset(form.split()), pattern(hints))


KINDS = (
    _kind(
        "phone",
        rf"\b(?:phone|telephone) number\b|{_WHICH} number\b.*\bcall\b|\bnumber (?:to|do i) call\b",
        r"\d{3}[\s).-]*\d{3,4}",
        "phone telephone number call",
    ),
    _kind(
        "mail",
        rf"{_WHICH}(?: e-?mail)? address\b|{_WHICH} is .*\be-?mail\b",
        r"\S@\S|\b\d{5}\b",
        "address write email mail",
    ),
    _kind(
        "percent",
        rf"{_WHICH} (?:percentage|percent|share|discount|uptime)\b",
        r"\d\s?(?:%|percent)",
        "percentage share",
    ),
    _kind(
        "code",
        rf"{_WHICH}(?: is| are)?(?: the| your| my| our)? (?:[\w-]+ ){{0,3}}?{_CODE}(?! of conduct)(?=\W*$|\W* (?:to|for|of)\b)",
        rf"\b{_CODE}\b(?:\s+\w+){{0,3}}?\s*(?:\bis\b|\bare\b|[:=])\s*(?!\w+ed\b|(?:not|sent|only|at|case|in|valid)\b)\S"
        r"|\b\d{3,}\b|\b(?=\w*\d)(?=\w*[a-z])\w{4,}\b|\bcode \d",
    ),
    _kind("port", rf"{_WHICH} port\b", r"\b\d{2,5}\b"),
    _kind(
        "version",
        r"\b(?:which|what|oldest|lowest|minimum)(?: \w+){0,2} versions?\b|\bsince which\b",
        r"\d\.\d",
        hints=r"\d",
    ),
    _kind("day", rf"{_WHICH}(?: \w+)? days?\b", rf"{_DAY}|{_DATE}", "day days"),
    _kind(
        "flag",
        rf"{_WHICH}(?: \w+)? (?:option|flag|switch|parameter|argument)\b",
        r"(?<!\w)--?[a-z][\w.-]*",
        "option flag switch parameter argument",
    ),
    _kind("variable", rf"{_WHICH}(?: environment)? variable\b", _VARIABLE, "variable"),
    _kind("command", rf"{_WHICH}(?: \w+)? (?:command|program)\b", "", "command"),
    _kind(
        "price",
        r"\bhow (?:much|expensive)\b(?!.*\b(?:memory|more|time|notice|leave|vacation|sick|credit|space|storage|disk)\b)"
        r"(?=.*\b(?:is|are|costs?|charged?|pay|fees?|price|does|do|will|for)\b)"
        r"|\bwhat (?:[\w-]+ ){0,10}?costs?\b|\bwhat (?:is|are) (?:\w+ ){0,4}?(?:prices?|costs?|fees?)\b|\b(?:price|cost) of\b",
        _MONEY,
        "price prices cost costs fee fees expensive much",
        r"\bon request\b|\bby arrangement\b|\bnegotiable\b",
    ),
    _kind(
        "temperature",
        rf"\bhow (?:hot|warm|cold)\b|{_WHICH}(?: is the)? temperature\b",
        r"\d\s?(?:\u00b0|degrees?\b)",
        "hot warm cold temperature",
    ),
    _kind("often", r"\bhow (?:often|frequently)\b", rf"{_OFTEN}|{_DURATION}", "often frequently"),
    _kind(
        "duration",
        rf"\bhow (?:long|soon|quickly|fast|late|old)\b|\bhow many (?:\w+ )?{UNIT}\b|\bhow much (?:time|notice)\b",
        rf"{_DURATION}|{_AT_ONCE}|{_OFTEN_BY_TIME}",
        "long soon quickly time",
        f"{_DATE}|{_CLOCK}|{_SOON}",
    ),
    _kind(
        "past date",
        r"\bwhen (?:did|was|were)\b|\b(?:what|which) (?:year|month|date)\b|\b(?:by what date|since when)\b",
        _DATE,
        "when date year month",
    ),
    _kind(
        "time",
        r"\bwhen\b|\bwhat time\b|\bhours\b|\buntil when\b",
        f"{_DURATION}|{_DATE}|{_CLOCK}|{_AT_ONCE}",
        "when time hours date",
        _SOON,
    ),
    _kind(
        "size",
        r"\bhow (?:much|big|large)\b.*\b(?:memory|ram|disk|space|storage|swap|bandwidth|files?|images?|uploads?|attachments?)\b",
        _SIZE,
        "much big large",
        r"\d",
    ),
    _kind(
        "number",
        r"\bhow (?:many|much|big|large|high|far|heavy|tall|deep|wide)\b|\bwhat number\b|\bup to (?:which|what)\b"
        r"|\bwhat (?:is|are) (?:the )?(?:\w+ ){0,2}?"
        r"(?:most|least|maximum|minimum|limit|size|number|amount|longest|largest|biggest|rate)\b",
        rf"\d|\b{NUMBERS}\b|\bonce (?:an?|per|every|each)\b",
        "many much number amount",
    ),
    _kind(
        "steps",
        r"^\W*(?:and |so )?(?:how (?:do|can|could|should|would|to|does)"
        r"|what (?:do|should|must) (?:i|we|you) (?:(?:need|have) to )?do|what are the steps|steps to)\b",
    ),
    _kind("reason", r"^\W*why\b"),
    _kind(
        "definition",
        r"^\W*what (?:is|are) (?:an? |the )?(?:[\w-]+ ?){1,2}\W*$|\bwhat does .* (?:mean|stand for)\b|\bshort for\b",
        "",
        "mean stand short",
    ),
    _kind("person", r"^\W*who(?:se|m)?\b"),
    _kind("place", r"^\W*where\b"),
    _kind("name", rf"{_WHICH}\b"),
)
YES_NO, CHOICE, OTHER = _kind("yes-no", "^$"), _kind("choice", "^$"), _kind("other", "^$")

_AUXILIARY = re.compile(
    r"^\W*(?:and |so |but )?(?:is|are|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|was|were)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\s(?:when|if|after|before|so that|because|while|once|until i|that|which|who|where)\s", re.IGNORECASE
)
SHORTEST_CLAUSE = 3  # words


def kind_of(question: str) -> Kind:
    """The first that the main clause of the question asks for."""
    asked = [one for one in re.split(r"(?<=[.!?])\s+", question.strip()) if one.endswith("?")]
    whole = asked[-1] if asked else question.strip()
    clause = _CLAUSE.split(whole)[0]
    main = clause if len(clause.split()) >= SHORTEST_CLAUSE else whole
    if _AUXILIARY.match(main):
        return CHOICE if re.search(r"\w or \w", main) else YES_NO
    return next((kind for kind in KINDS if kind.asks.search(main)), OTHER)
