"""Drops a workflow from memory with its worker, without an error message."""

from typing import Any

from temporalio import workflow
from temporalio.exceptions import TemporalError
from temporalio.worker import (
    ExecuteWorkflowInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)


class LeavingInterceptor(Interceptor):
    """Comes before the plugin's interceptor, which asks the workflow for its id when Python frees the workflow.

    By then it runs no more, and the question would end as "Exception ignored in ..." on stderr.
    """

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        return _Leaving


class _Leaving(WorkflowInboundInterceptor):
    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        try:
            return await super().execute_workflow(input)
        except TemporalError:
            if workflow.in_workflow():
                raise
            return None
