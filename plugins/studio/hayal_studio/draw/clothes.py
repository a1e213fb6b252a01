"""Clothes in one piece: shirts, knitwear, dresses."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.body import Body
from hayal_studio.draw.canvas import Floats, ellipse, mix, moved, ribbon, smooth


class Clothes(Body):
    """What is worn next to the skin."""

    def _tshirt(self) -> None:
        clip = self._cloth(self._neckline(84 if self.woman else 80, 20 if self.woman else 23, "u"))
        self._arms(clip)
        w, d = (20, 84) if self.woman else (23, 80)
        self._edge(
            [
                (-w, self._slope(w)),
                (-w * 0.82, d - 5),
                (-w * 0.45, d - 0.8),
                (0, d),
                (w * 0.45, d - 0.8),
                (w * 0.82, d - 5),
                (w, self._slope(w)),
            ],
            2.6,
            mix(self.cloth, self.dark, 0.25),
            clip=clip,
        )

    def _sweater(self) -> None:
        clip = self._cloth(self._torso(64, 2.0))
        self._arms(clip)
        self._knit(clip)
        c, u, n = self.canvas, self.head.unit, self.nk
        w = n + 5
        collar = self._at(
            [
                (-w, 62),
                (-w - 1.5, 70),
                (-w * 0.7, 77.5),
                (0, 80.5),
                (w * 0.7, 77.5),
                (w + 1.5, 70),
                (w, 62),
                (w * 0.75, 68),
                (0, 72.5),
                (-w * 0.75, 68),
            ]
        )
        c.fill(moved(collar, 0, 2.4 * u), (0.1, 0.06, 0.08), opacity=0.35, blur=2 * u, clip=clip)
        ring = self._cloth(collar)
        for i in range(-8, 9):
            x = i * w / 8.2
            top, low = 72 - 9.5 * (abs(i) / 8) ** 1.8, 80 - 9 * (abs(i) / 8) ** 2
            c.fill(
                ribbon(self._at([(x * 0.93, top), (x, low)], closed=False), [0.9 * u] * 2),
                self.dark,
                opacity=0.4,
                blur=0.4 * u,
                clip=ring,
            )

    def _knit(self, clip: Floats) -> None:
        """Fine ribs: a woollen surface."""
        c, u = self.canvas, self.head.unit
        y0 = max(0, int(self.head.cy + 60 * u))
        if y0 >= c.height:
            return
        ys, xs = np.mgrid[y0 : c.height, 0 : c.width].astype(np.float32)
        x, y = (xs - self.head.cx) / u, (ys - self.head.cy) / u
        bend = x + 0.00035 * x * (y - 90) * np.abs(x) / 10
        rib = np.sin(bend * 2.1) * 0.5 + 0.5
        stitch = np.sin(y * 2.6 + np.abs(np.sin(bend * 1.05)) * 2.2) * 0.5 + 0.5
        k = 1 - 0.11 * rib - 0.07 * stitch * (1 - rib)
        m = clip[y0:, :, None]
        c.rgb[y0:] *= 1 - m * (1 - k[..., None])

    def _hoodie(self) -> None:
        c, u, w = self.canvas, self.head.unit, self.nk + 15
        clip = self._cloth(self._neckline(87, 19 if self.woman else 24, "u"))
        self._arms(clip)
        flaps = [
            self._at(
                [
                    (side * (self.nk + 1), 60),
                    (side * (w - 1), 56),
                    (side * (w + 6), 72),
                    (side * 18, 92),
                    (side * 3, 96),
                    (side * 9, 84),
                ]
            )
            for side in (1, -1)
        ]
        for flap in flaps:
            c.fill(moved(flap, 0, 2.6 * u), (0.08, 0.05, 0.08), opacity=0.4, blur=2.2 * u)
            inside = self._cloth(flap, mix(self.cloth, self.pale, 0.25))
            self._folds(
                inside, [[(0, 95), (16, 86), (self.nk + 9, 64)], [(0, 95), (-16, 86), (-self.nk - 9, 64)]], 2.6, 0.4
            )
        for side in (1, -1):
            cord = [(side * 6.0, 93.0), (side * 7.5, 108.0), (side * 6.6, 126.0 + side * 2)]
            self._edge(cord, 1.5, mix(self.pale, (1, 1, 1), 0.4))

    def _shirt(self) -> None:
        c, u, n = self.canvas, self.head.unit, self.nk
        depth = 104.0 if self.woman else 98.0
        clip = self._cloth(self._neckline(depth, n + 6, "v"))
        self._arms(clip)
        self._folds(clip, [[(2, depth + 2), (3, 140), (2, 200)]], 1.6, 0.45)
        for i in range(4):
            x, y = self._px([(5.4, depth + 8 + i * 19)])[0]
            c.fill(ellipse((x, y + 0.6 * u), 1.5 * u, 1.5 * u), (0, 0, 0), opacity=0.3, blur=0.6 * u)
            c.fill(ellipse((x, y), 1.35 * u, 1.35 * u), mix(self.pale, (1, 1, 1), 0.3))
        for side in (1, -1):
            leaf = self._at(
                [
                    (side * (n - 1), 57),
                    (side * (n + 6), 62),
                    (side * (n + 13), 76),
                    (side * (n + 11), 87),
                    (side * (n - 2), 96),
                    (side * 5.5, depth - 2),
                    (side * (n - 4.5), 79),
                ]
            )
            c.fill(moved(leaf, 0, 2.2 * u), (0.08, 0.05, 0.07), opacity=0.32, blur=1.8 * u, clip=clip)
            self._cloth(leaf, mix(self.cloth, self.pale, 0.4))
            self._edge(
                [(side * (n + 12.6), 77), (side * (n + 10.6), 86.4), (side * (n - 2), 95.4), (side * 6, depth - 3)],
                0.5,
                self.dark,
                shadow=False,
            )

    def _blouse(self) -> None:
        depth = 104.0
        clip = self._cloth(self._neckline(depth, self.nk + 9, "v"))
        self._arms(clip)
        lines: list[list[tuple[float, float]]] = []
        for side in (1, -1):
            lines += [
                [(side * 20, 78), (side * 15, 100), (side * 3, 122)],
                [(side * 34, 80), (side * 27, 108), (side * 6, 150)],
                [(side * 48, 84), (side * 40, 120), (side * 16, 170)],
            ]
        self._folds(clip, lines, 3.6, 0.5)
        w = self.nk + 9
        for side in (1, -1):
            self._edge(
                [(side * w, self._slope(w)), (side * w * 0.55, (depth + 76) / 2 + 1), (0, depth)],
                1.6,
                self.pale,
                clip=clip,
            )

    def _dress(self) -> None:
        s = self.sh
        right = [
            (s * 0.56, 79),
            (s * 0.7, 80.5),
            (s * 0.77, 96),
            (s * 0.84, 114),
            (s * 0.86, 134),
            (s * 0.87, 170),
            (s * 0.88, 260),
        ]
        left = [(-x, y) for x, y in reversed(right)]
        dip = [(-s * 0.5, 96), (-s * 0.3, 107), (-8, 111), (0, 114), (8, 111), (s * 0.3, 107), (s * 0.5, 96)]
        self._bare(
            self._px(
                np.concatenate(
                    [
                        smooth(right, closed=False),
                        smooth(left, closed=False),
                        smooth([left[-1], *dip, right[0]], closed=False)[1:-1],
                    ]
                )
            ),
            [(-s * 0.56, 79), *dip, (s * 0.56, 79)],
        )

    def _sundress(self) -> None:
        s = self.sh
        right = [(s * 0.6, 104), (s * 0.78, 110), (s * 0.85, 134), (s * 0.87, 170), (s * 0.88, 260)]
        left = [(-x, y) for x, y in reversed(right)]
        dip = [(-s * 0.42, 106), (-s * 0.2, 108), (0, 110.5), (s * 0.2, 108), (s * 0.42, 106)]
        for side in (1, -1):
            self._edge([(side * s * 0.5, 80), (side * s * 0.53, 92), (side * s * 0.5, 107)], 2.4, self.cloth)
        self._bare(
            self._px(
                np.concatenate(
                    [
                        smooth(right, closed=False),
                        smooth(left, closed=False),
                        smooth([left[-1], *dip, right[0]], closed=False)[1:-1],
                    ]
                )
            ),
            [(-s * 0.6, 104), *dip, (s * 0.6, 104)],
        )

    def _bare(self, shape: Floats, hem: list[tuple[float, float]]) -> None:
        """A dress over bare shoulders: arms first, then cloth."""
        c, u, s = self.canvas, self.head.unit, self.sh
        for side in (1, -1):
            arm = self._at(
                [
                    (side * s * 0.86, 86),
                    (side * (s - 2), 90),
                    (side * (s + 7), 104),
                    (side * (s + 12), 130),
                    (side * (s + 14), 190),
                    (side * (s + 14), 270),
                    (side * (s - 12), 270),
                    (side * (s - 10), 180),
                    (side * (s - 11), 130),
                    (side * (s * 0.86), 106),
                ]
            )
            c.fill(
                arm,
                self.skin.base,
                gradient=(
                    self.skin.base,
                    mix(self.skin.base, self.skin.shade, 0.6),
                    float(self._px([(0, 95)])[0, 1]),
                    float(self._px([(0, 190)])[0, 1]),
                ),
            )
            cover, box = c.mask(arm)
            clip = np.zeros((c.height, c.width), np.float32)
            clip[box[1] : box[3], box[0] : box[2]] = cover
            c.fill(
                ribbon(
                    self._at([(side * (s - 10), 108), (side * (s - 11), 135), (side * (s - 10), 210)], closed=False),
                    np.array([1, 9, 9]) * u,
                ),
                self.skin.shade,
                opacity=0.8,
                blur=3.4 * u,
                clip=clip,
            )
            if side == self.light.side:
                c.fill(
                    ribbon(
                        self._at([(side * (s * 0.8), 88), (side * (s + 2), 98), (side * (s + 7), 130)], closed=False),
                        np.array([1, 7, 3]) * u,
                    ),
                    self.skin.light,
                    opacity=0.6,
                    blur=2.4 * u,
                    clip=clip,
                )
        c.fill(ribbon(self._at(hem, closed=False), [3 * u] * 4), self.skin.shade, opacity=0.5, blur=1.6 * u)
        clip = self._cloth(shape)
        lines: list[list[tuple[float, float]]] = []
        for side in (1, -1):
            lines += [
                [(side * s * 0.72, 122), (side * 30, 136), (side * 8, 140)],
                [(side * s * 0.7, 140), (side * 30, 152), (side * 6, 153)],
                [(side * 30, 108), (side * 26, 122), (side * 16, 130)],
            ]
            curve = [(side * 6, 131), (side * 20, 138), (side * 34, 135), (side * 43, 124)]
            c.fill(
                ribbon(self._at(curve, closed=False), np.array([0.4, 6, 6, 0.5]) * u),
                self.dark,
                opacity=0.42,
                blur=4 * u,
                clip=clip,
            )
        self._folds(clip, lines, 3.0, 0.4)
        self._edge(hem, 1.3, self.pale, shadow=False)
