"""The workflows that need no framework, on the steps engine: the same nodes, routers and failure path.

    answer    classify -> retrieve -> generate -> validate -> (generate again -> validate again) -> respond
    support   classify -> order_status: authenticate -> lookup_order -> respond
                       -> general_question: as in answer; other, and a customer who asks for a human: a ticket
                       -> refund: refused, because nothing here can ask for an approval; nothing is paid

A branch is a condition, asked of the graph's own router; the one loop is unrolled. Nothing is saved between two runs.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast
from uuid import uuid4

from langchain_core.runnables import RunnableConfig
from langgraph.errors import NodeError
from langgraph.graph import add_messages
from langgraph.runtime import Runtime

from app.engines.compiled_graphs import config_of
from app.engines.steps.orchestrator import Changes, Orchestrator, Outcome, Progress, Run, State, Step
from app.engines.workflow_input import checked
from graphs.policies import TABLE, Kind, worth_another_try
from nodes.answer.answer_steps import (
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
from nodes.conversation.escalation import escalate, prepare_handover
from nodes.conversation.identity import identity, verify_identity
from nodes.conversation.intake import classify, classify_by_rules, request
from nodes.conversation.missing_details import ask_for_details
from nodes.conversation.offers import leave_it
from nodes.conversation.order_status import lookup_order
from nodes.conversation.reply import respond
from nodes.conversation.small_talk import greet
from nodes.failure import take_failure_path
from nodes.ports.errors import NotConfigured

Condition = Callable[[Outcome], Awaitable[bool]]
Router = Callable[[Any], Awaitable[str]]
Node = Callable[..., Awaitable[Any]]
NO_REFUNDS = (
    "The steps engine pays no refunds, because it cannot wait for an approval. Nothing was paid. "
    "Ask again with the default engine: --engine langgraph."
)


async def run(
    name: str,
    values: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    context: Context | None = None,
    thread_id: str | None = None,
    progress: Progress | None = None,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> State:
    """One run of a workflow, from its input to its state. `before`: the state of the conversation's last run.

    Tickets are opened for `thread_id`, a new one when there is none. Raises InvalidInput; NotConfigured for
    a workflow or a refund that this engine does not do, or a setting that is missing; Final when no ticket could be opened.
    """
    refuse_others(name)
    start = _merged(dict(before or {}), checked(name, values))
    host = Host(Runtime(context=context or {}), config_of(thread_id or str(uuid4())))
    steps = PIPELINES[name](host)
    engine = Orchestrator(steps, merge=_merged, progress=progress, sleep=sleep, worth_another_try=worth_another_try)
    outcome = await engine.run(start)
    for result in outcome.unhandled:
        raise cast("Exception", result.error)
    return outcome.state


def refuse_others(name: str) -> None:
    """Raises NotConfigured for a workflow that needs more than this engine has."""
    if name not in PIPELINES:
        raise NotConfigured(
            f"The steps engine runs {' and '.join(PIPELINES)}; {name} needs the default engine: --engine langgraph."
        )


@dataclass(frozen=True)
class Host:
    """Turns nodes into steps: gives them what LangGraph would, and the policy of their kind."""

    runtime: Runtime[Context]
    config: RunnableConfig

    def step(
        self, node: Node, policy: Kind, name: str, after: Sequence[str] = (), *, as_node: str = "", **more: Any
    ) -> Step:
        """`as_node`: the graph's name for this step, where the loop is unrolled and the step has another."""
        given = TABLE[policy]
        return Step(
            name,
            self._run(node),
            depends_on=after,
            attempts=given.attempts,
            timeout_s=given.timeout_s,
            backoff_s=given.backoff_s,
            backoff_max_s=given.backoff_max_s,
            on_failure=_failure_path(as_node or name),
            **more,
        )

    def _run(self, node: Node) -> Run:
        wanted = inspect.signature(node).parameters
        hosted = {"runtime": self.runtime, "config": self.config}
        arguments = {name: value for name, value in hosted.items() if name in wanted}

        async def run(state: State) -> Changes | None:
            changes: Changes | None = await node(state, **arguments)
            return changes

        return run


def answer_steps(host: Host) -> list[Step]:
    return [
        *_reading(host, classify_question, classify_question_by_rules),
        host.step(greet_asker, "code", "greet", READ, when=_says(kind, "small_talk"), after_skipped="run"),
        *_answer_section(host, _says(kind, "question")),
        *_ending(host, [*READ, "greet", *ANSWERING], _says(kind, "human")),
    ]


def support_steps(host: Host) -> list[Step]:
    looking = ["authenticate", "lookup_order", "ask_for_details"]
    return [
        *_reading(host, classify, classify_by_rules),
        host.step(greet, "code", "greet", READ, when=_says(way, "small_talk"), after_skipped="run"),
        host.step(refuse_refund, "code", "refund", READ, when=_says(way, "refund"), after_skipped="run"),
        host.step(leave_it, "code", "leave_it", READ, when=_says(way, "no_refund"), after_skipped="run"),
        host.step(
            verify_identity,
            "lookup",
            "authenticate",
            READ,
            when=_says(way, "order_status", "refund_progress"),
            after_skipped="run",
        ),
        host.step(lookup_order, "lookup", "lookup_order", ["authenticate"], when=_says(identity, "verified")),
        host.step(
            ask_for_details,
            "code",
            "ask_for_details",
            [*READ, "authenticate"],
            when=_any(_says(way, "missing"), _after("authenticate", identity, "unknown")),
            after_skipped="run",
        ),
        *_answer_section(host, _says(way, "general_question")),
        *_ending(host, [*READ, "greet", "refund", "leave_it", *looking, *ANSWERING], _says(way, "other")),
    ]


PIPELINES: dict[str, Callable[[Host], list[Step]]] = {"answer": answer_steps, "support": support_steps}


async def way(state: Any) -> str:
    """Where the turn goes. The details of a refund are not asked for, because it is refused in the end."""
    chosen = await request(state)
    refund = state["intent"] == "refund" and not state["asks_progress"]
    return "refund" if refund and chosen in ("missing", "unsure_refund") else chosen


async def refuse_refund(_: State) -> Changes:
    """Stop before anything about money begins."""
    raise NotConfigured(NO_REFUNDS)


READ = ["classify_by_rules"]
"""Skipped when the model has read the message."""
ANSWERING = ["retrieve", "generate", "validate", "generate_again", "validate_again", "admit"]


def _reading(host: Host, by_model: Node, by_rules: Node) -> list[Step]:
    """The message is read by the model; when that has failed, by the rules."""

    async def is_unread(before: Outcome) -> bool:
        return before["classify"].handled

    return [
        host.step(by_model, "model", "classify"),
        host.step(by_rules, "code", READ[0], ["classify"], when=is_unread, after_failed="run"),
    ]


def _answer_section(host: Host, asked: Condition) -> list[Step]:
    """The answer section of graphs.answer, its one repair unrolled."""
    nothing, unknown = _after("retrieve", found, "nothing"), _after("validate", validity, "unknown")
    invalid = _says(validity, "invalid")
    return [
        host.step(retrieve, "lookup", "retrieve", READ, when=asked, after_skipped="run"),
        host.step(generate, "model", "generate", ["retrieve"], when=_says(found, "passages")),
        host.step(validate, "code", "validate", ["generate"]),
        host.step(generate, "model", "generate_again", ["validate"], when=invalid, as_node="generate"),
        host.step(validate, "code", "validate_again", ["generate_again"], as_node="validate"),
        host.step(
            admit,
            "code",
            "admit",
            ["retrieve", "validate", "validate_again"],
            when=_any(nothing, unknown),
            after_skipped="run",
        ),
    ]


def _ending(host: Host, everything: list[str], wanted: Condition) -> list[Step]:
    """Hand over failures and customers who ask for a human, and reply."""

    async def due(before: Outcome) -> bool:
        failed = [one for one in before.failed if one.name != "classify"]
        return not before.unhandled if failed else await wanted(before)

    anyway: dict[str, Literal["run", "skip"]] = {"after_skipped": "run", "after_failed": "run"}
    return [
        host.step(prepare_handover, "model", "prepare_handover", everything, when=due, **anyway),
        host.step(escalate, "ticket", "escalate", ["prepare_handover"], after_failed="run"),
        host.step(
            respond, "model", "respond", [*everything, "escalate"], when=lambda past: not past.unhandled, **anyway
        ),
    ]


def _says(router: Router, *answers: str) -> Condition:
    """The graph's router gives one of these answers."""

    async def when(before: Outcome) -> bool:
        return await router(before.state) in answers

    return when


def _after(step: str, router: Router, answer: str) -> Condition:
    """The step was done, and then the router gives this answer."""

    async def when(before: Outcome) -> bool:
        return before[step].status == "done" and await router(before.state) == answer

    return when


def _any(*conditions: Condition) -> Condition:
    async def when(before: Outcome) -> bool:
        return any([await condition(before) for condition in conditions])

    return when


def _failure_path(node: str) -> Callable[[State, Exception], Awaitable[Changes]]:
    """What the graphs' failure path leaves in the state; where it goes on, the steps' dependencies say."""

    async def on_failure(state: State, error: Exception) -> Changes:
        return cast("Changes", (await take_failure_path(cast("Any", state), NodeError(node, error))).update)

    return on_failure


def _merged(state: State, changes: Changes) -> State:
    """As the graphs do it: messages are added, everything else is replaced."""
    kept = dict(changes)
    if "messages" in kept:
        kept["messages"] = add_messages(state.get("messages") or [], kept["messages"])
    return {**state, **kept}
