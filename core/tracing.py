"""Spans of what is done and the id of their trace, where traces are on (`billing_site.traces`)."""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Tracer(Protocol):
    """Makes spans and knows the trace of now."""

    def span(self, name: str) -> AbstractContextManager[object]:
        """Return a block that is a span, part of the trace of now."""

    def find_trace_id(self) -> str | None:
        """Return the id of the trace of now, in hexadecimal; None outside of one."""


_tracer: Tracer | None = None


def use(tracer: Tracer) -> None:
    """Have this tracer make the spans of this process from now on."""
    global _tracer
    _tracer = tracer


def span(name: str) -> AbstractContextManager[object]:
    """Return a block that is a span where traces are on, and nothing otherwise. Nothing secret goes in."""
    return _tracer.span(name) if _tracer else nullcontext()


def find_trace_id() -> str | None:
    """Return the id of the trace of now, in hexadecimal; None outside of one or where traces are off."""
    return _tracer.find_trace_id() if _tracer else None
