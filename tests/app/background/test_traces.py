"""Traces of threads: a span a step, one trace over several runs and processes, and a pause for a person is no error."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

from app.background.traces import Traces
from app.composition import open_runner
from app.settings import Settings
from nodes.ports.errors import DependencyDown
from tests.app.engines.test_runner import APPROVE, LARGE
from tests.contracts.conftest import Watch


class Collector(SpanExporter):
    def __init__(self) -> None:
        self.answer = SpanExportResult.SUCCESS
        self.got: list[ReadableSpan] = []

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self.answer is SpanExportResult.SUCCESS:
            self.got += spans
        return self.answer


async def test_a_thread_is_one_trace_with_a_span_for_each_step(home: Settings, clock: Watch) -> None:
    collector = Collector()
    async with open_runner(home, clock=clock) as runner:
        traces = Traces(runner.threads._database, collector)
        await traces.send()
        asked = await runner.start("refund", LARGE, thread="job")
        await traces.send()
        first = len(collector.got)
        collector.answer = SpanExportResult.FAILURE
        await runner.decide("job", APPROVE)
        with pytest.raises(DependencyDown):
            await traces.send()
        collector.answer = SpanExportResult.SUCCESS
        await traces.send()
        await traces.send()
        steps = [
            entry["node"] or entry["graph"] for entry in await runner.trace("job") if entry["duration_ms"] is not None
        ]
    assert 0 < first < len(collector.got)
    assert [span.name for span in collector.got] == steps
    assert {span.context.trace_id for span in collector.got} == {UUID(asked["thread_id"]).int}
    assert len({span.context.span_id for span in collector.got}) == len(collector.got)
    assert {span.status.is_ok for span in collector.got} == {True}, "waiting for a person is no error"
    runs = {span.context.span_id for span in collector.got if span.parent is None}
    assert len(runs) == 2
    assert {span.parent.span_id for span in collector.got if span.parent} == runs


async def test_a_failure_is_an_error(home: Settings, clock: Watch) -> None:
    collector = Collector()
    async with open_runner(home, clock=clock) as runner:
        traces = Traces(runner.threads._database, collector)
        await traces.send()
        home.outbox.parent.mkdir(exist_ok=True)
        home.outbox.write_text("in the way")
        await runner.start("refund", {"order_id": "12346", "email": "ada@example.com"})
        await traces.send()
    failed = [span for span in collector.got if not span.status.is_ok]
    assert {span.name for span in failed} == {"send_confirmation"}
    assert [span.attributes["switchboard.attempt"] for span in failed if span.attributes] == [1, 2, 3]
