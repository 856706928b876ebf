"""What a server keeps going, each by itself: small jobs that look for something to do, and begin it.

All of them may run in any number of processes on one home. Threads are run under their lease, messages are claimed, mails
have their outbox: nothing is done twice.
"""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from shlex import quote

from app.background.at_work import AtWork
from app.background.notices import Notices
from app.clients.webhooks.receivers import Receivers
from app.engines.contract import Engine
from app.engines.langgraph.runner import Runner
from app.engines.sweep.mail_retries import send_due
from app.records.delegated_decisions import Answer, DelegatedDecisions, Request
from app.records.threads import Thread, called
from nodes.ports.clock import iso
from nodes.ports.errors import SwitchboardError

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600))
"""After each try to go on with a run whose process died. After the last one a person gets a ticket."""

_log = logging.getLogger("switchboard.background")

MESSAGES_KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Jobs:
    engine: Engine
    receivers: Receivers
    notices: Notices
    decisions: DelegatedDecisions
    threads_at_work: AtWork = field(default_factory=lambda: AtWork(8))
    receivers_at_work: AtWork = field(default_factory=lambda: AtWork(32))

    async def expire(self) -> None:
        """Approvals whose deadline has passed."""
        if isinstance(self.engine, Runner):
            for record in await self.engine.overdue():
                self.threads_at_work.begin(record["thread_id"], partial(self.engine.expire, record))

    async def finish_decided(self) -> None:
        """Threads whose approval was decided by a command, or in a process that died right after."""
        if isinstance(self.engine, Runner):
            for thread in await self.engine.threads.decided():
                self.threads_at_work.begin(thread["thread_id"], partial(self.engine.finish_decided, thread))

    async def carry_out(self) -> None:
        """Decisions that commands leave to a server."""
        for request in await self.decisions.requests():
            self.threads_at_work.begin(request["handover_id"], partial(self._carry_out, request))

    async def recover(self) -> None:
        """Threads whose process died."""
        if isinstance(self.engine, Runner):
            for thread in await self.engine.threads.dead_runs():
                self.threads_at_work.begin(thread["thread_id"], partial(self._recover, self.engine, thread))

    async def tell(self) -> None:
        """Webhooks and chats. A receiver that hangs holds up nobody else."""
        for target in await self.receivers.outgoing.waiting_targets():
            self.receivers_at_work.begin(target, partial(self.receivers.deliver, target))

    async def notice(self) -> None:
        """Write down who is to be told of new approvals, and reminded of old ones."""
        await self.notices.write(await self.engine.pending())

    async def mail(self) -> None:
        await send_due(self.engine.outbox, self.engine.services, asks=False)

    async def sweep(self) -> None:
        """What is seldom to be done: approvals whose thread is lost, refunds that failed later, tickets closed elsewhere."""
        await self.engine.sweep()

    async def prune(self) -> None:
        """What is over for long."""
        now, days = self.engine.services.clock.now(), self.engine.settings.prune_after_days
        await self.receivers.outgoing.forget(before=iso(now - MESSAGES_KEPT))
        if days and isinstance(self.engine, Runner):
            async for _ in self.engine.archive.prune(before=iso(now - timedelta(days=days))):
                pass

    async def settled(self) -> None:
        """Everything that the jobs have begun is over."""
        await self.threads_at_work.settled()
        await self.receivers_at_work.settled()

    async def end(self) -> None:
        await self.threads_at_work.end()
        await self.receivers_at_work.end()

    async def _carry_out(self, request: Request) -> None:
        """As the command would have done it, for the same person. A refusal is an answer too."""
        if not await self.decisions.claim(request["handover_id"]):
            return
        try:
            decided = self.engine.decide(request["thread_id"], request["answer"], decider=request["decider"])
            answer = Answer(result=await decided)
        except SwitchboardError as error:
            answer = Answer(error=type(error).__name__, message=str(error))
        except Exception as error:  # the command waits for a word, whatever happened
            _log.exception("The decision about thread %s failed", request["thread_id"])
            answer = Answer(error="", message=f"The server failed ({type(error).__name__}); its log says more.")
        await self.decisions.done(request["handover_id"], answer)

    async def _recover(self, runner: Runner, thread: Thread) -> None:
        """Counted before it begins: a run that kills its process is not begun for ever."""
        may_begin = await runner.threads.begin_recovery(thread["thread_id"], PAUSES)
        if may_begin is None:
            await self._give_up(runner, thread)
        elif may_begin:
            await runner.recover(thread)

    async def _give_up(self, runner: Runner, thread: Thread) -> None:
        """The ticket first: what dies in between opens the same one again."""
        await runner.services.tickets.open(
            key=f"{thread['thread_id']}/died/{thread['updated_at']}",
            thread_id=thread["thread_id"],
            reason="The process that ran this thread died, again and again.",
            summary=f"The thread was begun again {len(PAUSES)} times, and its process died, or could not work, each time. "
            f"The log tells why. Correct that, then run `switchboard resume {quote(called(thread))}`.",
            transcript=[],
            facts={"workflow": thread["graph"], **({"order_id": thread["order_id"]} if thread["order_id"] else {})},
        )
        await runner.threads.correct(thread, status="failed", outcome=None)
