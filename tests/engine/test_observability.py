"""Spans, and metrics that move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace

from harness import person_at, write
from hayal import tracing

pytestmark = pytest.mark.anyio


async def test_spans_go_to_the_tracer_of_whoever_set_one_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, Any]] = []

    class Tracer:
        @contextmanager
        def start_as_current_span(self, name: str, attributes: Any) -> Iterator[None]:
            seen.append((name, attributes))
            yield

    monkeypatch.setattr(trace, "get_tracer_provider", object)
    monkeypatch.setattr(tracing, "_tracer", Tracer())
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(tap="video new")
        await person.media("video")
    assert {name for name, _ in seen} >= {"update", "job", "step", "paid call"}
    job = next(attributes["job"] for name, attributes in seen if name == "job")
    assert {"job": job, "step": "deliver"} in [attributes for name, attributes in seen if name == "step"]


async def test_metrics_count_what_happened(tmp_path: Path) -> None:
    async with person_at(write(tmp_path)) as person:
        await person.begin()
        await person.do(tap="video new")
        await person.media("video")
        text = person.messenger.desk.metrics().decode()
    for name in ('hayal_updates_total{messenger="null",outcome="ok"}', 'hayal_cost_dollars_total{provider="null"}'):
        assert float(next(line for line in text.splitlines() if line.startswith(name)).split()[-1]) > 0
