"""Which engine runs MediaPipe's models."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from agent.perception.landmarkers import Engine, EngineUnusable
from agent.settings import read_settings
from models.bundles import ModelBundles

log = logging.getLogger(__name__)

COMPILED = "compiled"  # in the data folder


class EngineName(StrEnum):
    OPENVINO = "openvino"
    MEDIAPIPE = "mediapipe"


# Of ten jobs that began at once on OpenVINO two stopped answering, and why is not known yet.
LIVE_DEFAULT = EngineName.MEDIAPIPE


def default_engine() -> EngineName:
    """The faster one where it is installed: its package is for Linux alone."""
    return EngineName.OPENVINO if _openvino_is_installed() else EngineName.MEDIAPIPE


def build_engine(bundles: ModelBundles, name: EngineName, data: Path) -> Engine:
    """MediaPipe where OpenVINO cannot be used; the engine's name says why.

    data: the data folder, where compiled models are kept. Each engine is imported when it is
    wanted: MediaPipe alone takes 110 MB.
    """
    unusable = ""
    if name is EngineName.OPENVINO:
        try:
            return _openvino(bundles, data)
        except EngineUnusable as reason:
            log.warning("OpenVINO cannot be used, MediaPipe runs the models: %s", reason)
            unusable = f"OpenVINO cannot be used: {reason}"
    from agent.perception.mediapipe_engine import MediaPipeEngine

    return MediaPipeEngine(bundles, unusable)


def prepare_engine(bundles: ModelBundles, name: EngineName, data: Path) -> None:
    """So that each job finds its models compiled. That they cannot be, each job says."""
    if name is EngineName.OPENVINO:
        with suppress(EngineUnusable):
            _compiled(bundles, data)


def given_engine() -> Engine:
    """As the settings say."""
    given = read_settings()
    name = EngineName(given.engine or default_engine())
    return build_engine(ModelBundles.verified(), name, given.data)


def _openvino(bundles: ModelBundles, data: Path) -> Engine:
    """What could end the process, it does in another one, before this one imports it."""
    compiled = _compiled(bundles, data)
    from agent.perception.openvino_engine.engine import OpenVinoEngine

    return OpenVinoEngine(bundles, compiled)


def _compiled(bundles: ModelBundles, data: Path) -> Mapping[str, memoryview]:
    if not _openvino_is_installed():
        raise EngineUnusable("its package is not installed")
    from agent.perception.openvino_engine.compiled_files import compiled_models

    return compiled_models(bundles, data / COMPILED)


def _openvino_is_installed() -> bool:
    return importlib.util.find_spec("openvino") is not None
