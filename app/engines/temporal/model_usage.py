"""What models count in a step, told to the thread's workflow."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity

from app.engines.usage import counted


@asynccontextmanager
async def counted_for_workflow() -> AsyncIterator[None]:
    """Every model called in the block counts. Told by a signal, so that a try that fails is counted too."""
    with counted() as counter:
        try:
            yield
        finally:
            if counter.usage_metadata:
                about = activity.info()
                assert about.workflow_id
                workflow = activity.client().get_workflow_handle(about.workflow_id, run_id=about.workflow_run_id)
                await workflow.signal("counted", counter.usage)
