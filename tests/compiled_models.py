"""Compiled models, which tests that start programs share: compiling takes seconds each time."""

from __future__ import annotations

from pathlib import Path

from agent.perception.engines import COMPILED
from agent.settings import read_settings


def data_with_compiled_models(data: Path) -> Path:
    """The data folder of a program that is started."""
    kept = (read_settings().data / COMPILED).resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (data / COMPILED).exists():
        (data / COMPILED).symlink_to(kept)
    return data
