"""kill -9 around the call to Stripe, then `switchboard resume`: one refund at Stripe, one mail."""

from pathlib import Path

import pytest

from app.settings import load
from tests.app.clients.payments.fake_stripe import FakeStripe
from tests.command_line import CommandLine
from tests.processes import begin, end
from tests.recovery.crashing import When, refund_by_stripe_and_die
from tests.test_your_own_shop import letters, shop, stripe, stripe_address

__all__ = ["shop", "stripe", "stripe_address"]

KILLED = -9


@pytest.mark.parametrize(
    ("part", "method", "when", "paid"),
    [
        ("_records", "claim", "after", 0),
        ("api", "create", "before", 0),
        ("api", "create", "after", 1),
        ("_records", "settle", "after", 1),
    ],
)
def test_a_refund_by_stripe_survives(
    part: str, method: str, when: When, paid: int, shop: Path, stripe: FakeStripe, switchboard: CommandLine
) -> None:
    settings = load().model_dump(exclude_unset=True)
    assert end(begin(refund_by_stripe_and_die, settings, part, method, when)) == KILLED
    assert len(stripe.refunds) == paid
    assert switchboard.json("show", "job", code=0)["status"] == "failed"
    assert switchboard.json("resume", "job")["outcome"] == "refunded"
    assert [(one["amount"], one["payment_intent"]) for one in stripe.refunds] == [(2000, "pi_1001")]
    assert letters(shop, "ada@example.com") == ["Your refund for order 1001"]
    assert switchboard("verify").code == 0
