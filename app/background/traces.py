"""OpenTelemetry traces, made from the journal: a span for each step and each run, one trace for each thread.

The ids are made from those of the journal. So every process adds to the same trace of a thread, and a span that is sent
twice is the same span.
"""

import asyncio
from uuid import UUID

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanContext, Status, StatusCode, TraceFlags
from sqlalchemy import RowMapping, func, insert, select, update

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import cursors, journal
from nodes.digests import digest
from nodes.ports.clock import parse
from nodes.ports.errors import DependencyDown

CURSOR = "traces"
AT_ONCE = 500
TIMEOUT_S = 10
RESOURCE = Resource({"service.name": "switchboard"})
FAILED = ("failure", "run_error")
TOLD = ("graph", "label", "step", "attempt", "input_bytes", "output_bytes")


def exporter(endpoint: str) -> SpanExporter:
    """To a collector: http://collector:4318, or a whole address with a path."""
    path = "" if endpoint.rstrip("/").count("/") > 2 else "/v1/traces"
    return OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}{path}", timeout=TIMEOUT_S)


class Traces:
    """Sends what has ended since it was asked last. The first time it begins at the journal's end."""

    def __init__(self, database: Database, exporter: SpanExporter) -> None:
        self._database = database
        self._exporter = exporter

    async def send(self) -> None:
        """Raises DependencyDown when the collector does not take it: it is sent again."""
        before = await self._cursor()
        query = select(journal).where(journal.c.entry_id > before).order_by(journal.c.entry_id).limit(AT_ONCE)

        rows = await self._database.fetch(query)
        if not rows:
            return
        spans = [span_of(row) for row in rows if row["duration_ms"] is not None]
        if spans and await asyncio.to_thread(self._exporter.export, spans) is not SpanExportResult.SUCCESS:
            raise DependencyDown("The collector of SWITCHBOARD_OTEL_ENDPOINT does not take traces.")
        mine = (cursors.c.name == CURSOR) & (cursors.c.entry_id == before)
        await self._database.write(
            lambda connection: connection.execute(update(cursors).where(mine).values(entry_id=rows[-1]["entry_id"]))
        )

    async def _cursor(self) -> int:
        query = select(cursors.c.entry_id).where(cursors.c.name == CURSOR)
        if (known := await self._database.ask(lambda connection: connection.scalar(query))) is not None:
            return int(known)

        async def written(connection: AsyncConnection) -> int:
            if (known := await connection.scalar(query)) is None:
                known = await connection.scalar(select(func.max(journal.c.entry_id))) or 0
                await connection.execute(insert(cursors).values(name=CURSOR, entry_id=known))
            return int(known)

        return await self._database.write(written)


def span_of(entry: RowMapping) -> ReadableSpan:
    """Of an entry that ends something. An interrupt is an end like others: the thread waits for a person."""
    trace, end = _trace_id(entry["thread_id"]), int(parse(entry["at"]).timestamp() * 1_000_000) * 1000
    is_run, run = entry["node"] is None, _context(trace, ["run", entry["run_id"]])
    about = {f"switchboard.{name}": entry[name] for name in TOLD if entry[name] is not None}
    return ReadableSpan(
        name=entry["graph"] if is_run else entry["node"],
        context=run if is_run else _context(trace, ["step", entry["run_id"], entry["entry_id"]]),
        parent=None if is_run else run,
        resource=RESOURCE,
        attributes={**about, "switchboard.thread_id": entry["thread_id"], "switchboard.event": entry["event"]},
        status=Status(StatusCode.ERROR, entry["error"]) if entry["event"] in FAILED else Status(),
        start_time=end - entry["duration_ms"] * 1_000_000,
        end_time=end,
    )


def _context(trace_id: int, of: list[object]) -> SpanContext:
    return SpanContext(trace_id, int(digest(of)[:16], 16), is_remote=False, trace_flags=TraceFlags(TraceFlags.SAMPLED))


def _trace_id(thread_id: str) -> int:
    """The thread's id itself, where it is a UUID."""
    try:
        return UUID(thread_id).int
    except ValueError:
        return int(digest(thread_id)[:32], 16)
