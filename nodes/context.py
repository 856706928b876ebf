"""Options of one run that Studio shows and edits. None of them can loosen a rule about money."""

from typing import Annotated, Any, Literal, Protocol

from pydantic import Field
from typing_extensions import TypedDict

from nodes.ports import wording


class Context(TypedDict, total=False):
    tone: Annotated[
        Literal["friendly", "neutral", "brief"],
        Field(title="Tone", description="How replies to the customer sound.", default="neutral"),
    ]
    signature: Annotated[
        str, Field(title="Signature", description="Last line of every reply; empty for none.", default="")
    ]
    approve_everything: Annotated[
        bool,
        Field(
            title="Approve everything",
            description="Ask a human about every refund, also below the limit.",
            default=False,
        ),
    ]


class _HasContext(Protocol):
    @property
    def context(self) -> Any: ...


def context_of(runtime: _HasContext) -> Context:
    """The run's options; where the caller set none, those of the shop."""
    shop = wording()
    defaults = Context(tone=shop.tone, signature=shop.signature, approve_everything=False)
    return {**defaults, **(runtime.context or {})}
