"""New input while an approval is pending, given to the graph itself: as every surface and every engine gives it."""

from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from app.clients.language.rules import RulesLanguage
from app.testing import Fakes, order
from nodes.approvals.while_waiting import MOST_AT_ONCE
from nodes.ports.errors import Final, Retryable
from tests.graphs.conftest import Play

ADA, EVE = "ada@example.com", "eve@example.com"
ASK = {"order_id": "12345", "email": ADA}
APPROVE = {"type": "approve", "by": "Mia"}
REJECT = {"type": "reject", "message": "worn", "by": "Mia"}


def says(text: str, **known: Any) -> dict[str, Any]:
    return {"messages": [HumanMessage(text)], **known}


@pytest.fixture
def talking(fakes: Fakes) -> Fakes:
    """The real offline language beside the fakes."""
    object.__setattr__(fakes.services, "language", RulesLanguage())
    fakes.shop.orders["12346"] = order("12346", total_cents=3950, captured_cents=3950)
    return fakes


def human(state: dict[str, Any]) -> list[str]:
    return [message.text for message in state["messages"] if message.type == "human"]


async def test_a_message_does_not_end_the_waiting(support: Play, talking: Fakes) -> None:
    await support.send(says("refund order 12345", email=ADA))
    first = await support.question()
    for text in ("hello?", "is anybody there?"):
        state = await support.send(says(text))
        assert support.path == ["look_for_approval", "answer_while_waiting"]
        assert "$149.00 for order 12345 still waits for an approval" in state["reply"]
    again = await support.question()
    assert again.value["approval"]["approval_id"] == first.value["approval"]["approval_id"]
    state = await support.answer(APPROVE)
    assert (state["outcome"], talking.shop.refunded_cents("12345")) == ("refunded", 14900)
    assert len(talking.approvals.records) == 1


async def test_the_approver_reads_what_the_customer_has_written_since(support: Play, talking: Fakes) -> None:
    await support.send(says("refund order 12345", email=ADA))
    await support.send(says("make it 12346, or only $20 back", email=ADA))
    await support.send(says("make it 12346 for me", email=EVE))
    asked = (await support.question()).value["action_requests"][0]["description"]
    assert "The customer has written at 2026-11-23 12:00 UTC: 'make it 12346, or only $20 back'" in asked
    assert "for me" not in asked


@pytest.mark.parametrize(
    "text",
    [
        "sorry, I meant 12346",
        "wrong order, it is 12346",
        "please refund order 12346 instead",
        "withdraw my request. Also refund 12346.",
        "forget about it and refund 12346",
    ],
)
async def test_a_correction_closes_the_request_and_is_answered_next(support: Play, talking: Fakes, text: str) -> None:
    """An approver who knows nothing of it would pay the wrong order."""
    await support.send(says("refund order 12345", email=ADA))
    await support.send(says(text))
    assert [record["status"] for record in talking.approvals.records.values()] == ["withdrawn"]
    state = await support.send(says("hello?"))
    said = "\n".join(message.text for message in state["messages"] if message.type == "ai")
    assert "Shall I refund $39.50 for order 12346" in said
    assert talking.shop.receipts == {}


@pytest.mark.parametrize("text", ["cancel my refund request", "how is it going?", "get me a human"])
async def test_another_customer_withdraws_nothing_and_learns_nothing(support: Play, talking: Fakes, text: str) -> None:
    await support.send(says("refund order 12345", email=ADA))
    state = await support.send(says(text, email=EVE))
    assert "12345" not in state["reply"]
    assert "$149" not in state["reply"]
    state = await support.answer(APPROVE)
    assert (state["outcome"], talking.shop.refunded_cents("12345")) == ("refunded", 14900)


@pytest.mark.parametrize(
    "text",
    [
        "eve@example.com here, cancel my refund request",
        "forget it. My mail is eve@example.com",
        "eve@example.com here. sorry, I meant 12346",
    ],
)
async def test_a_message_that_names_another_address_withdraws_nothing(support: Play, talking: Fakes, text: str) -> None:
    await support.send(says("refund order 12345", email=ADA))
    state = await support.send(says(text))
    assert "$149" not in state["reply"]
    assert [record["status"] for record in talking.approvals.records.values()] == ["pending"]
    state = await support.send(says("forget it"))
    assert (state["outcome"], talking.shop.refunded_cents("12345")) == ("withdrawn", 0)


async def test_fifty_messages_are_answered_in_their_order_when_the_customer_writes_again(
    support: Play, talking: Fakes
) -> None:
    await support.send(says("refund order 12345", email=ADA))
    sent = [f"where is my order 12346, please? ({number})" for number in range(50)]
    for text in sent:
        await support.send(says(text))
    state = await support.answer(APPROVE)
    assert (state["outcome"], len(state["open_messages"])) == ("refunded", 50)
    answered = 0
    new = ["one", "two", "three", "four"]
    for text in new:
        state = await support.send(says(text))
        answered += support.path.count("respond")
        assert support.path.count("respond") <= MOST_AT_ONCE
    assert (answered, state["open_messages"]) == (54, [])
    assert human(state) == ["refund order 12345", *sent, *new]
    assert talking.shop.refunded_cents("12345") == 14900
    state = await support.send(says("thanks"))
    assert state["earlier_replies"] == []


async def test_after_a_rejection_a_kept_request_is_offered(support: Play, talking: Fakes) -> None:
    """It was written before the decision: nobody asks for the money now."""
    await support.send(says("refund order 12345", email=ADA))
    await support.send(says("refund order 12345 please"))
    await support.answer(REJECT)
    assert talking.shop.refunded_cents("12345") == 0
    state = await support.send(says("well?"))
    assert any("Shall I refund $149.00" in reply for reply in (*state["earlier_replies"], state["reply"]))
    assert talking.shop.refunded_cents("12345") == 0
    assert [record["status"] for record in talking.approvals.records.values()] == ["rejected"]


OTHERS = [
    {"order_id": "12346", "email": ADA},
    {"order_id": "12345", "email": EVE},
    {"order_id": "12345", "email": ADA, "amount_cents": 100},
    {"order_id": "12345", "email": ADA, "reason": "something else"},
    {"order_id": "no such order", "email": EVE, "amount_cents": 99, "reason": "x"},
]


@pytest.mark.parametrize("other", OTHERS)
async def test_another_request_changes_nothing_of_the_one_that_waits(
    refund: Play, talking: Fakes, other: dict[str, Any]
) -> None:
    before = await refund.send({**ASK, "reason": "broken"})
    state = await refund.send(other)
    assert "still waits" in state["reply"]
    kept = ("order_id", "email", "reason", "due_cents", "currency", "refund_id", "approval")
    assert {name: state[name] for name in kept} == {name: before[name] for name in kept}
    state = await refund.answer(APPROVE)
    assert (state["outcome"], talking.shop.refunded_cents("12345")) == ("refunded", 14900)
    assert talking.shop.refunded_cents("12346") == 0
    assert [mail["to"] for mail in talking.mail.sent.values()] == ["approver@shop.example", ADA]


async def test_a_call_for_a_human_is_heard_at_once(support: Play, talking: Fakes) -> None:
    await support.send(says("refund order 12345", email=ADA))
    state = await support.send(says("get me a manager"))
    (ticket,) = talking.tickets.opened.values()
    assert ticket["ticket_id"] in state["reply"]
    assert ticket["transcript"][-1] == "Customer: get me a manager"
    assert (await support.waits(), state["open_messages"]) == (True, [])


@pytest.mark.parametrize("step", ["classify", "waiting"])
async def test_what_fails_beside_it_does_not_end_the_waiting(support: Play, fakes: Fakes, step: str) -> None:
    fakes.language.understands["refund"] = (
        {"intent": "refund", "wants_human": False, "asks_progress": False, "small_talk": False},
        {"order_ids": ["12345"], "emails": [ADA], "amounts_cents": [], "reason": ""},
    )
    await support.send(says("refund"))
    service = fakes.language if step == "classify" else fakes.approvals
    service.fail[step] = [Retryable("down")] * 2
    state = await support.send(says("hello?"))
    assert (await support.waits(), len(state["open_messages"])) == (True, 1)
    service.fail[step] = [Retryable("down")] * 4
    if step == "waiting":
        with pytest.raises(Exception, match="whether an approval waits"):
            await support.send(says("hello again?"))
        state = await support.send(None)
    else:
        state = await support.send(says("hello again?"))
    assert (await support.waits(), len(state["open_messages"])) == (True, 2)
    assert (await support.answer(APPROVE))["outcome"] == "refunded"


async def test_a_withdrawal_closes_the_request(support: Play, fakes: Fakes) -> None:
    fakes.language.understands["refund"] = (
        {"intent": "refund", "wants_human": False, "asks_progress": False, "small_talk": False},
        {"order_ids": ["12345"], "emails": [ADA], "amounts_cents": [], "reason": ""},
    )
    fakes.language.understands["forget it"] = (
        {"intent": "other", "wants_human": False, "asks_progress": False, "small_talk": False, "act": "withdrawal"},
        {"order_ids": [], "emails": [], "amounts_cents": [], "reason": ""},
    )
    await support.send(says("refund"))
    state = await support.send(says("forget it"))
    assert support.path[1:5] == ["answer_while_waiting", "withdraw_request", "notify_withdrawal", "record_decision"]
    assert (state["outcome"], state["open_messages"], await support.waits()) == ("withdrawn", [], False)
    assert fakes.shop.refunded_cents("12345") == 0
    (record,) = fakes.approvals.records.values()
    assert (record["status"], record["decided_by"]) == ("withdrawn", "the customer")
    assert "No approval needed any more" in fakes.mail.to("approver@shop.example")[1]["subject"]
    assert "nothing was paid" in fakes.mail.to(ADA)[0]["text"]


async def test_the_approval_of_another_thread_is_no_reason_to_wait(fakes: Fakes, refund: Play) -> None:
    await refund.send(ASK)
    other = Play("refund")
    other.config = {**other.config, "configurable": {"thread_id": "thread-2"}}
    await other.send({**ASK, "amount_cents": 5000})
    assert "verify_identity" in other.path


async def test_the_offer_for_a_kept_message_is_taken_by_a_yes(support: Play, talking: Fakes) -> None:
    await support.send(says("refund order 12345", email=ADA))
    await support.send(says("please refund 12346"))
    await support.answer(REJECT)
    state = await support.send(says("hello"))
    assert "Shall I refund $39.50 for order 12346" in state["reply"]
    assert talking.shop.receipts == {}
    state = await support.send(says("yes"))
    assert (state["outcome"], talking.shop.refunded_cents("12346")) == ("refunded", 3950)


async def test_why_a_person_has_refused_is_told_again(support: Play, talking: Fakes) -> None:
    await support.send(says("refund order 12345", email=ADA))
    await support.answer(REJECT)
    state = await support.send(says("why was my refund for 12345 refused?"))
    assert "$149.00 for order 12345 was not approved. The reason given: worn" in state["reply"]
    assert talking.shop.receipts == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [("ich möchte die Erstattung nicht mehr", "an eine Kollegin"), ("annulez le remboursement", "à un collègue")],
)
async def test_a_foreign_message_goes_to_a_person_while_an_approval_waits(
    support: Play, talking: Fakes, text: str, told: str
) -> None:
    await support.send(says("refund order 12345", email=ADA))
    state = await support.send(says(text))
    assert told in state["reply"]
    assert len(await talking.tickets.list()) == 1
    assert [record["status"] for record in talking.approvals.records.values()] == ["pending"]
    assert talking.shop.receipts == {}


async def test_thanks_are_not_kept(support: Play, talking: Fakes) -> None:
    await support.send(says("refund order 12345", email=ADA))
    state = await support.send(says("thanks!"))
    assert "still waits" in state["reply"]
    assert "kept" not in state["reply"]
    assert state["open_messages"] == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("I'm keeping the lamp.", "withdrawn"),
        ("I'm keeping the kettle.", "pending"),
        ("We decided to keep the item.", "withdrawn"),
        ("Don't refund 12346, only 12345.", "pending"),
        ("I refuse to withdraw my request.", "pending"),
        ("and refund $130.00 of order 12345 please", "pending"),
        ("only $149 please", "pending"),
        ("Make it $200", "pending"),
        ("I only want my $149 back", "pending"),
        ("I only got $50 so far", "pending"),
        ("please be quick, I only have 50 dollars left", "pending"),
        ("Can I also get $20 for my trouble?", "pending"),
        ("Give me $50 if you cannot refund all of it", "pending"),
        ("half the town knows about this by now, enough!", "pending"),
        ("I don't want only half.", "pending"),
    ],
)
async def test_only_what_is_said_of_the_waiting_order_takes_it_back(
    support: Play, talking: Fakes, text: str, status: str
) -> None:
    await support.send(says("refund order 12345", email=ADA))
    await support.send(says(text))
    assert [record["status"] for record in talking.approvals.records.values()] == [status]


async def test_while_the_shop_does_not_answer_nothing_is_withdrawn(support: Play, talking: Fakes) -> None:
    await support.send(says("refund order 12345", email=ADA))
    talking.shop.fail["find_order"] = [Retryable("down")] * 12
    with pytest.raises(Final, match="down"):
        await support.send(says("I'm keeping the lamp."))
    assert [record["status"] for record in talking.approvals.records.values()] == ["pending"]
    talking.shop.fail["find_order"] = []
    await support.send(says("I'm keeping the lamp."))
    assert [record["status"] for record in talking.approvals.records.values()] == ["withdrawn"]


@pytest.mark.parametrize("text", ["why does it need an approval?", "why?", "how come a manager has to decide?"])
async def test_why_somebody_decides_is_said(support: Play, talking: Fakes, text: str) -> None:
    await support.send(says("refund order 12345", email=ADA))
    state = await support.send(says(text))
    assert "is decided by a person" in state["reply"]
    assert "still waits" in state["reply"]
    assert "is decided by a person" not in (await support.send(says("any news?")))["reply"]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("only $50 please", 5000),
        ("Half of it would be enough for me, I'd keep the lamp then.", 7450),
        ("only half please", 7450),
        ("Make it $110.", 11_000),
    ],
)
async def test_less_is_offered_instead_of_what_waits(support: Play, talking: Fakes, text: str, cents: int) -> None:
    await support.send(says("refund order 12345", email=ADA))
    state = await support.send(says(text))
    assert [record["status"] for record in talking.approvals.records.values()] == ["withdrawn"]
    assert (state["offer"]["amount_cents"], talking.shop.receipts) == (cents, {})
