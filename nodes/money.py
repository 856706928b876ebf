"""Money as people write it, and as it is kept: integer minor units of an ISO-4217 currency, never a float.

How many decimals a currency has comes from Babel's copy of the CLDR: two for most, none for JPY, three for KWD.
"""

import re
from functools import cache

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
LARGEST = 10**11  # minor units

_WRITTEN = re.compile(r"[$€£]?\s*(?=\.?[0-9])([0-9]*|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{0,3}))?")


@cache
def decimals(currency: str) -> int:
    """How many decimals amounts of this currency have."""
    from babel.numbers import get_currency_precision  # loaded late: the command line lists threads without it

    return int(get_currency_precision(currency))


def shown(cents: int, currency: str) -> str:
    """$149.00, JPY 9,900, KWD 25.000: with the sign of the currency, or its code before the amount."""
    text = f"{SIGNS.get(currency) or f'{currency} '}{_written(abs(cents), currency, grouped=True)}"
    return f"-{text}" if cents < 0 else text


def decimal_text(cents: int, currency: str) -> str:
    """149.00: how an amount is shown where a person may edit it."""
    return _written(cents, currency, grouped=False)


def parse(text: str, currency: str = "USD") -> int:
    """Minor units of what a person typed: "80", "80.00", "$1,234.50". Raises ValueError unless it is a positive amount.

    Nothing is guessed: "80,50" and "1.500" mean different amounts to different people, so they are not amounts here. A
    sign of another currency, or more decimals than the currency has, is refused too.
    """
    written = _WRITTEN.fullmatch(text.strip()) if len(text) <= 40 else None
    places = decimals(currency)
    fraction = (written[2] or "") if written else ""
    sign = text.strip()[:1]
    if written and sign in SIGNS.values() and sign != SIGNS.get(currency):
        raise ValueError(f"{text.strip()[:40]} is not an amount in {currency}, which the order was paid in")
    cents = (
        int(f"{written[1].replace(',', '')}{fraction:0<{places}}" or 0) if written and len(fraction) <= places else 0
    )
    if not 0 < cents < LARGEST:
        least = decimal_text(1, currency)
        kinds = {0: "no decimals", 2: "at most two decimals", 3: "at most three decimals"}
        raise ValueError(
            f"{text[:40]!r} is not an amount of at least {least} with {kinds.get(places, f'{places} decimals')}; "
            f"write it like {decimal_text(4990 if places == 2 else 5 * 10**places, currency)}"
        )
    return cents


def _written(cents: int, currency: str, *, grouped: bool) -> str:
    places = decimals(currency)
    whole, part = divmod(cents, 10**places)
    text = f"{whole:,}" if grouped else str(whole)
    return f"{text}.{part:0{places}d}" if places else text
