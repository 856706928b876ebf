"""Order numbers in a form of the shop's own: one order has one number, however it was written."""

import re
from typing import Any

import pytest

from app.clients.language.rules import RulesLanguage
from app.clients.language.shop_numbers import ShopNumbers, compiled
from app.clients.orders.orders_file import read_file
from app.settings import Settings
from app.testing import FakeLanguage
from nodes.ports.errors import NotConfigured
from nodes.ports.language import Details
from tests.app.clients.orders.shops import FORM, shop_home
from tests.command_line import CommandLine

FORMS = r"C\d{1,4}|SO-\d+/\d+|#?[A-Z]_\d+"


@pytest.mark.parametrize(
    ("message", "order_ids"),
    [
        ("please refund C1, it is broken", ["C1"]),
        ("where is order c12?", ["C12"]),
        ("C1", ["C1"]),
        ("order number: SO-77/2.", ["SO-77/2"]),
        ("refund SO-77/2 for me", ["SO-77/2"]),
        ("where is #A_19?", ["A_19"]),
        ("where is (#A_19)", ["A_19"]),
        ("refund C1 and C2", ["C1", "C2"]),
        ("refund C1/C2", ["C1", "C2"]),
        ("C1, I said c1", ["C1"]),
        ("refund order 12345, not C1", ["12345", "C1"]),
        ("I mean C1, not C2", ["C1", "C2"]),
        ("refund SO-77/23x", []),
        ("write to c1@example.com or https://shop.example/C1", []),
        ("I take vitamin ABC1 and paid $C1", []),
        ("ZX7000001 is mine, and C1", ["ZX7000001", "C1"]),
        ("zx70000012 is mine, and C1", ["ZX70000012", "C1"]),
        ("order zx7-000-001, not C1", ["ZX7-000-001", "C1"]),
        ("order ＺＸ７０００００１, not C1", ["ZX7000001", "C1"]),
    ],
)
async def test_the_numbers_of_a_message(message: str, order_ids: list[str]) -> None:
    assert (await ShopNumbers(RulesLanguage(), FORMS).extract(message))["order_ids"] == order_ids


async def test_what_is_read_has_the_number_as_it_was_written() -> None:
    """The rules know what is asked of which order; nothing that stood in its place is left."""
    language = ShopNumbers(RulesLanguage(), FORMS)
    message = "Please refund SO-77/2, because SO-77/2 arrived broken"
    said: Any = await language.extract(message)
    assert (said["demand"]["order_ids"], said["reason"]) == (["SO-77/2"], "arrived broken")
    assert "ZX7" not in str(said)
    assert (await language.classify(message))["act"] == "request"
    assert (await language.classify("C1", history=["Customer: refund please", "Agent: Which order?"]))["is_detail"]
    assert await language.summarise(["Customer: C1"])


class Model(FakeLanguage):
    """Copies what it takes for order numbers, as a model is told to."""

    async def extract(self, message: str) -> Details:
        return {"order_ids": re.findall(r"[A-Z]+\d+", message), "emails": [], "amounts_cents": [], "reason": message}


async def test_a_model_reads_numbers_as_its_prompt_describes_them() -> None:
    said = await ShopNumbers(Model(), FORMS).extract("SO-77/2 is broken, #A_19 is not")
    assert said["order_ids"] == ["SO-77/2", "A_19"]
    assert said["reason"] == "SO-77/2 is broken, #A_19 is not"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("C[0-9", "is not a regular expression of RE2 (missing ]"),
        (r"(?=C)\d+", "is not a regular expression of RE2 (invalid perl operator"),
        (r"(C)\1", "is not a regular expression of RE2"),
        (r"\w+", "is also the form of 'a'"),
        (r"\d+", "is also the form of '2'"),
        (r"C?\d*", "is also the form of ''"),
    ],
)
def test_a_form_that_cannot_be_used_is_refused(settings: Settings, form: str, said: str) -> None:
    home = shop_home(settings.home, form=FORM.replace("[orders.fields]", f"number = '{form}'\n[orders.fields]"))
    with pytest.raises(NotConfigured) as caught:
        read_file(home / "orders.toml", {})
    assert said in str(caught.value)
    assert "[orders] number: " in str(caught.value)


async def test_no_message_takes_long() -> None:
    language = ShopNumbers(RulesLanguage(), r"(C+)+\d")
    assert compiled(r"(C+)+\d").search("C" * 50_000) is None
    assert (await language.extract("C" * 30))["order_ids"] == []


def test_a_refund_of_an_order_with_a_number_of_its_own_form(settings: Settings, switchboard: CommandLine) -> None:
    placed = {"state": "sent", "arrived": None}
    shop_home(settings.home, {"number": "SO-77/2", **placed}, {"number": "A_19", **placed})
    unread = switchboard("doctor", "--order", "so-77/2").out
    assert (
        "ok   order_id        SO-77/2; WARNING: a customer who writes this number in a message is not understood"
        in unread
    )
    form = FORM.replace("{url}", "sqlite:///sales.db").replace(
        "[orders.fields]", f"number = '{FORMS}'\n[orders.fields]"
    )
    (settings.home / "orders.toml").write_text(form)
    assert "WARNING" not in switchboard("doctor", "--order", "so-77/2").out
    said = switchboard.json("support", "where is SO-77/2?", "--email", "ada@example.com", "--thread", "ada")
    assert (said["outcome"], "Order SO-77/2 was shipped." in said["reply"]) == ("resolved", True)
    again = switchboard.json("support", "and #A_19?", "--email", "ada@example.com", "--thread", "ada")
    assert (again["outcome"], "Order A_19 was shipped." in again["reply"]) == ("resolved", True)


def test_a_request_is_taken_back_or_corrected_however_its_number_is_written(
    settings: Settings, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Never mind, no refund for so-77/2" is about the request for SO-77/2, and "I meant A_19" is a correction."""
    monkeypatch.setenv("SWITCHBOARD_APPROVAL_LIMIT_CENTS", "100")
    shop_home(settings.home, {"number": "SO-77/2"}, {"number": "A_19"})
    form = FORM.replace("{url}", "sqlite:///sales.db").replace(
        "[orders.fields]", f"number = '{FORMS}'\n[orders.fields]"
    )
    (settings.home / "orders.toml").write_text(form)
    for thread, then in (
        ("gone", "never mind, no refund for so-77/2"),
        ("changed", "sorry, wrong order, I meant #a_19"),
    ):
        asked = switchboard.json(
            "support", "please refund so-77/2", "--email", "ada@example.com", "--thread", thread, code=3
        )
        assert asked["approval"]["args"]["order_id"] == "SO-77/2"
        switchboard("support", then, "--email", "ada@example.com", "--thread", thread)
        assert "SO-77/2" not in [one["args"]["order_id"] for one in switchboard.json("pending")]
