"""A human decides: ask -> tell the approver -> await -> record. Each is a node. The one that waits does nothing else.

What is shown, and what is decided about, is the record in the database: a thread's newest one. It is not taken
from the state: a person who can write state must not be able to show one thing and have another approved.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from langchain_core.runnables import RunnableConfig
from langgraph.types import interrupt
from typing_extensions import TypedDict

from nodes.approvals.action import Action
from nodes.approvals.approver_questions import close_questions
from nodes.approvals.deciders import decider_of
from nodes.approvals.decision_shapes import read_answer
from nodes.approvals.so_far import description
from nodes.digests import digest
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.clock import iso
from nodes.ports.errors import AlreadyDecided, GateRefused, MayNotDecide, NotConfigured

NOT_TAKEN = "The last decision was not taken: its sender has not signed in, or may not decide about this."

Settled = Literal["approved", "rejected", "expired", "withdrawn"]


class Waiting(TypedDict, total=False):
    origin: str | None
    answer: Any  # the last one, when it was not a decision: the question is asked again, and says why
    seal: str
    asked: int


class Answered(TypedDict):
    answer: Any
    seal: str
    asked: int


class Deciding(TypedDict, total=False):
    origin: str | None
    answer: Any
    seal: str


class Recorded(TypedDict):
    approval: Approval
    decision: Literal["approved", "rejected", "expired", "withdrawn", "undecided"]
    problem: str


async def ask(action: Action, *, approval_id: str, thread_id: str, args: Mapping[str, Any]) -> Approval:
    """Write the record that the decision will be checked against. Repeatable. Raises NotConfigured."""
    if type(services().actions[action.name]) is not type(action):
        raise NotConfigured(
            f"The action {action.name!r} is not in the ACTIONS of its workflow's module, or another workflow has an action of "
            "that name. Add it there, or rename it."
        )
    deadline = services().clock.now() + timedelta(seconds=services().limits.approval_timeout_s)
    return await services().approvals.ask(
        approval_id=approval_id, thread_id=thread_id, action=action.name, args=args, expires_at=iso(deadline)
    )


async def ask_on_thread(action: Action, args: Mapping[str, Any], config: RunnableConfig) -> Approval:
    """Ask for the thread's next approval; while one waits, it stays the one. Repeatable."""
    thread_id = str(config["configurable"]["thread_id"])
    if waiting := await services().approvals.waiting(thread_id):
        return waiting
    latest = await services().approvals.latest(thread_id)
    approval_id = digest([action.name, thread_id, latest["approval_id"] if latest else ""])
    return await ask(action, approval_id=approval_id, thread_id=thread_id, args=args)


async def approved_args(action: Action, state: Waiting | Deciding, config: RunnableConfig) -> dict[str, Any]:
    """What the thread's newest approval allows. Raises GateRefused when it allows nothing, or something else."""
    record = await awaited(state, config)
    if record["action"] != action.name or record["status"] != "approved" or record["granted"] is None:
        raise GateRefused(f"{action.headline(record['args'])}: it was not approved, and nothing was done.")
    return record["granted"]


async def await_approval(state: Waiting, config: RunnableConfig) -> Answered:
    """Wait for a human. Runs again from its first line on resume, so it reads the question and does nothing else.

    The answer is sealed: only what came through this interrupt, about this record, counts as one.
    """
    record = await awaited(state, config)
    asked = state.get("asked", 0) + 1
    if record["status"] != "pending":
        answer: Any = {"type": "decided"}
    else:
        answer = interrupt(await question(record, await _problem_of(state, record, config)))
    return {"answer": answer, "seal": _seal(record, answer), "asked": asked}


async def record_decision(state: Deciding, config: RunnableConfig) -> Recorded:
    """The one gate for every surface that resumes a thread: compare and set on the record, exactly once.

    Repeatable: the same answer gives the same decision id. When somebody else's decision was recorded first, that
    decision counts here too. A decider who may not decide changes nothing, and while more people have to approve, the
    request still waits.
    """
    record = await services().approvals.expire((await awaited(state, config))["approval_id"])
    if record["status"] != "pending":
        return await _ended(record)
    if state.get("seal") != _seal(record, state.get("answer")):
        return _undecided(record, "The answer was not given to this question; the request still waits.")
    decision = read_answer(state.get("answer"), services().actions[record["action"]], record["args"])
    if decision["verdict"] == "undecided":
        return _undecided(record, decision["problem"])
    decider = decider_of(state.get("answer"), record, config)
    try:
        record = await services().approvals.decide(
            record["approval_id"],
            decision_id=digest({"approval_id": record["approval_id"], "decision": decision}),
            args_digest=record["args_digest"],
            verdict=decision["verdict"],
            granted=decision["granted"],
            by=decision["by"] or (decider.name if decider else "unknown"),
            reason=decision["reason"],
            decider=decider,
        )
    except (MayNotDecide, AlreadyDecided) as refused:
        return _undecided(record, str(refused))
    if record["status"] == "pending":
        return _undecided(record, "")
    return await _ended(record)


async def decision(state: Recorded) -> Literal["approved", "rejected", "expired", "withdrawn", "undecided"]:
    return state["decision"]


async def awaited(state: Waiting | Deciding, config: RunnableConfig) -> Approval:
    """The record that this thread, or the thread it is a fork of, has asked for last. Raises GateRefused without one."""
    thread_id = str(config["configurable"]["thread_id"])
    for known in filter(None, (thread_id, state.get("origin"))):
        waiting = await services().approvals.waiting(known)
        if record := waiting or await services().approvals.latest(known):
            return record
    raise GateRefused("No approval was asked for on this thread; nothing can be decided.")


async def question(record: Approval, problem: str = "") -> dict[str, Any]:
    """The interrupt's payload: what Agent Chat UI and Agent Inbox show and edit, and our record beside it."""
    action = services().actions[record["action"]]
    request, shown = await description(record), action.shown(record["args"])
    described = f"{problem}\n\n{request}" if problem else request
    can_be_edited = type(action).tightened is not Action.tightened
    allowed = ["approve", "edit", "reject"] if can_be_edited else ["approve", "reject"]
    return {
        "action_requests": [{"name": action.name, "args": shown, "arguments": shown, "description": described}],
        "review_configs": [{"action_name": action.name, "allowed_decisions": allowed}],
        "approval": dict(record),
        "problem": problem,
    }


def settled(record: Approval) -> Settled:
    """How the record ended. Raises GateRefused when it still waits."""
    status = record["status"]
    if status == "pending":
        raise GateRefused(f"The approval {record['approval_id']} still waits; nothing was done.")
    return status


async def _problem_of(state: Waiting, record: Approval, config: RunnableConfig) -> str:
    """Why the last answer to this question was not a decision; "" also when it was one voice of several."""
    if "seal" not in state or state["seal"] != _seal(record, state.get("answer")):
        return ""
    read = read_answer(state.get("answer"), services().actions[record["action"]], record["args"])
    if read["problem"]:
        return read["problem"]
    decider = decider_of(state.get("answer"), record, config)
    known = await services().approvals.get(record["approval_id"]) or record
    is_heard = decider and decider.name in [voice["person"] for voice in known.get("voices", [])]
    return "" if is_heard else NOT_TAKEN


def _seal(record: Approval, answer: Any) -> str:
    return services().seal(digest([record["approval_id"], record["args_digest"], answer]))


async def _ended(record: Approval) -> Recorded:
    await close_questions(record)
    return {"approval": record, "decision": settled(record), "problem": ""}


def _undecided(record: Approval, problem: str) -> Recorded:
    return {"approval": record, "decision": "undecided", "problem": problem}
