"""all-MiniLM-L6-v2: word pieces go through six layers of attention; the mean of what comes out is what a text means."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.clients.knowledge.onnx_tensors import Tensors, tensors

HEADS = 12
EPSILON = 1e-12
_WEIGHTS = re.compile(r"val_(\d+)_q")
"""The six matrices of each layer have only numbers, in the order in which they are used."""

Matrix: TypeAlias = NDArray[np.float32]


class Dense(NamedTuple):
    weights: Matrix
    bias: Matrix

    def __call__(self, rows: Matrix) -> Matrix:
        return rows @ self.weights + self.bias


class Norm(NamedTuple):
    scale: Matrix
    bias: Matrix

    def __call__(self, rows: Matrix) -> Matrix:
        centred: Matrix = rows - rows.mean(-1, keepdims=True)
        centred /= np.sqrt((centred * centred).mean(-1, keepdims=True) + EPSILON)
        return centred * self.scale + self.bias


class Layer(NamedTuple):
    sights: Dense  # queries, keys and values
    attended: Dense
    first_norm: Norm
    wide: Dense
    narrow: Dense
    second_norm: Norm

    def __call__(self, rows: Matrix, texts: Sequence[slice]) -> Matrix:
        sights = self.sights(rows)
        rows = self.first_norm(rows + self.attended(np.concatenate([_attention(sights[text]) for text in texts])))
        return self.second_norm(rows + self.narrow(_gelu(self.wide(rows))))


class SentenceEncoder:
    def __init__(self, file: Path) -> None:
        """`file`: the model in ONNX, its matrices in 8 bits."""
        found = tensors(file)
        at = "inner.embeddings."
        self._words, self._scale = found[f"{at}word_embeddings.weight_q"], found[f"{at}word_embeddings.weight_scale"]
        self._places = _whole(found, f"{at}position_embeddings.weight") + found[f"{at}token_type_embeddings.weight"][0]
        self._norm = _norm(found, f"{at}LayerNorm")
        self._layers = list(_layers(found))

    def means(self, texts: Sequence[Sequence[int]]) -> Matrix:
        """A row of length 1 for each text, from the numbers of its word pieces."""
        ends = list(accumulate(map(len, texts), initial=0))
        pieces = np.concatenate([np.asarray(text) for text in texts])
        places = np.concatenate([self._places[: len(text)] for text in texts])
        rows = self._norm(self._words[pieces] * self._scale[pieces] + places)
        for layer in self._layers:
            rows = layer(rows, [slice(*ends) for ends in pairwise(ends)])
        found: Matrix = np.add.reduceat(rows, ends[:-1])
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found


def _layers(found: Tensors) -> Iterator[Layer]:
    numbers = sorted(int(match[1]) for name in found if (match := _WEIGHTS.fullmatch(name)))
    weights = (_whole(found, f"val_{number}") for number in numbers)
    for number in range(len(numbers) // 6):
        at = f"inner.encoder.layer.{number}."
        three = ("query", "key", "value")
        yield Layer(
            Dense(
                np.concatenate([next(weights) for _ in three], axis=1),
                np.concatenate([found[f"{at}attention.self.{one}.bias"] for one in three]),
            ),
            Dense(next(weights), found[f"{at}attention.output.dense.bias"]),
            _norm(found, f"{at}attention.output.LayerNorm"),
            Dense(next(weights), found[f"{at}intermediate.dense.bias"]),
            Dense(next(weights), found[f"{at}output.dense.bias"]),
            _norm(found, f"{at}output.LayerNorm"),
        )


def _norm(found: Tensors, name: str) -> Norm:
    return Norm(found[f"{name}.weight"], found[f"{name}.bias"])


def _whole(found: Tensors, name: str) -> Matrix:
    return np.multiply(found[f"{name}_q"], found[f"{name}_scale"], dtype=np.float32)


def _attention(sights: Matrix) -> Matrix:
    """Each piece of a text sees the others, as much as its query is like their keys."""
    queries, keys, values = sights.reshape(len(sights), 3, HEADS, -1).transpose(1, 2, 0, 3)
    seen: Matrix = queries @ keys.transpose(0, 2, 1) / np.sqrt(np.float32(queries.shape[-1]))
    seen = np.exp(seen - seen.max(-1, keepdims=True))
    seen /= seen.sum(-1, keepdims=True)
    return (seen @ values).transpose(1, 0, 2).reshape(len(sights), -1)


def _gelu(rows: Matrix) -> Matrix:
    """Each number times how much of the normal distribution lies below it; to seven digits (Abramowitz and Stegun, 7.1.26)."""
    t = 1 / (1 + np.float32(0.3275911 / 2**0.5) * np.abs(rows))
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    above: Matrix = 0.5 * tail * np.exp(-0.5 * rows * rows)
    return rows * np.where(rows < 0, above, 1 - above)
