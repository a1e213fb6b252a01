"""What drifts through a film: snow, rain, dust, embers, leaves, glitter. Each begins softly after the first frame."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pil
from PIL import ImageDraw, ImageFilter

from hayal_studio.film.motion import ease

_PHASES = 3
"""Sprites are drawn at this many subpixel offsets each way, so that slow drift does not jump from pixel to pixel."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of particle. Sizes and speeds are in shares of the picture's width, a second.

    `front`: it passes before the person too. `turn` sways it sideways; `blink` makes it twinkle.
    """

    count: int
    size: tuple[float, float]
    speed: tuple[float, float]
    drift: float
    turn: float
    colours: tuple[tuple[int, int, int], ...]
    opacity: tuple[float, float]
    blink: float
    front: bool
    shape: str
    top: float = 0.0


KINDS: dict[str, Kind] = {
    "snow": Kind(
        70, (0.006, 0.02), (0.10, 0.26), 0.05, 0.03, ((255, 255, 255), (236, 243, 255)), (0.45, 0.9), 0.0, True, "soft"
    ),
    "rain": Kind(90, (0.03, 0.075), (1.5, 2.2), -0.16, 0.0, ((226, 235, 248),), (0.12, 0.34), 0.0, True, "line"),
    "dust": Kind(34, (0.004, 0.012), (-0.02, 0.02), 0.02, 0.02, ((255, 244, 220),), (0.12, 0.42), 0.6, True, "soft"),
    "embers": Kind(
        30,
        (0.004, 0.010),
        (-0.26, -0.10),
        0.03,
        0.04,
        ((255, 170, 80), (255, 205, 120)),
        (0.35, 0.9),
        0.6,
        True,
        "soft",
    ),
    "leaves": Kind(
        16,
        (0.022, 0.042),
        (0.14, 0.24),
        0.09,
        0.07,
        ((214, 138, 46), (190, 84, 34), (226, 174, 66)),
        (0.75, 0.95),
        0.0,
        True,
        "leaf",
    ),
    "pollen": Kind(40, (0.004, 0.011), (-0.05, 0.02), 0.05, 0.03, ((255, 250, 214),), (0.2, 0.6), 0.4, True, "soft"),
    "glitter": Kind(
        70,
        (0.004, 0.012),
        (0.0, 0.0),
        0.0,
        0.0,
        ((255, 250, 226), (255, 255, 255)),
        (0.35, 0.95),
        1.0,
        False,
        "soft",
        0.56,
    ),
    "bokeh": Kind(
        20,
        (0.03, 0.07),
        (-0.012, 0.012),
        0.02,
        0.01,
        ((255, 205, 140), (140, 190, 255), (255, 150, 190)),
        (0.10, 0.26),
        0.8,
        False,
        "disc",
    ),
}


def _sprite(shape: str, r: float, fx: float, fy: float) -> Pil.Image:
    if shape == "line":
        long = max(4, round(r))
        image = Pil.new("L", (round(long * 0.12) + 5, long + 4))
        ImageDraw.Draw(image).line([(image.width - 3, 2), (2, long)], fill=255, width=max(1, round(r / 26)))
        return image.filter(ImageFilter.GaussianBlur(0.8))
    k = 4
    side = math.ceil(r * 2) + 4
    image = Pil.new("L", (side * k, side * k))
    c = side * k / 2
    x, y = c + fx * k, c + fy * k
    pen = ImageDraw.Draw(image)
    if shape == "leaf":
        pts = [
            (x + r * k * math.cos(a) * (1.0 if i % 2 else 0.72), y + r * k * 0.5 * math.sin(a))
            for i, a in enumerate(np.linspace(0, 6.28, 18))
        ]
        pen.polygon(pts, fill=255)
        return (
            image.rotate(35 + 90 * fx, Pil.Resampling.BILINEAR)
            .resize((side, side), Pil.Resampling.BOX)
            .filter(ImageFilter.GaussianBlur(0.7))
        )
    pen.ellipse([x - r * k, y - r * k, x + r * k, y + r * k], fill=255)
    blur = r * 0.45 if shape == "soft" else r * 0.07
    return image.resize((side, side), Pil.Resampling.BOX).filter(ImageFilter.GaussianBlur(blur))


class Particles:
    """All particles of one film."""

    def __init__(self, kind: str, width: int, height: int, seed: int) -> None:
        self.kind = KINDS[kind]
        self.w, self.h = width, height
        chance = np.random.default_rng([seed, 7])
        k = self.kind
        n = k.count
        self.x, self.y = chance.random(n), chance.uniform(k.top, 1, n)
        self.size = chance.integers(0, 5, n)
        self.speed = chance.uniform(*k.speed, n)
        self.drift = chance.normal(k.drift, abs(k.drift) * 0.5 + 1e-6, n)
        self.phase = chance.uniform(0, 6.28, n)
        self.rate = chance.uniform(0.6, 1.5, n)
        self.opacity = chance.uniform(*k.opacity, n)
        self.colour = chance.integers(0, len(k.colours), n)
        sizes = np.linspace(k.size[0], k.size[1], 5) * width
        self._sprites = {
            (s, i, j): _sprite(k.shape, max(0.8, float(r)) / (1 if k.shape == "line" else 2), i / _PHASES, j / _PHASES)
            for s, r in enumerate(sizes)
            for i in range(_PHASES)
            for j in range(_PHASES)
        }

    def draw(self, frame: Pil.Image, t: float) -> None:
        """Draw them on a frame at `t` seconds."""
        on = ease(t / 1.3)
        if on <= 0.004:
            return
        k = self.kind
        span = 1.12
        xs = (self.x + self.drift * t + k.turn * np.sin(self.phase + t * self.rate * 1.7)) % 1.08 - 0.04
        ys = self.y + self.speed * t * self.w / self.h
        ys = ys % span - 0.06 if k.speed != (0.0, 0.0) else ys
        light = self.opacity * on
        if k.blink:
            light = light * (1 - k.blink + k.blink * np.clip(np.sin(self.phase * 3 + t * 2.6 * self.rate), 0, 1) ** 2)
        for i in range(k.count):
            level = int(light[i] * 16)
            if level <= 0:
                continue
            px, py = xs[i] * self.w, ys[i] * self.h
            fx, fy = int((px % 1) * _PHASES), int((py % 1) * _PHASES)
            sprite = self._sprites[int(self.size[i]), fx, fy]
            mask = sprite.point([v * level // 16 for v in range(256)])
            frame.paste(
                k.colours[int(self.colour[i])], (int(px) - sprite.width // 2, int(py) - sprite.height // 2), mask
            )
