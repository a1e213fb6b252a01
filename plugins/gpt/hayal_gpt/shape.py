"""Sizes that image models take."""

from __future__ import annotations

from math import floor, log, sqrt

from hayal.size import Size

STEP = 16
LONGEST = 3840
ASPECT = 3
FEWEST, MOST = 655_360, 8_294_400
"""What gpt-image-2 and later take: sides are multiples of 16, 3840 at most and at most three to one; and so many
pixels."""


def takeable(wanted: Size) -> Size:
    """The size of the shape of `wanted` (as nearly as the steps allow) that is taken, and nearest to it in area.

    A size that is taken stays as it is: 720x1280 does.
    """
    width = min(float(wanted.width), ASPECT * wanted.height)
    height = min(float(wanted.height), ASPECT * wanted.width)
    pixels = width * height
    scale = min(sqrt(min(max(pixels, FEWEST), MOST) / pixels), LONGEST / max(width, height))
    near = range(-1, 3)
    columns, rows = floor(width * scale / STEP), floor(height * scale / STEP)
    sizes = [Size((columns + x) * STEP, (rows + y) * STEP) for x in near for y in near]

    def distance(size: Size) -> tuple[float, float]:
        shape = abs(log(size.width / size.height) - log(width / height))
        return round(shape, 3), abs(size.width * size.height - pixels)

    return min(filter(is_taken, sizes), key=distance)


def is_taken(size: Size) -> bool:
    """Whether the models take this size."""
    return (
        not any(side % STEP for side in size)
        and FEWEST <= size.width * size.height <= MOST
        and 0 < max(size) <= min(LONGEST, ASPECT * min(size))
    )
