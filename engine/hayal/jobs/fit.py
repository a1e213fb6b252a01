"""Fitting a request to what a provider can do, before any money is spent."""

from __future__ import annotations

from collections.abc import Sequence

from hayal.size import Size


def fit_seconds(wanted: int, offered: Sequence[int]) -> int:
    """The offered length in seconds nearest to `wanted`, the shorter of two as near; any if none are listed."""
    return min(offered, key=lambda seconds: (abs(seconds - wanted), seconds)) if offered else wanted


def fit_size(wanted: Size, offered: Sequence[Size]) -> Size:
    """The offered size nearest in shape to `wanted`, then in area; any if none are listed."""

    def distance(size: Size) -> tuple[float, int]:
        shape = abs(size.width / size.height - wanted.width / wanted.height)
        return round(shape, 3), abs(size.width * size.height - wanted.width * wanted.height)

    return min(offered, key=distance) if offered else wanted
