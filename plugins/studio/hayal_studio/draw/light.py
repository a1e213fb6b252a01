"""How each light falls: where it comes from and its colours."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hayal_studio.draw.canvas import Colour, mix, rgb
from hayal_studio.scene import Scene
from hayal_studio.vocabulary import places


@dataclass(frozen=True, slots=True)
class Light:
    """One light. `side` is -1 or 1: where it comes from; `height` how far from above, 0 to 1."""

    side: float
    height: float
    key: Colour
    ambient: Colour
    rim: Colour
    rim_power: float
    contrast: float
    top: Colour
    middle: Colour
    low: Colour
    sun: Colour
    dark: bool


def _light(
    height: float,
    key: str,
    ambient: str,
    rim: str,
    power: float,
    contrast: float,
    sky: tuple[str, str, str],
    sun: str,
    *,
    dark: bool = False,
) -> Light:
    return Light(
        1.0,
        height,
        rgb(key),
        rgb(ambient),
        rgb(rim),
        power,
        contrast,
        rgb(sky[0]),
        rgb(sky[1]),
        rgb(sky[2]),
        rgb(sun),
        dark,
    )


_LIGHTS = {
    "golden": _light(0.35, "ffe6c4", "e6c9c0", "ffc77a", 1.0, 0.95, ("5f7fae", "e8b58c", "ffdf9e"), "fff0c0"),
    "day": _light(0.75, "fffaf0", "dfe6ee", "fff6e0", 0.55, 0.8, ("4f92d2", "9cc9ea", "e4f1f6"), "ffffff"),
    "overcast": _light(0.8, "f1f1f2", "d9dee5", "e8eef4", 0.35, 0.6, ("a9b5c2", "c6ced6", "dfe3e6"), "f4f6f8"),
    "dawn": _light(0.4, "ffe2d6", "ddd0e0", "ffc8bc", 0.8, 0.75, ("7d92c4", "e2b5c4", "ffdcc4"), "fff0dc"),
    "dusk": _light(0.5, "ffd9b8", "a9b0d4", "ffb480", 0.75, 0.95, ("26386c", "6c6ca4", "e79c82"), "ffc890"),
    "night": _light(0.5, "ffcfa4", "8a8cb8", "7fb2ff", 0.95, 1.1, ("0b1230", "1b2350", "46407a"), "ffd89a", dark=True),
    "candle": _light(0.45, "ffd09a", "b98f86", "ffa95c", 0.9, 1.1, ("2a1a1c", "4a2c22", "7a4a2c"), "ffc070", dark=True),
    "window": _light(0.55, "fff6ea", "d9d3d2", "fffaf2", 0.6, 0.85, ("b9cde0", "dbe6ee", "f4f6f4"), "ffffff"),
}


def light_of(scene: Scene, side: float) -> Light:
    """The light of a scene that comes from `side`."""
    light = replace(_LIGHTS[scene.light], side=side)
    if scene.weather in {"rain", "fog", "snow"} and not light.dark:
        grey = _LIGHTS["overcast"]
        light = replace(
            light,
            top=mix(light.top, grey.top, 0.55),
            middle=mix(light.middle, grey.middle, 0.55),
            low=mix(light.low, grey.low, 0.5),
            rim_power=light.rim_power * 0.7,
        )
    if places()[scene.place]["indoor"] and scene.light in {"golden", "day", "dawn"}:
        light = replace(light, contrast=light.contrast * 0.95)
    return light
