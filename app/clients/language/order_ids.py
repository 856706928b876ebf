"""Order ids in a message: bare digits, with "#", with a letter prefix; the one the customer means comes first.

A number is taken for an order id when it is marked as one ("#", "order", a letter prefix) or when it stands bare with
four digits or more and nothing around it says that it is something else.
"""

import re
from collections.abc import Iterator
from functools import cache

from app.clients.language.measures import without_measures
from app.clients.language.places import without_places
from app.clients.language.word_lists import words

_MARKETPLACE = r"\d{3}-\d{6,7}-\d{6,7}"
_LONG = rf"{_MARKETPLACE}|\d{{2}}-\d{{5}}-\d{{5}}"  # as marketplaces number them
_PREFIXED = r"[A-Za-z]{1,5}[-_]?\d{3,12}(?:-\d{1,12}){0,2}(?:-(?-i:[A-Z]{1,3}))?"
_DAY_MONTH = r"(?:(?:0?[1-9]|[12]\d|3[01])[/-](?:0?[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01]))"
_DATE = rf"{_DAY_MONTH}[/-](?:(?:19|20)?\d\d)\b|(?:19|20)\d\d[/-]\d{{1,2}}[/-]\d{{1,2}}\b"
_OF_A_YEAR = r"(?:19|20)\d\d[/-](?!(?:19|20)\d\d(?!\d))\d{3,8}(?:-\d{1,4})?"  # 2025/0448
_PART = r"(?:[a-z]{0,5}\d[a-z\d]{0,11}|(?-i:[A-Z]{1,5})|[a-z])(?![^\W_])"
_JOINED = (  # K7-4410-22, 1120-A, 48-20017; 8841/2024, but 81231/81232 are two
    rf"(?!{_DATE})(?:(?=(?:[a-z-]{{0,8}}\d){{5}})|(?=[a-z\d-]{{0,24}}[a-z])(?=(?:[a-z-]{{0,8}}\d){{3}})){_PART}(?:-{_PART}){{1,4}}"
    rf"|(?!{_DATE})(?:\d{{3,9}}/(?:(?:19|20)\d\d|\d{{1,3}})|(?:19|20)\d\d/\d{{1,2}}/\d{{1,8}}"
    rf"|{_OF_A_YEAR}|(?-i:[A-Z]{{1,5}})\d{{0,8}}/\d{{2,9}}(?:/\d{{1,4}})?)(?![\w/])"
)
_MIXED = r"(?-i:(?=(?:[A-Z]{0,8}\d){3})(?=\d{0,12}[A-Z])[A-Z\d]{6,16})|(?=(?:[a-z]{0,8}\d){3})[a-z]\d[a-z][a-z\d]{3,13}"
_ID = rf"(?:{_LONG}|{_JOINED}|{_PREFIXED}|\d{{3,12}})"
_LONGEST = r"(?:[A-Z]{1,4})?\d{13,20}"  # only the word "order" makes an id of so many digits
_END_IN_LIST = r"(?![\w%]|-\d|[.:]\d|,\d{1,3}(?!\d))"
_END = rf"{_END_IN_LIST}(?!/\d)"

_NAMED = (
    r"(?!(?<!(?-i:ORDER) )(?-i:NO-\d))"  # an id that begins with "NO-"
    r"(?:numbers?|num|nos?|no\.s|nr|ids?|ref|reference|code|is|was|are|called|with|the|my(?!-)|of|confirmation|number's|id's"
    r"|some?thing|like|supposedly|i think|maybe|probably|should be|it'?s)"
)
_WORD = (
    r"(?:(?:order(?:'?s)?|ord(?!-)|odr|ordr|purchase|po(?!-)|bestell(?:ung|nummer|nr)|auftrag"
    r"|commande|command(?= (?:number|no|nr|#|\d))|pedido|encomenda|ordine|bestelling"
    r"|zam[óo]wieni[ea])\b"
    r"|order[_-]?(?:num+e?b?e?r|num|nr|no|id|ref|code)s?\b)"
)
_ORDER = rf"\b(?:{_WORD}|order(?=_?\d{{4}}))(?!\. \d{{1,3}}\b)[\s:.#,(\"_-]{{0,3}}(?:{_NAMED}[\s:.#=-]{{1,12}}){{0,4}}(?:#\s?)?"
_AND = r"(?:\s?,\s?(?:and\s|or\s)?|\s?[&/+]\s?|\s(?:and|or|plus)\s(?:also\s)?(?:order\s|number\s)?)#?\s?"

_OF_MANY = (
    r"(?:[%$€£]|(?:pieces?|pcs|units|items|ml|days?|weeks?|months?|hours?|dollars|euros?|pounds|bucks|usd|eur|gbp)\b)"
)
_SHORT = re.compile(
    r"\border\s?(?:(?:number|no\.?|nr\.?|id)\s?[:#]?|#)\s?(\d{1,2})\b(?![.,:-]\d| \d)"
    r"|(?:^|\b(?:it's|is|my|the|for|of|about|on|with|from)\s)order\s(\d{1,2})(?=\s*[.,;!?](?!\d)|\s*$)",
    re.I,
)
_SPACED = re.compile(
    rf"(?:{_ORDER}|#\s?)"
    rf"(\d(?:[ -]\d){{3,11}}|\d{{4}} (?!(?:19\d|20[0-3])\d)\d{{4}}(?! ?\d)"
    rf"|(?:\d{{2,3}}(?: \d{{2,3}}){{1,4}}|(?=(?:\d ?){{5,12}}(?!\d))\d{{1,3}}(?: \d{{2,4}}){{1,4}}(?: \d)?)(?!\d| ?{_OF_MANY})"
    rf"|[A-Z][ -]\d{{4,12}}(?!-[A-Z])){_END}"
    rf"|(?<![\w'-])(\d(?: \d){{3,11}}|\d{{2}} \d{{3}}(?= is (?:my|the) order)|(?-i:[B-HJ-Z]) \d{{5,12}}){_END}",
    re.I,
)
_ANY = rf"(?:{_ID}|{_LONGEST}|{_MIXED})"
_OF_A_MARKETPLACE = re.compile(rf"(?<![\w-])({_MARKETPLACE}|(?:ORD|Ord)-?\d{{3,12}})(?![\w-])")
_MASKED = re.compile(r"(?<![\w-])\d{2,4}-([A-Za-z])\1{3,30}[\w-]{0,30}")
"""Made unreadable: "406-XXXXXXX-XXXXXXX"."""
_AFTER_ORDER = re.compile(rf"{_ORDER}({_ANY}{_END_IN_LIST}(?:{_AND}{_ANY}{_END_IN_LIST}){{0,9}})", re.I)
_SLASHED = re.compile(r"(?<![\w./-])(\d{5,9}(?:/\d{5,9}){1,4})(?![\w/-])")
_MARKED = re.compile(rf"(?<!\w)#\s?({_ID}(?:{_AND}{_ID}{_END}){{0,9}}|\d{{13,20}}){_END}", re.I)
_ON_ITS_LINE = re.compile(
    rf"\b(?:order|number|this|it|that|here)\b[^\n\d]{{0,20}}[:?]\s{{0,3}}\n\s{{0,3}}#?({_LONGEST}|\d{{10,12}})\s{{0,3}}(?:\n|$)",
    re.I,
)
_IS_THE_ORDER = re.compile(
    rf"(?<![\w-])({_ID}){_END_IN_LIST},? ?\(?(?:(?:is|=|which is) )?(?:my|your|our|the) order (?:number|no|nr|id|reference)\b",
    re.I,
)
"""The mark stands behind it: "2024-0071-X (your order number)"."""
_DATED = r"[A-Za-z]{2,5}-\d{4}-\d{2,8}(?:-\d{2,8})?"
_DIGITS_TWICE = r"\d{2,4}-\d{3,6}"  # only beside another of its kind
_BARE = re.compile(
    rf"(?<=\()((?-i:[A-Z]{{2,5}})-\d{{2,6}}-\d{{2,6}})(?=\))|(?<![\w#$€£.+'@-])(?<!\w/)(?<!\d:)(?<!\b\d,)(?<!\b\d\d,)({_LONG}|{_DATED}|{_OF_A_YEAR}|(?!(?:19|20)\d\d/)\d{{4,9}}/(?:19|20)\d\d|[A-Za-z]{{1,4}}-?\d{{4,12}}|\d{{4,9}}|\d{{12}}|{_DIGITS_TWICE}){_END}(?!#)"
)
_OF_A_REFUND = re.compile(
    rf"\brefund(?:s|ed)? (?:for|of|on) ({_LONGEST}){_END}"
    rf"|\brefund(?:s|ed)?\b[^.!?\n\d]{{0,20}} (?:for|of|on) ((?!(?:19|20)\d\d-)\d{{3,6}}-\d{{2,4}}){_END}",
    re.I,
)
_OF_REFERENCE = (
    rf"(?<!call )(?<!case )(?<!ticket )ref(?:erence)?\b[\s.:#]{{1,3}}"
    rf"(?:(?:number|no|nr|is)\b[\s.:#]{{1,3}})?((?!{_DATE}){_JOINED}){_END}"
)
_REFERENCE_LINE = re.compile(rf"(?:^|\n)\s{{0,3}}{_OF_REFERENCE}\s{{0,3}}(?:\n|$)", re.I)
_LAST = re.compile(
    rf"(?:[.?!]\s|\n)\s{{0,3}}#?((?!0|{_DATE})(?:{_JOINED}|{_PREFIXED}|\d{{10,12}}))\s{{0,3}}$|\b{_OF_REFERENCE}", re.I
)
"""Where no other number is marked: one that ends the message as a sentence of its own, and a reference with signs."""
_OTHERS_NUMBER = re.compile(
    r"\b(?:call|phone|mobile|cell|tel|whatsapp|text|sms|contact|reach|tracking|track|parcel|card|account|iban|invoice|ticket|case)\b",
    re.I,
)
STAND_IN = re.compile(r"ZX7\d{6}")
"""What shop_numbers.py puts in place of a number of the shop's own form."""
_ONE = re.compile(rf"(?<![^\W_]|-){_ANY}{_END_IN_LIST}", re.I)

_HAS = (
    r"(?:(?!\.\s+#)[\s#:.]{0,3}(?:numbers?|nummer|no\.?|nr\.?|id|code|ref|reference"
    r"|of (?:the|my|your|our|this) (?!order|purchase)[a-z]{2,15}"
    r"|that|which|(?:ends?|ending)(?: in| with)?|is|was|#)){0,5}"
    r"(?!\.\s)[\s:#.]{0,3}"
)


@cache
def _other_numbers() -> tuple[re.Pattern[str], ...]:
    """Numbers of other things than orders, which measures.py and places.py do not know."""
    owners = "|".join(sorted(words("words", "numbered things"), key=len, reverse=True)).replace("_", " ")
    number = r"[*xX.\s-]{0,20}[A-Z]{0,5}-?\d[\d-]{1,30}\b(?:[ -]\d{4}){0,3}"
    return tuple(
        re.compile(spelling, re.I)
        for spelling in (
            r"\b(?:vat|ust|tax|mwst)\b[^\d!?]{0,40}\b[A-Z]{2}U?\d{8,12}\b",
            # parcels, accounts, taxes, goods and whatever else has a number
            r"\b(?:tracking|shipment|consignment|awb|waybill|ups|usps|fedex|dhl|dpd|gls|hermes)\b"
            r"(?:[\s#:]{0,3}(?:numbers?|no\.?|id|code|is|was|#)){0,3}[\s:#]{0,3}[A-Z]{0,4}\d[A-Z\d]{4,34}\b",
            # messages to a phone, and lines of a bank statement
            r"\b(?:sms|texts?|texted|messages?|messaged|replied|reply|calls?|called)\b(?: \w{1,12}){0,3}? (?:from|to|at) "
            r"(?:the )?(?:number |short ?code )?\d{5,6}\b(?![.,:-]?\d)",
            r"\btext \d{5,6} (?:for|to|with)\b"
            r"|\bshort ?codes?(?: (?:number|is|was))?:? \d{5,6}\b"
            r"|\b\d{5,6} (?:keeps? )?(?:texts|texted|texting|messaged|messaging|sms) (?:me|us)\b",
            r"(?<![*\w])(?!order|number|id\b|no\b|ref)[A-Z][\w.]{1,20}\*[A-Z\d]{0,20}\d[A-Z\d]{1,20}(?![*\w])",
            r"(?<![*\w])(?-i:(?!ORDER)[A-Z]{2,10}) ?\*(?-i:[A-Z]{3,20} )?[A-Z]{0,3}\d{4,12}\b(?!\*)",
            r"(?-i:(?!ORDER)\b[A-Z]{2,10}(?:\*[A-Z]{2,12})?[ *][A-Z]{0,10} ?)\d{4,8}\b(?=[^.!?\n]{0,25}\b(?-i:statement)\b)",
            r"\b(?:statement|bank|card)(?: \w{1,9}){0,2} (?:says|shows?|reads|lists)[ :\"']{1,3}(?-i:(?!ORDER)[A-Z*. ]{4,20})[ *]\d{4,8}\b",
            r"\b1Z[A-Z\d]{10,18}\b|\b\d{4}(?:[ -]\d{4}){1,6}[ -]\d{1,7}\b|\b\d{13,40}\b",
            r"\b[A-Z]{2}\d{9}[A-Z]{2}\b|\b[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}\b|(?-i:\bT-\d{4,6}\b|\bATU\d{8}\b)",
            r"\b(?:ends?|ended|ending?|endin|last (?:four|4)(?: digits)?|digits?|card(?: (?:number|no\.?))? last)\b[^\d.!?]{0,20}\d{3,4}\b"
            r"|[*xX]{2}[ -]?\d{4}\b",
            # money without a currency, and what else is counted
            r"\b(?:amounts?|amt|price|costed|costs?|worth) (?:(?:was|is|exactly|about|around|only|like|just|nearly) ){0,2}\d{4,6}\b(?!-)",
            r"\b(?:paid|spent) (?:(?:exactly|about|around|only|like|just|nearly) ){0,2}\d{1,3}(?:000|999)\b",
            r"\b(?:an?|the|old|new|instead) (?-i:(?:[A-Z][a-z]{2,15} ){1,3})\d{3,4}\b",
            r"\b(?:an?|the|my|our|your|this|that) (?-i:(?!Order|Number|Ref|Id|No)[A-Z][a-z]{2,15} )"
            r"(?-i:[A-Z]{1,4}-?\d{2,5}[A-Z]{0,3} [a-z]{3,15})\b",
            r"(?-i:\b[A-Z]{3,4}0\d{6}\b)",  # a bank's code
            r"\b(?:company|charity|organi[sz]ation|non-?profit|association|foundation|business|firm)\b,?\s"
            r"(?:(?:with|our|whose|registration|registered) ){0,2}(?:numbers?|no\.?|nr\.?|id)(?: is| was)?[\s:#]{1,3}[A-Z]{0,2}\d{5,10}\b",
            rf"\b(?:{owners})s?(?:-?(?:numbers?|nummer|nr|no|id))?\b{_HAS}{number}(?: (?:and|or) {number})?",
            rf"\b[A-Z]{{0,5}}-?\d[\d-]{{2,20}} (?:is|was) (?:my|the|our|a) (?:{owners})\b",
        )
    )


_IN_GROUPS = re.compile(
    r"\b(?:tracking|shipment|consignment|waybill|parcel number)(?:[\s#:]{0,3}(?:numbers?|no\.?|id|code|is|was|#)){0,3}[\s:#]{1,3}"
    r"\d?[A-Z]{1,5}\d{0,6}(?: [A-Z]{0,2}\d{1,5}[A-Z]{0,2}){1,7}\b"
    r"|\b[A-Z]{2,4}\d{2,6}(?: \d{3,5}){2,6}(?: \d{1,2})?\b|\b[A-Z]{2} (?:\d{4} \d{4} \d|(?:\d{3} ){3})[A-Z]{2}\b",
    re.I,
)
"""The number of a parcel: "JD0002 1234 5678 9012"."""
_QUANTITY = re.compile(
    r"\b(?:(?:like|want|wish|need|love|hoping|planning) to|(?:can|could|may|shall|should|do) (?:i|we)|(?:i|we)(?:'ll| will))"
    r" order \d{1,4}(?![\w-])|\border \d{1,4} (?:pieces|pcs|units|copies|more|of (?:these|those|them|your|the(?! \d)))\b"
    r"|\b(?:bulk|large|larger|big|bigger|huge|wholesale|trade|corporate|group|minimum|min\.?|maximum|max\.?|an) "
    r"orders? (?:size )?(?:of|over|above|under|below|from|is)"
    r"(?: (?:about|around|say|over|at least|up to))? \d{1,6}(?![\w/-])"
    r"|\borders (?:of|over|above|under|below)(?: (?:about|around|at least|up to))? \d{1,6}(?![\w/-])(?! and \d)"
    r"|(?<!order )(?<!number )(?<!# )\b\d{2,4} (?:pieces|pcs|units)\b"
    r"|\border quantity(?: of| is|:)? \d{1,6}\b|\border of \d{1,6} (?:pieces|pcs|units|items|copies|cups|mugs|bags|boxes|kilos?|kg)\b",
    re.I,
)
"""What is to be ordered, which is no order yet."""
_REFERENCE = re.compile(
    r"\bref(?:erence)?s?\b(?:[\s.:#]{1,3}(?:numbers?|no|nr|is|was)\b)?[\s.:#]{1,3}[A-Z]{0,5}-?\d[\d-]{2,20}\b(?: \d{1,4}\b){0,3}",
    re.I,
)
"""Somebody's number; that of the order where no other is marked."""
MOST_DIGITS_MORE = 2
_ROUND = re.compile(r"(?:19|20)\d\d|[1-9]\d00")
"""A year, or so many hundreds."""

_MAY_BE_ANOTHER = re.compile(r"\d{4}|#|\([A-Z]+-\d")
_ANY_DIGIT = re.compile(r"\d")
_WITHDRAWN_BEFORE = re.compile(
    r"(?:\bnot|n't|\binstead of|\brather than|\bno longer)\s(?:(?:for|order|number|the|about|my|it|on)\s){0,3}#?\s?$",
    re.I,
)
_WITHDRAWN_AFTER = re.compile(
    r"^\s?(?:is|was)\s(?:wrong|incorrect|not right|a typo|a mistake)|^\s?\(?(?:was )?wrong", re.I
)
_MEANT = re.compile(
    r"\b(?:actually|sorry|mean|meant|correct|correction|rather|should be|should have been|make (?:that|it)|w?h?oops|instead"
    r"|scratch that|wrong|mistake|typo|mistyped|wait|no|but it is|but it's|really)\b[^\d]{0,30}$",
    re.I,
)

_CORRECTED = re.compile(r"\b(?:sorry|oops|i mean|i meant)\b[^\w]{0,3}$", re.I)


def order_ids(text: str) -> list[str]:
    """The ids as spelt, without "#", letters in upper case; one that the customer took back comes last."""
    if not _ANY_DIGIT.search(text):
        return []
    spelt_by_place = sorted(_found(text))
    by_meaning = sorted(spelt_by_place, key=lambda one: _standing(text, *one, first=spelt_by_place[0][0]))
    return list(dict.fromkeys(spelt for _, spelt in by_meaning))


def _found(text: str) -> Iterator[tuple[int, str]]:
    """Marked ids first; then, with every other kind of number out of the way, the bare ones."""
    rest = _MASKED.sub(_gap, _QUANTITY.sub(_gap, text))
    found: list[tuple[int, str]] = []
    for spelling in (
        _OF_A_MARKETPLACE,
        _SHORT,
        _SPACED,
        _AFTER_ORDER,
        _ON_ITS_LINE,
        _IS_THE_ORDER,
        _SLASHED,
        _OF_A_REFUND,
    ):
        found += _each(spelling, rest, alone=True)
        rest = spelling.sub(_gap, rest)
    if not found:
        last = _REFERENCE_LINE if _OTHERS_NUMBER.search(rest) else _LAST
        found += _each(last, rest, alone=True)
        rest = last.sub(_gap, rest)
    if not _MAY_BE_ANOTHER.search(rest):
        yield from found
        return
    rest = without_places(without_measures(_IN_GROUPS.sub(_gap, rest)))
    for other in _other_numbers():
        rest = other.sub(_gap, rest)
    without_reference = _REFERENCE.sub(_gap, rest)
    if found or _MARKED.search(without_reference):
        rest = without_reference
    found += _each(_MARKED, rest, alone=True)
    yield from found
    for at, spelt in _each(_BARE, _MARKED.sub(_gap, rest), alone=not re.search(r"[^\W\d_]", text)):
        is_another = any(_alike(spelt, other) for _, other in found) or _CORRECTED.search(rest, max(0, at - 12), at)
        if (not found and not re.fullmatch(_DIGITS_TWICE, spelt)) or STAND_IN.fullmatch(spelt) or is_another:
            yield at, spelt


def _alike(spelt: str, other: str) -> bool:
    """Whether one shop gives both: with the same letters and signs, and about as many digits."""
    letters, others = re.sub(r"\d+", "0", spelt), re.sub(r"\d+", "0", other)
    return letters == others and abs(len(spelt) - len(other)) <= MOST_DIGITS_MORE


def _each(spelling: re.Pattern[str], text: str, *, alone: bool) -> Iterator[tuple[int, str]]:
    for match in spelling.finditer(text):
        spelt, at = match.group(match.lastindex or 0), match.start(match.lastindex or 0)
        if spelling is _SPACED:
            yield at, re.sub(r"(?<![A-Za-z])-| ", "", spelt).upper()
        elif spelling is _SHORT:
            yield at, spelt
        else:
            for one in _ONE.finditer(spelt):
                if _plausible(one.group(), alone=alone, is_named=spelling is _AFTER_ORDER):
                    yield at + one.start(), one.group().upper()


def _plausible(spelt: str, *, alone: bool, is_named: bool) -> bool:
    """In a sentence, four digits that read like a year, or so many hundreds, are that; "sku" and "aug" do not begin an order id."""
    prefix = re.sub(r"[^a-z].*", "", spelt.lower())
    others = words("words", "never order prefixes" if is_named else "not order prefixes")
    return prefix not in others and (alone or not _ROUND.fullmatch(spelt))


def _gap(match: re.Match[str]) -> str:
    return "_" * len(match.group())


def _standing(text: str, at: int, spelt: str, *, first: int) -> tuple[int, int]:
    """Meant instead of an earlier one, then plainly mentioned, then taken back."""
    before, after = text[max(0, at - 45) : at], text[at + len(spelt) : at + len(spelt) + 20]
    if _WITHDRAWN_BEFORE.search(before) or _WITHDRAWN_AFTER.search(after):
        return 2, at
    if at > first and _MEANT.search(before):
        return 0, -at
    return 1, at
