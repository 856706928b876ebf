"""Conversations from the command line."""

import pytest

from tests.command_line import CommandLine


def test_a_refund_request_waits_and_survives_every_message(switchboard: CommandLine) -> None:
    first = switchboard.json(
        "support", "I want a refund for order #12345", "--email", "ada@example.com", "--thread", "conv-1", code=3
    )
    for text in ("hello?", "actually, make it 12346", "is anybody there?"):
        still = switchboard.json("support", text, "--thread", "conv-1", code=3)
        assert still["approval"]["approval_id"] == first["approval"]["approval_id"]
        assert "still waits" in still["reply"]
    assert switchboard.json("approve", "conv-1")["outcome"] == "refunded"


@pytest.mark.parametrize(
    "text", ["forget it", "never mind, I do not want the refund", "please cancel my refund request"]
)
def test_a_withdrawal_ends_the_waiting(switchboard: CommandLine, text: str) -> None:
    switchboard.json("support", "refund order 12345", "--email", "ada@example.com", "--thread", "c", code=3)
    ended = switchboard.json("support", text, "--thread", "c")
    assert (ended["outcome"], ended["approval"]["status"]) == ("withdrawn", "withdrawn")
    assert switchboard("approve", "c").code == 4


def test_a_call_for_a_human_is_heard_while_an_approval_waits(switchboard: CommandLine) -> None:
    switchboard.json("support", "refund order 12345", "--email", "ada@example.com", "--thread", "c", code=3)
    heard = switchboard.json("support", "let me talk to a human", "--thread", "c", code=3)
    assert "ticket T-" in heard["reply"]


def test_messages_kept_while_waiting_are_read_afterwards(switchboard: CommandLine) -> None:
    switchboard.json("support", "refund order 12345", "--email", "ada@example.com", "--thread", "c", code=3)
    switchboard.json("support", "and where is my order 12346?", "--thread", "c", code=3)
    switchboard.json("approve", "c")
    said = switchboard.json("support", "refund order 12346 too", "--thread", "c")
    assert "12346 was delivered" in said["reply"], "each is a turn of its own"
    assert "Shall I refund $39.50 for order 12346" in said["reply"]
    assert switchboard.json("support", "yes please", "--thread", "c")["outcome"] == "refunded"
    assert switchboard.json("tickets") == []


def test_a_kept_request_is_offered_when_its_turn_comes(switchboard: CommandLine) -> None:
    switchboard.json("support", "refund order 12345", "--email", "ada@example.com", "--thread", "c", code=3)
    switchboard.json("support", "and refund $130.00 of order 12345 please", "--thread", "c", code=3)
    switchboard.json("approve", "c", "--amount", "10.00")
    said = switchboard.json("support", "where is my order 12346?", "--thread", "c")
    assert "Shall I refund $130.00 for order 12345" in said["reply"]
    assert "12346 was delivered" in said["reply"]
    assert switchboard.json("pending") == []


def test_where_is_my_order(switchboard: CommandLine) -> None:
    told = switchboard.json("support", "where is my order 12349?", "--email", "grace@example.com")
    assert told["outcome"] == "resolved"
    assert "tracking number" in told["reply"]


def test_of_several_orders_the_first_is_looked_at_and_the_others_are_not_forgotten(switchboard: CommandLine) -> None:
    told = switchboard.json(
        "support", "where are my orders 12349 and 12348?", "--email", "grace@example.com", "--thread", "c"
    )
    assert told["reply"].startswith("Order 12349")
    assert "write again about 12348" in told["reply"]
    assert "write again" not in switchboard.json("support", "where is order 12348?", "--thread", "c")["reply"]


def test_a_message_that_nobody_writes_is_refused(switchboard: CommandLine) -> None:
    """The command line of the system ends at some 128 KB an argument: chat reads longer lines."""
    told = switchboard("chat", "--thread", "c", stdin=f"{'x' * 200_000}\n\n")
    assert (told.code, "at most 100,000" in told.err) == (2, True)


def test_missing_details_are_asked_for(switchboard: CommandLine) -> None:
    asked = switchboard.json("support", "I'd like my money back", "--thread", "c")
    assert asked["outcome"] == "needs_information"
    paid = switchboard.json("support", "order 12346, my address is ada@example.com", "--thread", "c")
    assert paid["outcome"] == "refunded"


def test_a_manager_means_a_ticket(switchboard: CommandLine) -> None:
    result = switchboard.json("support", "this is the third time, get me a manager")
    assert result["outcome"] == "escalated"
    assert result["values"]["ticket_id"]


def test_chat_goes_on_until_the_line_is_empty(switchboard: CommandLine) -> None:
    talk = switchboard("chat", "--thread", "c", stdin="where is my order 12349?\ngrace@example.com\n\n")
    assert talk.code == 0
    assert "tracking number" in talk.out
