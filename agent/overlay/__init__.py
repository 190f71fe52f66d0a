"""What is drawn over the picture. Only here is anything smoothed; measures see raw landmarks."""

from agent.overlay.overlay import FaceOverlay, Overlay, OverlayFilter, PoseOverlay

__all__ = ["FaceOverlay", "Overlay", "OverlayFilter", "PoseOverlay"]
