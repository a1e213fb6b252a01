"""What an answer that is not a success means: the tables of what services of this field say when they fail."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

from hayal.errors import Gone, Misused, NoAccess, ProviderError, Refused, TryLater
from hayal.http.answer import Answer, details, error_of

Meaning: TypeAlias = dict[str, type[ProviderError]]
"""Codes of one service's errors, in lower case, and what they mean."""

LONGEST_MESSAGE = 300
"""Characters of a service's own message that are kept for the operator."""

CODES: Meaning = {
    # OpenAI and those who speak its protocols
    "content_policy_violation": Refused,
    "content_filter": Refused,
    "moderation_blocked": Refused,
    "sentinel_block": Refused,
    "safety_violation": Refused,
    "insufficient_quota": NoAccess,
    "insufficient_user_quota": NoAccess,
    "insufficient_credits": NoAccess,
    "billing_hard_limit_reached": NoAccess,
    "billing_limit_user_error": NoAccess,
    "billing_not_active": NoAccess,
    "invalid_api_key": NoAccess,
    "account_deactivated": NoAccess,
    "model_not_found": Gone,
    "model_deprecated": Gone,
    "deprecated_model": Gone,
    "rate_limit_exceeded": TryLater,
    "overloaded": TryLater,
    "engine_overloaded": TryLater,
    # Google (google.rpc.Code, and reasons of google.rpc.ErrorInfo)
    "api_key_invalid": NoAccess,
    "unauthenticated": NoAccess,
    "permission_denied": NoAccess,
    "failed_precondition": NoAccess,  # the region, or no billing
    "prohibited_content": Refused,
    "resource_exhausted": TryLater,
    "unavailable": TryLater,
}

STATUSES: dict[int, type[ProviderError]] = {
    401: NoAccess,
    402: NoAccess,
    403: NoAccess,
    404: Gone,
    410: Gone,
    429: TryLater,
    503: TryLater,
    529: TryLater,
}

_REFUSAL = re.compile(
    r"moderation|content (?:policy|filter)|safety (?:system|polic|filter|guideline)|usage polic|"
    r"violates? (?:our|the) |responsible ai|sensitive words?",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"no longer (?:available|supported)|has been (?:deprecated|retired|shut ?down|removed)|"
    r"model .{0,80}(?:does not exist|not found)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"exceeded your current quota|insufficient (?:balance|credit|quota|funds)|billing|api key (?:not valid|expired)",
    re.IGNORECASE,
)


def codes_of(data: Any) -> list[str]:
    """Every code, type, status and reason of an error, in lower case, the most telling first."""
    error = error_of(data)
    if not isinstance(error, Mapping):
        return []
    named = [error.get(name) for name in ("code", "reason", "status", "type")]
    named += [detail.get("reason") for detail in details(data)]
    return [name.lower() for name in named if isinstance(name, str)]


def message_of(data: Any) -> str:
    """What the service says, in one line."""
    error = error_of(data)
    if isinstance(error, Mapping):
        error = error.get("message") or error.get("detail") or error.get("error") or ""
    return " ".join(str(error or "").split())[:LONGEST_MESSAGE]


def _quotas(data: Any) -> list[str]:
    """The quotas that google.rpc.QuotaFailure names, in lower case."""
    found = [one for detail in details(data) for one in detail.get("violations") or [] if isinstance(one, Mapping)]
    return [str(quota.get("quotaId", "")).lower() for quota in found]


def _of_the_day(data: Any) -> bool:
    return any("perday" in quota for quota in _quotas(data))


def meaning_of(answer: Answer, own: Meaning | None = None) -> ProviderError | None:
    """The error that an answer stands for, or None if it settles nothing: a 408, a 409, most of 5xx.

    By the code the service gives, then by its words, then by the status. `own` are codes of this service alone.
    """
    codes, said = codes_of(answer.data), message_of(answer.data)
    text = f"{answer.status} {' '.join(dict.fromkeys(codes[:2]))}: {said or 'no reason given'}"
    table = CODES | (own or {})
    kind = next((table[code] for code in codes if code in table), None)
    # Google words a quota of the minute like OpenAI words an empty account; the quota it names tells them apart
    credit = _CREDIT.search(said) and not _quotas(answer.data)
    if answer.status < 500 and kind in {None, TryLater, NoAccess} and credit:
        kind = NoAccess
    elif kind is None and answer.status in {400, 403, 422, 451} and _REFUSAL.search(said):
        kind = Refused
    elif kind is None and answer.status in {400, 403, 404, 422} and _GONE.search(said):
        kind = Gone
    kind = kind or STATUSES.get(answer.status)
    if kind is TryLater and _of_the_day(answer.data):
        return NoAccess(f"{text} (the quota of the day is used up)")
    if kind is TryLater:
        return TryLater(text, after=answer.after)
    if kind is not None:
        return kind(text)
    if 300 <= answer.status < 400:
        return Misused(f"{answer.status}: the address redirects elsewhere; set base_url to where it leads")
    if answer.status in {408, 409} or answer.status >= 500:
        return None
    return Misused(text)
