"""Compiles models, in a process of its own: what a processor cannot do ends that one.

Run as `python -m agent.perception.openvino_engine.compiling`, with a bundle and a file descriptor
for each model of MODELS; what is compiled, and has answered once, is written there.
"""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import openvino as ov
from openvino.preprocess import PrePostProcessor

from agent.perception.openvino_engine.model import MODELS, Given, Model

# bfloat16 and float16 move landmarks by up to some pixels. Patients share the cores: a second
# thread costs more than it gives.
CONFIGURATION: dict[str, Any] = {
    "INFERENCE_NUM_THREADS": 1,
    "NUM_STREAMS": 1,
    "INFERENCE_PRECISION_HINT": "f32",
    "ENABLE_CPU_PINNING": False,
}


def compiled(model: Model, bundle: Path) -> ov.CompiledModel:
    whole = _read(bundle, model.name)
    if model.given is not Given.NUMBERS:
        whole = _of_a_picture(whole, signed=model.given is Given.SIGNED_PICTURE)
    wanted = ov.Model([whole.outputs[i] for i in model.outputs], whole.get_parameters())
    return ov.Core().compile_model(wanted, "CPU", CONFIGURATION)


def _read(bundle: Path, name: str) -> ov.Model:
    """OpenVINO takes such a model from a file of its own only."""
    with zipfile.ZipFile(bundle) as models, tempfile.TemporaryDirectory() as folder:
        return ov.Core().read_model(models.extract(f"{name}.tflite", folder))


def _of_a_picture(model: ov.Model, *, signed: bool) -> ov.Model:
    """Of (1, side, side, 3) bytes."""
    shape = model.input().partial_shape
    shape[0] = 1
    model.reshape(shape)
    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    numbers = steps.input().preprocess().convert_element_type(ov.Type.f32)
    if signed:
        numbers.mean(127.5).scale(127.5)
    else:
        numbers.scale(255.0)
    return steps.build()


def main() -> None:
    wanted = {model.name: model for model in MODELS}
    for name, bundle, descriptor in zip(*[iter(sys.argv[1:])] * 3, strict=True):
        ready = compiled(wanted[name], Path(bundle))
        ready.create_infer_request().infer()
        with os.fdopen(int(descriptor), "wb") as file:
            file.write(ready.export_model().getbuffer())


if __name__ == "__main__":
    main()
