"""Order ids in a message: bare digits, with "#", with a letter prefix; the one the customer means comes first.

A number is taken for an order id when it is marked as one ("#", "order", a letter prefix) or when it stands bare with
four digits or more and nothing around it says that it is something else.
"""

import re

_PREFIXED = r"[A-Za-z]{1,5}-?\d{3,12}(?:-\d{1,12}){0,2}"
_LONG_FORM = r"\d{3}-\d{7}-\d{7}"
_NUMBER = r"\d{3,12}"
_ID = rf"(?:{_LONG_FORM}|{_PREFIXED}|{_NUMBER})"
_END = r"(?![\w%]|-\d|[.,:/]\d)"
_END_IN_LIST = r"(?![\w%]|-\d|[.,:]\d)"

_NAMED = r"(?:numbers?|num|nos?|nr|id|ids|ref|reference|code|is|was|are|called|with|the|my|of|confirmation|number's|id's)"
_ORDER = rf"\b(?:orders?|ord(?!-)|odr|ordr|purchase|po(?!-))\b[\s:.#,(-]{{0,3}}(?:{_NAMED}[\s:.#=-]{{1,3}}){{0,4}}(?:#\s?)?"
_AND = r"(?:\s?,\s?(?:and\s|or\s)?|\s?&\s?|\s?/\s?|\s?\+\s?|\s(?:and|or|plus)\s(?:also\s)?(?:order\s|number\s)?)#?\s?"

_SHORT = re.compile(r"\border(?:\s(?:number|no\.?|id))?\s?#\s?(\d{1,2})\b(?!-)", re.I)
_AFTER_ORDER = re.compile(rf"{_ORDER}({_ID}{_END_IN_LIST}(?:{_AND}{_ID}{_END_IN_LIST}){{0,9}})", re.I)
_SPACED = re.compile(
    rf"(?:{_ORDER}|#\s?)(\d(?:[ -]\d){{3,11}}|\d{{2,3}}[ -]\d{{2,3}}(?:[ -]\d{{2,3}})?|[A-Z][ -]\d{{4,12}}){_END}"
    rf"|(?<![\w'-])(\d(?: \d){{3,11}}|(?-i:[B-HJ-Z]) \d{{5,12}}){_END}",
    re.I,
)
_MARKED = re.compile(rf"(?<!\w)#\s?({_ID}(?:{_AND}{_ID}{_END}){{0,9}}){_END}")
_BARE = re.compile(rf"(?<![\w#$€£.,/:+'@-])({_LONG_FORM}|[A-Za-z]{{1,4}}-?\d{{4,12}}|\d{{4,9}}|\d{{12}}){_END}")
_ONE = re.compile(rf"(?<![\w-]){_ID}{_END_IN_LIST}")

_OTHER_NUMBERS = tuple(re.compile(spelling, re.I) for spelling in (
    r"https?://\S{1,500}|www\.\S{1,500}",
    r"(?<!\w)\+\d[\d ().-]{6,18}\d|\(\d{3}\)\s?\d{3}[ -]?\d{4}|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b|\b0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}\b",
    r"\b(?:phone|tel|telephone|mobile|cell|whatsapp|fax|call me|text me|call|reach me|ring me|contact number)\b[^\d#.!?]{0,25}\+?\d[\d ().-]{5,16}\d",
    r"\b\d{4}-\d{1,2}-\d{1,2}(?:T[\d:]+Z?)?\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b|\b\d{4}/\d{1,2}/\d{1,2}\b",
    r"\b(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b",
    r"\b\d{1,2}:\d{2}(?::\d{2})?\b|\b(?:[01]\d|2[0-3])[0-5]\d\s?(?:hours|hrs|h|am|pm)\b",
    r"\b(?:zip|postal|post|postcode|zipcode|pin)(?:\s?code)?\b[^\d#.!?]{0,12}\d{4,6}(?:-\d{4})?\b|,\s?[A-Z]{2,3},? \d{5}(?:-\d{4})?\b|\bliv(?:e|es|ing)\b[^.!?\d#]{0,40}\d{5}\b|\b(?:in|near|from|at|of)\s(?-i:(?:[A-Z][\w.]*,?\s){1,3})\d{5}\b",
    r"\b(?:tracking|shipment|consignment|awb|waybill|ups|usps|fedex|dhl)\b(?:[\s#:]{0,3}(?:numbers?|no\.?|id|code|is|was|#)){0,3}[\s:#]{0,3}[A-Z]{0,4}\d[A-Z\d]{4,34}\b|\b1Z[A-Z\d]{10,18}\b",
    r"\b(?:card|visa|mastercard|amex|debit|credit|account|acct|iban|bank|routing|sort code|customer|user|member|membership|client|loyalty|case|ticket|invoice|receipt|transaction|serial|model(?: [a-z]+)?|sku|item|product|part|article|code|otp|flight|room|apt|apartment|unit|suite|box|claim|request|policy|rma|voucher|coupon|gift card)\b"
    r"(?:[\s#:.]{0,3}(?:numbers?|no\.?|id|code|that|which|ends?|ending|in|with|is|was|#)){0,5}[\s:#]{0,3}[*xX.\s-]{0,20}[A-Z]{0,5}-?\d[\d-]{1,30}\b(?:[ -]\d{4}){0,3}",
    r"\b(?:ends?|ending|last (?:four|4)(?: digits)?)\b[^\d.!?]{0,20}\d{3,4}\b|[*xX]{2,}[ -]?\d{4}\b",
    r"\b\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}\b|\b\d{13,40}\b",
    r"\b\d{1,6}[A-Z]? (?:[A-Z][\w.]* ){1,3}(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|square|terrace|highway|hwy)\b",
    r"\b\d[\d,.]{0,12}\s?(?:%|percent|points?|pts|miles?|km|kg|lbs?|grams?|mg|ml|mah|rpm|watts?|w\b|gb|mb|tb|people|customers|followers|pieces|pcs|units|items|copies|times|days?|weeks?|months?|years?|hours?|minutes?|mins?|seconds?|words|pages|steps|calories|cm|mm|feet|ft|inch(?:es)?|sq|x\b|dpi|hz|volts?)\b",
))  # fmt: skip
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOT_PREFIXES = frozenset(
    "sku inv rma usd eur gbp rtx gtx iso apt ups fedex dhl trk tn utc gmt jan feb mar apr may jun jul aug sep oct nov dec in ios".split()
)

_WITHDRAWN = re.compile(r"(?:\bnot|n't|\binstead of|\brather than|\bno longer)\s(?:for\s|order\s|number\s|the\s|about\s|my\s|it\s|on\s){0,3}#?\s?$", re.I)
_WITHDRAWN_AFTER = re.compile(r"^\s?(?:is|was)\s(?:wrong|incorrect|not right|a typo|a mistake)|^\s?\(?(?:was )?wrong", re.I)
_MEANT = re.compile(
    r"\b(?:actually|sorry|mean|meant|correct|correction|correct one|rather|should be|should have been|make (?:that|it)|oops|whoops|instead|scratch that|wrong|mistake|typo|mistyped|wait|no|but it is|but it's|really)\b"
    r"[^\d]{0,30}$", re.I,
)  # fmt: skip


def order_ids(text: str) -> list[str]:
    """The ids as spelt, without "#", letters in upper case; one that the customer took back comes last."""
    found: list[tuple[int, str]] = []
    rest = text
    for spelling, hide in ((_SHORT, ()), (_SPACED, ()), (_AFTER_ORDER, ()), (_MARKED, _OTHER_NUMBERS), (_BARE, ())):
        for other in hide:
            rest = other.sub(_gap, rest)
        for match in spelling.finditer(rest):
            found += _each(match, spelling is _BARE and bool(re.search(r"[^\W\d_]", text)))
        rest = spelling.sub(_gap, rest)
    ids = [(at, spelt) for at, spelt in sorted(found)]
    ranked = sorted(ids, key=lambda one: _place(text, *one, first=ids[0][0]))
    return list(dict.fromkeys(spelt for _, spelt in ranked))


def _each(match: re.Match[str], in_a_sentence: bool) -> list[tuple[int, str]]:
    at = match.start(match.lastindex or 0)
    spelt = match.group(match.lastindex or 0)
    if match.re is _SPACED:
        return [(at, re.sub(r"[ -]", "", spelt).upper())]
    if match.re is _SHORT:
        return [(at, spelt)]
    return [
        (at + one.start(), one.group().upper())
        for one in _ONE.finditer(spelt)
        if not (in_a_sentence and _YEAR.fullmatch(one.group())) and _prefix(one.group()) not in _NOT_PREFIXES
    ]


def _prefix(spelt: str) -> str:
    return re.match(r"[a-z]*", spelt.lower())[0]  # type: ignore[index]  # an empty match is a match


def _gap(match: re.Match[str]) -> str:
    return "_" * len(match.group())


def _place(text: str, at: int, spelt: str, *, first: int) -> tuple[int, int]:
    """Meant instead of an earlier one, then plainly mentioned, then taken back."""
    before, after = text[max(0, at - 45) : at], text[at + len(spelt) : at + len(spelt) + 20]
    if _WITHDRAWN.search(before) or _WITHDRAWN_AFTER.search(after):
        return 2, at
    if at > first and _MEANT.search(before):
        return 0, -at
    return 1, at
