"""The hand-over to people: one ticket per case, with what a colleague needs to go on."""

from typing import Any, cast

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from app.testing import Fakes
from nodes.conversation.escalation import (
    Case,
    Failure,
    escalate,
    open_ticket_while_waiting,
    prepare_handover,
    reason_of,
)
from nodes.ports.errors import Retryable
from tests.nodes.conftest import THREAD

FAILED: Failure = {"node": "process_refund", "kind": "PaymentsUnavailable", "message": "no answer"}
TALK: list[Any] = [HumanMessage("my money, please"), AIMessage("Which order?"), {"role": "user", "content": "12345"}]


def case(**state: Any) -> Case:
    return cast("Case", {"order_id": "12345", "email": "ada@example.com", "reason": "It hums.", **state})


REASONS = [
    # (the state, the reason on the ticket, why)
    ({"failure": FAILED}, "The step process_refund failed: no answer", "what broke"),
    ({"failure": FAILED, "decision": "expired"}, "The step process_refund failed: no answer", "a failure comes first"),
    ({"decision": "expired"}, "Nobody decided on the refund before its deadline.", "the deadline has passed"),
    ({"wants_human": True}, "The customer asks for a human.", "a call for a human"),
    (
        {"wants_human": True, "intent": "general_question"},
        "The customer asks for a human.",
        "whatever else was asked",
    ),
    (
        {"intent": "general_question"},
        "A general question that needs a person to answer it.",
        "nothing answers it",
    ),
    ({"intent": "other"}, "The request fits none of the workflows.", "no workflow does it"),
    ({}, "The request fits none of the workflows.", "nobody knows"),
]


@pytest.mark.parametrize(("state", "reason", "why"), REASONS)
def test_the_reason(state: dict[str, Any], reason: str, why: str) -> None:
    assert reason_of(case(**state)) == reason, why


TOLD = [
    # (the state, the outcome, what the customer reads)
    ({"failure": FAILED}, "escalated", "Something went wrong on our side"),
    ({"decision": "expired"}, "expired", "Nobody could decide on your refund for order 12345 in time"),
    ({"decision": "expired", "failure": FAILED}, "escalated", "Something went wrong on our side"),
    ({"wants_human": True}, "escalated", "passed this on to a colleague"),
]


@pytest.mark.parametrize(("state", "outcome", "words"), TOLD)
async def test_what_the_customer_is_told(fakes: Fakes, state: dict[str, Any], outcome: str, words: str) -> None:
    done = await escalate(case(**state), THREAD)
    assert (done["outcome"], done["ticket_id"]) == (outcome, "T-1")
    assert [word for word in (words, "ticket T-1") if word not in done["say"]] == []
    assert "no answer" not in done["say"]  # what broke inside is not for the customer


async def test_a_colleague_finds_everything_in_the_ticket(fakes: Fakes) -> None:
    await escalate(case(messages=TALK, summary="Ada wants money.", failure=FAILED, due_cents=5000), THREAD)
    (ticket,) = fakes.tickets.opened.values()
    assert ticket["thread_id"] == "thread-1"
    assert ticket["summary"] == "About order 12345, customer ada@example.com, reason It hums.. Ada wants money."
    assert ticket["transcript"] == ["Customer: my money, please", "Agent: Which order?", "Customer: 12345"]
    assert ticket["facts"] == {
        "order_id": "12345",
        "email": "ada@example.com",
        "reason": "It hums.",
        "due_cents": 5000,
        "failure": FAILED,
    }


async def test_a_ticket_about_nothing_known_is_still_a_ticket(fakes: Fakes) -> None:
    assert (await escalate({}, THREAD))["ticket_id"] == "T-1"
    assert fakes.tickets.opened["thread-1/0/0/0"]["summary"] == ""


CASES = [
    # (one case, another, tickets, why)
    ({"turn": 1}, {"turn": 1}, 1, "the step was tried again"),
    ({"turn": 1}, {"turn": 1, "summary": "other words"}, 1, "a model words the summary differently each time"),
    ({"turn": 1}, {"turn": 2}, 1, "the next message is added to the open ticket"),
    ({"refund_no": 1}, {"refund_no": 2}, 1, "so is the next refund of the thread"),
    ({"refund_no": 1, "failures": 1}, {"refund_no": 1, "failures": 2}, 1, "and another failure of the same refund"),
]


@pytest.mark.parametrize(("one", "another", "tickets", "why"), CASES)
async def test_one_case_is_one_ticket(
    fakes: Fakes, one: dict[str, Any], another: dict[str, Any], tickets: int, why: str
) -> None:
    await escalate(case(**one), THREAD)
    await escalate(case(**another), THREAD)
    assert len(fakes.tickets.opened) == tickets, why


async def test_another_threads_case_is_another_ticket(fakes: Fakes) -> None:
    await escalate(case(), THREAD)
    await escalate(case(), {"configurable": {"thread_id": "thread-2"}})
    assert len(fakes.tickets.opened) == 2


async def test_a_fork_finds_the_ticket_of_its_origin(fakes: Fakes) -> None:
    told = await escalate(case(), THREAD)
    fork = await escalate(case(origin="thread-1"), {"configurable": {"thread_id": "fork"}})
    assert fork["ticket_id"] == told["ticket_id"]
    assert len(fakes.tickets.opened) == 1


async def test_a_forged_origin_does_not_take_that_threads_ticket(fakes: Fakes) -> None:
    await escalate(case(origin="thread-1"), {"configurable": {"thread_id": "mallory"}})
    await escalate(case(), THREAD)
    assert [ticket["thread_id"] for ticket in fakes.tickets.opened.values()] == ["mallory", "thread-1"]


async def test_no_ticket_is_no_success(fakes: Fakes) -> None:
    fakes.tickets.fail["open"] = [Retryable("down")]
    with pytest.raises(Retryable):
        await escalate(case(), THREAD)


async def test_the_conversation_is_summed_up(fakes: Fakes) -> None:
    assert await prepare_handover(case(messages=TALK)) == {"summary": "3 lines"}


async def test_where_nobody_has_spoken_there_is_nothing_to_sum_up(fakes: Fakes) -> None:
    assert await prepare_handover(case()) == {"summary": ""}
    assert fakes.language.calls["summarise"] == 0


async def test_a_call_for_a_human_while_an_approval_is_pending_opens_one_ticket(fakes: Fakes) -> None:
    asked = case(order_id="12345", messages=[HumanMessage("get me Mia")])
    for _ in range(2):
        await open_ticket_while_waiting(asked, "thread-1", "get me Mia")
    opened = list(fakes.tickets.opened.values())
    assert [one["transcript"] for one in opened] == [["Customer: get me Mia"]]
    assert [one["facts"]["order_id"] for one in opened] == ["12345"]
