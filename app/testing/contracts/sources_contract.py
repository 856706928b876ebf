"""What a store of sources has to do."""

import asyncio

import pytest

from nodes.ports.errors import SourceUnreadable
from nodes.ports.search import Lead
from nodes.ports.sources import Sources


@pytest.mark.asyncio
class SourcesContract:
    """Fixtures: `sources`; `leads`, two sources with different texts that can be read; `missing`, one that cannot."""

    async def test_a_source_is_read_once_for_a_thread(self, sources: Sources, leads: list[Lead]) -> None:
        first = await sources.read(leads[0], thread_id="one")
        assert await sources.read(leads[0], thread_id="one") == first
        text = await sources.text(first["digest"])
        assert (len(text), first["characters"]) == (first["characters"], len(text)) != (0, 0)

    async def test_texts_are_kept_by_what_they_say(self, sources: Sources, leads: list[Lead]) -> None:
        one, other = [await sources.read(lead, thread_id="one") for lead in leads]
        again = await sources.read(leads[0], thread_id="two")
        assert again["digest"] == one["digest"] != other["digest"]

    async def test_reading_at_once_keeps_it_once(self, sources: Sources, leads: list[Lead]) -> None:
        read = await asyncio.gather(*(sources.read(leads[0], thread_id="one") for _ in range(4)))
        assert len({one["digest"] for one in read}) == 1

    async def test_what_cannot_be_read_is_said_each_time(self, sources: Sources, missing: Lead) -> None:
        for _ in range(2):
            with pytest.raises(SourceUnreadable):
                await sources.read(missing, thread_id="one")

    async def test_a_forgotten_text_is_gone_unless_another_thread_has_read_it(
        self, sources: Sources, leads: list[Lead]
    ) -> None:
        kept, gone = [await sources.read(lead, thread_id="one") for lead in leads]
        await sources.share("one", "two")
        await sources.forget("one")
        assert await sources.text(kept["digest"])
        assert await sources.read(leads[0], thread_id="two") == kept
        await sources.forget("two")
        for source in (kept, gone):
            with pytest.raises(SourceUnreadable):
                await sources.text(source["digest"])
