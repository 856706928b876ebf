"""The catalogue: every workflow by name, the built-in ones and those of installed packages.

A workflow is a module with `build(policy)`, which returns a fresh, uncompiled StateGraph. It may have `on_failure` (the
failure handler of its steps), `ACTIONS` (what it asks humans for) and `DESCRIPTION` (one sentence). A package offers its
own under the entry-point group `switchboard.workflows`, as `name = "package.module"`; a built-in name stays what it is.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, cast

from nodes.approvals.action import Action
from nodes.ports.errors import InvalidInput, NotConfigured

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "switchboard.workflows"

BUILT_IN = {
    "support": "Support triage: answers about orders, refunds, and hands everything else to people.",
    "answer": "Answers from a folder of documents, every sentence with a citation that is checked.",
    "refund": "Refund with an approval interrupt: small ones at once, large ones after a human has agreed.",
    "research": "Research: searches and sources in parallel, a report in which every citation is checked.",
    "fulfilment": "Fulfilment as a saga: stock, charge, label; what was done is undone when a later step fails.",
    "writing": "Writing as a loop: draft, score, improve, until it is good enough; the best draft is the result.",
}

_ASK = {
    "process_refund": ("nodes.refund.refund_action", "REFUND"),
    "ship_order": ("nodes.fulfilment.ship_action", "SHIP"),
}
"""Where each action of a built-in workflow is, so that a look-up loads no workflow."""


def names() -> list[str]:
    """Every workflow: the built-in ones, then those of installed packages."""
    return [*BUILT_IN, *installed()]


def installed() -> list[str]:
    """The workflows of installed packages."""
    return list(_installed())


def workflow(name: str) -> ModuleType:
    """The module of one workflow. Raises InvalidInput for an unknown name, NotConfigured for a package that is broken."""
    if name in BUILT_IN:
        return import_module(f"graphs.{name}")
    if name not in _installed():
        raise InvalidInput(f"There is no workflow {name!r}. Choose one of: {', '.join(names())}.")
    return _loaded(_installed()[name])


def description(name: str) -> str:
    """What the workflow does, in one sentence."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    module = workflow(name)
    return str(getattr(module, "DESCRIPTION", "") or (module.__doc__ or "").strip().split("\n")[0])


def actions() -> Mapping[str, Action]:
    """What humans are asked to approve, by the action's name. Nothing is loaded before it is looked up."""
    return _Actions()


def origin(name: str) -> str:
    """Where an installed workflow comes from: "name version" of its package; "" for a built-in one."""
    point = _installed().get(name)
    return f"{point.dist.name} {point.dist.version}" if point and point.dist else ""


class _Actions(Mapping[str, Action]):
    def __getitem__(self, name: str) -> Action:
        if name in _ASK:
            module, attribute = _ASK[name]
            return cast("Action", getattr(import_module(module), attribute))
        for place in names():
            for action in getattr(workflow(place), "ACTIONS", ()):
                if action.name == name:
                    return cast("Action", action)
        raise NotConfigured(f"No workflow knows how to ask for {name!r}; install the package that did.")

    def __iter__(self) -> Iterator[str]:
        return (action.name for place in names() for action in getattr(workflow(place), "ACTIONS", ()))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@cache
def _installed() -> "Mapping[str, EntryPoint]":
    from importlib.metadata import entry_points  # which takes longer to load than all else here

    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return {point.name: point for point in found if point.name not in BUILT_IN}


def _loaded(point: "EntryPoint") -> ModuleType:
    try:
        module = point.load()
    except Exception as error:
        raise NotConfigured(
            f"The workflow {point.name!r} ({point.value}) cannot be imported ({type(error).__name__}: {error}). "
            "Repair its package, or uninstall it."
        ) from error
    if not isinstance(module, ModuleType) or not callable(getattr(module, "build", None)):
        raise NotConfigured(
            f"The workflow {point.name!r} ({point.value}) is not a module with a function build(policy). "
            "Point the entry point at such a module."
        )
    return module
