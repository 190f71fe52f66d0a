"""The landmarkers of one process; they share compiled models."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping

from agent.perception.landmarkers import Landmarker, RawFace, RawHand, RawPose
from agent.perception.openvino_engine.face import FaceGraph
from agent.perception.openvino_engine.face_geometry import FaceGeometry
from agent.perception.openvino_engine.hands import HandGraph
from agent.perception.openvino_engine.network import Networks
from agent.perception.openvino_engine.pose import PoseGraph
from models.bundles import ModelBundles


class OpenVinoEngine:
    def __init__(self, bundles: ModelBundles, compiled: Mapping[str, memoryview]) -> None:
        self.name = f"openvino {importlib.metadata.version('openvino')}"
        self._networks = Networks(compiled)
        self._geometry = FaceGeometry(bundles.face)

    def face(self) -> Landmarker[RawFace]:
        return FaceGraph(self._networks, self._geometry)

    def face_in_crop(self) -> Landmarker[RawFace]:
        return FaceGraph(self._networks, self._geometry, follow=False)

    def pose(self) -> Landmarker[RawPose]:
        return PoseGraph(self._networks)

    def hands(self) -> Landmarker[RawHand]:
        return HandGraph(self._networks)
