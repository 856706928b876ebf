"""SIGINT, SIGTERM and SIGHUP end a run where nothing is lost: at its next step."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from langgraph.errors import GraphDrained
from langgraph.runtime import RunControl

STEP_ENDS_WITHIN_S = 3
"""After a signal, before the step is cancelled: what it did is found by its idempotency key."""


@contextmanager
def ended_by_signals(control: RunControl) -> Iterator[None]:
    """The first SIGINT, SIGTERM or SIGHUP ends the run at its next step boundary; a second one, or time, cancels the step.

    Raises GraphDrained for that cancellation; any other passes.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task
    before, cancelled, undo = task.cancelling(), 0, ExitStack()

    def cancel() -> None:
        nonlocal cancelled
        cancelled += 1
        task.cancel()

    def stop() -> None:
        if control.drain_requested:
            cancel()
        else:
            undo.callback(loop.call_later(STEP_ENDS_WITHIN_S, cancel).cancel)
        control.request_drain("stopped by a signal")

    signals = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    try:
        for number in signals:
            loop.add_signal_handler(number, stop)
            undo.callback(loop.remove_signal_handler, number)
    except (NotImplementedError, RuntimeError, ValueError):  # not the main thread, or not a POSIX system
        yield
        return
    try:
        yield
    except asyncio.CancelledError:
        if not cancelled or task.cancelling() > before + cancelled:
            raise
        raise GraphDrained("stopped by a signal") from None
    finally:
        undo.close()
        for _ in range(cancelled):
            task.uncancel()
