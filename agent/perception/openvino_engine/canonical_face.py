"""The canonical face of MediaPipe's bundle, in centimetres, and how much each point counts."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from numpy.typing import NDArray

_FILE = "geometry_pipeline_metadata_landmarks.binarypb"
_FLOATS_PER_VERTEX = 5  # x, y, z, u, v

# What is read of MediaPipe's face_geometry protocols: name, number, type.
_FIELDS: dict[str, tuple[tuple[str, int, str], ...]] = {
    "Metadata": (("canonical_mesh", 1, "Mesh"), ("procrustes_landmark_basis", 2, "Weighted")),
    "Mesh": (("vertex_buffer", 3, "TYPE_FLOAT"),),
    "Weighted": (("landmark_id", 1, "TYPE_UINT32"), ("weight", 2, "TYPE_FLOAT")),
}
_REPEATED = {"vertex_buffer", "procrustes_landmark_basis"}


@dataclass(frozen=True, slots=True, eq=False)
class CanonicalFace:
    used: NDArray[np.int64]  # (n,) numbers of the landmarks that count
    points: NDArray[np.float64]  # (n, 3)
    weights: NDArray[np.float64]  # (n,), 1 in all

    @classmethod
    def of(cls, bundle: Path) -> CanonicalFace:
        with zipfile.ZipFile(bundle) as parts:
            metadata = _metadata_class().FromString(parts.read(_FILE))
        vertices = np.array(metadata.canonical_mesh.vertex_buffer).reshape(-1, _FLOATS_PER_VERTEX)
        basis = metadata.procrustes_landmark_basis
        used = np.array([point.landmark_id for point in basis])
        weights = np.array([point.weight for point in basis])
        return cls(used, vertices[used, :3], weights / weights.sum())


def _metadata_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="face_geometry.proto", package="face_geometry", syntax="proto3"
    )
    for message, fields in _FIELDS.items():
        described = file.message_type.add(name=message)
        for name, number, kind in fields:
            label = "LABEL_REPEATED" if name in _REPEATED else "LABEL_OPTIONAL"
            ours = kind in _FIELDS
            described.field.add(
                name=name,
                number=number,
                label=label,
                type="TYPE_MESSAGE" if ours else kind,
                type_name=f".face_geometry.{kind}" if ours else None,
            )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("face_geometry.Metadata"))
