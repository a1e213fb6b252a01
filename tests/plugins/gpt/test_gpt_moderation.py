"""What a judgement leads to."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.moderation import Categories, CategoryScores, Moderation

from hayal import Failed
from hayal_gpt.moderation import reasons
from hayal_gpt.settings import GptSettings

NAMES = [field.alias or name for name, field in Categories.model_fields.items()]
DEFAULTS = GptSettings.model_validate({"api_key": "k"}).moderation_thresholds


def judged(*flags: str, **scores: float) -> dict[str, Any]:
    """A result of the service; a score's name has "__" for "/"."""
    named = {name.replace("__", "/"): score for name, score in scores.items()}
    data = {
        "flagged": bool(flags),
        "categories": {name: name in flags for name in NAMES},
        "category_scores": {name: named.get(name, 0.9 if name in flags else 0.001) for name in NAMES},
        "category_applied_input_types": {name: ["text"] for name in NAMES},
    }
    Moderation.model_validate(data)
    assert set(data["category_scores"]) == {field.alias or name for name, field in CategoryScores.model_fields.items()}
    return data


@pytest.mark.parametrize(
    ("result", "why"),
    [
        (judged(), []),
        (judged("sexual", sexual=0.45), []),  # tasteful flirt
        (judged("sexual", sexual=0.93), ["sexual"]),
        (judged(sexual=0.8), ["sexual"]),
        (judged("sexual/minors", sexual__minors=0.01), ["sexual/minors"]),
        (judged(sexual__minors=0.25), ["sexual/minors"]),
        (judged("sexual", "sexual/minors", sexual=0.5), ["sexual/minors"]),
        (judged("violence"), ["violence"]),
        (judged("self-harm/intent"), ["self-harm/intent"]),
        (judged("hate", "harassment"), ["harassment", "hate"]),
        (judged() | {"flagged": True}, ["flagged"]),
    ],
)
def test_reasons(result: dict[str, Any], why: list[str]) -> None:
    assert reasons(result, DEFAULTS) == why


def test_a_category_nobody_knew_counts_if_flagged() -> None:
    result = judged()
    result["categories"]["something/new"] = True
    result["flagged"] = True
    assert reasons(result, DEFAULTS) == ["something/new"]


def test_thresholds_are_the_operators() -> None:
    assert reasons(judged("harassment", harassment=0.6), DEFAULTS | {"harassment": 0.9}) == []
    assert reasons(judged("harassment", harassment=0.95), DEFAULTS | {"harassment": 0.9}) == ["harassment"]
    assert reasons(judged("sexual/minors"), {"sexual": 1.0}) == ["sexual/minors"]


def _without(part: str, name: str) -> dict[str, Any]:
    result = judged()
    del result[part][name]
    return result


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"flagged": False},
        {"flagged": False, "categories": {}, "category_scores": {}},
        judged() | {"flagged": None},
        judged() | {"categories": None},
        judged() | {"category_scores": []},
        _without("categories", "sexual/minors"),
        _without("category_scores", "sexual/minors"),
        _without("category_scores", "sexual"),
        judged() | {"category_scores": dict.fromkeys(NAMES, "0.1")},
        judged() | {"category_scores": {name: float("nan") for name in NAMES}},
    ],
)
def test_what_cannot_be_read_is_never_a_yes(result: dict[str, Any]) -> None:
    with pytest.raises(Failed):
        reasons(result, DEFAULTS)
