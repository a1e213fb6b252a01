"""Errors in the shape of OpenAI: {"error": {"message", "type", "param", "code"}}."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .base import json_answer


def error_body(
    message: str, *, kind: str = "invalid_request_error", code: str | None = None, param: str | None = None, **more: Any
) -> dict[str, Any]:
    """The body of an error."""
    return {"error": {"message": message, "type": kind, "param": param, "code": code, **more}}


def error(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    **more: Any,
) -> web.Response:
    """An error as an answer."""
    return json_answer(error_body(message, kind=kind, code=code, param=param, **more), status)


def bad_key(given: str | None) -> web.Response:
    """401, as for a missing (None) or a wrong key. A key is never repeated whole."""
    if given is None:
        return error(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer "
            "auth (i.e. Authorization: Bearer YOUR_KEY).",
        )
    shown = f"{given[:3]}{'*' * 8}{given[-4:]}" if len(given) > 11 else "***"
    return error(401, f"Incorrect API key provided: {shown}.", code="invalid_api_key")
