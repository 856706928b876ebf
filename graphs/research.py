"""Research: a fan-out over searches, a fan-out over sources, and a report whose citations are checked.

choose_searches -> plan -> search (each query at each provider) -> choose -> study (each source)
     -> follow (once: search, choose and study again, by what was read) -> gather -> write_report -> check_report -> deliver
A search or a source that fails is reported, and the others go on.
"""

from typing import Annotated, Required

from langgraph.graph import END, START, StateGraph
from pydantic import Field
from typing_extensions import TypedDict

from graphs.failure_paths import FailureHandler
from graphs.policies import PolicyFor, local
from graphs.sections import HandoverState, add_handover_ending
from nodes.context import Context
from nodes.ports.knowledge import LeftOut
from nodes.ports.language import Evidence, Report
from nodes.ports.search import Lead
from nodes.reports.report import Cited, Section, Unread
from nodes.reports.report import Report as Document
from nodes.research.report_steps import (
    Citations,
    Numbered,
    check_report,
    deliver,
    evidence,
    gather,
    quote,
    validity,
    write_report,
)
from nodes.research.source_steps import (
    Most,
    Studied,
    Topic,
    choose,
    choose_searches,
    follow,
    further,
    joined,
    plan,
    plan_plainly,
    search,
    searches,
    sources,
    study,
    take_research_failure_path,
)


class ResearchInput(TypedDict, total=False):
    topic: Required[Topic]
    web: Annotated[bool, Field(title="Web", description="Search the web.", default=False)]
    corpus_dir: Annotated[
        str | None,
        Field(
            title="Corpus",
            description="A folder of documents. Empty: the configured one. Another one has to be named once on "
            "the command line first.",
            default=None,
        ),
    ]
    max_sources: Most


class ResearchState(ResearchInput, HandoverState, total=False):
    queries: list[str]
    providers: list[str]
    found: Annotated[dict[str, list[Lead]], joined]
    silent: Annotated[dict[str, str], joined]
    leads: list[Lead]
    followed: list[str]
    rounds: int
    studied: Annotated[dict[str, Studied], joined]
    sources: list[Numbered]
    unread: list[Unread]
    left_out: LeftOut
    evidence: list[Evidence]
    report: Report
    tries: int
    problem: str
    model_failed: bool
    summary_checked: list[Cited]
    sections_checked: list[Section]
    citations: Citations
    answer: str | None
    document: Document
    coverage: str


on_failure: FailureHandler = take_research_failure_path


def build(policy: PolicyFor = local) -> StateGraph[ResearchState, Context, ResearchInput, ResearchState]:
    g = StateGraph(ResearchState, context_schema=Context, input_schema=ResearchInput)
    handover = {"prepare_handover": "failed"}
    g.add_node("choose_searches", choose_searches, **policy("record"), destinations=handover)
    g.add_node("plan", plan, **policy("model"), destinations={"plan_plainly": "failed"})
    g.add_node("plan_plainly", plan_plainly, **policy("code"), destinations=handover)
    g.add_node("search", search, **policy("search"), destinations={"choose": "failed"})
    g.add_node("choose", choose, **policy("code"), destinations=handover)
    g.add_node("study", study, **policy("source"), destinations={"follow": "failed"})
    g.add_node("follow", follow, **policy("model"), destinations={"choose": "failed"})
    g.add_node("gather", gather, **policy("code"), destinations=handover)
    g.add_node("write_report", write_report, **policy("model"), destinations={"quote": "failed"})
    g.add_node("quote", quote, **policy("code"), destinations=handover)
    g.add_node("check_report", check_report, **policy("lookup"), destinations=handover)
    g.add_node("deliver", deliver, **policy("code"), destinations=handover)
    add_handover_ending(g, policy)

    g.add_edge(START, "choose_searches")
    g.add_edge("choose_searches", "plan")
    g.add_conditional_edges("plan", searches, ["search"])
    g.add_conditional_edges("plan_plainly", searches, ["search"])
    g.add_edge("search", "choose")
    g.add_conditional_edges("choose", sources, ["study", "gather"])
    g.add_edge("study", "follow")
    g.add_conditional_edges("follow", further, ["search", "choose", "gather"])
    g.add_conditional_edges("gather", evidence, {"evidence": "write_report", "nothing": "deliver"})
    g.add_edge("write_report", "check_report")
    g.add_edge("quote", "check_report")
    g.add_conditional_edges("check_report", validity, {"valid": "deliver", "again": "write_report"})
    g.add_edge("deliver", END)
    return g
