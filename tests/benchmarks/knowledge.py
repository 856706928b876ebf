"""How long a folder of documents takes to be indexed, to be looked at again, and to be asked.

    python -m tests.benchmarks.knowledge [DOCUMENTS]

The documents are made up: sections of some hundred words, drawn by Zipf's law, so that few words are frequent and most are
rare, as in real texts. Questions have none of the most frequent words: those are "the" and "of" in real texts, and never
searched for. Asking is measured in one process, after a first question that is measured by itself.
"""

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

from app.clients.knowledge.folder import FolderKnowledge

DOCUMENTS = 3000
QUESTIONS = 200
VOCABULARY = 20_000
SECTIONS = 4
WORDS = 120  # of a section
PASSAGES = 6  # that a question asks for
FREQUENT = 100  # words that no question asks about


async def main(documents: int = DOCUMENTS) -> None:
    author = Author()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "documents"
        folder.mkdir()
        for number in range(documents):
            (folder / f"{number}.md").write_text(author.document())
        knowledge = FolderKnowledge(folder, Path(place) / "index.db")
        indexed = await _timed(knowledge.refresh())
        again = await _timed(knowledge.refresh())
        first = await _timed(knowledge.search(author.question(), PASSAGES))
        asked = [await _timed(knowledge.search(author.question(), PASSAGES)) for _ in range(QUESTIONS)]
        print(
            json.dumps(
                {
                    "documents": documents,
                    "passages": await knowledge.refresh(),
                    "indexed_s": round(indexed, 2),
                    "looked_at_again_s": round(again, 3),
                    "first_question_ms": round(first * 1000, 1),
                    "question_ms": round(statistics.median(asked) * 1000, 1),
                    "slowest_of_20_ms": round(statistics.quantiles(asked, n=20)[-1] * 1000, 1),
                }
            )
        )


class Author:
    """Writes documents and questions; the same ones each time."""

    def __init__(self) -> None:
        self._chance = random.Random(7)
        letters = "abcdeilmnorstu"
        self._words = ["".join(self._chance.choices(letters, k=self._chance.randint(3, 10))) for _ in range(VOCABULARY)]
        self._frequency = [1 / rank for rank in range(1, VOCABULARY + 1)]

    def document(self) -> str:
        sections = (f"## {self._text(3)}\n\n{self._text(WORDS)}." for _ in range(SECTIONS))
        return f"# {self._text(4)}\n\n" + "\n\n".join(sections)

    def question(self) -> str:
        return f"what is the {self._text(4, beyond=FREQUENT)}?"

    def _text(self, count: int, *, beyond: int = 0) -> str:
        return " ".join(self._chance.choices(self._words[beyond:], self._frequency[beyond:], k=count))


async def _timed(work: Awaitable[object]) -> float:
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
