"""Antialiased shapes, soft edges and blending on float pixels.

Colours are float RGB from 0 to 1. Points are arrays of shape (n, 2) in pixels, x to the right and y down.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image as Pil
from PIL import ImageDraw, ImageFilter

Floats: TypeAlias = NDArray[np.floating[Any]]
Colour: TypeAlias = tuple[float, float, float]
Box: TypeAlias = tuple[int, int, int, int]
Blend: TypeAlias = Literal["over", "multiply", "screen", "add"]

_TURN = np.asarray((-1, 1), dtype=np.float32)
_FINE = 4
"""Subpixels a side: 16 levels of cover at an edge, which looks smooth at every angle."""


def rgb(code: str) -> Colour:
    """Read "rrggbb"."""
    return (int(code[:2], 16) / 255, int(code[2:4], 16) / 255, int(code[4:6], 16) / 255)


def mix(a: Colour, b: Colour, t: float) -> Colour:
    """The colour `t` of the way from `a` to `b`."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def scale(a: Colour, k: float, tint: Colour = (1.0, 1.0, 1.0)) -> Colour:
    """`a` made `k` times as bright and tinted."""
    return (a[0] * k * tint[0], a[1] * k * tint[1], a[2] * k * tint[2])


def vec(colour: Colour) -> Floats:
    """A colour that arrays can be multiplied with."""
    return np.asarray(colour, dtype=np.float32)


def points(values: ArrayLike) -> Floats:
    """`values` as an array of points."""
    return np.asarray(values, dtype=np.float32).reshape(-1, 2)


def moved(shape: Floats, dx: float, dy: float) -> Floats:
    """A shape somewhere else."""
    return (shape + np.asarray((dx, dy), dtype=np.float32)).astype(np.float32)


def smooth(values: ArrayLike, *, closed: bool = True, steps: int = 10) -> Floats:
    """A Catmull-Rom curve through the points."""
    p = points(values)
    before, after = (p[-1:], p[:2]) if closed else (2 * p[:1] - p[1:2], 2 * p[-1:] - p[-2:-1])
    p = np.concatenate([before, p, after])
    a, b, c, d = p[:-3, None], p[1:-2, None], p[2:-1, None], p[3:, None]
    t, t2, t3 = _powers(steps)
    out = b + 0.5 * ((c - a) * t + (2 * a - 5 * b + 4 * c - d) * t2 + (3 * (b - c) - a + d) * t3)
    flat: Floats = out.reshape(-1, 2)
    return flat if closed else np.concatenate([flat, p[-2:-1]])


@cache
def _powers(steps: int) -> tuple[Floats, Floats, Floats]:
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[None, :, None]
    return t, t**2, t**3


@cache
def _even(count: int) -> Floats:
    return np.linspace(0, 1, count)


def ribbon(line: Floats, widths: ArrayLike) -> Floats:
    """The outline of a stroke along `line` whose width in pixels follows `widths`, stretched over its length."""
    given = np.asarray(widths, dtype=np.float32)
    w = np.interp(_even(len(line)), _even(len(given)), given)[:, None] / 2
    ahead = np.concatenate([line[1:], line[-1:]]) - np.concatenate([line[:1], line[:-1]])
    n = ahead[:, ::-1] * _TURN
    n = n * (w / np.maximum(np.hypot(ahead[:, :1], ahead[:, 1:]), 1e-4))
    return np.concatenate([line + n, (line - n)[::-1]]).astype(np.float32)


def ellipse(centre: ArrayLike, rx: float, ry: float, steps: int = 48) -> Floats:
    """An ellipse."""
    return (points(centre) + _circle(steps) * np.asarray((rx, ry), dtype=np.float32)).astype(np.float32)


@cache
def _circle(steps: int) -> Floats:
    t = np.linspace(0, 2 * np.pi, steps, endpoint=False, dtype=np.float32)
    return np.stack([np.cos(t), np.sin(t)], axis=1)


def blurred(a: Floats, radius: float) -> Floats:
    """A plane or a picture blurred by `radius` pixels."""
    if radius <= 0:
        return a
    if a.ndim == 3:
        return np.stack([blurred(np.ascontiguousarray(a[..., i]), radius) for i in range(a.shape[2])], axis=2)
    # Large radii are blurred small: the result is the same to the eye and many times faster.
    small = max(1, int(radius / 3))
    image = Pil.fromarray(a.astype(np.float32))
    if small > 1:
        size = image.size
        image = image.resize((max(1, size[0] // small), max(1, size[1] // small)), Pil.Resampling.BOX)
        return np.asarray(_gauss(image, radius / small).resize(size, Pil.Resampling.BICUBIC))
    return np.asarray(_gauss(image, radius))


def _gauss(image: Pil.Image, radius: float) -> Pil.Image:
    # Pillow blurs bytes only, so the plane is scaled to 16 levels finer by splitting it in a coarse and a fine byte.
    a = np.asarray(image, dtype=np.float32)
    low, high = float(a.min()), float(a.max())
    if high - low < 1e-6:
        return image
    fixed = ((a - low) * (65280.0 / (high - low))).astype(np.uint16)
    parts = [
        np.asarray(Pil.fromarray(b).filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32)
        for b in ((fixed >> 8).astype(np.uint8), (fixed & 255).astype(np.uint8))
    ]
    return Pil.fromarray((parts[0] * 256 + parts[1]) * ((high - low) / 65280.0) + low)


class Canvas:
    """A picture with cover: premultiplied colour in `rgb`, cover in `alpha`."""

    def __init__(self, width: int, height: int, fill: Colour | None = None) -> None:
        self.width, self.height = width, height
        self.rgb: Floats = np.zeros((height, width, 3), np.float32)
        self.alpha: Floats = np.zeros((height, width), np.float32)
        if fill is not None:
            self.rgb[:] = fill
            self.alpha[:] = 1

    def mask(self, shapes: Floats | Sequence[Floats], blur: float = 0.0) -> tuple[Floats, Box]:
        """The cover of one or several filled polygons, and the box of the canvas it lies in."""
        every = [shapes] if isinstance(shapes, np.ndarray) else list(shapes)
        low = np.min([s.min(axis=0) for s in every], axis=0)
        high = np.max([s.max(axis=0) for s in every], axis=0)
        pad = 2 + int(blur * 3)
        x0, y0 = max(0, int(low[0]) - pad), max(0, int(low[1]) - pad)
        x1, y1 = min(self.width, int(high[0]) + pad + 1), min(self.height, int(high[1]) + pad + 1)
        if x1 <= x0 or y1 <= y0:
            return np.zeros((0, 0), np.float32), (0, 0, 0, 0)
        fine = _FINE if blur < 1.5 else (2 if blur < 4 else 1)
        image = Pil.new("L", ((x1 - x0) * fine, (y1 - y0) * fine))
        pen = ImageDraw.Draw(image)
        for s in every:
            if len(s) > 2:
                pen.polygon(((s - (x0, y0)) * fine - 0.5).ravel().tolist(), fill=255)
        if fine > 1:
            image = image.reduce(fine)
        if blur > 0:
            image = image.filter(ImageFilter.GaussianBlur(blur))
        return np.asarray(image, dtype=np.float32) / 255, (x0, y0, x1, y1)

    def fill(
        self,
        shapes: Floats | Sequence[Floats],
        colour: Colour | Floats,
        *,
        opacity: float = 1.0,
        blur: float = 0.0,
        blend: Blend = "over",
        clip: Floats | None = None,
        gradient: tuple[Colour, Colour, float, float] | None = None,
    ) -> None:
        """Fill polygons. `gradient` is (from, to, y0, y1); `clip` is a cover of the whole canvas."""
        cover, box = self.mask(shapes, blur)
        if cover.size == 0:
            return
        x0, y0, x1, y1 = box
        if clip is not None:
            cover = cover * clip[y0:y1, x0:x1]
        paint: Floats
        if gradient is not None:
            a, b, g0, g1 = gradient
            t = np.clip((np.arange(y0, y1, dtype=np.float32) - g0) / (g1 - g0), 0, 1)[:, None, None]
            paint = (vec(a) * (1 - t) + vec(b) * t).astype(np.float32)
        elif isinstance(colour, np.ndarray) and colour.ndim == 3:
            paint = colour[y0:y1, x0:x1]
        else:
            paint = np.asarray(colour, np.float32)
        self.put(cover * np.float32(opacity), box, paint, blend)

    def put(self, cover: Floats, box: Box, paint: Floats, blend: Blend = "over") -> None:
        """Blend `paint` where `cover` says."""
        x0, y0, x1, y1 = box
        below, m = self.rgb[y0:y1, x0:x1], cover[..., None]
        alpha = self.alpha[y0:y1, x0:x1]
        if blend == "over":
            below *= 1 - m
            below += paint * m
            alpha *= 1 - cover
            alpha += cover
        elif blend == "multiply":
            below *= 1 - m * (1 - paint)
        elif blend == "screen":
            below += m * paint * (alpha[..., None] - below).clip(0)
        else:
            below += m * paint * alpha[..., None]

    def over(self, top: Canvas) -> None:
        """Lay another canvas of the same size on this one."""
        self.rgb *= 1 - top.alpha[..., None]
        self.rgb += top.rgb
        self.alpha *= 1 - top.alpha
        self.alpha += top.alpha


class Strands:
    """Many opaque strokes at once, for hair: drawn twice as large, then halved."""

    def __init__(self, canvas: Canvas, box: Box, base: Colour, fine: int = 2) -> None:
        self.canvas, self.fine = canvas, fine
        x0, y0, x1, y1 = box
        self.box = (max(0, x0), max(0, y0), min(canvas.width, x1), min(canvas.height, y1))
        size = (max(1, self.box[2] - self.box[0]) * fine, max(1, self.box[3] - self.box[1]) * fine)
        self._paint = Pil.new("RGB", size, _bytes(base))
        self._cover = Pil.new("L", size)
        self._pens = ImageDraw.Draw(self._paint), ImageDraw.Draw(self._cover)

    def shape(self, outline: Floats, colour: Colour, cover: int = 255) -> None:
        """Fill one outline; the later lies above."""
        flat = ((outline - (self.box[0], self.box[1])) * self.fine - 0.5).ravel().tolist()
        self._pens[0].polygon(flat, fill=_bytes(colour))
        self._pens[1].polygon(flat, fill=cover)

    def stroke(self, line: Floats, widths: ArrayLike, colour: Colour) -> None:
        """One tapered stroke."""
        self.shape(ribbon(line, widths), colour)

    def layer(self) -> Canvas:
        """All of it as a canvas of the full size."""
        out = Canvas(self.canvas.width, self.canvas.height)
        x0, y0, x1, y1 = self.box
        if x1 <= x0 or y1 <= y0:
            return out
        paint = np.asarray(self._paint.reduce(self.fine), dtype=np.float32) / 255
        cover = np.asarray(self._cover.reduce(self.fine), dtype=np.float32) / 255
        out.rgb[y0:y1, x0:x1] = paint * cover[..., None]
        out.alpha[y0:y1, x0:x1] = cover
        return out


def _bytes(colour: Colour) -> tuple[int, int, int]:
    r, g, b = (max(0, min(255, round(c * 255))) for c in colour)
    return r, g, b
