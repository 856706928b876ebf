"""The same nodes on the steps engine: the same path, the same state, the same tickets as the graph."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage
from langgraph.runtime import Runtime

from app.clients.language.rules import RulesLanguage
from app.engines.steps.orchestrator import State, Transition
from app.engines.steps.pipelines import PIPELINES, Host, run
from app.engines.workflow_input import checked
from app.testing import PASSES, Fakes, order
from graphs import BUILT_IN, workflow
from graphs.policies import TABLE, Policy
from nodes.ports import install
from nodes.ports.errors import DependencyDown, Final, InvalidInput, NotConfigured, Retryable, SwitchboardError
from nodes.ports.language import Classification
from tests.graphs.conftest import Play
from tests.graphs.test_answer import BAD, GOOD, PAGE, QUESTION, understood

Turn = Mapping[str, Any]
Arrange = Callable[[Fakes], None]


async def at_once(_: float) -> None: ...


class Told:
    """A progress callback that remembers."""

    def __init__(self) -> None:
        self.all: list[Transition] = []

    def __call__(self, transition: Transition) -> None:
        self.all.append(transition)

    def path(self) -> list[str]:
        """By the graph's names: the loop is not unrolled there."""
        return [one.step.removesuffix("_again") for one in self.all if one.event == "end"]


class Steps:
    """One thread of one workflow on the steps engine; its state goes from turn to turn by hand."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.path: list[str] = []
        self.state: State = {}

    async def send(self, values: Turn, **context: Any) -> State:
        told = Told()
        self.state = await run(
            self.name,
            values,
            before=self.state,
            thread_id="thread-1",
            context=context or None,  # type: ignore[arg-type]
            progress=told,
            sleep=at_once,
        )
        self.path = told.path()
        return self.state


def plain(state: State) -> State:
    """Without the ids that every message gets anew."""
    messages: list[BaseMessage] = state.get("messages", [])
    return {**state, "messages": [(one.type, one.content) for one in messages]}


ABOUT_APPROVALS = ("approval_waits", "is_kept", "withdraws", "corrects", "open_messages", "earlier_replies")
"""What the graph's first step leaves in the state; the steps engine knows no approvals."""


def seen(state: State, path: list[str], fakes: Fakes) -> tuple[Any, ...]:
    known = {name: value for name, value in plain(state).items() if name not in ABOUT_APPROVALS}
    return known, path, fakes.tickets.opened, fakes.shop.receipts, fakes.mail.sent


async def same_on_both(name: str, arrange: Arrange, turns: list[Turn]) -> State:
    """Plays the turns on both engines, each on fakes of its own. Returns the last state."""
    state: State = {}
    play, steps = Play(name), Steps(name)
    graphs_house, steps_house = fakes_of(arrange), fakes_of(arrange)
    for turn in turns:
        with install(graphs_house.services):
            expected = seen(
                await play.send(checked(name, turn)),
                [step for step in play.path if step != "look_for_approval"],
                graphs_house,
            )
        with install(steps_house.services):
            state = await steps.send(turn)
        assert seen(state, steps.path, steps_house) == expected
    return state


def fakes_of(arrange: Arrange) -> Fakes:
    fakes = Fakes(order(), order("12349", email="grace@example.com", status="shipped", delivered_at=None))
    fakes.knowledge.pages[QUESTION] = [PAGE]
    fakes.language.understands["hi"] = understood(small_talk=True)
    fakes.language.understands["get me a human"] = understood(wants_human=True)
    arrange(fakes)
    return fakes


def answers(*rounds: list[Any]) -> Arrange:
    def arrange(fakes: Fakes) -> None:
        for language in (fakes.language, fakes.rules):
            language.answers[QUESTION] = [list(one) for one in rounds]

    return arrange


def fails(service: str, call: str, *errors: Exception) -> Arrange:
    def arrange(fakes: Fakes) -> None:
        answers([GOOD])(fakes)
        getattr(fakes, service).fail[call] = list(errors)

    return arrange


ASKED, OFF_TOPIC = {"question": QUESTION}, {"question": "who won?"}
BUSY = [Retryable("no model")] * 3
QUESTIONS: list[tuple[str, Arrange, list[Turn], str]] = [
    # (what it shows, the fakes, the turns, the last outcome)
    ("answered", answers([GOOD]), [ASKED], "answered"),
    ("answered after one repair", answers([BAD], [GOOD]), [ASKED], "answered"),
    ("two that do not hold", answers([BAD], [BAD]), [ASKED], "unanswered"),
    ("a repair that has nothing to say", answers([BAD], []), [ASKED], "unanswered"),
    ("pages that do not answer", answers([]), [ASKED], "unanswered"),
    ("no pages", answers([]), [OFF_TOPIC], "unanswered"),
    ("small talk", answers([]), [{"question": "hi"}], "resolved"),
    ("the offer of a human", answers([]), [OFF_TOPIC, {"question": "yes please"}], "escalated"),
    ("a human after an honest answer", answers([]), [OFF_TOPIC, {"question": "get me a human"}], "escalated"),
    ("a human, asked for at once", answers([]), [{"question": "get me a human"}], "escalated"),
    ("a clean start for the next question", answers([GOOD]), [ASKED, OFF_TOPIC, ASKED], "answered"),
    ("a folder of its own", answers([GOOD]), [{**ASKED, "knowledge_dir": "elsewhere"}], "answered"),
    ("the model comes back", fails("language", "classify", *BUSY[:2]), [ASKED], "answered"),
    ("no model to classify", fails("language", "classify", *BUSY), [ASKED], "answered"),
    ("no model in the second turn", fails("language", "answer", *BUSY), [OFF_TOPIC, ASKED, ASKED], "answered"),
    ("no model to answer", fails("language", "answer", *BUSY), [ASKED], "escalated"),
    ("no model for the reply", fails("language", "reply", *BUSY), [OFF_TOPIC], "unanswered"),
    ("no search", fails("knowledge", "search", Final("no")), [ASKED], "escalated"),
    ("a search that breaks", fails("knowledge", "search", KeyError("x")), [ASKED], "escalated"),
    ("tickets come back", fails("tickets", "open", *BUSY), [OFF_TOPIC, {"question": "yes"}], "escalated"),
]


@pytest.mark.parametrize(("arrange", "turns", "outcome"), [row[1:] for row in QUESTIONS], ids=[q[0] for q in QUESTIONS])
async def test_a_question_ends_as_it_does_on_the_graph(arrange: Arrange, turns: list[Turn], outcome: str) -> None:
    assert (await same_on_both("answer", arrange, turns))["outcome"] == outcome


async def test_a_repair_without_a_model_is_delegated() -> None:
    """The second call of the model fails; its step is called as on the graph."""

    def arrange(fakes: Fakes) -> None:
        answers([BAD])(fakes)
        fakes.language.fail["answer"] = [PASSES, *BUSY]

    state = await same_on_both("answer", arrange, [ASKED])
    assert (state["outcome"], state["failure"]["node"]) == ("escalated", "generate")


async def test_a_repair_that_cannot_be_checked_is_delegated() -> None:
    state = await same_on_both("answer", answers([BAD], [{"text": "no quote"}]), [ASKED])
    assert (state["outcome"], state["failure"]["node"]) == ("escalated", "validate")


def says(text: str, **known: Any) -> Turn:
    return {"messages": [HumanMessage(text)], **known}


def means(text: str, **classified: Any) -> Arrange:
    """A message about order 12345 of ada@example.com, with this meaning."""
    said: Classification = {"intent": "other", "wants_human": False, "asks_progress": False, "small_talk": False}
    details: Any = {"order_ids": ["12345"], "emails": ["ada@example.com"], "amounts_cents": [], "reason": ""}
    return lambda fakes: fakes.language.understands.update({text: ({**said, **classified}, details)})  # type: ignore[typeddict-item]


def rules(fakes: Fakes) -> None:
    """The real offline language beside the fakes."""
    object.__setattr__(fakes.services, "language", RulesLanguage())


def summary_fails(fakes: Fakes) -> None:
    means("help", wants_human=True)(fakes)
    fakes.language.fail["summarise"] = list(BUSY)


def lookup_fails(fakes: Fakes) -> None:
    means("where", intent="order_status")(fakes)
    fakes.shop.fail["find_order"] = [DependencyDown("down"), Final("gone")]


STATUS = "where is my order 12349?"
CONVERSATIONS: list[tuple[str, Arrange, list[Turn], str]] = [
    # (what it shows, the fakes, the turns, the last outcome)
    ("order status", means("where", intent="order_status"), [says("where")], "resolved"),
    ("a refund under way", means("so?", intent="refund", asks_progress=True), [says("so?")], "resolved"),
    ("a general question", means("fees?", intent="general_question"), [says("fees?")], "unanswered"),
    ("other", means("cancel it"), [says("cancel it")], "escalated"),
    ("a human", means("help", intent="order_status", wants_human=True), [says("help")], "escalated"),
    ("a human instead of a refund", means("help", intent="refund", wants_human=True), [says("help")], "escalated"),
    ("small talk", means("thanks", small_talk=True), [says("thanks"), says("thanks")], "resolved"),
    ("details are missing", rules, [says(STATUS)], "needs_information"),
    ("details, then the answer", rules, [says(STATUS), says("grace@example.com")], "resolved"),
    ("somebody else's order", rules, [says(STATUS, email="eve@example.com")], "needs_information"),
    ("known by the session", rules, [says(STATUS, email="grace@example.com")], "resolved"),
    ("no summary", summary_fails, [says("help")], "escalated"),
    ("no order after all", lookup_fails, [says("where")], "escalated"),
]


@pytest.mark.parametrize(
    ("arrange", "turns", "outcome"), [row[1:] for row in CONVERSATIONS], ids=[c[0] for c in CONVERSATIONS]
)
async def test_a_turn_ends_as_it_does_on_the_graph(arrange: Arrange, turns: list[Turn], outcome: str) -> None:
    assert (await same_on_both("support", arrange, turns))["outcome"] == outcome


async def test_the_answer_of_a_conversation_is_the_graphs_too() -> None:
    def arrange(fakes: Fakes) -> None:
        answers([BAD], [GOOD])(fakes)
        said: Any = {"intent": "general_question", "wants_human": False, "asks_progress": False, "small_talk": False}
        nothing: Any = {"order_ids": [], "emails": [], "amounts_cents": [], "reason": ""}
        fakes.language.understands[QUESTION] = (said, nothing)

    state = await same_on_both("support", arrange, [says(QUESTION)])
    assert (state["outcome"], state["tries"]) == ("answered", 2)


STOPS: list[tuple[str, Arrange, type[SwitchboardError]]] = [
    # (what it shows, the fakes, the error)
    ("a setting is missing", fails("knowledge", "search", NotConfigured("There is no folder x.")), NotConfigured),
    ("the database is down", fails("knowledge", "search", *[DependencyDown("It is down.")] * 3), DependencyDown),
]


@pytest.mark.parametrize(("arrange", "error"), [row[1:] for row in STOPS], ids=[row[0] for row in STOPS])
async def test_what_is_nobodys_case_stops_the_run_and_opens_no_ticket(arrange: Arrange, error: type[Exception]) -> None:
    fakes, steps = fakes_of(arrange), Steps("answer")
    with install(fakes.services), pytest.raises(error):
        await steps.send(ASKED)
    assert fakes.tickets.opened == {}
    assert fakes.language.calls["reply"] == 0


async def test_a_failure_that_nobody_could_be_told_about_is_reported() -> None:
    """Nothing that an earlier turn has said is said again."""
    fakes, steps = fakes_of(answers([])), Steps("answer")
    with install(fakes.services):
        await steps.send(OFF_TOPIC)
        fakes.knowledge.fail["search"] = [Final("no")]
        fakes.tickets.fail["open"] = [Retryable("no tickets")] * 4
        with pytest.raises(Final, match="No ticket could be opened: no tickets"):
            await steps.send(ASKED)
    assert fakes.language.calls["reply"] == 1


@pytest.mark.parametrize("name", PIPELINES)
def test_each_step_has_the_policy_that_it_has_on_the_graph(name: str) -> None:
    nodes = workflow(name).build().nodes
    steps = {step.name: step for step in PIPELINES[name](Host(Runtime(), {}))}
    kinds = {step: nodes[step.removesuffix("_again")].metadata["kind"] for step in steps if step != "refund"}
    given = {step: Policy(one.timeout_s, one.attempts, one.backoff_s, one.backoff_max_s) for step, one in steps.items()}
    assert {step: replace(TABLE[kind], acts=False) for step, kind in kinds.items()} == {
        step: given[step] for step in kinds
    }


REFUNDS = ["refund 12345, ada@example.com", "I want my money back", "refund 12345"]


@pytest.mark.parametrize("text", REFUNDS)
async def test_a_refund_is_refused_before_anything_about_money_begins(text: str) -> None:
    fakes, steps = fakes_of(rules), Steps("support")
    with install(fakes.services), pytest.raises(NotConfigured, match="default engine"):
        await steps.send(says(text))
    assert (fakes.shop.receipts, fakes.tickets.opened, fakes.approvals.records) == ({}, {}, {})
    assert fakes.shop.calls["find_order"] == 0


@pytest.mark.parametrize("name", [*(name for name in BUILT_IN if name not in PIPELINES), "nonsense"])
async def test_a_workflow_that_it_does_not_run_is_refused(name: str) -> None:
    with pytest.raises(NotConfigured, match=f"runs answer and support; {name} needs the default engine"):
        await run(name, {})


async def test_the_input_is_checked() -> None:
    with pytest.raises(InvalidInput, match="question"):
        await run("answer", {"question": ""})


async def test_the_run_has_its_knobs() -> None:
    steps = Steps("answer")
    with install(fakes_of(answers([GOOD])).services):
        state = await steps.send(ASKED, signature="Yours, the shop")
    assert state["reply"].endswith("Yours, the shop")


async def test_every_run_without_a_thread_is_a_case_of_its_own() -> None:
    fakes = fakes_of(rules)
    with install(fakes.services):
        for _ in range(2):
            await run("support", says("get me a manager"))
    assert len(fakes.tickets.opened) == 2


async def test_each_try_is_told() -> None:
    told = Told()
    with install(fakes_of(fails("knowledge", "search", *BUSY)).services):
        await run("answer", ASKED, progress=told, sleep=at_once)
    tries = [(one.event, one.attempt) for one in told.all if one.step == "retrieve"]
    assert tries == [("start", 1), ("failure", 1), ("retry", 2), ("failure", 2), ("retry", 3), ("failure", 3)]
    assert {one.step for one in told.all if one.event == "skip"} >= {"generate", "validate", "admit", "greet"}
