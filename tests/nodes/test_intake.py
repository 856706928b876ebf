"""Reading a turn: what a message adds to what the conversation has established, and which way the turn goes."""

from typing import Any, cast

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from app.testing import Fakes
from nodes.conversation.conversation_sentences import (
    ALL_RIGHT,
    FAREWELL,
    GOODBYE,
    GREETING,
    HOW_I_AM,
    NOT_UNDERSTOOD,
    TAKE_YOUR_TIME,
    WHO_I_AM,
)
from nodes.conversation.intake import Turn, Understood, classify, request
from nodes.conversation.missing_details import ask_for_details
from nodes.conversation.small_talk import greet
from nodes.ports.language import Classification, Details
from nodes.ports.wording import Sentence

SAYS = "the message"


def means(intent: str = "other", **more: Any) -> Classification:
    said = {"intent": intent, "wants_human": False, "asks_progress": False, "small_talk": False, **more}
    return cast("Classification", said)


def states(**details: Any) -> Details:
    return cast("Details", {"order_ids": [], "emails": [], "amounts_cents": [], "reason": "", **details})


async def turn(
    fakes: Fakes, said: Classification, details: Details | None = None, before: dict[str, Any] | None = None
) -> dict[str, Any]:
    """One message on a thread that has this state."""
    fakes.language.understands[SAYS] = (said, details or states())
    known = before or {}
    state = cast("Turn", {**known, "messages": [*known.get("messages", []), HumanMessage(SAYS)]})
    return dict(await classify(state))


WAYS = [
    # (what is meant, what is known, the way, why)
    (means("order_status"), ["order_id", "email"], "order_status", "all there"),
    (means("refund", act="request"), ["order_id", "email"], "unsure_refund", "the order was named before, not now"),
    (means("refund", asks_progress=True), ["order_id", "email"], "refund_progress", "about a refund under way"),
    (means("order_status", asks_progress=True), ["order_id", "email"], "order_status", "progress is for refunds"),
    (means("refund"), ["order_id"], "missing", "no address"),
    (means("refund"), ["email"], "missing", "no order"),
    (means("order_status"), [], "missing", "neither"),
    (means("general_question"), [], "general_question", "answerable without an account"),
    (means("other"), [], "other", "no workflow does it"),
    (means("other", small_talk=True), [], "small_talk", "thanks"),
    (means("refund", wants_human=True), ["order_id", "email"], "other", "a call for a human comes first"),
    (means("general_question", wants_human=True), [], "other", "a call for a human comes first"),
    (means("other", small_talk=True, wants_human=True), [], "other", "a friendly call for a human"),
]


@pytest.mark.parametrize(("said", "known", "way", "why"), WAYS)
async def test_which_way_a_turn_goes(fakes: Fakes, said: Classification, known: list[str], way: str, why: str) -> None:
    facts = {"order_id": "12345", "email": "ada@example.com"}
    state = await turn(fakes, said, before={name: facts[name] for name in known})
    assert await request(cast("Understood", state)) == way, why


ASKED: dict[str, Any] = {
    "intent": "refund",
    "order_id": "12345",
    "email": "ada@example.com",
    "amount_cents": 5000,
    "reason": "It hums.",
    "outcome": "needs_information",
}

DETAILS: list[tuple[dict[str, Any], Classification, Details, dict[str, Any], str]] = [
    # (known before, what is meant, what is stated, what is known now, why)
    (
        {},
        means("refund"),
        states(order_ids=["12345"], emails=["ada@example.com"], amounts_cents=[5000], reason="It hums."),
        {"order_id": "12345", "email": "ada@example.com", "amount_cents": 5000, "reason": "It hums."},
        "everything in one message",
    ),
    ({}, means("refund"), states(), {"order_id": None, "email": None, "amount_cents": None, "reason": ""}, "nothing"),
    (
        {},
        means("refund"),
        states(order_ids=["1", "2"], emails=["a@x.example", "b@x.example"], amounts_cents=[100, 200]),
        {"order_id": "1", "email": "a@x.example", "amount_cents": 100},
        "of several the first",
    ),
    (ASKED, means("refund"), states(), {"amount_cents": 5000, "reason": "It hums."}, "what was said stays said"),
    (ASKED, means("refund"), states(amounts_cents=[100]), {"amount_cents": 100}, "a new amount replaces the old one"),
    (ASKED, means("refund"), states(reason="It rattles."), {"reason": "It rattles."}, "a new reason too"),
    (
        {**ASKED, "stated_email": ASKED["email"], "asked_for": f"{ASKED['order_id']} {ASKED['email']}"},
        means("refund"),
        states(emails=["b@x.example"]),
        {"email": "b@x.example"},
        "a corrected address",
    ),
    (
        ASKED,
        means("refund"),
        states(emails=["b@x.example"]),
        {"email": "ada@example.com", "names_other_person": True},
        "an address in a text never replaces the channel's",
    ),
    (
        ASKED,
        means("refund"),
        states(order_ids=["777"]),
        {"order_id": "777", "amount_cents": None, "reason": ""},
        "another order: the amount was for the first one",
    ),
    (
        {**ASKED, "outcome": "declined"},
        means("refund"),
        states(amounts_cents=[100]),
        {"order_id": "12345", "amount_cents": 100, "reason": "It hums."},
        "declined, and less is asked for",
    ),
    *[
        (
            {**ASKED, "outcome": outcome},
            means("refund"),
            states(),
            {"order_id": "12345", "email": "ada@example.com", "amount_cents": None, "reason": ""},
            f"after {outcome} the order is still the one that is spoken of, and its amount is not",
        )
        for outcome in ("refunded", "rejected", "expired", "escalated")
    ],
    (
        {**ASKED, "outcome": "refunded"},
        means("refund"),
        states(order_ids=["12345"]),
        {"order_id": "12345", "amount_cents": None, "reason": ""},
        "the same order again, for another amount",
    ),
    (
        {**ASKED, "outcome": "refunded"},
        means("refund", asks_progress=True),
        states(),
        {"order_id": "12345"},
        "about the refund that was just made",
    ),
    ({**ASKED, "outcome": "refunded"}, means("order_status"), states(), {"order_id": "12345"}, "about the same order"),
]


@pytest.mark.parametrize(("before", "said", "details", "known", "why"), DETAILS)
async def test_what_is_known_after_a_message(
    fakes: Fakes,
    before: dict[str, Any],
    said: Classification,
    details: Details,
    known: dict[str, Any],
    why: str,
) -> None:
    state = await turn(fakes, said, details, before)
    assert {name: state[name] for name in known} == known, why


NUMBER = states(order_ids=["12346"])
CONTINUED: list[tuple[dict[str, Any], Classification, Details, str, str]] = [
    # (known before, what the message alone means, what it states, what it means here, why)
    ({"intent": "refund", "outcome": "needs_information"}, means(), NUMBER, "refund", "the number we asked for"),
    ({"intent": "order_status", "outcome": "needs_information"}, means(), NUMBER, "order_status", "for a status too"),
    ({"intent": "refund", "outcome": "declined"}, means(), NUMBER, "refund", "another order, after a no"),
    ({"intent": "refund", "outcome": "needs_information"}, means(), states(), "other", "nothing was stated"),
    ({"intent": "refund", "outcome": "refunded"}, means(), NUMBER, "other", "nothing was asked"),
    ({"intent": "other", "outcome": "escalated"}, means(), NUMBER, "other", "there is nothing to go on with"),
    ({}, means(), NUMBER, "other", "a first message"),
    (
        {"intent": "refund", "outcome": "needs_information"},
        means("general_question"),
        NUMBER,
        "general_question",
        "a question of its own",
    ),
]


@pytest.mark.parametrize(("before", "said", "details", "intent", "why"), CONTINUED)
async def test_an_answer_goes_on_with_the_request_it_answers(
    fakes: Fakes, before: dict[str, Any], said: Classification, details: Details, intent: str, why: str
) -> None:
    assert (await turn(fakes, said, details, before))["intent"] == intent, why


async def test_a_call_for_a_human_is_heard_in_an_answer_too(fakes: Fakes) -> None:
    state = await turn(fakes, means(wants_human=True), NUMBER, ASKED)
    assert (state["intent"], state["wants_human"]) == ("other", True)


async def test_the_last_turn_leaves_nothing_behind(fakes: Fakes) -> None:
    """A receipt or an approval of the last turn must not be taken for this turn's."""
    left = ("outcome", "approval", "decision", "failure", "receipt_id")
    words = ("say", "reply", "summary", "problem")
    state = await turn(fakes, means("refund"), before={"turn": 3, **dict.fromkeys((*left, *words), "old")})
    assert [state[name] for name in left] == [None] * len(left)
    assert [state[name] for name in words] == [""] * len(words)
    assert state["turn"] == 4


@pytest.mark.parametrize(("limited_orders", "is_paid"), [([], True), (["12345"], False), (["*"], False), (None, False)])
async def test_a_plain_request_is_offered_first_where_less_was_wanted_before(
    fakes: Fakes, limited_orders: list[str] | None, is_paid: bool
) -> None:
    """Of a conversation that an earlier version began it is not known what was wanted."""
    before: dict[str, Any] = {"order_id": "12345", "email": "ada@example.com", "turn": 1}
    if limited_orders is not None:
        before["limited_orders"] = limited_orders
    after = await turn(fakes, means("refund", act="request"), states(order_ids=["12345"]), before)
    assert after["confirmed"] is is_paid


async def test_only_what_is_new_is_read(fakes: Fakes) -> None:
    state = await turn(fakes, means("order_status"), before={"messages": [HumanMessage("hello"), AIMessage("Hello!")]})
    assert state["intent"] == "order_status"


MISSING = [
    # (what is known, what is asked for, what is not)
    ({"intent": "refund"}, ["refund this", "order number", "e-mail"], []),
    ({"intent": "order_status", "email": "a@x.example"}, ["look this up", "order number"], ["e-mail"]),
    ({"intent": "order_status", "order_id": "12345"}, ["look this up", "e-mail"], ["order number"]),
    ({"order_id": "999", "email": "a@x.example"}, ["could not find order 999", "a@x.example"], []),
]


@pytest.mark.parametrize(("known", "asked", "not_asked"), MISSING)
async def test_what_is_missing_is_asked_for(known: dict[str, Any], asked: list[str], not_asked: list[str]) -> None:
    question = await ask_for_details(cast("Any", known))
    assert question["outcome"] == "needs_information"
    assert [word for word in asked if word not in question["say"]] == []
    assert [word for word in not_asked if word in question["say"]] == []


async def test_a_person_is_offered_when_the_same_was_asked_twice_and_then_the_case_is_passed_on(fakes: Fakes) -> None:
    state: dict[str, Any] = {"email": "ada@example.com"}
    ways, offers = [], []
    for _ in range(4):
        state = {**state, **await turn(fakes, means("refund"), before=state)}
        ways.append(await request(cast("Understood", state)))
        state = {**state, **await ask_for_details(cast("Any", state))}
        offers.append(state["offers_person"])
    assert ways == ["missing", "missing", "missing", "other"]
    assert offers[:3] == [False, False, True]


async def test_the_count_begins_again_with_another_question_or_after_an_answer(fakes: Fakes) -> None:
    asked = {
        "email": "ada@example.com",
        "outcome": "needs_information",
        "asked_for": "your order number",
        "times_asked": 2,
    }
    state = await turn(fakes, means("refund"), before={**asked, "outcome": "resolved"})
    assert (await ask_for_details(cast("Any", state)))["times_asked"] == 1
    state = await turn(fakes, means("refund"), states(order_ids=["1"]), {**asked, "email": None})
    assert (await ask_for_details(cast("Any", state)))["times_asked"] == 1


SMALL_TALK = [
    (1, "", NOT_UNDERSTOOD),
    (2, "ok", ALL_RIGHT),
    (2, "hello again", GREETING),
    (9, "thank you", FAREWELL),
    (1, "how are you?", HOW_I_AM),
    (1, "are you a bot?", WHO_I_AM),
    (1, "what can you do", WHO_I_AM),
    (3, "bye!", GOODBYE),
    (3, "one moment please", TAKE_YOUR_TIME),
    (2, "haha", ALL_RIGHT),
    (2, "asdf", NOT_UNDERSTOOD),
]


@pytest.mark.parametrize(("number", "text", "say"), SMALL_TALK)
async def test_small_talk_is_met_by_its_like(number: int, text: str, say: Sentence) -> None:
    answer = await greet({"turn": number, "question": text})
    assert answer["say"].startswith(say.text)
    assert answer["outcome"] == ("needs_information" if say == NOT_UNDERSTOOD else "resolved")


async def test_a_question_of_ours_stays_open_during_small_talk(fakes: Fakes) -> None:
    asked = {**ASKED, "order_id": None, "email": "ada@example.com"}
    state = await turn(fakes, means(small_talk=True), before=asked)
    assert (state["intent"], await request(cast("Understood", state))) == ("refund", "small_talk")
    assert (await greet(cast("Any", {**state, "question": "ok"})))["outcome"] == "needs_information"
