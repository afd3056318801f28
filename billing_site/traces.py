"""Sends traces of requests, tasks, statements and calls of processors to a collector (OpenTelemetry)."""

from collections.abc import Mapping
from typing import Any

import structlog
from celery.signals import worker_process_shutdown
from django.conf import settings
from django.http import HttpRequest
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.instrumentation.threading import ThreadingInstrumentor
from opentelemetry.propagate import set_global_textmap
from opentelemetry.propagators.textmap import default_getter, default_setter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from billing_site.clean_spans import CleanExporter
from core import tracing

NAME = "marketplace-billing"
SEND_EVERY_MILLISECONDS = 2_000
# A collector that is gone holds up the end of a program for so long, and nothing else.
SEND_SECONDS = 5
ONE_BATCH = 512  # Spans; with more in the queue the end of a program would wait once for each batch.
# Asked every few seconds by machines.
NOT_TRACED = "https?://[^/]+/(healthz|readyz|metrics|static/)"
# What is before it logs each answer and gives it headers. OpenTelemetry's middleware asks for the Host of a
# request, and the refusal of a Host that is not ours passes only what is before that.
TRACED_BEHIND = "billing_site.middleware.refuse_unreadable"
INSTRUMENTORS = (CeleryInstrumentor, PsycopgInstrumentor, RequestsInstrumentor, ThreadingInstrumentor)


class BetweenPrograms(TraceContextTextMapPropagator):
    """Takes a trace from one program of ours to the next, in the headers of a task.

    Strangers do not choose the trace of their request, and neither processors nor sellers are told of ours.
    """

    def extract(self, carrier: Any, context: Context | None = None, getter: Any = default_getter) -> Context:
        """Read the trace of a task; a request (a WSGI environment) begins one."""
        if isinstance(carrier, dict) and "wsgi.version" in carrier:
            return context or Context()
        return super().extract(carrier, context, getter)

    def inject(self, carrier: Any, context: Context | None = None, setter: Any = default_setter) -> None:
        """Write the trace into the headers of a task, which say its name; not into those of a request."""
        if "task" in carrier:
            super().inject(carrier, context, setter)


class OpenTelemetry:
    """The tracer of `core.tracing`."""

    def __init__(self) -> None:
        self._tracer = trace.get_tracer(NAME)

    def span(self, name: str) -> Any:
        """See core.tracing.Tracer."""
        return self._tracer.start_as_current_span(name, kind=trace.SpanKind.CLIENT)

    def find_trace_id(self) -> str | None:
        """See core.tracing.Tracer."""
        context = trace.get_current_span().get_span_context()
        return trace.format_trace_id(context.trace_id) if context.is_valid else None


def start(endpoint: str, *, headers: Mapping[str, str], deployment: str) -> None:
    """Trace this process, and those that it forks, from now on. `endpoint` is that of OTLP over HTTP."""
    address = f"{endpoint.rstrip('/')}/v1/traces"
    exporter = OTLPSpanExporter(endpoint=address, headers=dict(headers), timeout=SEND_SECONDS)
    resource = Resource.create({"service.name": NAME, "deployment.environment.name": deployment})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(
        BatchSpanProcessor(
            CleanExporter(exporter),
            schedule_delay_millis=SEND_EVERY_MILLISECONDS,
            max_queue_size=ONE_BATCH,
        )
    )
    trace.set_tracer_provider(provider)
    set_global_textmap(BetweenPrograms())
    DjangoInstrumentor().instrument(
        excluded_urls=NOT_TRACED,
        middleware_position=settings.MIDDLEWARE.index(TRACED_BEHIND) + 1,
        request_hook=name_trace_of_request,
    )
    for instrumentor in INSTRUMENTORS:
        instrumentor().instrument()
    tracing.use(OpenTelemetry())
    # Celery ends the processes of a pool without what Python does at an end.
    worker_process_shutdown.connect(lambda **_: provider.force_flush(), weak=False)


def name_trace_of_request(span: trace.Span, request: HttpRequest) -> None:
    """Say the trace in the lines that are logged of a request when its span is over, too."""
    trace_id = trace.format_trace_id(span.get_span_context().trace_id)
    structlog.contextvars.bind_contextvars(trace_id=trace_id)
