"""Workflows of installed packages: found by entry point, loaded when they are asked for, checked before they are used."""

from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from nodes.approvals.action import Action
from nodes.ports.errors import NotConfigured

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from langgraph.graph import StateGraph

GROUP = "switchboard.workflows"
LONGEST = 300
"""Characters that are shown of an error in a package."""

OF_ACTIONS = ("headline", "request", "describe", "shown", "tightened", "customer", "restored")


@cache
def offered() -> Mapping[str, tuple["EntryPoint", ...]]:
    """Every name, with the entry points that offer it: one, unless two packages have chosen the same name."""
    from importlib.metadata import entry_points  # which takes longer to load than all else here

    found: dict[str, tuple[EntryPoint, ...]] = {}
    for point in sorted(
        entry_points(group=GROUP), key=lambda point: (point.name, point.dist.name if point.dist else "")
    ):
        found[point.name] = (*found.get(point.name, ()), point)
    return found


def origin(name: str) -> str:
    """ "name version" of each package that offers it."""
    return " and ".join(f"{point.dist.name} {point.dist.version}" for point in offered()[name] if point.dist)


def load(name: str) -> ModuleType:
    """The module that the entry point names. Raises NotConfigured."""
    point, *others = offered()[name]
    if others:
        raise NotConfigured(f"The workflow {name!r} is offered twice, by {origin(name)}. Uninstall one of them.")
    try:
        module = point.load()
    except (Exception, SystemExit) as error:
        raise _broken(name, "cannot be imported", error) from error
    if not isinstance(module, ModuleType) or not callable(getattr(module, "build", None)):
        raise NotConfigured(
            f"{_called(name)} is not a module with a function build(policy). Point the entry point at such a module."
        )
    if not _are_actions(getattr(module, "ACTIONS", ())):
        raise NotConfigured(
            f"{_called(name)} has ACTIONS that cannot be used: write a tuple of objects, like (LETTER,), "
            "whose classes inherit from nodes.approvals.action.Action."
        )
    return module


def build(name: str, policy: Any) -> "StateGraph[Any, Any, Any, Any]":
    """A fresh graph of the package's module, checked. Raises NotConfigured."""
    from langgraph.graph import StateGraph
    from pydantic import TypeAdapter
    from typing_extensions import is_typeddict

    module = load(name)
    try:
        graph = module.build(policy)
        if not isinstance(graph, StateGraph):
            raise TypeError(f"return the StateGraph itself, not compiled, and not {type(graph).__name__}")
        graph.validate()
        if not is_typeddict(graph.input_schema):
            raise TypeError("make its input_schema a TypedDict of typing_extensions")
        TypeAdapter(graph.input_schema).json_schema()
    except (Exception, SystemExit) as error:
        raise _broken(name, "cannot be built", error) from error
    return graph


def _are_actions(actions: Any) -> bool:
    return isinstance(actions, tuple | list) and all(
        not isinstance(action, type)
        and isinstance(getattr(action, "name", None), str)
        and all(callable(getattr(action, method, None)) for method in OF_ACTIONS)
        for action in actions
    )


def actions_of(module: ModuleType) -> Mapping[str, Action]:
    return {action.name: action for action in getattr(module, "ACTIONS", ())}


def _called(name: str) -> str:
    return f"The workflow {name!r} ({offered()[name][0].value})"


def _broken(name: str, what: str, error: BaseException) -> NotConfigured:
    said = " ".join(f"{type(error).__name__}: {error}".split())
    shown = said if len(said) <= LONGEST else f"{said[:LONGEST]}..."
    return NotConfigured(f"{_called(name)} {what} ({shown}). Repair its package, or uninstall it.")
