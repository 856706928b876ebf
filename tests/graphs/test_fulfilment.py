"""Every arrow of the fulfilment drawing, by the path taken; and whatever fails, stock, money and labels add up."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.testing import PASSES, Failing, Fakes, FakeShipping, order
from graphs import workflow
from graphs.failure_paths import with_failure_paths
from graphs.policies import Kind
from nodes.fulfilment.compensation import undo_or_report
from nodes.ports import install
from nodes.ports.errors import (
    AddressRefused,
    CarrierTimedOut,
    CarrierUnavailable,
    MailUnavailable,
    OutOfStock,
    PaymentDeclined,
    PaymentTimedOut,
    Retryable,
)
from nodes.ports.shipping import Label
from tests.graphs.conftest import Play, impatient

ORDER = "12351"
ASK = {"order_id": ORDER}
TOTAL = 14900
ON_HAND = 10
FORWARD = [
    "open_attempt",
    "reserve_stock",
    "charge_card",
    "create_shipment",
    "confirm",
    "notify_customer",
    "respond",
]
UNDO = ["close_attempt", "cancel_shipment", "refund_charge", "release_stock", "explain_undoing"]
TOLD = ["notify_customer", "respond"]
FOR_EVER = 99


@pytest.fixture
def fakes() -> Any:
    fakes = placed()
    with install(fakes.services):
        yield fakes


def placed(**changes: Any) -> Fakes:
    facts = {"status": "placed", "captured_cents": 0, "delivered_at": None, "shipped_at": None, "carrier": None}
    return Fakes(order(ORDER, **{**facts, **changes}))


def service(fakes: Fakes, method: str) -> Failing:
    owners: dict[str, Failing] = {"charge": fakes.shop, "refund": fakes.shop, "create": fakes.shipping}
    return {**owners, "cancel": fakes.shipping}.get(method, fakes.stock)


def books(fakes: Fakes) -> tuple[int, int, int]:
    """Goods taken out, cents kept, labels that count."""
    return ON_HAND - fakes.stock.on_hand["LAMP"], fakes.shop.balance_cents(ORDER), len(fakes.shipping.valid())


FULFILLED, NOTHING = (1, TOTAL, 1), (0, 0, 0)


async def test_an_order_is_fulfilled(fulfilment: Play, fakes: Fakes) -> None:
    state = await fulfilment.send(ASK)
    assert fulfilment.path == FORWARD
    assert (state["outcome"], books(fakes)) == ("fulfilled", FULFILLED)
    assert state["done"] == ["reserve_stock", "charge_card", "create_shipment"]
    assert fakes.shop.orders[ORDER]["status"] == "shipped"
    assert "PP-1" in fakes.mail.to("ada@example.com")[0]["text"]


@pytest.mark.parametrize("play", [0, 1], ids=["the same thread", "another thread"])
async def test_a_second_time_nothing_is_done_twice(fulfilment: Play, fakes: Fakes, play: int) -> None:
    await fulfilment.send(ASK)
    again = [fulfilment, Play("fulfilment")][play]
    state = await again.send({"order_id": f"#{ORDER}"})
    assert again.path == ["open_attempt", "respond"]
    assert (state["outcome"], books(fakes)) == ("fulfilled", FULFILLED)
    assert "already" in state["reply"]
    assert (len(fakes.mail.sent), fakes.shop.calls["charge"], fakes.stock.calls["reserve"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("ask", "facts", "words"), [("999", {}, "Order 999 does not exist"), (ORDER, {"status": "cancelled"}, "cancelled")]
)
async def test_what_cannot_be_fulfilled_is_declined(
    fulfilment: Play, fakes: Fakes, ask: str, facts: dict[str, Any], words: str
) -> None:
    fakes.shop.orders[ORDER] = order(ORDER, **facts)
    state = await fulfilment.send({"order_id": ask})
    assert fulfilment.path == ["open_attempt", "respond"]
    assert state["outcome"] == "declined"
    assert words in state["reply"]


FINAL = [
    # (the call, what it meets, the way back)
    ("reserve", OutOfStock("none left"), ["close_attempt", "explain_undoing"]),
    ("charge", PaymentDeclined("a bad card"), ["close_attempt", "release_stock", "explain_undoing"]),
    ("create", AddressRefused("a box"), ["close_attempt", "refund_charge", "release_stock", "explain_undoing"]),
]


@pytest.mark.parametrize(("method", "error", "back"), FINAL)
async def test_a_refusal_undoes_what_was_done_in_reverse_order(
    fulfilment: Play, fakes: Fakes, method: str, error: Exception, back: list[str]
) -> None:
    service(fakes, method).fail[method] = [error]
    state = await fulfilment.send(ASK)
    assert fulfilment.path == [*FORWARD[: 1 + ["reserve", "charge", "create"].index(method)], *back, *TOLD]
    assert (state["outcome"], books(fakes)) == ("compensated", NOTHING)
    assert str(error) in state["reply"]
    assert state["undone"] == list(reversed(state["done"]))
    assert str(error) not in fakes.mail.to("ada@example.com")[0]["text"]


STEPS = [
    # (the call, the step it belongs to, how many tries that has, where the way back begins)
    ("reserve", "reserve_stock", 3, "release_stock"),
    ("charge", "charge_card", 4, "refund_charge"),
    ("create", "create_shipment", 4, "cancel_shipment"),
    ("hand_over", "confirm", 3, "cancel_shipment"),
]
TRANSIENT = [Retryable("down"), TimeoutError("hung"), CarrierTimedOut("no answer"), ConnectionError("reset")]


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(("method", "step", "tries", "back"), STEPS)
async def test_a_step_that_fails_once_is_repeated(
    fulfilment: Play, fakes: Fakes, method: str, step: str, tries: int, back: str, error: Exception
) -> None:
    service(fakes, method).fail[method] = [error]
    state = await fulfilment.send(ASK)
    assert (fulfilment.path, state["outcome"], books(fakes)) == (FORWARD, "fulfilled", FULFILLED)


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(("method", "step", "tries", "back"), STEPS)
async def test_a_step_that_fails_for_ever_is_looked_up_and_undone(
    fulfilment: Play, fakes: Fakes, method: str, step: str, tries: int, back: str, error: Exception
) -> None:
    service(fakes, method).fail[method] = [error] * FOR_EVER
    state = await fulfilment.send(ASK)
    assert fulfilment.path == [*FORWARD[: FORWARD.index(step)], UNDO[0], *UNDO[UNDO.index(back) :], *TOLD]
    assert (service(fakes, method).calls[method], state["cause"]["node"]) == (tries, step)
    assert (state["outcome"], books(fakes)) == ("compensated", NOTHING)


@pytest.mark.parametrize("times", [1, FOR_EVER])
@pytest.mark.parametrize(("method", "step", "tries", "back"), STEPS)
async def test_a_step_that_times_out_after_it_worked_is_found_and_not_repeated(
    fulfilment: Play, fakes: Fakes, method: str, step: str, tries: int, back: str, times: int
) -> None:
    service(fakes, method).lose[method] = [CarrierTimedOut("no answer")] * times
    state = await fulfilment.send(ASK)
    assert (fulfilment.path, state["outcome"], books(fakes)) == (FORWARD, "fulfilled", FULFILLED)
    assert service(fakes, method).calls[method] == 1


class Silent(FakeShipping):
    """Makes the label and never answers."""

    async def create(self, *, key: str, order_id: str) -> Label:
        await super().create(key=key, order_id=order_id)
        await asyncio.Event().wait()
        raise AssertionError("unreachable")


async def test_a_step_that_hangs_after_it_worked_is_cut_off_and_found(fakes: Fakes) -> None:
    def hasty(kind: Kind) -> dict[str, Any]:
        return {**impatient(kind), "timeout": 0.2 if kind == "shipment" else 30}

    graph = with_failure_paths(workflow("fulfilment").build(policy=hasty), undo_or_report).compile()
    shipping = Silent()
    with install(replace(fakes.services, shipping=shipping)):
        state = await graph.ainvoke(ASK, {"configurable": {"thread_id": "thread-1"}})
    assert (state["outcome"], shipping.calls["create"], len(shipping.valid())) == ("fulfilled", 1, 1)


async def test_money_that_moved_unseen_is_found_on_the_way_back(fulfilment: Play, fakes: Fakes) -> None:
    fakes.shop.lose["charge"] = [PaymentTimedOut("no answer")]
    fakes.shop.fail["find"] = [PASSES, *[PaymentTimedOut("still no answer")] * 3]
    state = await fulfilment.send(ASK)
    assert fulfilment.path == [*FORWARD[:2], UNDO[0], *UNDO[2:], *TOLD]
    assert (state["outcome"], books(fakes), state["done"][:2]) == (
        "compensated",
        NOTHING,
        ["reserve_stock", "charge_card"],
    )
    assert state["undone"] == ["charge_card", "reserve_stock"]
    assert fakes.shop.refunded_cents(ORDER) == TOTAL


async def test_a_label_that_was_made_unseen_is_cancelled_on_the_way_back(fulfilment: Play, fakes: Fakes) -> None:
    fakes.shipping.lose["create"] = [CarrierTimedOut("no answer")]
    fakes.shipping.fail["find"] = [PASSES, *[CarrierTimedOut("still no answer")] * 3]
    state = await fulfilment.send(ASK)
    assert fulfilment.path == [*FORWARD[:3], *UNDO, *TOLD]
    assert (state["outcome"], books(fakes), len(fakes.shipping.labels)) == ("compensated", NOTHING, 1)


async def test_goods_that_left_unseen_stay_sold(fulfilment: Play, fakes: Fakes) -> None:
    """The last answer was lost, and so was every look-up: the way back finds the order shipped, and turns round."""
    fakes.stock.lose["hand_over"] = [Retryable("no answer")]
    fakes.stock.fail["find"] = [*[PASSES] * 4, *[Retryable("still no answer")] * 2]
    state = await fulfilment.send(ASK)
    assert fulfilment.path == [*FORWARD[:4], "close_attempt", *TOLD]
    assert (state["outcome"], books(fakes)) == ("fulfilled", FULFILLED)


UNDOS = [
    # (the call, the undo it belongs to, how many tries that has, what is left until it works)
    ("close", "close_attempt", 3, FULFILLED),
    ("cancel", "cancel_shipment", 4, FULFILLED),
    ("refund", "refund_charge", 4, (1, TOTAL, 0)),
    ("release", "release_stock", 3, (1, 0, 0)),
]


def broken_at_the_end(fakes: Fakes) -> None:
    """A confirmation that never works: there is a label, a charge and a reservation to undo."""
    fakes.stock.fail["hand_over"] = [Retryable("down")] * FOR_EVER


@pytest.mark.parametrize("error", TRANSIENT, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(("method", "node", "tries", "left"), UNDOS)
async def test_an_undo_that_fails_once_is_repeated(
    fulfilment: Play, fakes: Fakes, method: str, node: str, tries: int, left: Any, error: Exception
) -> None:
    broken_at_the_end(fakes)
    service(fakes, method).fail[method] = [error]
    state = await fulfilment.send(ASK)
    assert fulfilment.path == [*FORWARD[:4], *UNDO, *TOLD]
    assert (state["outcome"], books(fakes)) == ("compensated", NOTHING)


@pytest.mark.parametrize("times", [1, FOR_EVER])
@pytest.mark.parametrize(("method", "node", "tries", "left"), UNDOS)
async def test_an_undo_that_times_out_after_it_worked_is_found_and_not_repeated(
    fulfilment: Play, fakes: Fakes, method: str, node: str, tries: int, left: Any, times: int
) -> None:
    broken_at_the_end(fakes)
    service(fakes, method).lose[method] = [CarrierTimedOut("no answer")] * times
    state = await fulfilment.send(ASK)
    assert (fulfilment.path, state["outcome"]) == ([*FORWARD[:4], *UNDO, *TOLD], "compensated")
    assert (service(fakes, method).calls[method], books(fakes)) == (1, NOTHING)


@pytest.mark.parametrize("another_thread", [False, True])
@pytest.mark.parametrize(("method", "node", "tries", "left"), UNDOS)
async def test_an_undo_that_fails_for_ever_gets_a_ticket_and_is_tried_again(
    fulfilment: Play, fakes: Fakes, method: str, node: str, tries: int, left: Any, another_thread: bool
) -> None:
    broken_at_the_end(fakes)
    service(fakes, method).fail[method] = [Retryable("stuck")] * FOR_EVER
    state = await fulfilment.send(ASK)
    assert fulfilment.path[-2:] == ["report_stuck", "respond"]
    assert (state["outcome"], state["failure"]["node"], books(fakes)) == ("needs_attention", node, left)
    assert (service(fakes, method).calls[method], fakes.mail.sent) == (tries, {})
    (ticket,) = fakes.tickets.opened.values()
    assert (ticket["facts"]["failure"]["node"], ticket["facts"]["done"]) == (node, state["done"])
    assert "switchboard resume thread-1" in ticket["summary"]

    await fulfilment.send(ASK)
    assert len(fakes.tickets.opened) == 1  # stuck at the same place: no second ticket

    service(fakes, method).fail[method].clear()
    again = Play("fulfilment") if another_thread else fulfilment
    state = await again.send(ASK)
    assert (state["outcome"], books(fakes)) == ("compensated", NOTHING)


async def test_a_refused_refund_is_not_repeated(fulfilment: Play, fakes: Fakes) -> None:
    fakes.shipping.fail["create"] = [AddressRefused("a box")]
    fakes.shop.fail["refund"] = [PaymentDeclined("closed account")] * FOR_EVER
    state = await fulfilment.send(ASK)
    assert (state["outcome"], fakes.shop.calls["refund"], books(fakes)) == ("needs_attention", 1, (1, TOTAL, 0))
    assert "closed account" in state["reply"]


async def test_after_an_undone_attempt_the_next_one_is_new(fulfilment: Play, fakes: Fakes) -> None:
    fakes.shipping.fail["create"] = [AddressRefused("a box")]
    first = await fulfilment.send(ASK)
    second = await fulfilment.send(ASK)
    assert (first["outcome"], second["outcome"]) == ("compensated", "fulfilled")
    assert (first["key"], second["key"]) == (f"fulfil/{ORDER}/1", f"fulfil/{ORDER}/2")
    assert (fulfilment.path, second["cause"], books(fakes)) == (FORWARD, None, FULFILLED)


async def test_an_attempt_that_took_nothing_is_over(fulfilment: Play, fakes: Fakes) -> None:
    fakes.stock.fail["reserve"] = [OutOfStock("none left")]
    first = await fulfilment.send(ASK)
    second = await fulfilment.send(ASK)
    assert (first["key"], second["key"]) == (f"fulfil/{ORDER}/1", f"fulfil/{ORDER}/2")
    assert (first["outcome"], second["outcome"]) == ("compensated", "fulfilled")


async def test_another_thread_joins_an_attempt_that_is_held(fulfilment: Play, fakes: Fakes) -> None:
    await fakes.stock.reserve(
        key=f"fulfil/{ORDER}/1", order_id=ORDER, items=[{"sku": "LAMP", "quantity": 1}]
    )  # a run that died here
    state = await fulfilment.send(ASK)
    assert (fulfilment.path, state["outcome"], books(fakes)) == (FORWARD, "fulfilled", FULFILLED)


async def test_a_thread_that_goes_on_with_an_attempt_others_have_undone_undoes_its_part(
    fulfilment: Play, fakes: Fakes
) -> None:
    fakes.stock.fail["hand_over"] = [Retryable("down")] * FOR_EVER
    fakes.stock.fail["close"] = [Retryable("down")] * FOR_EVER
    await fulfilment.send(ASK)
    key = f"fulfil/{ORDER}/1"
    fakes.stock.reservations[key]["status"] = "closing"  # somebody else's doing
    await fulfilment.graph.aupdate_state(fulfilment.config, {}, "create_shipment")
    state = await fulfilment.send(None)
    assert (fulfilment.path, state["outcome"]) == ([*UNDO, *TOLD], "compensated")
    assert books(fakes) == NOTHING


async def test_an_order_that_cannot_be_read_gets_a_ticket(fulfilment: Play, fakes: Fakes) -> None:
    fakes.shop.fail["find_order"] = [Retryable("down")] * 3
    state = await fulfilment.send(ASK)
    assert fulfilment.path == ["report_stuck", "respond"]
    assert (state["outcome"], books(fakes)) == ("needs_attention", NOTHING)
    assert (await fulfilment.send(ASK))["outcome"] == "fulfilled"


async def test_without_mail_the_order_is_fulfilled_all_the_same(fulfilment: Play, fakes: Fakes) -> None:
    fakes.mail.fail["send"] = [MailUnavailable("down")] * FOR_EVER
    state = await fulfilment.send(ASK)
    assert (state["outcome"], fakes.mail.calls["send"]) == ("fulfilled", 3)
    assert "could not be mailed" in state["reply"]


async def test_words_that_fail_are_replaced_by_the_facts(fulfilment: Play, fakes: Fakes) -> None:
    fakes.language.fail["reply"] = [Retryable("no model")] * FOR_EVER
    state = await fulfilment.send(ASK)
    assert state["reply"].startswith(f"Order {ORDER} is fulfilled")


async def test_when_not_even_a_ticket_can_be_opened_the_run_fails_and_can_go_on(fulfilment: Play, fakes: Fakes) -> None:
    fakes.shipping.fail["create"] = [AddressRefused("a box")]
    fakes.shop.fail["refund"] = [PaymentDeclined("closed account")]
    fakes.tickets.fail["open"] = [Retryable("down")] * 4
    with pytest.raises(Exception, match="No ticket could be opened"):
        await fulfilment.send(ASK)
    state = await fulfilment.send(None)
    assert (state["outcome"], len(fakes.tickets.opened)) == ("needs_attention", 1)
    assert ((await fulfilment.send(ASK))["outcome"], books(fakes)) == ("compensated", NOTHING)


async def test_two_lines_of_the_same_goods_are_reserved_together(fulfilment: Play, fakes: Fakes) -> None:
    lines = fakes.shop.orders[ORDER]["lines"]
    fakes.shop.orders[ORDER]["lines"] = [*lines, {**lines[0], "quantity": 2}]
    state = await fulfilment.send(ASK)
    assert state["items"] == [{"sku": "LAMP", "quantity": 3}]
    assert fakes.stock.on_hand["LAMP"] == ON_HAND - 3


EFFECTS = ("reserve", "charge", "create", "hand_over", "close", "cancel", "refund", "release")
FATES = st.sampled_from(["works", "down", "refused", "lost"])
ERRORS: dict[str, Exception] = {"down": CarrierUnavailable("down"), "refused": PaymentDeclined("no")}
STORIES = st.fixed_dictionaries({effect: st.lists(FATES, max_size=5) for effect in EFFECTS})
LOOK_UPS = st.lists(st.booleans(), max_size=12)


@settings(max_examples=25, deadline=None)
@given(story=STORIES, money=LOOK_UPS, labels=LOOK_UPS, goods=LOOK_UPS)
def test_stock_money_and_labels_always_add_up(
    story: dict[str, list[str]], money: list[bool], labels: list[bool], goods: list[bool]
) -> None:
    asyncio.run(live_through(story, {"shop": money, "shipping": labels, "stock": goods}))


async def live_through(story: dict[str, list[str]], look_ups: dict[str, list[bool]]) -> None:
    fakes = placed()
    for effect, fates in story.items():
        owner = service(fakes, effect)
        owner.fail[effect] = [ERRORS.get(fate, PASSES) for fate in fates]
        owner.lose[effect] = [CarrierTimedOut("lost") if fate == "lost" else PASSES for fate in fates]
    for name, answers in look_ups.items():
        getattr(fakes, name).fail["find"] = [PASSES if works else Retryable("down") for works in answers]
    with install(fakes.services):
        play = Play("fulfilment")
        outcomes = [await outcome(play, fakes)]
        while outcomes[-1] != "fulfilled":
            assert len(outcomes) < 50
            outcomes.append(await outcome(play, fakes))


async def outcome(play: Play, fakes: Fakes) -> str:
    """One run, and what the books must say after it."""
    state = await play.send(ASK)
    goods, cents, labels = books(fakes)
    match state["outcome"]:
        case "fulfilled":
            assert (goods, cents, labels) == FULFILLED
        case "compensated":
            assert (goods, cents, labels) == NOTHING
        case "needs_attention":
            assert (goods in (0, 1), cents in (0, TOTAL), labels in (0, 1)) == (True, True, True)
            assert state["ticket_id"]
        case other:
            pytest.fail(f"ended as {other}")
    assert len(fakes.mail.sent) <= len(fakes.stock.reservations) + 1
    return str(state["outcome"])
