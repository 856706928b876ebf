"""Progress of a run that other processes carry out: the lines they add to the thread's journal."""

from app.engines.contract import Unwatched, Watcher
from app.records.journal import Journal


class Tail:
    """Shows a watcher what was written since `of`."""

    def __init__(self, journal: Journal, thread_id: str, watcher: Watcher, seen: int) -> None:
        self._journal = journal
        self._thread_id = thread_id
        self._watcher = watcher
        self._seen = seen

    @classmethod
    async def of(cls, journal: Journal, thread_id: str, watcher: Watcher) -> "Tail":
        return cls(journal, thread_id, watcher, len(await journal.entries(thread_id)))

    async def look(self) -> None:
        if isinstance(self._watcher, Unwatched):
            return
        entries = await self._journal.entries(self._thread_id)
        for entry in entries[self._seen :]:
            self._watcher.step(entry)
        self._seen = len(entries)
