"""Hair, strand by strand: what falls behind the head, and what lies on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hayal_studio.draw.canvas import Box, Canvas, Colour, Floats, Strands, blurred, mix, moved, rgb, smooth, vec
from hayal_studio.draw.head import Head
from hayal_studio.draw.light import Light
from hayal_studio.look import Look


@dataclass(frozen=True, slots=True)
class Tones:
    """The tones of a head of hair in a light."""

    dark: Colour
    base: Colour
    light: Colour
    shine: Colour


def tones_of(look: Look, light: Light) -> Tones:
    """The tones for a look."""
    base = rgb(look.hair)
    tint = mix(light.ambient, light.key, 0.5)
    k = 0.8 if light.dark else 1.02
    bright = sum(base) / 3

    def lit(c: Colour, t: Colour) -> Colour:
        return (c[0] * t[0] * k, c[1] * t[1] * k, c[2] * t[2] * k)

    return Tones(
        lit((base[0] * 0.42, base[1] * 0.38, base[2] * 0.42), light.ambient),
        lit(base, tint),
        lit(mix(base, (1.0, 0.83, 0.62), 0.22 + 0.12 * bright), light.key),
        lit(mix(base, (1.0, 0.9, 0.78), 0.34 if bright < 0.3 else 0.5), light.key),
    )


def box_of(head: Head, x0: float, y0: float, x1: float, y1: float) -> Box:
    p = head.body([(x0, y0), (x1, y1)])
    return (int(p[0, 0]), int(p[0, 1]), int(p[1, 0]), int(p[1, 1]))


class Mane:
    """What every head of hair has: strands, waves, curls, shine. How it falls varies, colour and cut do not."""

    def __init__(self, canvas: Canvas, head: Head, look: Look, light: Light, seed: int) -> None:
        self.canvas, self.head, self.look, self.light = canvas, head, look, light
        self.tones = tones_of(look, light)
        self.chance = np.random.default_rng([seed, 3])
        # A small picture needs fewer strands to look as full.
        self.density = float(np.clip(head.unit / 2.4, 0.4, 1.0))
        self.wind = float(self.chance.normal(0, 1.0))

    def many(self, count: int) -> int:
        """How many strands to draw where a picture of the usual size has `count`."""
        return round(count * self.density)

    def _strand_colour(self, depth: float) -> Colour:
        """`depth` 0 is deep in shadow, 1 on top in the light."""
        t = float(np.clip(depth + self.chance.normal(0, 0.15), 0, 1.15))
        if t < 0.5:
            return mix(self.tones.dark, self.tones.base, t * 2)
        return mix(self.tones.base, self.tones.light, (t - 0.5) * 1.5)

    def _wave(self, line: Floats, lock: int, reach: float) -> Floats:
        """Bend a strand as its texture does; `reach` is its length in head units."""
        if self.look.texture == "straight":
            return line
        n = len(line)
        t = np.linspace(0, 1, n)
        d = np.gradient(line, axis=0)
        normal = np.stack([-d[:, 1], d[:, 0]], axis=1) / np.maximum(np.hypot(d[:, :1], d[:, 1:]), 1e-4)
        size, turns = (3.3, reach / 42) if self.look.texture == "wavy" else (3.6, reach / 22)
        phase = lock * 1.9
        swing = np.sin(2 * np.pi * turns * t + phase) * size * np.clip((t - 0.12) * 2.2, 0, 1)
        return (line + normal * swing[:, None]).astype(np.float32)

    # --- what falls behind

    def back(self) -> Canvas | None:
        """The hair behind neck and shoulders, or None if the cut has none."""
        cut = self.look.cut
        if cut in {"short", "bald", "bun"}:
            return None
        h = self.head
        if cut == "ponytail":
            side = 1.0 if self.look.part > 0 else -1.0
            layer = Strands(self.canvas, box_of(h, -80, -70, 80, 140), self.tones.base)
            spine = np.array([(10, -48), (34, -38), (42, 0), (44, 50), (40, 105)], np.float32) * (side, 1)
            for i in range(self.many(150)):
                off = self.chance.normal(0, 1)
                spread = np.array([2, 5, 8, 9, 4], np.float32) * off
                line = spine + np.stack([spread, spread * 0.2], axis=1)
                curve = self._wave(smooth(line, closed=False, steps=10), i % 5, 150)
                layer.stroke(
                    h.body(curve),
                    np.array([1.0, 2.0, 2.2, 1.6, 0.2]) * h.unit,
                    self._strand_colour(0.25 + 0.3 * self.chance.random()),
                )
            return layer.layer()
        end = 60.0 if cut == "bob" else 128.0
        layer = Strands(self.canvas, box_of(h, -90, -80, 90, end + 20), self.tones.dark)
        outline = smooth(
            [
                (0, -54),
                (30, -46),
                (42, -20),
                (45, 15),
                (46, end * 0.62),
                (38, end * 0.94),
                (0, end * 0.9),
                (-38, end * 0.94),
                (-46, end * 0.62),
                (-45, 15),
                (-42, -20),
                (-30, -46),
            ]
        )
        layer.shape(h.body(outline), self.tones.dark)
        for _ in range(self.many(150)):
            x = self.chance.uniform(-1, 1)
            fall = [
                (x * 20, -50),
                (x * 40, -22),
                (x * 44, 18),
                (x * 46, end * 0.6),
                (x * 42 + self.wind * 2, end * self.chance.uniform(0.9, 1.03)),
            ]
            curve = self._wave(smooth(fall, closed=False, steps=10), int((x + 1) * 5), end + 50)
            layer.stroke(
                h.body(curve), np.array([1.0, 2.2, 2.6, 2.2, 0.2]) * h.unit, self._strand_colour(0.12 + 0.25 * abs(x))
            )
        return layer.layer()

    def _curl(self, layer: Strands, x: float, y: float, r: float, depth: float) -> None:
        """One curl: a dark, a middle and a light stroke, each thinner than the one below."""
        h = self.head
        a0 = self.chance.uniform(0, 2 * np.pi)
        turn = self.chance.choice([-1.0, 1.0]) * self.chance.uniform(3.6, 5.6)
        t = np.linspace(0, 1, 16)
        rad = r * (1 - 0.55 * t)
        line = np.stack([x + rad * np.cos(a0 + turn * t), y + rad * 0.92 * np.sin(a0 + turn * t)], axis=1)
        px = h.at(line, lift=2)
        u = h.unit
        layer.stroke(
            moved(px, 0, 0.7 * u), np.array([0.6, r * 0.62, r * 0.56, 0.3]) * u, mix(self.tones.dark, (0, 0, 0), 0.25)
        )
        layer.stroke(px, np.array([0.5, r * 0.5, r * 0.44, 0.2]) * u, self._strand_colour(depth))
        layer.stroke(
            px - (0, 0.35 * u), np.array([0.05, r * 0.17, r * 0.14, 0.05]) * u, self._strand_colour(depth + 0.3)
        )

    def _curls_in(
        self, layer: Strands, count: int, centre: tuple[float, float], reach: tuple[float, float], size: float
    ) -> None:
        items = []
        for _ in range(count):
            a, d = self.chance.uniform(0, 2 * np.pi), np.sqrt(self.chance.random())
            items.append((centre[0] + np.cos(a) * d * reach[0], centre[1] + np.sin(a) * d * reach[1], d))
        for x, y, d in sorted(items, key=lambda i: -i[2]):
            depth = 0.5 - 0.28 * d + 0.22 * (-(y - centre[1]) / reach[1]) + 0.16 * self.light.side * np.sign(x) * d
            self._curl(layer, x, y, size * self.chance.uniform(0.75, 1.2), float(depth))

    def _shine(self, layer: Canvas) -> None:
        """A band of light round the crown, broken up along the strands, and shade underneath."""
        h = self.head
        p = h.body([(-60, -100), (60, 130)])
        x0, y0 = max(0, int(p[0, 0])), max(0, int(p[0, 1]))
        x1, y1 = min(layer.width, int(p[1, 0])), min(layer.height, int(p[1, 1]))
        ys, xs = np.mgrid[y0:y1:2, x0:x1:2].astype(np.float32)
        x, y = h.back(xs, ys)
        angle = np.arctan2(x, -(y - 6))
        r = np.hypot(x * 1.12, y - 6)
        noise = np.interp(
            angle.ravel(), np.linspace(-3.2, 3.2, 150), np.random.default_rng(5).normal(0, 1, 150)
        ).reshape(angle.shape)
        curly = self.look.texture == "curly"
        centre = 49 + noise * (1.3 if not curly else 3)
        lean = np.clip(np.cos(angle - self.light.side * 0.45), 0, 1) ** 2
        band = np.exp(-(((r - centre) / (4.6 + 0.8 * noise)) ** 2)) * lean * (0.6 if not curly else 0.28)
        low = (
            np.exp(-((np.abs(x) - 42) ** 2) / 60 - ((y - 38 + noise * 3) / 13) ** 2)
            * 0.3
            * (self.look.cut in {"long", "bob"})
        )
        band = np.clip(band + low * (0.7 + 0.3 * np.sign(x) * self.light.side), 0, 1)
        shade = 1 - 0.34 * np.exp(-((np.abs(x) - 33.5) ** 2) / 20) * np.clip((y + 2) / 20, 0, 1)
        whole_band, whole_shade = (
            np.repeat(np.repeat(a.astype(np.float32), 2, 0), 2, 1)[: y1 - y0, : x1 - x0]
            for a in (blurred(band.astype(np.float32), 1.2), shade)
        )
        part = layer.rgb[y0:y1, x0:x1]
        part *= whole_shade[..., None]
        # Light strands take more of the shine than dark ones, so the band keeps the texture.
        grey = part.mean(axis=2, keepdims=True) / max(1e-3, sum(self.tones.base) / 3)
        gain = whole_band[..., None] * np.clip(grey, 0.35, 1.3)
        part += gain * (vec(self.tones.shine) * layer.alpha[y0:y1, x0:x1, None] - part).clip(0)
