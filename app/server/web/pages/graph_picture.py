"""The workflow's graph as SVG inside a page, with the path that a thread has taken."""

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from app import drawing
from graphs import workflow
from nodes.ports.errors import SwitchboardError

_NODE = re.compile(r'<g id="node\d+" class="node">\s*<title>(n\d+)</title>')
_EDGE = re.compile(r'<g id="edge\d+" class="edge">\s*<title>(n\d+)&#45;&gt;(n\d+)</title>')


class _Drawn(NamedTuple):
    svg: str
    names: Mapping[str, str]
    """The step of each id in the picture."""


def picture(graph: str, states: Mapping[str, str]) -> Markup | None:
    """None where nothing can draw (extra `draw`): the list of steps tells the same."""
    try:
        drawn = _drawn(graph)
    except SwitchboardError:
        return None
    reached = {"__start__", *states}

    def node(found: re.Match[str]) -> str:
        name = drawn.names[found[1]]
        state = states.get(name, "done" if name == "__start__" and states else "")
        label = html.escape(f"{name.strip('_').replace('_', ' ')}{': ' + state if state else ''}")
        return f'<g class="node {state}"><title>{label}</title>'

    def edge(found: re.Match[str]) -> str:
        taken = drawn.names[found[1]] in reached and drawn.names[found[2]] in reached
        return f'<g class="edge{" taken" if taken else ""}">'

    return Markup(_EDGE.sub(edge, _NODE.sub(node, drawn.svg)))  # noqa: S704 (made of the graph's own names, by Graphviz)


@lru_cache(maxsize=64)
def _drawn(graph: str) -> _Drawn:
    """Drawn once in a process. Raises NotConfigured, DependencyDown, InvalidInput."""
    made = drawing.declared(workflow(graph).build())
    svg = drawing.svg(made)
    svg = re.sub(r"<!--.*?-->", "", svg[svg.index("<svg") :], flags=re.S)
    svg = re.sub(r'<svg width="[^"]*" height="[^"]*"', '<svg role="img" aria-label="The workflow"', svg, count=1)
    return _Drawn(svg, {f"n{number}": name for number, name in enumerate(made.nodes)})
