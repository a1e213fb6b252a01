"""OpenTelemetry spans, through the API package: they go wherever the operator's SDK sends them, or nowhere."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from opentelemetry import trace

_tracer = trace.get_tracer("hayal")
_nothing: AbstractContextManager[Any] = nullcontext()


def span(name: str, **attributes: Any) -> AbstractContextManager[Any]:
    """A span around what happens within it."""
    if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
        return _nothing  # no SDK is set up: even an empty span would cost as much as a third of an update
    return _tracer.start_as_current_span(name, attributes=attributes)
