"""Beards."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.canvas import Canvas, Floats, mix, rgb, ribbon, scale, smooth
from hayal_studio.draw.head import Head, Skin
from hayal_studio.look import Look


def paint_beard(canvas: Canvas, head: Head, look: Look, skin: Skin, clip: Floats) -> None:
    """Beard and moustache of short strokes on a soft shadow."""
    if look.beard == "none":
        return
    u = head.unit
    long = {"stubble": 0.0, "trimmed": 0.6, "full": 1.0}[look.beard]
    hair = mix(scale(rgb(look.hair), 0.9), skin.line, 0.35)
    w = look.face_width
    outer = [
        (-34.5 * w, -2),
        (-34.5 * w, 15),
        (-31 * w, 32),
        (-22, 45),
        (-9, 50.5 + 3 * long),
        (0, 51.5 + 4 * long),
        (9, 50.5 + 3 * long),
        (22, 45),
        (31 * w, 32),
        (34.5 * w, 15),
        (34.5 * w, -2),
    ]
    inner = [
        (31.4 * w, -2),
        (30.5 * w, 12),
        (26, 22.5),
        (18, 27),
        (12.5, 26.2),
        (6, 25.6),
        (0, 26.6),
        (-6, 25.6),
        (-12.5, 26.2),
        (-18, 27),
        (-26, 22.5),
        (-30.5 * w, 12),
        (-31.4 * w, -2),
    ]
    shape = np.concatenate([smooth(outer, closed=False), smooth(inner, closed=False)])
    area = head.at(shape, lift=1)
    grown = np.maximum(clip, 0)
    if long:
        cover, box = canvas.mask(head.at(smooth(outer, closed=False)), blur=0.3 * u)
        grown = clip.copy()
        grown[box[1] : box[3], box[0] : box[2]] = np.maximum(grown[box[1] : box[3], box[0] : box[2]], cover)
    canvas.fill(area, hair, opacity=0.34 + 0.5 * long, blur=1.5 * u, clip=grown)
    cover, box = canvas.mask(area, blur=1.2 * u)
    chance = np.random.default_rng(11)
    count = int(260 + 560 * long)
    x0, y0, x1, y1 = box
    done = 0
    strokes: list[Floats] = []
    light_strokes: list[Floats] = []
    for _ in range(count * 6):
        if done >= count:
            break
        x, y = chance.uniform(x0, x1), chance.uniform(y0, y1)
        if cover[min(int(y) - y0, cover.shape[0] - 1), min(int(x) - x0, cover.shape[1] - 1)] < chance.uniform(
            0.15, 0.9
        ):
            continue
        done += 1
        hx, hy = head.back(np.asarray(x), np.asarray(y))
        lean = float(hx) / 34 * 0.7 + float(chance.normal(0, 0.28))
        if hy < 31 and abs(hx) < 15:
            lean = float(np.sign(hx)) * 1.1 + float(chance.normal(0, 0.2))
        length = (1.0 + 1.5 * long) * chance.uniform(0.7, 1.2) * u
        tip = (x + lean * length * 0.7, y + length)
        outline = ribbon(
            np.array([(x, y), ((x + tip[0]) / 2 + lean, (y + tip[1]) / 2), tip], np.float32), [0.5 * u, 0.4 * u, 0.05]
        )
        (light_strokes if chance.random() < 0.22 else strokes).append(outline)
    for outline in strokes:
        canvas.fill(outline, hair, opacity=0.6)
    for outline in light_strokes:
        canvas.fill(outline, mix(hair, skin.base, 0.35), opacity=0.5)
