"""Write, judge, write again: the steps of the loop, and when it ends."""

import asyncio
import math
from collections.abc import Sequence
from typing import Literal

from langchain_core.messages import AIMessage
from langgraph.errors import NodeError
from langgraph.types import Command
from typing_extensions import TypedDict

from nodes.conversation.reply import said
from nodes.failure import describe, take_failure_path
from nodes.ports import services
from nodes.ports.errors import NotConfigured
from nodes.ports.language import Brief, Mark
from nodes.run_start import RunStart, run_start
from nodes.writing import rubric
from nodes.writing.briefs import Fields, understand
from nodes.writing.rubric import Scored

THRESHOLD = 0.8
ATTEMPTS = 3
PATIENCE = 2
"""Rounds in a row that may bring no improvement."""


class Round(TypedDict):
    attempt: int
    draft: str
    score: float
    criteria: list[Scored]


class Asked(Fields, total=False):
    brief: str


class Assigned(RunStart):
    """Clears what an earlier brief left on this thread."""

    assignment: Brief
    attempt: int
    draft: str
    judged: list[Mark]
    rounds: list[Round]
    best: Round | None
    notes: list[str]


class ToWrite(TypedDict):
    assignment: Brief
    attempt: int
    rounds: list[Round]


class Written(TypedDict):
    attempt: int
    draft: str


class ToJudge(TypedDict):
    assignment: Brief
    attempt: int
    draft: str


class Judged(TypedDict):
    judged: list[Mark]


class ToScore(ToJudge):
    judged: list[Mark]
    rounds: list[Round]


class Scores(TypedDict):
    rounds: list[Round]
    best: Round


class Standing(TypedDict, total=False):
    rounds: list[Round]
    threshold: float
    attempts: int


class ToFinish(Standing, total=False):
    assignment: Brief
    best: Round
    notes: list[str]


class Finished(TypedDict):
    outcome: Literal["accepted", "exhausted"]
    draft: str
    reply: str
    messages: list[AIMessage]


class Failing(TypedDict, total=False):
    rounds: list[Round]
    notes: list[str]
    failures: int
    say: str


async def read_brief(state: Asked) -> Assigned:
    """Bounds out of the text, by code; bounds that were given by name go first."""
    given = Fields(**{name: state[name] for name in Fields.__annotations__ if state.get(name)})  # type: ignore[literal-required, typeddict-item]
    return {
        "assignment": understand(state["brief"], given),
        "attempt": 0,
        "draft": "",
        "judged": [],
        "rounds": [],
        "best": None,
        "notes": [],
        **run_start(),
    }


async def generate(state: ToWrite) -> Written:
    """The first draft, or the last one again with what was said against it."""
    last = state["rounds"][-1] if state["rounds"] else None
    feedback = [_mark(one) for one in last["criteria"] if one["feedback"]] if last else []
    draft = await services().language.draft(
        state["assignment"], feedback=feedback, previous=last["draft"] if last else ""
    )
    return {"attempt": state["attempt"] + 1, "draft": draft}


async def evaluate(state: ToJudge) -> Judged:
    """Ask a model that did not write the draft, in a call of its own."""
    return {"judged": await services().evaluator.judge(state["assignment"], state["draft"])}


async def score(state: ToScore) -> Scores:
    """Add what code can check, and close the round."""
    by_code = await asyncio.to_thread(
        rubric.by_code, state["assignment"], state["draft"]
    )  # may load a model of languages
    criteria = [*by_code, *rubric.by_model(state["judged"])]
    this = Round(attempt=state["attempt"], draft=state["draft"], score=rubric.total(criteria), criteria=criteria)
    rounds = [*state["rounds"], this]
    return {"rounds": rounds, "best": best_of(rounds)}


async def verdict(state: Standing) -> Literal["accepted", "again", "exhausted"]:
    """Whether another round is worth it."""
    rounds = state["rounds"]
    if best_of(rounds)["score"] >= state.get("threshold", THRESHOLD):
        return "accepted"
    return "exhausted" if len(rounds) >= state.get("attempts", ATTEMPTS) or stalled(rounds) else "again"


async def finalize(state: ToFinish) -> Finished:
    """The best draft, which may not be the last, and the scores of every round."""
    best, threshold = state["best"], state.get("threshold", THRESHOLD)
    outcome: Literal["accepted", "exhausted"] = "accepted" if best["score"] >= threshold else "exhausted"
    lines = [
        _scores(state["rounds"], best, threshold),
        *_faults(best),
        *_judges(best, state["assignment"]),
        *state.get("notes", []),
    ]
    told = said("\n".join([best["draft"], "", "---", *lines]))
    return {"outcome": outcome, "draft": best["draft"], "reply": told["reply"], "messages": told["messages"]}


async def take_writing_failure_path(state: Failing, error: NodeError) -> Command[str]:
    """Without an evaluator, code alone scores. Without a further draft, the best so far counts; without any, a colleague takes over.

    Everything else is handled as in every workflow (nodes/failure.py).
    """
    if isinstance(error.error, BaseException) and not isinstance(error.error, NotConfigured):
        failure, notes = describe(error), state.get("notes", [])
        count = state.get("failures", 0) + 1
        if error.node == "evaluate":
            note = _once(notes, "The evaluator did not answer in every round; there, code alone judged.")
            return Command(update={"judged": [], "notes": note, "failures": count})
        if error.node == "generate" and state.get("rounds"):
            note = _once(notes, f"No further draft could be written: {failure['message']}")
            return Command(update={"notes": note, "failure": failure, "failures": count}, goto="finalize")
    return await take_failure_path({"say": state.get("say", ""), "failures": state.get("failures", 0)}, error)


def best_of(rounds: Sequence[Round]) -> Round:
    """The highest score; of equals the earliest."""
    return max(rounds, key=lambda one: one["score"])


def stalled(rounds: Sequence[Round]) -> bool:
    """Whether the last rounds brought no improvement, or the writer has nothing else to say."""
    unchanged = len(rounds) > 1 and rounds[-1]["draft"] == rounds[-2]["draft"]
    return unchanged or len(rounds) - best_of(rounds)["attempt"] >= PATIENCE


def _mark(one: Scored) -> Mark:
    return {"criterion": one["criterion"], "score": one["score"], "feedback": one["feedback"]}


def _scores(rounds: Sequence[Round], best: Round, threshold: float) -> str:
    each = ", ".join(f"round {one['attempt']}: {_shown(one['score'])}" for one in rounds)
    chosen = f"Round {best['attempt']} is the one above. " if len(rounds) > 1 else ""
    reached = "was reached" if best["score"] >= threshold else "was not reached"
    return f"Scores: {each}. {chosen}The threshold of {threshold:g} {reached}."


def _shown(score: float) -> str:
    """Never rounded up: 1.00 is for a text with nothing against it."""
    return f"{math.floor(score * 100 + 1e-6) / 100:.2f}"


def _faults(best: Round) -> list[str]:
    return [
        f"- {one['criterion']} {_shown(one['score'])}: {one['feedback']}" for one in best["criteria"] if one["feedback"]
    ]


def _judges(best: Round, brief: Brief) -> list[str]:
    if any(one["by"] == "model" for one in best["criteria"]):
        return []
    tone = [f"the tone ({brief['tone']})"] if brief["tone"] else []
    unchecked = "; ".join([*tone, *brief["wishes"]])
    return ["Judged by code alone, without a model." + (f" Not checked: {unchecked}." if unchecked else "")]


def _once(notes: Sequence[str], note: str) -> list[str]:
    return [*(one for one in notes if one != note), note]
