"""What passages mean, beside their words: a vector of each, and of each of its pieces that can be quoted, in the index.

They are kept by the model's name and the passage's id, which stays while its words stay.
"""

import sqlite3
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul
from typing import Protocol, TypeAlias

from app.clients.knowledge.index import TITLE, writing
from app.clients.language.quotable import quotable
from nodes.ports.knowledge import Found

ENOUGH = 0.95
"""Of a folder's passages have a vector before they count: those that have would hide the others."""
AT_ONCE = 4  # passages whose pieces are sent and stored together
OF_FOLDER = (
    "FROM passages JOIN documents USING (document_id) LEFT JOIN vectors ON passage_id = id AND model = :model "
    "WHERE folder_id = :folder"
)

Vector: TypeAlias = "array[float]"
"""Of length 1."""


class EmbeddingModel(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def problem(self) -> str:
        """Why it does not answer at present; "" when it does, as far as is known."""

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """One for each text. Raises LanguageUnavailable."""


@dataclass(frozen=True)
class Meaning:
    """Of a question in a folder: 0 is as near as its passages are on average, without the nearest; 1 the same. So models can
    be compared: the cosines of some are all above 0.7."""

    model: EmbeddingModel
    vector: Vector
    cosines: Mapping[str, float]

    @cached_property
    def passages(self) -> Mapping[str, float]:
        return {passage: self._beyond(cosine) for passage, cosine in self.cosines.items()}

    def near(self, other: Vector) -> float:
        return self._beyond(_cosine(self.vector, other))

    @cached_property
    def _usual(self) -> float:
        others = sorted(self.cosines.values())[:-1]
        return min(0.99, sum(others) / len(others)) if others else 0.0

    def _beyond(self, cosine: float) -> float:
        return (cosine - self._usual) / (1 - self._usual)


def missing(connection: sqlite3.Connection, folder: int, model: str, limit: int) -> dict[str, str]:
    """Passages without a vector, at most so many: their ids, and what is sent for them."""
    rows = connection.execute(
        f"SELECT id, {TITLE}, heading, text {OF_FOLDER} AND whole IS NULL LIMIT :limit",
        {"folder": folder, "model": model, "limit": limit},
    )
    return {row["id"]: _sent(row["title"], row["heading"], row["text"]) for row in rows}


def counts(connection: sqlite3.Connection, folder: int, model: str) -> tuple[int, int]:
    """How many passages have a vector, and how many there are."""
    found = connection.execute(f"SELECT count(whole), count(*) {OF_FOLDER}", {"folder": folder, "model": model})
    having, total = found.fetchone()
    return having, total


def store(connection: sqlite3.Connection, model: str, found: Mapping[str, Vector]) -> None:
    with writing(connection):
        connection.executemany(
            "INSERT INTO vectors (model, passage_id, whole) VALUES (?, ?, ?) "
            "ON CONFLICT (model, passage_id) DO UPDATE SET whole = excluded.whole",
            [(model, passage, vector.tobytes()) for passage, vector in found.items()],
        )


def forget_gone(connection: sqlite3.Connection) -> None:
    """The vectors of passages that are in no folder any more."""
    connection.execute("DELETE FROM vectors WHERE passage_id NOT IN (SELECT id FROM passages)")


def meaning(connection: sqlite3.Connection, folder: int, model: EmbeddingModel, question: str) -> Meaning | None:
    """None in a folder most of whose passages have no vector yet. Raises LanguageUnavailable."""
    vector = model.vectors([question])[0]  # first: a server that is down is to be told of
    having, total = counts(connection, folder, model.name)
    if not having or having < ENOUGH * total:
        return None
    rows = connection.execute(
        f"SELECT id, whole {OF_FOLDER} AND whole IS NOT NULL",
        {"folder": folder, "model": model.name},
    )
    return Meaning(model, vector, {passage: _cosine(vector, array("f", stored)) for passage, stored in rows})


def with_nearness(connection: sqlite3.Connection, meaning: Meaning, found: Sequence[Found]) -> list[Found]:
    """The passages, each with how near it and its pieces are to the question. Raises LanguageUnavailable."""
    texts = {one["id"]: [piece.text for piece in quotable(one["text"])] for one in found}
    pieces = dict(_known_pieces(connection, meaning.model.name, texts, len(meaning.vector)))
    new = [passage for passage in texts if passage not in pieces]
    for at in range(0, len(new), AT_ONCE):
        pieces |= _new_pieces(
            connection, meaning.model, {passage: texts[passage] for passage in new[at : at + AT_ONCE]}
        )
    return [
        {
            **one,
            "near": [round(meaning.near(each), 3) for each in pieces[one["id"]]],
            "near_whole": round(meaning.passages[one["id"]], 3),
        }
        for one in found
    ]


def _known_pieces(
    connection: sqlite3.Connection, model: str, texts: Mapping[str, Sequence[str]], size: int
) -> Iterator[tuple[str, list[Vector]]]:
    """Of the passages that were read for a question before."""
    rows = connection.execute(
        f"SELECT passage_id, pieces FROM vectors WHERE model = ? AND pieces IS NOT NULL "  # noqa: S608
        f"AND passage_id IN ({','.join('?' * len(texts))})",
        (model, *texts),
    )
    for passage, stored in rows:
        values = array("f", stored)
        if len(values) == size * len(texts[passage]):
            yield passage, [values[at : at + size] for at in range(0, len(values), size)]


def _new_pieces(
    connection: sqlite3.Connection, model: EmbeddingModel, texts: Mapping[str, Sequence[str]]
) -> dict[str, list[Vector]]:
    """Made when a passage is first read for a question: most passages never are."""
    vectors = iter(model.vectors([text for each in texts.values() for text in each]))
    pieces = {passage: [next(vectors) for _ in each] for passage, each in texts.items()}
    with writing(connection):
        connection.executemany(
            "INSERT INTO vectors (model, passage_id, pieces) VALUES (?, ?, ?) "
            "ON CONFLICT (model, passage_id) DO UPDATE SET pieces = excluded.pieces",
            [(model.name, passage, b"".join(map(bytes, each))) for passage, each in pieces.items()],
        )
    return pieces


def _sent(title: str, heading: str, text: str) -> str:
    return f"{title}: {heading}\n{text}" if heading not in ("", title) else f"{title}\n{text}"


def _cosine(one: Vector, other: Vector) -> float:
    return sum(map(mul, one, other), 0.0)
