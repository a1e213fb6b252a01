"""The packaged facts about models, and what follows from them: sizes, lengths, costs."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from hayal import Size


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars a million tokens. `media` is what pictures or video that come out cost."""

    input: float
    text: float
    media: float

    def cost(self, given: int, text: int, media: int) -> float:
        """The cost of so many tokens, in US dollars."""
        return round((given * self.input + text * self.text + media * self.media) / 1_000_000, 6)


@dataclass(frozen=True, slots=True)
class Models:
    """What is known of Google's models as of the day `as_of`."""

    as_of: date
    text: str
    image: str
    video: str
    image_ratios: tuple[str, ...]
    video_ratios: tuple[str, ...]
    resolutions: dict[str, int]
    seconds: dict[str, tuple[int, int]]
    prices: dict[str, Prices]
    ends: dict[str, date]


@cache
def models() -> Models:
    """Read models.toml."""
    data = tomllib.loads((files("hayal_gemini") / "models.toml").read_text("utf-8"))
    video = data["video"]
    return Models(
        as_of=data["as_of"],
        text=data["defaults"]["text"],
        image=data["defaults"]["image"],
        video=data["defaults"]["video"],
        image_ratios=tuple(data["image"]["ratios"]),
        video_ratios=tuple(video["ratios"]),
        resolutions=dict(video["resolutions"]),
        seconds={name: (first, last) for name, (first, last) in video["seconds"].items()},
        prices={name: Prices(**prices) for name, prices in data["prices"].items()},
        ends=dict(data["ends"]),
    )


def shape(ratio: str) -> float:
    """Width by height of a ratio such as "9:16"."""
    width, _, height = ratio.partition(":")
    return int(width) / int(height)


def nearest_ratio(size: Size, ratios: Sequence[str]) -> str:
    """The ratio whose shape is most like that of `size`."""
    wanted = size.width / size.height
    return min(ratios, key=lambda ratio: abs(math.log(shape(ratio) / wanted)))


def video_sizes(resolution: str) -> dict[Size, tuple[str, str]]:
    """Sizes in pixels and the (resolution, aspect ratio) that make them; of one resolution, or of all with "auto"."""
    known = models()
    chosen = known.resolutions if resolution == "auto" else {resolution: known.resolutions[resolution]}
    found = {}
    for name, short in chosen.items():
        for ratio in known.video_ratios:
            long = round(short * max(shape(ratio), 1 / shape(ratio)))
            size = Size(short, long) if shape(ratio) < 1 else Size(long, short)
            found[size] = (name, ratio)
    return found


def video_seconds(model: str) -> tuple[int, ...]:
    """The lengths a video model makes, in seconds."""
    known = models().seconds
    first, last = known.get(model, known["*"])
    return tuple(range(first, last + 1))
