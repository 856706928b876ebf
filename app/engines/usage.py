"""What the models of a run counted: tokens, and the cost where the provider reports one."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import LLMResult
from langchain_core.tracers.context import register_configure_hook

from app.engines.contract import Usage


class UsageCounter(UsageMetadataCallbackHandler):
    """Counts the answers of every model that is called while it listens."""

    run_inline = True

    @property
    def ignore_chain(self) -> bool:
        """LangChain would go to another thread and back at every step, to tell it what it does not ask for."""
        return True

    def __init__(self) -> None:
        super().__init__()
        self.cost: float | None = None

    def on_llm_end(self, response: LLMResult, **kwargs: Any) -> None:
        super().on_llm_end(response, **kwargs)
        message = getattr(response.generations[0][0], "message", None) if response.generations else None
        cost = _cost(message) if isinstance(message, AIMessage) else None
        if cost is not None:
            with self._lock:
                self.cost = (self.cost or 0.0) + cost

    @property
    def usage(self) -> Usage:
        counted = self.usage_metadata
        return Usage(
            input_tokens=sum(one["input_tokens"] for one in counted.values()),
            output_tokens=sum(one["output_tokens"] for one in counted.values()),
            total_tokens=sum(one["total_tokens"] for one in counted.values()),
            models={model: one["total_tokens"] for model, one in counted.items()},
            cost=self.cost,
        )


@contextmanager
def counted() -> Iterator[UsageCounter]:
    """Counts every model that is called in the block, in any task of it."""
    counter, listening = UsageCounter(), _listening()
    token = listening.set(counter)
    try:
        yield counter
    finally:
        listening.reset(token)


def added(one: Usage, other: Usage) -> Usage:
    costs = [cost for cost in (one.get("cost"), other.get("cost")) if cost is not None]
    return Usage(
        input_tokens=one["input_tokens"] + other["input_tokens"],
        output_tokens=one["output_tokens"] + other["output_tokens"],
        total_tokens=one["total_tokens"] + other["total_tokens"],
        models=dict(Counter(one["models"]) + Counter(other["models"])),
        cost=sum(costs) if costs else None,
    )


def _cost(answer: AIMessage) -> float | None:
    """OpenRouter and similar servers report it beside the tokens; in a stream perhaps more than once, each time in full."""
    cost = (answer.response_metadata.get("token_usage") or {}).get("cost")
    last = cost[-1] if isinstance(cost, list) else cost
    return float(last) if isinstance(last, int | float) else None


@cache
def _listening() -> "ContextVar[UsageCounter | None]":
    """Known to LangChain, once, as a place where it finds a handler."""
    listening: ContextVar[UsageCounter | None] = ContextVar("switchboard_usage", default=None)
    register_configure_hook(listening, inheritable=True)
    return listening
