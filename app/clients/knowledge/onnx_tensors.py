"""The numbers in an ONNX file, by their names: as much of the format (Protocol Buffers) as that takes."""

from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

GRAPH, INITIALIZER = 7, 5
DIMS, DATA_TYPE, NAME, RAW_DATA = 1, 2, 8, 9
TYPES: dict[int, type[np.float32 | np.int8]] = {1: np.float32, 3: np.int8}
VARINT, LENGTH = 0, 2
FIXED = {1: 8, 5: 4}

Tensors: TypeAlias = dict[str, NDArray[Any]]


def tensors(file: Path) -> Tensors:
    """Those of floats and of small integers. They stay in the file until they are used."""
    with file.open("rb") as opened:
        content = memoryview(mmap(opened.fileno(), 0, access=ACCESS_READ))
    graph = next(value for field, value in _fields(content) if field == GRAPH)
    found = (_tensor(value) for field, value in _fields(graph) if field == INITIALIZER)
    return {name: tensor for name, tensor in found if tensor is not None}


def _tensor(message: memoryview) -> tuple[str, NDArray[Any] | None]:
    sizes, told = list[int](), dict[int, Any]()
    for field, value in _fields(message):
        if field == DIMS:
            sizes += [value] if isinstance(value, int) else _packed(value)
        else:
            told[field] = value
    name, kind = bytes(told[NAME]).decode(), TYPES.get(told[DATA_TYPE])
    if kind is None or RAW_DATA not in told:
        return name, None
    return name, np.frombuffer(told[RAW_DATA], kind).reshape(sizes)


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        if key & 7 == VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        size, at = _varint(message, at) if key & 7 == LENGTH else (FIXED[key & 7], at)
        yield key >> 3, message[at : at + size]
        at += size


def _packed(message: memoryview) -> Iterator[int]:
    at = 0
    while at < len(message):
        value, at = _varint(message, at)
        yield value


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """The number, and where the next thing begins."""
    value = shift = 0
    while True:
        byte = message[at]
        at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
        if byte < 128:
            return value, at
