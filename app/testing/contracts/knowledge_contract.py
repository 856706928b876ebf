"""What documents that answer questions have to do."""

import pytest

from nodes.ports.knowledge import Knowledge


@pytest.mark.asyncio
class KnowledgeContract:
    """Fixtures: `knowledge`; `question`, about which at least two passages say something; `answer`, words of the best one."""

    async def test_the_best_passage_comes_first(self, knowledge: Knowledge, question: str, answer: str) -> None:
        found = await knowledge.search(question, 5)
        assert answer in found[0]["text"]
        assert len({one["id"] for one in found}) == len(found)
        assert all(0 <= one["coverage"] <= 1 for one in found)
        assert all(one["title"] and one["source"] and one["text"] for one in found)

    async def test_the_limit_holds(self, knowledge: Knowledge, question: str) -> None:
        assert len(await knowledge.search(question, 5)) > 1
        assert len(await knowledge.search(question, 1)) == 1

    async def test_a_passage_is_found_by_its_id(self, knowledge: Knowledge, question: str) -> None:
        found = (await knowledge.search(question, 1))[0]
        passage = await knowledge.passage(found["id"])
        assert passage is not None
        assert {name: found[name] for name in passage} == passage  # type: ignore[literal-required]
        assert await knowledge.passage("no such id") is None

    async def test_the_same_question_has_the_same_answer(self, knowledge: Knowledge, question: str) -> None:
        assert await knowledge.search(question, 5) == await knowledge.search(question, 5)

    @pytest.mark.parametrize("nothing", ["", "?", "xyzzy plugh qwfpg", "' OR 1=1 --"])
    async def test_nothing_is_found_about_nothing(self, knowledge: Knowledge, nothing: str) -> None:
        assert await knowledge.search(nothing, 5) == []
