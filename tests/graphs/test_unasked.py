"""Messages that do not ask for money, played to the end of their turn: the ledger stays empty."""

import json
from pathlib import Path

from langchain_core.messages import HumanMessage

from app.clients.language.rules import RulesLanguage
from app.testing import Fakes, order
from nodes.ports import install
from tests.graphs.conftest import Play

ROWS = [json.loads(line) for line in (Path(__file__).parents[1] / "data" / "acts.jsonl").read_text().splitlines()]
SAMPLE = [row["text"] for row in ROWS if not row["request"]][-130::2]


async def test_nothing_is_paid_that_nobody_asked_for() -> None:
    assert len(SAMPLE) >= 60
    for text in SAMPLE:
        fakes = Fakes(*(order(number, captured_cents=3950, total_cents=3950) for number in ("12345", "12346", "12347")))
        object.__setattr__(fakes.services, "language", RulesLanguage())
        with install(fakes.services):
            await Play("support").send({"messages": [HumanMessage(text)], "email": "ada@example.com"})
        assert (fakes.shop.receipts, fakes.approvals.records) == ({}, {}), text
    print(f"{len(SAMPLE)} messages, 0 payments that nobody asked for")
