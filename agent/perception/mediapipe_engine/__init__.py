"""MediaPipe's own runtime and graphs."""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass

from agent.perception.landmarkers import Landmarker, RawFace, RawHand, RawPose
from agent.perception.mediapipe_engine.tasks import FaceTask, HandsTask, PoseTask
from models.bundles import ModelBundles

__all__ = ["FaceTask", "HandsTask", "MediaPipeEngine", "PoseTask"]


@dataclass(frozen=True, slots=True)
class MediaPipeEngine:
    models: ModelBundles
    why: str = ""  # it is this engine, where another was wanted

    @property
    def name(self) -> str:
        version = f"mediapipe {importlib.metadata.version('mediapipe')}"
        return f"{version} ({self.why})" if self.why else version

    def face(self) -> Landmarker[RawFace]:
        return FaceTask(self.models.face)

    def face_in_crop(self) -> Landmarker[RawFace]:
        return FaceTask(self.models.face, follow=False)

    def pose(self) -> Landmarker[RawPose]:
        return PoseTask(self.models.pose)

    def hands(self) -> Landmarker[RawHand]:
        return HandsTask(self.models.hands)
