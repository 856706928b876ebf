"""Search in a folder of documents, by the same index that answers questions."""

from typing import TYPE_CHECKING

from nodes.ports.search import Lead

if TYPE_CHECKING:
    from app.clients.knowledge.folder import FolderKnowledge

NAME = "corpus"


class CorpusSearch:
    """Implements nodes.ports.Search. An address is the document's path inside the folder."""

    def __init__(self, knowledge: "FolderKnowledge") -> None:
        self._knowledge = knowledge

    async def search(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        """Raises NotConfigured for a folder that was not named before."""
        return await self._knowledge.documents(query, limit, folder=folder)
