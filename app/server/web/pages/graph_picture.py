"""The workflow's graph as SVG inside a page, with the path that a thread has taken."""

import html
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from langchain_core.runnables.graph import Edge, Graph
from langgraph.graph import START
from markupsafe import Markup

from app.exports import drawing
from graphs import build
from nodes.ports.errors import SwitchboardError

_NODE = re.compile(r'<g id="node\d+" class="node">\s*<title>(n\d+)</title>')
_EDGE = re.compile(r'<g id="edge\d+" class="edge">\s*<title>(n\d+)&#45;&gt;(n\d+)</title>')


class _Drawn(NamedTuple):
    svg: str
    names: Mapping[str, str]
    """The step of each id in the picture."""


def picture(graph: str, states: Mapping[str, str], taken: Collection[tuple[str, str]], *, whole: bool) -> Markup | None:
    """The path, or the `whole` workflow with the path in it. None where nothing can draw: the list of steps tells the same."""
    try:
        failed = frozenset(name for name, state in states.items() if state == "failed")
        drawn = _drawn(graph, None if whole else frozenset(taken), failed)
    except SwitchboardError:
        return None

    def node(found: re.Match[str]) -> str:
        name = drawn.names[found[1]]
        state = states.get(name, "done" if name == START and states else "")
        label = html.escape(f"{name.strip('_').replace('_', ' ')}{': ' + state if state else ''}")
        return f'<g class="node {state}"><title>{label}</title>'

    def edge(found: re.Match[str]) -> str:
        arrow = drawn.names[found[1]], drawn.names[found[2]]
        is_taken = arrow in taken or (arrow[0] == START and arrow[1] in states)
        return f'<g class="edge{" taken" if is_taken else ""}">'

    return Markup(_EDGE.sub(edge, _NODE.sub(node, drawn.svg)))  # noqa: S704 (made of the graph's own names, by Graphviz)


@lru_cache(maxsize=64)
def _drawn(graph: str, taken: frozenset[tuple[str, str]] | None, failed: frozenset[str]) -> _Drawn:
    """Drawn once in a process. `taken`: these arrows alone. `failed`: the steps that did.

    Raises NotConfigured, DependencyDown, InvalidInput.
    """
    made = drawing.declared(build(graph))
    if taken is not None:
        begun = {one for one, _ in taken} - {other for _, other in taken}
        edges = [one for one in made.edges if (one.source, one.target) in taken or one.target in begun]
        edges = _of_two(edges, failed)
        joined = {name for one in edges for name in (one.source, one.target)}
        made = Graph(nodes={name: node for name, node in made.nodes.items() if name in joined}, edges=edges)
    svg = drawing.svg(made)
    svg = re.sub(r"<!--.*?-->", "", svg[svg.index("<svg") :], flags=re.S)
    svg = svg.replace("<svg ", '<svg role="img" aria-label="The workflow" ', 1)
    return _Drawn(svg, {f"n{number}": name for number, name in enumerate(made.nodes)})


def _of_two(edges: list[Edge], failed: Collection[str]) -> list[Edge]:
    """Where a step leads to the same place by two arrows: the one after a failure if it failed, else the other."""
    plain, failing = (
        {(one.source, one.target) for one in edges if drawing.is_failure(one) is is_} for is_ in (False, True)
    )
    two = plain & failing
    return [
        one for one in edges if (one.source, one.target) not in two or drawing.is_failure(one) == (one.source in failed)
    ]
