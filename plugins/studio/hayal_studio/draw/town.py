"""Backgrounds in towns."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.canvas import Colour, ellipse, mix, rgb
from hayal_studio.draw.stage import Stage

_NEON = [rgb(c) for c in ("ff5c8a", "4fc3ff", "ffb347", "b77bff", "ffd98a", "5ef0c0")]
_WARM = [rgb(c) for c in ("ffd08a", "ffb860", "ffe2b0", "ff9d5c")]


def _dim(s: Stage, colour: Colour) -> Colour:
    """A wall's colour in this light."""
    k = 0.32 if s.light.dark else (0.6 if s.scene.light == "dusk" else 0.95)
    tint = s.light.ambient
    return (colour[0] * k * tint[0], colour[1] * k * tint[1], colour[2] * k * tint[2] * (1.15 if s.light.dark else 1))


def _lamps_on(s: Stage) -> float:
    return 0.75 if s.light.dark else (0.5 if s.scene.light == "dusk" else 0.06)


def city(s: Stage) -> None:
    """A street full of lights."""
    s.sky(0.6)
    s.street_depth(0.6, _dim(s, rgb("6d5f6b")), _WARM + _NEON[:3], _lamps_on(s))
    s.ground(0.62, _dim(s, rgb("3c3a48")), _dim(s, rgb("6a6070")))
    for _ in range(9):
        x, y = (
            float(s.chance.choice([s.chance.uniform(0, 0.3), s.chance.uniform(0.7, 1)])),
            s.chance.uniform(0.15, 0.52),
        )
        c = _NEON[int(s.chance.integers(len(_NEON)))]
        s.rect(x - 0.025, y - 0.05, x + 0.025, y + 0.05, c, blur=0.012, opacity=0.85)
        s.glow(x, y, 0.16, c, 0.34)
    top = s.canvas.rgb[int(s.h * 0.3) : int(s.h * 0.62)][::-1]
    y0 = int(s.h * 0.62)
    rows = min(len(top), s.h - y0)
    s.canvas.rgb[y0 : y0 + rows] += top[:rows] * np.linspace(0.4, 0.02, rows, dtype=np.float32)[:, None, None]
    s.blur(0.02)
    s.bokeh(34, 0.2, 0.72, _NEON + _WARM, (0.025, 0.075), 0.5)
    s.bokeh(20, 0.5, 0.64, _WARM, (0.012, 0.03), 0.75)


def rain(s: Stage) -> None:
    """Lamps mirrored on a wet street."""
    s.sky(0.6)
    s.street_depth(0.58, _dim(s, rgb("6b7480")), _WARM, max(0.35, _lamps_on(s)))
    s.ground(0.6, _dim(s, rgb("4a525e")), _dim(s, rgb("8b939c")))
    for x, y in ((0.1, 0.3), (0.9, 0.28), (0.25, 0.42), (0.76, 0.41), (0.36, 0.5), (0.65, 0.5)):
        s.line([(x, 0.62), (x, y)], [0.007, 0.005], (0.1, 0.11, 0.14), curved=False)
        s.glow(x, y, 0.13, rgb("ffc887"), 0.75)
        s.wash(
            np.exp(-(((s.x - x) / 0.028) ** 2))
            * np.clip((s.y - 0.63) * 5, 0, 1)
            * np.clip(1.25 - s.y, 0, 1)
            * (0.35 + 0.5 * s.noise(4, 46, 2)),
            rgb("ffc887"),
        )
    s.blur(0.012)
    s.bokeh(24, 0.3, 0.62, [*_WARM, rgb("ff6b5c"), rgb("9fd0ff")], (0.018, 0.05), 0.42)
    _rain_lines(s)


def _rain_lines(s: Stage) -> None:
    for _ in range(110):
        x, y, n = s.chance.random(), s.chance.random(), s.chance.uniform(0.02, 0.06)
        s.line(
            [(x, y), (x - n * 0.12, y + n)],
            [0.0008, 0.0022],
            (0.9, 0.94, 1),
            opacity=s.chance.uniform(0.1, 0.34),
            curved=False,
        )


def balcony(s: Stage) -> None:
    """Roofs stepping down to the horizon beyond a rail of flowers."""
    s.sky(0.56)
    s.ridge(0.52, 0.08, mix(s.light.middle, (0.3, 0.35, 0.5), 0.4), rough=4)
    for i in range(4):
        k = i / 3
        x = -0.08
        while x < 1.05:
            w, y = s.chance.uniform(0.12, 0.24), 0.5 + 0.085 * i + s.chance.uniform(-0.015, 0.015)
            wall = mix(
                _dim(s, rgb(str(s.chance.choice(["ead9c0", "e8c9a8", "d9b7a0", "efe5d6"])))),
                s.light.low,
                0.45 * (1 - k),
            )
            roof = mix(_dim(s, rgb("b5603c")), s.light.low, 0.4 * (1 - k))
            s.rect(x, y, x + w, 1, wall, shade=mix(wall, (0.2, 0.15, 0.2), 0.3))
            s.windows(
                x + 0.01,
                y + 0.02,
                x + w - 0.01,
                y + 0.09,
                3,
                1,
                _WARM if _lamps_on(s) > 0.3 else [mix(wall, (0.15, 0.2, 0.3), 0.6)],
                0.8,
            )
            s.poly([(x - 0.012, y), (x + w * 0.3, y - 0.028), (x + w * 0.7, y - 0.028), (x + w + 0.012, y)], roof)
            x += w * 0.92
    rail = _dim(s, rgb("2d2c34"))
    s.rect(0, 0.76, 1, 0.775, rail)
    for i in range(24):
        s.rect(i / 23 - 0.003, 0.775, i / 23 + 0.003, 1, rail)
    s.blur(0.007)
    for cx in (0.06, 0.2, 0.8, 0.94):
        for _ in range(34):
            x, y = cx + s.chance.normal(0, 0.045), 0.74 + s.chance.normal(0, 0.022)
            s.disc(
                x, y, s.chance.uniform(0.008, 0.022), mix(rgb("4c7a3f"), s.light.ambient, 0.2), opacity=0.9, blur=0.003
            )
        for _ in range(20):
            x, y = cx + s.chance.normal(0, 0.045), 0.73 + s.chance.normal(0, 0.022)
            s.disc(
                x,
                y,
                s.chance.uniform(0.007, 0.014),
                mix(rgb(str(s.chance.choice(["d9405a", "e87a92", "f1b0b8"]))), s.light.ambient, 0.12),
                opacity=0.95,
                blur=0.003,
            )


def rooftop(s: Stage) -> None:
    """A skyline under string lights."""
    s.sky(0.7)
    for i in range(3):
        k = i / 2
        x = -0.05
        while x < 1.05:
            w = s.chance.uniform(0.06, 0.15)
            y = 0.42 + 0.1 * i - s.chance.uniform(0.0, 0.2) * (1.1 - 0.3 * k)
            c = mix(_dim(s, rgb("5a6078")), s.light.low, 0.55 * (1 - k))
            s.rect(x, y, x + w, 1, c, shade=mix(c, s.light.low, 0.35))
            s.windows(x + 0.008, y + 0.015, x + w - 0.008, 0.82, 4, 13, _WARM, max(0.12, _lamps_on(s) * 0.7))
            x += w * 1.02
        s.haze(0.66, 0.22, s.light.low, 0.1)
    s.blur(0.009)
    s.rect(0, 0.84, 1, 1, _dim(s, rgb("4a4048")), shade=_dim(s, rgb("2f2a33")))
    for row in range(3):
        y0 = 0.06 + row * 0.1
        for i in range(15):
            t = i / 14
            y = y0 + 0.11 * (1 - (2 * t - 1) ** 2) * (0.7 + 0.2 * row) - 0.02
            s.glow(t, y, 0.035, rgb("ffce85"), 0.75)
            s.disc(t, y, 0.009, rgb("ffeac2"), blur=0.003)
        s.line(
            [(t, y0 + 0.11 * (1 - (2 * t - 1) ** 2) * (0.7 + 0.2 * row) - 0.026) for t in np.linspace(0, 1, 9)],
            [0.0022, 0.0022],
            (0.08, 0.07, 0.09),
            opacity=0.7,
        )
    s.bokeh(20, 0.45, 0.8, _WARM, (0.012, 0.03), 0.4)


def bosphorus(s: Stage) -> None:
    """Domes and minarets beyond the strait."""
    s.sky(0.56)
    far = mix(mix(s.light.middle, (0.28, 0.28, 0.42), 0.5), s.light.low, 0.15)
    s.ridge(0.55, 0.09, mix(far, s.light.low, 0.45), rough=4)
    _mosque(s, 0.22 if s.sun_x > 0.5 else 0.78, 0.545, 0.2, far)
    _mosque(s, 0.93 if s.sun_x > 0.5 else 0.07, 0.55, 0.12, mix(far, s.light.low, 0.3))
    for _ in range(40):
        x, w = s.chance.random(), s.chance.uniform(0.02, 0.05)
        s.rect(
            x,
            0.553 - s.chance.uniform(0.005, 0.028),
            x + w,
            0.57,
            mix(far, (0.5, 0.38, 0.35), s.chance.uniform(0, 0.35)),
        )
    s.water(0.562, 1.02)
    x, c = 0.68 if s.sun_x < 0.5 else 0.3, _dim(s, rgb("e9e4da"))
    s.poly([(x - 0.1, 0.618), (x + 0.1, 0.618), (x + 0.085, 0.636), (x - 0.088, 0.636)], _dim(s, rgb("2f3a4a")))
    s.rect(x - 0.075, 0.6, x + 0.07, 0.618, c)
    s.rect(x - 0.055, 0.588, x + 0.045, 0.6, c)
    s.rect(x - 0.012, 0.57, x + 0.006, 0.588, _dim(s, rgb("d8a23c")))
    s.blur(0.004)
    for _ in range(9):
        x, y, w = s.chance.random(), s.chance.uniform(0.08, 0.45), s.chance.uniform(0.012, 0.024)
        s.line(
            [
                (x - w, y - w * 0.25),
                (x - w * 0.4, y - w * 0.45),
                (x, y),
                (x + w * 0.4, y - w * 0.45),
                (x + w, y - w * 0.2),
            ],
            [0.001, 0.005, 0.006, 0.005, 0.001],
            mix(s.light.low, (0.2, 0.2, 0.28), 0.6),
        )


def _mosque(s: Stage, x: float, y: float, w: float, c: Colour) -> None:
    k = s.u / s.h

    def dome(dx: float, dy: float, r: float) -> None:
        s.canvas.fill(ellipse(((x + dx * w) * s.w, (y - dy * w * k) * s.h), r * w * s.u, r * w * s.u * 0.92), c)
        s.line(
            [(x + dx * w, y - (dy + r * 0.85) * w * k), (x + dx * w, y - (dy + r * 1.35) * w * k)],
            [0.004, 0.001],
            c,
            curved=False,
        )

    s.rect(x - 0.62 * w, y - 0.42 * w * k, x + 0.62 * w, y + 0.02, c)
    s.rect(x - 0.36 * w, y - 0.72 * w * k, x + 0.36 * w, y, c)
    dome(0, 0.7, 0.36)
    for dx, dy, r in (
        (-0.42, 0.42, 0.2),
        (0.42, 0.42, 0.2),
        (-0.2, 0.62, 0.16),
        (0.2, 0.62, 0.16),
        (-0.62, 0.3, 0.12),
        (0.62, 0.3, 0.12),
    ):
        dome(dx, dy, r)
    for dx, tall in ((-0.78, 1.5), (0.78, 1.5), (-0.56, 1.25), (0.56, 1.25)):
        s.line([(x + dx * w, y + 0.01), (x + dx * w, y - tall * w * k)], [0.05 * w, 0.036 * w], c, curved=False)
        s.rect(x + dx * w - 0.034 * w, y - tall * 0.72 * w * k, x + dx * w + 0.034 * w, y - tall * 0.69 * w * k, c)
        s.poly(
            [
                (x + dx * w - 0.026 * w, y - tall * w * k),
                (x + dx * w, y - (tall + 0.26) * w * k),
                (x + dx * w + 0.026 * w, y - tall * w * k),
            ],
            c,
        )


def moscow(s: Stage) -> None:
    """Painted onion domes over an old square."""
    s.sky(0.62)
    brick = _dim(s, rgb("a8513f"))
    base = 0.26 if s.light.side > 0 else 0.74
    s.rect(0, 0.56, 1, 0.7, mix(brick, s.light.low, 0.45), shade=mix(brick, s.light.low, 0.3))
    for i in range(26):
        s.rect(i / 25 - 0.012, 0.545, i / 25 + 0.012, 0.562, mix(brick, s.light.low, 0.45))
    hues = [
        ("2f6fae", "e9e0c8"),
        ("3f8a5a", "e8c25a"),
        ("b8433a", "efe3cf"),
        ("d9a53c", "d9a53c"),
        ("3d5f9a", "d8b34c"),
        ("4a8f78", "c9523f"),
    ]
    towers = [
        (-0.19, 0.24, 0.056),
        (0.19, 0.22, 0.056),
        (-0.105, 0.33, 0.05),
        (0.11, 0.32, 0.05),
        (0.0, 0.46, 0.048),
        (-0.26, 0.15, 0.04),
        (0.27, 0.14, 0.04),
        (0.045, 0.2, 0.058),
        (-0.06, 0.18, 0.05),
    ]
    for i, (dx, tall, r) in enumerate(towers):
        x, top = base + dx, 0.66 - tall
        wall = mix(brick, _dim(s, rgb("e8d8c0")), 0.35 if i % 2 else 0.08)
        s.rect(x - r * 0.72, top, x + r * 0.72, 0.7, wall, shade=mix(wall, (0.15, 0.08, 0.1), 0.3))
        s.rect(x - r * 0.78, top + 0.018, x + r * 0.78, top + 0.026, _dim(s, rgb("efe6d4")))
        s.rect(
            x - r * 0.2,
            top + 0.045,
            x + r * 0.2,
            top + 0.09,
            _WARM[0] if _lamps_on(s) > 0.3 else mix(wall, (0.1, 0.08, 0.12), 0.7),
        )
        _onion(s, x, top, r, _dim(s, rgb(hues[i % 6][0])), _dim(s, rgb(hues[i % 6][1])))
    s.haze(0.66, 0.28, s.light.low, 0.06)
    stone = _dim(s, rgb("8d8790"))
    s.ground(0.7, mix(stone, (0.1, 0.1, 0.14), 0.35), mix(stone, s.light.low, 0.35))
    s.blur(0.0065)
    if _lamps_on(s) > 0.3:
        s.bokeh(24, 0.5, 0.74, _WARM, (0.012, 0.035), 0.5)


def _onion(s: Stage, x: float, y: float, r: float, a: Colour, b: Colour) -> None:
    k = s.u / s.h
    rows = np.linspace(0, 1, 22)
    half = np.interp(rows, [0, 0.14, 0.34, 0.55, 0.75, 0.9, 1], [0.62, 0.95, 1.08, 0.82, 0.36, 0.1, 0.0]) * r
    up = y - rows * r * 2.5 * k
    s.poly([*zip(x - half, up, strict=True), *list(zip(x + half, up, strict=True))[::-1]], a)
    for i in range(-3, 4):
        t0, t1 = i / 3.5, (i + 0.5) / 3.5
        twist = rows * 0.5
        left, right = np.sin(np.clip(t0 + twist - 0.25, -1, 1) * 1.57), np.sin(np.clip(t1 + twist - 0.25, -1, 1) * 1.57)
        s.poly(
            [*zip(x + half * left, up, strict=True), *list(zip(x + half * right, up, strict=True))[::-1]],
            b,
            opacity=0.9,
        )
    lit = 0.45 * s.light.side
    s.poly(
        [*zip(x + half * (lit - 0.14), up, strict=True), *list(zip(x + half * (lit + 0.14), up, strict=True))[::-1]],
        (1, 1, 0.95),
        opacity=0.3,
        blur=0.005,
    )
    s.line([(x, up[-1] + 0.004), (x, up[-1] - 0.03)], [0.006, 0.002], rgb("e0b44c"), curved=False)


def petersburg(s: Stage) -> None:
    """Pastel palaces along a river, and a golden dome."""
    s.sky(0.56)
    gold = _dim(s, rgb("e0aa3e"))
    x = 0.24 if s.light.side > 0 else 0.76
    stone = mix(_dim(s, rgb("a79c94")), s.light.low, 0.25)
    s.rect(x - 0.1, 0.42, x + 0.1, 0.56, stone)
    s.rect(x - 0.062, 0.35, x + 0.062, 0.43, stone)
    for i in range(7):
        s.rect(x - 0.056 + i * 0.018, 0.355, x - 0.052 + i * 0.018, 0.425, mix(stone, (0.2, 0.18, 0.2), 0.4))
    s.canvas.fill(ellipse((x * s.w, 0.35 * s.h), 0.066 * s.u, 0.078 * s.u), gold)
    s.poly(
        [
            (x + 0.02 * s.light.side, 0.3),
            (x + 0.035 * s.light.side, 0.31),
            (x + 0.045 * s.light.side, 0.345),
            (x + 0.02 * s.light.side, 0.345),
        ],
        (1, 0.95, 0.75),
        opacity=0.6,
        blur=0.005,
    )
    s.rect(x - 0.016, 0.265, x + 0.016, 0.3, gold)
    s.line([(x, 0.268), (x, 0.215)], [0.014, 0.002], gold, curved=False)
    at = -0.02
    while at < 1.02:
        w = s.chance.uniform(0.13, 0.22)
        wall = mix(
            _dim(s, rgb(str(s.chance.choice(["e9d29a", "c9d6c4", "e3b9a0", "cfd8e0", "dcc2a8"])))), s.light.low, 0.18
        )
        y = 0.485 + s.chance.uniform(-0.02, 0.015)
        s.rect(at, y, at + w, 0.585, wall, shade=mix(wall, (0.2, 0.16, 0.2), 0.25))
        s.rect(at, y, at + w, y + 0.007, mix(wall, (1, 1, 1), 0.35))
        s.windows(
            at + 0.006,
            y + 0.012,
            at + w - 0.006,
            0.575,
            6,
            3,
            _WARM if _lamps_on(s) > 0.3 else [mix(wall, (0.2, 0.24, 0.32), 0.65)],
            0.85,
        )
        at += w
    top = s.canvas.rgb[int(s.h * 0.36) : int(s.h * 0.585)][::-1].copy()
    s.water(0.6, 1.02)
    y0 = int(s.h * 0.6)
    rows = min(len(top), s.h - y0)
    fade = np.linspace(0.5, 0.05, rows, dtype=np.float32)[:, None, None]
    s.canvas.rgb[y0 : y0 + rows] = s.canvas.rgb[y0 : y0 + rows] * (1 - fade) + top[:rows] * fade
    s.rect(0, 0.582, 1, 0.602, mix(stone, (0.3, 0.25, 0.28), 0.4))
    s.blur(0.006)
    if _lamps_on(s) > 0.3:
        for i in range(9):
            s.glow(i / 8, 0.575, 0.06, rgb("ffd08a"), 0.8)


def paris(s: Stage) -> None:
    """The tower over the roofs and the river."""
    s.sky(0.64)
    x = 0.2 if s.light.side > 0 else 0.8
    iron = mix(_dim(s, rgb("6d5a50")), s.light.low, 0.22)
    lit = _lamps_on(s) > 0.3
    if lit:
        iron = mix(iron, rgb("e0a050"), 0.55)
        s.glow(x, 0.4, 0.42, rgb("ffb860"), 0.34)
    base, top = 0.63, 0.07
    rows = np.linspace(0, 1, 30)
    half = 0.125 * (1 - rows) ** 2.1 + 0.006
    ys = base - rows * (base - top)
    for side in (-1, 1):
        inner = np.where(rows < 0.36, half * np.clip(0.62 - rows * 0.3, 0, 1), half * 0.35)
        s.poly([*zip(x + side * half, ys, strict=True), *list(zip(x + side * inner, ys, strict=True))[::-1]], iron)
    upper = rows > 0.4
    s.poly(
        [*zip(x - half[upper], ys[upper], strict=True), *list(zip(x + half[upper], ys[upper], strict=True))[::-1]],
        iron,
        opacity=0.75,
    )
    for i in range(24):
        t = i / 24
        h0, y0, y1 = 0.125 * (1 - t) ** 2.1 + 0.006, base - t * (base - top), base - (t + 0.035) * (base - top)
        if t > 0.02:
            s.line(
                [(x - h0, y0), (x + h0, y1)],
                [0.0026, 0.0026],
                mix(iron, (0.1, 0.06, 0.05), 0.2),
                curved=False,
                opacity=0.6,
            )
            s.line(
                [(x + h0, y0), (x - h0, y1)],
                [0.0026, 0.0026],
                mix(iron, (0.1, 0.06, 0.05), 0.2),
                curved=False,
                opacity=0.6,
            )
    for t, w in ((0.2, 1.28), (0.4, 1.4), (0.93, 1.7)):
        h0, y0 = (0.125 * (1 - t) ** 2.1 + 0.006) * w, base - t * (base - top)
        s.rect(x - h0, y0 - 0.007, x + h0, y0 + 0.006, mix(iron, (0.1, 0.06, 0.05), 0.15))
    arch = [(x + 0.075 * np.cos(a), base - 0.02 - 0.085 * np.sin(a)) for a in np.linspace(0, np.pi, 12)]
    s.line(arch, [0.006, 0.006], iron)
    if lit:
        for _ in range(60):
            t = s.chance.random()
            h0 = 0.125 * (1 - t) ** 2.1 + 0.006
            s.disc(x + s.chance.uniform(-1, 1) * h0, base - t * (base - top), 0.0035, (1, 0.92, 0.7), opacity=0.9)
    at = -0.02
    while at < 1.02:
        w = s.chance.uniform(0.1, 0.17)
        wall = mix(_dim(s, rgb(str(s.chance.choice(["e2d4bb", "d9c8ab", "e9dfcc"])))), s.light.low, 0.22)
        y = 0.575 + s.chance.uniform(-0.03, 0.012)
        s.rect(at, y, at + w, 0.72, wall, shade=mix(wall, (0.2, 0.16, 0.2), 0.3))
        s.poly([(at, y), (at + 0.012, y - 0.03), (at + w - 0.012, y - 0.03), (at + w, y)], _dim(s, rgb("6f7a88")))
        s.windows(
            at + 0.006, y + 0.012, at + w - 0.006, 0.7, 5, 5, _WARM if lit else [mix(wall, (0.2, 0.22, 0.3), 0.6)], 0.7
        )
        at += w
    s.water(0.72, 1.02)
    s.rect(0, 0.7, 1, 0.722, _dim(s, rgb("8d8377")))
    s.blur(0.0055)
    s.bokeh(22 if lit else 8, 0.5, 0.76, _WARM, (0.014, 0.045), 0.5 if lit else 0.15)
