"""Whatever happens, in whatever order: no more goes back than was paid, and nothing above the limit without a yes.

Hypothesis plays customers, approvers, outages, crashes and meddlers against the refund graph, and looks at the books
after every move.
"""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, StateSnapshot

from app.engines.langgraph.runner import RECURSION_LIMIT
from app.testing import PASSES, Fakes, order
from graphs import refund
from graphs.failure_paths import with_failure_paths
from nodes.ports import install
from nodes.ports.errors import Final, MailUnavailable, PaymentDeclined, PaymentsUnavailable, Retryable
from nodes.ports.orders import PastRefund
from nodes.refund.refund_key import RefundNamed, refund_id_of
from tests.graphs.conftest import impatient

EARLIER: PastRefund = {
    "receipt_id": "R-0",
    "amount_cents": 20_000,
    "currency": "USD",
    "reason": "",
    "at": "2026-11-22T12:00:00.000000Z",
    "approved": True,
}

threads = st.sampled_from(["thread-1", "thread-2", "thread-3"])
orders = st.sampled_from(["12345", "12345", "12348", "12346"])
cents = st.sampled_from([1, 4000, 5000, 5001, 9000, 9999, 10_000, 10_001, 14_900, 14_901]) | st.integers(-1, 30_000)
edits = cents.map(lambda amount: {"type": "edit", "args": {"amount": f"{amount / 100:.2f}"}})
garbage: st.SearchStrategy[Any] = st.sampled_from(
    [None, "yes", [], {}, {"type": "ignore"}, {"type": "edit", "args": {}}, {"decisions": [{"type": "approve"}] * 2}]
)
answers = st.just({"type": "approve", "by": "Mia"}) | edits | st.just({"type": "reject"}) | garbage
effects = st.sampled_from(["refund", "send", "open", "ask", "decide"])
outages = st.sampled_from(
    [
        ("shop", "refund", PaymentsUnavailable),
        ("shop", "refund", PaymentDeclined),
        ("shop", "find", PaymentsUnavailable),
        ("shop", "find_order", Retryable),
        ("mail", "send", MailUnavailable),
        ("tickets", "open", Retryable),
        ("approvals", "ask", Retryable),
        ("approvals", "decide", Retryable),
    ]
)
meddling: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({"verified": True}),
    cents.map(lambda amount: {"due_cents": amount}),
    orders.map(lambda order_id: {"order_id": order_id}),
)


class Killed(BaseException):
    """The process dies: no `except Exception` sees it, and no checkpoint is written."""


class Mortal:
    """Stands in front of a service; a call that is due to die does so right after its effect, or right before it."""

    def __init__(self, service: Any, due: set[tuple[str, str]]) -> None:
        self._service = service
        self._due = due

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._service, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            await asyncio.sleep(0)  # let the other window have its turn
            self._die("before", name)
            result = await real(*args, **kwargs)
            self._die("after", name)
            return result

        return call

    def _die(self, when: str, name: str) -> None:
        if (when, name) in self._due:
            self._due.remove((when, name))
            raise Killed(f"{when} {name}")


class Refunds(RuleBasedStateMachine):
    """Three threads, three orders, one shop."""

    def __init__(self) -> None:
        super().__init__()
        self.fakes = Fakes(
            order("12345"),
            order("12346", captured_cents=3950),
            order("12348", captured_cents=25_000, refunded_cents=20_000, refunds=[EARLIER]),
        )
        self.deaths: set[tuple[str, str]] = set()
        self.refund_ids: set[str] = set()
        self.questions: dict[str, str] = {}
        self.snapshots: dict[str, StateSnapshot] = {}
        self.until = ExitStack()
        self.loop = self.until.enter_context(asyncio.Runner())
        mortal: dict[str, Any] = {name: Mortal(getattr(self.fakes.services, name), self.deaths) for name in MORTAL}
        self.until.enter_context(install(replace(self.fakes.services, **mortal)))
        self.graph = GRAPH.copy({"checkpointer": InMemorySaver()})

    # what people do

    @rule(thread=threads, order_id=orders, amount=cents | st.none(), everything=st.sampled_from([False, False, True]))
    def ask(self, thread: str, order_id: str, amount: int | None, *, everything: bool) -> None:
        self.run(thread, self.request(order_id, amount), approve_everything=everything)

    @rule(order_id=orders, first=cents, second=cents)
    def ask_in_two_windows_at_once(self, order_id: str, first: int, second: int) -> None:
        self.run_together(("thread-1", self.request(order_id, first)), ("thread-2", self.request(order_id, second)))

    @rule(thread=threads, answer=answers)
    def answer(self, thread: str, answer: Any) -> None:
        """The question that waits; or one that waited once: a late answer, or the same one again."""
        if thread in self.questions:
            self.run(thread, Command(resume={self.questions[thread]: answer}))

    @rule(thread=threads, one=answers, other=answers)
    def answer_twice_at_once(self, thread: str, one: Any, other: Any) -> None:
        """As two processes would that know nothing of the lease."""
        if thread in self.questions:
            question = self.questions[thread]
            self.run_together(*((thread, Command(resume={question: answer})) for answer in (one, other)))

    @rule(thread=threads, verdict=st.sampled_from(["approved", "rejected"]), amount=st.integers(1, 30_000))
    def decide_elsewhere(self, thread: str, verdict: Any, amount: int) -> None:
        """Another surface writes the record, and dies before it resumes the thread."""
        record = self.loop.run(self.fakes.approvals.latest(thread))
        if record:
            self.fakes.approvals.fail.clear()
            self.loop.run(
                self.fakes.approvals.decide(
                    record["approval_id"],
                    decision_id="elsewhere",
                    args_digest=record["args_digest"],
                    verdict=verdict,
                    granted={**record["args"], "amount_cents": min(amount, record["args"]["amount_cents"])},
                    by="Tom",
                    reason="no",
                )
            )

    @rule(thread=threads)
    def resume(self, thread: str) -> None:
        if thread in self.snapshots and self.snapshots[thread].next:
            self.run(thread, None)

    @rule(thread=threads, values=meddling, step=st.sampled_from(["check_eligibility", "record_decision"]))
    def meddle(self, thread: str, values: dict[str, Any], step: str) -> None:
        """Somebody edits the state in Studio, past the approval."""
        if thread in self.snapshots and self.snapshots[thread].values.get("refund_id"):
            edited = {"eligibility": "small", "decision": "approved", **values}
            self.loop.run(self.graph.aupdate_state(at(thread), edited, as_node=step))
            self.look(thread)

    # what happens to them

    @rule(outage=outages, before=st.integers(0, 1), times=st.integers(1, 5))
    def fail(self, outage: tuple[str, str, type[Exception]], before: int, times: int) -> None:
        service, method, kind = outage
        getattr(self.fakes, service).fail[method] = [PASSES] * before + [kind("down") for _ in range(times)]

    @rule(times=st.integers(1, 2))
    def time_out_after_paying(self, times: int) -> None:
        self.fakes.shop.times_out_after_paying = times

    @rule(when=st.sampled_from(["before", "after", "after"]), effect=effects)
    def die(self, when: str, effect: str) -> None:
        self.deaths.add((when, effect))

    @rule(seconds=st.sampled_from([1, 299, 301]))
    def wait(self, seconds: int) -> None:
        self.fakes.clock.advance(seconds=seconds)

    # what stays true

    @invariant()
    def the_books_are_in_order(self) -> None:
        for check in BOOKS:
            check(self.fakes)
        assert set(self.fakes.shop.receipts) <= self.refund_ids  # one request, one receipt

    @invariant()
    def a_thread_that_says_refunded_has_the_receipt(self) -> None:
        for snapshot in self.snapshots.values():
            if snapshot.values.get("outcome") == "refunded":
                receipt = self.fakes.shop.receipts[snapshot.values["refund_id"]]
                said = (snapshot.values["receipt_id"], snapshot.values["refunded_cents"])
                assert said == (receipt["receipt_id"], receipt["amount_cents"])

    def teardown(self) -> None:
        """When everything works again, every thread can be brought to its end."""
        with self.until:
            self.bring_everything_to_an_end()

    # how it is done

    def bring_everything_to_an_end(self) -> None:
        self.deaths.clear()
        for service in (self.fakes.shop, self.fakes.mail, self.fakes.tickets, self.fakes.approvals):
            service.fail.clear()
        for thread in list(self.snapshots):
            self.bring_to_an_end(thread)
        self.the_books_are_in_order()

    def bring_to_an_end(self, thread: str) -> None:
        for _ in range(4):
            if self.snapshots[thread].interrupts:
                self.answer(thread, {"type": "reject"})
            elif self.snapshots[thread].next:
                self.run(thread, None)
        assert self.snapshots[thread].next == ()

    def request(self, order_id: str, amount: int | None) -> dict[str, Any]:
        email = self.fakes.shop.orders[order_id]["email"]
        return {"order_id": order_id, "email": email, "amount_cents": amount, "reason": ""}

    def run(self, thread: str, values: Any, **context: Any) -> None:
        self.run_together((thread, values), **context)

    def run_together(self, *runs: tuple[str, Any], **context: Any) -> None:
        self.loop.run(self.all_of(runs, context))
        for thread, _ in runs:
            self.look(thread)

    def look(self, thread: str) -> None:
        self.snapshots[thread] = snapshot = self.loop.run(self.graph.aget_state(at(thread)))
        if refund_id := snapshot.values.get("refund_id"):
            self.refund_ids |= {refund_id, refund_id_of(cast("RefundNamed", snapshot.values), at(thread))}
        if snapshot.interrupts:
            self.questions[thread] = snapshot.interrupts[0].id

    async def all_of(self, runs: tuple[tuple[str, Any], ...], context: Any) -> None:
        await asyncio.gather(*(self.one_of(thread, values, context) for thread, values in runs))

    async def one_of(self, thread: str, values: Any, context: Any) -> None:
        """To the end, to a question, or to a death. Only a ticket that cannot be opened fails a run."""
        with suppress(Killed, Final):
            await self.graph.ainvoke(values, at(thread), context=context, durability="sync")


def no_more_goes_back_than_was_paid(fakes: Fakes) -> None:
    for one in fakes.shop.orders.values():
        booked = sum(past["amount_cents"] for past in one["refunds"])
        assert booked == one["refunded_cents"] <= one["captured_cents"]


def the_books_agree_with_the_receipts(fakes: Fakes) -> None:
    receipts = sorted((one["receipt_id"], one["order_id"], one["amount_cents"]) for one in fakes.shop.receipts.values())
    booked = [
        (past["receipt_id"], one["order_id"], past["amount_cents"])
        for one in fakes.shop.orders.values()
        for past in one["refunds"]
        if past["receipt_id"] != EARLIER["receipt_id"]
    ]
    assert sorted(booked) == receipts


def what_no_human_agreed_to_stays_within_the_limit(fakes: Fakes) -> None:
    for one in fakes.shop.orders.values():
        automatic = [past["amount_cents"] for past in one["refunds"] if not past["approved"]]
        assert sum(automatic) <= fakes.services.limits.approval_limit_cents


def what_a_human_agreed_to_is_covered_by_the_record(fakes: Fakes) -> None:
    for key, approval_id in fakes.shop.approval_ids.items():
        if approval_id is not None:
            receipt, record = fakes.shop.receipts[key], fakes.approvals.records[approval_id]
            assert (approval_id, record["args"]["order_id"]) == (key, receipt["order_id"])
            assert (
                receipt["amount_cents"] <= (record["granted"] or {})["amount_cents"] <= record["args"]["amount_cents"]
            )


def what_no_human_agreed_to_after_being_asked_is_not_paid(fakes: Fakes) -> None:
    refused = {key for key, record in fakes.approvals.records.items() if record["status"] != "approved"}
    assert refused & set(fakes.shop.receipts) == set()


def nobody_is_told_of_money_that_did_not_move(fakes: Fakes) -> None:
    told = {key.partition(":")[0] for key in fakes.mail.sent if key.endswith(":customer:refunded")}
    assert told <= set(fakes.shop.receipts)


BOOKS = (
    no_more_goes_back_than_was_paid,
    the_books_agree_with_the_receipts,
    what_no_human_agreed_to_stays_within_the_limit,
    what_a_human_agreed_to_is_covered_by_the_record,
    what_no_human_agreed_to_after_being_asked_is_not_paid,
    nobody_is_told_of_money_that_did_not_move,
)
MORTAL = ("orders", "payments", "mail", "tickets", "approvals")
GRAPH = with_failure_paths(refund.build(policy=impatient), refund.on_failure).compile()


def at(thread: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread}, "recursion_limit": RECURSION_LIMIT}


def test_money() -> None:
    run_state_machine_as_test(Refunds, settings=settings(max_examples=60, stateful_step_count=15, deadline=None))


APPROVE = {"type": "approve", "by": "Mia"}
PART = {"type": "edit", "args": {"amount": "80"}}


Move = Callable[[Refunds], None]


def small(amount: int, thread: str = "thread-1") -> Move:
    return lambda m: m.ask(thread, "12345", amount, everything=False)


def answered(answer: Any, thread: str = "thread-1") -> Move:
    return lambda m: m.answer(thread, answer)


def dies(when: str, effect: str) -> Move:
    return lambda m: m.die(when, effect)


def goes_on(m: Refunds) -> None:
    m.resume("thread-1")


def both(one: Any, other: Any) -> Move:
    return lambda m: m.answer_twice_at_once("thread-1", one, other)


def meddled(**values: Any) -> Move:
    return lambda m: m.meddle("thread-1", values, "check_eligibility")


LARGE = small(14_900)
STORIES: dict[str, tuple[list[Move], int]] = {
    # what happens: (the moves, what order 12345 has been refunded in the end)
    "in two parts": ([small(9000), small(5900, "thread-2")], 9000),
    "in two parts, the second approved": (
        [small(9000), small(5900, "thread-2"), answered(APPROVE, "thread-2")],
        14_900,
    ),
    "in two parts on one thread": ([small(9000), small(5900), answered(PART)], 9000),
    "in two windows at once": ([lambda m: m.ask_in_two_windows_at_once("12345", 9000, 5900)], 9000),
    "twice the same request": ([small(4000), small(4000)], 4000),
    "approved by two at once": ([LARGE, both(APPROVE, APPROVE)], 14_900),
    "approved and rejected at once": ([LARGE, both(APPROVE, {"type": "reject"})], 14_900),
    "rejected and approved at once": ([LARGE, both({"type": "reject"}, APPROVE)], 0),
    "approved again": ([LARGE, answered(PART), answered(APPROVE)], 8000),
    "approved too late": ([LARGE, lambda m: m.wait(301), answered(APPROVE)], 0),
    "killed before it is paid": ([small(4000), dies("before", "refund"), small(5000), goes_on], 9000),
    "killed after it is paid": ([dies("after", "refund"), small(5000), goes_on], 5000),
    "killed after all of it is paid": ([LARGE, dies("after", "refund"), answered(APPROVE), goes_on], 14_900),
    "killed after it is paid, and asked anew": ([dies("after", "refund"), small(6000), small(4000)], 10_000),
    "killed after the decision": ([LARGE, dies("after", "decide"), answered(APPROVE), goes_on], 14_900),
    "killed after the question": ([dies("after", "ask"), LARGE, goes_on, answered(PART)], 8000),
    "killed after the mail": ([dies("after", "send"), LARGE, goes_on, answered(PART)], 8000),
    "silent after paying": ([lambda m: m.time_out_after_paying(2), small(5000)], 5000),
    "down for good": ([lambda m: m.fail(("shop", "refund", PaymentsUnavailable), 0, 5), small(5000)], 0),
    "meddled with before the question": ([dies("before", "ask"), LARGE, meddled(), goes_on], 0),
    "meddled with after the question": ([LARGE, meddled(), goes_on], 0),
    "meddled with after a no": ([LARGE, answered({"type": "reject"}), meddled(due_cents=5000), goes_on], 0),
    "meddled with after a small yes": ([LARGE, dies("before", "refund"), answered(PART), meddled(), goes_on], 8000),
}


@pytest.mark.parametrize("story", STORIES)
def test_stories(story: str) -> None:
    """What hypothesis would find only now and then."""
    moves, refunded_cents = STORIES[story]
    machine = Refunds()
    with machine.until:
        for move in moves:
            move(machine)
            machine.the_books_are_in_order()
            machine.a_thread_that_says_refunded_has_the_receipt()
        assert machine.fakes.shop.refunded_cents("12345") == refunded_cents
        machine.bring_everything_to_an_end()
