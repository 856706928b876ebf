"""Services of other packages: by the entry-point group `switchboard.services`, and by SWITCHBOARD_SERVICES.

A provider is a function `(settings, defaults) -> Services`; it returns the defaults with what it replaces
(`dataclasses.replace(defaults, orders=...)`). It may be a coroutine function, or return an asynchronous context manager
that is closed when the work is over. Entry points come first, in the order of their names; the setting comes last and overrides them.
"""

import inspect
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, fields
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from types import TracebackType
from typing import Any, get_type_hints

from typing_extensions import get_protocol_members, is_protocol

from app.settings import Settings
from nodes.ports import Services
from nodes.ports.errors import NotConfigured, SwitchboardError

GROUP = "switchboard.services"
SETTING = "SWITCHBOARD_SERVICES"

Provider = Callable[[Settings, Services], Any]


@dataclass(frozen=True)
class Provided:
    """The services of a run, and the provider of each that is not the default: field name -> provider."""

    services: Services
    origins: Mapping[str, str]


@asynccontextmanager
async def provided(settings: Settings, defaults: Services) -> AsyncIterator[Provided]:
    """The defaults, with what every provider replaces, until the block ends. Raises NotConfigured."""
    chosen, origins = defaults, dict[str, str]()
    async with AsyncExitStack() as stack:
        for name, load in _providers(settings):
            replaced = await _asked(name, load(), settings, chosen, stack)
            origins |= {
                field.name: name
                for field in fields(Services)
                if getattr(replaced, field.name) is not getattr(chosen, field.name)
            }
            chosen = replaced
        yield Provided(chosen, origins)


def has_providers(settings: Settings) -> bool:
    return bool(settings.services or entry_points(group=GROUP))


def _providers(settings: Settings) -> list[tuple[str, Callable[[], Provider]]]:
    found: list[tuple[str, Callable[[], Provider]]] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        found.append((f"{point.name} ({point.value})", point.load))
    if settings.services:
        place = settings.services
        found.append((f"{SETTING} ({place})", lambda: _at(place)))
    return [(name, _guarded(name, load)) for name, load in found]


def _guarded(name: str, load: Callable[[], Provider]) -> Callable[[], Provider]:
    def loaded() -> Provider:
        try:
            return load()
        except SwitchboardError:
            raise
        except (Exception, SystemExit) as error:
            raise NotConfigured(
                f"The services of {name} cannot be imported ({type(error).__name__}: {error}). "
                "Repair that module, or leave it out."
            ) from error

    return loaded


def _at(place: str) -> Provider:
    """The function at "module:function"."""
    module, _, function = place.partition(":")
    if not module or not function:
        raise NotConfigured(f"{SETTING} is {place!r}; write it as module:function, like my_shop:services.")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.append(here)  # last: nothing that is installed is replaced by a module of the current folder
    found: Provider | None = getattr(import_module(module), function, None)
    if not callable(found):
        raise NotConfigured(f"{SETTING} names {function!r}, which {module} does not have. Correct it.")
    return found


async def _asked(
    name: str, provider: Provider, settings: Settings, defaults: Services, stack: AsyncExitStack
) -> Services:
    try:
        answer = provider(settings, defaults)
        if inspect.isawaitable(answer):
            answer = await answer
        if hasattr(answer, "__aenter__"):
            answer = await stack.enter_async_context(_Closing(name, answer))
    except SwitchboardError:
        raise
    except (Exception, SystemExit) as error:
        raise NotConfigured(f"The services of {name} did not start ({type(error).__name__}: {error}).") from error
    if not isinstance(answer, Services):
        raise NotConfigured(
            f"The services of {name} have the type {type(answer).__name__}, not Services: return "
            "dataclasses.replace(defaults, ...) with what you replace."
        )
    _refuse_unfit(name, answer)
    return answer


def _refuse_unfit(name: str, services: Services) -> None:
    """Raises NotConfigured for a service that lacks what its protocol asks for: now, not in the middle of a run."""
    for field, kind in get_type_hints(Services, localns={"Action": object}).items():
        service = getattr(services, field)
        wanted = get_protocol_members(kind) if is_protocol(kind) else ()
        if lacking := sorted(member for member in wanted if not hasattr(service, member)):
            raise NotConfigured(
                f"The services of {name} have {field} of the type {type(service).__name__}, which lacks "
                f"{', '.join(lacking)}: {kind.__module__} says what it has to do."
            )


@dataclass(frozen=True)
class _Closing:
    """A provider's context manager; an error of its own when it closes becomes a sentence."""

    name: str
    opened: Any

    async def __aenter__(self) -> Any:
        return await self.opened.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.opened.__aexit__(kind, error, trace)
        except Exception as raised:
            if raised is error:
                raise
            raise NotConfigured(
                f"The services of {self.name} could not be closed ({type(raised).__name__}: {raised}). "
                "What was run is saved: `switchboard threads` lists it."
            ) from raised
