"""Orders in euros, yen and dinars: what is typed, shown, asked and paid."""

import pytest

from tests.command_line import CommandLine

HEDY = "hedy@example.com"


def refund(order: str, *words: str) -> tuple[str, ...]:
    return ("refund", "--order", order, "--email", HEDY, *words)


@pytest.mark.parametrize(
    ("order", "amount", "headline", "paid"),
    [
        ("12371", "20", "€20.00", 2000),
        ("12371", "€20", "€20.00", 2000),
        ("12372", "5000", "JPY 5,000", 5000),
        ("12373", "9.99", "KWD 9.990", 9990),
        ("12373", "9.995", "KWD 9.995", 9995),
    ],
)
def test_a_currency_without_a_limit_needs_a_human(
    switchboard: CommandLine, order: str, amount: str, headline: str, paid: int
) -> None:
    asked = switchboard.json(*refund(order, "--amount", amount, "--thread", "t"), code=3)
    assert asked["approval"]["args"]["amount_cents"] == paid
    assert headline in switchboard("pending").out
    done = switchboard.json("approve", "t")
    assert (done["outcome"], done["values"]["refunded_cents"]) == ("refunded", paid)
    assert headline in done["reply"]


@pytest.mark.parametrize(
    ("order", "amount"), [("12372", "99.99"), ("12371", "$20"), ("12371", "20.505"), ("12373", "€5")]
)
def test_an_amount_that_the_currency_does_not_have_is_refused(
    switchboard: CommandLine, order: str, amount: str
) -> None:
    refused = switchboard(*refund(order, "--amount", amount))
    assert refused.code == 2
    assert "not an amount" in refused.err


def test_a_limit_of_its_own(switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_LIMITS", "EUR=4500,JPY=9899")
    assert switchboard.json(*refund("12371"))["outcome"] == "refunded"
    assert switchboard(*refund("12372")).code == 3


def test_an_approver_edits_in_the_orders_currency(switchboard: CommandLine) -> None:
    switchboard(*refund("12373", "--thread", "t"))
    assert switchboard("approve", "t", "--amount", "$5").code == 4
    done = switchboard.json("approve", "t", "--amount", "5.5")
    assert done["values"]["refunded_cents"] == 5500
    assert "KWD 5.500" in done["reply"]
