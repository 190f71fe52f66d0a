"""Compiled models: the landmarkers of a process share them, each with memory of its own."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import numpy as np
import openvino as ov
from numpy.typing import NDArray

from agent.observation import Float32
from agent.perception.openvino_engine.compiling import CONFIGURATION
from agent.perception.openvino_engine.model import Model


class Network:
    """Belongs to one thread. What it answers is valid until the next question."""

    def __init__(self, compiled: ov.CompiledModel) -> None:
        self._request = compiled.create_infer_request()
        self._outputs = [
            self._request.get_output_tensor(i).data for i in range(len(compiled.outputs))
        ]

    def __call__(self, given: NDArray[Any]) -> list[Float32]:
        self._request.set_input_tensor(ov.Tensor(given[None], shared_memory=True))
        self._request.infer()
        return self._outputs


class Networks:
    def __init__(self, blobs: Mapping[str, memoryview]) -> None:
        """blobs: compiled models, by name, whose weights are used where they lie."""
        self._blobs = blobs
        self._compiled: dict[str, ov.CompiledModel] = {}
        self._lock = threading.Lock()
        self._core = ov.Core()

    def of(self, model: Model) -> Network:
        with self._lock:
            if model.name not in self._compiled:
                content = np.frombuffer(self._blobs[model.name], np.uint8)
                blob = ov.Tensor(content, shared_memory=True)
                self._compiled[model.name] = self._core.import_model(blob, "CPU", CONFIGURATION)
            return Network(self._compiled[model.name])
