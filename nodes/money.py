"""Money as people write it and as the house keeps it: integer minor units, never a float."""

from decimal import Decimal, InvalidOperation

SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}


def shown(cents: int, currency: str) -> str:
    """$149.00, or 149.00 CHF for a currency without a sign of its own."""
    text = f"{cents / 100:,.2f}"
    sign = SIGNS.get(currency)
    return f"{sign}{text}" if sign else f"{text} {currency}"


def decimal_text(cents: int) -> str:
    """149.00: how an amount is shown where a person may edit it."""
    return f"{cents // 100}.{cents % 100:02d}"


def parse(text: str) -> int:
    """Minor units of what a person typed: "80", "80.00", "$1,234.50". Raises ValueError unless it is a positive amount."""
    plain = text.strip().lstrip("$€£").replace(",", "").strip()
    try:
        cents = Decimal(plain) * 100
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is not an amount; write it like 49.90") from error
    if not cents.is_finite() or cents != cents.to_integral_value() or not 0 < cents < 10**11:
        raise ValueError(f"{text!r} is not an amount of at least 0.01 with at most two decimals; write it like 49.90")
    return int(cents)
