"""What a message asks for when it asks for money: which orders, how much, and what of that it leaves open.

The orders and amounts that count are those of the clauses that ask. A part of the sum ("half", "all but the shipping")
is computed from the order by the workflow where that is exact; every other part is left open, and the customer is asked.
"""

import re
from typing import NamedTuple

from app.clients.language.amounts import Amount, amounts, stated
from app.clients.language.currencies import SIGNS, behind, currency
from app.clients.language.emails import emails
from app.clients.language.order_ids import order_ids
from app.clients.language.word_lists import words as listed
from nodes.ports.language import Demand

ORDER, MAIL, SUM, SHARE = "xorderx", "xmailx", "xsumx", "xsharex"
"""Words that stand for an order number, an address, an amount and a part of the sum."""

_SHARE = re.compile(
    r"\b(?P<percent>\d{1,3})\s?(?:%|percent\b|per cent\b)|(?<![\w/$€£])(?P<top>\d)/(?P<bottom>\d)(?= of (?:it|the|my|this|that"
    r"|order|#?\d))"
    r"|(?:\b(?:only|just) )?\b(?P<half>half)\b(?! (?:an?|past)\b)"
    r"|\b(?P<rest>(?:the )?(?:rest|remainder|remaining (?:amount|balance|sum|money)))\b",
    re.I,
)
_PART = re.compile(
    r"%|\bper ?cent\b|\d/\d|\bhal(?:f|ves)\b(?! (?:an?|past) )|\b(?:a|one|two|three)[ -](?:thirds?|quarters?|fifths?)\b"
    r"|\b(?:part|partial|partially|partly|portion|fraction|proportion(?:al|ate)?|pro rata|prorated|discount|rebate of"
    r"|except|excluding|apart from|aside from|other than|everything but|all but|minus|less|deduct|restocking"
    r"|only(?! (?:asking|wondering|curious|checking)\b)|just (?:the|one|two|for)"
    r"|(?:one|two|three|some|most|each|several|few|any) of)\b"
    r"|\bsome (?:of )?(?:my |the )?(?:money|cash)\b|\b(?:something|a (?:bit|little|little bit)(?: of (?:my |the )?money)?) back\b"
    r"|\bthe (?:rest|remainder|remaining(?! [$€£]?\d)|balance|difference)\b|\b(?:price|cost) difference\b|\bdifference in price\b"
    r"|\b(?:refund|return|back)(?: \w+)? (?:the |my )?(?:shipping|postage|delivery)\b|-\s?[$€£]?\d+(?:[.,]\d\d)? ?(?:[$€£]|for|of)\b"
    r"|\b(?:shipping|delivery|postage|handling|service) (?:costs?|fees?|charges?)\b"
    r"|\b(?:with|without|plus|including|for|on) (?:the )?(?:shipping|postage)\b",
    re.I,
)
NEAR = 60  # characters
FEW = 10  # things
MONTHS, DAYS = 12, 31
_DAY = re.compile(r"(\d{1,2})[.,](\d{1,2})")
_LABEL_BEFORE = re.compile(r"(?:\b(?:no|nos|nr|number|order|item|position|pos)\b[.:]?|#)\s*(?:is\s+)?$", re.I)
_VAGUE_BEFORE = re.compile(
    r"\b(?:about|around|roughly|approximately|approx\.?|circa|nearly|almost|maybe|at (?:least|most)|up to"
    r"|above|over|below|under|beyond|exceeding"
    r"|(?:more|less) than)\s*$",
    re.I,
)
_LEADING_ZERO = re.compile(r"(?<![\d.,])0(?:\d|[.,']\d{3})")
_PRICE = re.compile(r"\b(?:paid|pay|paying|bought|costs?|price|worth|spent|charged|billed|my|our)\b", re.I)
"""What is told of an amount that is not asked for."""
_AS_PAID = re.compile(rf"\b(?:i|we) (?:have |had )?(?:only |just )?paid +{SUM}")
_SUM_BEFORE = re.compile(
    r"\b(?:refund|reimburse|pay|return|back|amount|sum|total|price|only|just)(?: (?:me|us|of|is|was|back|only|just))*\s*$",
    re.I,
)
_SIGN_BEFORE = re.compile(
    r"(?:[-+/*×]|\bplus|\bminus|\bless|\bover|\bunder|\bthan|\bto|\bor|\bkeep|\bcosts?|\bshort)\s*$", re.I
)
_SIGN_AFTER = re.compile(
    r"\s*(?:[+*×]|[-/]\s*(?!\s*(?:please|thanks|it|they)\b)|\b(?:or|short|less|plus|minus|too)\b|\bto\s*[$€£\d])", re.I
)
_FEES = re.compile(
    r"(?:[$€£]\s?\d[\d.,]*|\d[\d.,]*\s?[$€£]) (?:\w+ )?for (?:the|my|your|all) (?:\w+ )?(?:trouble|inconvenience|hassle|wait|time"
    r"|delay)\b"
    r"|[-+]\s*(?:the )?(?:shipping|postage|delivery|tax(?:es)?|fees?|vat)\b|\bthe (?:tax|taxes|vat)\b|\b(?:couple|few|bit) of\b",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w@.])#?[a-z]{0,5}-?\d[\d-]*(?![\w@])", re.I)
_SIGN_ALONE = re.compile(rf"(?<!\d)(?<!\d\s)(?P<mark>{SIGNS})(?!\s?[\d.])")
_ANY_DIGITS = re.compile(r"\d")
_LESS = re.compile(r"#?\d+-\d{1,2}")
"""The number of an order, or one of which something is to be taken off: nobody acts on it unasked."""
_SENTENCE = re.compile(r"(?:[^.!?;\n]|\.(?=\w))+[.!?;\n]*")
_MONEY = re.compile(r"\b(?:refund|money|reimburse|repay|pay|back)", re.I)
_EXCLUDED_BEFORE = re.compile(
    r"\b(?:(?:order|one|parcel|purchase)(?: (?:that )?(?:i|we) (?:ordered|bought|placed|made|got|received))?"
    r" (?:before|after|prior to|preceding|following|next to)"
    r"|not|never|forget|leave|ignore|except|anything but|other than|apart from|keep(?:ing)?|without|instead of"
    r"|rather than|mix it up with)"
    r"(?: (?:about|for|the|my|order|number|from|with|it|up|refund|touch|pay|of|is|a|me|this|that|one))*:? #?$",
    re.I,
)
_EXCLUDED_AFTER = re.compile(
    r" (?:alone\b|belongs\b|(?:which |that )?(?:i|we) (?:really )?(?:love|like|keep|am keeping|are keeping)\b|(?:is"
    r"|was) the one (?:that )?(?:i|we) (?:want to |will |would like to |am )?keep"
    r"|(?:is|was|are|arrived|works|came|has been|got here)(?: \S+){0,3}? (?:not mine|not my"
    r"|wrong(?= (?:number|one|order)\b|\W*$|[.,;!?)])|fine|ok|okay|great|good|perfect|lovely"
    r"|my (?:mother|father|sister|brother|friend|wife|husband|son|daughter)|dealt with|out of the question|refunded"
    r"|resolved|settled|to keep)\b)",
    re.I,
)
_TIME = re.compile(
    r"\b(?:\d{1,2} ?(?:-|to) ?)?\d{1,3}(?:st|nd|rd|th)?"
    r"(?= ?(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|times?|am|pm|o'clock)\b)"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\b\d{1,2}:\d\d\b"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\w{0,6}\.? \d{1,2}(?:st|nd|rd|th)?\b(?:,? 20\d\d)?"
    r"|\b\d{1,2}(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\w{0,6}(?: 20\d\d)?\b",
    re.I,
)
_ACCOUNT = re.compile(
    r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b|\b(?:ends?|ending)(?: (?:in|with|on))? \d{4}\b"
    r"|\b(?:card|account)(?: number| no\.?)? (?:\d[ -]?){4,19}\b",
    re.I,
)
"""The number of an account or a card: no amount."""

_BEHIND = r"(?:please|from|in|of|for|on|to|and|or|but|when|is|are|was|that|instead|only|because|too|with|xorderx)\b"
_ASKED_FOR = re.compile(
    r"\b(?:refund|reimburse|return|money back|reimbursement)(?: (?:me|us))?(?: (?:for|on|of))?(?: only| just)? "
    rf"(?:the|my|this|that|one of the) (?P<noun>[a-z]+)(?P<second> (?!{_BEHIND})[a-z]+)?(?= *(?:[.,;!?]|$|{_BEHIND}))"
)


class References(NamedTuple):
    """The numbers and addresses of a text, and the text with a word in place of each."""

    words: str
    order_ids: list[str]
    amounts: list[Amount]
    shares: list[str]


def references(text: str) -> References:
    """What no reading accounts for keeps its digits."""
    addresses, rest = emails(text)
    spans = [(match.start(), match.end(), SHARE) for match in _SHARE.finditer(rest)]
    shares = [_share(match) for match in _SHARE.finditer(rest)]
    rest = _SHARE.sub(lambda match: " " * len(match.group()), rest)
    amounts, rest = stated(rest)
    amounts = [
        amount
        for amount in amounts
        if amount.cents
        and not _may_be_a_count(amount, text)
        and not _may_be_a_day(amount, text)
        and not _is_labelled(amount, text)
    ]
    spans += [(amount.start, amount.end, SUM) for amount in amounts]
    ids = order_ids(rest)
    spans += [
        (match.start(), match.end(), ORDER)
        for match in _NUMBER.finditer(rest)
        if match.group().lstrip("#").upper() in ids
        and not _LESS.fullmatch(match.group())
        and not any(match.start() < end and start < match.end() for start, end, _ in spans)
    ]
    words = text
    for start, end, word in sorted(spans, reverse=True):
        words = f"{words[:start]} {word} {words[end:]}"
    for address in addresses:
        words = re.sub(re.escape(address), f" {MAIL} ", words, flags=re.I)
    return References(words, ids, amounts, shares)


def _may_be_a_count(amount: Amount, text: str) -> bool:
    """ "Refund me 2 for order 12346": two dollars, or two things."""
    return not amount.currency and amount.cents < FEW * 100 and text[amount.start : amount.end].strip().isdigit()


def _is_labelled(amount: Amount, text: str) -> bool:
    """ "Order no. 4.50" is no money; "about $5" and "$005" are no sum that anybody could pay."""
    before = text[max(amount.start - NEAR, 0) : amount.start]
    is_vague = _VAGUE_BEFORE.search(before) or _LEADING_ZERO.search(text[amount.start : amount.end])
    return bool(is_vague) or (not amount.currency and bool(_LABEL_BEFORE.search(before)))


def _may_be_a_day(amount: Amount, text: str) -> bool:
    """ "Refund 12346 on 20.12": of December, unless money is spoken of right before it: "refund 20.12 of 12346"."""
    day = _DAY.fullmatch(text[amount.start : amount.end].strip())
    is_date = day is not None and 1 <= min(int(day[1]), int(day[2])) <= MONTHS and max(int(day[1]), int(day[2])) <= DAYS
    return not amount.currency and is_date and not _SUM_BEFORE.search(text[max(amount.start - NEAR, 0) : amount.start])


def demand(text: str, asking: list[str]) -> Demand:
    """What is asked for. `asking`: the clauses of the text that ask; without any, the whole text is read.

    The orders are those of the clauses. They are open when the text names others after a clause, or several without
    saying which.
    """
    whole = references(text)
    loose = set(amounts(emails(text)[1])[0]).difference(amount.cents for amount in whole.amounts)
    if not asking:
        unread = any(
            _ANY_DIGITS.search(one)
            for one in _SENTENCE.findall(_ACCOUNT.sub(" ", _TIME.sub(" ", whole.words)))
            if _MONEY.search(one)
        )
        part = bool(_PART.search(_SHARE.sub(" ", text))) or unread or bool(loose) or _has_sign(text, whole)
        part = part and not is_bare_demand(text)
        return _demand(text, whole._replace(order_ids=[]), orders_open=len(whole.order_ids) > 1, part=part)
    clauses = [references(clause) for clause in asking]
    after = references(text[text.find(asking[-1]) + len(asking[-1]) :]).order_ids
    rest = text
    for clause in asking:
        rest = rest.replace(clause, " ", 1)
    around = references(rest)
    ids = list(dict.fromkeys(one for clause in clauses for one in clause.order_ids))
    own = [amount for clause in clauses for amount in clause.amounts]
    shares = [share for clause in clauses for share in clause.shares]
    read = References("", ids, own or ([] if shares else around.amounts), shares)
    is_open = any(one not in ids for one in after) if ids else len(around.order_ids) > 1
    several = len({(amount.cents, amount.currency) for amount in whole.amounts}) > 1
    part = (
        several
        or bool(shares and around.amounts)
        or _has_sign(text, whole)
        or (not own and not shares and bool(_PART.search(rest)))
    )
    is_price = any(_AS_PAID.search(clause.words) for clause in clauses) or bool(
        read.amounts and not own and _PRICE.search(rest)
    )
    return _demand(text, read, orders_open=is_open, part=part, is_price=is_price)


def is_bare_demand(text: str) -> bool:
    """ "Only $10 for order 12346 please", "half is enough": a sum and nothing that says what for."""
    said = set(re.findall(r"[a-z]+", references(text).words.lower()))
    is_sum = bool(said & {SUM, SHARE} and said & {ORDER, "only", "just", "enough", "back"})
    return "?" not in text and is_sum and said <= {SUM, SHARE, ORDER, MAIL, *listed("words", "beside a sum")}


def excluded(text: str, ids: list[str]) -> list[str]:
    """The orders that the text names to say that they are not the ones: "not 12346", "12346 is fine"."""
    return [one for one in ids if _is_excluded(text, one)]


def things_asked(text: str) -> list[str]:
    """The nouns of the things that money is asked back for: "refund the grinder"."""
    found = [
        match["noun"] if not match["second"] else match["second"].strip()
        for match in _ASKED_FOR.finditer(references(text).words)
    ]
    return [noun for noun in found if noun not in listed("words", "not things")]


def _is_excluded(text: str, order_id: str) -> bool:
    places = list(re.finditer(rf"(?<![\w-]){re.escape(order_id)}(?![\w-])", text, re.I))
    return any(
        _EXCLUDED_BEFORE.search(text[max(place.start() - NEAR, 0) : place.start()])
        or _EXCLUDED_AFTER.match(text[place.end() : place.end() + NEAR])
        for place in places[-1:]
    )


def _has_sign(text: str, read: References) -> bool:
    """Whether a sign stands beside an amount: "$20 - $5", "$20+", "12346 - shipping"."""
    places = [
        (text[max(amount.start - NEAR, 0) : amount.start], text[amount.end : amount.end + NEAR])
        for amount in read.amounts
    ]
    return bool(_FEES.search(text)) or any(
        _SIGN_BEFORE.search(before) or _SIGN_AFTER.match(after) for before, after in places
    )


def _demand(text: str, read: References, *, orders_open: bool, part: bool, is_price: bool = False) -> Demand:
    amounts = list(dict.fromkeys((amount.cents, amount.currency) for amount in read.amounts))
    is_unclear = (
        part
        or len(amounts) > 1
        or bool(amounts and len(read.order_ids) > 1)
        or len(read.shares) > 1
        or bool(amounts and read.shares)
    )
    return {
        "order_ids": read.order_ids,
        "orders_open": orders_open,
        "amount_cents": amounts[0][0] if len(amounts) == 1 else None,
        "currency": (amounts[0][1] if len(amounts) == 1 else "") or _currency_alone(text),
        "share": "unclear" if is_unclear else "price" if is_price else (read.shares or [""])[0],
    }


def _currency_alone(text: str) -> str:
    """That of "refund it in dollars", or of a sign without a number."""
    named = re.search(rf"\b(?:in|as|into) (?P<mark>{behind()})", text, re.I) or _SIGN_ALONE.search(text)
    return currency(named["mark"]) if named else ""


def _share(match: re.Match[str]) -> str:
    if match["rest"]:
        return "rest"
    if match["half"]:
        return "1/2"
    return f"{match['percent']}/100" if match["percent"] else f"{match['top']}/{match['bottom']}"
