"""Small folders, made of the documents of others: for a question, what answers it among a few documents, and the few alone."""

import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeAlias

from app.clients.knowledge.folder import FolderKnowledge
from app.clients.knowledge.vectors import EmbeddingModel, Vector
from app.clients.language.quotable import quotable
from app.evaluation.answer_scores import AnswerRow, says
from nodes.answer.answer_steps import MOST_PASSAGES
from nodes.ports.knowledge import Found

FEWEST, MOST = 3, 15  # documents beside those that answer
SHORT = (200, 6000)  # bytes of a document beside

Documents: TypeAlias = Mapping[str, Path]
"""By their paths inside the folder."""


class Asked(NamedTuple):
    """What is found for a question among documents that answer it, without those, and without the sentences that do."""

    row: AnswerRow
    few: bool  # of the folder's documents only some
    passages: Sequence[Found]
    without: Sequence[Sequence[Found]]


class KeptVectors:
    """Implements app.clients.knowledge.vectors.EmbeddingModel: every text is sent to the model once."""

    problem = ""

    def __init__(self, model: EmbeddingModel, file: Path) -> None:
        self.name = model.name
        self._model = model
        self._kept = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._kept.execute("PRAGMA synchronous = OFF")
        self._kept.execute("CREATE TABLE IF NOT EXISTS kept (text BLOB PRIMARY KEY, vector BLOB)")

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        found = {text: vector for text in texts if (vector := self._known(text))}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        for text, vector in zip(new, self._model.vectors(new) if new else [], strict=True):
            self._kept.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (self._digest(text), vector.tobytes()))
            found[text] = vector
        return [found[text] for text in texts]

    def _known(self, text: str) -> "Vector | None":
        row = self._kept.execute("SELECT vector FROM kept WHERE text = ?", (self._digest(text),)).fetchone()
        return array("f", row[0]) if row else None

    def _digest(self, text: str) -> bytes:
        return blake2b(f"{self.name}\n{text}".encode(), digest_size=16).digest()


async def among_others(rows: Sequence[AnswerRow], root: Path, model: EmbeddingModel) -> list[Asked]:
    """Each question in a folder of the documents that answer it and 3 to 15 short ones, of its folder or of all."""
    folders = {name: _documents(root / name) for name in sorted({row.folder for row in rows})}
    short = {
        name: {path: file for path, file in each.items() if SHORT[0] <= file.stat().st_size <= SHORT[1]}
        for name, each in folders.items()
    }
    found = []
    for row in rows:
        random = Random(row.question)
        beside = random.choice([[row.folder], list(short)])
        others = [one for name in beside for one in short[name].items() if one[0] not in row.files]
        few = dict(random.sample(others, min(random.randint(FEWEST, MOST), len(others))))
        found.append(await _asked(row, few, folders[row.folder], model))
    return found


async def written(rows: Sequence[AnswerRow], root: Path, model: EmbeddingModel) -> list[Asked]:
    """Each question in the whole of its little folder, and with two documents of it beside what answers."""
    found = []
    for row in rows:
        documents = _documents(root / row.folder)
        others = {path: file for path, file in documents.items() if path not in row.files}
        two = dict(Random(row.question).sample(sorted(others.items()), 2))
        found.append(await _asked(row, others, documents, model, cut=True))
        found.append(await _asked(row, two, documents, model, few=True, cut=True))
    return found


async def _asked(
    row: AnswerRow,
    others: Documents,
    documents: Documents,
    model: EmbeddingModel,
    *,
    few: bool = False,
    cut: bool = False,
) -> Asked:
    """`cut`: also without the sentences that answer alone, where the rest of their documents does not answer."""
    beside = {path: file.read_text() for path, file in others.items()}
    answering = {path: documents[path].read_text() for path in row.files}
    without = await _search(row.question, beside, model)
    if not answering:
        return Asked(row, few, without, [])
    passages = await _search(row.question, beside | answering, model)
    rest = {path: _without(text, row) for path, text in answering.items()}
    return Asked(row, few, passages, [without, await _search(row.question, beside | rest, model)] if cut else [without])


def _without(text: str, row: AnswerRow) -> str:
    """Without the sentences that say the facts."""
    facts = AnswerRow(question=row.question, facts=row.facts)
    for passage in text.split("\n\n"):
        for one in quotable(passage):
            if says(facts, one.text, set()):
                text = text.replace(one.quote, "")
    return text


async def _search(question: str, documents: Mapping[str, str], model: EmbeddingModel) -> Sequence[Found]:
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "folder"
        for path, text in documents.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        knowledge = FolderKnowledge(folder, Path(temporary) / "index.db", embeddings=model)
        knowledge.index(lambda _: None)
        return await knowledge.search(question, MOST_PASSAGES)


def _documents(folder: Path) -> Documents:
    return dict(_files(folder))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*.md")):
        yield file.relative_to(folder).as_posix(), file
