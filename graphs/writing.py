"""Writing: a loop with an exit.

read_brief -> generate -> evaluate -> score -> accepted, or out of attempts, or no improvement: finalize
                 ^------------------------- otherwise, with the feedback
"""

from typing import Annotated, Required

from langgraph.graph import END, START, StateGraph
from pydantic import Field
from typing_extensions import TypedDict

from graphs.failure_paths import FailureHandler
from graphs.policies import PolicyFor, local
from graphs.sections import HandoverState, add_handover_ending
from nodes.context import Context
from nodes.ports.language import Brief, Mark
from nodes.writing.briefs import Kind
from nodes.writing.writing_steps import (
    ATTEMPTS,
    THRESHOLD,
    Round,
    evaluate,
    finalize,
    generate,
    read_brief,
    score,
    take_writing_failure_path,
    verdict,
)

Words = Annotated[int, Field(ge=0, le=100_000, description="0: no bound.", default=0)]
Terms = Annotated[list[str], Field(max_length=100, default_factory=list)]


class WritingInput(TypedDict, total=False):
    brief: Required[
        Annotated[
            str, Field(title="Brief", description="What to write, in plain words.", pattern=r"\S", max_length=20_000)
        ]
    ]
    kind: Annotated[Kind | None, Field(title="Kind", default=None)]
    points: Annotated[list[str], Field(title="Points", description="Statements to make.", default_factory=list)]
    audience: Annotated[str, Field(title="Audience", default="", max_length=200)]
    tone: Annotated[str, Field(title="Tone", default="", max_length=200)]
    signature: Annotated[str, Field(title="Signature", default="", max_length=200)]
    length: Annotated[str, Field(title="Length", description="80-120 words, 3 sentences.", default="", max_length=500)]
    min_words: Words
    max_words: Words
    must_mention: Terms
    must_not_mention: Terms
    threshold: Annotated[float, Field(title="Threshold", description="Score to reach.", default=THRESHOLD, ge=0, le=1)]
    attempts: Annotated[int, Field(title="Attempts", description="Rounds at most.", default=ATTEMPTS, ge=1, le=10)]


class WritingState(WritingInput, HandoverState, total=False):
    assignment: Brief
    attempt: int
    draft: str
    judged: list[Mark]
    rounds: list[Round]
    best: Round | None
    notes: list[str]


on_failure: FailureHandler = take_writing_failure_path


def build(policy: PolicyFor = local) -> StateGraph[WritingState, Context, WritingInput, WritingState]:
    g = StateGraph(WritingState, context_schema=Context, input_schema=WritingInput)
    without_draft = {"prepare_handover": "failed", "finalize": "failed"}  # the second: with a draft of an earlier round
    g.add_node("read_brief", read_brief, **policy("code"), destinations={"prepare_handover": "failed"})
    g.add_node("generate", generate, **policy("model"), destinations=without_draft)
    g.add_node("evaluate", evaluate, **policy("model"), destinations={"score": "failed"})
    g.add_node("score", score, **policy("code"), destinations={"prepare_handover": "failed"})
    g.add_node("finalize", finalize, **policy("code"), destinations={"prepare_handover": "failed"})
    add_handover_ending(g, policy)

    g.add_edge(START, "read_brief")
    g.add_edge("read_brief", "generate")
    g.add_edge("generate", "evaluate")
    g.add_edge("evaluate", "score")
    g.add_conditional_edges("score", verdict, {"accepted": "finalize", "again": "generate", "exhausted": "finalize"})
    g.add_edge("finalize", END)
    return g
