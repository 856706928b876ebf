"""What every engine offers: start, continue, decide and resume a thread, and say where it stands."""

from collections.abc import Mapping
from typing import Any, Protocol

from typing_extensions import TypedDict, Unpack

from app.clients.mail.mail_list import MailList
from app.clients.mail.outbox import Outbox
from app.records.journal import Entry
from app.records.people import People
from app.records.register import Register, Status, Thread, Wanted
from app.records.threads import Threads
from app.settings import Settings
from nodes.context import Context
from nodes.ports import Services
from nodes.ports.approvals import Approval, Decider
from nodes.ports.tickets import Ticket


class Usage(TypedDict):
    input_tokens: int
    output_tokens: int
    total_tokens: int
    models: dict[str, int]  # total tokens of each model
    cost: float | None  # in the provider's currency, of OpenRouter US dollars; None: no provider reported one


class RunResult(TypedDict):
    """Where a thread stands: what every run and every decision prints with --json."""

    thread_id: str
    name: str | None
    graph: str
    status: Status
    outcome: str | None
    reply: str | None
    approval: Approval | None
    values: dict[str, Any]
    usage: Usage


class Watcher(Protocol):
    """Is told what happens in a run."""

    def step(self, entry: Entry) -> None:
        """A step started, ended, failed, waits."""

    def token(self, text: str) -> None:
        """A piece of the reply, as a chat model writes it."""


class Unwatched:
    """Ignores everything."""

    def step(self, entry: Entry) -> None: ...

    def token(self, text: str) -> None: ...


class Lists(Protocol):
    """What the business database alone tells of threads."""

    @property
    def threads(self) -> Register:
        """The register of every thread."""

    async def recent(self, **wanted: Unpack[Wanted]) -> list[Thread]:
        """Threads, most recently active first."""

    async def trace(self, thread: str) -> list[Entry]:
        """The thread's journal, oldest first. Raises UnknownThread."""

    async def tickets(self, thread: str | None = None) -> list[Ticket]:
        """What was handed to people, newest first: of one thread, or all."""

    async def pending(self) -> list[Approval]:
        """Approvals that wait, oldest deadline first."""

    @property
    def outbox(self) -> MailList:
        """Every mail, as lists ask for it."""


class Records(Lists, Protocol):
    """What is known of threads without running or loading one."""

    @property
    def settings(self) -> Settings:
        """What was set up."""

    @property
    def threads(self) -> Threads:
        """The register of every thread, and who runs it now."""

    @property
    def services(self) -> Services:
        """What the steps call."""

    @property
    def outbox(self) -> Outbox:
        """Every mail, sent or not."""

    @property
    def people(self) -> People:
        """Who may do what, if anybody was added."""


class Engine(Records, Protocol):
    """Runs threads. The same calls give the same results, refusals and effects on every engine."""

    async def start(
        self, graph: str, values: Mapping[str, Any], *, thread: str | None = None, context: Context | None = None
    ) -> RunResult:
        """Run a workflow on this input, on a new thread or as the next run of a finished one.

        Raises ThreadUnfinished, ThreadBusy, InvalidInput.
        """

    async def say(
        self, text: str, *, thread: str | None = None, email: str | None = None, context: Context | None = None
    ) -> RunResult:
        """The next message of a support conversation. While an approval is pending, the graph keeps it for later."""

    async def decide(self, thread: str, answer: Mapping[str, Any], *, decider: Decider | None = None) -> RunResult:
        """Answer the pending approval and go on. `decider`: left out, who works at this command line.

        Raises UnknownThread, NothingPending, AlreadyDecided, ApprovalExpired, EditRefused, MayNotDecide, ThreadBusy.
        """

    async def resume(self, thread: str) -> RunResult:
        """Go on after a crash, a stop or a failure. Raises UnknownThread, NothingToResume, ThreadBusy."""

    async def sweep(self) -> list[RunResult]:
        """Let every overdue approval expire, and finish its thread. Threads that are busy are left for the next sweep."""

    async def show(self, thread: str) -> RunResult:
        """Where the thread stands; runs nothing. Raises UnknownThread."""
