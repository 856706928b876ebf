"""The catalogue: every workflow by name, the built-in ones and those of installed packages.

A workflow is a module with `build(policy)`, which returns a fresh, uncompiled StateGraph. It may have `on_failure` (the
failure handler of its steps), `ACTIONS` (what it asks humans for) and `DESCRIPTION` (one sentence). A package offers its
own under the entry-point group `switchboard.workflows`, as `name = "package.module"`; a built-in name stays what it is.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from graphs import packages
from nodes.approvals.action import Action, UnknownAction
from nodes.ports.errors import InvalidInput, NotConfigured

if TYPE_CHECKING:
    from langgraph.graph import StateGraph

    from graphs.policies import PolicyFor

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
    return [name for name in packages.offered() if name not in BUILT_IN]


def usable() -> list[str]:
    """`installed`, without what is broken: one package must not stop the others."""
    return [name for name in installed() if not _problem(name)]


def left_out() -> list[str]:
    """What is wrong with the packages that are broken, a sentence for each."""
    return [problem for name in installed() if (problem := _problem(name))]


def workflow(name: str) -> ModuleType:
    """The module of one workflow. Raises InvalidInput for an unknown name, NotConfigured for a package that is broken."""
    if name in BUILT_IN:
        return import_module(f"graphs.{name}")
    if name not in packages.offered():
        raise InvalidInput(f"There is no workflow {name!r}. Choose one of: {', '.join(names())}.")
    return packages.load(name)


def build(name: str, policy: "PolicyFor | None" = None) -> "StateGraph[Any, Any, Any, Any]":
    """A fresh, uncompiled graph; without a policy, with that of LangGraph in one process. Raises like `workflow`."""
    from graphs.policies import local

    module, policy = workflow(name), policy or local
    return (
        cast("StateGraph[Any, Any, Any, Any]", module.build(policy))
        if name in BUILT_IN
        else packages.build(name, policy)
    )


def description(name: str) -> str:
    """What the workflow does, in one sentence."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    module = workflow(name)
    return str(getattr(module, "DESCRIPTION", "") or (module.__doc__ or "").strip().split("\n")[0])


def actions() -> Mapping[str, Action]:
    """What humans are asked to approve, by the action's name. Nothing is loaded before it is looked up."""
    return _Actions()


def asks(action: str) -> bool:
    """Whether a built-in workflow asks for this."""
    return action in _ASK


def origin(name: str) -> str:
    """Where an installed workflow comes from: "name version" of its package; "" for a built-in one."""
    return packages.origin(name) if name in installed() else ""


class _Actions(Mapping[str, Action]):
    """Those of broken packages are left out. A name that no workflow has is still described: its record may wait."""

    def __getitem__(self, name: str) -> Action:
        if name in _ASK:
            module, attribute = _ASK[name]
            return cast("Action", getattr(import_module(module), attribute))
        return next((found[name] for found in _of_packages() if name in found), UnknownAction(name))

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        yield from _ASK
        for found in _of_packages():
            yield from found

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _problem(name: str) -> str:
    try:
        build(name)
    except NotConfigured as error:
        return str(error)
    return ""


def _of_packages() -> Iterator[Mapping[str, Action]]:
    for name in installed():
        with suppress(NotConfigured):
            yield packages.actions_of(packages.load(name))
