"""Models that end are warned of in time."""

from __future__ import annotations

from datetime import date

import pytest

from hayal.retirement import retirement

ENDS = {"gpt-5": date(2026, 12, 11), "gpt-5-2025-08-07": date(2027, 3, 1)}


@pytest.mark.parametrize(
    ("model", "today", "said"),
    [
        ("gpt-5", date(2026, 10, 1), ""),
        ("gpt-5", date(2026, 10, 12), "the model gpt-5 ends on 2026-12-11, in 60 days; choose another"),
        ("gpt-5", date(2026, 12, 11), "the model gpt-5 ended on 2026-12-11; choose another"),
        ("gpt-5-2025-08-07", date(2026, 12, 20), ""),
        ("gpt-5-2026-01-01", date(2027, 1, 1), "the model gpt-5-2026-01-01 ended on 2026-12-11; choose another"),
        ("gpt-5-mini", date(2027, 1, 1), ""),
        ("unknown", date(2027, 1, 1), ""),
    ],
)
def test_what_is_said(model: str, today: date, said: str) -> None:
    assert retirement(model, ENDS, today) == said
