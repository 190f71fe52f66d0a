"""The rigid points of MediaPipe's canonical face, in cm: x to the image's right, y up, z
toward the camera.

They and their weights are the Procrustes basis of MediaPipe's own face geometry (Apache-2.0): eye
corners, nose, temples and cheeks, weighted by how little an expression moves them. Its two points
on the lower jaw are left out: they sink as the mouth opens, lie higher and farther back the younger
a child is, and made frontal faces of known angle read 2 degrees too low.
"""

from __future__ import annotations

import numpy as np

_MIDDLE = {
    4: (0.0, -0.4632, 7.5866, 0.07091),
    6: (0.0, 2.4733, 5.7886, 0.0321),
    10: (0.0, 8.2618, 4.4815, 0.00845),
}
# The subject's right, with the point that mirrors it.
_PAIRS = {
    (33, 263): (-4.4459, 2.664, 3.1734, 0.05872),
    (54, 284): (-6.2793, 6.6154, 1.4259, 0.00767),
    (67, 297): (-3.524, 8.006, 3.7292, 0.00908),
    (117, 346): (-5.2587, 0.9458, 2.9743, 0.00979),
    (119, 348): (-3.3007, 0.8616, 3.8728, 0.01457),
    (121, 350): (-1.8207, 1.468, 4.2241, 0.01859),
    (127, 356): (-7.7431, 2.365, -2.0052, 0.0052),
    (129, 358): (-1.7858, -0.9783, 4.8505, 0.12063),
    (132, 361): (-7.2709, -2.8909, -2.2525, 0.00556),
    (133, 362): (-1.8564, 2.5852, 3.7579, 0.05329),
    (143, 372): (-6.4076, 2.236, 1.5608, 0.01482),
    (147, 376): (-6.2349, -1.9444, 1.6635, 0.01426),
    (198, 420): (-1.2468, 0.2303, 5.681, 0.02546),
    (205, 425): (-3.8329, -1.5373, 4.1377, 0.04725),
}

_ROWS = (
    {place: (x, y, z, weight) for place, (x, y, z, weight) in _MIDDLE.items()}
    | {right: row for (right, _), row in _PAIRS.items()}
    | {left: (-x, y, z, weight) for (_, left), (x, y, z, weight) in _PAIRS.items()}
)
_TABLE = np.array(list(_ROWS.values()))

RIGID = np.array(list(_ROWS))  # landmark numbers, (31,)
POINTS = _TABLE[:, :3]  # (31, 3), cm
WEIGHTS = _TABLE[:, 3]  # (31,)
