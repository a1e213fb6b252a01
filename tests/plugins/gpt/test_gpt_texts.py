"""What comes back from a text model: every shape, in both protocols."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from gpt_kit import FIELDS, completion, refusal, response, text
from hypothesis import given
from hypothesis import strategies as st

from hayal import (
    Failed,
    HayalError,
    InvalidPrompt,
    NoAccess,
    ProviderError,
    Refused,
    TryLater,
)
from hayal.http import Answer
from hayal_gpt import completions, responses
from hayal_gpt.ask import object_in
from hayal_gpt.prompts import spoken, unquoted
from hayal_gpt.service import read

Reader = Callable[[Mapping[str, Any]], str]


def failed(code: str) -> dict[str, Any]:
    return response(status="failed", error={"code": code, "message": "It did not work."})


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (response(text("Hello "), text("there.")), "Hello there."),
        (response(text("  Hello.\n")), "Hello."),
        (response(text("<think>hm</think>\n Hello.")), "Hello."),
        ({"output": [{"type": "message", "content": [{"type": "output_text", "text": "Hello."}]}]}, "Hello."),
    ],
)
def test_responses(data: dict[str, Any], wanted: str) -> None:
    assert responses.text_of(data) == wanted


def test_what_a_model_says_while_it_works_is_left_out() -> None:
    data = response(text("Hello."))
    data["output"].insert(0, {**data["output"][-1], "phase": "commentary", "content": [text("Let me see.")]})
    assert responses.text_of(data) == "Hello."


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (response(refusal("I cannot do that.")), Refused, "I cannot do that."),
        (response(text("Sure: "), refusal("No.")), Refused, "No."),
        (response(text("Half of"), status="incomplete", incomplete_details={"reason": "content_filter"}), Refused, ""),
        (
            response(text("Half"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
            Failed,
            "cut",
        ),
        (response(text("Half of an"), status="incomplete"), Failed, "cut off"),
        (response(), Failed, "wrote nothing"),
        (response(text("   ")), Failed, "wrote nothing"),
        (response(text("<think>and on and on")), Failed, "wrote nothing"),
        (response(status="cancelled"), Failed, "cancelled"),
        (response(status="queued"), Failed, "queued"),
        (failed("server_error"), Failed, "It did not work."),
        (failed("invalid_prompt"), Refused, ""),
        (failed("bio_policy"), Refused, ""),
        (failed("rate_limit_exceeded"), TryLater, ""),
        ({"status": "failed"}, Failed, "no reason"),
        ({}, Failed, "wrote nothing"),
        ({"output": "?"}, Failed, "wrote nothing"),
    ],
)
def test_responses_without_a_text(data: dict[str, Any], error: type[ProviderError], says: str) -> None:
    with pytest.raises(error, match=says or None) as caught:
        responses.text_of(data)
    assert type(caught.value) is error
    assert "SECRET" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (completion("Hello."), "Hello."),
        (completion("<thinking>hm\n</thinking>Hello."), "Hello."),
        (
            {"choices": [{"message": {"content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo."}]}}]},
            "Hello.",
        ),
        ({"choices": [{"message": {"content": "Hello.", "reasoning_content": "hm"}, "finish_reason": None}]}, "Hello."),
    ],
)
def test_completions(data: dict[str, Any], wanted: str) -> None:
    assert completions.text_of(data) == wanted


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (completion(None, refusal="I cannot do that."), Refused, "I cannot do that."),
        (completion("Half of", "content_filter"), Refused, ""),
        (completion("Half of", "length"), Failed, "cut off"),
        (completion(None), Failed, "wrote nothing"),
        (completion("", "tool_calls"), Failed, "tool"),
        ({"choices": []}, Failed, "no choices"),
        ({"choices": None}, Failed, "no choices"),
        ({}, Failed, "no choices"),
        ({"choices": [{"message": None, "finish_reason": "stop"}]}, Failed, "wrote nothing"),
        ({"choices": [{"error": {"code": 429, "message": "slow down"}}]}, TryLater, ""),
    ],
)
def test_completions_without_a_text(data: dict[str, Any], error: type[ProviderError], says: str) -> None:
    with pytest.raises(error, match=says or None) as caught:
        completions.text_of(data)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"error": {"code": 429, "message": "Rate limit"}}, TryLater),
        ({"error": {"code": "402", "message": "pay"}}, NoAccess),
        ({"error": {"code": "insufficient_quota", "message": "pay"}}, NoAccess),
        ({"error": {"code": "moderation_blocked", "message": "no"}}, Refused),
        ({"error": {"code": "invalid_prompt", "message": "no"}}, Refused),
        ({"error": {"message": "upstream broke"}}, Failed),
        ({"error": "upstream broke"}, Failed),
        ({"error": {"code": True, "message": "?"}}, Failed),
        ([], Failed),
        ("text", Failed),
        (None, Failed),
    ],
)
def test_an_error_that_came_with_a_200(data: Any, error: type[ProviderError]) -> None:
    with pytest.raises(error) as caught:
        read(Answer.read(200, {}, json.dumps(data).encode()))
    assert type(caught.value) is error


@pytest.mark.parametrize(
    "said",
    [
        json.dumps(FIELDS),
        f"```json\n{json.dumps(FIELDS, indent=1)}\n```",
        f"Here you are:\n```\n{json.dumps(FIELDS)}\n```\nEnjoy!",
        f"{json.dumps(FIELDS)} {{}}",
    ],
)
def test_an_object_is_found_where_gateways_put_it(said: str) -> None:
    assert object_in(said) == FIELDS


@pytest.mark.parametrize("said", ["", "no object", "[1]", '{"style": ', "{style: 1}", "{" * 5000, '{"a":' * 100_000])
def test_no_object_is_a_complaint_for_the_writer(said: str) -> None:
    with pytest.raises(InvalidPrompt):
        object_in(said)


_KEYS = st.sampled_from(
    ["status", "output", "type", "message", "content", "output_text", "text", "refusal", "error", "choices", "code"]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | _KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _JSON, max_size=5), st.sampled_from([responses.text_of, completions.text_of]))
def test_nothing_a_service_answers_breaks_the_reader(data: dict[str, Any], reader: Reader) -> None:
    with contextlib.suppress(HayalError):
        assert reader(data).strip()


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Ayla: Merhaba!", "Merhaba!"),
        ("**Ayla:** Merhaba!", "Merhaba!"),
        ('"Merhaba!"', "Merhaba!"),
        ("«Привет!»", "Привет!"),
        ('"Go," she said, "now"', '"Go," she said, "now"'),
        ("Ayla burada.", "Ayla burada."),
        ('"', '"'),
        ("```\nMerhaba!\n```", "Merhaba!"),
    ],
)
def test_a_reply_is_only_what_is_said(said: str, wanted: str) -> None:
    assert spoken(said, "Ayla") == wanted


def test_quotes_go_only_from_around_the_whole() -> None:
    assert unquoted('"A" and "B"') == '"A" and "B"'
