"""What a server does beside answering requests: `async with keeping_going(engine, database): ...`"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.background.at_work import logged
from app.background.jobs import Jobs
from app.background.notices import APPROVER, Notices
from app.clients.database.database import Database
from app.clients.database.text_cipher import TextCipher
from app.clients.notices.chats import Chats
from app.clients.webhooks.receivers import Receivers
from app.engines.contract import Engine
from app.extras import missing_extra
from app.records.delegated_decisions import HEARTBEAT_S, DelegatedDecisions
from app.settings import Settings
from nodes.ports.errors import SwitchboardError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

PATIENCE_S = 5
"""How long an end waits for what the jobs are about to write."""


@dataclass(frozen=True)
class Job:
    name: str
    every_s: float
    do: Callable[[], Awaitable[object]]


def check(settings: Settings) -> None:
    """Raises NotConfigured for a chat's address that cannot be used, and for an extra that is missing."""
    Chats(settings.notify).check()
    if settings.otel_endpoint:
        _exporter(settings.otel_endpoint)


def jobs_of(engine: Engine, database: Database) -> Jobs:
    settings, clock = engine.settings, engine.services.clock
    cipher = TextCipher(settings.encryption_key)
    receivers = Receivers(database, clock, cipher, settings.notify)
    notices = Notices(
        database, engine.services, receivers.chats.targets, settings.approval_reminders_s, settings.base_url
    )
    receivers.senders[APPROVER] = notices.send_reminder
    return Jobs(engine, receivers, notices, DelegatedDecisions(database, clock, cipher))


def plan(jobs: Jobs) -> tuple[Job, ...]:
    """The first four decide how soon people notice: a deadline, a decision, a death, an event."""
    return (
        Job("heartbeat", HEARTBEAT_S, jobs.decisions.beat),
        Job("handovers", 0.1, jobs.carry_out),
        Job("expiry", 0.5, jobs.expire),
        Job("decisions", 0.5, jobs.finish_decided),
        Job("recovery", 0.5, jobs.recover),
        Job("messages", 0.5, jobs.tell),
        Job("notices", 1, jobs.notice),
        Job("mails", 5, jobs.mail),
        Job("sweep", 60, jobs.sweep),
        Job("pruning", 3600, jobs.prune),
    )


def traces(engine: Engine, database: Database) -> tuple[Job, ...]:
    """Raises NotConfigured without the extra."""
    if not (endpoint := engine.settings.otel_endpoint):
        return ()
    exporter = _exporter(endpoint)
    from app.background.traces import Traces

    return (Job("traces", 5, Traces(database, exporter).send),)


def _exporter(endpoint: str) -> "SpanExporter":
    try:
        from app.background.traces import exporter
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_OTEL_ENDPOINT", "otel") from error
    return exporter(endpoint)


@asynccontextmanager
async def keeping_going(engine: Engine, database: Database) -> AsyncIterator[None]:
    """Do what is to be done beside the block, until it ends.

    An error of a job, or of one thread, is logged, and ends nothing else. Raises NotConfigured.
    """
    jobs, stop = jobs_of(engine, database), asyncio.Event()
    planned = (*plan(jobs), *traces(engine, database))
    at_work = [asyncio.create_task(_again_and_again(job, stop)) for job in planned]
    try:
        yield
    finally:
        stop.set()
        _, late = await asyncio.wait(at_work, timeout=PATIENCE_S)
        for task in late:
            task.cancel()
        with suppress(SwitchboardError):  # the database may be gone; a server that is silent counts as dead
            await jobs.decisions.leave()
        await asyncio.gather(*late, jobs.end(), return_exceptions=True)


async def _again_and_again(job: Job, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await logged(job.name, job.do)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), job.every_s)
