"""Which face landmarks are drawn: the contours that MediaPipe's face mesh defines.

Indices are those of the canonical face model with irises (478 landmarks).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contour:
    id: str
    landmarks: tuple[int, ...]
    closed: bool


CONTOURS = (
    Contour(
        "face_oval",
        (
            *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400),
            *(377, 152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103),
            *(67, 109),
        ),
        True,
    ),
    Contour(
        "right_eye",
        (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
        True,
    ),
    Contour(
        "left_eye",
        (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
        True,
    ),
    Contour("right_iris", (469, 470, 471, 472), True),
    Contour("left_iris", (474, 475, 476, 477), True),
    Contour("right_eyebrow", (70, 63, 105, 66, 107), False),
    Contour("left_eyebrow", (300, 293, 334, 296, 336), False),
    Contour(
        "lips_outer",
        (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185),
        True,
    ),
    Contour(
        "lips_inner",
        (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191),
        True,
    ),
    Contour("nose_bridge", (168, 6, 197, 195, 5, 4), False),
)

LANDMARKS: tuple[int, ...] = tuple(i for contour in CONTOURS for i in contour.landmarks)
