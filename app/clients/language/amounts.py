"""Amounts of money in a message, as integer cents, in the many ways people write them.

A number is money when a currency stands beside it, when it is written with cents ("49.90"), or when the words around
it say that it was paid. Percentages, quantities, dates and times are not.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from app.clients.language.currencies import OTHER, SIGNS, before, behind, codes_in_words, currency, in_full, names
from app.clients.language.grounding import number
from app.clients.language.measures import without_measures
from app.clients.language.word_lists import pairs

_DECIMALS = r"(?:[.,]\d{1,2}(?!\d))?"
_FIGURE = (
    rf"(?:(?!0)\d{{1,3}}(?:,\d{{2,3}}){{0,4}},\d{{3}}(?!\d){_DECIMALS}"  # 1,234.50 and 1,23,456
    rf"|(?!0)\d{{1,3}}(?:\.\d{{3}}){{1,4}}(?!\d){_DECIMALS}"  # 1.234,50
    rf"|\d{{1,3}}(?:[ ']\d{{3}}){{1,4}}(?!\d){_DECIMALS}"  # 1 234,50
    rf"|\d{{1,9}}{_DECIMALS})(?:[.,:]-{{1,2}}|/[-=])?"  # 80,- and 249:- and 1500/=
)
_FEW = r"\d{1,4}(?:[.,]\d{1,2})?"
_SCALE = r"(?:\s?(?P<scale>k|grand|thousand|lakhs?|lacs?|crores?|cr|mio|mn|million|billion|bn)\b|(?P<millions>m)\b)?"
_ALONE = r"(?:(?<![\w.,/:#-])|(?<=\d[x×*@])|(?<=\s-))"
_COINS = {
    "pence": "GBP",
    "paise": "INR",
    "rappen": "CHF",
    "grosz": "PLN",
    "groszy": "PLN",
    "bani": "RON",
    "kuruş": "TRY",
    "øre": OTHER,
    "öre": OTHER,
    "centime": OTHER,
    "centimes": OTHER,
    "céntimos": OTHER,
    "centavos": OTHER,
}
"""Hundredths that have a name of their own."""
_CENT = rf"(?P<cent>cents?|ct|cts|¢|{'|'.join(_COINS)})(?!\w)"
_AND = r"(?:and|und|et|con|e|y|i)\s"
_END = (
    r"(?![.,]\d)(?=\s*(?:[.!?;),=]|-\s|$)|\s(?:for|back|but|and|on|to|from|instead|please|now|here|by|was|is|are|more|only"
    r"|plus|deposit|postage|customs|so|with|when|in|all|because|yesterday|today|last|already|extra|too|not|off|elsewhere|online|shipping|delivery|per|or|if|via|at|again|than|after"
    r"|minus|less|would|will|should|of (?:it|that|this|(?:my |the |this )?order)\b|of (?:the )?[#$€£]?(?=\d))\b)"
)
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_ALSO = re.compile(
    r"[^\W\d_]|\s?\(?(?:in )?(?:canadian|australian|singapore|hong kong|taiwan|mexican|new zealand|\$?(?:ca|au|nz|hk|sg|mx))\b",
    re.I,
)
"""Behind a currency, the name of another, or letters glued to its sign."""
_VAGUE = re.compile(
    r"\bnot an? (?:cent|penny|rupee|dime|dollar|euro) (?:less|more)\b|\bthe 4k\b|(?-i:[a-z'] Charge \d\b)"
    r"|\b(?:couple|few|several|some|many)(?: of)? (?:hundred|thousand|grand|million)s?\b|\bmy (?:two|2) (?:cents|pence)\b"
    r"|\b(?:(?:not|single|nor) (?:a |one |even a |even one )?|a )(?:single |lousy |bloody )?(?:cent|penny|dime)\b"
    r"|\bit'?s \d{1,2}[.:]\d\d (?:now|already|am|pm|and (?:nobody|no one|nothing|still|i)\b)"
    r"|\b(?:weigh\w{0,4}|drop|gain(?:ed)?|lost)(?: \w{1,10}){0,2} \d{1,4}(?:[.,]\d)? pounds\b"
    r"|(?-i:\b[A-Z]{2}\d{9}[A-Z]{2}\b)|[-+]\d{1,2}[.,]\d\d,? (?:instead of|not|and|but|or) [-+]\d{1,2}[.,]\d\d(?!\d)"
    r"|\b\d{1,4}(?:[.,]\d)? pounds of "
    r"(?!(?:my|the|our|your|it|this|that|these|those|credit|shipping|postage|delivery|money|cash|debt|value)\b)[a-z]"
    r"|\b\d{1,4} pounds of it[.!]|\b\d{1,4}[ -]pounds? "
    r"(?:kettlebell|dumb-?bell|bar-?bell|weight|plate|bag|sack|tub|bucket|jar|turkey|dog|cat)s?\b"
    r"|\b\d{1,4} euro[ -]?pallets?\b|(?-i:\bEuro (?:19|20)\d\d\b)|\b\d{2,3}/\d{2},? Z?R ?\d{2}\b|(?-i:\b\dP\b)"
    r"|\ba million (?:bucks|dollars|pounds|euros)\b",
    re.I,
)
"""No amount that anybody could name."""
_SCALES = {"k": 3, "g": 3, "l": 5, "c": 7, "m": 6, "b": 9, "t": 3}
"""The powers of ten of "thousand", "lakh", "crore", "million" and "billion", by their first letters."""
_DOLLARS = frozenset({"AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD"})
"""Currencies whose sign is "$" as well."""

_PAID = (
    r"\b(?:paid|pay|paying|charged?(?:\sme)?|costs?|costing|owes?\sme|worth|spent|amounts?(?:\sof|\sis|\swas|:)?"
    r"|total(?:s|ing|led)?(?:\sof|\sis|\swas|:)?|price(?:\sof|\sis|\swas|:)?|deducted|debited|billed(?:\sme)?|took"
    r"|refund(?:ed)?\s(?:me|of|amount))\s(?:(?:me|only|just|about|over|the|full|around|nearly)\s)?"
)
_PAID_END = (
    r"(?=\s*(?:[.!?;)]|,(?!\d)|$)|\s(?:for|back|but|and|on|to|from|instead|please|only|plus|deposit|postage|customs|so|with|when|by|in|because"
    r"|yesterday|today|last|already|extra|too|not)\b)"
)
_MANY = r"(?P<number>(?:[5-9]|\d{2,3}|\d{1,3}[.,]\d{1,2}|\d(?=k\b))(?![.,]?\d))(?P<scale>k\b)?"
"""A number that is hardly a count of things."""
_ANY = r"(?P<number>\d{1,3}(?:[.,]\d{1,2})?(?![.,]?\d))(?P<scale>k\b)?"
_TO_ME = r"(?:\s(?:me|us|only|just|about|over|nearly|around|exactly|the|my|back|additional|up to|only|it|for|at|of|amount|total)){0,4}\s"
_LABEL = (
    r"\b(?:refund|amount|price|sum|fee|cost|(?:sub)?total|balance|deposit|discount|credit|shipping|postage|tax|vat|bill|invoice|payment"
    r"|voucher|difference|paid|refunded|charged|betrag|preis|summe|gesamt|montant|prix|importe|precio|prezzo|totale)s?"
)
_ANY_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_]+")
_TENS = r"(?:twenty|thirty|forty|fourty|fifty|sixty|seventy|eighty|ninety)(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?"
_NOTES = {"fiver": "5", "tenner": "10"}


class Amount(NamedTuple):
    cents: int  # hundredths
    currency: str  # ISO 4217; "" when none stands beside it
    start: int
    end: int


def amounts(text: str) -> tuple[list[int], str]:
    """The amounts in cents, in order of appearance, and the text with gaps where their figures were."""
    found, rest = stated(text)
    masked, free = _without_counts(without_measures(text)), rest
    for spelling in (*_by_evidence(), *_beside_another()):
        if found or spelling not in _beside_another():
            found += (here := [amount for amount in _read(spelling, masked) if free[amount.start].isalnum()])
            free = _gapped(free, here)
    return list(dict.fromkeys(amount.cents for amount in sorted(found, key=lambda one: one.start))), rest


def stated(text: str) -> tuple[list[Amount], str]:
    """The same without the numbers that are money by their surroundings alone; each with its currency and its place."""
    if not (_ANY_DIGIT.search(text) or not _number_words().isdisjoint(_WORD.findall(text.lower()))):
        return [], text
    found: list[Amount] = []
    rest = _VAGUE.sub(lambda match: "_" * len(match.group()), text)
    for spelling in _marked():
        found += (here := list(_read(spelling, rest)))
        rest = _gapped(rest, here)
    masked = without_measures(rest)
    for spelling in _plain():
        if here := list(_read(spelling, masked)):
            found += here
            rest = _gapped(rest, here)
            masked = without_measures(rest)
    return sorted(found, key=lambda amount: amount.start), rest


@cache
def _marked() -> tuple[re.Pattern[str], ...]:
    """Numbers with a currency beside them."""
    words = _in_words()
    mark, sign = rf"(?P<mark>{before()})", rf"(?P<behind>{behind()})"
    cents = rf"(?:,?\s?(?:{_AND})?(?:(?P<cents>\d{{1,2}})|(?P<cents_in_words>{words}))\s?{_CENT})?"
    return tuple(
        re.compile(spelling, re.I)
        for spelling in (
            # 39€50, 19 euros 50
            rf"{_ALONE}(?P<number>\d{{1,4}})(?P<behind>{SIGNS}|euros?)(?P<cents>\d{{2}})(?!\d)",
            rf"{_ALONE}(?P<number>\d{{1,3}})\s(?P<behind>{names()}|{SIGNS})\s(?:{_AND})?(?P<cents>\d{{1,2}})\s?(?:{_CENT}|p\b)",
            rf"{_ALONE}(?P<number>\d{{1,3}})\s(?P<behind>{names()}|{SIGNS})\s(?:{_AND})?"
            rf"(?:(?P<bare_cents>\d{{2}})(?![.,]\d)(?=\s*(?:[.!?;),]|$)|\s(?:back|please|zurück|for|from|on|to|in|at|and|but|is|was|per|each|too|plus|not|instead|now|off)\b))",
            rf"{_ALONE}(?P<number>\d{{1,3}}|\d{{1,7}}[.,]\d\d)\s{sign}(?=\s\d{{4}})",  # 20 USD 12346
            rf"(?<!\d)(?<!\d\s)\b(?P<mark>{in_full()}) (?P<number>{_FIGURE}){_END}",  # rupees 500
            rf"\b(?P<mark>{codes_in_words()}) ?"
            rf"(?P<number>\d{{1,3}}(?:[,. ]\d{{3}}){{0,3}}[.,]\d\d|\d{{1,3}}(?:[,.]\d{{3}}){{1,3}})(?![\w-]|[.,]\d)",
            rf"(?:(?P<after>(?<=\d)|(?<=\d\s)(?!{SIGNS}\d))|(?<!\d)(?<!\d\s)|(?<=\d\s)(?={SIGNS}\d)){mark}\s?"
            rf"(?P<number>\d{{1,6}} [.,] \d\d(?!\d)|{_FIGURE}|\.\d{{2}})"
            rf"{_SCALE}(?!\d|[.,]\d|\s?%)"
            rf"(?:\s?(?:-|to|or|and)\s?(?P<high>\d{{1,3}}(?:[.,]\d\d)?){_END})?"
            rf"(?(after)(?!\s?{behind()})|(?:\s?{sign}(?!\s?\d))?){cents}",
            rf"{_ALONE}(?:(?P<low>{_FEW})\s?(?:-|to|or|bis)\s?|(?<=between )(?P<least>{_FEW}) and )?"
            rf"(?P<number>{_FIGURE}){_SCALE}[\s-]?{sign}{cents}",
            rf"(?<=\d/)(?P<number>\d{{1,6}}[.,]\d\d)\s?{sign}",
            rf"\b(?P<half>half\s(?:a\s)?)?(?!an?\s{SIGNS})(?P<words>{words})[\s-]{sign}"
            rf"(?:\s(?:{_AND})?(?P<cents_in_words>{words}|\d{{1,2}})\s{_CENT}|\s(?P<tens>{_TENS})\b(?!\s(?:days|weeks|minutes))"
            r"|\sand\sa\s(?P<and_half>half)\b)?",
            rf"{_ALONE}(?P<number>\d{{1,3}}(?:\.\d{{1,2}})?)\s?(?P<scale>grand|lakhs?|crores?)\b",
            rf"\b(?P<half>half\s(?:a\s)?)?(?P<words>(?:{words}\s)?grand)\b(?!\s(?:total|piano|opening|sum|scheme|finale|ma|pa|mother|father|parents|son|daughter|kids?)\b)",
            rf"{_ALONE}(?P<cents>\d{{1,4}})\s?{_CENT}|{_ALONE}(?P<pence>\d{{1,2}})p\b|{_ALONE}(?P<few_cents>\d{{1,2}})(?-i:c)\b",
            rf"(?P<cents_in_words>{words})\s{_CENT}",
            rf"{_ALONE}(?P<number>\d{{1,7}}|\d{{1,3}}(?:[ .,']\d{{3}}){{1,2}})(?:[.,:]-{{1,2}}|/[-=])(?![\w-])",
        )
    )


@cache
def _plain() -> tuple[re.Pattern[str], ...]:
    """Numbers that are said to be paid, and numbers with cents."""
    return tuple(
        re.compile(spelling, re.I)
        for spelling in (
            rf"{_PAID}(?P<number>{_FEW})(?!\d|[.,]\d)(?:\s?(?P<scale>k|lakhs?|crores?|million)\b|{_PAID_END})",
            rf"{_ALONE}(?P<number>\d{{1,3}}(?:,\d{{3}}){{1,3}}\.\d{{2}}|\d{{1,3}}(?:\.\d{{3}}){{1,3}},\d{{2}}"
            r"|\d{1,3}(?: \d{3}){1,2}[.,]\d{2}|\d{1,7}[.,]\d{2})"
            r"(?![\d:-]|/\d|[.,]\d|\s?%)",
        )
    )


@cache
def _by_evidence() -> tuple[re.Pattern[str], ...]:
    """Numbers that are money only by what stands around them: stated, but never enough to pay by."""
    return tuple(
        re.compile(spelling, re.I)
        for spelling in (
            r"\b(?:refund(?:ed|ing)?|reimbursed?|credit(?:ed)?|pay|paid|charged?|debited|billed|deducted|spent|costs?|owed?|worth"
            r"|offer(?:ed)?|promised?|expected|quoted|list(?:ed)?|used to be|transferred"
            r"|(?:price|statement|receipt|bill|invoice|bank|app|site|website|page|e?-?mail|checkout)(?: \w{1,10})? (?:says|shows)"
            r"|accept|settle|happy with|fine with"
            rf"|(?:let's|we) say|make (?:it|that)|knock(?: off)?|agreed on)(?:\s(?:with|on))?{_TO_ME}{_MANY}{_END}",
            rf"\b(?:keep|take|want|give|gave|get|got|have|leaves)(?:\s(?:me|us|only|just))?\s{_MANY}(?=\s(?:back|more|off|to pay|of it)\b)",
            rf"\b(?:keep|take)\s{_MANY}{_END}",
            rf"^\W*{_ANY}\sback\b",
            r"\b(?:refund|return|reverse|back|send|where is)\s(?:me\s)?my\s(?P<number>\d{1,3})(?P<scale>k)\b",
            rf"\b(?:the|my|those|these)\s{_ANY}"
            r"(?=\s(?:that\s|which\s)?(?:i|we)(?:'ve|\shave|\shad)?\s(?:paid|spent|transferred|sent you)\b)",
            rf"{_ALONE}{_ANY}"
            r"(?=\s(?:was|were|has been|got)\s(?:\w+\s)?(?:taken|debited|deducted|charged|withdrawn|billed|booked)\b)",
            rf"\b(?:the|an?|my|that)\s{_MANY}(?=\s(?:diff(?:erence)?|surcharge|refund|fee|deposit)\b(?!\s(?:requests?|e?-?mails?|labels?)\b))",
            rf"\bpay(?:s|ing)?\s(?:the|that)\s{_MANY}(?=\s(?:extra|shipping|postage|delivery|customs|duty|rest|balance)\b)",
            rf"\b[2-9]\sfor\s{_MANY}(?=\s(?:deal|offer|promo\w{{0,6}}|sale|special|bundle|price)\b)",
            rf"\b(?:was|were|are|is|on|at)\s[2-9]\sfor\s{_MANY}{_END}",
            rf"{_LABEL}(?:\s(?:amount|price|due|paid|value))?(?:\s?[:=]|'s\b|\s(?:is|was|of|should be|would be|will be))\s?{_ANY}{_END}",
            rf"(?:^|[,;:!?(.-]\s?|\b(?:is|was|it's|that's|be|paid|pay|paying|spent|charged|cost|to|for|me)\s)(?:(?:only|just|about|around|nearly|over|a|like)\s)?"
            rf"{_MANY}(?=\s(?:in )?(?:total|altogether|overall|all in|in all|all told)\b(?!\s(?:[a-z]{{2,12}}s|of)\b))",
            rf"{_LABEL}(?:\s(?:amount|price|due|paid|value))?\s{_MANY}(?=\s*(?:[.!?;),]|$))",
            rf"{_LABEL}\b[^.!?]{{0,30}}\s(?:was|is|to)\s{_MANY}{_END}",
            rf"\b(?:another|an extra|an additional|the other)\s{_MANY}{_END}",
            r"\b(?:costs?|costing|priced at|price (?:of|is|was)|worth)\s(?:(?:about|around|only|over)\s)?"
            r"(?P<number>\d{1,3},\d{3})(?![\d,]|\.\d)",
            r"\ba\s(?P<number>[1-9]\d?)(?P<scale>k)\s(?!(?:tvs?|uhd|hdmi|monitors?|screens?|displays?|video|movies?|footage|camera|webcam|projector"
            r"|resolution|runs?|race|walk|ohm|resistor|led|bulb|cable|version|support|gold)\b)[a-z]",
            rf"{_ALONE}{_ANY}\s(?:each|apiece|a piece|per (?:piece|item))\b",
            rf"\b(?:my|only|all|(?:want|need|like|get|have|got) the)\s{_MANY}(?=\sback\b|\scame back\b)"
            r"|\b(?:my|only|all|where(?:'s| is) the)\s(?P<owed>\d{2,3})(?=\s*[.!?]|\s*$)",
            rf"\bwhere(?:'s| is)\s(?:my|the)\s{_ANY}{_END}",
            rf"{_ALONE}{_MANY}\s(?:would be|will be|is|was|would)\s(?:enough|fair|fine|do|too (?:much|little))\b",
            rf"{_ALONE}{_ANY}\s(?:(?:minus|less|plus)\s\d|of\s(?:the|my)\s[$€£]?\d{{1,4}}[.,]\d\d)",
            rf"\d\s(?:minus|less|plus|is)\s{_ANY}{_END}",
            rf"\b(?:it|that|this|price|one)\s(?:was|is|were)\s{_MANY}(?=,? but\b|,? now \d)",
            rf"\bowes?\b[^\d.!?]{{0,20}}\s(?P<owed>\d{{2,3}}){_END}",
            rf"\b(?:was|is)\s{_MANY}(?=[^.!?\d]{{0,25}}\b(?:but|and|now)\s(?P<owed>\d{{1,3}})(?:\sonline\b|\s?[.!?]|$))",
            rf"\b(?:it|that|this)\s(?:was|is)\s{_MANY}(?=\swith\b)",
            rf"\b(?:was|were)\s{_ANY}(?=\s(?:and|but)\s(?:is|now)\b)|\b(?:is|are)\s(?P<owed>\d{{1,3}})(?=\snow\b)",
            rf",\snow {_ANY}(?=\s*[.!?]|\s*$)",
            rf"\b(?:bought|ordered|got|sold|purchased|sale|selling|sell)(?:\s[\w#]{{1,20}}){{0,4}}?\sfor\s{_MANY}(?=\s*(?:[.!?;),]|$))",
            rf"{behind()}\s(?:(?:back|only)\s)?(?:out\s)?of\s(?:the\s|my\s)?(?P<owed>\d{{2,4}}(?:[.,]\d\d)?)(?=\s*(?:[.!?;),]|$))",
            rf"\b{_ANY}\sof\sthe\s(?P<owed>\d{{1,3}})(?=[^.!?]{{0,30}}\b(?:card|account|bank|statement)\b)",
            rf"\d{{4,9}}\s?:\s?{_MANY}(?=(?:\s(?:off|back|please))?\s*(?:[.!?]|$))",
            r"\b(?:a|one)\s(?P<note>fiver|tenner)\b",
            rf"{_ALONE}{_ANY}\+\s?(?P<behind>{behind()})",
            rf"\b(?!twenty)(?P<words>{_TENS})[\s-](?P<cents_in_words>{_TENS})\b",
        )
    )


def _without_counts(text: str) -> str:
    """The text with gaps in place of how many things there are."""
    marked = _with_currency().sub(lambda match: "¤" * len(match.group()), text)
    kept = list(text)
    for match in _counted().finditer(marked):
        kept[match.start() : match.end()] = "_" * len(match.group())
    return "".join(kept)


@cache
def _with_currency() -> re.Pattern[str]:
    """The currency behind a number."""
    return re.compile(rf"(?:(?<=\d)|(?<=\d\s)){behind()}", re.I)


@cache
def _counted() -> re.Pattern[str]:
    """So many things, and how many of them came: "1 box instead of 12. I need the other 11". Behind a number "¤" is a currency."""
    word = r"(?-i:[a-z]{3,15})"
    return re.compile(
        rf"{_ALONE}(?:1\s|\d{{1,4}}\s(?={word}(?:\s{word})?(?<=s)\b))(?!(?:this|plus|less|minus|not|only|just)\b){word}\b"
        rf"(?:(?:(?!refund|return|paid|pay|charg|credit|cost|price|back|owe|gave)[^\d$€£]){{0,60}}?"
        rf"\s(?:only|just|instead of|not|the other)\s"
        rf"\d{{1,3}}(?![.,]?\d|\s?¤)){{1,3}}"
        rf"|\b(?:there (?:are|were|was|is)|contain(?:s|ed)?|count(?:ed)?|\d{{1,3}} of (?:them|these|those)|(?:got|had|received) only)"
        rf"(?: (?:only|just))? ?(?:\d{{1,3}})?[^\d$€£.!?]{{0,20}}?\b(?:not|instead of) \d{{1,3}}(?![.,]?\d|\s?¤)"
        rf"|\d (?:working |business )?days?\b[^.!?\d]{{0,30}}\bnow \d{{1,3}}(?![.,]?\d|\s?¤)"
        rf"|\b(?:paid|billed|charged)(?: me| us)? for (?:all )?\d{{1,2}}(?![.,]?\d|\s?¤)"
        rf"|\b(?:ordered|pieces|pcs|pack|set|items)\b[^.!?]{{0,80}}?\b(?:got|received|sent)(?: me| us)? only \d{{1,3}}(?![.,]?\d|\s?¤)"
        rf"|\b(?:got|received|sent)(?: me| us)? only \d{{1,2}}"
        rf"(?=[^.!?\d]{{0,40}}[.!?]\s{{0,2}}(?:missing|where|what about|the (?:other|rest))\b)"
        rf"|\d\s?(?:%|percent|hours?|hrs?|minutes|mins?|days?)[^\d]{{0,80}}?\bmake it \d{{1,3}}(?![.,]?\d|\s?¤)"
        rf"|\b(?:price|quote|quotation|rate|how much(?: (?:is it|would it be|would you charge|do you charge))?),? for "
        rf"(?:(?:about|around|say|another) )?\d{{1,4}}(?![.,]?\d|\s?¤)"
        rf"|\bfor (?:(?:an?|the|my|your) )?(?!just|only|about|under|over|order|around|nearly|me\b|us\b|it\b|{names()})[a-z]{{2,12}}"
        rf" \d{{1,2}}\b"
        rf"(?!\s?¤)[^.!?\d]{{0,60}}?\b(?:for|not) (?:(?:an?|the) )?\d{{1,2}}\b(?![.,]?\d|\s?¤)"
        rf"|\b(?:ordered|needed|need|bought|wanted|expected) \d{{1,4}} (?!¤)[a-z][^.!?]{{0,80}}?"
        rf"\b(?:received|got|sent|gave|delivered|contained)(?: me| us)?(?: only| just)? \d{{1,4}}\b(?![.,]?\d|\s?¤)"
        rf"|\bsizes? \d{{1,2}}\b[^.!?\d]{{0,40}}\b(?:for|to|into) (?:(?:an?|the) )?(?:size )?\d{{1,2}}\b(?![.,]?\d|\s?¤)"
        r"|(?:(?<=\beach )|(?<=\beach, )|(?<=\bapiece )|(?<= piece ))(?:(?:and|but|so) )?(?:i|we)(?:'ve)?(?: \w{1,9})? "
        r"(?:got|bought|ordered|have|had|took|received|needed?|want(?:ed)?)"
        rf" \d{{1,3}}(?![.,]?\d|\s?¤)",
        re.I,
    )


@cache
def _beside_another() -> tuple[re.Pattern[str], ...]:
    """The same, where another amount is named."""
    words = _in_words()
    return tuple(
        re.compile(spelling, re.I)
        for spelling in (
            rf"\b(?:instead\sof|not)\s(?:{_ANY}|(?P<words>{words}))(?=\s*(?:[.!?;),]|$))",
            rf"\b(?:sent|gave|got|received)\s{_MANY}(?=\s*(?:[.!?;),]|$))",
            rf"\b(?:it|that|this|price)(?:'s|\sis)\s{_MANY}(?=\snow\b)",
            rf"\bshould (?:have been|be)\s{_MANY}(?=\s*(?:[.!?;),]|$|and\b))",
            rf"\bnow\s(?:it|that|this)(?:'s|\sis)\s{_MANY}{_END}",
            rf"{_ALONE}{_ANY}(?=\sof\swhich\b|\sfor\sone\s[a-z])",
            rf"\b(?:the|that|this|your|their)\s(?!(?:number|size|room|age|house|flat|date|day|limit|quantity|temperature|deadline|version|count)\b)[a-z]{{3,15}}"
            rf"\s(?:is|was|costs?)\s{_MANY}(?=\s*(?:[.!?;),]|$))",
            rf"\bnow\s{_MANY}(?=\s*(?:[.!?;),]|$))",
        )
    )


def _read(spelling: re.Pattern[str], text: str) -> Iterator[Amount]:
    for match in spelling.finditer(text):
        parts = {name: part for name, part in match.groupdict().items() if part}
        marks = [currency(parts[name]) for name in ("mark", "behind") if name in parts]
        if not marks and ("pence" in parts or parts.get("cent", "").lower() in _COINS):
            marks = [_COINS[parts.get("cent", "pence").lower()]]
        yield from _amounts(match, parts, _one_currency(match, marks))


def _amounts(match: re.Match[str], parts: dict[str, str], code: str) -> Iterator[Amount]:
    cents = _cents(parts, code)
    start, end = match.span()
    for name in ("low", "least", "high", "owed"):
        if name in parts:
            other = _hundredths(parts[name])
            if name in ("high", "owed") or (cents or 0) > other or len(parts[name]) in (2, 3):
                yield Amount(other, code, *match.span(name))
    if "number" in parts and (not code or {"low", "least", "high"} & parts.keys()):
        last = "scale" if "scale" in parts else "number"
        start, end = match.start("number"), match.end(last) if not code or "high" in parts else end
    if cents is not None and parts.keys() != {"owed"}:
        yield Amount(cents, code, start, end)


def _one_currency(match: re.Match[str], marks: list[str]) -> str:
    """That of the marks before and behind; "$" is any dollar, and two different ones are none that is told."""
    codes = set(marks)
    if codes & _DOLLARS and match.groupdict().get("mark") == "$":
        codes.discard("USD")
    is_glued = match.string[max(match.start() - 1, 0) : match.start()].isalpha()
    if codes and (is_glued or _ALSO.match(match.string, match.end())):
        return OTHER
    after = re.compile(rf"\s?\(?(?:in )?(?P<behind>{behind()})", re.I).match(match.string, match.end())
    if codes and after:
        codes.add(currency(after["behind"]))
    return codes.pop() if len(codes) == 1 else OTHER if codes else ""


def _gapped(text: str, found: list[Amount]) -> str:
    for amount in found:
        text = f"{text[: amount.start]}{' ' * (amount.end - amount.start)}{text[amount.end :]}"
    return text


def _cents(parts: dict[str, str], code: str) -> int | None:
    """None for thousandths of a dinar, which have no cents."""
    figure = (parts.get("number") or _NOTES.get(parts.get("note", ""), "0")).replace(" ", "")
    if code in _THREE_DECIMALS and re.fullmatch(r"\d{1,3}\.\d{3}", figure):
        if not figure.endswith("0"):
            return None
        figure = figure[:-1]
    small = (
        parts[name] for name in ("cents", "bare_cents", "pence", "few_cents", "cents_in_words", "tens") if name in parts
    )
    units, cents = _value(parts.get("words", "")), _value(next(small, ""))
    if units is None or cents is None:
        return None
    scale = "m" if "millions" in parts else parts.get("scale", " ")[0].lower()
    whole = (_hundredths(figure) + 100 * units) * int(10 ** _SCALES.get(scale, 0)) // (2 if "half" in parts else 1)
    return whole + cents + (50 if "and_half" in parts else 0)


def _hundredths(figure: str) -> int:
    return int(number(re.sub(r"[.,:/]?[-=]+$", "", figure)) * 100)


@cache
def _in_words() -> str:
    """A number in words: "one hundred and twenty-five"."""
    word = "|".join(sorted((*_numbers(), *_scales()), key=len, reverse=True))
    return rf"\b(?:{word})(?:[\s-](?:and\s)?(?:{word})){{0,7}}"


@cache
def _number_words() -> frozenset[str]:
    return frozenset({*_numbers(), *_scales(), "grand"})


@cache
def _numbers() -> dict[str, int]:
    return {word: int(value) for word, value in pairs("spellings", "numbers").items()}


@cache
def _scales() -> dict[str, int]:
    return {word: int(value) for word, value in pairs("spellings", "scales").items()}


def _value(words: str) -> int | None:
    """The number that words, or a few digits, spell; None when they spell two."""
    if words.isdigit():
        return int(words)
    total = part = 0
    for word in re.findall(r"[^\W\d_]+", words.lower()):
        if word == "hundred":
            part = (part or 1) * 100
        elif word in _scales():
            total, part = total + (part or 1) * _scales()[word], 0
        else:
            value = _numbers().get(word, 0)
            if part % 10 or (value > 9 and part % 100):
                return None  # "thirty nine fifty"
            part += value
    return total + part
