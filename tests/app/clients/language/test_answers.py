"""The offline answers over the shop's own pages, measured on questions as people ask them."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.clients.knowledge.folder import FolderKnowledge
from app.clients.language.rules import RulesLanguage
from app.settings import SHOP_PAGES

QUESTIONS = [
    json.loads(line) for line in (Path(__file__).parents[3] / "data" / "questions.jsonl").read_text().splitlines()
]
"""`contains`: words of the right answer; null when the pages do not answer."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> FolderKnowledge:
    return FolderKnowledge(SHOP_PAGES, tmp_path_factory.mktemp("home") / "knowledge.db")


async def quoted(shop: FolderKnowledge, question: str) -> str:
    said = await RulesLanguage().answer(question, await shop.search(question, 6))
    return " ".join(each["quote"] for each in said)


async def wrong(shop: FolderKnowledge, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    said = [(row, await quoted(shop, row["question"])) for row in rows]
    return [(row["question"], text) for row, text in said if not _right(row["contains"], text)]


def _right(contains: str | None, text: str) -> bool:
    return contains.lower() in text.lower() if contains else not text


async def test_what_the_pages_answer_is_answered(shop: FolderKnowledge) -> None:
    rows = [row for row in QUESTIONS if row["contains"]]
    assert len(rows) >= 60
    mistakes = await wrong(shop, rows)
    assert len(mistakes) <= 0.05 * len(rows), mistakes


async def test_what_they_do_not_answer_is_not_guessed(shop: FolderKnowledge) -> None:
    rows = [row for row in QUESTIONS if not row["contains"]]
    assert len(rows) >= 40
    mistakes = await wrong(shop, rows)
    assert len(mistakes) <= 0.05 * len(rows), mistakes


async def test_a_quotation_stands_in_its_passage(shop: FolderKnowledge) -> None:
    found = await shop.search("how much is express delivery?", 6)
    (first, *_) = await RulesLanguage().answer("how much is express delivery?", found)
    passage = next(one for one in found if one["id"] == first["passage_id"])
    assert first["quote"] in passage["text"]
    assert first["quote"] in first["text"]
