"""Numbers of places: postal codes, house numbers, flights, short codes of an area."""

import re
from functools import cache

from app.clients.language.word_lists import words

_NUMBER = r"\d{5,6}\b(?![/-]?\d)(?! (?:is|was|has|hasn't|had|never|still|not|came|arrived|please|and (?:it|the|my))\b)"
_STREETS = r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|square|terrace|highway|hwy)\b"


def without_places(text: str) -> str:
    """The text, of the same length, with a gap for each of them."""
    for spelling in _places():
        text = spelling.sub(lambda match: "_" * len(match.group()), text)
    return text


@cache
def _places() -> tuple[re.Pattern[str], ...]:
    city = rf"(?:{'|'.join(sorted(words('words', 'cities'))).replace('_', ' ')})\b"
    states = "|".join(sorted(words("words", "states")))
    of_an_address = "|".join(sorted(words("words", "parts of an address"))).replace("_", " ")
    no_place = r"(?!(?:order|refund|return|number|invoice|please|re|ref|my|the|it|its|and|hi|hello|dear)\b)"
    return tuple(
        re.compile(spelling, re.I)
        for spelling in (
            r"\b(?:in|near|at|to(?=\s\d{5},?\s(?:but|instead)))\s\d{5}\b"
            r"(?=[^.\d#]{0,30}\b(?:zip|postal|postcode|(?-i:PLZ)|(?:i|we) (?:live|moved)|(?:i|we)(?:'m| am|'re| are) in)\b)",
            r"\b(?:zip|postal|post|postcode|zipcode|pin|(?-i:PLZ)(?! ?#)|plz(?=\s?:)|postfach|p\.?\s?o\.? box)"
            r"(?:\s?code)?\b[^\d#.!?]{0,12}\d{4,6}(?:-\d{4})?\b"
            r"(?:,? (?:and )?(?:not|instead of|rather than) \d{4,6}\b)?",
            r"\b\d{5} (?-i:[A-Z][\w.]{1,30}),? (?:germany|deutschland|france|italy|italia|spain|austria|netherlands|usa)\b",
            rf"\b\d{{4,5}},? {city}|{city}[\s.,–-]{{1,3}}\d{{6}}\b|\b\d{{6}}[.,]? {city}",
            r"\b\d{4} (?-i:[A-Z]{2})\b(?! ?\d)|\b\d{2}-\d{3} (?-i:[A-Z])",
            r"(?:stra(?:ß|ss)e|weg|platz|allee|gasse|(?:\brue|\bvia|\bcalle) [^\d,]{1,40}),? \d{1,4}[a-z]?,? \d{4,5}\b",
            r"\b\d{1,4},? (?:rue|avenue|boulevard|place) [^\d,]{1,40}, \d{5}\b",
            rf"(?-i:[A-Z][a-z]{{1,20}},? (?:{states})),? \d{{5,6}}(?:-\d{{4}})?\b",
            r",\s?(?-i:[A-Z]{2,3}),? \d{5,6}(?:-\d{4})?\b|\b(?:liv(?:e|es|ing)|moved to)\b[^.!?\d#]{0,40}\d{5}\b",
            r"\b(?:in|near|from|at|of)\s(?-i:(?:[A-Z][\w.]{0,30},?\s){1,3})\(?\d{5}\b",
            r"\b(?:ship|deliver)(?:s|p?ed|p?ing|y)? to (?:(?:the|zip|area) )*\d{5}\b",
            r"[,\n]\s?\d{5} (?!(?:please|thank|kind|best|hello|the|and|but|regards|cheers|sincerely|yours|many)\w{0,3}\b)"
            r"(?-i:[A-Z])[a-zß-ÿ]{2,30}(?=\s*(?:\n|$))",
            r"\b\d{4,6} is (?:the |my |our )?(?:pin|postal|post|zip|area) ?code\b",
            # 12 Park Street, Flat 4, Springfield - 560001
            rf"\b(?:{of_an_address})\b[^#?!\n]{{0,100}}?(?:[,–-]\s?|(?-i:\b[A-Z][a-z]{{2,20}}) ){_NUMBER}",
            rf",\s?(?-i:{no_place}[A-Z][a-z]{{2,20}}(?: [A-Z][a-z]{{2,20}})?)[,–-]?\s{{1,2}}{_NUMBER}",
            rf"\b(?-i:{no_place}[A-Z][a-z]{{2,20}})\s?[–-]\s?\d{{6}}\b(?![/-]?\d)",
            rf"#\d{{1,4}},\s[^\d,.!?#]{{0,30}}\b(?:{of_an_address})\b",
            r"(?-i:[A-Z][a-z]{2,20},? (?:ACT|NSW|NT|QLD|SA|TAS|VIC|WA)) \d{4}\b",
            rf"\b(?:in|to|from|near|at)\s(?-i:{no_place}[A-Z][a-z]{{2,20}})\s\d{{6}}\b(?![/-]?\d)",
            r"\bflights? (?:number |no\.? )?(?-i:[A-Z\d]{2}) ?\d{2,4}\b",
            rf"\b\d{{1,6}}[A-Z]? (?!on (?:its|the|their) way|(?:is|was|are|were|in|by|has|had|came|a|all|no|any|went|looks) )"
            rf"(?:[A-Z][\w.]{{0,30}} ){{1,3}}"
            rf"{_STREETS}(?:,? [A-Z][\w.]{{0,30}}){{0,3}}(?:,? \d{{5}}\b)?",
            r"\b(?:to|in|near|at)\s\d{4,5} (?!please|thank|kind|best|hello|the|and|but)(?-i:[A-Z])[a-zß-ÿ]{2,30}\b",
            r"\b(?:neighbou?rs?|next door)(?: (?:at|in|of|from|no\.?|number)){1,2} \d{3,5}\b(?: (?:and|or) \d{3,5}\b)?",
        )
    )
