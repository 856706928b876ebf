"""The same money, asked for twice: forks, keys, repeats and many at once; the ledger says what was paid."""

import asyncio
from typing import Any

import pytest

from app.engines.langgraph.runner import Runner
from tests.command_line import CommandLine

ADA = "ada@example.com"


def ask(order_id: str = "12346", amount_cents: int | None = None, **more: Any) -> dict[str, Any]:
    email = "grace@example.com" if order_id == "12348" else ADA
    return {"order_id": order_id, "email": email, "amount_cents": amount_cents, "reason": "", **more}


async def refunds(runner: Runner, order_id: str = "12346") -> list[int]:
    order = await runner.services.orders.find(order_id)
    assert order
    return [refund["amount_cents"] for refund in order["refunds"]]


@pytest.mark.parametrize("values", [ask(amount_cents=1000), ask(), ask("12348", 2000)])
async def test_a_fork_from_any_checkpoint_pays_nothing_again(runner: Runner, values: dict[str, Any]) -> None:
    await runner.start("refund", values, thread="job")
    paid = await refunds(runner, values["order_id"])
    for checkpoint in await runner.archive.history("job"):
        if checkpoint["next"]:
            fork = await runner.archive.fork("job", checkpoint["checkpoint_id"])
            await runner.resume(fork)
            again = await runner.archive.history(fork)
            deeper = await runner.archive.fork(fork, again[-1]["checkpoint_id"])  # a fork of a fork
            if again[-1]["next"]:
                await runner.resume(deeper)
    assert await refunds(runner, values["order_id"]) == paid
    mails = len(list(runner.settings.outbox.glob("*.eml")))
    assert mails == 1


async def test_a_fork_says_what_was_paid_since(runner: Runner) -> None:
    await runner.start("refund", ask(), thread="job")
    newest, *_, oldest = await runner.archive.history("job")
    assert "$39.50" in str(await runner.archive.paid_since("job", oldest["checkpoint_id"]))
    assert await runner.archive.paid_since("job", newest["checkpoint_id"]) is None


async def test_a_fork_of_an_approved_refund_pays_nothing_again(runner: Runner) -> None:
    await runner.start("refund", ask("12345"), thread="job")
    await runner.decide("job", {"type": "approve", "by": "Mia"})
    for checkpoint in await runner.archive.history("job"):
        if checkpoint["next"]:
            fork = await runner.archive.fork("job", checkpoint["checkpoint_id"])
            if (await runner.show(fork))["status"] == "failed":
                await runner.resume(fork)
    assert await refunds(runner, "12345") == [14900]


def paid(switchboard: CommandLine, order_id: str) -> list[int]:
    async def look() -> list[int]:
        from app.composition import open_runner
        from app.settings import load

        async with open_runner(load()) as runner:
            return await refunds(runner, order_id)

    return asyncio.run(look())


GRACE = ("refund", "--order", "12348", "--email", "grace@example.com", "--amount", "20")


def test_the_same_amount_within_minutes_is_refused(switchboard: CommandLine) -> None:
    assert switchboard(*GRACE).code == 0
    again = switchboard(*GRACE)
    assert again.code == 4
    assert "re_" in again.err
    assert "--again" in again.err
    assert switchboard(*GRACE[:-1], "10").code == 0
    assert switchboard(*GRACE, "--again").code == 0
    assert paid(switchboard, "12348") == [20000, 2000, 1000, 2000]


def test_a_key_is_one_refund_for_ever(switchboard: CommandLine) -> None:
    first = switchboard.json(*GRACE, "--key", "invoice-7")
    again = switchboard.json(*GRACE, "--key", "invoice-7")
    assert (first["outcome"], again["outcome"]) == ("refunded", "refunded")
    assert first["values"]["receipt_id"] == again["values"]["receipt_id"]
    assert switchboard(*GRACE[:-1], "21", "--key", "invoice-7").code == 4
    assert switchboard("refund", "--order", "12346", "--email", ADA, "--key", "invoice-7").code == 4
    assert paid(switchboard, "12348") == [20000, 2000]
    assert paid(switchboard, "12346") == []


def test_a_key_whose_refund_waits_is_not_asked_for_twice(switchboard: CommandLine) -> None:
    words = ("refund", "--order", "12345", "--email", ADA, "--key", "k")
    assert switchboard(*words, "--thread", "one").code == 3
    assert switchboard(*words, "--thread", "two").code == 4
    assert switchboard("approve", "one").code == 0
    assert switchboard(*words, "--thread", "three").code == 0
    assert paid(switchboard, "12345") == [14900]


async def test_many_at_once_never_exceed_what_was_captured(runner: Runner) -> None:
    runs = await asyncio.gather(*(runner.start("refund", ask("12348", 1000)) for _ in range(12)))
    outcomes = sorted(str(run["outcome"]) for run in runs)
    assert outcomes == ["declined"] * 7 + ["refunded"] * 5
    assert sum(await refunds(runner, "12348")) == 25000
    assert await runner.services.tickets.list() == []


async def test_after_a_rollback_another_amount_is_judged_anew(runner: Runner) -> None:
    """A server's rollback removes the run's checkpoints; the ledger stays."""
    await runner.start("refund", ask("12346", 500), thread="job")
    await runner.saver.adelete_thread((await runner.show("job"))["thread_id"])
    result = await runner.start("refund", ask("12346", 700), thread="job")
    assert result["outcome"] == "refunded"
    assert "$7.00" in str(result["reply"])
    assert await refunds(runner) == [500, 700]
