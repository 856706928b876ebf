"""Money as people write it and as the house keeps it: integer minor units, never a float."""

import re

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}

_WRITTEN = re.compile(r"[$€£]?\s*(?=\.?[0-9])([0-9]*|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{0,2}))?")


def shown(cents: int, currency: str) -> str:
    """$149.00, or 149.00 CHF for a currency without a sign of its own."""
    text = f"{cents / 100:,.2f}"
    sign = SIGNS.get(currency)
    return f"{sign}{text}" if sign else f"{text} {currency}"


def decimal_text(cents: int) -> str:
    """149.00: how an amount is shown where a person may edit it."""
    return f"{cents // 100}.{cents % 100:02d}"


def parse(text: str) -> int:
    """Minor units of what a person typed: "80", "80.00", "$1,234.50". Raises ValueError unless it is a positive amount.

    Nothing is guessed: "80,50" and "1.500" mean different amounts to different people, so they are no amount here.
    """
    written = _WRITTEN.fullmatch(text.strip()) if len(text) <= 40 else None
    cents = int(written[1].replace(",", "") + f"{written[2] or '':0<2}") if written else 0
    if not 0 < cents < 10**11:
        raise ValueError(
            f"{text[:40]!r} is not an amount of at least 0.01 with at most two decimals; write it like 49.90"
        )
    return cents
