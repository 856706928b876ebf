"""A question to the customer. When it has been asked twice for nothing, a person is offered."""

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from nodes.conversation.conversation_sentences import OR_A_PERSON, SHALL_A_PERSON
from nodes.shop_words import worded

MOST_ASKED = 2
"""Times that the same is asked before a person is offered."""


class Offer(TypedDict):
    """What a plain yes in the next turn pays, and nothing else."""

    order_id: str
    amount_cents: int
    currency: str
    turn: int
    refunds: NotRequired[int]  # that the order had when this was offered; not there in offers of earlier versions
    is_part: NotRequired[bool]  # of what can be refunded
    things: NotRequired[list[str]]  # that it is for, a noun each


class Asked(TypedDict, total=False):
    asked_for: str  # what the last question was about
    times_asked: int
    asked_words: str  # the question itself
    asked_offer: Offer | None  # that it makes


class Question(TypedDict):
    outcome: Literal["needs_information"]
    say: str
    asked_for: str
    times_asked: int
    asked_words: str
    asked_offer: Offer | None
    offers_person: bool


def question(
    before: Asked, about: str, say: str, *, stuck: str = "", at_once: bool = False, offer: Offer | None = None
) -> Question:
    """`stuck`: what is said instead where a person is offered. `at_once`: a person is offered the first time. `offer`: a
    plain yes is for what is offered, so that a person is only mentioned."""
    times = before.get("times_asked", 0) + 1 if before.get("asked_for") == about else 1
    times = max(times, MOST_ASKED + 1) if at_once else times
    offers = offered_person(times)
    person = worded(OR_A_PERSON if offer else SHALL_A_PERSON) if offers else ""
    return {
        "outcome": "needs_information",
        "say": f"{stuck or say} {person}" if offers else say,
        "asked_for": about,
        "times_asked": times,
        "asked_words": say,
        "asked_offer": offer,
        "offers_person": offers and not offer,
    }


def offered_person(times_asked: int) -> bool:
    return times_asked > MOST_ASKED
