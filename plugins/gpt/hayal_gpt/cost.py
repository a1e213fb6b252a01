"""What a picture cost, by what the service says it used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hayal_gpt.models import Price

MILLION = 1_000_000


def image_cost(usage: Any, price: Price | None) -> float | None:
    """US dollars, from an Images answer's `usage`; None if the price or a number is not known.

    Without `output_tokens_details`, which is optional, all that came out is taken for the picture.
    """
    if price is None or not isinstance(usage, Mapping):
        return None
    text_in, image_in = _split(usage.get("input_tokens_details"))
    text_out, image_out = _split(usage.get("output_tokens_details"))
    if image_out is None:
        text_out, image_out = 0, _count(usage.get("output_tokens"))
    if text_in is None or image_in is None or text_out is None or image_out is None:
        return None
    if text_out and price.text_out is None:
        return None
    dollars = text_in * price.text_in + image_in * price.image_in + image_out * price.image_out
    return (dollars + text_out * (price.text_out or 0)) / MILLION


def _split(details: Any) -> tuple[int | None, int | None]:
    """The tokens of text and of pictures."""
    if not isinstance(details, Mapping):
        return None, None
    return _count(details.get("text_tokens")), _count(details.get("image_tokens"))


def _count(number: Any) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else None
