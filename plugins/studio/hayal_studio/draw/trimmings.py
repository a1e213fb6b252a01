"""Glasses and earrings."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.canvas import Canvas, Floats, ellipse, mix, moved, rgb, ribbon, smooth
from hayal_studio.draw.face import EYE_X, EYE_Y
from hayal_studio.draw.head import Head, Skin
from hayal_studio.draw.light import Light
from hayal_studio.look import Look


def paint_glasses(canvas: Canvas, head: Head, look: Look, light: Light, skin: Skin) -> None:
    """Thin frames with a hint of reflection and a shadow on the cheek."""
    if not look.glasses:
        return
    u = head.unit
    frame = mix((0.12, 0.09, 0.08), rgb(look.jewel), 0.25)
    x, y = EYE_X * look.face_width + 0.4, EYE_Y + 1.2
    rims = []
    for side in (1, -1):
        if look.glasses == "round":
            rim = head.at(ellipse((x * side, y), 13.2, 12.6), lift=6)
        else:
            rim = head.at(
                smooth(
                    [
                        (side * 3.6, y - 6.5),
                        (side * 9, y - 8.6),
                        (side * 23, y - 9),
                        (side * 28.6, y - 6),
                        (side * 28, y + 4),
                        (side * 23, y + 9),
                        (side * 10, y + 9),
                        (side * 4.6, y + 4),
                    ]
                ),
                lift=6,
            )
        rims.append(rim)

    def ring(rim: Floats, width: float) -> Floats:
        return ribbon(np.concatenate([rim, rim[:2]]), [width, width])

    for rim in rims:
        canvas.fill(ring(moved(rim, -light.side * 0.6 * u, 1.8 * u), 1.6 * u), skin.shade, opacity=0.5, blur=1.0 * u)
        canvas.fill(rim, (0.85, 0.93, 1.0), opacity=0.03, blend="screen")
    bridge = head.at(smooth([(-3.2, y - 2.6), (0, y - 4.4), (3.2, y - 2.6)], closed=False), lift=8)
    canvas.fill(ribbon(bridge, [1.2 * u, 1.1 * u, 1.2 * u]), frame)
    for side, rim in zip((1, -1), rims, strict=True):
        end = 29.2 if look.glasses == "round" else 28.4
        arm = head.at([(side * end, y - 2.4), (side * 33.2 * look.face_width, y - 3.6)], lift=2)
        canvas.fill(ribbon(arm, [1.3 * u, 1.2 * u]), frame)
        canvas.fill(ring(rim, 1.25 * u), frame)
        n = len(rim)
        arc = rim[int(n * 0.58) : int(n * 0.85)] if look.glasses == "round" else rim[n // 6 : n // 3]
        canvas.fill(ribbon(arc, [0.05, 0.5 * u, 0.05]), mix(light.key, (1, 1, 1), 0.5), opacity=0.75)
        glare = head.at(
            [
                (side * x + light.side * 3, y - 10),
                (side * x + light.side * 8, y - 8.5),
                (side * x - light.side * 1, y + 9),
                (side * x - light.side * 5, y + 8),
            ],
            lift=6,
        )
        cover, box = canvas.mask(rim)
        clip = np.zeros((canvas.height, canvas.width), np.float32)
        if cover.size:
            clip[box[1] : box[3], box[0] : box[2]] = cover
            canvas.fill(glare, (1.0, 1.0, 1.0), opacity=0.06, blur=1.2 * u, blend="screen", clip=clip)


def paint_earrings(canvas: Canvas, head: Head, look: Look, light: Light) -> None:
    """Small studs or hoops below the ear lobes."""
    if not look.earrings:
        return
    u = head.unit
    metal, bright = rgb(look.jewel), mix(rgb(look.jewel), (1, 1, 0.95), 0.75)
    k = 0.75 if light.dark else 0.95
    metal = (metal[0] * k, metal[1] * k, metal[2] * k)
    for side in (1, -1):
        x = 35.4 * look.face_width * side
        if look.earrings == "hoop":
            ring = head.at(ellipse((x, 23.5), 4.2, 6))
            canvas.fill(ribbon(np.concatenate([ring, ring[:2]]), [1.2 * u, 1.2 * u]), metal)
            canvas.fill(ribbon(ring[20:34], [0.05, 0.6 * u, 0.05]), bright)
            continue
        for dy, r in ((18.0, 1.0), (20.6, 1.4)):
            cx, cy = head.at([(x, dy)])[0]
            canvas.fill(ellipse((cx, cy + 0.4 * u), r * u, r * u), (0.1, 0.06, 0.04), opacity=0.4, blur=0.5 * u)
            canvas.fill(ellipse((cx, cy), r * u, r * u), metal)
            canvas.fill(ellipse((cx - 0.4 * u, cy - 0.4 * u), r * 0.45 * u, r * 0.45 * u), bright, blur=0.3)
