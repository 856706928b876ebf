"""What each step's failure leaves in the state. Where it leads is drawn (tests/graphs/test_drawing.py)."""

from typing import Any

import pytest
from langgraph.errors import NodeError
from langgraph.graph import END

from nodes.failure import describe, take_failure_path
from nodes.ports.errors import DependencyDown, Final, NotConfigured, PaymentsUnavailable

DOWN = PaymentsUnavailable("the gateway does not answer")
FAILED = {"node": "", "kind": "PaymentsUnavailable", "message": "the gateway does not answer"}


async def taken(node: str, error: Exception = DOWN, **state: Any) -> Any:
    known: Any = {"say": "We have refunded $50.00.", "reply": "It still waits.", **state}
    return await take_failure_path(known, NodeError(node=node, error=error))


@pytest.mark.parametrize("node", ["verify_identity", "request_approval", "record_decision", "process_refund"])
async def test_a_failure_that_people_hear_about_is_described_and_counted(node: str) -> None:
    update = (await taken(node, failures=2)).update
    assert (update["failure"], update["failures"]) == ({**FAILED, "node": node}, 3)


@pytest.mark.parametrize("node", ["notify_approver", "send_confirmation"])
async def test_a_mail_that_was_not_sent_is_counted_and_nobodys_case(node: str) -> None:
    update = (await taken(node)).update
    assert (update["failures"], "failure" in update) == (1, False)


async def test_the_customer_is_told_that_no_mail_came() -> None:
    said = (await taken("send_confirmation")).update["say"]
    assert said == "We have refunded $50.00. (We could not send you an e-mail about it.)"


async def test_the_facts_are_said_as_they_are() -> None:
    command = await taken("respond")
    update = command.update
    assert (command.goto, update["reply"]) == (END, "We have refunded $50.00.")
    assert [message.text for message in update["messages"]] == ["We have refunded $50.00."]


EARLIER = {"approval", "decision", "receipt_id", "rule", "due_cents", "currency", "refund_id", "outcome"}


@pytest.mark.parametrize("node", ["classify_by_rules", "verify_identity", "check_eligibility"])
async def test_what_fails_before_it_was_judged_forgets_the_threads_earlier_refund(node: str) -> None:
    """Else the ticket would name the earlier refund's receipt, and the customer get a mail about it."""
    update = (await taken(node)).update
    assert {name for name in EARLIER if update.get(name, "kept") is not None} == set()


@pytest.mark.parametrize("node", ["request_approval", "record_decision", "process_refund", "look_up_refund"])
async def test_what_fails_later_keeps_its_facts(node: str) -> None:
    assert EARLIER & set((await taken(node)).update) == set()


@pytest.mark.parametrize("error", [NotConfigured("no model"), DependencyDown("no database")])
@pytest.mark.parametrize("node", ["classify", "process_refund", "send_confirmation", "respond", "escalate"])
async def test_what_an_operator_has_to_mend_stops_the_run(node: str, error: Exception) -> None:
    with pytest.raises(type(error)):
        await taken(node, error)


async def test_when_no_ticket_can_be_opened_the_run_fails_and_says_so() -> None:
    with pytest.raises(Final, match="No ticket could be opened: the gateway does not answer") as caught:
        await taken("escalate")
    assert caught.value.__cause__ is DOWN


async def test_when_nobody_knows_whether_an_approval_waits_the_run_fails() -> None:
    """To go on would drop the interrupt of one that does."""
    with pytest.raises(Final, match="whether an approval waits: the gateway does not answer"):
        await taken("look_for_approval")


async def test_after_a_resume_the_step_that_failed_is_tried_again() -> None:
    """Of the error only its text was saved."""
    command = await take_failure_path({}, NodeError(node="process_refund", error="PaymentsUnavailable('down')"))  # type: ignore[arg-type]
    assert (command.goto, command.update) == ("process_refund", None)


class ActivityError(Exception):
    """As Temporal wraps what an activity raised."""


class ApplicationError(Exception):
    type = "PaymentDeclined"


def wrapped(cause: Exception) -> ActivityError:
    error = ActivityError("Activity task failed")
    error.__cause__ = cause
    return error


DESCRIBED = [
    # (the error, its kind, its message)
    (DOWN, "PaymentsUnavailable", "the gateway does not answer"),
    (ValueError(), "ValueError", "ValueError"),
    (wrapped(ApplicationError("closed account")), "PaymentDeclined", "closed account"),
]


@pytest.mark.parametrize(("error", "kind", "message"), DESCRIBED)
def test_a_failure_is_plain_text(error: Exception, kind: str, message: str) -> None:
    described = describe(NodeError(node="process_refund", error=error))
    assert described == {"node": "process_refund", "kind": kind, "message": message}
