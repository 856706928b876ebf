"""A worker: runs the workflows and their steps. Any number of them share one task queue and one business database."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.langgraph import LangGraphPlugin
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from app.composition import open_installation
from app.engines.temporal.activity_steps import Recorder, StepInterceptor
from app.engines.temporal.development_server import development_server
from app.engines.temporal.dropped_workflows import LeavingInterceptor
from app.engines.temporal.search_attributes import registered
from app.engines.temporal.server_connection import connect
from app.engines.temporal.workflows import Conversation, Job
from app.engines.thread_records import ThreadRecords
from app.settings import Settings
from graphs import BUILT_IN, left_out, usable
from graphs import build as build_graph
from graphs.policies import HEARTBEAT_S, Kind, temporal

GRACE = timedelta(seconds=10)
"""How long steps may go on when the worker is told to stop."""

DEPLOYMENT = "switchboard"


@dataclass(frozen=True)
class Pace:
    """How soon a worker that died is noticed, and how much a worker remembers."""

    heartbeat_s: float = HEARTBEAT_S  # of its steps
    sticky_s: float = 5.0  # of its workflows: how long a task waits for the worker that has the workflow in memory
    cached: int = 500  # workflows in memory; the others are rebuilt from their history when they go on

    def policy(self, kind: Kind) -> dict[str, Any]:
        return temporal(kind, heartbeat_s=self.heartbeat_s)


def plugin(pace: Pace) -> LangGraphPlugin:
    """Every workflow's graph, its steps as activities."""
    return LangGraphPlugin(graphs={name: build_graph(name, pace.policy) for name in (*BUILT_IN, *usable())})


def worker(
    client: Client, installation: ThreadRecords, *, build: str | None = None, pace: Pace | None = None
) -> Worker:
    """`build`: the version under which this worker takes part in worker versioning; None: it takes no part.

    Without Temporal's sandbox: it refuses the modules that LangGraph imports in the middle of a run. That our workflows
    are deterministic is tested by replaying recorded histories.
    """
    recorder, pace = Recorder(installation.journal, installation.threads, installation.services), pace or Pace()
    return Worker(
        client,
        task_queue=installation.settings.temporal_task_queue,
        workflows=[Job, Conversation],
        activities=[recorder.record],
        plugins=[plugin(pace)],
        interceptors=[LeavingInterceptor(), StepInterceptor(recorder)],
        workflow_runner=UnsandboxedWorkflowRunner(),
        graceful_shutdown_timeout=GRACE,
        max_cached_workflows=pace.cached,
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=pace.sticky_s),
        deployment_config=_deployment(build) if build else None,
    )


async def serve(
    settings: Settings, *, say: Callable[[str], None], build: str | None = None, with_server: bool = False
) -> None:
    """Work until SIGINT or SIGTERM; steps that have begun may finish. Raises NotConfigured, DependencyDown.

    `with_server`: on a development server of its own.
    """
    async with AsyncExitStack() as stack:
        if with_server:
            await stack.enter_async_context(development_server(settings))
        client = await connect(settings)
        await registered(client, add=True)
        installation = await stack.enter_async_context(open_installation(settings, engine="temporal"))
        stop = _stopped_by_signals()
        async with worker(client, installation, build=build):
            queue = f"{settings.temporal_task_queue!r} of {settings.temporal_address} ({settings.temporal_namespace})"
            for problem in left_out():
                say(f"Left out: {problem}")
            say(f"At work on the task queue {queue}: {', '.join([*BUILT_IN, *usable()])}. Ctrl-C ends it.")
            await stop.wait()
            say("Stopping; steps that have begun are finished first.")


def _deployment(build: str) -> WorkerDeploymentConfig:
    """A workflow stays with the build that it began on; a new one begins on the current build."""
    return WorkerDeploymentConfig(
        WorkerDeploymentVersion(DEPLOYMENT, build),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


def _stopped_by_signals() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    with suppress(NotImplementedError):  # not a POSIX system: Ctrl-C ends the process at once, and nothing is lost
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)
    return stop
