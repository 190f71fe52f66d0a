"""Numbers of a pose's landmarks (MediaPipe pose landmarker)."""

from agent.observation.observation import Side

NOSE, LEFT_EAR, RIGHT_EAR = 0, 7, 8
LEFT_SHOULDER, RIGHT_SHOULDER = 11, 12
LEFT_WRIST, RIGHT_WRIST = 15, 16
HANDS = {Side.LEFT: (15, 17, 19, 21), Side.RIGHT: (16, 18, 20, 22)}  # wrist, fingers, thumb
ELBOWS = {Side.LEFT: 13, Side.RIGHT: 14}
