"""Nose and mouth."""

from __future__ import annotations

import numpy as np

from hayal_studio.draw.canvas import Canvas, Floats, ellipse, mix, moved, ribbon, scale, smooth
from hayal_studio.draw.face import Expression
from hayal_studio.draw.head import Head, Skin
from hayal_studio.draw.light import Light
from hayal_studio.look import Look


def paint_nose(canvas: Canvas, head: Head, look: Look, light: Light, skin: Skin, clip: Floats) -> None:
    """A nose told by its shadow and light more than by lines."""
    u, n = head.unit, look.nose
    dark = mix(skin.shade, skin.line, 0.35)
    away = -light.side
    bridge = smooth(
        [
            (away * 2.6, -4),
            (away * 3.0 * n, 6),
            (away * 4.4 * n, 15),
            (away * 5.6 * n, 18),
            (away * 8.5 * n, 17),
            (away * 7, 4),
        ]
    )
    canvas.fill(head.at(bridge, lift=5), skin.shade, opacity=0.38, blur=1.8 * u, clip=clip)
    under = smooth(
        [(-6.6 * n, 21.6), (-3, 23.0), (0, 24.0), (3, 23.0), (6.6 * n, 21.6), (4, 25.4), (0, 26.4), (-4, 25.4)]
    )
    canvas.fill(head.at(under, lift=6), skin.shade, opacity=0.6, blur=1.0 * u, clip=clip)
    for side in (1, -1):
        hole = smooth([(1.6 * side, 22.7), (3.3 * side * n, 21.7), (5.0 * side * n, 22.4), (3.4 * side, 23.5)])
        canvas.fill(head.at(hole, lift=7), mix(dark, skin.line, 0.55), opacity=0.82, blur=0.28 * u)
        wing = smooth(
            [(5.9 * side * n, 17.6), (7.4 * side * n, 19.8), (7.0 * side * n, 22.4), (5.4 * side * n, 23.0)],
            closed=False,
        )
        canvas.fill(
            ribbon(head.at(wing, lift=6), [0.1, 0.7 * u, 0.8 * u, 0.1]), dark, opacity=0.5, blur=0.45 * u, clip=clip
        )
    ridge = head.at(
        smooth([(light.side * 0.7, -3), (light.side * 0.8, 8), (light.side * 1.0, 15)], closed=False), lift=8
    )
    canvas.fill(ribbon(ridge, [0.6 * u, 1.5 * u, 1.8 * u]), skin.light, opacity=0.4, blur=0.9 * u, clip=clip)
    tip = head.at([(light.side * 1.3, 17.6)], lift=10)[0]
    canvas.fill(ellipse(tip, 1.9 * u, 1.5 * u), mix(skin.light, (1, 1, 1), 0.4), opacity=0.6, blur=0.8 * u, clip=clip)


def paint_mouth(
    canvas: Canvas, head: Head, look: Look, light: Light, skin: Skin, mood: Expression, clip: Floats
) -> None:
    """Lips, and teeth when the smile shows them."""
    u, f = head.unit, look.lips
    smile, teeth = mood.smile, mood.teeth
    w = 10.4 + 3.0 * smile
    up = 3.3 * smile
    left, right = up + mood.smirk, up - mood.smirk
    gap = 4.3 * teeth
    y = 32.0
    corner_l, corner_r = (-w, y - left + 0.4), (w, y - right + 0.4)
    top = [
        corner_l,
        (-w * 0.55, y - 2.5 * f - left * 0.4),
        (-2.6, y - 4.0 * f),
        (0, y - 3.1 * f),
        (2.6, y - 4.0 * f),
        (w * 0.55, y - 2.5 * f - right * 0.4),
        corner_r,
    ]
    seam_up = [
        corner_l,
        (-w * 0.5, y - 0.2 + 0.2 * up - gap * 0.1),
        (0, y + 0.4 + 0.5 * up - gap * 0.25),
        (w * 0.5, y - 0.2 + 0.2 * up - gap * 0.1),
        corner_r,
    ]
    seam_low = [
        corner_l,
        (-w * 0.5, y + 0.2 + 0.5 * up + gap * 0.72),
        (0, y + 0.6 + 0.55 * up + gap),
        (w * 0.5, y + 0.2 + 0.5 * up + gap * 0.72),
        corner_r,
    ]
    bottom = [
        corner_l,
        (-w * 0.6, y + 2.9 * f + up * 0.25 + gap * 0.8),
        (0, y + 5.2 * f + up * 0.45 + gap),
        (w * 0.6, y + 2.9 * f + up * 0.25 + gap * 0.8),
        corner_r,
    ]

    def at(line: list[tuple[float, float]]) -> Floats:
        return head.at(smooth(line, closed=False), lift=4)

    top_l, up_l, low_l, bottom_l = at(top), at(seam_up), at(seam_low), at(bottom)
    whole = np.concatenate([top_l, bottom_l[::-1]])
    canvas.fill(moved(whole, 0, 1.4 * u), skin.shade, opacity=0.4, blur=1.8 * u, clip=clip)
    if teeth > 0.05:
        inside = np.concatenate([up_l, low_l[::-1]])
        canvas.fill(inside, (0.22, 0.07, 0.08))
        cover, box = canvas.mask(inside)
        mouth = np.zeros((canvas.height, canvas.width), np.float32)
        mouth[box[1] : box[3], box[0] : box[2]] = cover
        row = np.concatenate([up_l - (0, 0.5 * u), (low_l * 0.78 + up_l * 0.22)[::-1]])
        ivory = scale(mix((0.97, 0.95, 0.92), light.ambient, 0.3), 0.84 if light.dark else 0.97)
        canvas.fill(row, ivory, blur=0.5 * u, clip=mouth)
        for i in range(-3, 4):
            x = i * 2.55 + 1.27
            canvas.fill(
                ribbon(head.at([(x, y - 1), (x, y + 2), (x * 0.98, y + 5)], lift=4), [0.3 * u, 0.16 * u]),
                (0.6, 0.5, 0.48),
                opacity=0.22,
                blur=0.5,
                clip=mouth,
            )
        canvas.fill(
            np.concatenate([up_l, moved(up_l[::-1], 0, 1.0 * u)]),
            (0.3, 0.14, 0.14),
            opacity=0.35,
            blur=0.6 * u,
            clip=mouth,
        )
        for end in (corner_l, corner_r):
            canvas.fill(
                ellipse(head.at([end], lift=4)[0], 2.6 * u, 2 * u),
                (0.25, 0.09, 0.1),
                opacity=0.5,
                blur=1.1 * u,
                clip=mouth,
            )
    upper_lip = np.concatenate([top_l, up_l[::-1]])
    lower_lip = np.concatenate([low_l, bottom_l[::-1]])
    dark = mix(skin.lip, skin.line, 0.3)
    soft = 0.35 * u if look.gender == "woman" else 0.8 * u
    canvas.fill(upper_lip, dark, blur=soft, opacity=0.95, clip=clip)
    y_mid = float(head.at([(0, y)])[0, 1])
    canvas.fill(
        lower_lip,
        skin.lip,
        blur=soft,
        opacity=0.95,
        clip=clip,
        gradient=(
            mix(skin.lip, dark, 0.5),
            mix(skin.lip, skin.light, 0.18),
            y_mid + gap * 0.6 * u,
            y_mid + (5 + gap) * u,
        ),
    )
    shine = smooth(
        [
            (light.side * 1.5 - 4, y + 3.0 * f + gap + up * 0.4),
            (light.side * 1.5, y + 3.5 * f + gap + up * 0.45),
            (light.side * 1.5 + 4, y + 3.0 * f + gap + up * 0.4),
        ],
        closed=False,
    )
    canvas.fill(
        ribbon(head.at(shine, lift=5), [0.1, 1.3 * u, 0.1]),
        mix(skin.light, (1, 1, 1), 0.5),
        opacity=0.55 * (0.5 + look.lip_tint),
        blur=0.5 * u,
        clip=clip,
    )
    seam = up_l if teeth > 0.05 else (up_l + low_l) / 2
    canvas.fill(
        ribbon(seam, [0.3 * u, 0.85 * u, 0.6 * u, 0.85 * u, 0.3 * u]),
        mix(skin.line, (0.2, 0.05, 0.06), 0.4),
        opacity=0.75 if teeth < 0.05 else 0.4,
        blur=0.4,
    )
    for side, end in ((-1, corner_l), (1, corner_r)):
        canvas.fill(
            ellipse(head.at([(end[0] + side * 0.6, end[1])], lift=3)[0], 1.3 * u, 1.1 * u),
            skin.shade,
            opacity=0.75,
            blur=0.7 * u,
            clip=clip,
        )
        fold = smooth(
            [(side * 9.5, 22), (side * (13.5 + smile), 26.5), (side * (14.6 + 1.4 * smile), 31.5)], closed=False
        )
        canvas.fill(
            ribbon(head.at(fold, lift=3), [0.1, 1.2 * u, 0.2]),
            skin.shade,
            opacity=0.18 + 0.28 * smile + 0.006 * max(0, look.age - 30),
            blur=0.8 * u,
            clip=clip,
        )
