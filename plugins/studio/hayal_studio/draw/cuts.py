"""The cuts: how hair lies on the head."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.canvas import Canvas, Floats, Strands, ellipse, mix, moved, smooth
from hayal_studio.draw.hair import Mane, box_of


class Hair(Mane):
    """The hair of one picture, in the cut of its look."""

    def front(self) -> Canvas | None:
        """The hair over brow, temples and shoulders, or None if there is none."""
        cut, texture = self.look.cut, self.look.texture
        if cut == "bald":
            return None
        if cut in {"long", "bob"}:
            out = self._curtains()
        elif cut in {"bun", "ponytail"}:
            out = self._pulled_back()
        elif texture == "curly":
            out = self._short_curls()
        else:
            out = self._short_swept()
        self._shine(out)
        return out

    def _curtains(self) -> Canvas:
        """Parted hair that falls to both sides."""
        h, look = self.head, self.look
        bob = look.cut == "bob"
        end = 50.0 if bob else 122.0
        part = look.part
        layer = Strands(self.canvas, box_of(h, -95, -85, 95, end + 25), self.tones.base)
        jobs: list[tuple[float, float, Floats, int]] = []
        for side in (-1.0, 1.0):
            # The heavier side, away from the parting, sweeps further over the brow.
            heavy = 1.0 if side * part < 0 else 0.0
            px = part
            inner = np.array(
                [
                    (px, -34.5),
                    (px + side * 9, -35 + heavy * 2),
                    (side * 24, -26 + heavy * 4),
                    (side * 32.2, -8),
                    (side * 34.6, 14),
                    (side * (33 if bob else 36.5), 38 if bob else 46),
                    (side * (26 if bob else 35), end * (0.97 if bob else 0.66)),
                    (side * (22 if bob else 33), end),
                ],
                np.float32,
            )
            outer = np.array(
                [
                    (px * 0.9, -57),
                    (px * 0.8 + side * 13, -57.6),
                    (side * 33, -48.5),
                    (side * 43.5, -20),
                    (side * 47, 10),
                    (side * (47 if bob else 50), 36 if bob else 44),
                    (side * (41 if bob else 54), end * (0.93 if bob else 0.66)),
                    (side * (36 if bob else 49), end * (1.0 if bob else 0.96)),
                ],
                np.float32,
            )
            edge = np.concatenate([smooth(inner[:-1], closed=False), smooth(outer[:-1], closed=False)[::-1]])
            layer.shape(h.at(edge, lift=2), mix(self.tones.dark, self.tones.base, 0.55))
            fine = 0.72 if look.texture == "straight" else 1.0
            count = self.many(round(300 / fine))
            for i in range(count):
                t = float(np.clip(self.chance.beta(1.05, 1.0), 0, 1))
                lock = int(t * 7)
                line = inner * (1 - t) + outer * t
                line[-3:, 0] += self.wind * np.array([0.5, 1.5, 3.0]) * (0.3 if bob else 1)
                line[-1, 1] += self.chance.normal(0, 2.4 if bob else 7)
                line[1:, 0] += self.chance.normal(0, 0.7)
                line[0, 0] += self.chance.normal(0, 1.8)
                depth = (
                    0.34
                    + 0.34 * np.sin(np.pi * min(1.0, t * 1.05))
                    - (0.2 if t < 0.08 else 0)
                    + 0.16 * np.sin(t * 19 + side)
                )
                depth += 0.05 * self.light.side * side
                jobs.append(
                    (
                        self.chance.random() + (0.35 if i > count * 0.7 else 0),
                        depth,
                        self._wave(smooth(line, closed=False, steps=9), lock + int(side * 3), end + 60),
                        i,
                    )
                )
        for _, depth, line, _ in sorted(jobs, key=lambda job: job[0]):
            w = self.chance.uniform(0.45, 0.95) * (0.72 if look.texture == "straight" else 1.0)
            layer.stroke(
                h.at(line, lift=2), np.array([0.7, 1.8, 2.1, 2.0, 1.7, 0.15]) * w * h.unit, self._strand_colour(depth)
            )
        if look.fringe:
            self._fringe(layer)
        self._flyaways(layer, end)
        return layer.layer()

    def _fringe(self, layer: Strands) -> None:
        h = self.head
        for _ in range(self.many(130)):
            x = self.chance.uniform(-1, 1)
            low = -11 + 5 * abs(x) + self.chance.normal(0, 1)
            line = smooth([(x * 12, -52), (x * 20, -46), (x * 25, -30), (x * 27, low)], closed=False)
            layer.stroke(
                h.at(line, lift=3),
                np.array([0.8, 1.9, 1.9, 0.2]) * h.unit,
                self._strand_colour(0.5 + 0.2 * np.sin(x * 9)),
            )

    def _flyaways(self, layer: Strands, end: float) -> None:
        """A few loose hairs: they make the outline alive."""
        h = self.head
        for _ in range(16):
            side = self.chance.choice([-1.0, 1.0])
            a = self.chance.uniform(0.1, 1.3)
            x0, y0 = side * 43 * np.cos(a - 0.3), -12 - 43 * np.sin(a)
            bend = self.chance.normal(0, 4)
            line = [
                (x0 * 0.86, y0 * 0.98),
                (x0 * 1.03 + side * abs(bend) * 0.6, y0 + 7),
                (x0 * 1.06 + side * (4 + abs(bend)), y0 + 24 + self.chance.uniform(0, 14)),
            ]
            layer.stroke(
                h.at(smooth(line, closed=False)), np.array([0.3, 0.42, 0.05]) * h.unit, self._strand_colour(0.55)
            )

    def _short_curls(self) -> Canvas:
        h = self.head
        layer = Strands(self.canvas, box_of(h, -75, -95, 75, 40), self.tones.dark)
        cap = smooth(
            [
                (-35, 2),
                (-38, -14),
                (-40, -32),
                (-31, -52),
                (-12, -62),
                (10, -63),
                (30, -54),
                (40, -33),
                (38, -14),
                (35, 2),
                (33.4, -4),
                (32, -16),
                (26, -27),
                (14, -31.5),
                (0, -32.5),
                (-14, -31),
                (-26, -27),
                (-32, -16),
                (-33.4, -4),
            ]
        )
        layer.shape(h.at(cap, lift=2), self.tones.dark)
        items: list[tuple[float, float, float]] = []
        for _ in range(self.many(300)):
            a = self.chance.uniform(np.pi * 0.98, np.pi * 2.02)
            r = self.chance.uniform(0.0, 1.0)
            inner = np.array([30 * np.cos(a), -9 + 23 * np.sin(a)])
            outer = np.array([39 * np.cos(a), -14 + 47 * np.sin(a)])
            x, y = inner * (1 - r) + outer * r
            items.append((float(x), float(y), r))
        for x, y, r in sorted(items, key=lambda i: i[2] + self.chance.normal(0, 0.3)):
            low = abs(x) > 33
            depth = 0.36 + 0.25 * r + 0.16 * self.light.side * np.sign(x) - (0.15 if low else 0)
            self._curl(layer, x, y, (2.2 if low else 3.9) * self.chance.uniform(0.75, 1.15), float(depth))
        for side in (-1, 1):
            for _ in range(26):
                y = self.chance.uniform(-16, 9)
                x = side * (33.6 + self.chance.uniform(-0.6, 1.8)) * self.look.face_width
                line = smooth([(x, y), (x - side * 0.4, y + 2), (x - side * 1.1, y + 4)], closed=False, steps=4)
                layer.stroke(h.at(line, lift=1), np.array([0.7, 0.8, 0.1]) * h.unit, self._strand_colour(0.2))
        return layer.layer()

    def _short_swept(self) -> Canvas:
        h = self.head
        woman = self.look.gender == "woman"
        lift = 60.0 if not woman else 57.0
        layer = Strands(self.canvas, box_of(h, -75, -95, 75, 40), self.tones.dark)
        cap = smooth(
            [
                (-35, 4),
                (-38, -14),
                (-38.5, -32),
                (-29, -51),
                (-10, -lift),
                (10, -lift),
                (29, -51),
                (38.5, -32),
                (38, -14),
                (35, 4),
                (33.2, -6),
                (30, -21),
                (20, -32),
                (0, -35),
                (-20, -32),
                (-30, -21),
                (-33.2, -6),
            ]
        )
        layer.shape(h.at(cap, lift=2), mix(self.tones.dark, self.tones.base, 0.45))
        sweep = 1.0 if self.look.part < 0 else -1.0
        jobs = []
        for _ in range(self.many(330)):
            u, v = self.chance.uniform(-1, 1), self.chance.random()
            root = (
                np.array([u * 33, -6 - 27.5 * np.sqrt(max(0.0, 1 - u * u * 0.98))]) * (1 - v)
                + np.array([u * 38, -12 - 46 * np.sqrt(max(0.0, 1 - u * u))]) * v
            )
            rise = (11 + 7 * (1 - abs(u))) * (1 - v * 0.75)
            away = sweep * (9 + 5 * v) * (1 - abs(u) * 0.6) + u * 5
            if u * sweep < 0:
                # On the side it is combed from, hair lies close to the head.
                away, rise = away * 0.3 + u * 4, rise * 0.7
            mid = moved(root, away * 0.45, -rise * 0.85)
            tip = moved(root, away, -rise * (0.75 + 0.2 * self.chance.random()))
            if abs(u) > 0.86:
                tip = moved(root, u * 1.5, 7)
                mid = moved(root, u * 1.6, 3)
            jobs.append(
                (
                    v + self.chance.normal(0, 0.22),
                    smooth([root, mid, tip], closed=False),
                    0.34 + 0.3 * (1 - v) + 0.14 * self.light.side * u,
                )
            )
        for _, line, depth in sorted(jobs, key=lambda j: -j[0]):
            line = self._wave(line, int(self.chance.integers(5)), 30) if self.look.texture == "wavy" else line
            layer.stroke(h.at(line, lift=2), np.array([1.2, 2.3, 1.7, 0.15]) * h.unit, self._strand_colour(depth))
        return layer.layer()

    def _pulled_back(self) -> Canvas:
        h, look = self.head, self.look
        bun = look.cut == "bun"
        curly = look.texture == "curly"
        layer = Strands(self.canvas, box_of(h, -80, -110, 80, 70), self.tones.dark)
        knot = (4.0 * np.sign(look.part), -66.0)
        ground = self.tones.dark if curly else mix(self.tones.dark, self.tones.base, 0.6)
        if bun:
            layer.shape(
                h.at(ellipse((knot[0], knot[1]), 17.5, 15)),
                self.tones.dark if curly else mix(self.tones.dark, self.tones.base, 0.6),
            )
            if curly:
                self._curls_in(layer, 46, knot, (16.5, 14), 5.4)
            else:
                for i in range(self.many(110)):
                    a, r = self.chance.uniform(0, 2 * np.pi), np.sqrt(self.chance.uniform(0.02, 1.1))
                    arc = [
                        (
                            knot[0] + 16 * r * np.cos(a + s) * (1 - 0.2 * s),
                            knot[1] + 13 * r * np.sin(a + s) * (1 - 0.2 * s),
                        )
                        for s in (0.0, 0.6, 1.2, 1.8)
                    ]
                    layer.stroke(
                        h.at(smooth(arc, closed=False)),
                        np.array([0.4, 2.2, 2, 0.3]) * h.unit,
                        self._strand_colour(0.3 + 0.3 * (i % 3) / 2),
                    )
        top = -58 if curly else -55
        cap = smooth(
            [
                (-35, 2),
                (-38.5, -14),
                (-38, -32),
                (-28, -50),
                (0, top),
                (28, -50),
                (38, -32),
                (38.5, -14),
                (35, 2),
                (33.2, -6),
                (29.5, -20),
                (19, -30.5),
                (0, -34),
                (-19, -30.5),
                (-29.5, -20),
                (-33.2, -6),
            ]
        )
        layer.shape(h.at(cap, lift=2), ground)
        goal = np.array([knot[0] * 0.9, -60 if bun else -52])
        jobs = []
        for i in range(self.many(230)):
            u = self.chance.uniform(-1, 1)
            root = np.array([u * 33.6, -2 - 32 * (max(0.0, 1 - u * u)) ** 0.62])
            side = np.array([u * (41 + self.chance.normal(0, 0.8)), root[1] * 0.72 - 17])
            end = moved(goal, u * 12, 2 + 3 * abs(u))
            jobs.append(
                (
                    self.chance.random(),
                    smooth([root, root * 0.4 + side * 0.6, side * 0.55 + end * 0.45, end], closed=False),
                    0.42 + 0.22 * np.sin(u * 22) + 0.14 * self.light.side * u,
                    i,
                )
            )
        for _, line, depth, i in sorted(jobs, key=lambda j: j[0]):
            bent = self._wave(line, i % 6, 40) if look.texture != "straight" else line
            layer.stroke(h.at(bent, lift=2), np.array([0.6, 1.9, 1.8, 0.8]) * h.unit, self._strand_colour(depth))
        if curly:
            for _ in range(34):
                a = self.chance.uniform(np.pi * 1.02, np.pi * 1.98)
                self._curl(layer, 37 * np.cos(a), -17 + 39 * np.sin(a), self.chance.uniform(1.8, 3.2), 0.4)
        for ear in (-1.0, 1.0):
            for k in range(3 if bun else 2):
                edge = ear * (33.5 + k * 0.9)
                fall = 22 + 9 * self.chance.random()
                lock = smooth(
                    [(edge - ear * 3, -18), (edge, -6), (edge + ear * 1.6, 8), (edge + ear * 0.4, fall)],
                    closed=False,
                    steps=12,
                )
                if curly:
                    t = np.linspace(0, 1, len(lock))
                    lock = lock + np.stack(
                        [np.sin(t * 26 + k * 2) * 1.9 * t**0.5, np.cos(t * 26 + k * 2) * 1.2], axis=1
                    ).astype(np.float32)
                px = h.at(lock, lift=2)
                layer.stroke(px, np.array([0.6, 1.5, 1.3, 0.1]) * h.unit, self._strand_colour(0.35))
                layer.stroke(px - (0.2 * h.unit, 0), np.array([0.1, 0.5, 0.4, 0.05]) * h.unit, self._strand_colour(0.9))
        return layer.layer()
