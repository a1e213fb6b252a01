"""The painter of each place."""

from __future__ import annotations

from collections.abc import Callable

from hayal_studio.draw import nature, rooms, town
from hayal_studio.draw.stage import Stage

PAINTERS: dict[str, Callable[[Stage], None]] = {
    "sea": nature.sea,
    "lake": nature.lake,
    "forest": nature.forest,
    "mountains": nature.mountains,
    "snow": nature.snow,
    "park": nature.park,
    "autumn": nature.autumn,
    "meadow": nature.meadow,
    "cappadocia": nature.cappadocia,
    "city": town.city,
    "rain": town.rain,
    "balcony": town.balcony,
    "rooftop": town.rooftop,
    "bosphorus": town.bosphorus,
    "moscow": town.moscow,
    "petersburg": town.petersburg,
    "paris": town.paris,
    "cafe": rooms.cafe,
    "window": rooms.window,
    "kitchen": rooms.kitchen,
    "library": rooms.library,
    "train": rooms.train,
    "fireplace": rooms.fireplace,
}
