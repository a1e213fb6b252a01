"""Coats and jackets, and whatever is worn below them."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.canvas import Colour, mix, moved, rgb, ribbon
from hayal_studio.draw.clothes import Clothes


class Wardrobe(Clothes):
    """Everything a persona may wear."""

    def clothes(self) -> None:
        """Whatever is worn."""
        getattr(self, f"_{self.garment}")()

    def _lapels(self, colour: Colour, *, wide: float, low: float) -> None:
        c, u, n = self.canvas, self.head.unit, self.nk
        s = self.sh
        for side in (1, -1):
            panel = self._at(
                [
                    (side * (n + 3), 62),
                    (side * s * 0.62, 77),
                    (side * s * 0.92, 83),
                    (side * (s + 9), 96),
                    (side * (s + 16), 122),
                    (side * (s + 20), 170),
                    (side * (s + 24), 260),
                    (side * 2, 262),
                    (side * 2, low + 30),
                    (side * 4, low),
                    (side * 15, 100),
                ]
            )
            clip = self._cloth(panel, colour)
            self._folds(
                clip,
                [
                    [(side * (s - 6), 100), (side * (s - 11), 120), (side * (s - 10), 175)],
                    [(side * (s - 6), 99), (side * (s - 20), 108), (side * (s - 34), 110)],
                    [(side * (s + 12), 120), (side * s, 130), (side * (s - 8), 132)],
                ],
                3.4,
                0.45,
            )
            lapel = self._at(
                [
                    (side * (n + 2), 60),
                    (side * (n + 9), 68),
                    (side * (n + 8 + wide), 86),
                    (side * (n + 4 + wide * 0.6), 92),
                    (side * (n + 7 + wide), 99),
                    (side * 13, low - 14),
                    (side * 3.5, low),
                    (side * 8, 104),
                    (side * (n - 1), 82),
                ]
            )
            c.fill(moved(lapel, 0, 2.5 * u), (0.05, 0.03, 0.06), opacity=0.42, blur=2.2 * u, clip=clip)
            self._cloth(lapel, mix(colour, self.pale, 0.22))
            self._edge(
                [
                    (side * (n + 9), 68),
                    (side * (n + 8 + wide), 86),
                    (side * (n + 4 + wide * 0.6), 92),
                    (side * (n + 7 + wide), 99),
                    (side * 13, low - 14),
                    (side * 3.5, low),
                ],
                0.55,
                mix(colour, (1, 1, 1), 0.3),
                shadow=False,
            )

    def _inner(self, colour: Colour) -> None:
        keep = self.cloth, self.dark, self.pale
        self.cloth = colour
        self.dark, self.pale = mix(colour, (0.05, 0.03, 0.08), 0.5), mix(colour, (1, 1, 1), 0.3)
        self._tshirt()
        self.cloth, self.dark, self.pale = keep

    def _lit(self, colour: Colour) -> Colour:
        tint = mix(self.light.ambient, self.light.key, 0.5)
        k = 0.72 if self.light.dark else 0.95
        return (colour[0] * tint[0] * k, colour[1] * tint[1] * k, colour[2] * tint[2] * k)

    def _leather(self) -> None:
        self._inner(self._lit((0.9, 0.88, 0.85)))
        self._lapels(self.cloth, wide=10, low=140)
        c, u, s = self.canvas, self.head.unit, self.sh
        for side in (1, -1):
            for i in range(5):
                y = 92 + i * 15
                gleam = [
                    (side * (s - 4 + i * 2), y),
                    (side * (s + 4 + i * 1.5), y + 5),
                    (side * (s + 6 + i * 2), y + 13),
                ]
                c.fill(
                    ribbon(self._at(gleam, closed=False), np.array([0.1, 2.2, 0.1]) * u),
                    mix(self.light.key, self.cloth, 0.3),
                    opacity=0.34 if side == self.light.side else 0.14,
                    blur=1.0 * u,
                )

    def _blazer(self) -> None:
        bright = sum(self.cloth) > 1.4
        self._inner(self._lit((0.18, 0.17, 0.2) if bright else (0.92, 0.9, 0.87)))
        self._lapels(self.cloth, wide=12, low=150)

    def _coat(self) -> None:
        self._inner(self._lit((0.85, 0.82, 0.78)))
        self._lapels(self.cloth, wide=14, low=150)
        self._scarf()

    def _scarf(self) -> None:
        c, u, n = self.canvas, self.head.unit, self.nk
        warm = sum(self.cloth[:1]) > self.cloth[2]
        colour = self._lit(
            rgb(str(self.chance.choice(["d9cbb5", "8f3a3a", "a9b4bf"] if not warm else ["e2d8c8", "4f6a7d", "b9a58c"])))
        )
        keep = self.cloth, self.dark, self.pale
        self.dark, self.pale = mix(colour, (0.08, 0.04, 0.08), 0.45), mix(colour, (1, 1, 1), 0.3)
        tail = self._at([(-20, 78), (-4, 84), (-6, 130), (-10, 172), (-30, 170), (-28, 120)])
        c.fill(moved(tail, 0, 2 * u), (0.05, 0.03, 0.06), opacity=0.4, blur=3 * u)
        clip = self._cloth(tail, colour)
        self._folds(clip, [[(-18, 86), (-20, 120), (-24, 168)], [(-11, 88), (-13, 125), (-16, 168)]], 3, 0.5)
        w = n + 11
        for dy, k in ((0.0, 0.0), (9.0, 0.18)):
            loop = self._at(
                [
                    (-w - k * 20, 56 + dy),
                    (-w * 0.6, 66 + dy * 1.1),
                    (0, 70 + dy * 1.2),
                    (w * 0.6, 66 + dy * 1.1),
                    (w + k * 20, 56 + dy),
                    (w + 3 + k * 24, 69 + dy),
                    (w * 0.62, 81 + dy * 1.15),
                    (0, 87 + dy * 1.1),
                    (-w * 0.62, 81 + dy * 1.15),
                    (-w - 3 - k * 24, 69 + dy),
                ]
            )
            c.fill(moved(loop, 0, 2.6 * u), (0.05, 0.03, 0.06), opacity=0.4, blur=2.4 * u)
            clip = self._cloth(loop, mix(colour, self.pale, 0.12 - k * 0.4))
            self._folds(
                clip,
                [
                    [(-w, 62 + dy), (-w * 0.4, 74 + dy), (w * 0.3, 77 + dy), (w, 64 + dy)],
                    [(-w, 68 + dy), (-w * 0.2, 81 + dy), (w * 0.9, 72 + dy)],
                    [(-w * 0.7, 64 + dy), (0, 72 + dy), (w * 0.7, 67 + dy)],
                ],
                2.6,
                0.5,
            )
            self._knit(clip)
        self.cloth, self.dark, self.pale = keep
