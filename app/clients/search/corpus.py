"""Search in a folder of documents: a document is as good as the best of its passages."""

import re

from app.clients.knowledge.folder import FolderKnowledge
from app.clients.search.snippets import LONGEST_SNIPPET, line
from app.services import Lead, Passage

NAME = "corpus"
PASSAGES_PER_DOCUMENT = 10
"""How many passages are looked at for each document that is wanted: long documents have many good ones."""

_WORD = re.compile(r"[^\W_]+")


class CorpusSearch:
    """Implements app.services.Search. An address is the document's path inside the folder."""

    def __init__(self, knowledge: FolderKnowledge) -> None:
        self._knowledge = knowledge

    async def search(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        """Raises NotConfigured for a folder that nobody has named."""
        words = list(dict.fromkeys(_WORD.findall(query.lower())))
        passages = await self._knowledge.ranked(words, limit * PASSAGES_PER_DOCUMENT, folder=folder)
        best: dict[str, Passage] = {}
        for passage in passages:
            best.setdefault(passage["source"], passage)
        return [_lead(passage) for passage in best.values()][:limit]


def _lead(passage: Passage) -> Lead:
    snippet = line(passage["text"], LONGEST_SNIPPET)
    return Lead(address=passage["source"], title=passage["title"], snippet=snippet, provider=NAME)
