"""Nothing is quoted that is said to programs, also in wordings that the rules do not know.

Only what is about to be quoted is looked at: a few sentences of an answer, or of a page.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from nodes.ports.errors import LanguageUnavailable
from nodes.ports.knowledge import Found
from nodes.ports.language import Finding, Language, Sentence
from nodes.ports.sources import Page

Quoting = TypeVar("Quoting", Sentence, Finding)


class Probe(Protocol):
    def finds(self, texts: Sequence[str]) -> list[bool]:
        """For each text whether a sentence of it is said to programs. Raises LanguageUnavailable."""


class QuotesForPeople:
    """A `Language` whose answers and findings are quotations without such sentences."""

    def __init__(self, inner: Language, probe: Callable[[], Probe | None]) -> None:
        """`probe` is called when something is about to be quoted: what it loads takes long."""
        self._inner = inner
        self._probe = probe

    async def answer(self, question: str, passages: Sequence[Found], *, problem: str = "") -> list[Sentence]:
        return await self._told_to_people(await self._inner.answer(question, passages, problem=problem))

    async def study(self, topic: str, page: Page) -> list[Finding]:
        return await self._told_to_people(await self._inner.study(topic, page))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def _told_to_people(self, quoting: list[Quoting]) -> list[Quoting]:
        found = await asyncio.to_thread(self._finds, [one["quote"] for one in quoting])
        return [one for one, is_for_programs in zip(quoting, found, strict=True) if not is_for_programs]

    def _finds(self, quotes: Sequence[str]) -> list[bool]:
        probe = self._probe() if quotes else None
        with suppress(LanguageUnavailable):  # said in the log; the rules have judged the sentences already
            return probe.finds(quotes) if probe else [False] * len(quotes)
        return [False] * len(quotes)
