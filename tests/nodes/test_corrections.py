"""What is a correction of a request that waits, and what is not."""

import pytest

from nodes.approvals.corrections import corrects

CORRECTIONS = [
    "sorry, I meant 12346",
    "wrong order, sorry",
    "wrong number, it is 12346",
    "No, 12346",
    "Oops, not that one. 12346 please",
    "please refund order 12346 instead",
    "withdraw my request. Also refund 12346.",
    "forget about it and refund 12346",
    "cancel that refund and refund 12347 too",
    "stop! I meant to ask about 12346",
    "forget that, refund 12346 and 12347",
    "please forget it, and refund $5 of 12346",
    "please refund 12346 instead of 12345",
    "typo, 12346",
    "12346 not 12345",
    "it should be 12346",
    "I mean my order 12346",
    "I meant another order",
    "not that one",
    "not 12345",
]
OTHERS = [
    "no",
    "Please make it happen today",
    "I just want my money",
    "I want the refund instead of a replacement",
    "the other one works fine",
    "wrong order number on the parcel",
    "No photo, sorry. My mistake.",
    "I only want $20 back",
    "how long does it take?",
    "they sent the wrong order",
    "I got the wrong order, see the photo",
    "no worries, take your time",
    "No rush!",
    "no refund received so far!!",
    "No, I have heard nothing.",
    "wait a moment",
    "thank you",
    "is there any news?",
    "I just want to know when it is decided",
    "it is only 5 days old",
    "half of it is broken",
    "there must be a mistake, I have waited three days",
    "you sent a red one instead",
    "a red one came instead of a blue one",
    "the other one was fine",
    "here is the photo of the broken cup",
    "I need it by Friday",
    "nothing has happened yet",
    "if it takes longer, cancel it and refund 12346",
    "and refund 12346 too",
    "please don't cancel it, and refund 12346 too",
    "do not forget it, refund 12346 too",
]


@pytest.mark.parametrize("text", CORRECTIONS)
def test_it_corrects_the_request(text: str) -> None:
    assert corrects(text)


@pytest.mark.parametrize("text", OTHERS)
def test_it_leaves_the_request_as_it_is(text: str) -> None:
    assert not corrects(text)
