"""The saga's decisions as tables: where an order stands, where the way back begins, where a failure leads."""

from copy import deepcopy
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.errors import NodeError

from app.testing import Fakes, order
from nodes.fulfilment.attempt import (
    Attempt,
    StepDone,
    charge_card,
    charge_key,
    confirm,
    create_shipment,
    label_key,
    open_attempt,
    reserve_stock,
)
from nodes.fulfilment.compensation import undo_or_report
from nodes.fulfilment.undo import (
    cancel_shipment,
    close_attempt,
    explain_undoing,
    refund_charge,
    release_stock,
    report_stuck,
    taken_back,
    what_to_undo,
)
from nodes.ports.errors import (
    AttemptClosed,
    DependencyDown,
    Final,
    GateRefused,
    PaymentDeclined,
    PaymentTimedOut,
)

ORDER = "12351"
KEY = f"fulfil/{ORDER}/1"


CONFIG: RunnableConfig = {"configurable": {"thread_id": "t-1"}}


async def charge(state: Attempt) -> StepDone:
    return await charge_card(state, CONFIG)


def attempt(**changes: Any) -> Attempt:
    made: Attempt = {
        "order_id": ORDER,
        "key": KEY,
        "email": "ada@example.com",
        "items": [{"sku": "LAMP", "quantity": 1}],
        "total_cents": 14900,
        "currency": "USD",
        "done": [],
        "undone": [],
        "cause": None,
        "doubtful": None,
    }
    return {**made, **changes}  # type: ignore[typeddict-item]


@pytest.fixture(autouse=True)
def placed(fakes: Fakes) -> None:
    fakes.shop.orders[ORDER] = order(ORDER, status="placed", captured_cents=0, carrier=None)


STANDINGS = [
    # (the attempts before, in the order they were made, where the order stands, under which attempt)
    ([], "ready", 1),
    (["held"], "ready", 1),
    (["closing"], "half_undone", 1),
    (["released"], "ready", 2),
    (["released", "released"], "ready", 3),
    (["released", "closing"], "half_undone", 2),
]


@pytest.mark.parametrize(("statuses", "standing", "number"), STANDINGS)
async def test_the_attempt_comes_from_the_books(fakes: Fakes, statuses: list[Any], standing: str, number: int) -> None:
    for made, status in enumerate(statuses, start=1):
        key = f"fulfil/{ORDER}/{made}"
        await fakes.stock.reserve(key=key, order_id=ORDER, items=attempt()["items"])
        fakes.stock.reservations[key]["status"] = status
    opened = await open_attempt({"order_id": ORDER}, CONFIG)
    assert (opened["standing"], opened["key"]) == (standing, f"fulfil/{ORDER}/{number}")
    assert opened["done"] == (["reserve_stock"] if statuses and statuses[-1] != "released" else [])


@pytest.mark.parametrize(("status", "standing"), [("shipped", "fulfilled"), ("cancelled", "declined")])
async def test_some_orders_need_nothing(fakes: Fakes, status: str, standing: str) -> None:
    fakes.shop.orders[ORDER] = order(ORDER, status=status)
    opened = await open_attempt({"order_id": ORDER}, CONFIG)
    assert (opened["standing"], opened["outcome"], opened["key"]) == (standing, standing, "")


WAYS_BACK = [
    # (what was done, what may have been done, where the way back begins)
    ([], None, "nothing"),
    ([], "reserve_stock", "stock"),
    (["reserve_stock"], None, "stock"),
    (["reserve_stock"], "charge_card", "charge"),
    (["reserve_stock", "charge_card"], None, "charge"),
    (["reserve_stock", "charge_card"], "create_shipment", "label"),
    (["reserve_stock", "charge_card", "create_shipment"], None, "label"),
]


@pytest.mark.parametrize(("done", "doubtful", "begins"), WAYS_BACK)
async def test_the_way_back_begins_at_the_last_step_that_may_have_worked(
    done: list[Any], doubtful: Any, begins: str
) -> None:
    assert await what_to_undo(attempt(done=done, doubtful=doubtful)) == begins
    assert await what_to_undo(attempt(done=done, doubtful=doubtful, outcome="fulfilled")) == "fulfilled"


@pytest.mark.parametrize("step", ["reserve_stock", "charge_card", "create_shipment"])
@pytest.mark.parametrize(("error", "doubtful"), [(PaymentDeclined("no"), False), (PaymentTimedOut("?"), True)])
async def test_a_failed_step_turns_round(step: str, error: Exception, doubtful: bool) -> None:
    command = await undo_or_report({}, NodeError(step, error))
    cause = {"node": step, "kind": type(error).__name__, "message": str(error)}
    assert command.update == {"cause": cause, "doubtful": step if doubtful else None}


async def test_a_failure_that_only_its_text_is_left_of_is_due_again() -> None:
    command = await undo_or_report({}, NodeError("refund_charge", "PaymentTimedOut('?')"))  # type: ignore[arg-type]
    assert (command.goto, command.update) == ("refund_charge", None)


@pytest.mark.parametrize(("node", "error"), [("charge_card", DependencyDown("gone")), ("report_stuck", Final("no"))])
async def test_what_nobody_can_take_over_stops_the_run(node: str, error: Exception) -> None:
    with pytest.raises(type(error)):
        await undo_or_report({}, NodeError(node, error))


async def held(fakes: Fakes) -> None:
    await fakes.stock.reserve(key=KEY, order_id=ORDER, items=attempt()["items"])


async def paid(fakes: Fakes) -> None:
    await held(fakes)
    await fakes.shop.charge(key=charge_key(KEY), order_id=ORDER, amount_cents=14900, currency="USD")


async def labelled(fakes: Fakes) -> None:
    await paid(fakes)
    await fakes.shipping.create(key=label_key(KEY), order_id=ORDER)


async def closing(fakes: Fakes) -> None:
    await labelled(fakes)
    await fakes.stock.close(KEY, order_id=ORDER, items=[])


async def test_steps_build_on_what_is_there_already(fakes: Fakes) -> None:
    await labelled(fakes)
    assert await charge_card(attempt(done=["charge_card"]), CONFIG) == {"done": ["charge_card"]}
    assert (await create_shipment(attempt()))["tracking"] == "Parcel Post, tracking number PP-1"
    assert (fakes.shop.calls["charge"], fakes.shipping.calls["create"]) == (1, 1)


async def test_no_label_is_built_on_a_cancelled_one(fakes: Fakes) -> None:
    await labelled(fakes)
    await fakes.shipping.cancel(label_key(KEY))
    with pytest.raises(AttemptClosed):
        await create_shipment(attempt())


async def test_an_attempt_that_is_being_undone_cannot_be_confirmed(fakes: Fakes) -> None:
    await closing(fakes)
    with pytest.raises(AttemptClosed):
        await confirm(attempt())


async def test_what_was_charged_is_what_goes_back(fakes: Fakes) -> None:
    await closing(fakes)
    for _ in range(2):
        assert await refund_charge(attempt()) == {"undone": ["charge_card"]}
    assert (fakes.shop.refunded_cents(ORDER), fakes.shop.calls["refund"]) == (14900, 1)


NOT_YET = [
    # (the step that a stranger jumps to, what is on record)
    (charge, None),
    (create_shipment, None),
    (create_shipment, held),
    (confirm, None),
    (confirm, held),
    (confirm, paid),
    (cancel_shipment, None),
    (cancel_shipment, labelled),
    (refund_charge, None),
    (refund_charge, paid),
    (release_stock, None),
    (release_stock, paid),
    (release_stock, closing),
]


@pytest.mark.parametrize(("step", "on_record"), NOT_YET)
async def test_a_step_out_of_turn_does_nothing(fakes: Fakes, step: Any, on_record: Any) -> None:
    if on_record:
        await on_record(fakes)
    before = world(fakes)
    with pytest.raises((AttemptClosed, GateRefused)):
        await step(attempt(done=["reserve_stock", "charge_card", "create_shipment"]))
    assert world(fakes) == before


@pytest.mark.parametrize("step", [reserve_stock, charge, create_shipment, confirm, close_attempt, refund_charge])
@pytest.mark.parametrize("forged", [{"order_id": "777"}, {"key": "fulfil/777/1"}, {"key": f"fulfil/{ORDER}/9"}])
async def test_a_guessed_key_opens_nothing(fakes: Fakes, step: Any, forged: dict[str, Any]) -> None:
    fakes.shop.orders["777"] = order("777", status="placed", captured_cents=0)
    await fakes.stock.reserve(key="fulfil/777/1", order_id="777", items=attempt()["items"])
    before = world(fakes)
    with pytest.raises((AttemptClosed, GateRefused)):
        await step(attempt(**forged))
    assert world(fakes) == before


@pytest.mark.parametrize("status", ["shipped", "delivered", "cancelled"])
async def test_an_order_that_is_not_placed_has_no_attempt_to_close(fakes: Fakes, status: str) -> None:
    fakes.shop.orders[ORDER] = order(ORDER, status=status)
    before = world(fakes)
    with pytest.raises(AttemptClosed, match=status):
        await close_attempt(attempt())
    assert world(fakes) == before


FORGED: Any = {
    "done": ["reserve_stock", "charge_card", "create_shipment"],
    "undone": ["create_shipment", "charge_card", "reserve_stock"],
    "failure": {"node": "refund_charge", "kind": "Final", "message": "no"},
    "total_cents": 1,
}


@pytest.mark.parametrize(
    ("prepare", "forged", "told"),
    [
        (held, {}, "Nothing was charged. The goods are still put aside. Repair the cause"),
        (closing, {}, "$149.00 are charged. The goods are still put aside. Repair the cause"),
        (closing, {"order_id": "777"}, "Repair the cause"),
        (closing, {"key": "fulfil/777/1"}, "Repair the cause"),
    ],
)
async def test_a_ticket_says_what_is_on_record(fakes: Fakes, prepare: Any, forged: Any, told: str) -> None:
    await prepare(fakes)
    await report_stuck(attempt(**FORGED, **forged), {"configurable": {"thread_id": "thread-1"}})
    (ticket,) = fakes.tickets.opened.values()
    assert ticket["summary"].startswith(told)


async def test_a_forged_failure_does_not_take_the_ticket_of_a_true_one(fakes: Fakes) -> None:
    await closing(fakes)
    await report_stuck(attempt(**FORGED), {"configurable": {"thread_id": "mallory"}})
    true: Any = {**FORGED, "failure": {"node": "refund_charge", "kind": "Final", "message": "the bank is closed"}}
    for thread_id in ("thread-1", "thread-2", "thread-1"):
        await report_stuck(attempt(**true), {"configurable": {"thread_id": thread_id}})
    threads = [ticket["thread_id"] for ticket in fakes.tickets.opened.values()]
    assert threads == ["mallory", "thread-1", "thread-2"]


def world(fakes: Fakes) -> Any:
    return deepcopy((fakes.shop.receipts, fakes.stock.reservations, fakes.stock.on_hand, fakes.shipping.labels))


@pytest.mark.parametrize(
    ("done", "undone", "told"),
    [
        ([], [], "Nothing was charged."),
        (["reserve_stock"], [], "Nothing was charged. The goods are still put aside."),
        (["reserve_stock", "charge_card"], [], "$149.00 are charged. The goods are still put aside."),
        (
            ["reserve_stock", "charge_card", "create_shipment"],
            ["create_shipment", "charge_card", "reserve_stock"],
            "The label was cancelled. $149.00 went back to the card. The goods are back in stock.",
        ),
    ],
)
async def test_what_is_left_is_told(done: list[Any], undone: list[str], told: str) -> None:
    state = attempt(done=done, undone=undone, cause={"node": "n", "kind": "k", "message": "A reason."})
    assert taken_back(state) == told
    explained = await explain_undoing(state)
    assert explained["say"] == f"Order {ORDER} could not be fulfilled: A reason. {told}"
