"""Knowledge: what a folder of documents answers, and that the index follows the folder, in one process and in several."""

import asyncio
import gzip
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import chdir, closing
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from app.clients.knowledge import index
from app.clients.knowledge.folder import FolderKnowledge
from app.clients.knowledge.index import Index, Progress
from app.testing.contracts import KnowledgeContract
from nodes.ports.errors import DependencyDown, NotConfigured, SourceUnreadable
from nodes.ports.knowledge import Knowledge, LeftOut
from tests.processes import CONTEXT
from tests.site import STALLING_PAGE, stalling_pdf

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


class TestContract(KnowledgeContract):
    @pytest.fixture
    def question(self) -> str:
        return "how long may I return a lamp, and who pays the label?"

    @pytest.fixture
    def answer(self) -> str:
        return "You can return a lamp within 30 days."


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
    assert await knowledge_of(folder).search("a sofa", 3) == []
    os.utime(folder / "returns.md")
    assert await knowledge_of(folder).search("a sofa", 3) != []


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


def put(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)


def left_out(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was reported, and forgotten again."""
    said = [record.getMessage() for record in caplog.records if "left out" in record.getMessage()]
    caplog.clear()
    return sorted(said)


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="the system refuses such names itself")
async def test_names_that_are_not_utf8_are_left_out_and_reported(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in (b"la\xffmp.md", b"m\xf6re/lamp.md", b"lamp\xff"):
        put(folder / os.fsdecode(name), "# Lamps\n\nA lamp shines.\n")
    knowledge = knowledge_of(folder)
    assert {one["source"] for one in await knowledge.search("return a lamp", 9)} == {"returns.md"}
    names = [r"la\udcffmp.md", r"lamp\udcff", r"m\udcf6re"]
    assert left_out(caplog) == [f"'{folder}/{name}' is left out: its name is not UTF-8" for name in names]
    await knowledge.refresh()
    assert left_out(caplog) == [], "once is enough"


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="the system refuses such names itself")
async def test_a_folder_whose_name_is_not_utf8(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"p\xffges")
    put(folder / "lamp.md", "A lamp shines.")
    with pytest.raises(NotConfigured, match=r"p\\udcffges' cannot be searched: its name is not UTF-8\. Rename it\."):
        await FolderKnowledge(folder, tmp_path / "home" / "knowledge.db").search("lamp", 3)


async def test_what_cannot_be_read_is_left_out_reported_once_and_says_why(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    lamp = b"Return a lamp. "
    (folder / "compressed.txt").write_bytes(gzip.compress(lamp * 10_000))
    (folder / "picture.md").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR lamp")
    (folder / "large.txt").write_bytes(lamp * 1_400_000)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 lamp")
    reasons = {
        "broken.pdf": "it is not a readable PDF file (PdfStreamError)",
        "compressed.txt": "its characters cannot be told: it is neither UTF-8 nor anything that can be recognized",
        "large.txt": "it is larger than 20 MB",
        "picture.md": "its characters cannot be told: it is neither UTF-8 nor anything that can be recognized",
    }
    knowledge = knowledge_of(folder)
    assert {one["source"] for one in await knowledge.search("return a lamp", 9)} == {"returns.md"}
    assert left_out(caplog) == [f"{folder / name} is left out: {why}" for name, why in reasons.items()]
    await knowledge.refresh()
    assert left_out(caplog) == []
    for name, why in reasons.items():
        with pytest.raises(SourceUnreadable) as unreadable:
            await knowledge.document(name)
        assert str(unreadable.value) == f"The document {folder / name} cannot be read: {why}."


async def test_a_document_as_large_as_permitted_is_read(tmp_path: Path) -> None:
    (tmp_path / "large.txt").write_bytes(b"lamp\n".ljust(20_000_000, b"\n"))
    assert (await knowledge_of(tmp_path).search("lamp", 3))[0]["source"] == "large.txt"


@pytest.mark.parametrize(("name", "content"), [("a.html", STALLING_PAGE), ("a.pdf", stalling_pdf().body)])
async def test_a_document_that_stalls_its_reader_is_left_out(
    folder: Path, caplog: pytest.LogCaptureFixture, name: str, content: bytes
) -> None:
    (folder / name).write_bytes(content)
    knowledge = FolderKnowledge(folder, folder.parent / "home" / "knowledge.db", reading_s=1)
    assert (await knowledge.search("return a lamp", 3))[0]["source"] == "returns.md"
    assert left_out(caplog) == [f"{folder / name} is left out: reading it takes more than 1 seconds"]
    with pytest.raises(SourceUnreadable, match=r"cannot be read: reading it takes more than 1 seconds\.$"):
        await knowledge.document(name)


def indexed(folder: Path, **options: Any) -> tuple[LeftOut, list[tuple[int, int]]]:
    """What the index says is left out, and what was told on the way."""
    told: list[tuple[int, int]] = []
    knowledge = FolderKnowledge(folder, folder.parent / "home" / "knowledge.db", **options)
    return knowledge.index(lambda far: told.append((far.done, far.total)), again=True), told


async def test_every_run_can_say_what_is_left_out(folder: Path) -> None:
    put(folder / "broken.pdf", "%PDF-1.7 lamp")
    put(folder / "empty.md", "")
    left, _ = indexed(folder)
    assert left == {
        "files": 3,
        "of": 6,
        "reasons": {"it has no text": 1, "it is not a readable PDF file (PdfStreamError)": 1, ".png": 1},
    }
    assert await knowledge_of(folder).left_out() == left, "the run that finds everything indexed says the same"


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="the system refuses such names itself")
async def test_what_is_not_a_readable_file_is_counted_with_its_reason(folder: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere.md", "# Keys\n\nThe key is under the mat.\n")
    (folder / "link.md").symlink_to(tmp_path / "elsewhere.md")
    (folder / "gone.md").symlink_to(tmp_path / "nowhere.md")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    put(folder / os.fsdecode(b"la\xffmp.md"), "A lamp shines.")
    put(folder / os.fsdecode(b"m\xf6re") / "lamp.md", "A lamp shines.")
    with closing(socket.socket(socket.AF_UNIX)) as endpoint, chdir(folder):  # a path longer than it may be otherwise
        endpoint.bind("endpoint.md")
    left, _ = indexed(folder)
    assert left == {
        "files": 7,
        "of": 10,
        "reasons": {
            "a symbolic link": 3,
            "its name cannot be read": 2,
            "neither a file nor a folder": 1,
            ".png": 1,
        },
    }
    assert await knowledge_of(folder).left_out() == left


CLOSED = """
import asyncio, json, logging, sys
from pathlib import Path
from app.clients.knowledge.folder import FolderKnowledge

folder = Path(sys.argv[1])
logging.basicConfig(format="%(message)s", stream=sys.stderr)
knowledge = FolderKnowledge(folder, folder.parent / "home" / "knowledge.db")
left = [knowledge.index(lambda _: None), knowledge.index(lambda _: None)]
try:
    asyncio.run(knowledge.document("closed.md"))
except Exception as problem:
    refused = str(problem)
(folder / "closed.md").chmod(0o600)
left.append(knowledge.index(lambda _: None))
print(json.dumps([*left, refused]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files have other permissions there")
@pytest.mark.skipif(
    os.name == "posix" and os.geteuid() == 0 and not which("setpriv"), reason="root may read everything"
)
def test_what_may_not_be_opened_is_counted_reported_once_and_read_when_it_may(folder: Path) -> None:
    put(folder / "closed.md", "# Bees\n\nA bee can fly to its hive.\n")
    put(folder / "shut" / "a.md", "# Wasps\n\nA wasp can fly.\n")
    put(folder / "listed" / "b.md", "# Ants\n\nAn ant can walk.\n")
    for path, mode in (("closed.md", 0), ("shut", 0), ("listed", 0o400)):
        (folder / path).chmod(mode)
    as_anybody = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    try:
        ran = subprocess.run(
            [*as_anybody, sys.executable, "-c", CLOSED, str(folder)], capture_output=True, text=True, check=True
        )
    finally:
        for path in ("shut", "listed"):
            (folder / path).chmod(0o700)
    first, second, opened, refused = json.loads(ran.stdout)
    closed = {"it cannot be opened (permission denied)": 2, "a folder that cannot be opened": 1, ".png": 1}
    assert first == {"files": 4, "of": 7, "reasons": closed}
    assert second == first
    assert refused == f"The document {folder / 'closed.md'} cannot be read: it cannot be opened (permission denied)."
    assert opened == {"files": 3, "of": 7, "reasons": closed | {"it cannot be opened (permission denied)": 1}}
    assert ran.stderr.count("closed.md is left out: it cannot be opened (permission denied)") == 1


async def test_a_time_out_is_no_property_of_a_file(folder: Path) -> None:
    (folder / "a.html").write_bytes(STALLING_PAGE)
    assert "reading it takes more than 1 seconds" in indexed(folder, reading_s=1)[0]["reasons"]
    (folder / "a.html").write_bytes(b"<p>calm</p>".ljust(len(STALLING_PAGE)))
    os.utime(folder / "a.html", (1_000_000, 1_000_000))
    left, _ = indexed(folder)
    assert left["reasons"] == {".png": 1}


async def test_a_question_does_not_wait_for_a_long_indexing(folder: Path) -> None:
    indexed(folder)
    put(folder / "new.md", "# Bees\n\nA bee can fly.\n")
    impatient = FolderKnowledge(folder, folder.parent / "home" / "knowledge.db", waiting_s=0)
    assert (await impatient.search("return a lamp", 3))[0]["source"] == "returns.md"


async def test_a_question_to_a_folder_that_another_process_reads_for_the_first_time_says_how_far_it_is(
    folder: Path,
) -> None:
    file = folder.parent / "home" / "knowledge.db"
    with Index(file).open() as connection:
        number = index.add_folder(connection, str(folder))
        index.claim(connection, number, "another", time.time())
        index.beat(
            connection, number, time.time() + 3600, Progress(1, 3)
        )  # so a slow machine does not take it for dead
        impatient = FolderKnowledge(folder, file, waiting_s=0)
        with pytest.raises(DependencyDown, match="is being indexed: 1 of 3 documents are read"):
            await impatient.search("lamp", 3)
        index.release(connection, number, "another")
    assert (await FolderKnowledge(folder, file).search("return a lamp", 3))[0]["source"] == "returns.md"


async def test_another_process_that_indexes_is_waited_for_and_one_that_is_gone_is_not(folder: Path) -> None:
    indexed(folder)
    knowledge = FolderKnowledge(folder, folder.parent / "home" / "knowledge.db", waiting_s=0.2)
    put(folder / "new.md", "# Bees\n\nA bee can fly.\n")
    with closing(sqlite3.connect(folder.parent / "home" / "knowledge.db", isolation_level=None)) as connection:
        connection.execute("UPDATE folders SET indexer = 'another', beat = ?", (time.time(),))
        assert await knowledge.search("can a bee fly?", 3) == [], "what is there already"
        assert (await knowledge.left_out())["reasons"] == {"not indexed yet": 1, ".png": 1}
        connection.execute("UPDATE folders SET beat = 0")
    assert indexed(folder)[0]["files"] == 1
    assert (await knowledge.search("can a bee fly?", 3))[0]["source"] == "new.md"


async def test_what_was_read_before_the_work_was_stopped_stays(folder: Path) -> None:
    (folder / "a.html").write_bytes(STALLING_PAGE)

    class Stopped(Exception):
        pass

    def stop(far: Progress) -> None:
        if far.done >= far.total - 1 > 0:
            raise Stopped

    with pytest.raises(Stopped):
        FolderKnowledge(folder, folder.parent / "home" / "knowledge.db").index(stop)
    with closing(sqlite3.connect(folder.parent / "home" / "knowledge.db")) as connection:
        rows = connection.execute("SELECT source, problem FROM documents ORDER BY source").fetchall()
    assert rows == [("more/shipping.txt", ""), ("page.html", ""), ("returns.md", "")]


async def test_titles_that_several_documents_have_are_told_apart(folder: Path) -> None:
    for place in ("a", "b"):
        put(folder / place / "example.md", f"# Example\n\nA bee can fly to hive {place}.\n")
    found = await knowledge_of(folder).search("can a bee fly?", 3)
    assert {one["title"] for one in found} == {"Example (a/example.md)", "Example (b/example.md)"}
    assert (await knowledge_of(folder).document("a/example.md"))["title"] == "Example (a/example.md)"


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


async def test_queries_at_once_index_a_new_folder_once(folder: Path) -> None:
    """Counted by a program of its own: Python tells of every file that is opened."""
    code = """
import asyncio, sys
from collections import Counter
from pathlib import Path
from app.clients.knowledge import index
from app.clients.knowledge.folder import FolderKnowledge
from app.clients.knowledge.index import Index, Progress

opened = Counter()
def count(event, words):
    if event == "open" and str(words[0]).startswith(sys.argv[1]):
        opened[Path(words[0]).name] += 1
sys.addaudithook(count)

async def main():
    knowledge = FolderKnowledge(Path(sys.argv[1]), Path(sys.argv[2]))
    found = await asyncio.gather(*(knowledge.search("express delivery", 3) for _ in range(8)))
    print([len(one) for one in found], sorted(opened.items()))
asyncio.run(main())
"""
    words = (sys.executable, "-c", code, str(folder), str(folder.parent / "home" / "knowledge.db"))
    done = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    told, _ = await done.communicate()
    assert told.decode().strip() == f"{[1] * 8} [('page.html', 1), ('returns.md', 1), ('shipping.txt', 1)]"


def _index(folder: Path) -> int:
    return asyncio.run(knowledge_of(folder).refresh())


async def test_processes_index_at_once(folder: Path) -> None:
    for number in range(40):
        (folder / f"{number}.md").write_text(f"# Page {number}\n\nSomething about number{number}.\n")
    with CONTEXT.Pool(3) as pool:
        counts = pool.map(_index, [folder] * 3)
    assert counts == [44] * 3
    assert len(await knowledge_of(folder).search("number17", 9)) == 1


LIGHTHOUSES = {
    "Harbour_Tower.txt": "A lighthouse in Westhaven. It was designed by Ada Byrne and opened in 1823.",
    "Long_Bridge.txt": "It crosses the Ems near Norden. It was built by Karl Voss, who had never seen Westhaven.",
    "Westhaven.md": "# Westhaven\n\nA town that lives on fishing.\n\n## Market\n\nHeld on Fridays. "
    + "Fish is sold. " * 200,
    "Fishing.txt": "Fish is caught with nets. " * 50,
}


@pytest.fixture
def corpus(tmp_path: Path) -> FolderKnowledge:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in LIGHTHOUSES.items():
        (folder / name).write_text(text)
    return knowledge_of(folder)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("who designed the lighthouse?", "Harbour_Tower.txt"),
        ("What is known about the Long Bridge?", "Long_Bridge.txt"),  # its title is asked about
        ("when is the market held", "Westhaven.md"),  # one passage of a long document
        ("1823", "Harbour_Tower.txt"),
        ("fishing nets", "Fishing.txt"),
    ],
)
async def test_documents_are_ranked(corpus: FolderKnowledge, query: str, first: str) -> None:
    leads = await corpus.documents(query, 3)
    assert leads[0]["address"] == first
    assert leads[0]["provider"] == "corpus"
    assert len({lead["address"] for lead in leads}) == len(leads) <= 3


async def test_documents_that_have_something_new_come_before_more_of_the_same(corpus: FolderKnowledge) -> None:
    leads = await corpus.documents("Ada Byrne and Karl Voss", 2)
    assert {lead["address"] for lead in leads} == {"Harbour_Tower.txt", "Long_Bridge.txt"}


@pytest.mark.parametrize("query", ["quantum chromodynamics", "", "?", 'x" OR NOT('])
async def test_no_document_is_about_it(corpus: FolderKnowledge, query: str) -> None:
    assert await corpus.documents(query, 3) == []


async def test_documents_follow_changes(corpus: FolderKnowledge) -> None:
    assert await corpus.documents("karl voss", 3) != []
    (corpus.folder / "Long_Bridge.txt").write_text("It crosses the Ems.")
    await corpus.refresh()
    assert await corpus.documents("karl voss", 3) == []
    assert [lead["address"] for lead in await corpus.documents("ems", 3)] == ["Long_Bridge.txt"]


async def test_a_document_is_read_whole(corpus: FolderKnowledge) -> None:
    page = await corpus.document("Westhaven.md")
    assert (page["address"], page["title"]) == ("Westhaven.md", "Westhaven")
    assert page["text"].startswith("Westhaven\n\nA town that lives on fishing.\n\nMarket\n\nHeld on Fridays.")
    assert page["text"].count("Fish is sold.") == 200


@pytest.mark.parametrize("source", ["nowhere.txt", "../secret.txt", "/etc/hostname", "empty.txt"])
async def test_a_document_that_cannot_be_read(corpus: FolderKnowledge, source: str) -> None:
    (corpus.folder.parent / "secret.txt").write_text("The key is under the mat.")
    (corpus.folder / "empty.txt").write_text(" \n")
    with pytest.raises(SourceUnreadable, match=r"is not in|no text"):
        await corpus.document(source)


async def test_an_index_that_was_deleted_is_made_anew_at_once(folder: Path) -> None:
    knowledge = knowledge_of(folder)
    await knowledge.refresh()
    (folder.parent / "home" / "knowledge.db").unlink()
    assert await knowledge.search("return a lamp", 3) != []


async def test_threads_ask_at_once(corpus: FolderKnowledge) -> None:
    found = await asyncio.gather(*(corpus.documents("lighthouse", 3) for _ in range(20)))
    assert {leads[0]["address"] for leads in found} == {"Harbour_Tower.txt"}


async def test_a_large_folder_is_searched_by_its_rarer_words(tmp_path: Path) -> None:
    folder = tmp_path / "large"
    folder.mkdir()
    for number in range(2100):
        (folder / f"{number}.txt").write_text(f"A common record of the archive, shelf number{number}.")
    knowledge = knowledge_of(folder)
    assert (await knowledge.documents("common record number17 archive shelf", 1))[0]["address"] == "17.txt"
    assert len(await knowledge.documents("common record", 5)) == 5  # frequent words, when there is nothing else
