"""Neck, shoulders and clothes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from hayal_studio.draw.canvas import (
    Canvas,
    Colour,
    Floats,
    blurred,
    ellipse,
    mix,
    moved,
    points,
    rgb,
    ribbon,
    smooth,
    vec,
)
from hayal_studio.draw.head import Head, Skin
from hayal_studio.draw.light import Light
from hayal_studio.look import Look
from hayal_studio.scene import Scene
from hayal_studio.vocabulary import kinds


class Body:
    """What is below the chin in one picture."""

    def __init__(
        self, canvas: Canvas, head: Head, look: Look, light: Light, skin: Skin, scene: Scene, seed: int
    ) -> None:
        self.canvas, self.head, self.look, self.light, self.skin = canvas, head, look, light, skin
        self.garment = scene.garment
        self.chance = np.random.default_rng([seed, 5])
        self.woman = look.gender == "woman"
        self.sh = 65.0 if self.woman else 80.0
        self.nk = 13.6 if self.woman else 19.5
        colour = rgb(kinds("colour")[scene.colour]["rgb"])
        tint = mix(light.ambient, light.key, 0.5)
        k = 0.72 if light.dark else 0.95
        self.cloth: Colour = (colour[0] * tint[0] * k, colour[1] * tint[1] * k, colour[2] * tint[2] * k)
        self.dark = mix(self.cloth, (0.05, 0.03, 0.08), 0.5)
        self.pale = mix(self.cloth, (1, 0.97, 0.92), 0.25)

    def _px(self, values: ArrayLike) -> Floats:
        """Body units to pixels. The units below are a standing pose's; a selfie's chin is nearer the shoulders."""
        p = points(values).copy()
        p[:, 1] -= 5.0 if self.woman else 6.0
        return self.head.body(p)

    def _at(self, values: ArrayLike, *, closed: bool = True) -> Floats:
        return self._px(smooth(values, closed=closed))

    def _torso(self, neck_y: float, out: float = 0.0) -> Floats:
        """Shoulders and chest; `neck_y` is where the trapezius meets the neck, `out` thickens everything, in units."""
        s, n = self.sh, self.nk
        half = [
            (n + 1, neck_y),
            (n + 8, neck_y + 6.5 - out),
            (s * 0.62, 79 - out),
            (s * 0.9, 85 - out),
            (s + 6 + out, 97),
            (s + 13 + out, 122),
            (s + 17 + out, 165),
            (s + 20 + out, 260),
        ]
        return self._at([*half, *[(-x, y) for x, y in reversed(half)]])

    def neck(self) -> None:
        """The neck and the skin a neckline may show."""
        c, n, u = self.canvas, self.nk, self.head.unit
        shape = [
            (n, 20),
            (n * 0.97, 48),
            (n + 1.5, 60),
            (n + 9, 69),
            (self.sh * 0.6, 79.5),
            (self.sh * 0.92, 87),
            (self.sh + 3, 100),
            (self.sh + 6, 135),
            (0, 150),
        ]
        outline = self._at([*shape, *[(-x, y) for x, y in reversed(shape[:-1])]])
        y0, y1 = self._px([(0, 45), (0, 100)])[:, 1]
        c.fill(
            outline,
            self.skin.base,
            gradient=(mix(self.skin.shade, self.skin.base, 0.35), self.skin.base, float(y0), float(y1)),
        )
        cover, box = c.mask(outline)
        clip = np.zeros((c.height, c.width), np.float32)
        clip[box[1] : box[3], box[0] : box[2]] = cover
        away = -self.light.side
        # The head's shadow, then the muscles and collarbones.
        head_x = float(self.head.at([(0, 40)])[0, 0] - self.head.cx) / u
        c.fill(
            self._at(
                [
                    (-30 + head_x, 24),
                    (30 + head_x, 24),
                    (24 + head_x + away * 5, 52),
                    (head_x + away * 8, 63),
                    (-24 + head_x + away * 5, 52),
                ]
            ),
            self.skin.shade,
            opacity=0.85,
            blur=3.6 * u,
            clip=clip,
        )
        c.fill(
            self._at([(away * 6, 44), (away * 26, 44), (away * 24, 72), (away * 12, 80)]),
            self.skin.shade,
            opacity=0.5,
            blur=3.5 * u,
            clip=clip,
        )
        for side in (1, -1):
            cord = [(side * n * 0.8, 44), (side * n * 0.55, 62), (side * 4.5, 78)]
            c.fill(
                ribbon(self._at(cord, closed=False), np.array([0.4, 2.0, 1.0]) * u),
                self.skin.shade,
                opacity=0.38,
                blur=1.1 * u,
                clip=clip,
            )
            bone = [(side * 5.5, 80.5), (side * 18, 82.5), (side * 33, 80), (side * self.sh * 0.66, 82)]
            c.fill(
                ribbon(self._at(bone, closed=False), np.array([2.4, 2.0, 1.6, 0.4]) * u),
                self.skin.light,
                opacity=0.4,
                blur=1.0 * u,
                clip=clip,
            )
            c.fill(
                ribbon(moved(self._at(bone, closed=False), 0, 2.3 * u), np.array([1.6, 2.2, 1.6, 0.2]) * u),
                self.skin.shade,
                opacity=0.45,
                blur=1.0 * u,
                clip=clip,
            )
        c.fill(ellipse(self._px([(0, 81)])[0], 2.6 * u, 3 * u), self.skin.shade, opacity=0.42, blur=1.2 * u, clip=clip)

    def _cloth(self, shape: Floats, colour: Colour | None = None) -> Floats:
        """Fill cloth with soft volume; returns its cover for folds and details."""
        c, u = self.canvas, self.head.unit
        base = self.cloth if colour is None else colour
        cover, box = c.mask(shape)
        clip = np.zeros((c.height, c.width), np.float32)
        if not cover.size:
            return clip
        clip[box[1] : box[3], box[0] : box[2]] = cover
        xs = (np.arange(box[0], box[2], dtype=np.float32) - self.head.cx) / (u * (self.sh + 12))
        ys = (np.arange(box[1], box[3], dtype=np.float32) - self.head.cy) / u
        across = 0.5 + 0.5 * np.clip(xs * self.light.side, -1, 1)
        round_ = 1 - 0.42 * np.clip(np.abs(xs), 0, 1.2) ** 3
        tone = (0.74 + 0.36 * across) * round_
        down = 1.04 - 0.0022 * np.clip(ys - 80, 0, 200)
        k = (tone[None, :] * down[:, None])[..., None]
        paint = (vec(base) * k).astype(np.float32)
        warm = np.clip(k - 0.92, 0, 1) * 0.8
        paint += warm * (vec(self.light.key) - paint).clip(0) * 0.6
        c.put(cover, box, paint)
        return clip

    def _folds(
        self, clip: Floats, lines: list[list[tuple[float, float]]], width: float = 3.0, power: float = 0.4
    ) -> None:
        c, u = self.canvas, self.head.unit
        for line in lines:
            path = self._at(line, closed=False)
            c.fill(
                ribbon(path, np.array([0.2, width, width * 0.8, 0.2]) * u),
                self.dark,
                opacity=power,
                blur=width * 0.42 * u,
                clip=clip,
            )
            c.fill(
                ribbon(
                    moved(path, self.light.side * width * 0.55 * u, -width * 0.4 * u),
                    np.array([0.1, width * 0.5, width * 0.4, 0.1]) * u,
                ),
                self.pale,
                opacity=power * 0.75,
                blur=width * 0.36 * u,
                clip=clip,
            )

    def _arms(self, clip: Floats) -> None:
        """The lines where the arms meet the chest, and a few creases from them."""
        s = self.sh
        lines: list[list[tuple[float, float]]] = []
        for side in (1, -1):
            lines.append(
                [(side * (s - 9), 100), (side * (s - 13), 118), (side * (s - 13), 142), (side * (s - 10), 175)]
            )
            lines.append([(side * (s - 8), 99), (side * (s - 22), 106), (side * (s - 36), 108)])
            lines.append([(side * (s - 10), 112), (side * (s - 26), 124), (side * (s - 40), 128)])
            lines.append([(side * (s + 10), 118), (side * (s), 128), (side * (s - 8), 131)])
        self._folds(clip, lines, 3.4, 0.42)
        if self.woman:
            u = self.head.unit
            for side in (1, -1):
                curve = [(side * 8, 133), (side * 20, 139), (side * 34, 136), (side * 44, 126)]
                self.canvas.fill(
                    ribbon(self._at(curve, closed=False), np.array([0.4, 5, 5, 0.5]) * u),
                    self.dark,
                    opacity=0.3,
                    blur=4 * u,
                    clip=clip,
                )

    def _edge(
        self,
        line: list[tuple[float, float]],
        width: float,
        colour: Colour,
        *,
        shadow: bool = True,
        clip: Floats | None = None,
    ) -> None:
        path, u = self._at(line, closed=False), self.head.unit
        if shadow:
            self.canvas.fill(
                ribbon(moved(path, 0, width * 0.6 * u), [width * u] * 3),
                (0.1, 0.06, 0.08),
                opacity=0.3,
                blur=1.2 * u,
                clip=clip,
            )
        self.canvas.fill(ribbon(path, [width * u] * 3), colour, blur=0.3)

    def _slope(self, x: float) -> float:
        """How high cloth lies on the muscle between neck and shoulder, `x` from the middle."""
        return float(np.interp(x, [self.nk + 1.5, self.nk + 9, self.sh * 0.6], [60, 69, 79.5])) - 1.8

    def _neckline(self, depth: float, width: float, shape: str) -> Floats:
        """The torso less its opening."""
        s = self.sh
        right = [
            (width, self._slope(width)),
            (s * 0.6, 77.6),
            (s * 0.9, 84.2),
            (s + 6, 97),
            (s + 13, 122),
            (s + 17, 165),
            (s + 20, 260),
        ]
        left = [(-x, y) for x, y in reversed(right)]
        if shape == "v":
            dip = [(-width * 0.55, (depth + 76) / 2 + 1), (0, depth), (width * 0.55, (depth + 76) / 2 + 1)]
        else:
            dip = [
                (-width * 0.82, depth - 5),
                (-width * 0.45, depth - 0.8),
                (0, depth),
                (width * 0.45, depth - 0.8),
                (width * 0.82, depth - 5),
            ]
        return self._px(
            np.concatenate(
                [
                    smooth(right, closed=False),
                    smooth(left, closed=False),
                    smooth([left[-1], *dip, right[0]], closed=False)[1:-1],
                ]
            )
        )


def soft_shadow(canvas: Canvas, below: Canvas, unit: float, power: float = 0.5) -> None:
    """The shadow a layer throws on what is drawn already: `below` is darkened by `canvas`' cover, moved down."""
    shade = blurred(canvas.alpha, unit * 2.2)
    drop = max(1, int(unit * 2.0))
    moved = np.zeros_like(shade)
    moved[drop:] = shade[:-drop]
    moved *= 1 - canvas.alpha
    below.rgb *= (1 - power * moved)[..., None]
