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


def wanted_engine() -> EngineName:
    """As the settings say; without a word the faster one where it is installed."""
    said = read_settings().engine
    if said is not None:
        return EngineName(said)
    return EngineName.OPENVINO if _openvino_is_installed() else EngineName.MEDIAPIPE


def given_engine() -> Engine:
    return build_engine(ModelBundles.verified(), wanted_engine(), read_settings().data)


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
    """Its package is for Linux alone."""
    return importlib.util.find_spec("openvino") is not None
