"""Calls to threads' workflows: they wait for a server that restarts, and say when no worker is there."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from uuid import uuid4

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest, DescribeTaskQueueRequest
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowQueryFailedError,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from app.engines.temporal.boundary import Opening, Standing
from app.engines.temporal.server_connection import no_server
from app.engines.temporal.temporal_failures import local
from app.engines.temporal.update_refusals import busy
from app.engines.temporal.workflows import Conversation, Job
from app.settings import Settings
from nodes.ports.errors import DependencyDown, Refused, SwitchboardError

T = TypeVar("T")
Tick = Callable[[], Awaitable[None]] | None

PAUSE_S = 0.2
WORKER_S = 10.0
"""How long a run that was not started yet waits for a first worker."""

AWAY = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.UNKNOWN, RPCStatusCode.ABORTED, RPCStatusCode.RESOURCE_EXHAUSTED)
OVER = "The thread's workflow has ended meanwhile. `switchboard show THREAD` tells where it stands."

UNANSWERED = (RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED, RPCStatusCode.FAILED_PRECONDITION)


class Over(Refused):
    """The workflow has ended, and takes no update any more; or Temporal does not know it."""


@dataclass(frozen=True)
class Calls:
    client: Client
    settings: Settings
    patience_s: float  # how long a worker may take to notice that there is work, and a server to come back

    async def standing(self, thread_id: str) -> tuple[Standing | None, bool]:
        """Where the thread's newest workflow stands, and if it is open. None: Temporal knows of no such workflow."""
        handle = self._handle(thread_id)
        try:
            description = await self._patiently(handle.describe)
            if description.status == WorkflowExecutionStatus.RUNNING:
                quickly = timedelta(seconds=self.patience_s)
                return await self._patiently(
                    lambda: handle.query("standing", result_type=Standing, rpc_timeout=quickly)
                ), True
            if description.status == WorkflowExecutionStatus.COMPLETED:
                ended = self.client.get_workflow_handle(thread_id, run_id=description.run_id, result_type=Standing)
                return await self._patiently(ended.result), False
        except Over:
            return None, False
        except WorkflowQueryFailedError as error:
            raise DependencyDown(f"The worker cannot tell where thread {thread_id} stands: {error}.") from error
        return Standing(status="failed", values={}), False

    async def open(self, thread_id: str, opening: Opening, *, talks: bool) -> None:
        """Start a workflow for the thread's next run. Raises ThreadBusy."""
        kind: Any = Conversation.run if talks else Job.run
        try:
            await self._patiently(
                lambda: self.client.start_workflow(
                    kind,
                    opening,
                    id=thread_id,
                    task_queue=self.settings.temporal_task_queue,
                    static_summary=opening.graph,
                )
            )
        except WorkflowAlreadyStartedError as error:
            raise busy(thread_id) from error

    async def update(self, thread_id: str, name: str, *arguments: Any, limit_s: float, tick: Tick) -> Standing:
        """Send an update, once, and wait for what comes of it. `tick` is called now and then.

        Raises what the workflow's validator raises, Over, and DependencyDown when no worker does the work.
        """
        handle, update_id = self._handle(thread_id), uuid4().hex

        async def send() -> Any:
            return await self._patiently(
                lambda: handle.start_update(
                    name,
                    args=arguments,
                    id=update_id,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    result_type=Standing,
                )
            )

        try:
            accepted = await self._within(self.patience_s, send(), tick, self._no_answer(thread_id))
        except DependencyDown as silent:
            raise await self._stuck(thread_id) or silent from silent
        late = self._no_answer(thread_id)
        return await self._within(
            limit_s + self.patience_s, self._patiently(accepted.result, for_s=limit_s), tick, late
        )

    async def delete(self, thread_id: str) -> None:
        """End the thread's workflow, and remove its history and those of its earlier runs. Repeatable."""
        runs = [run.run_id async for run in self.client.list_workflows(f"WorkflowId = '{thread_id}'")]
        for run_id in [*runs, ""]:  # "": the newest, which the list may not have yet
            request = DeleteWorkflowExecutionRequest(
                namespace=self.client.namespace,
                workflow_execution=WorkflowExecution(workflow_id=thread_id, run_id=run_id),
            )
            with suppress(Over):
                await self._patiently(partial(self.client.workflow_service.delete_workflow_execution, request))

    async def worker_needed(self) -> None:
        """Raises DependencyDown when no worker has asked for work lately, and none comes while we wait."""

        async def appear() -> None:
            while not await self.workers():  # noqa: ASYNC110 (the others are other processes)
                await asyncio.sleep(PAUSE_S)

        missing = DependencyDown(
            f"{self._no_worker()} Nothing was started. Start one with `switchboard worker`, then try again."
        )
        await self._within(min(self.patience_s, WORKER_S), appear(), _nothing, missing)

    async def workers(self) -> int:
        """How many workers have asked for work in the last minutes; some of them may be gone by now."""
        queue = TaskQueue(name=self.settings.temporal_task_queue)
        kind = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
        request = DescribeTaskQueueRequest(namespace=self.client.namespace, task_queue=queue, task_queue_type=kind)
        found = await self._patiently(lambda: self.client.workflow_service.describe_task_queue(request))
        return len({poller.identity for poller in found.pollers})

    async def _within(self, seconds: float, work: Coroutine[Any, Any, T], tick: Tick, late: Exception) -> T:
        """The work's result; raises `late` when it takes longer. A task of its own: the library hides cancellation."""
        task, until = asyncio.create_task(work), time.monotonic() + seconds
        try:
            while not task.done() and time.monotonic() < until:
                await asyncio.wait({task}, timeout=PAUSE_S)
                if tick:
                    await tick()
            if not task.done():
                raise late
            return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _patiently(self, call: Callable[[], Awaitable[T]], *, for_s: float = 0) -> T:
        """The call's result, in our errors. A server that is away is asked again for a while."""
        until = time.monotonic() + max(self.patience_s, for_s)
        while True:
            try:
                return await call()
            except WorkflowUpdateFailedError as error:
                raise _refused(error) from error
            except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
                status = error.status if isinstance(error, RPCError) else RPCStatusCode.UNAVAILABLE
                if status not in AWAY or time.monotonic() >= until:
                    raise self._sentence(error, status) from error
                await asyncio.sleep(PAUSE_S)

    def _sentence(self, error: Exception, status: RPCStatusCode) -> Exception:
        if status == RPCStatusCode.NOT_FOUND:
            return Over(OVER)
        if status in AWAY:
            return no_server(self.settings)
        if status in UNANSWERED:
            return DependencyDown(f"{self._no_worker()} Start one with `switchboard worker`.")
        return DependencyDown(f"Temporal at {self.settings.temporal_address} refused: {error}.")

    async def _stuck(self, thread_id: str) -> DependencyDown | None:
        """For a workflow that workers try to go on with, and fail at each time."""
        with suppress(RPCError):
            description = await self._handle(thread_id).describe()
            if description.raw_description.pending_workflow_task.attempt > 1:
                return DependencyDown(
                    f"A worker is there, and cannot go on with thread {thread_id}; its log says why. Workers and command "
                    "line need the same SWITCHBOARD_ENCRYPTION_KEY, and the same version of Switchboard."
                )
        return None

    def _no_answer(self, thread_id: str) -> DependencyDown:
        return DependencyDown(
            f"{self._no_worker()} Nothing is lost: start one with `switchboard worker`, and thread {thread_id} goes on; "
            f"`switchboard show {thread_id}` tells where it stands."
        )

    def _no_worker(self) -> str:
        return (
            f"No worker answers on the task queue {self.settings.temporal_task_queue!r} "
            f"of {self.settings.temporal_address}."
        )

    def _handle(self, thread_id: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(thread_id)


async def _nothing() -> None:
    """Does nothing."""


def _refused(error: WorkflowUpdateFailedError) -> Exception:
    cause = local(error.cause)
    if isinstance(cause, SwitchboardError):
        return cause
    return Over(OVER) if getattr(error.cause, "type", "") == "AcceptedUpdateCompletedWorkflow" else error
