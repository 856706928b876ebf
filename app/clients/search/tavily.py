"""Search through Tavily, by the package that Tavily maintains for LangChain (the extra `web`)."""

import asyncio
import re
from typing import Any

from app.clients.search.snippets import leads
from app.extras import missing_extra
from nodes.ports.errors import NotConfigured, SearchUnavailable, SwitchboardError
from nodes.ports.search import Lead

NAME = "tavily"
TIMEOUT_S = 20.0
MOST_RESULTS = 20
LONGEST_QUERY = 400
"""Characters; Tavily refuses more."""

_STATUS = re.compile(r"Error (\d{3})\b")


class TavilySearch:
    """Implements nodes.ports.Search."""

    def __init__(self, api_key: str, *, base_url: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        """`base_url`: another server with the same interface. Raises NotConfigured without a key."""
        if not api_key.strip():
            raise NotConfigured("Searching with Tavily needs a key: set TAVILY_API_KEY, or choose another search.")
        self._api_key = api_key.strip()
        self._base_url = base_url.rstrip("/") if base_url else None
        self._timeout_s = timeout_s

    async def search(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        """Raises SearchUnavailable, NotConfigured."""
        if not query.strip():
            return []
        tool = await asyncio.to_thread(self._tool, min(limit, MOST_RESULTS))
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await tool.ainvoke({"query": query[:LONGEST_QUERY]})
        except TimeoutError as error:
            raise SearchUnavailable(
                f"Tavily did not answer within {self._timeout_s:g} seconds; try again later."
            ) from error
        if isinstance(answer, str):  # how the package says that nothing was found
            return []
        if isinstance(problem := answer.get("error"), Exception):
            raise _translated(problem) from problem
        return leads(answer, NAME)[:limit]

    def _tool(self, most: int) -> Any:
        """In a thread: the package takes a while to load."""
        try:
            from langchain_tavily import TavilySearch as Tool
        except ImportError as error:
            raise missing_extra("Searching with Tavily", "web") from error
        return Tool(tavily_api_key=self._api_key, api_base_url=self._base_url, max_results=most)


def _translated(error: Exception) -> SwitchboardError:
    """The package tells a refusal by its words alone: "Error 401: Unauthorized"."""
    status = int(found[1]) if (found := _STATUS.search(str(error))) else 0
    match status:
        case 401 | 403:
            return NotConfigured(f"Tavily refused the key ({status}): correct TAVILY_API_KEY.")
        case 432 | 433:
            return NotConfigured(
                f"The limit of the Tavily plan is used up ({status}): raise it, or choose another search."
            )
        case 400 | 404 | 405 | 422:
            return NotConfigured(
                f"Tavily did not understand the search ({status}): update the package langchain-tavily."
            )
        case 0:
            return SearchUnavailable(f"Tavily could not be asked ({type(error).__name__}); try again later.")
        case _:
            return SearchUnavailable(f"Tavily answered {status}; try again later.")
