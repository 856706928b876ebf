"""The rules take a turn over when the model has failed in it: better a plain answer than none."""

from typing_extensions import TypedDict

from nodes.ports import services
from nodes.ports.language import Language


class ModelFailed(TypedDict, total=False):
    model_failed: bool  # in this turn; set by the step that goes on by the rules


def language_for(state: ModelFailed) -> Language:
    """The configured language; the rules after it has failed in this turn."""
    return services().rules if state.get("model_failed") else services().language
