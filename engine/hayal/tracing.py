"""OpenTelemetry spans, through the API package: they go wherever the operator's SDK sends them, or nowhere."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from opentelemetry import trace

_tracer = trace.get_tracer("hayal")


def span(name: str, **attributes: Any) -> AbstractContextManager[Any]:
    """A span around what happens within it."""
    return _tracer.start_as_current_span(name, attributes=attributes)
