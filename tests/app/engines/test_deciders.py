"""What reaches a waiting thread past the command line, as a LangGraph server or a Temporal client would send it."""

from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.types import Command

from app.engines.compiled_graphs import compiled, config_of
from app.engines.langgraph.runner import Runner
from nodes.approvals.deciders import signed
from nodes.ports.approvals import Approval, Decider
from nodes.ports.errors import MayNotDecide

LARGE = {"order_id": "12345", "email": "ada@example.com"}
APPROVE = {"type": "approve", "by": "mia"}


@pytest.fixture
async def waiting(runner: Runner) -> Approval:
    """A refund that waits, in a home with people."""
    asked = await runner.start("refund", LARGE, thread="job")
    await runner.people.add("mia", "approver", "secret words")
    await runner.people.add("eve", "operator", "secret words")
    assert asked["approval"]
    return asked["approval"]


async def resumed(runner: Runner, waiting: Approval, answer: Any, **configurable: Any) -> dict[str, Any]:
    """What the graph's own steps make of it; and what was paid back."""
    graph, config = compiled("refund", saver=runner.saver), config_of(waiting["thread_id"])
    (asked,) = (await graph.aget_state(config)).interrupts
    there: RunnableConfig = {"configurable": {**config["configurable"], **configurable}}
    state: dict[str, Any] = await graph.ainvoke(Command(resume={asked.id: answer}), there)
    order = await runner.services.orders.find("12345")
    assert order
    return {"paid": order["refunded_cents"], **state}


def forged(runner: Runner, waiting: Approval) -> list[Any]:
    mia = Decider("mia", signed_in=True)
    eve = signed(APPROVE, waiting, Decider("eve", signed_in=True), runner.services)
    rejected = signed({"type": "reject"}, waiting, mia, runner.services)
    other = signed(APPROVE, {**waiting, "approval_id": "another"}, mia, runner.services)
    return [
        APPROVE,  # a name proves nothing
        {"decisions": [{"type": "approve"}]},
        {**APPROVE, "decider": {"name": "mia", "signed_in": True}},
        {**APPROVE, "decider": {"name": "mia", "signed_in": True, "seal": "0" * 64}},
        {**eve, "decider": {**eve["decider"], "name": "mia"}},  # her seal, another's name
        {**APPROVE, "decider": rejected["decider"]},  # a rejection's seal under an approval
        {**APPROVE, "decider": other["decider"]},  # of another approval
        eve,  # proven, and an operator
        signed(APPROVE, waiting, Decider("mia", signed_in=False), runner.services),  # a system user of that name
    ]


async def test_an_answer_that_proves_nobody_pays_nothing(runner: Runner, waiting: Approval) -> None:
    for answer in forged(runner, waiting):
        state = await resumed(runner, waiting, answer)
        (again,) = state["__interrupt__"]
        assert (state["paid"], again.value["problem"] != "") == (0, True)
    record = await runner.services.approvals.get(waiting["approval_id"])
    assert record
    assert (record["status"], record["decided_by"]) == ("pending", None)


async def test_a_server_that_knows_who_it_is_decides(runner: Runner, waiting: Approval) -> None:
    refused = await resumed(runner, waiting, APPROVE, langgraph_auth_user_id="eve")
    assert refused["paid"] == 0
    state = await resumed(runner, waiting, {"decisions": [{"type": "approve"}]}, langgraph_auth_user_id="mia")
    assert (state["paid"], state["approval"]["decided_as"]) == (14_900, "mia")


async def test_an_engine_takes_a_proven_decider(runner: Runner, waiting: Approval) -> None:
    for decider in (
        None,
        Decider("mia", signed_in=False),
        Decider("eve", signed_in=True),
        Decider("max", signed_in=True),
    ):
        with pytest.raises(MayNotDecide):
            await runner.decide("job", APPROVE, decider=decider)
    result = await runner.decide("job", APPROVE, decider=Decider("MIA", signed_in=True))
    assert result["approval"]
    assert (result["outcome"], result["approval"]["decided_by"]) == ("refunded", "mia")
