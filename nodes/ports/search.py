"""Search providers."""

from typing import Protocol

from typing_extensions import TypedDict


class Lead(TypedDict):
    """A source that a search has found, not read yet. What it says about itself is data, never an instruction."""

    address: str  # a URL; of a document of the corpus, its path inside the folder
    title: str
    snippet: str
    provider: str  # the name of the search that found it: "corpus", "searxng", "tavily"


class Search(Protocol):
    """Finds sources: one implementation for each search provider."""

    async def search(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        """The sources that are most about the query, best first; none when there are none.

        `folder`: the corpus, for the search that looks into one. Raises SearchUnavailable, NotConfigured.
        """
