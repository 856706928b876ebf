"""Figures for Prometheus: read from the database when they are asked for, so that every process has the same ones."""

from datetime import datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.core import SummaryMetricFamily
from sqlalchemy import func, select

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import approvals, journal, threads, tickets
from app.engines.contract import Usage
from nodes.ports.clock import Clock


class Metrics:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "switchboard_http_requests",
            "Requests answered by this server.",
            ["method", "status"],
            registry=self._registry,
        )
        self._tokens = Counter(
            "switchboard_tokens",
            "Tokens of language models, of runs of this server.",
            ["model"],
            registry=self._registry,
        )

    def answered(self, method: str, status: int) -> None:
        self._requests.labels(method, str(status)).inc()

    def used(self, usage: Usage) -> None:
        for model, tokens in usage["models"].items():
            self._tokens.labels(model).inc(tokens)

    async def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        fresh = CollectorRegistry()
        await self._count(fresh)
        return generate_latest(self._registry) + generate_latest(fresh)

    async def _count(self, registry: CollectorRegistry) -> None:
        waiting = Gauge("switchboard_approvals_waiting", "Approvals that wait.", registry=registry)
        oldest = Gauge("switchboard_approval_age_seconds", "Age of the oldest one that waits.", registry=registry)
        by_end = Gauge("switchboard_threads", "Threads.", ["workflow", "status", "outcome"], registry=registry)
        opened = Gauge("switchboard_tickets_open", "Tickets that are open.", registry=registry)
        (count, first), ends, open_now, steps = await self._database.ask(_counts)
        waiting.set(count)
        age = self._clock.now() - datetime.fromisoformat(first) if first else None
        oldest.set(age.total_seconds() if age else 0)
        opened.set(open_now)
        for graph, status, outcome, number in ends:
            by_end.labels(graph, status, outcome or "").set(number)
        registry.register(_Steps([tuple(row) for row in steps]))


async def _counts(connection: AsyncConnection) -> tuple[Any, ...]:
    """Number and oldest of the approvals that wait, threads by their end, open tickets, times of steps."""
    ends = (threads.c.graph, threads.c.status, threads.c.outcome)
    steps = (journal.c.graph, journal.c.node, journal.c.event)
    took = journal.c.duration_ms.is_not(None) & journal.c.node.is_not(None)
    pending = select(func.count(), func.min(approvals.c.requested_at)).where(approvals.c.status == "pending")
    by_step = select(*steps, func.count(), func.sum(journal.c.duration_ms)).where(took).group_by(*steps)
    return (
        (await connection.execute(pending)).one(),
        (await connection.execute(select(*ends, func.count()).group_by(*ends))).all(),
        await connection.scalar(select(func.count()).where(tickets.c.status == "open")),
        (await connection.execute(by_step)).all(),
    )


class _Steps:
    """How often each step ended, in which way, and how long it took."""

    def __init__(self, rows: list[tuple[str, str, str, int, int]]) -> None:
        self._rows = rows

    def collect(self) -> list[SummaryMetricFamily]:
        took = SummaryMetricFamily("switchboard_step_seconds", "Time of steps.", labels=["workflow", "step", "event"])
        for graph, node, event, count, milliseconds in self._rows:
            took.add_metric([graph, node, event], count_value=count, sum_value=float(milliseconds) / 1000)
        return [took]
