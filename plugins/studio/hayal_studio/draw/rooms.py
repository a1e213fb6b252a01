"""Backgrounds indoors."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.canvas import Colour, ellipse, mix, rgb, vec
from hayal_studio.draw.stage import Stage

_WARM = [rgb(c) for c in ("ffd08a", "ffb860", "ffe2b0")]


def _room(s: Stage, wall: str, *, dim: float = 1.0) -> Colour:
    """Paint the walls, brighter where the light comes from; returns the wall's colour."""
    k = (0.42 if s.light.dark else 0.92) * dim
    c = rgb(wall)
    tint = mix(s.light.ambient, s.light.key, 0.4)
    c = (c[0] * k * tint[0], c[1] * k * tint[1], c[2] * k * tint[2])
    across = np.clip(0.5 + (s.x - 0.5) * s.light.side * 0.9, 0, 1)
    down = 1.06 - 0.3 * s.y
    s.canvas.rgb[:] = vec(c) * ((0.72 + 0.42 * across) * down)[..., None]
    return c


def _view(s: Stage, x0: float, y0: float, x1: float, y1: float) -> None:
    """What a window shows: sky and far trees, or night and lamps."""
    lt = s.light
    night = lt.dark
    top, low = (rgb("141c3c"), rgb("3a3f68")) if night else (mix(lt.top, (1, 1, 1), 0.35), mix(lt.low, (1, 1, 1), 0.45))
    s.rect(x0, y0, x1, y1, top, shade=low)
    if night:
        for _ in range(16):
            s.disc(
                s.chance.uniform(x0, x1),
                s.chance.uniform(y0 + (y1 - y0) * 0.5, y1),
                s.chance.uniform(0.006, 0.016),
                _WARM[int(s.chance.integers(3))],
                opacity=0.7,
            )
    else:
        for _ in range(26):
            s.disc(
                s.chance.uniform(x0, x1),
                s.chance.uniform(y0 + (y1 - y0) * 0.55, y1),
                s.chance.uniform(0.02, 0.05),
                mix(rgb("8fae74"), low, s.chance.uniform(0.2, 0.6)),
                blur=0.012,
                opacity=0.6,
            )


def _pane(s: Stage, x0: float, y0: float, x1: float, y1: float, frame: Colour, across: int = 2, down: int = 3) -> None:
    _view(s, x0, y0, x1, y1)
    w = 0.012
    for i in range(across + 1):
        x = x0 + (x1 - x0) * i / across
        s.rect(x - w / 2, y0, x + w / 2, y1, frame)
    for j in range(down + 1):
        y = y0 + (y1 - y0) * j / down
        s.rect(x0, y - w * 0.28, x1, y + w * 0.28, frame)
    if not s.light.dark:
        d = np.hypot((s.x - (x0 + x1) / 2) * s.w, (s.y - (y0 + y1) / 2) * s.h) / s.u
        s.wash(np.exp(-d * 2.2) * 0.3, s.light.sun)


def _plant(s: Stage, x: float, y: float, size: float) -> None:
    k = s.u / s.h
    pot = mix(rgb("c07a55"), s.light.ambient, 0.25)
    n = 0.5 if s.light.dark else 1.0
    s.poly(
        [
            (x - size * 0.16, y - size * 0.28 * k),
            (x + size * 0.16, y - size * 0.28 * k),
            (x + size * 0.12, y),
            (x - size * 0.12, y),
        ],
        (pot[0] * n, pot[1] * n, pot[2] * n),
    )
    for _ in range(13):
        a = s.chance.uniform(-1.25, 1.25)
        n_ = size * s.chance.uniform(0.5, 0.95)
        tip = (x + np.sin(a) * n_, y - size * 0.28 * k - np.cos(a) * n_ * k)
        mid = (x + np.sin(a) * n_ * 0.45, y - size * 0.28 * k - np.cos(a * 0.6) * n_ * 0.62 * k)
        green = mix(mix(rgb("4d7d4a"), rgb("86ab5c"), s.chance.random()), s.light.ambient, 0.15)
        s.line(
            [(x, y - size * 0.26 * k), mid, tip],
            [0.008, size * 0.13, 0.002],
            (green[0] * n, green[1] * n, green[2] * n),
        )


def _pendant(s: Stage, x: float, y: float, r: float) -> None:
    s.line([(x, -0.02), (x, y - r * 0.6)], [0.003, 0.003], (0.08, 0.06, 0.06), curved=False)
    k = s.u / s.h
    s.poly(
        [
            (x - r * 0.25, y - r * 0.9 * k),
            (x + r * 0.25, y - r * 0.9 * k),
            (x + r, y + r * 0.2 * k),
            (x - r, y + r * 0.2 * k),
        ],
        mix(rgb("3a2a22"), s.light.ambient, 0.1),
    )
    s.canvas.fill(
        ellipse((x * s.w, (y + r * 0.25 * k) * s.h), r * 0.8 * s.u, r * 0.3 * s.u), rgb("fff0cc"), blur=0.006 * s.u
    )
    s.glow(x, y + r * 0.4 * k, r * 4.4, rgb("ffb45c"), 0.55)


def _shelf(s: Stage, x0: float, x1: float, y: float, tall: float, wood: Colour) -> None:
    """A row of books on a board."""
    hues = ["7a3030", "2f4a5e", "3f5a42", "8a6a3a", "5a3a52", "b09a78", "3a3038", "a5603c"]
    x = x0
    while x < x1:
        w = s.chance.uniform(0.012, 0.034)
        if s.chance.random() < 0.08:
            x += w
            continue
        h = tall * s.chance.uniform(0.62, 0.92)
        c = rgb(str(s.chance.choice(hues)))
        n = (0.48 if s.light.dark else 0.8) * s.chance.uniform(0.75, 1.1)
        c = (c[0] * n * s.light.key[0], c[1] * n * s.light.key[1], c[2] * n * s.light.key[2])
        s.rect(x, y - h, min(x + w - 0.002, x1), y, c, shade=mix(c, (0.02, 0.01, 0.01), 0.35))
        s.rect(x + w * 0.2, y - h * 0.82, x + w * 0.7, y - h * 0.78, rgb("d8b66a"), opacity=0.5)
        x += w
    s.rect(x0, y, x1, y + 0.014, wood, shade=mix(wood, (0, 0, 0), 0.5))


def cafe(s: Stage) -> None:
    """Lamps over a counter."""
    wall = _room(s, "7d5f4c", dim=0.85)
    for i in range(6):
        for j in range(15):
            if (i + j) % 2:
                s.rect(
                    i / 6,
                    0.02 + j * 0.04,
                    i / 6 + 0.16,
                    0.055 + j * 0.04,
                    mix(wall, (0.3, 0.16, 0.1), 0.14),
                    opacity=0.5,
                )
    side = 0.0 if s.light.side < 0 else 0.62
    if not s.light.dark:
        _pane(s, side + 0.02, 0.08, side + 0.36, 0.6, mix(rgb("2f2622"), s.light.ambient, 0.1))
    at = 0.5 if side == 0 else 0.02
    for j in range(3):
        y = 0.28 + j * 0.13
        s.rect(at, y, at + 0.46, y + 0.012, mix(rgb("5a3a26"), s.light.ambient, 0.12))
        for i in range(9):
            x = at + 0.03 + i * 0.05
            c = mix(rgb(str(s.chance.choice(["c9b08a", "7f9a86", "b5563c", "e8dcc4", "4d5f72"]))), s.light.ambient, 0.2)
            n = 0.6 if s.light.dark else 0.85
            s.rect(x - 0.014, y - s.chance.uniform(0.03, 0.07), x + 0.014, y, (c[0] * n, c[1] * n, c[2] * n))
    wood = mix(rgb("6b442c"), s.light.ambient, 0.12)
    s.rect(0, 0.68, 1, 0.71, mix(wood, (1, 0.8, 0.6), 0.2))
    s.rect(
        0,
        0.71,
        1,
        1,
        (wood[0] * 0.6, wood[1] * 0.6, wood[2] * 0.6),
        shade=(wood[0] * 0.3, wood[1] * 0.3, wood[2] * 0.3),
    )
    for x, y in ((0.1, 0.16), (0.36, 0.11), (0.66, 0.13), (0.92, 0.17)):
        _pendant(s, x + s.chance.normal(0, 0.015), y, 0.06)
    s.blur(0.012)
    s.bokeh(20, 0.2, 0.75, _WARM, (0.016, 0.05), 0.34)


def window(s: Stage) -> None:
    """A tall window with curtains and plants."""
    wall = _room(s, "e3d9cc")
    x0 = 0.04 if s.light.side < 0 else 0.5
    white = mix((0.97, 0.96, 0.94), s.light.ambient, 0.25)
    n = 0.5 if s.light.dark else 1.0
    _pane(s, x0, 0.05, x0 + 0.46, 0.66, (white[0] * n, white[1] * n, white[2] * n))
    for edge in (x0 - 0.03, x0 + 0.4):
        for i in range(7):
            x = edge + i * 0.016
            s.line(
                [(x, -0.02), (x + 0.006 * np.sin(i), 0.35), (x + 0.01 * np.sin(i * 2), 0.8)],
                [0.03, 0.032, 0.036],
                mix((white[0] * n, white[1] * n, white[2] * n), wall, 0.15 + 0.25 * (i % 2)),
                opacity=0.55,
                blur=0.004,
            )
    s.rect(x0 - 0.04, 0.66, x0 + 0.5, 0.685, (white[0] * n, white[1] * n, white[2] * n), shade=wall)
    for i, x in enumerate((x0 + 0.05, x0 + 0.2, x0 + 0.4)):
        _plant(s, x, 0.662, 0.12 + 0.05 * (i % 2))
    other = 0.72 if s.light.side < 0 else 0.06
    s.rect(other, 0.16, other + 0.2, 0.36, mix(wall, (0.95, 0.92, 0.86), 0.4))
    s.rect(other + 0.02, 0.175, other + 0.18, 0.345, mix(rgb("b8795a"), wall, 0.4), shade=mix(rgb("4f6f7a"), wall, 0.4))
    s.disc(other + 0.1, 0.25, 0.04, mix(rgb("f0cf8a"), wall, 0.2))
    sofa = mix(mix(rgb("9aa89a"), wall, 0.3), (0, 0, 0), 0.1)
    s.poly(
        [(-0.02, 0.8), (0.3, 0.77), (0.7, 0.77), (1.02, 0.8), (1.02, 1.02), (-0.02, 1.02)],
        sofa,
        shade=mix(sofa, (0.1, 0.1, 0.1), 0.4),
    )
    if s.light.dark:
        s.glow(other + 0.1, 0.5, 0.5, rgb("ffb45c"), 0.5)
        s.bokeh(8, 0.1, 0.5, _WARM, (0.01, 0.02), 0.5)
    s.blur(0.011)


def kitchen(s: Stage) -> None:
    """Shelves of jars, a window, hanging pans."""
    wall = _room(s, "dfe3dc")
    for j in range(14):
        for i in range(13):
            s.rect(
                i / 12 - 0.04,
                0.36 + j * 0.03,
                i / 12 + 0.036,
                0.387 + j * 0.03,
                mix(wall, (1, 1, 1), s.chance.uniform(0.02, 0.2)),
                opacity=0.6,
            )
    x0 = 0.03 if s.light.side < 0 else 0.55
    white = mix((0.97, 0.96, 0.94), s.light.ambient, 0.25)
    n = 0.5 if s.light.dark else 1.0
    _pane(s, x0, 0.08, x0 + 0.4, 0.56, (white[0] * n, white[1] * n, white[2] * n), 2, 2)
    for i, x in enumerate((x0 + 0.07, x0 + 0.2, x0 + 0.33)):
        _plant(s, x, 0.566, 0.09 + 0.03 * (i % 2))
    at = 0.5 if s.light.side < 0 else 0.02
    wood = mix(rgb("a5784e"), wall, 0.25)
    for j in range(2):
        y = 0.27 + j * 0.16
        s.rect(at, y, at + 0.46, y + 0.012, wood)
        for i in range(6):
            x = at + 0.05 + i * 0.07
            c = mix(rgb(str(s.chance.choice(["c9893c", "8a3f2a", "d8c79a", "6f8a4c", "e8e0d0"]))), wall, 0.25)
            s.rect(x - 0.022, y - 0.065, x + 0.022, y, c, shade=mix(c, (0.1, 0.05, 0.02), 0.25))
            s.rect(x - 0.024, y - 0.076, x + 0.024, y - 0.064, wood)
    for i in range(4):
        x, y = at + 0.08 + i * 0.1, 0.52 + 0.02 * (i % 2)
        copper = mix(rgb("b8683c"), s.light.ambient, 0.15)
        s.line([(x, 0.46), (x, y)], [0.006, 0.006], (0.2, 0.14, 0.1), curved=False)
        s.disc(x, y + 0.025, 0.042, (copper[0] * n, copper[1] * n, copper[2] * n))
        s.disc(x + 0.012 * s.light.side, y + 0.015, 0.015, (1, 0.85, 0.65), blur=0.008, opacity=0.6)
    s.rect(0, 0.74, 1, 0.77, mix(wood, (1, 0.95, 0.9), 0.25))
    s.rect(0, 0.77, 1, 1, mix(wall, (0.35, 0.42, 0.42), 0.4), shade=mix(wall, (0.2, 0.25, 0.25), 0.6))
    if s.light.dark:
        _pendant(s, 0.5, 0.1, 0.07)
    s.blur(0.012)


def library(s: Stage) -> None:
    """Shelves to the ceiling under brass lamps."""
    _room(s, "5a4334", dim=0.8)
    wood = mix(rgb("5c3a24"), s.light.ambient, 0.12)
    n = 0.55 if s.light.dark else 0.8
    wood = (wood[0] * n, wood[1] * n, wood[2] * n)
    for x0, x1 in ((-0.02, 0.36), (0.64, 1.02)):
        s.rect(x0, 0, x1, 1, (wood[0] * 0.55, wood[1] * 0.55, wood[2] * 0.55))
        for j in range(8):
            _shelf(s, x0, x1, 0.1 + j * 0.125, 0.1, wood)
        for x in (x0, x1 - 0.018):
            s.rect(x, 0, x + 0.018, 1, wood)
    for j in range(7):
        _shelf(s, 0.42, 0.58, 0.2 + j * 0.07, 0.055, wood)
    for x in (0.37, 0.63):
        s.rect(x - 0.008, 0, x + 0.008, 1, mix(wood, (0, 0, 0), 0.4))
    for x, y in ((0.2, 0.18), (0.8, 0.2), (0.5, 0.1)):
        _pendant(s, x, y, 0.055)
    s.blur(0.010)
    s.bokeh(12, 0.1, 0.5, _WARM, (0.012, 0.03), 0.3)


def train(s: Stage) -> None:
    """Fields beyond a carriage window."""
    s.sky(0.5)
    for i in range(3):
        s.ridge(
            0.42 + 0.04 * i,
            0.1 - 0.025 * i,
            mix(mix(s.light.low, rgb("6f8a58"), 0.4 + 0.2 * i), s.light.ambient, 0.15),
            rough=3 + i,
        )
    field = mix(rgb("b9ae62"), s.light.ambient, 0.25)
    s.ground(0.5, mix(field, (0.2, 0.3, 0.1), 0.3), mix(field, s.light.sun, 0.3))
    for i in range(9):
        s.tree(i / 8 + s.chance.normal(0, 0.03), 0.52, 0.1, mix(rgb("5f8148"), s.light.low, 0.3), count=10)
    s.blur(0.008)
    streak = s.canvas.rgb.copy()
    for shift in (3, 6, 9, 12):
        streak += np.roll(s.canvas.rgb, shift * max(1, s.w // 360), axis=1)
    s.canvas.rgb[:] = streak / 5
    frame = mix(rgb("cfc8be"), s.light.ambient, 0.3)
    n = 0.5 if s.light.dark else 0.85
    frame = (frame[0] * n, frame[1] * n, frame[2] * n)
    s.rect(0, 0, 1, 0.09, frame, shade=mix(frame, (0.1, 0.1, 0.12), 0.2))
    s.rect(0, 0.6, 1, 1, frame, shade=mix(frame, (0.1, 0.1, 0.12), 0.5))
    s.rect(0, 0.595, 1, 0.612, mix(frame, (1, 1, 1), 0.35))
    for x in (-0.03, 0.955):
        s.rect(x, 0, x + 0.075, 0.62, frame)
    seat = mix(rgb("7a3a3e"), s.light.ambient, 0.15)
    for x in (0.06, 0.94):
        s.poly(
            [(x - 0.16, 1.02), (x - 0.15, 0.5), (x - 0.1, 0.44), (x + 0.1, 0.44), (x + 0.15, 0.5), (x + 0.16, 1.02)],
            (seat[0] * n, seat[1] * n, seat[2] * n),
            shade=(seat[0] * n * 0.55, seat[1] * n * 0.55, seat[2] * n * 0.55),
            blur=0.004,
        )
        s.rect(x - 0.11, 0.45, x + 0.11, 0.55, mix(frame, (1, 1, 1), 0.2), opacity=0.85, blur=0.004)
    s.blur(0.005)


def fireplace(s: Stage) -> None:
    """Flames in a stone hearth, candles on the mantel."""
    wall = _room(s, "7a5a44", dim=0.9)
    for j in range(18):
        s.rect(0, j * 0.05, 1, j * 0.05 + 0.004, mix(wall, (0.05, 0.02, 0.01), 0.5), opacity=0.7)
    x = 0.22 if s.light.side < 0 else 0.78
    stone = mix(rgb("8d7f76"), s.light.ambient, 0.15)
    n = 0.5
    for j in range(9):
        for i in range(5):
            c = mix(stone, rgb("5f544e"), s.chance.random() * 0.7)
            c = (c[0] * n, c[1] * n, c[2] * n)
            s.rect(
                x - 0.26 + i * 0.104 + 0.04 * (j % 2) - 0.02,
                0.42 + j * 0.05,
                x - 0.26 + i * 0.104 + 0.095 + 0.04 * (j % 2) - 0.02,
                0.465 + j * 0.05,
                c,
                blur=0.002,
            )
    s.poly(
        [(x - 0.17, 0.88), (x - 0.17, 0.6), (x - 0.1, 0.545), (x + 0.1, 0.545), (x + 0.17, 0.6), (x + 0.17, 0.88)],
        (0.06, 0.025, 0.02),
    )
    s.glow(x, 0.76, 0.75, rgb("ff8a3c"), 0.75)
    for _ in range(46):
        fx, tall = x + s.chance.normal(0, 0.055), s.chance.uniform(0.06, 0.19)
        hot = s.chance.random()
        c = mix(rgb("ff6a1e"), rgb("ffe27a"), hot)
        s.line(
            [
                (fx, 0.87),
                (fx + s.chance.normal(0, 0.016), 0.87 - tall * 0.5),
                (fx + s.chance.normal(0, 0.02), 0.87 - tall),
            ],
            [0.035, 0.04, 0.002],
            c,
            blur=0.007,
            opacity=0.55,
        )
    for dx in (-0.07, 0.06):
        s.line([(x + dx - 0.09, 0.885), (x + dx + 0.09, 0.865)], [0.034, 0.03], (0.14, 0.07, 0.04), curved=False)
    wood = mix(rgb("5c3a24"), s.light.ambient, 0.1)
    s.rect(x - 0.3, 0.4, x + 0.3, 0.428, (wood[0] * 0.8, wood[1] * 0.8, wood[2] * 0.8))
    for i in range(5):
        cx, tall = x - 0.22 + i * 0.11, s.chance.uniform(0.03, 0.07)
        s.rect(cx - 0.012, 0.4 - tall, cx + 0.012, 0.4, rgb("e8d2a8"))
        s.line([(cx, 0.4 - tall), (cx, 0.392 - tall), (cx, 0.376 - tall)], [0.004, 0.014, 0.001], rgb("ffe9a8"))
        s.glow(cx, 0.385 - tall, 0.1, rgb("ffb45c"), 0.65)
    s.blur(0.011)
    s.bokeh(22, 0.15, 0.85, _WARM, (0.01, 0.03), 0.3)
