"""Answers with citations: a sequential pipeline.

classify -> retrieve -> generate -> validate -> respond
An answer that fails the check is generated once more; a question that the pages do not answer ends in `admit`.
"""

from collections.abc import Hashable
from typing import Annotated, Any, Required

from langgraph.graph import START, StateGraph
from pydantic import Field
from typing_extensions import TypedDict

from graphs.failure_paths import FailureHandler
from graphs.policies import PolicyFor, local
from graphs.sections import HandoverState, add_handover_ending
from nodes.answer.answer_steps import (
    Citation,
    Question,
    admit,
    classify_question,
    classify_question_by_rules,
    found,
    generate,
    greet_asker,
    kind,
    retrieve,
    validate,
    validity,
)
from nodes.context import Context
from nodes.failure import take_failure_path
from nodes.ports.knowledge import Found, LeftOut
from nodes.ports.language import Intent, Sentence


class AnswerInput(TypedDict, total=False):
    question: Required[Question]
    knowledge_dir: Annotated[
        str | None,
        Field(
            title="Knowledge folder",
            description="Empty: the configured one. Another one has to be named once on the command line first.",
            default=None,
        ),
    ]


class AnswerState(AnswerInput, HandoverState, total=False):
    turn: int
    intent: Intent
    wants_human: bool
    small_talk: bool
    sought: str
    left_out: LeftOut
    passages: list[Found]
    sentences: list[Sentence]
    tries: int
    problem: str
    citations: list[Citation]


on_failure: FailureHandler = take_failure_path


def add_answer_section(g: StateGraph[Any, Any, Any, Any], policy: PolicyFor) -> None:
    """The nodes and edges from `retrieve` to `respond`, for every graph that answers questions. The graph adds
    `respond` and `prepare_handover`."""
    handover = {"prepare_handover": "failed"}
    g.add_node("retrieve", retrieve, **policy("lookup"), destinations=handover)
    g.add_node("generate", generate, **policy("model"), destinations=handover)
    g.add_node("validate", validate, **policy("code"), destinations=handover)
    g.add_node("admit", admit, **policy("code"))

    g.add_conditional_edges("retrieve", found, {"passages": "generate", "nothing": "admit"})
    g.add_edge("generate", "validate")
    g.add_conditional_edges("validate", validity, {"valid": "respond", "invalid": "generate", "unknown": "admit"})
    g.add_edge("admit", "respond")


def build(policy: PolicyFor = local) -> StateGraph[AnswerState, Context, AnswerInput, AnswerState]:
    g = StateGraph(AnswerState, context_schema=Context, input_schema=AnswerInput)
    g.add_node("classify", classify_question, **policy("model"), destinations={"classify_by_rules": "failed"})
    g.add_node("classify_by_rules", classify_question_by_rules, **policy("code"))
    g.add_node("greet", greet_asker, **policy("code"))
    add_answer_section(g, policy)
    add_handover_ending(g, policy)

    g.add_edge(START, "classify")
    kinds: dict[Hashable, str] = {"question": "retrieve", "small_talk": "greet", "human": "prepare_handover"}
    for reader in ("classify", "classify_by_rules"):
        g.add_conditional_edges(reader, kind, kinds)
    g.add_edge("greet", "respond")
    return g
