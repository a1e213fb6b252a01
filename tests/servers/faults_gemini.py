"""Everything the Gemini Developer API answers that is not what was asked for; `CASES` lists it with its meaning.

Most refusals are answers with status 200. Interactions that end badly are plans of the job: `ENDS`.
"""

from __future__ import annotations

from typing import Any

from .catalogue import Case, Meaning, free_transport, transport
from .faults import Fault, answer
from .gemini_content import whole
from .gemini_errors import error_body, quota_failure, reason, retry_info
from .jobs import Plan

GENERATE = "POST /{v}/models/{model}:generateContent"
INTERACTIONS, POLL = "POST /{v}/interactions", "GET /{v}/interactions/{id}"
DOWNLOAD = "GET /{v}/files/{file}:download"
CREATES = (GENERATE, INTERACTIONS)

BLOCKS = ("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "JAILBREAK")
"""promptFeedback.blockReason."""

FINISHES: dict[str, tuple[Meaning, ...]] = {
    "SAFETY": ("Refused",),
    "RECITATION": ("Refused",),
    "LANGUAGE": ("Refused", "Failed"),
    "OTHER": ("Refused", "Failed"),
    "BLOCKLIST": ("Refused",),
    "PROHIBITED_CONTENT": ("Refused",),
    "SPII": ("Refused",),
    "IMAGE_SAFETY": ("Refused",),
    "IMAGE_PROHIBITED_CONTENT": ("Refused",),
    "IMAGE_RECITATION": ("Refused",),
    "IMAGE_OTHER": ("Retried", "Failed", "Refused"),
    "NO_IMAGE": ("Retried", "Failed", "Refused"),
    "MALFORMED_FUNCTION_CALL": ("Failed", "Retried"),
    "MALFORMED_RESPONSE": ("Failed", "Retried"),
    "UNEXPECTED_TOOL_CALL": ("Failed", "Retried"),
    "TOO_MANY_TOOL_CALLS": ("Failed", "Retried"),
    "MISSING_THOUGHT_SIGNATURE": ("Failed", "Misused"),
    "ESCALATION": ("Failed", "Refused"),
    "PUP_LIMITED_DISABLED": ("NoAccess",),
    "CONTINUATION": ("Failed", "Retried"),
    "MAX_TOKENS": ("Failed", "Retried"),
    "SOMETHING_NEW": ("Failed", "Refused"),
}
"""candidates[0].finishReason, but for STOP, with what it means; the last stands for one that is added some day."""


def failing(code: int, message: str, *details: Any, status: str = "", array: bool = False) -> Fault:
    """Any error in Google's shape; `array`: in a list of one, as the front end does at times."""
    body = error_body(code, message, *details, status=status)
    name = f"{code} {body['error']['status']}{' array' if array else ''}"
    return answer(code, [body] if array else body, name=name)


def interactions_failing(code: int, message: str, word: str) -> Fault:
    """Any error in the shape of the Interactions API."""
    return answer(code, {"error": {"code": word, "message": message}}, name=f"{code} {word}")


def rate_limited(after: float = 34, *, array: bool = False) -> Fault:
    """429 that passes: the wait is in RetryInfo, there is no Retry-After."""
    quota = quota_failure("GenerateRequestsPerMinutePerProjectPerModel")
    return failing(429, "You exceeded your current quota.", quota, retry_info(after), array=array)


def daily_quota() -> Fault:
    """429 that does not pass today, although RetryInfo names some seconds."""
    quota = quota_failure("GenerateRequestsPerDayPerProjectPerModel")
    return failing(429, "You exceeded your current quota.", quota, retry_info(12))


def resource_exhausted() -> Fault:
    """429 without details."""
    return failing(429, "Resource has been exhausted (e.g. check quota).")


def bad_key() -> Fault:
    """400: as for a key that was withdrawn."""
    return failing(400, "API key not valid. Please pass a valid API key.", reason("API_KEY_INVALID"))


def expired_key() -> Fault:
    """400: the key has expired."""
    return failing(400, "API key expired. Please renew the API key.", reason("API_KEY_INVALID"))


def leaked_key() -> Fault:
    """403: Google found the key in public."""
    return failing(403, "Your API key was reported as leaked. Please use another API key.")


def disabled() -> Fault:
    """403: the API is not switched on in the project."""
    what = "Generative Language API has not been used in project 1 before or it is disabled."
    return failing(403, what, reason("SERVICE_DISABLED"))


def suspended() -> Fault:
    """403: the account is shut."""
    return failing(403, "Permission denied: Consumer has been suspended.", reason("CONSUMER_SUSPENDED"))


def region() -> Fault:
    """400: not offered where the bot runs."""
    return failing(400, "User location is not supported for the API use.", status="FAILED_PRECONDITION")


def billing() -> Fault:
    """400: not without an account that pays."""
    return failing(400, "Please enable billing on your project.", status="FAILED_PRECONDITION")


def gone_model() -> Fault:
    """404: the model has ended."""
    what = "This model models/x is no longer available. Please update your code to use a newer model."
    return failing(404, what)


def only_interactions() -> Fault:
    """400: an Omni model was asked by generateContent."""
    return failing(400, "This model only supports Interactions API.")


def misused() -> Fault:
    """400: a bug or a wrong setting."""
    return failing(400, 'Invalid JSON payload received. Unknown name "colour": Cannot find field.')


def internal(*, array: bool = False) -> Fault:
    """500."""
    what = "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide"
    return failing(500, what, array=array)


def overloaded() -> Fault:
    """503."""
    return failing(503, "The model is overloaded. Please try again later.")


def deadline() -> Fault:
    """504."""
    return failing(504, "Deadline expired before operation could complete.")


def blocked(why: str = "SAFETY") -> Fault:
    """200: the prompt is refused, there are no candidates."""
    body = {
        "promptFeedback": {"blockReason": why},
        "usageMetadata": {"promptTokenCount": 30, "totalTokenCount": 30},
        "modelVersion": "x",
    }
    return answer(200, body, name=f"200 blockReason {why}")


def finished(why: str = "IMAGE_SAFETY", message: str = "The model could not answer.") -> Fault:
    """200: a candidate that ended for a reason other than STOP; it has no content."""
    candidate = {"finishReason": why, "index": 0, "finishMessage": message}
    body = {"candidates": [candidate], "usageMetadata": {"promptTokenCount": 30}, "modelVersion": "x"}
    return answer(200, body, name=f"200 finishReason {why}")


def text_only() -> Fault:
    """200, STOP, and words where a picture should be."""
    said = [{"text": "I can't create that picture, but I can describe it."}]
    return answer(200, whole("x", said, "STOP"), name="200 text only", executed=True)


def thoughts_only() -> Fault:
    """200, STOP, and a picture that is only a thought."""
    part = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}, "thought": True}
    return answer(200, whole("x", [part], "STOP"), name="200 thoughts only", executed=True)


def no_candidates() -> Fault:
    """200 with nothing in it."""
    return answer(200, {"usageMetadata": {"promptTokenCount": 30}}, name="200 no candidates")


def transient_400() -> Fault:
    """400 to the poll of a job that lives, and is billed."""
    return interactions_failing(400, "Invalid interaction name", "invalid_request")


CASES: tuple[Case, ...] = (
    Case("rate limit", ("TryLater",), rate_limited(), CREATES, after=34),
    Case("rate limit, array", ("TryLater",), rate_limited(array=True), CREATES, after=34),
    Case("rate limit, bare", ("TryLater",), resource_exhausted(), CREATES),
    Case(
        "rate limit, interactions",
        ("TryLater",),
        interactions_failing(429, "Slow down", "rate_limit_exceeded"),
        (INTERACTIONS,),
    ),
    Case("daily quota", ("NoAccess", "TryLater"), daily_quota(), CREATES),
    Case("bad key", ("NoAccess",), bad_key(), CREATES),
    Case("expired key", ("NoAccess",), expired_key(), CREATES),
    Case("leaked key", ("NoAccess",), leaked_key(), CREATES),
    Case("disabled", ("NoAccess",), disabled(), CREATES),
    Case("suspended", ("NoAccess",), suspended(), CREATES),
    Case("region", ("NoAccess",), region(), CREATES),
    Case("billing", ("NoAccess",), billing(), CREATES),
    Case("gone model", ("Gone",), gone_model(), CREATES),
    Case("only interactions", ("Misused", "Gone"), only_interactions(), (GENERATE,)),
    Case("misused", ("Misused",), misused(), CREATES),
    Case(
        "misused, interactions",
        ("Misused",),
        interactions_failing(400, "Invalid request: colour", "invalid_request"),
        (INTERACTIONS,),
    ),
    Case("internal", ("TryLater", "OutcomeUnknown"), internal(), CREATES),
    Case("internal, array", ("TryLater", "OutcomeUnknown"), internal(array=True), CREATES),
    Case("overloaded", ("TryLater",), overloaded(), CREATES),
    Case("deadline", ("TryLater", "OutcomeUnknown"), deadline(), CREATES),
    *(Case(f"blocked, {why}", ("Refused",), blocked(why), (GENERATE,)) for why in BLOCKS),
    *(Case(f"finished, {why}", means, finished(why), (GENERATE,)) for why, means in FINISHES.items()),
    Case("text only", ("Refused",), text_only(), (GENERATE,), billed=True),
    Case("thoughts only", ("Failed", "Refused", "Retried"), thoughts_only(), (GENERATE,), billed=True),
    Case("no candidates", ("Failed", "Refused", "Retried"), no_candidates(), (GENERATE,)),
    *transport(*CREATES),
)
"""At creates."""

POLLS: tuple[Case, ...] = (
    Case("transient 400", ("Retried", "TryLater"), transient_400(), (POLL,)),
    Case("overloaded", ("Retried", "TryLater"), overloaded(), (POLL,)),
    Case("internal", ("Retried", "TryLater"), internal(), (POLL,)),
    Case("rate limit", ("Retried", "TryLater"), rate_limited(0.05), (POLL,), after=0.05),
    *free_transport(POLL),
)
"""At polls: none of them ends the job."""

DOWNLOADS: tuple[Case, ...] = (
    *free_transport(DOWNLOAD),
    Case("overloaded", ("Retried", "TryLater"), overloaded(), (DOWNLOAD,)),
)
"""At downloads: none of them ends the job."""

_END = ("internal", "The video could not be generated.")

ENDS: tuple[Case, ...] = (
    Case("refused", ("Refused",), plan=Plan(end="refused"), billed=True),
    Case("failed", ("Failed",), plan=Plan(end="failed", error=_END), billed=True),
    Case("output error", ("Failed",), plan=Plan(end="output_error", error=_END), billed=True),
    Case("no video", ("Failed",), plan=Plan(end="no_video"), billed=True),
    Case("cancelled", ("Failed",), plan=Plan(end="cancelled"), billed=True),
    Case("incomplete", ("Failed",), plan=Plan(end="incomplete"), billed=True),
    Case("requires action", ("Failed",), plan=Plan(end="requires_action"), billed=True),
    Case("budget exceeded", ("NoAccess", "Failed"), plan=Plan(end="budget_exceeded"), billed=True),
)
"""How an interaction may end without a video."""
