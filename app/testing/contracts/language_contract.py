"""What rules or a model have to do: understand plain English, invent nothing, and decide nothing."""

from typing import get_args

import pytest

from nodes.ports.knowledge import Found
from nodes.ports.language import Act, Intent, Language
from nodes.ports.sources import Page

REFUND = "I want a refund for order 12345. The seal was broken. You find me under Ada@Example.com."
PASSAGE: Found = {
    "id": "p-1",
    "title": "Returns",
    "heading": "How long",
    "source": "returns.md",
    "text": "You can return an item within 30 days.",
    "coverage": 1.0,
}
PAGE: Page = {
    "address": "bees.md",
    "title": "Bees",
    "text": "Bees make honey. A hive of bees has one queen. Lamps shine at night.",
}


@pytest.mark.asyncio
class LanguageContract:
    """Fixture: `language`."""

    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            (REFUND, "refund"),
            ("Where is my order 12349?", "order_status"),
            ("How long do I have to return an item?", "general_question"),
            ("Let me talk to a human.", "other"),
        ],
    )
    async def test_plain_intents(self, language: Language, text: str, intent: str) -> None:
        said = await language.classify(text)
        assert said["intent"] == intent
        assert said["intent"] in get_args(Intent)
        assert said.get("act", "unclear") in get_args(Act)
        assert said["wants_human"] is (intent == "other")

    async def test_a_request_is_one_and_a_question_is_not(self, language: Language) -> None:
        assert (await language.classify("I want a refund for order 12345.")).get("act") == "request"
        assert (await language.classify("Do I get a refund for order 12345?")).get("act") != "request"
        assert (await language.classify("I do not want a refund for order 12345.")).get("act") != "request"

    async def test_details_stand_in_the_message(self, language: Language) -> None:
        details = await language.extract(REFUND)
        assert (details["order_ids"], details["emails"]) == (["12345"], ["ada@example.com"])
        assert details["amounts_cents"] == []
        assert not details["reason"] or details["reason"] in REFUND

    async def test_an_answer_rests_on_its_passages(self, language: Language) -> None:
        for sentence in await language.answer("How long do I have to return an item?", [PASSAGE]):
            assert sentence["passage_id"] == "p-1"
            assert sentence["quote"] in PASSAGE["text"]
        assert await language.answer("How long do I have to return an item?", []) == []

    async def test_findings_are_quotations(self, language: Language) -> None:
        findings = await language.study("bees", PAGE)
        assert all(finding["quote"] in PAGE["text"] for finding in findings)
        assert all(0 <= finding["relevance"] <= 1 for finding in findings)
        report = await language.report("bees", [])
        assert (report["answer"], report["sections"]) == (None, [])

    async def test_queries_keep_to_the_limit(self, language: Language) -> None:
        assert 1 <= len(await language.queries("how bees make honey", 2)) <= 2

    async def test_a_reply_keeps_every_fact(self, language: Language) -> None:
        say = "We have refunded $80.00 for order 12345."
        reply = await language.reply({"say": say}, tone="", signature="")
        assert "$80.00" in reply
        assert "12345" in reply
