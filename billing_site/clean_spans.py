"""Passes spans on with what is known to hold nothing secret, and with nothing else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status

KEPT = {
    *("http.method", "http.request.method", "http.status_code", "http.response.status_code", "http.route"),
    *("db.system", "db.name"),
    *("celery.action", "celery.state", "celery.task_name", "messaging.message.id", "messaging.destination"),
}
URL, STATEMENT = ("http.url", "url.full"), ("db.statement", "db.query.text")
# The statement itself may have a value in it, which may look like a verb or the name of a table.
VERB = re.compile(r"\s*([A-Za-z]+)")
TABLE = re.compile(r'(?i)\b(?:FROM|INTO|UPDATE)\s+(?:ONLY\s+)?"?([a-z0-9_]+)\b')


class CleanExporter(SpanExporter):
    """An exporter before another one."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send what of the spans may leave."""
        return self._inner.export([clean(span) for span in spans])

    def shutdown(self) -> None:
        """See SpanExporter."""
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """See SpanExporter."""
        return bool(self._inner.force_flush(timeout_millis))


def clean(span: ReadableSpan) -> ReadableSpan:
    """Return a copy that says what was done, when, for how long, and the type of what went wrong."""
    given = span.attributes or {}
    statement = next((str(given[name]) for name in STATEMENT if name in given), None)
    return ReadableSpan(
        name=span.name if statement is None else summarise(statement),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=dict(_keep(given, kind=span.kind)),
        events=[_clean_event(event) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def summarise(statement: str) -> str:
    """Return the verb of an SQL statement and the first of our tables that it names."""
    verb = VERB.match(statement)
    tables = (name for name in TABLE.findall(statement) if name in list_tables())
    return " ".join([verb[1].upper() if verb else "SQL", *islice(tables, 1)])


@cache
def list_tables() -> frozenset[str]:
    """Return the names of the tables of our models."""
    return frozenset(model._meta.db_table for model in apps.get_models(include_auto_created=True))


def _keep(given: Mapping[str, Any], *, kind: SpanKind) -> Iterator[tuple[str, Any]]:
    """Yield attributes; of an address that we asked its host, as paths and queries may hold a token."""
    yield from ((name, value) for name, value in given.items() if name in KEPT)
    url = next((str(given[name]) for name in URL if name in given), "")
    if url and kind == SpanKind.CLIENT:
        yield "server.address", urlsplit(url).hostname or ""


def _clean_event(event: Event) -> Event:
    kept = {name: value for name, value in (event.attributes or {}).items() if name == "exception.type"}
    return Event(event.name, kept, event.timestamp)
