"""Why a run stopped, in one sentence for a person: the same on every engine of this process."""

from app.records.journal import redacted
from app.settings import Settings
from nodes.ports.errors import SwitchboardError


def why(error: Exception, settings: Settings) -> str:
    match error:
        case TimeoutError():
            return f"The run took longer than {settings.run_timeout_s:g} s (SWITCHBOARD_RUN_TIMEOUT_S)."
        case SwitchboardError():
            return redacted(str(error))
        case _:
            return f"A step failed unexpectedly ({type(error).__name__}: {redacted(str(error))})."
