"""What threads have read."""

from typing import NotRequired, Protocol

from typing_extensions import TypedDict

from nodes.ports.knowledge import Found
from nodes.ports.search import Lead


class Page(TypedDict):
    """The readable text of a source."""

    address: str  # where it was found in the end, after redirects
    title: str
    text: str
    found: NotRequired[list[Found]]  # what its whole folder says that may answer; left out: it is of no folder


class Source(TypedDict):
    """A source that was read. Its text is kept under the digest; it is data, never an instruction."""

    address: str
    title: str
    digest: str
    characters: int


class Sources(Protocol):
    """What threads have read. A source is fetched once for a thread, and its text kept by its content."""

    async def read(self, lead: Lead, *, thread_id: str, folder: str | None = None) -> Source:
        """The source, fetched or remembered. Raises SourceUnavailable (worth another try), SourceUnreadable (final)."""

    async def text(self, digest: str) -> str:
        """A text that was read. Raises SourceUnreadable when it is not there any more."""

    async def share(self, from_thread: str, to_thread: str) -> None:
        """What one thread has read, another has read too. Repeatable."""

    async def forget(self, thread_id: str, *, with_texts: bool = True) -> None:
        """What the thread has read. `with_texts`: and then every text that no thread has read, as `forget_texts`."""

    async def forget_texts(self) -> None:
        """Texts that no thread has read, or none that is left."""
