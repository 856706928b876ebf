"""Something that happens to an installation in the middle of a run, at a call of one of its services.

Brought in by SWITCHBOARD_SERVICES, as a user brings services in: SWITCHBOARD_SERVICES=tests.recovery.disasters:services.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from app.settings import Settings
from nodes.ports import Services

PROVIDER = f"{__name__}:services"


@dataclass(frozen=True)
class Disaster:
    """`happen` is called right before or right after this call."""

    service: str
    method: str
    when: Literal["before", "after"]
    happen: Callable[[], None]


planned: list[Disaster] = []


def services(_: Settings, defaults: Services) -> Services:
    for disaster in planned:
        struck: Any = _Struck(getattr(defaults, disaster.service), disaster)
        defaults = replace(defaults, **{disaster.service: struck})
    return defaults


class _Struck:
    def __init__(self, service: Any, disaster: Disaster) -> None:
        self._service = service
        self._disaster = disaster

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._service, name)
        if name != self._disaster.method:
            return real

        async def call(*arguments: Any, **named: Any) -> Any:
            if self._disaster.when == "before":
                self._disaster.happen()
            answer = await real(*arguments, **named)
            if self._disaster.when == "after":
                self._disaster.happen()
            return answer

        return call
