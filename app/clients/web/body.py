"""The body of an answer, decompressed in small steps, so that a small body cannot become a huge one."""

import zlib
from collections.abc import Callable, Iterator

import httpx

STEP = 65_536  # bytes
ACCEPTED = "gzip, deflate"


class TooLarge(Exception):
    """The body is larger than the limit."""


class UnknownEncoding(Exception):
    """The body is compressed in a way that was not asked for, or is broken."""


async def body(response: httpx.Response, most: int, *, cut: bool = False) -> bytes:
    """At most so many bytes. `cut`: the rest is left out, instead of TooLarge. Raises UnknownEncoding."""
    unpack, parts = _unpacking(response.headers.get("content-encoding", "")), bytearray()
    async for raw in response.aiter_raw():
        for piece in unpack(raw):
            parts += piece
            if len(parts) > most:
                if cut:
                    return bytes(parts[:most])
                raise TooLarge
    return bytes(parts)


def _unpacking(encoding: str) -> Callable[[bytes], Iterator[bytes]]:
    match encoding.strip().lower():
        case "" | "identity":
            return lambda raw: iter((raw,))
        case "gzip" | "x-gzip" | "deflate":
            return _Inflater().feed
        case other:
            raise UnknownEncoding(other[:40])


class _Inflater:
    """gzip, zlib, and the bare deflate that some servers call by the same name."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None

    def feed(self, raw: bytes) -> Iterator[bytes]:
        if not raw:
            return
        if self._stream is None:
            self._stream = zlib.decompressobj(_window(raw[0]))
        try:
            full = True  # a full piece may have more behind it, even when all the input is used
            while (raw or full) and not self._stream.eof:
                piece = self._stream.decompress(raw, STEP)
                raw, full = self._stream.unconsumed_tail, len(piece) == STEP
                yield piece
        except zlib.error as error:
            raise UnknownEncoding("broken") from error


def _window(first: int) -> int:
    """What zlib is to expect, by the first byte."""
    return zlib.MAX_WBITS | 32 if first == 0x1F or first & 0x0F == 8 else -zlib.MAX_WBITS
