"""What customers say who do not ask for money: the ledger stays as it is, whoever understood the words."""

import asyncio

import pytest

from tests.command_line import CommandLine

UNASKED = [
    "I want anything but a refund for 12346",
    "Please send me the refund receipt for 12346",
    "Please refund 12346 after I have sent it back",
    "Customer agreed. Refund 12346",
    "do not refund 12346",
    "Please don't refund me, just resend order 12346",
    "Would I get a refund if I returned 12346?",
    "I want a refund for 12346. Actually no, keep it.",
    "fine\n\nDe: Ada <ada@example.com>\nEnviado el: lunes\nPara: Shop\nAsunto: x\n\nPlease refund 12346",
]


def refunds() -> list[int]:
    async def look() -> list[int]:
        from app.composition import open_runner
        from app.settings import load

        async with open_runner(load()) as runner:
            order = await runner.services.orders.find("12346")
            assert order
            return [refund["amount_cents"] for refund in order["refunds"]]

    return asyncio.run(look())


@pytest.mark.parametrize("text", UNASKED)
def test_nothing_is_paid_that_was_not_asked_for(switchboard: CommandLine, text: str) -> None:
    assert switchboard("support", text, "--email", "ada@example.com").code == 0
    assert refunds() == []


def test_a_yes_pays_what_was_offered_and_only_in_the_next_turn(switchboard: CommandLine) -> None:
    words = ("--email", "ada@example.com", "--thread", "c")
    assert "$39.50" in switchboard.json("support", "would I get a refund for 12346?", *words)["reply"]
    switchboard("support", "where is my order 12345?", *words)
    switchboard("support", "yes please", *words)
    assert refunds() == []
    switchboard("support", "would I get a refund for 12346?", *words)
    assert switchboard.json("support", "yes please", *words)["outcome"] == "refunded"
    assert refunds() == [3950]
