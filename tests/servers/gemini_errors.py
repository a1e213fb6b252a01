"""Errors in the shapes of the Gemini Developer API."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .base import json_answer

STATUS = {
    400: "INVALID_ARGUMENT",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""google.rpc names by HTTP status."""


def error_body(code: int, message: str, *details: Any, status: str = "") -> dict[str, Any]:
    """{"error": {"code": 429, "message", "status": "RESOURCE_EXHAUSTED", "details": […]}}."""
    body: dict[str, Any] = {"code": code, "message": message, "status": status or STATUS[code]}
    if details:
        body["details"] = list(details)
    return {"error": body}


def error(code: int, message: str, *details: Any, status: str = "") -> web.Response:
    """An error of generateContent, models and files."""
    return json_answer(error_body(code, message, *details, status=status), code)


def interactions_error(code: int, message: str, name: str = "invalid_request") -> web.Response:
    """An error of the Interactions API: its `code` is a word."""
    return json_answer({"error": {"code": name, "message": message}}, code)


def reason(name: str) -> dict[str, Any]:
    """google.rpc.ErrorInfo."""
    return {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": name, "domain": "googleapis.com"}


def retry_info(seconds: float) -> dict[str, Any]:
    """google.rpc.RetryInfo: "34s"."""
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{seconds:g}s"}


def quota_failure(quota: str, metric: str = "generate_content_paid_tier_requests") -> dict[str, Any]:
    """google.rpc.QuotaFailure; a `quota` with PerDay in it will not come back today."""
    metric = f"generativelanguage.googleapis.com/{metric}"
    violation = {"quotaMetric": metric, "quotaId": quota}
    return {"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}


def bad_key(given: str | None) -> web.Response:
    """400 for a wrong key, 403 for none: Google has no 401 here."""
    if given is None:
        return error(403, "Method doesn't allow unregistered callers (callers without established identity).")
    return error(400, "API key not valid. Please pass a valid API key.", reason("API_KEY_INVALID"))
