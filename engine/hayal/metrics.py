"""Prometheus metrics, in a registry of the engine's own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

registry = CollectorRegistry()

updates = Counter("hayal_updates", "Updates taken in.", ["messenger", "outcome"], registry=registry)
posts = Counter("hayal_posts", "Messages handed to a messenger.", ["messenger", "outcome"], registry=registry)
waiting_posts = Gauge("hayal_posts_waiting", "Messages not delivered yet.", ["messenger"], registry=registry)
jobs = Counter("hayal_jobs", "Jobs ended.", ["flow", "state"], registry=registry)
job_seconds = Histogram(
    "hayal_job_seconds",
    "Seconds from acceptance of a job to its end.",
    ["flow"],
    buckets=(0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320, 640, 1280),
    registry=registry,
)
running_jobs = Gauge("hayal_jobs_running", "Jobs under way.", registry=registry)
waiting_jobs = Gauge("hayal_jobs_waiting", "Jobs accepted and not under way.", registry=registry)
provider_calls = Counter(
    "hayal_provider_calls",
    "Requests to providers, by how they ended.",
    ["kind", "provider", "outcome"],
    registry=registry,
)
cost = Counter("hayal_cost_dollars", "What providers said their work cost.", ["provider"], registry=registry)


def exposition() -> bytes:
    """Everything in Prometheus' text format."""
    return generate_latest(registry)
