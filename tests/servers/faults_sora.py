"""Everything an endpoint of the Sora protocols answers that is not what was asked for; `CASES` lists it, with meanings.

OpenAI's errors are in `faults_openai`; here are those of videos and of gateways. Jobs that end badly are plans: `ENDS`.
"""

from __future__ import annotations

import json

from . import faults_openai as openai
from .catalogue import Case, free_transport, transport
from .faults import Fault, answer
from .jobs import Plan
from .openai_errors import error_body

VIDEOS, VIDEO, CONTENT = "POST /v1/videos", "GET /v1/videos/{video_id}", "GET /v1/videos/{video_id}/content"
GENERATIONS, GENERATION = "POST /v1/video/generations", "GET /v1/video/generations/{task_id}"
CREATES, GETS = (VIDEOS, GENERATIONS), (VIDEO, GENERATION)

BLOCKED = "Your request was blocked by our moderation system."


def moderation_blocked() -> Fault:
    """400 at the create."""
    return openai.failing(400, BLOCKED, code="moderation_blocked")


def sentinel_block() -> Fault:
    """400 at the create: the first, quick filter."""
    return openai.failing(400, "This content may violate our guardrails.", code="sentinel_block")


def face_refused() -> Fault:
    """400: the picture shows a person's face."""
    what = "The input image contains a human face, which is not supported."
    return openai.failing(400, what, code="moderation_blocked", param="input_reference")


def task_error(status: int, code: str, message: str) -> Fault:
    """new-api's own error: {"code", "message", "data"}, without "error"."""
    return answer(status, {"code": code, "message": message, "data": None}, name=f"{status} task {code}")


def passed_on(status: int, code: str, message: str) -> Fault:
    """new-api passing on the error of the provider behind it, as text in `message`."""
    return task_error(status, "fail_to_fetch_task", json.dumps(error_body(message, code=code)))


def no_channel() -> Fault:
    """503 with the code of a missing model: the gateway has nobody to send it to, now or ever."""
    what = "No available channel for model sora-2 under group default (distributor)"
    return openai.failing(503, what, kind="new_api_error", code="model_not_found")


def no_credit() -> Fault:
    """403: the gateway's credit is used up."""
    return task_error(403, "insufficient_user_quota", "user quota is not enough")


def endpoint_gone() -> Fault:
    """410, as Azure answers since the end."""
    return openai.failing(410, "The deployment has been retired.", code="DeploymentRetired")


def no_endpoint() -> Fault:
    """404 for the path itself, as api.openai.com answers since the end."""
    return openai.failing(404, "Invalid URL (POST /v1/videos)")


CASES: tuple[Case, ...] = (
    Case("rate limit", ("TryLater",), openai.rate_limited(), CREATES, after=2),
    Case("insufficient quota", ("NoAccess",), openai.insufficient_quota(), CREATES),
    Case("billing limit", ("NoAccess",), openai.billing_limit(), CREATES),
    Case("gateway credit", ("NoAccess",), no_credit(), CREATES),
    Case("bad key", ("NoAccess",), openai.bad_key(), CREATES),
    Case("country", ("NoAccess",), openai.country(), CREATES),
    Case("gone model", ("Gone",), openai.gone_model(), CREATES),
    Case("gone endpoint, 410", ("Gone",), endpoint_gone(), CREATES),
    Case("gone endpoint, 404", ("Gone",), no_endpoint(), CREATES),
    Case("no channel", ("Gone", "TryLater"), no_channel(), CREATES),
    Case("misused", ("Misused",), openai.misused(), CREATES),
    Case("server error", ("TryLater", "OutcomeUnknown"), openai.server_error(), CREATES),
    Case("overloaded", ("TryLater",), openai.overloaded(), CREATES),
    Case("error as a string", ("TryLater", "OutcomeUnknown"), openai.string_error(), CREATES),
    Case("task error", ("TryLater", "OutcomeUnknown"), task_error(500, "do_request_failed", "EOF"), CREATES),
    Case("passed on, rate limit", ("TryLater",), passed_on(429, "rate_limit_exceeded", "Slow down"), CREATES),
    Case("passed on, moderation", ("Refused",), passed_on(400, "moderation_blocked", BLOCKED), CREATES),
    Case("moderation", ("Refused",), moderation_blocked(), CREATES),
    Case("sentinel", ("Refused",), sentinel_block(), CREATES),
    Case("face", ("Refused",), face_refused(), CREATES),
    *transport(*CREATES),
)
"""At creates."""

POLLS: tuple[Case, ...] = (
    Case("rate limit", ("Retried", "TryLater"), openai.rate_limited(0.05), GETS, after=0.05),
    Case("server error", ("Retried", "TryLater"), openai.server_error(), GETS),
    Case("overloaded", ("Retried", "TryLater"), openai.overloaded(), GETS),
    *free_transport(*GETS),
)
"""At polls: none of them ends the job."""

DOWNLOADS: tuple[Case, ...] = (
    Case("not ready yet", ("Retried", "TryLater"), openai.failing(404, "Video is not ready yet."), (CONTENT,)),
    Case("overloaded", ("Retried", "TryLater"), openai.overloaded(), (CONTENT,)),
    *free_transport(CONTENT),
)
"""At downloads with the key. The other origin's is "GET /media/{name}" of `vendor.cdn.faults`."""

ENDS: tuple[Case, ...] = (
    Case("moderation", ("Refused",), plan=Plan(end="failed", error=("moderation_blocked", BLOCKED)), billed=True),
    Case("server error", ("Failed",), plan=Plan(end="failed", error=("server_error", "Internal error")), billed=True),
    Case("cancelled", ("Failed",), plan=Plan(end="cancelled"), billed=True),
)
"""How a job may end without a video. One that never ends is `Plan(end="stuck")`."""
