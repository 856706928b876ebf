"""What a search provider has to do."""

import pytest

from nodes.ports.search import Search


@pytest.mark.asyncio
class SearchContract:
    """Fixtures: `search`; `provider`, its name; `query`, for which there are at least two sources."""

    async def test_a_lead_says_what_and_where(self, search: Search, provider: str, query: str) -> None:
        found = await search.search(query, 5)
        assert all(lead["provider"] == provider for lead in found)
        assert all(lead["address"] and lead["title"] for lead in found)
        assert all("\n" not in lead["title"] for lead in found)

    async def test_every_source_is_listed_once(self, search: Search, query: str) -> None:
        addresses = [lead["address"] for lead in await search.search(query, 5)]
        assert len(addresses) == len(set(addresses)) >= 2

    async def test_the_limit_holds(self, search: Search, query: str) -> None:
        assert len(await search.search(query, 1)) == 1

    async def test_nothing_is_found_about_nothing(self, search: Search) -> None:
        assert await search.search("xyzzyplugh", 5) == []
