"""Pictures of a graph, drawn on this machine: nothing is sent to a drawing service.

    graph = drawing.declared(refund.build())
    print(drawing.text(graph))
    Path("refund.png").write_bytes(drawing.png(graph))

Mermaid and text need nothing else; svg and png need the extra `draw`, which brings a Graphviz in one wheel.

An arrow is solid when it is always taken, dashed with a label when the step's router answers so, and dotted when it is
taken after a failure, which a node declares with `destinations={"escalate": "failed"}`.
"""

import html
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.runnables.graph import Edge, Graph, Node
from langgraph.graph import END, START, StateGraph

from app.extras import missing_extra
from nodes.ports.errors import DependencyDown

_PROGRAMS = ("graphviz-pure", "dot")
_RENDER_TIMEOUT_S = 60

_LOOK = """\
  graph [rankdir=TB, nodesep=0.4, ranksep=0.5, pad=0.3, bgcolor="white"]
  node [shape=box, style="rounded,filled", fillcolor="#f3f5fb", color="#5b6b9a", fontcolor="#1d2433",
        fontname="Helvetica", fontsize=12, margin="0.18,0.09", penwidth=1.1]
  edge [color="#5b6b9a", fontcolor="#3a4666", fontname="Helvetica", fontsize=10, arrowsize=0.7]"""
_GAP = "\u00a0"  # keeps a label off its arrow
_ENDS = {START: "start", END: "end"}
_END_LOOK = 'style="rounded,filled", fillcolor="#1d2433", fontcolor="white"'
_BRANCH_LOOK = "style=dashed"
_FAILURE_LOOK = 'style=dotted, color="#9a5b5b", fontcolor="#9a5b5b", penwidth=1.4'
_FAILED = "failed"


def declared(builder: StateGraph[Any, Any, Any, Any]) -> Graph:
    """The graph as its file declares it, with every arrow.

    LangGraph's own `get_graph()` follows channels instead. It merges arrows that join the same two steps, forgets an
    arrow to the end that is not a step's only one, and shows the failure handler as a step without arrows.
    """
    steps = [START, *(name for name, node in builder.nodes.items() if not node.is_error_handler), END]
    edges = [edge for source in steps for edge in _leaving(builder, source, steps)]
    return Graph(nodes={name: Node(name, name, None, None) for name in steps}, edges=edges)


def mermaid(graph: Graph) -> str:
    """Mermaid source, as GitHub and Studio show it. Node metadata (time limits, attempts) is left out."""
    nodes = {key: node._replace(name=_mermaid_text(node.name), metadata=None) for key, node in graph.nodes.items()}
    edges = [edge if edge.data is None else edge._replace(data=_mermaid_text(str(edge.data))) for edge in graph.edges]
    return Graph(nodes=nodes, edges=edges).draw_mermaid()


def text(graph: Graph) -> str:
    """A listing for the terminal: every step in the order of the graph file, under it the arrows that leave it."""
    leaving = {key: [edge for edge in graph.edges if edge.source == key] for key in graph.nodes}
    steps = [_step(graph, key, edges) for key, edges in leaving.items() if edges or key != END]
    return "\n\n".join([*steps, *_legend(graph.edges)]) + "\n"


def svg(graph: Graph, *, path: str | None = None) -> str:
    """An SVG document. `path`: where to look for Graphviz, as in PATH; default: beside this Python, then PATH."""
    return _render(graph, ["-Tsvg"], path).decode()


def png(graph: Graph, *, path: str | None = None) -> bytes:
    """A PNG picture, sharp enough to print. `path` as in svg()."""
    return _render(graph, ["-Tpng", "-Gdpi=144"], path)


def dot(graph: Graph) -> str:
    """Graphviz source: what svg() and png() render."""
    ids = {key: f"n{number}" for number, key in enumerate(graph.nodes)}
    nodes = [f"  {ids[key]} [{_node_look(key, node.name)}]" for key, node in graph.nodes.items()]
    edges = [f"  {ids[edge.source]} -> {ids[edge.target]} [{_edge_look(edge)}]" for edge in graph.edges]
    return "\n".join(["digraph {", _LOOK, *nodes, *edges, "}", ""])


def _leaving(builder: StateGraph[Any, Any, Any, Any], source: str, steps: Sequence[str]) -> Iterator[Edge]:
    always = {target for start, target in builder.edges if start == source}
    always |= {target for starts, target in builder.waiting_edges if source in starts}
    for target in sorted(always, key=steps.index):
        yield Edge(source, target)
    for branch in builder.branches[source].values() if source in builder.branches else ():
        for answer, target in (branch.ends or {step: step for step in steps[1:]}).items():
            yield Edge(source, target, str(answer), conditional=True)
    ends = (builder.nodes[source].ends if source in builder.nodes else None) or ()
    for target in ends:
        yield Edge(source, target, ends[target] if isinstance(ends, dict) else None, conditional=True)


def _shown(name: str) -> str:
    return _ENDS.get(name, " ".join(name.split()))


def _mermaid_text(name: str) -> str:
    """Mermaid's own escapes for characters that could end a label: node["a"] becomes node#91;#34;a#34;#93;."""
    return "".join(c if c.isalnum() or c in " _-.," else f"#{ord(c)};" for c in " ".join(name.split()))


def _step(graph: Graph, key: str, edges: Sequence[Edge]) -> str:
    label_width = max((len(_label(edge)) for edge in edges), default=0)
    ordered = sorted(edges, key=is_failure)
    arrows = [f"    {_arrow(edge, label_width)} {_shown(graph.nodes[edge.target].name)}" for edge in ordered]
    return "\n".join([_shown(graph.nodes[key].name), *arrows])


def _label(edge: Edge) -> str:
    return "" if edge.data is None else " ".join(str(edge.data).split())


def is_failure(edge: Edge) -> bool:
    return edge.conditional and _label(edge) == _FAILED


def _arrow(edge: Edge, label_width: int) -> str:
    line = "." if is_failure(edge) else "-"
    middle = f" {_label(edge)} " if _label(edge) else ""
    return f"{line * 2}{middle:{line}<{label_width + 2 if label_width else 0}}{line}>"


def _legend(edges: Sequence[Edge]) -> Iterator[str]:
    branches = [edge for edge in edges if edge.conditional]
    meanings = {
        "--->           always": len(branches) < len(edges),
        "-- answer -->  when the step's router answers so": not all(map(is_failure, branches)),
        "...>           after a failure": any(map(is_failure, branches)),
    }
    lines = [meaning for meaning, used in meanings.items() if used]
    if len(lines) > 1:
        yield "\n".join(lines)


def _quoted(label: str) -> str:
    """A DOT string that shows exactly this text: Graphviz reads entities and backslashes in labels."""
    printable = "".join(c if c.isprintable() or c == _GAP else " " for c in label)
    escaped = html.escape(printable, quote=False).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _node_look(key: str, name: str) -> str:
    label = f"label={_quoted(_shown(name))}"
    return f"{label}, {_END_LOOK}" if key in _ENDS else label


def _edge_look(edge: Edge) -> str:
    look = "weight=3" if not edge.conditional else _FAILURE_LOOK if is_failure(edge) else _BRANCH_LOOK
    return f"label={_quoted(_GAP + _label(edge) + _GAP)}, {look}" if _label(edge) else look


def _render(graph: Graph, options: Sequence[str], path: str | None) -> bytes:
    program = _program(path)
    try:
        done = subprocess.run(
            [program, *options], input=dot(graph).encode(), capture_output=True, timeout=_RENDER_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise DependencyDown(f"{program} could not draw the graph ({error}); use --format mermaid or text.") from error
    return done.stdout


def _program(path: str | None) -> str:
    searched = [path] if path is not None else [sysconfig.get_path("scripts"), None]
    for folder in searched:
        for name in _PROGRAMS:
            if found := shutil.which(name, path=folder):
                return found
    raise missing_extra("Drawing svg or png", "draw", "use --format mermaid or text")
