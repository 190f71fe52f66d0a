"""Positions of the blend shapes in MediaPipe's output. Only those that move are named.

cheekSquint, noseSneer, cheekPuff, jawForward, jawLeft and jawRight are constant near zero in the
model, so that nothing may be built on them. Left and right are the subject's.
"""

from __future__ import annotations

BROW_DOWN_LEFT, BROW_DOWN_RIGHT = 1, 2
BROW_INNER_UP = 3
BROW_OUTER_UP_LEFT, BROW_OUTER_UP_RIGHT = 4, 5
EYE_BLINK_LEFT, EYE_BLINK_RIGHT = 9, 10
EYE_LOOK_DOWN_LEFT, EYE_LOOK_DOWN_RIGHT = 11, 12
EYE_SQUINT_LEFT, EYE_SQUINT_RIGHT = 19, 20
MOUTH_PRESS_LEFT, MOUTH_PRESS_RIGHT = 36, 37
MOUTH_SMILE_LEFT, MOUTH_SMILE_RIGHT = 44, 45
