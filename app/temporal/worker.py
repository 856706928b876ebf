"""A worker: runs the workflows and their steps. Any number of them share one task queue and one business database."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from temporalio.client import Client
from temporalio.langgraph import LangGraphPlugin
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from app.policies import PolicyFor, temporal
from app.settings import Settings
from app.temporal.connection import connect
from app.temporal.house import House, open_house
from app.temporal.search_attributes import registered
from app.temporal.steps import Clerk, StepInterceptor
from app.temporal.workflows import Conversation, Job
from graphs import CATALOGUE, workflow

GRACE = timedelta(seconds=10)
"""How long steps may go on when the worker is told to stop."""


CACHED = 500


def plugin(policy: PolicyFor = temporal) -> LangGraphPlugin:
    """Every workflow's graph, its steps as activities."""
    return LangGraphPlugin(graphs={name: workflow(name).build(policy=policy) for name in CATALOGUE})


def worker(client: Client, house: House, *, policy: PolicyFor = temporal, cached: int = CACHED) -> Worker:
    """`cached`: how many workflows are kept in memory; the others are made again from their history when they go on.

    Without Temporal's sandbox: it refuses the modules that LangGraph imports in the middle of a run. That our workflows
    are deterministic is tested by replaying recorded histories.
    """
    clerk = Clerk(house.journal, house.threads)
    return Worker(
        client,
        task_queue=house.settings.temporal_task_queue,
        workflows=[Job, Conversation],
        activities=[clerk.record],
        plugins=[plugin(policy)],
        interceptors=[StepInterceptor(clerk)],
        workflow_runner=UnsandboxedWorkflowRunner(),
        graceful_shutdown_timeout=GRACE,
        max_cached_workflows=cached,
    )


async def serve(settings: Settings, *, say: Callable[[str], None], policy: PolicyFor = temporal) -> None:
    """Work until SIGINT or SIGTERM; steps that have begun may finish. Raises NotConfigured, DependencyDown."""
    client = await connect(settings)
    await registered(client, add=True)
    async with open_house(settings) as house:
        stop = _stopped_by_signals()
        async with worker(client, house, policy=policy):
            queue = f"{settings.temporal_task_queue!r} of {settings.temporal_address} ({settings.temporal_namespace})"
            say(f"At work on the task queue {queue}: {', '.join(CATALOGUE)}. Ctrl-C ends it.")
            await stop.wait()
            say("Stopping; steps that have begun are finished first.")


def _stopped_by_signals() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    with suppress(NotImplementedError):  # not a POSIX system: Ctrl-C ends the process at once, and nothing is lost
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    return stop
