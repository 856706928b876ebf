"""Knowledge: what a folder of documents answers, and that the index follows the folder, in one process and in several."""

import multiprocessing
import os
import sqlite3
from pathlib import Path

import pytest

from app.clients.knowledge.folder import FolderKnowledge
from app.errors import DependencyDown, NotConfigured
from app.services import Knowledge

RETURNS = "# Returns\n\n## How long\n\nYou can return a lamp within 30 days.\n\n## Who pays\n\nWe pay the label.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    (folder / "more").mkdir(parents=True)
    (folder / "returns.md").write_text(RETURNS)
    (folder / "more" / "shipping.txt").write_text("Express delivery costs $14.95.\n")
    (folder / "page.html").write_text("<title>Cards</title><h2>Gift cards</h2><p>Vouchers never expire.</p>")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


def knowledge_of(folder: Path) -> FolderKnowledge:
    """As another process would open it: nothing is known but the index file."""
    return FolderKnowledge(folder, folder.parent / "home" / "knowledge.db")


@pytest.fixture
def knowledge(folder: Path) -> Knowledge:
    return knowledge_of(folder)


async def test_a_passage_says_where_it_comes_from(knowledge: Knowledge) -> None:
    found = (await knowledge.search("how long may I return a lamp?", 3))[0]
    assert (found["title"], found["heading"], found["source"]) == ("Returns", "How long", "returns.md")
    assert found["text"] == "You can return a lamp within 30 days."
    assert found["coverage"] == 1.0


async def test_a_passage_is_found_by_its_id(knowledge: Knowledge) -> None:
    found = (await knowledge.search("express delivery", 3))[0]
    passage = await knowledge.passage(found["id"])
    assert passage is not None
    assert (passage["source"], passage["text"]) == ("more/shipping.txt", found["text"])
    assert await knowledge.passage("no such id") is None


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("may I send the lamp back?", "returns.md"),  # another word for it
        ("RETURNING LAMPS", "returns.md"),  # other forms of the words
        ("do vouchers expire", "page.html"),  # HTML
        ("Hello there. What does express delivery cost? Thanks.", "more/shipping.txt"),  # the sentence that asks
        ('express" OR delivery NEAR(', "more/shipping.txt"),  # no operators
    ],
)
async def test_what_is_found(knowledge: Knowledge, question: str, source: str) -> None:
    assert (await knowledge.search(question, 3))[0]["source"] == source


@pytest.mark.parametrize(
    "question", ["who won the 1998 world cup?", "", "?", "the of and", "2 + 2", "\0 '; DROP TABLE"]
)
async def test_off_topic_nothing_is_found(knowledge: Knowledge, question: str) -> None:
    assert await knowledge.search(question, 3) == []


async def test_two_questions_are_both_answered(knowledge: Knowledge) -> None:
    found = await knowledge.search("Do vouchers expire? And how much is express delivery?", 2)
    assert {one["source"] for one in found} == {"page.html", "more/shipping.txt"}


async def test_the_limit_holds(knowledge: Knowledge) -> None:
    assert len(await knowledge.search("return lamp label pays", 1)) == 1


async def test_changes_are_followed(folder: Path) -> None:
    before = await knowledge_of(folder).search("express delivery", 3)
    (folder / "more" / "shipping.txt").write_text("Express delivery costs $19.95.\n")  # as long as before
    (folder / "new.md").write_text("# Warranty\n\nTwo years.\n")
    (folder / "page.html").unlink()
    now = knowledge_of(folder)
    assert "$19.95" in (await now.search("express delivery", 3))[0]["text"]
    assert (await now.search("warranty", 3))[0]["source"] == "new.md"
    assert await now.search("do vouchers expire", 3) == []
    assert await now.passage(before[0]["id"]) is None


async def test_what_did_not_change_is_not_read_again(folder: Path) -> None:
    os.utime(folder / "returns.md", (1_000_000, 1_000_000))
    await knowledge_of(folder).refresh()
    (folder / "returns.md").write_text(RETURNS.replace("lamp", "sofa"))
    os.utime(folder / "returns.md", (1_000_000, 1_000_000))  # same size, same time: taken to be the same
    assert await knowledge_of(folder).search("return a sofa", 3) == []
    os.utime(folder / "returns.md")
    assert await knowledge_of(folder).search("return a sofa", 3) != []


async def test_ids_stay_while_the_words_stay(folder: Path) -> None:
    before = await knowledge_of(folder).search("express delivery", 1)
    (folder.parent / "home" / "knowledge.db").unlink()
    assert await knowledge_of(folder).search("express delivery", 1) == before


async def test_folders_side_by_side_do_not_mix(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.md").write_text("# Bees\n\nA bee can fly to its hive.\n")
    await knowledge_of(other).refresh()
    ours = knowledge_of(folder)
    assert await ours.search("can a bee fly?", 3) == []
    assert (await ours.search("can a bee fly?", 3, folder=str(other)))[0]["title"] == "Bees"


async def test_a_folder_that_nobody_named_is_not_read(knowledge: Knowledge, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "a.md").write_text("# Keys\n\nThe key is under the mat.\n")
    with pytest.raises(NotConfigured, match="not known here"):
        await knowledge.search("key", 3, folder=str(tmp_path / "secrets"))


async def test_links_do_not_lead_out_of_the_folder(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Keys\n\nThe key is under the mat.\n")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    assert await knowledge_of(folder).search("key mat", 3) == []


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="SWITCHBOARD_KNOWLEDGE_DIR"):
        await knowledge_of(tmp_path / "nowhere").search("anything", 3)


async def test_an_index_that_is_broken_says_what_to_do(folder: Path) -> None:
    index = folder.parent / "home" / "knowledge.db"
    index.parent.mkdir()
    index.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    with pytest.raises(DependencyDown, match="Delete that file"):
        await knowledge_of(folder).search("lamp", 3)


async def test_an_older_index_is_made_anew(folder: Path) -> None:
    await knowledge_of(folder).refresh()
    with sqlite3.connect(folder.parent / "home" / "knowledge.db") as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert await knowledge_of(folder).search("return a lamp", 3) != []


async def test_the_index_is_private(folder: Path) -> None:
    await knowledge_of(folder).refresh()
    assert (folder.parent / "home" / "knowledge.db").stat().st_mode & 0o077 == 0


def _index(folder: Path) -> int:
    import asyncio

    return asyncio.run(knowledge_of(folder).refresh())


async def test_processes_index_at_once(folder: Path) -> None:
    for number in range(40):
        (folder / f"{number}.md").write_text(f"# Page {number}\n\nSomething about number{number}.\n")
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        counts = pool.map(_index, [folder] * 3)
    assert counts == [44] * 3
    assert len(await knowledge_of(folder).search("number17", 9)) == 1
