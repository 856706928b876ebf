"""Every reply of a conversation is made of named sentences and nothing else: a shop can put all of it into its own words."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from app.clients.language.rules import RulesLanguage
from app.clients.wording.shop_sentences import SENTENCES
from app.testing import Fakes, order
from nodes.ports.wording import BuiltInWording, Sentence
from tests.graphs.conftest import Play


class Named(BuiltInWording):
    """Says every sentence by its name."""

    def say(self, sentence: Sentence, fields: Mapping[str, Any]) -> str:
        super().say(sentence, fields)
        return f"<{sentence.name}>"


@pytest.fixture
def named(fakes: Fakes) -> Fakes:
    for name, service in {"language": RulesLanguage(), "wording": Named()}.items():
        object.__setattr__(fakes.services, name, service)
    for order_id in ("12346", "12347"):
        fakes.shop.orders[order_id] = order(order_id, total_cents=3950, captured_cents=3950)
    fakes.shop.orders["12348"] = order("12348", status="shipped", delivered_at=None)
    fakes.shop.orders["12349"] = order("12349", total_cents=2000, captured_cents=2000, currency="EUR")
    return fakes


TALKS: dict[str, list[str]] = {
    "hello | thanks | how are you? | are you a bot? | one moment please | bye! | ok": [
        "chat.greeting",
        "chat.thanked",
        "chat.how_i_am",
        "chat.who_i_am",
        "chat.take_your_time",
        "chat.goodbye",
        "chat.all_right",
    ],
    "asdf": ["chat.not_understood", "ask.person"],
    "I'd like my money back | refund please | refund please": ["ask.details", "ask.details", "ask.stuck"],
    "where is order 99999?": ["ask.not_found"],
    "where are my orders 12346 and 12348?": ["order.delivered", "ask.one_order"],
    "would I get a refund for 12346? | I am not sure | would I get a refund for 12346? | yes": [
        "offer.can_be_refunded",
        "offer.refund",
    ],
    "please refund 12346 and the other one": ["offer.refund", "ask.the_other"],
    "you charged me twice for 12346": ["offer.charged", "ask.person"],
    "please refund 12346 or 12347": ["ask.which_order"],
    "please refund the kettle of order 12346": ["ask.which_thing"],
    "please refund a part of order 12346": ["ask.how_much"],
    "please refund $5 of order 12349": ["ask.currency"],
    "please refund 12346 to my paypal account if it breaks": ["offer.to_the_card"],
    "I do not want a refund for 12346, I would like a new one": ["offer.left", "offer.not_the_rest"],
    "refund order 12345 | hello? | get me a human | I do not want a refund for 12346 | forget it": [
        "refund.needs_approval",
        "waiting.until",
        "waiting.kept",
        "waiting.passed_on",
        "offer.left",
        "refund.withdrawn",
    ],
    "do you ship to the moon?": ["answer.unknown"],
    "please refund order 12346 | and another $5 of 12346 | then a refund of 12346": ["refund.paid"],
    "please refund order 12348": ["refund.not_delivered"],
    "get me a human": ["handover.passed_on.en"],
}


@pytest.mark.parametrize("talk", TALKS)
async def test_a_reply_is_named_sentences_and_nothing_else(support: Play, named: Fakes, talk: str) -> None:
    said: list[str] = []
    for text in talk.split(" | "):
        state = await support.send({"messages": [HumanMessage(text)], "email": "ada@example.com"})
        said += re.findall(r"<([^>]+)>", state["reply"])
        assert re.sub(r"<[^>]+>", "", state["reply"]).split() == [], (text, state["reply"])
    assert set(TALKS[talk]) <= set(said)
    assert set(said) <= set(SENTENCES)
