"""Backgrounds under an open sky, away from town."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.canvas import Colour, mix, rgb, scale, vec
from hayal_studio.draw.stage import Stage


def sea(s: Stage) -> None:
    """A beach in front of a wide sea."""
    s.sky(0.52)
    s.ridge(0.53, 0.05, mix(s.light.middle, (0.3, 0.4, 0.55), 0.45), rough=3)
    s.water(0.52, 0.86)
    sand = mix(rgb("d8bd96"), s.light.ambient, 0.3)
    t = s.y - 0.82 + 0.012 * np.sin(s.x * 9 + s.chance.uniform(0, 6)) + 0.006 * np.sin(s.x * 31)
    s.wash(np.clip(t * 70, 0, 1), mix(sand, (0.4, 0.32, 0.28), 0.25))
    s.wash(np.clip(t * 12, 0, 1), sand)
    s.wash(np.exp(-((t / 0.006) ** 2)) * 0.85, (0.97, 0.98, 0.98))
    s.wash(np.exp(-(((t + 0.03) / 0.004) ** 2)) * 0.5, (0.95, 0.97, 0.98))
    s.blur(0.006)


def lake(s: Stage) -> None:
    """A still lake between hills."""
    s.sky(0.5)
    far = mix(s.light.middle, (0.22, 0.32, 0.42), 0.55)
    for i, k in enumerate((0.25, 0.5, 0.8)):
        s.ridge(0.47 + i * 0.02, 0.16 - i * 0.04, mix(far, (0.1, 0.2, 0.2), k), rough=3 + i)
    top = s.canvas.rgb[: int(s.h * 0.5)].copy()
    s.water(0.51, 1.02)
    # The hills stand on their heads in the lake.
    rows = min(len(top), s.h - int(s.h * 0.51))
    mirror = top[::-1][:rows]
    y0 = int(s.h * 0.51)
    s.canvas.rgb[y0 : y0 + rows] = s.canvas.rgb[y0 : y0 + rows] * 0.45 + mirror * 0.5
    s.haze(0.51, 0.5, spread=0.03)
    for i in range(7):
        w = 0.5 + i * 0.06
        y = 0.72 + i * 0.045
        s.poly(
            [(0.5 - w * 0.35, y), (0.5 + w * 0.35, y), (0.5 + w * 0.37, y + 0.038), (0.5 - w * 0.37, y + 0.038)],
            mix(rgb("7a6450"), s.light.ambient, 0.25),
            shade=mix(rgb("5c4a3c"), s.light.ambient, 0.2),
        )
    s.blur(0.006)


def forest(s: Stage) -> None:
    """Trunks and green haze with bands of light."""
    green = mix(rgb("5f8a4c"), s.light.ambient, 0.25)
    pale = mix(mix(green, s.light.low, 0.6), s.light.sun, 0.2)
    s.canvas.rgb[:] = vec(mix(green, s.light.top, 0.3)) * (1 - s.y[..., None]) + vec(pale) * s.y[..., None]
    s.glow(s.sun_x, 0.3, 0.5, s.light.sun, 0.45)
    s.wash(
        np.clip((s.noise(5, 9) - 0.5) * 2.5, 0, 0.6) * np.clip(0.75 - s.y, 0, 1), mix(green, (0.05, 0.15, 0.05), 0.3)
    )
    for depth in range(4):
        k = depth / 3
        colour = mix(pale, mix(rgb("3d2f26"), s.light.ambient, 0.15), 0.25 + 0.6 * k)
        for _ in range(7 - depth):
            x = s.chance.random()
            w = 0.02 + 0.035 * k * s.chance.uniform(0.7, 1.3)
            lean = s.chance.normal(0, 0.015)
            s.line(
                [(x + lean, -0.05), (x, 0.5), (x - lean, 0.86 + 0.1 * k)],
                [w * 0.8, w, w * 1.35],
                colour,
                blur=0.003 * (3 - depth),
            )
            s.line(
                [
                    (x + lean + s.light.side * w * 0.3, -0.05),
                    (x + s.light.side * w * 0.32, 0.5),
                    (x - lean + s.light.side * w * 0.35, 0.86),
                ],
                [w * 0.2, w * 0.22, w * 0.2],
                mix(colour, s.light.sun, 0.4),
                blur=0.004,
                opacity=0.6,
            )
        for _ in range(26):
            x, y = s.chance.random(), s.chance.uniform(0, 0.32 + 0.05 * depth)
            s.disc(
                x,
                y,
                s.chance.uniform(0.02, 0.06),
                mix(green, s.light.sun if s.chance.random() < 0.4 else (0.05, 0.14, 0.06), s.chance.uniform(0.1, 0.45)),
                blur=0.012,
                opacity=0.6,
                flat=0.7,
            )
    s.ground(0.83, mix(green, (0.1, 0.12, 0.05), 0.5), pale)
    for _ in range(60):
        x, y = s.chance.random(), s.chance.uniform(0.8, 1)
        s.line(
            [(x, y), (x + s.chance.normal(0, 0.02), y - 0.04), (x + s.chance.normal(0, 0.05), y - 0.06)],
            [0.008, 0.006, 0.001],
            mix(green, s.light.sun, s.chance.uniform(0, 0.35)),
            blur=0.003,
        )
    ray = np.clip(np.sin((s.x - s.sun_x + s.y * 0.45 * s.light.side) * 26) - 0.45, 0, 1) * np.clip(1 - s.y * 1.1, 0, 1)
    s.wash(ray * 0.32, s.light.sun)
    s.blur(0.008)
    s.bokeh(22, 0.05, 0.6, [mix(s.light.sun, green, 0.3)], (0.012, 0.035), 0.28)


def mountains(s: Stage) -> None:
    """Ridges one behind another."""
    s.sky(0.6)
    rock = mix(rgb("3c4f6b"), s.light.ambient, 0.25)
    for i in range(5):
        k = i / 4
        c = mix(mix(s.light.low, rock, 0.35 + 0.4 * k), mix(rgb("2f4232"), s.light.ambient, 0.2), max(0.0, k - 0.4))
        s.ridge(0.42 + 0.085 * i, 0.3 - 0.045 * i, c, rough=3 + i, shade=mix(c, s.light.low, 0.4), peak=i < 3)
        s.haze(0.5 + 0.085 * i, 0.16, spread=0.05)
    for _ in range(9):
        s.pine(
            s.chance.choice([s.chance.uniform(-0.02, 0.26), s.chance.uniform(0.74, 1.02)]),
            0.98,
            s.chance.uniform(0.16, 0.3),
            mix(rgb("24382c"), s.light.ambient, 0.15),
        )
    s.blur(0.006)


def snow(s: Stage) -> None:
    """A white park with laden conifers."""
    s.sky(0.6)
    s.haze(0.5, 0.5, mix(s.light.low, (1, 1, 1), 0.3), 0.25)
    white = mix((0.94, 0.96, 1.0), s.light.middle, 0.3)
    for depth in range(3):
        k = depth / 2
        for _ in range(8 - depth * 2):
            s.pine(
                s.chance.uniform(-0.05, 1.05),
                0.64 + 0.1 * k,
                s.chance.uniform(0.26, 0.42) + 0.16 * k,
                mix(mix(rgb("3d5a5a"), s.light.middle, 0.6 - 0.4 * k), (0.1, 0.18, 0.22), 0.15 * k),
                snow=0.75,
            )
        s.haze(0.58 + 0.06 * depth, 0.3, white, 0.08)
    s.ground(0.68, white, mix(white, s.light.middle, 0.3))
    s.wash(
        np.clip(np.sin(s.x * 5 + s.y * 30) - 0.3, 0, 1) * np.clip((s.y - 0.7) * 4, 0, 1) * 0.16,
        mix(s.light.top, (0.5, 0.6, 0.8), 0.5),
    )
    if s.scene.light in {"dusk", "night"}:
        for x in (0.14, 0.86):
            s.line([(x, 0.72), (x, 0.4)], [0.008, 0.006], (0.1, 0.1, 0.13), curved=False)
            s.glow(x, 0.39, 0.2, rgb("ffc070"), 0.8)
    s.blur(0.007)
    s.bokeh(26, 0.0, 0.9, [(0.9, 0.93, 1.0)], (0.006, 0.02), 0.3)


def _leafy(s: Stage, leaves: list[Colour], grass: Colour, fallen: list[Colour] | None) -> None:
    s.sky(0.6)
    s.haze(0.55, 0.55, mix(s.light.low, leaves[0], 0.3), 0.2)
    for depth in range(3):
        k = depth / 2
        y = 0.64 + 0.06 * depth
        for _ in range(6 - depth):
            x = (
                s.chance.uniform(0, 1)
                if depth == 0
                else float(s.chance.choice([s.chance.uniform(-0.08, 0.3), s.chance.uniform(0.7, 1.08)]))
            )
            leaf = leaves[int(s.chance.integers(len(leaves)))]
            s.tree(
                x,
                y,
                0.32 + 0.3 * k,
                mix(mix(leaf, s.light.low, 0.5 - 0.42 * k), s.light.ambient, 0.14),
                trunk=mix((0.22, 0.15, 0.12), s.light.low, 0.4 - 0.3 * k),
                count=30 + 12 * depth,
            )
    s.ground(0.7, mix(grass, (0.05, 0.1, 0.03), 0.25), mix(grass, s.light.sun, 0.25))
    path = mix(rgb("cdbfa4"), s.light.ambient, 0.3)
    s.poly(
        [(0.47, 0.7), (0.55, 0.7), (0.95, 1.02), (0.1, 1.02)], path, blur=0.006, shade=mix(path, (0.3, 0.25, 0.2), 0.2)
    )
    for _ in range(14):
        s.disc(
            s.chance.random(),
            s.chance.uniform(0.74, 1),
            s.chance.uniform(0.05, 0.14),
            mix(grass, s.light.sun, 0.5),
            blur=0.02,
            opacity=0.35,
            flat=0.2,
        )
    if fallen:
        for _ in range(150):
            y = s.chance.uniform(0.7, 1)
            s.disc(
                s.chance.random(),
                y,
                0.004 + 0.012 * (y - 0.68),
                fallen[int(s.chance.integers(len(fallen)))],
                opacity=0.8,
                flat=0.55,
            )
    s.blur(0.010)
    s.bokeh(24, 0.05, 0.6, [mix(s.light.sun, leaves[0], 0.35), s.light.sun], (0.014, 0.04), 0.24)


def park(s: Stage) -> None:
    """Old trees, lawns and a path."""
    _leafy(s, [rgb("5d8f42"), rgb("77a34e"), rgb("47763c")], mix(rgb("6f9c4b"), s.light.ambient, 0.2), None)


def autumn(s: Stage) -> None:
    """An avenue in copper and gold."""
    leaves = [rgb("d98a2b"), rgb("c2571f"), rgb("e0ac3c"), rgb("a83a22")]
    _leafy(s, leaves, mix(rgb("a08a45"), s.light.ambient, 0.2), leaves)


def meadow(s: Stage) -> None:
    """Rows of flowers up to far hills."""
    s.sky(0.5)
    for i in range(3):
        s.ridge(
            0.46 + 0.02 * i,
            0.09 - 0.02 * i,
            mix(mix(s.light.low, rgb("6c8a5c"), 0.35 + 0.2 * i), s.light.middle, 0.2),
            rough=3 + i,
        )
    lavender = bool(s.chance.random() < 0.55)
    bloom = (
        [rgb("8a6ac0"), rgb("a586d6"), rgb("6d52a4")]
        if lavender
        else [rgb("e0564a"), rgb("f2d25c"), rgb("f3efe6"), rgb("d67ab0")]
    )
    leaf = mix(rgb("6d9148"), s.light.ambient, 0.2)
    s.ground(0.52, mix(leaf, (0.1, 0.2, 0.05), 0.3), mix(leaf, s.light.sun, 0.3))
    if lavender:
        d = (s.y - 0.5) / 0.5
        row = np.sin((s.x - 0.5) / np.maximum(d, 0.02) * 7.5)
        m = np.clip(row * 2, 0, 1) * np.clip(d * 12, 0, 1)
        s.wash(m * 0.85, mix(bloom[0], s.light.ambient, 0.2))
        s.wash(
            np.clip(row * 2 - 1.2, 0, 1) * np.clip(d * 12, 0, 1) * s.noise(40, 60, 2) * 0.9,
            mix(bloom[1], s.light.sun, 0.35),
        )
    for _ in range(420):
        y = 0.53 + 0.47 * s.chance.random() ** 0.8
        k = (y - 0.5) * 2
        s.disc(
            s.chance.random(),
            y,
            0.002 + 0.011 * k,
            mix(bloom[int(s.chance.integers(len(bloom)))], s.light.sun, s.chance.uniform(0, 0.3)),
            opacity=0.85,
            flat=0.8 if not lavender else 1.3,
        )
    s.haze(0.52, 0.4, mix(s.light.low, s.light.sun, 0.4), 0.06)
    s.blur(0.006)


def cappadocia(s: Stage) -> None:
    """Balloons over cones of rock."""
    s.sky(0.62)
    hues = [rgb(c) for c in ("d9482f", "f0b23e", "3d7fb8", "c95f95", "4f9a72", "f1e6d2")]
    spots = [
        (0.12, 0.12),
        (0.86, 0.1),
        (0.8, 0.36),
        (0.14, 0.4),
        (0.35, 0.06),
        (0.62, 0.05),
        (0.94, 0.52),
        (0.05, 0.56),
    ]
    for i, (x, y) in enumerate(spots):
        _balloon(
            s,
            x + s.chance.normal(0, 0.03),
            y + s.chance.normal(0, 0.02),
            s.chance.uniform(0.035, 0.06) if i > 3 else s.chance.uniform(0.07, 0.11),
            hues[i % len(hues)],
            hues[(i + 2) % len(hues)],
        )
    rock = mix(rgb("d8b793"), s.light.ambient, 0.3)
    s.ridge(0.6, 0.08, mix(rock, s.light.low, 0.5), rough=5)
    for i in range(16):
        x, k = s.chance.uniform(-0.05, 1.05), i / 15
        tall, w = s.chance.uniform(0.08, 0.2) * (0.6 + 0.7 * k), s.chance.uniform(0.05, 0.09) * (0.6 + 0.6 * k)
        y = 0.66 + 0.2 * k
        c = mix(rock, s.light.low, 0.45 * (1 - k))
        cone = [
            (x - w, y),
            (x - w * 0.45, y - tall * 0.6),
            (x - w * 0.12, y - tall),
            (x + w * 0.12, y - tall),
            (x + w * 0.45, y - tall * 0.6),
            (x + w, y),
        ]
        s.poly(cone, c, shade=mix(c, (0.3, 0.2, 0.2), 0.25))
        away = -s.light.side
        s.poly(
            [
                (x + away * w, y),
                (x + away * w * 0.45, y - tall * 0.6),
                (x + away * w * 0.1, y - tall),
                (x, y - tall * 0.4),
                (x + away * w * 0.1, y),
            ],
            mix(c, (0.25, 0.16, 0.25), 0.4),
            opacity=0.6,
            blur=0.005,
        )
        s.poly(
            [(x - w * 0.2, y - tall * 0.98), (x, y - tall * 1.16), (x + w * 0.2, y - tall * 0.98)],
            mix(c, (0.25, 0.18, 0.16), 0.5),
        )
    s.ground(0.86, mix(rock, (0.3, 0.2, 0.15), 0.3), rock)
    s.haze(0.66, 0.3, s.light.low, 0.1)
    s.blur(0.005)


def _balloon(s: Stage, x: float, y: float, r: float, a: Colour, b: Colour) -> None:
    k = s.u / s.h
    lit = [mix(c, s.light.ambient, 0.18) for c in (a, b)]
    for i in range(6):
        t0, t1 = -1 + i / 3, -1 + (i + 1) / 3
        edge = []
        for t, order in ((t0, 1), (t1, -1)):
            rim = [
                (
                    x + np.sin(t * 1.45) * r * np.sin(v) ** 0.8 * (1 if v < 1.9 else max(0.25, 1 - (v - 1.9) * 0.62)),
                    y - np.cos(v) * r * 1.2 * k,
                )
                for v in np.linspace(0.02, 3.05, 14)
            ]
            edge += rim[::order]
        shade = 1 - 0.4 * abs((t0 + t1) / 2 - 0.5 * s.light.side)
        s.poly(edge, scale(lit[i % 2], float(shade)))
    s.rect(x - r * 0.12, y + r * 1.42 * k, x + r * 0.12, y + r * 1.62 * k, (0.3, 0.2, 0.14))
    for side in (-1, 1):
        s.line(
            [(x + side * r * 0.2, y + r * 1.15 * k), (x + side * r * 0.11, y + r * 1.45 * k)],
            [0.0018, 0.0018],
            (0.3, 0.2, 0.15),
            curved=False,
        )
