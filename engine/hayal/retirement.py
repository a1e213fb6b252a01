"""Models end: what to say of one that will, or has."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

AHEAD = 60
"""Days before the end of a model from which on it is warned of."""


def retirement(model: str, ends: Mapping[str, date], today: date) -> str:
    """A sentence for the operator if `model` has ended or will within weeks, by the dates in `ends`; else "".

    A dated name ("gpt-5-2025-08-07") ends with the one it begins with, unless it is listed itself.
    """
    named = [name for name in ends if model == name or model.startswith(f"{name}-20")]
    if not named:
        return ""
    end = ends[max(named, key=len)]
    if end <= today:
        return f"the model {model} ended on {end}; choose another"
    if (end - today).days <= AHEAD:
        return f"the model {model} ends on {end}, in {(end - today).days} days; choose another"
    return ""
