"""Every picture shows every step and every answer, is made on this machine, and takes any name."""

import os
import shutil
import socket
import stat
import subprocess
import sysconfig
from collections.abc import Callable, Hashable
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NoReturn
from xml.etree import ElementTree

import pytest
from langchain_core.runnables.graph import Edge, Graph, Node
from langgraph.graph import END, START, StateGraph
from typing_extensions import TypedDict

from app.exports import drawing
from nodes.ports.errors import DependencyDown, NotConfigured

NAMES = ["check_eligibility", "explain", "request_approval", "process_refund", "send_confirmation", "escalate"]
FAILURES = {"process_refund": {"escalate": "failed"}, "send_confirmation": {"escalate": "failed", END: "failed"}}
ANSWERS = ["ineligible", "small", "large"]

GRAPHVIZ = shutil.which("graphviz-pure", path=sysconfig.get_path("scripts")) or shutil.which("dot")
SVG = "{http://www.w3.org/2000/svg}"

needs_graphviz = pytest.mark.skipif(not GRAPHVIZ, reason="the extra `draw` is not installed")


class Refund(TypedDict, total=False):
    amount_cents: int


async def step(state: Refund) -> Refund:
    return state


async def eligibility(state: Refund) -> Literal["ineligible", "small", "large"]:
    return "small"


async def anywhere(state: Refund):  # type: ignore[no-untyped-def]  # no annotation: it may answer any step
    return "right"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a drawing must not touch the network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.fixture
def refund() -> Graph:
    return drawing.declared(build())


def build() -> StateGraph[Any, Any, Any, Any]:
    g: StateGraph[Any, Any, Any, Any] = StateGraph(Refund)
    for name in NAMES:
        destinations: Any = {"destinations": FAILURES[name]} if name in FAILURES else {}
        g.add_node(name, step, metadata={"attempts": 3}, **destinations)
    g.add_edge(START, "check_eligibility")
    answers: dict[Hashable, str] = {"ineligible": "explain", "small": "process_refund", "large": "request_approval"}
    g.add_conditional_edges("check_eligibility", eligibility, answers)
    g.add_edge("request_approval", "process_refund")
    g.add_edge("process_refund", "send_confirmation")
    for name in ("explain", "send_confirmation", "escalate"):
        g.add_edge(name, END)
    return g


def graph_of(*names: str, label: str | None = None) -> Graph:
    """A chain of these steps; `label` on every arrow."""
    edges = [Edge(a, b, label, conditional=label is not None) for a, b in pairwise(names)]
    return Graph(nodes={name: Node(name, name, None, None) for name in names}, edges=edges)


def words(document: str) -> set[str]:
    elements = ElementTree.fromstring(document).iter(f"{SVG}text")
    return {"".join(element.itertext()).strip("\xa0") for element in elements}


def test_the_declared_graph_has_every_arrow() -> None:
    """LangGraph's own drawing of this graph has no solid arrow from send_confirmation to the end."""
    found = drawing.declared(build()).edges
    assert [edge for edge in found if edge.source == "send_confirmation"] == [
        Edge("send_confirmation", END),
        Edge("send_confirmation", "escalate", "failed", conditional=True),
        Edge("send_confirmation", END, "failed", conditional=True),
    ]
    assert len(found) == 1 + len(ANSWERS) + 2 + 3 + 3  # start, answers, steps, ends, failures


def test_the_declared_graph_leaves_the_failure_handler_out() -> None:
    async def handler(state: Refund) -> Refund:
        return state

    g = build()
    g.set_node_defaults(error_handler=handler).compile()
    assert list(drawing.declared(g).nodes) == [START, *NAMES, END]


def test_the_declared_graph_knows_joins_and_free_routers() -> None:
    g: StateGraph[Any, Any, Any, Any] = StateGraph(Refund)
    for name in ("left", "right", "join"):
        g.add_node(name, step)
    g.add_edge(START, "left")
    g.add_edge(["left", "right"], "join")
    g.add_conditional_edges("left", anywhere)
    assert drawing.declared(g).edges == [
        Edge(START, "left"),
        Edge("left", "join"),
        *[Edge("left", target, target, conditional=True) for target in ("left", "right", "join", END)],
        Edge("right", "join"),
    ]


@pytest.mark.parametrize("draw", [drawing.text, drawing.mermaid, drawing.dot])
def test_a_compiled_graphs_own_drawing_is_taken_too(draw: Callable[[Graph], str]) -> None:
    assert [name for name in NAMES if name not in draw(build().compile().get_graph())] == []


@pytest.mark.parametrize("draw", [drawing.mermaid, drawing.text, drawing.dot])
def test_source_shows_every_step_and_answer(draw: Callable[[Graph], str], refund: Graph) -> None:
    picture = draw(refund)
    assert [name for name in [*NAMES, *ANSWERS, "failed", "start", "end"] if name not in picture] == []
    assert "attempts" not in picture


def test_text_reads_from_top_to_bottom(refund: Graph) -> None:
    assert drawing.text(refund) == (
        "start\n    ---> check_eligibility\n\n"
        "check_eligibility\n"
        "    -- ineligible -> explain\n"
        "    -- small ------> process_refund\n"
        "    -- large ------> request_approval\n\n"
        "explain\n    ---> end\n\n"
        "request_approval\n    ---> process_refund\n\n"
        "process_refund\n    -----------> send_confirmation\n    .. failed .> escalate\n\n"
        "send_confirmation\n    -----------> end\n    .. failed .> escalate\n    .. failed .> end\n\n"
        "escalate\n    ---> end\n\n"
        "--->           always\n"
        "-- answer -->  when the step's router answers so\n"
        "...>           after a failure\n"
    )


def test_text_needs_no_legend_where_all_arrows_are_alike() -> None:
    listing = drawing.text(graph_of("__start__", "generate", "__end__"))
    assert listing == "start\n    ---> generate\n\ngenerate\n    ---> end\n"


@needs_graphviz
def test_svg_is_xml_that_shows_every_step_and_answer(refund: Graph) -> None:
    assert words(drawing.svg(refund)) == {*NAMES, *ANSWERS, "failed", "start", "end"}


@needs_graphviz
def test_svg_tells_the_three_kinds_of_arrow_apart(refund: Graph) -> None:
    paths = ElementTree.fromstring(drawing.svg(refund)).iter(f"{SVG}path")
    lines = [path.get("stroke-dasharray") for path in paths]
    assert lines.count("5,2") == len(ANSWERS)
    assert lines.count("1,5") == sum(map(len, FAILURES.values()))


@needs_graphviz
def test_png_is_a_picture_of_some_size(refund: Graph) -> None:
    picture = drawing.png(refund)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = int.from_bytes(picture[16:20]), int.from_bytes(picture[20:24])
    assert (width > 400, height > 800) == (True, True)


NASTY = [
    'say "hi"',  # ends a DOT string
    "ends with \\",  # would escape the closing quote
    "\\N \\l \\G",  # Graphviz's own placeholders
    "<b>bold</b> & &amp;",  # markup and entities
    "x]; a -> b",  # DOT statements
    "{left|right}",  # record syntax
    "score >= 0.8",
    "-- %% ; end #35;",  # Mermaid arrows, comments, separators, escapes
    "Rückzahlung prüfen",
]


@needs_graphviz
@pytest.mark.parametrize("name", NASTY)
def test_svg_shows_any_name_and_answer_as_it_is(name: str) -> None:
    assert words(drawing.svg(graph_of("__start__", name))) == {"start", name}
    assert words(drawing.svg(graph_of("__start__", "next", label=name))) == {"start", "next", name}


@pytest.mark.parametrize("name", NASTY)
def test_mermaid_labels_hold_nothing_that_ends_a_label(name: str) -> None:
    drawn = drawing.mermaid(graph_of("__start__", name, "__end__", label=name))
    lines = [line for line in drawn.splitlines() if line.startswith("\t")]
    step, *_ = [line[line.index("(") :] for line in lines if "(" in line and "__" not in line]
    answers = [line for line in lines if "&nbsp;" in line]
    assert not set('"[]{}|\\<>&') & set(step)
    assert [line.count("&nbsp;") for line in answers] == [2, 2]


@needs_graphviz
def test_line_breaks_and_control_characters_become_spaces() -> None:
    assert words(drawing.svg(graph_of("__start__", "two\nlines\x07"))) == {"start", "two lines "}
    assert "two lines" in drawing.text(graph_of("__start__", "two\nlines"))


@pytest.mark.parametrize("draw", [drawing.svg, drawing.png])
def test_without_graphviz_the_refusal_names_the_extra(draw: Callable[..., Any], refund: Graph, tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="uv sync --extra draw"):
        draw(refund, path=str(tmp_path))


@pytest.mark.skipif(os.name == "nt", reason="a shell script stands in for Graphviz")
@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 3\n", "#!/nonexistent/shell\n"])
def test_a_broken_graphviz_is_reported(script: str, refund: Graph, tmp_path: Path) -> None:
    program = tmp_path / "dot"
    program.write_text(script)
    program.chmod(stat.S_IRWXU)
    with pytest.raises(DependencyDown, match="use --format mermaid or text") as refused:
        drawing.svg(refund, path=str(tmp_path))
    assert isinstance(refused.value.__cause__, (OSError, subprocess.SubprocessError))
