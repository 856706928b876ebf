"""Numbers that are neither money nor the number of an order: times, dates, sizes, versions, telephone numbers and the like."""

import re

_UNITS = (
    r"(?:%|percent|per cent|prozent|kilos?|kgs?|g|grams?|mg|lbs?|oz|ounces?|km|kms|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|cm|mm|m|yards?"
    r"|yds?|feet|foot|ft|inch(?:es)?|sq|acres?|hectares?|gb|mb|tb|kb|gigs?|gigabytes?|megabytes?|bytes?|[gmk]?hz|fps|dpi|rpm|mph|kmh|km/h|volts?|v|watts?|k?wh?"
    r"|mah|amps?|lumens?|litres?|liters?|l|ml|cl|gallons?|pints?|stars?|(?:loyalty |bonus |reward )?points?"
    r"|pts|degrees?|°\s?[cf]?|celsius|fahrenheit|kelvin|o'clock|uhr|[ap]\.?m"
    r"|hours?|hrs?|h|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|years?|yrs?|times|people|customers|followers|pieces|pcs|units"
    r"|items|copies|words|pages|steps|calories|kcal|megapixels?|mp|percentage points?|x)\b"
)
_LABELS = (
    r"(?:version|ver|v|ios|android|windows|macos|usb|bluetooth|hdmi|chapter|section|clause|paragraph|article|step|pages?|score[ds]?|rating|rated|ratio"
    r"|grade|marks?|ph|temperature|bmi|level|sizes?|größe|taille|talla|coordinates|weighs?|weight|weighing|aged?|channel|season|episode|room|gate|row|seat|error)"
)
_MONTHS = (
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|januar|februar|märz|mai|juni|juli|okt|dez)[a-zé]{0,6}"
)
_DAY = r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])"
_CLOCK = r"(?:[01]?\d|2[0-4])[.:h][0-5]\d"
_MEASURES = tuple(
    re.compile(spelling, re.I)
    for spelling in (
        r"https?://\S{1,500}|www\.\S{1,500}",
        # cards, telephone numbers and network addresses
        r"\b\d{4}(?:[ -]\d{4}){2,6}(?:[ -]\d{1,7})?\b",
        r"\b(?:phone|tel|telephone|mobile|mob|cell|whatsapp|fax|call|text me|reach me|ring me|contact number)\b"
        r"[^\d#.!?]{0,25}\+?\d[\d ()/.-]{5,18}\d(?: ?x ?\d{2,6})?",
        r"(?<!\w)\+\d[\d ().-]{6,18}\d|(?<!\w)\(\d{2,5}\)\s?\d{3,4}(?:[ -]?\d{2,4}){1,2}",
        r"(?<![\w-])(?:1[ .-])?\d{3,4}([-. ])\d{3}\1\d{4}(?![\w-])(?: ?(?:x|ext\.?) ?\d{2,6})?",
        r"\b0\d{1,5}[ /-]\d{2,9}(?:[ -]\d{2,4}){0,3}(?![\w-])",
        r"(?<![\w-])555-\d{4}\b",
        r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])",
        r"\b(?:ending|ends|end)\s(?:in |with |on )?\d{4},?\s(?:and not|not|or)\s\d{4}\b",
        r"\b(?:GB|IE|XI)\s?\d{3}\s?\d{4}\s?\d{2}\b",
        # dates and times
        r"\b\d{4}-\d{1,2}-\d{1,2}(?:T[\d:]+Z?)?\b|\b\d{1,2}([/.-])\d{1,2}\2\d{2,4}\b|\b\d{4}/\d{1,2}/\d{1,2}\b".replace(
            r"\2", r"\1"
        ),
        rf"\b\d{{1,2}}[ .-]{{1,2}}{_MONTHS}\b(?:[ .-]{{1,2}}(?:19|20)?\d\d\b)?",
        r"\b(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\b",
        rf"(?<![\d.,$€£]){_DAY}\.\s?(?:to|and|or|bis|till|until|-|–)\s?{_DAY}(?!\d)\.?",
        rf"\b(?:on|am|vom|since|until|till|by|delivered|shipped|arrived|le|den|seit|bis|dated|from"
        rf"|before|after|due|ends?|expir(?:es?|ed|ing|y))\s(?:the )?{_DAY}\.(?!\d)",
        rf"(?<![\d.,$€£]){_DAY}\.(?=[?!,;:)]|\s(?:today|heute)\b)",
        rf"\b(?:the|vom|am|den|your|our|my) {_DAY}\.(?=\s[a-z])",
        r"(?<![\d.,$€£])0[1-9]\.(?:0?[1-9]|1[0-2])\.(?!\d)",
        rf"\b(?:(?:is|was|of|from|till|until) the|today is|of|heute ist(?: der)?)\s{_DAY}\.(?=\s(?-i:[a-z])|\s?$|\s(?-i:I|We)\b)",
        rf"(?<![\d.,$€£]){_DAY}\.(?=\s(?:between|zwischen)\s\d)",
        rf"\b\d{{1,2}}:\d{{2}}(?::\d{{2}})?\b|\b(?:[01]\d|2[0-3])[0-5]\d\s?(?:hours|hrs|h|am|pm)\b|\b{_CLOCK}\s?(?:uhr|[ap]\.?m|h|o'clock)\b",
        rf"(?<!settle)(?<!sold)(?<!bought)(?<!priced)(?<!valued)(?<!listed)(?<!set)(?<!price)(?<!cost)"
        rf"\s(?:at|@|um|gegen)\s{_CLOCK}(?![.:,]?\d|\s(?:each|per|a\s?piece|instead|for)\b)",
        rf"\b(?:open|opens|opening|hours|closed|closes|call|between|available|von)\b[^\d.!?]{{0,20}}{_CLOCK}(?:[^\d.!?]{{1,8}}{_CLOCK})?(?!\d)",
        r"\b(?:at|between|before|until|by|from)\s(?:[01]\d|2[0-3])[0-5][05](?:\s(?:and|to)\s(?:[01]\d|2[0-3])[0-5][05])?\b(?![.,-]\d)",
        # sizes, versions, quantities
        r"\b\d[\d,.]{0,6} points\b[^.!?\d#]{0,40}\b(?:and|but|now|only|or)\s(?:(?:now|only|just)\s){0,2}\d{1,4}\b(?! (?:is|was|has))",
        rf"(?<![\w.])(?!\d{{5,9}}\s(?:hours?|days?|weeks?|months?|years?)\b)\d[\d,.]{{0,12}}(?:\s?x\s?\d[\d,.]{{0,6}}){{0,2}}[\s-]?{_UNITS}(?:\s(?:vs\.?|versus)\s\d[\d,.]{{0,12}}\b)?",
        r"(?<![\w\"])\d{1,2}(?:[.,]\d{1,2})?\s?[\"″]|\d[\d.,]{0,9}\s?out of\b|\d in (?:screen|long|wide|tall|high|deep)\b",
        r"\b\d[\d,.]{0,6}\s?x\s?\d[\d,.]{0,6}(?!\s?[$€£¥])",
        r"\b(?:firmware|release|build|update|rate|table|figure|model|lens|scale)(?: (?:of|to|is|was))?\s?\d{1,3}(?:\.\d{1,4}){1,3}\b",
        rf"\b{_LABELS}(?:\s(?:number|no\.?|is|was|of|to|about|around)|:){{0,2}}\s?v?\d[\d.,]{{0,12}}\d?(?![\d.])",
        r"(?<![\d.,$€£])-?\d{1,3}\.\d{1,8}, ?-?\d{1,3}\.\d{1,8}(?=\s(?:are|is)\b)",
        r"\b\d[\d.,]{0,6}\sto\s1\b|\b\d{1,3}(?:st|nd|rd|th)\b",
    )
)


def without_measures(text: str) -> str:
    """The text, of the same length, with a gap for each of them."""
    for spelling in _MEASURES:
        text = spelling.sub(lambda match: "_" * len(match.group()), text)
    return text
