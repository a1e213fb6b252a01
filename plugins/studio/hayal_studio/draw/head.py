"""Where things are on a head, and the head's skin.

A head is 100 units high, x to the right, y down, the origin between crown and chin; `Head` turns units into pixels,
with the head's tilt and its turn to a side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hayal_studio.draw.canvas import Canvas, Colour, Floats, blurred, ellipse, mix, points, rgb, smooth, vec
from hayal_studio.draw.light import Light
from hayal_studio.look import Look


@dataclass(frozen=True, slots=True)
class Head:
    """The place of a head on the canvas. `unit` is pixels a head unit; `tilt` in radians; `turn` in head units."""

    cx: float
    cy: float
    unit: float
    tilt: float
    turn: float

    def at(self, values: ArrayLike, lift: float = 0.0) -> Floats:
        """Head units to pixels; `lift` is how far the thing stands out of the face, in units."""
        p = points(values).copy()
        p[:, 0] += self.turn * (_depth(p[:, 0], p[:, 1]) + lift / 30)
        c, s = np.cos(self.tilt), np.sin(self.tilt)
        # The head tilts about the neck, so that it stays on it.
        x, y = p[:, 0], p[:, 1] - 55
        turned = np.stack([x * c - y * s, x * s + y * c + 55], axis=1)
        return (turned * self.unit + (self.cx, self.cy)).astype(np.float32)

    def body(self, values: ArrayLike) -> Floats:
        """Body units to pixels: the same units, but the body does not tilt."""
        return (points(values) * self.unit + (self.cx, self.cy)).astype(np.float32)

    def back(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Pixels to head units."""
        c, s = np.cos(-self.tilt), np.sin(-self.tilt)
        u, v = (x - self.cx) / self.unit, (y - self.cy) / self.unit - 55
        hx, hy = u * c - v * s, u * s + v * c + 55
        return (hx - self.turn * _depth(hx, hy)).astype(np.float32), hy.astype(np.float32)


def _depth(x: Floats, y: Floats) -> Floats:
    out: Floats = np.sqrt(np.clip(1 - (x / 39) ** 2 - (y / 75) ** 2, 0, 1)).astype(np.float32)
    return out


@dataclass(frozen=True, slots=True)
class Skin:
    """The tones of a skin in a light."""

    shade: Colour
    base: Colour
    light: Colour
    blush: Colour
    lip: Colour
    line: Colour


def skin_of(look: Look, light: Light) -> Skin:
    """The tones for a look."""
    base = rgb(look.skin)
    r, g, b = base
    bright = (r + g + b) / 3
    shade = (r * 0.72, g * 0.56, b * 0.53) if bright > 0.5 else (r * 0.6, g * 0.5, b * 0.5)
    lighter = mix(base, (1.0, 0.95, 0.88), 0.42 if bright > 0.5 else 0.3)
    blush = mix(base, (0.86, 0.36, 0.34), 0.5)
    rose = (0.74, 0.26, 0.30) if bright > 0.5 else (0.52, 0.17, 0.19)
    lip = mix((r * 0.88, g * 0.66, b * 0.65), rose, look.lip_tint)
    line = (r * 0.36, g * 0.22, b * 0.2)

    def lit(colour: Colour, t: float) -> Colour:
        tint = mix(light.ambient, light.key, t)
        k = 0.82 if light.dark else 0.98
        return (colour[0] * tint[0] * k, colour[1] * tint[1] * k, colour[2] * tint[2] * k)

    return Skin(lit(shade, 0.15), lit(base, 0.6), lit(lighter, 1.0), lit(blush, 0.6), lit(lip, 0.6), lit(line, 0.4))


def contour(look: Look) -> list[tuple[float, float]]:
    """The right half of the face from crown to chin, in head units."""
    w, j = look.face_width, look.jaw
    if look.gender == "woman":
        half = [
            (0, -47),
            (15, -45),
            (27, -36),
            (33, -20),
            (34.3, -4),
            (33.6, 8),
            (31.2, 20 + j),
            (26.5, 31 + j),
            (19, 40.5 + j * 0.5),
            (10.5, 47),
            (4.5, 49.6),
        ]
    else:
        half = [
            (0, -47),
            (15, -45),
            (27, -36),
            (33, -20),
            (34.2, -4),
            (34, 8),
            (32.8, 20 + j),
            (29.5, 31.5 + j),
            (22.5, 42 + j * 0.5),
            (13, 49),
            (6, 51),
        ]
    return [(x * w, y) for x, y in half]


def face_outline(look: Look) -> Floats:
    """The whole face, in head units."""
    half = contour(look)
    chin = (0.0, half[-1][1] + 0.7)
    return smooth([*half, chin, *[(-x, y) for x, y in reversed(half[1:])]])


_BUMPS = (
    # centre x, centre y, width, height, how far it stands out; mirrored where x is not 0
    (0.0, 6.0, 4.2, 11.0, 3.2),
    (0.0, 18.5, 5.2, 5.0, 6.0),
    (5.6, 20.5, 3.0, 3.0, 2.2),
    (19.0, 16.0, 10.5, 9.0, 3.4),
    (15.5, 3.0, 9.0, 6.0, -4.4),
    (16.0, -8.5, 13.0, 4.0, 1.6),
    (0.0, 32.0, 13.0, 7.0, 3.2),
    (0.0, 39.6, 7.0, 2.6, -2.4),
    (0.0, 46.0, 8.0, 5.0, 3.4),
    (0.0, -24.0, 22.0, 14.0, 2.2),
    (30.0, -12.0, 6.0, 9.0, -2.0),
    (13.0, 27.0, 4.0, 6.0, -0.9),
)


def _tone(head: Head, look: Look, light: Light, x0: int, y0: int, x1: int, y1: int) -> Floats:
    """How lit each pixel of the face is, 0 to 1, from the slope of a face made of an egg and a few bumps."""
    step = 2
    ys, xs = np.mgrid[y0:y1:step, x0:x1:step].astype(np.float32)
    x, y = head.back(xs, ys)
    z = 34 * np.sqrt(np.clip(1 - (x / 43) ** 2 - ((y + 2) / 66) ** 2, 0.02, 1))
    for cx, cy, w, h, out in _BUMPS:
        gain = out * (look.nose if cx == 0 and 0 < cy < 24 else 1)
        for side in (1, -1) if cx else (1,):
            z = z + gain * np.exp(-(((x - side * cx) / w) ** 2) - ((y - cy) / h) ** 2)
    pixel = step / head.unit
    dy, dx = np.gradient(z, pixel)
    n = np.sqrt(dx**2 + dy**2 + 1)
    lx, ly = light.side * (0.75 - light.height * 0.35), -(0.25 + light.height * 0.55)
    lz = 0.78
    size = np.sqrt(lx * lx + ly * ly + lz * lz)
    lit = (-dx * lx - dy * ly + lz) / (n * size)
    tone = np.clip(0.5 + (lit - 0.68) * light.contrast * 0.95, 0, 1).astype(np.float32)
    tone = blurred(tone, 1.2 * head.unit / step)
    whole = np.repeat(np.repeat(tone, step, axis=0), step, axis=1)[: y1 - y0, : x1 - x0]
    return blurred(np.ascontiguousarray(whole), 1.0)


def ramp(skin: Skin, tone: Floats) -> Floats:
    """Skin at each tone."""
    t = tone[..., None]
    s, b, h = (vec(c) for c in (skin.shade, skin.base, skin.light))
    low = np.clip(t * 2, 0, 1)
    low = low * low * (3 - 2 * low)
    high = np.clip(t * 2 - 1, 0, 1)
    out: Floats = ((s * (1 - low) + b * low) * (1 - high) + h * high).astype(np.float32)
    return out


def paint_ears(canvas: Canvas, head: Head, look: Look, skin: Skin) -> None:
    """Both ears, mostly hidden behind the cheeks."""
    for side in (1, -1):
        x = 33.6 * look.face_width * side
        ear = smooth(
            [
                (x, -3),
                (x + 4.2 * side, -6),
                (x + 6.6 * side, -1),
                (x + 5.4 * side, 8),
                (x + 2.4 * side, 16),
                (x - 1 * side, 14),
            ]
        )
        canvas.fill(head.at(ear), skin.base)
        inner = smooth(
            [(x + 1 * side, -1), (x + 4 * side, -2.5), (x + 4.6 * side, 2), (x + 3 * side, 9), (x + 1 * side, 10)]
        )
        canvas.fill(head.at(inner), skin.shade, opacity=0.75, blur=head.unit * 0.7)


def paint_skin(canvas: Canvas, head: Head, look: Look, light: Light, skin: Skin) -> Floats:
    """The face without its features; returns its cover, to keep later paint inside."""
    outline = head.at(face_outline(look))
    cover, box = canvas.mask(outline)
    x0, y0, x1, y1 = box
    paint = ramp(skin, _tone(head, look, light, x0, y0, x1, y1))
    canvas.put(cover, box, paint)
    clip = np.zeros((canvas.height, canvas.width), np.float32)
    clip[y0:y1, x0:x1] = cover
    u = head.unit
    for side in (1, -1):
        blush = head.at([(19.5 * side, 17)])[0]
        canvas.fill(
            ellipse(blush, 8.5 * u, 6 * u),
            skin.blush,
            opacity=0.42 if look.gender == "woman" else 0.2,
            blur=4.5 * u,
            clip=clip,
        )
    tip = head.at([(0, 18)], lift=8)[0]
    canvas.fill(ellipse(tip, 4 * u, 3 * u), skin.blush, opacity=0.26, blur=2.4 * u, clip=clip)
    # The far edge of the jaw falls into shade: it lifts the face off the neck.
    canvas.fill(
        head.at(smooth([(-33, 22), (-20, 46), (0, 53), (20, 46), (33, 22), (26, 60), (-26, 60)])),
        skin.shade,
        opacity=0.35,
        blur=3.2 * u,
        clip=clip,
    )
    return clip


def paint_freckles(canvas: Canvas, head: Head, look: Look, skin: Skin, clip: Floats) -> None:
    """Freckles over nose and cheeks, the same ones in every picture."""
    if not look.freckles:
        return
    chance = np.random.default_rng(int(look.skin + look.eyes, 16))
    count = int(80 * look.freckles)
    xs = chance.normal(0, 13.5, count)
    ys = 12 + chance.normal(0, 4.6, count) + np.abs(xs) * 0.1
    for x, y, r, o in zip(xs, ys, chance.uniform(0.28, 0.62, count), chance.uniform(0.25, 0.6, count), strict=True):
        if abs(x) < 30 and not (8 < abs(x) < 25 and y < 9):
            px, py = head.at([(x, y)])[0]
            canvas.fill(
                ellipse((px, py), r * head.unit, r * head.unit * 0.85, steps=12),
                mix(skin.shade, skin.line, 0.3),
                opacity=float(o) * (0.55 + 0.4 * look.freckles),
                blur=0.6,
                clip=clip,
            )
