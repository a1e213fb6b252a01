"""Sizes that are taken, and what a picture cost."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.images_response import Usage

from hayal import Failed, Size
from hayal_gpt.cost import image_cost
from hayal_gpt.images import mime_of
from hayal_gpt.models import Price, known_models
from hayal_gpt.shape import is_taken, takeable

SIDES = st.integers(8, 2048).map(lambda half: 2 * half)


@given(SIDES, SIDES)
def test_every_size_leads_to_one_that_is_taken(width: int, height: int) -> None:
    wanted, size = Size(width, height), takeable(Size(width, height))
    assert is_taken(size)
    if is_taken(wanted):
        assert size == wanted
    if 1 / 3 <= width / height <= 3:
        assert abs(math.log(size.width / size.height) - math.log(width / height)) < 0.05


@pytest.mark.parametrize("size", ["720x1280", "1280x720", "1024x1536", "2160x3840"])
def test_the_usual_sizes_stay_as_they_are(size: str) -> None:
    assert str(takeable(Size.parse(size))) == size


def usage(text_in: int, image_in: int, out: int, details: dict[str, int] | None = None) -> dict[str, Any]:
    data = {
        "input_tokens": text_in + image_in,
        "output_tokens": out,
        "total_tokens": text_in + image_in + out,
        "input_tokens_details": {"text_tokens": text_in, "image_tokens": image_in},
    }
    if details:
        data["output_tokens_details"] = details
    Usage.model_validate(data)
    return data


def test_a_picture_costs_what_was_used() -> None:
    price = known_models().image_model("gpt-image-2.5-flare-2026-09-08")
    assert price
    assert image_cost(usage(200, 0, 1000), price.price) == pytest.approx((200 * 5 + 1000 * 30) / 1e6)
    assert image_cost(usage(200, 900, 1000), price.price) == pytest.approx((200 * 5 + 900 * 8 + 1000 * 30) / 1e6)


def test_text_that_comes_out_is_priced_only_if_its_price_is_known() -> None:
    details = {"text_tokens": 100, "image_tokens": 1000}
    with_text, without = (
        Price(text_in=5, image_in=8, image_out=32, text_out=10),
        Price(text_in=5, image_in=8, image_out=30),
    )
    assert image_cost(usage(0, 0, 1100, details), with_text) == pytest.approx((100 * 10 + 1000 * 32) / 1e6)
    assert image_cost(usage(0, 0, 1100, details), without) is None
    assert image_cost(usage(0, 0, 1000, {"text_tokens": 0, "image_tokens": 1000}), without) == pytest.approx(0.03)


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {},
        "?",
        {"input_tokens": 5},
        {"output_tokens": 5},
        usage(1, 1, 1) | {"output_tokens": None},
        usage(1, 1, 1) | {"output_tokens": -5},
        usage(1, 1, 1) | {"input_tokens_details": None},
    ],
)
def test_what_is_not_said_is_not_known(given: Any) -> None:
    assert image_cost(given, Price(text_in=5, image_in=8, image_out=30)) is None


def test_no_price_no_cost() -> None:
    assert image_cost(usage(1, 1, 1), None) is None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0....", "image/jpeg"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_kinds(data: bytes, kind: str) -> None:
    assert mime_of(data) == kind


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"<html>", b"RIFF\x10\x00\x00\x00WAVE"])
def test_other_kinds(data: bytes) -> None:
    with pytest.raises(Failed, match="not a PNG"):
        mime_of(data)
