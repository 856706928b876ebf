"""The catalogue: every workflow by name. A workflow's module has its state, `build`, `on_failure` and `graph`."""

from importlib import import_module
from types import ModuleType

CATALOGUE = {
    "support": "Support triage: answers about orders, refunds, and hands everything else to people.",
    "answer": "Answers from a folder of documents, every sentence with a citation that is checked.",
    "refund": "Refund with an approval interrupt: small ones at once, large ones after a human has agreed.",
    "research": "Research: searches and sources read side by side, a report whose every citation is checked.",
    "fulfilment": "Fulfilment as a saga: stock, charge, label; what was done is undone when a later step fails.",
    "writing": "Writing as a loop: draft, judge, improve, until it is good enough; the best draft counts.",
}


def workflow(name: str) -> ModuleType:
    """The module of one workflow. Raises KeyError for a name that is not in the catalogue."""
    if name not in CATALOGUE:
        raise KeyError(name)
    return import_module(f"graphs.{name}")
