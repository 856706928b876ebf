"""Passages are found by what they mean, with a model of embeddings; without it, or when it is down, by their words."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.clients.knowledge.embedding_server import REST_S, EmbeddingServer
from app.clients.knowledge.folder import FolderKnowledge
from app.clients.knowledge.index import Progress
from app.clients.language import extracts
from nodes.ports.errors import LanguageUnavailable, NotConfigured
from nodes.ports.knowledge import Found
from tests.app.clients.knowledge.embeddings_server import EmbeddingsServer, serving

PAGES = {
    "arrival.md": "# Getting here\n\nBicycles stand behind the main building.\n",
    "money.md": "# Salary\n\nThe salary comes on the last day of each month.\n",
    "kitchen.md": "# Kitchen\n\nLunch is at noon.\n",
}
WHERE = "Where do I put my two-wheeler?"


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with serving() as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text)
    return folder


def knowledge_of(folder: Path, model: EmbeddingServer | None = None) -> FolderKnowledge:
    """As another process would open it."""
    return FolderKnowledge(folder, folder.parent / "home" / "knowledge.db", embeddings=model)


def model_of(server: EmbeddingsServer, name: str = "small") -> EmbeddingServer:
    return EmbeddingServer(name, base_url=server.url)


def indexed(folder: Path, model: EmbeddingServer | None = None) -> None:
    knowledge_of(folder, model).index(lambda _: None)


async def found(folder: Path, model: EmbeddingServer | None, question: str = WHERE) -> list[Found]:
    return await knowledge_of(folder, model).search(question, 3)


async def test_a_passage_without_a_word_of_the_question_is_found(folder: Path, server: EmbeddingsServer) -> None:
    assert await found(folder, None) == []
    indexed(folder, model_of(server))
    first = (await found(folder, model_of(server)))[0]
    assert (first["source"], len(first["near"])) == ("arrival.md", 1)


async def test_a_document_without_a_word_of_the_topic_is_found(folder: Path, server: EmbeddingsServer) -> None:
    assert await knowledge_of(folder).documents(WHERE, 3) == []
    indexed(folder, model_of(server))
    assert (await knowledge_of(folder, model_of(server)).documents(WHERE, 3))[0]["address"] == "arrival.md"
    server.status = 500
    assert await knowledge_of(folder, model_of(server)).documents(WHERE, 3) == []
    assert (await knowledge_of(folder, model_of(server)).documents("salary", 3))[0]["address"] == "money.md"


async def test_a_folder_that_was_indexed_before_gets_its_vectors_once(folder: Path, server: EmbeddingsServer) -> None:
    indexed(folder)
    indexed(folder, model_of(server))
    assert len(server.asked) == len(PAGES)
    indexed(folder, model_of(server))
    assert len(server.asked) == len(PAGES)
    (folder / "new.md").write_text("# Rooms\n\nEach room has a name.\n")
    (folder / "money.md").unlink()
    indexed(folder, model_of(server))
    assert server.asked[len(PAGES) :] == ["Rooms\nEach room has a name."]
    assert stored(folder) == len(PAGES)


async def test_each_model_has_vectors_of_its_own(folder: Path, server: EmbeddingsServer) -> None:
    indexed(folder, model_of(server))
    indexed(folder, model_of(server, "other"))
    assert len(server.asked) == 2 * len(PAGES)


async def test_pieces_are_sent_once(folder: Path, server: EmbeddingsServer) -> None:
    indexed(folder, model_of(server))
    before = await found(folder, model_of(server))
    asked = len(server.asked)
    assert await found(folder, model_of(server)) == before
    assert server.asked[asked:] == [WHERE]


async def test_while_the_server_is_down_words_find(
    folder: Path, server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.status = 500
    model = model_of(server)
    with caplog.at_level(logging.WARNING):
        indexed(folder, model)
        passages = await found(folder, model, "When does my salary come?")
    assert passages[0]["source"] == "money.md"
    assert "near" not in passages[0]
    assert len(caplog.messages) == 1
    assert "Folders are searched by their words alone" in caplog.text


async def test_vectors_that_are_stored_stay_when_the_work_is_stopped(folder: Path, server: EmbeddingsServer) -> None:
    for number in range(100):
        (folder / f"{number}.md").write_text(f"# Room {number}\n\nIt has {number} chairs.\n")

    class Stopped(Exception):
        pass

    def stop(far: Progress) -> None:
        if far.counted == "vectors" and far.done:
            server.may_go_on.set()
            raise Stopped

    server.patience = 1  # the second batch has to wait
    with pytest.raises(Stopped):
        FolderKnowledge(folder, folder.parent / "home" / "knowledge.db", embeddings=model_of(server)).index(stop)
    indexed(folder, model_of(server))
    assert stored(folder) == 100 + len(PAGES)
    assert server.asked.count(server.asked[0]) == 1


async def test_what_changes_while_vectors_are_made_is_read_when_that_is_asked_for(
    folder: Path, server: EmbeddingsServer
) -> None:
    server.patience = 0
    knowledge = knowledge_of(folder, model_of(server))
    job = asyncio.create_task(knowledge.documents("salary", 3))
    await asyncio.to_thread(server.is_asked.wait, 20)
    (folder / "money.md").write_text("# Wages\n\nWages come weekly.\n")
    refreshing = asyncio.create_task(knowledge.refresh())
    await asyncio.wait([refreshing], timeout=0.2)  # it waits for the vectors, which wait for us
    server.may_go_on.set()
    await asyncio.gather(job, refreshing)
    assert (await knowledge.document("money.md"))["title"] == "Wages"


def stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder.parent / "home" / "knowledge.db")) as connection:
        return int(connection.execute("SELECT count(whole) FROM vectors").fetchone()[0])


@pytest.mark.parametrize(
    "answer",
    [
        {"data": []},  # fewer than were asked for
        {"data": [{"embedding": [0.0, 0.0]}]},
        {"data": [{"embedding": []}]},
        {"data": [{"embedding": "words"}]},
        {"answer": "no"},
    ],
)
def test_what_is_no_vector_is_refused(server: EmbeddingsServer, answer: dict[str, Any]) -> None:
    server.answer = answer
    with pytest.raises(LanguageUnavailable, match="small at http://127"):
        model_of(server).vectors(["a text"])


def test_a_server_that_failed_is_left_alone_for_a_while(server: EmbeddingsServer) -> None:
    now = [0.0]
    model = EmbeddingServer("small", base_url=server.url, clock=lambda: now[0])
    server.status = 500
    for _ in range(2):
        with pytest.raises(LanguageUnavailable):
            model.vectors(["a text"])
    assert server.asked == ["a text"]
    server.status, now[0] = 200, REST_S
    assert len(model.vectors(["a text"])) == 1


@pytest.mark.parametrize("address", [None, "127.0.0.1:1234"])
def test_a_model_needs_a_key_or_an_address(address: str | None) -> None:
    with pytest.raises(NotConfigured, match="SWITCHBOARD_EMBEDDING_BASE_URL"):
        EmbeddingServer("small", base_url=address)


def test_the_piece_that_is_nearer_in_meaning_is_quoted() -> None:
    passage = Found(
        id="1",
        title="Arrival",
        heading="",
        source="arrival.md",
        text="The red gate opens at 7:00.\n\nThe blue gate opens at 9:00.",
        coverage=1.0,
        near=[0.2, 0.9],
    )
    first = next(extracts.likely("When does the gate for guests open?", [passage]))[0]
    assert first.text == "The blue gate opens at 9:00."
