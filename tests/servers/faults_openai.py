"""Everything OpenAI answers that is not what was asked for, ready to be ordered; `CASES` lists it with its meaning.

Shapes: PROVIDERS facts on errors (400 to 503), the Responses and Chat Completions objects of the SDK.
"""

from __future__ import annotations

from typing import Any

from . import openai_text as text
from .catalogue import Case, transport
from .faults import Fault, answer
from .openai_errors import error_body

RESPONSES, CHAT = "POST /v1/responses", "POST /v1/chat/completions"
MODERATIONS, IMAGES, EDITS = "POST /v1/moderations", "POST /v1/images/generations", "POST /v1/images/edits"
TEXTS, PICTURES = (RESPONSES, CHAT), (IMAGES, EDITS)
ALL = (*TEXTS, MODERATIONS, *PICTURES)

_QUOTA = "You exceeded your current quota, please check your plan and billing details."
_MODEL = "gpt-6-luna"


def failing(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    details: dict[str, Any] | None = None,
    **headers: str,
) -> Fault:
    """Any error in OpenAI's shape."""
    body = error_body(message, kind=kind, code=code, param=param, **(details or {}))
    return answer(status, body, name=f"{status} {code or kind}", executed=False, **headers)


def rate_limited(after: float = 2, *, what: str = "requests") -> Fault:
    """429 that passes. `what` is requests or tokens; `after` in seconds, as Retry-After."""
    message = f"Rate limit reached for gpt-6-luna on {what} per min. Please try again in {after:g}s."
    spent = {f"x_ratelimit_remaining_{what}": "0", f"x_ratelimit_reset_{what}": f"{after:g}s"}
    headers = {**spent, "retry_after": f"{after:g}"}
    return failing(429, message, kind=what, code="rate_limit_exceeded", param=None, details=None, **headers)


def rate_limited_ms(after: int = 40) -> Fault:
    """429 with milliseconds in retry-after-ms, which comes before retry-after."""
    headers = {"retry_after_ms": str(after), "retry_after": "60"}
    message, code = "Rate limit reached.", "rate_limit_exceeded"
    return failing(429, message, kind="requests", code=code, param=None, details=None, **headers)


def insufficient_quota() -> Fault:
    """429 that does not pass: no credit. It may even carry a Retry-After."""
    return failing(429, _QUOTA, kind="insufficient_quota", code="insufficient_quota", retry_after="1")


def billing_limit() -> Fault:
    """400: the limit set by the account's owner."""
    what = "Billing hard limit has been reached"
    return failing(400, what, kind="billing_limit_user_error", code="billing_hard_limit_reached")


def bad_key() -> Fault:
    """401: as for a key that was withdrawn while the bot runs."""
    return failing(401, "Incorrect API key provided: sk-****.", code="invalid_api_key")


def country() -> Fault:
    """403: not offered where the bot runs."""
    code = "unsupported_country_region_territory"
    return failing(403, "Country, region, or territory not supported", kind="request_forbidden", code=code)


def unverified() -> Fault:
    """403: the organization has to be verified before it may use the model."""
    return failing(403, "Your organization must be verified to use the model `gpt-image-2`.")


def gone_model(status: int = 404) -> Fault:
    """The model has ended (404; POST /responses says 400)."""
    message = "The model `x` has been deprecated, learn more here: https://platform.openai.com/docs/deprecations"
    return failing(status, message, code="model_not_found", param="model")


def server_error() -> Fault:
    """500."""
    what = "The server had an error while processing your request. Sorry about that!"
    return failing(500, what, kind="server_error", code="server_error")


def overloaded() -> Fault:
    """503."""
    return failing(503, "The engine is currently overloaded, please try again later", kind="server_error", code=None)


def final_server_error() -> Fault:
    """500 that says by header not to try again."""
    return failing(500, "This will not get better.", kind="server_error", x_should_retry="false")


def misused() -> Fault:
    """400: a bug or a wrong setting."""
    return failing(400, "Unknown parameter: 'colour'.", code="unknown_parameter", param="colour")


def moderation_blocked(stage: str = "input") -> Fault:
    """400: the picture is refused. `stage` is input, or output once it had been drawn."""
    what = "Your request was rejected by the safety system. If you believe this is an error, contact us."
    details = {"moderation_details": {"moderation_stage": stage, "categories": ["sexual"]}}
    return failing(400, what, kind="image_generation_user_error", code="moderation_blocked", details=details)


def content_policy() -> Fault:
    """400: the older refusal, which gateways still give."""
    what = "Your request was rejected as a result of our safety system."
    return failing(400, what, code="content_policy_violation")


def invalid_prompt() -> Fault:
    """400: a text prompt is refused."""
    what = "Invalid prompt: your prompt was flagged as potentially violating our usage policy."
    return failing(400, what, code="invalid_prompt")


def string_error(status: int = 500, message: str = "upstream error: do request failed") -> Fault:
    """{"error": "a sentence"}, as some gateways have it."""
    return answer(status, {"error": message}, name=f"{status} string error")


def wrapped_error(status: int = 429) -> Fault:
    """An error whose message is a whole error of the provider behind the gateway, as text behind a prefix."""
    inner = '{"error": {"message": "Rate limit reached", "type": "requests", "code": "rate_limit_exceeded"}}'
    body = error_body(f"upstream: {inner}", kind="upstream_error", code="rate_limit_exceeded")
    return answer(status, body, name=f"{status} wrapped error")


def error_in_200() -> Fault:
    """200 with an error in it, as some gateways have it."""
    return answer(200, error_body("no channel", kind="server_error", code="server_error"), name="error in 200")


def _said(body: dict[str, Any], name: str) -> Fault:
    return answer(200, body, name=name, executed=True)


def refusal() -> Fault:
    """200, completed, and a refusal where the text should be."""
    item = text.message_item(text.output_refusal("I'm sorry, but I can't help with that."))
    return _said(text.response_object(_MODEL, [text.reasoning_item(), item]), "refusal part")


def failed() -> Fault:
    """200, status failed."""
    error = {"code": "server_error", "message": "The model failed to generate a response."}
    return _said(text.response_object(_MODEL, [], status="failed", error=error), "200 failed")


def failed_prompt() -> Fault:
    """200, status failed, because of what was asked."""
    error = {"code": "invalid_prompt", "message": "Your prompt was flagged."}
    return _said(text.response_object(_MODEL, [], status="failed", error=error), "200 failed invalid_prompt")


def incomplete(reason: str = "max_output_tokens") -> Fault:
    """200, status incomplete: `reason` is max_output_tokens or content_filter."""
    item = text.message_item(text.output_text('{"style": "Soft'), status="incomplete")
    body = text.response_object(_MODEL, [item], status="incomplete", incomplete=reason)
    return _said(body, f"200 incomplete {reason}")


def only_thoughts() -> Fault:
    """200, completed, without a message."""
    return _said(text.response_object(_MODEL, [text.reasoning_item()]), "200 without text")


def chat_refusal() -> Fault:
    """200 of Chat Completions with a refusal."""
    body = text.chat_object(_MODEL, None, refusal="I'm sorry, I can't help with that.")
    return _said(body, "chat refusal")


def chat_filtered() -> Fault:
    """200 of Chat Completions, cut by the content filter."""
    return _said(text.chat_object(_MODEL, "", finish="content_filter"), "chat content_filter")


def chat_cut() -> Fault:
    """200 of Chat Completions, cut by the limit of tokens."""
    return _said(text.chat_object(_MODEL, '{"style": "Soft', finish="length"), "chat length")


def chat_empty() -> Fault:
    """200 of Chat Completions without a choice."""
    return _said({**text.chat_object(_MODEL, ""), "choices": []}, "chat without choices")


CASES: tuple[Case, ...] = (
    Case("rate limit, requests", ("TryLater",), rate_limited(), ALL, after=2),
    Case("rate limit, tokens", ("TryLater",), rate_limited(what="tokens"), ALL, after=2),
    Case("rate limit, ms", ("TryLater",), rate_limited_ms(), ALL, after=0.04),
    Case("rate limit, wrapped", ("TryLater",), wrapped_error(), ALL),
    Case("insufficient quota", ("NoAccess",), insufficient_quota(), ALL),
    Case("billing limit", ("NoAccess",), billing_limit(), ALL),
    Case("bad key", ("NoAccess",), bad_key(), ALL),
    Case("country", ("NoAccess",), country(), ALL),
    Case("unverified organization", ("NoAccess",), unverified(), PICTURES),
    Case("gone model", ("Gone",), gone_model(), ALL),
    Case("gone model, 400", ("Gone",), gone_model(400), (RESPONSES,)),
    Case("misused", ("Misused",), misused(), ALL),
    Case("server error", ("TryLater", "OutcomeUnknown"), server_error(), ALL),
    Case("server error, final", ("Failed", "TryLater", "OutcomeUnknown"), final_server_error(), ALL),
    Case("overloaded", ("TryLater",), overloaded(), ALL),
    Case("error as a string", ("TryLater", "OutcomeUnknown"), string_error(), ALL),
    Case("error in 200", ("Failed", "TryLater", "OutcomeUnknown"), error_in_200(), ALL),
    Case("moderation, input", ("Refused",), moderation_blocked(), PICTURES),
    Case("moderation, output", ("Refused",), moderation_blocked("output"), PICTURES),
    Case("content policy", ("Refused",), content_policy(), PICTURES),
    Case("invalid prompt", ("Refused",), invalid_prompt(), TEXTS),
    Case("refusal part", ("Refused",), refusal(), (RESPONSES,), billed=True),
    Case("failed", ("Failed",), failed(), (RESPONSES,), billed=True),
    Case("failed, invalid prompt", ("Refused",), failed_prompt(), (RESPONSES,), billed=True),
    Case("incomplete, tokens", ("Failed", "Retried"), incomplete(), (RESPONSES,), billed=True),
    Case("incomplete, filter", ("Refused",), incomplete("content_filter"), (RESPONSES,), billed=True),
    Case("only thoughts", ("Failed", "Retried"), only_thoughts(), (RESPONSES,), billed=True),
    Case("refusal", ("Refused",), chat_refusal(), (CHAT,), billed=True),
    Case("content filter", ("Refused",), chat_filtered(), (CHAT,), billed=True),
    Case("cut", ("Failed", "Retried"), chat_cut(), (CHAT,), billed=True),
    Case("no choices", ("Failed", "Retried"), chat_empty(), (CHAT,), billed=True),
    *transport(*PICTURES),
)
