"""Which engine runs, what it keeps on the disk, and what happens where it cannot."""

from __future__ import annotations

import dataclasses
import logging
import zipfile
from pathlib import Path

import pytest
from perceiving import ONE_FACE, clip

from agent.errors import BadConfiguration
from agent.perception.engines import COMPILED, EngineName, build_engine
from agent.settings import read_settings
from models.bundles import ModelBundles

pytestmark = pytest.mark.unit


def test_an_engine_that_does_not_exist_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EPEDICARE_ENGINE", "tensorrt")
    with pytest.raises(BadConfiguration) as refused:
        read_settings()
    assert "EPEDICARE_ENGINE" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_compiled_models_are_kept_and_used_again_unless_they_were_changed(tmp_path: Path) -> None:
    bundles = ModelBundles.verified()
    folder = tmp_path / COMPILED
    build_engine(bundles, EngineName.OPENVINO, tmp_path)
    written = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(written) == 7
    damaged = min(written)
    content = bytearray(damaged.read_bytes())
    content[-1] ^= 1
    damaged.write_bytes(content)
    engine = build_engine(bundles, EngineName.OPENVINO, tmp_path)
    changed = {path for path, at_ns in written.items() if path.stat().st_mtime_ns != at_ns}
    assert changed == {damaged}
    assert len(engine.face().detect(clip(ONE_FACE, 1)[0], 0)) == 1


def test_where_nothing_can_be_kept_it_works_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / COMPILED).symlink_to("/dev/full/compiled")
    engine = build_engine(ModelBundles.verified(), EngineName.OPENVINO, tmp_path)
    assert engine.name.startswith("openvino 2026")
    (line,) = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert "compiled models cannot be kept" in line
    assert len(engine.face().detect(clip(ONE_FACE, 1)[0], 0)) == 1


def test_a_bundle_that_openvino_cannot_read_leaves_mediapipe(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bundles = ModelBundles.verified()
    face = tmp_path / bundles.face.name
    with zipfile.ZipFile(face, "w") as parts:
        for name in ("face_detector", "face_landmarks_detector", "face_blendshapes"):
            parts.writestr(f"{name}.tflite", b"TFL3 and no more")
    unreadable = dataclasses.replace(bundles, face=face)
    engine = build_engine(unreadable, EngineName.OPENVINO, tmp_path / "data")
    assert engine.name.startswith("mediapipe 0.10.33 (OpenVINO cannot be used: ")
    (line,) = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert "MediaPipe runs the models" in line and "\n" not in line
