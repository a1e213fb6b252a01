"""An HTTP answer, read whole: its JSON, and the waits it asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST_HINT = 86_400.0
"""Seconds; a wait asked for beyond this is a mistake of the server."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` have lower-case names. `data` is the parsed JSON body, None if the body is not JSON."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    data: Any = field(repr=False)

    @classmethod
    def read(cls, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
        """Parse the body, if it is JSON."""
        try:
            data = json.loads(body) if body else None
        except (ValueError, RecursionError):
            data = None
        return cls(status, {name.lower(): value for name, value in headers.items()}, body, data)

    @property
    def ok(self) -> bool:
        """200, 201, 202 and the like."""
        return 200 <= self.status < 300

    @property
    def after(self) -> float | None:
        """The wait in seconds asked for, or None.

        By `retry-after-ms`, `retry-after` (seconds or an HTTP date, RFC 9110 §10.2.3), OpenAI's `openai-poll-after-ms`,
        or google.rpc.RetryInfo in the error's details ("34s").
        """
        for name in ("retry-after-ms", "openai-poll-after-ms"):
            value = _number(self.headers.get(name, ""))
            if value is not None:
                return _sane(value / 1000)
        stated = self.headers.get("retry-after", "")
        seconds = _number(stated)
        if seconds is None and stated:
            seconds = _until(stated)
        if seconds is None:
            seconds = _retry_info(self.data)
        return None if seconds is None else _sane(seconds)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _until(date: str) -> float | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _sane(seconds: float) -> float | None:
    return min(max(seconds, 0.0), LONGEST_HINT) if seconds == seconds else None


def _retry_info(data: Any) -> float | None:
    for detail in details(data):
        delay = detail.get("retryDelay")
        if isinstance(delay, str) and delay.endswith("s"):
            return _number(delay.removesuffix("s"))
    return None


def error_of(data: Any) -> Any:
    """The error within an answer: an object, a text, or None.

    Some front ends wrap it in a list of one; some gateways write it as a text, or put it at the top.
    """
    if isinstance(data, list) and data:
        data = data[0]
    if not isinstance(data, Mapping):
        return None
    error = data.get("error")
    if error:
        return error
    return data if "message" in data or "detail" in data else None


def details(data: Any) -> list[Mapping[str, Any]]:
    """The details of a google.rpc.Status, if there are any."""
    error = error_of(data)
    found = error.get("details") if isinstance(error, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
