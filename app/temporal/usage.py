"""What models count: gathered around a step, and told to the thread's workflow."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import cache

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.tracers.context import register_configure_hook
from temporalio import activity

from app.engine import Usage
from app.results import usage as usage_of

Counting = ContextVar[UsageMetadataCallbackHandler | None]


@asynccontextmanager
async def counted() -> AsyncIterator[None]:
    """Every model called in the block counts. Told by a signal, so that a try that fails is counted too."""
    handler, counting = UsageMetadataCallbackHandler(), _counting()
    token = counting.set(handler)
    try:
        yield
    finally:
        counting.reset(token)
        if handler.usage_metadata:
            about = activity.info()
            assert about.workflow_id
            workflow = activity.client().get_workflow_handle(about.workflow_id, run_id=about.workflow_run_id)
            await workflow.signal("counted", usage_of(handler))


def added(one: Usage, other: Usage) -> Usage:
    return Usage(
        input_tokens=one["input_tokens"] + other["input_tokens"],
        output_tokens=one["output_tokens"] + other["output_tokens"],
        total_tokens=one["total_tokens"] + other["total_tokens"],
        models=dict(Counter(one["models"]) + Counter(other["models"])),
    )


@cache
def _counting() -> Counting:
    """Known to LangChain, once, as a place where it finds a handler."""
    counting: Counting = ContextVar("switchboard_usage", default=None)
    register_configure_hook(counting, inheritable=True)
    return counting
