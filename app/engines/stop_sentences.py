"""Why a run stopped, in one sentence for a person: the same on every engine."""

from app.records.journal import redacted
from nodes.ports.errors import SwitchboardError


def why(error: Exception, run_timeout_s: float) -> str:
    """`error`: TimeoutError when the run took longer than it may."""
    match error:
        case TimeoutError():
            return f"The run took longer than {run_timeout_s:g} s (SWITCHBOARD_RUN_TIMEOUT_S)."
        case SwitchboardError():
            return redacted(str(error))
        case _:
            return f"A step failed unexpectedly ({type(error).__name__}: {redacted(str(error))})."
