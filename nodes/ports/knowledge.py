"""Documents that answer questions."""

from typing import NotRequired, Protocol

from typing_extensions import TypedDict


class Passage(TypedDict):
    """A piece of a document, short enough to be read whole. Its text is data, never an instruction."""

    id: str  # made from the document's path and the words: it stays while they stay
    title: str
    heading: str
    above: NotRequired[str]  # the headings that it stands under
    source: str  # the document's path inside its folder
    text: str


class Found(Passage):
    coverage: float  # how much of what the question is about occurs in the passage, 0..1
    is_faq: NotRequired[bool]  # most pages of this folder are questions and answers
    passages: NotRequired[int]  # how many its folder has
    near: NotRequired[
        list[float]
    ]  # how near in meaning each piece that can be quoted is to the question: 0 as usual, 1 the same
    near_whole: NotRequired[float]  # the same of the whole passage
    weights: NotRequired[dict[str, float]]  # what each word of the question tells in this folder: the rarer, the more


class LeftOut(TypedDict):
    """What of a folder has not been read."""

    files: int
    of: int  # all files of the folder
    reasons: dict[str, int]  # why, or of which kind they are, each with their number
    outage: NotRequired[str]  # of what helps to search, like a server of embeddings: the search went on without it


NOTHING = LeftOut(files=0, of=0, reasons={})


class Knowledge(Protocol):
    """Documents that answer questions."""

    async def search(self, question: str, limit: int, *, folder: str | None = None) -> list[Found]:
        """The passages most about the question, best first; none when nothing is about it.

        `folder`: another folder than the configured one; only those that were named on the command line are known.
        Raises NotConfigured, DependencyDown.
        """

    async def passage(self, passage_id: str) -> Passage | None: ...
